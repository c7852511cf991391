"""Messages that answer what happened: promises, plans, disputes, payments, hand-offs; told back as a reader would."""

import re
from dataclasses import replace
from datetime import date

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from tests.worker.words.shelf_of_subjects import CREDITOR, ITEMS, NOT_DUE, eur, full, subject
from worker.words.gsm import segments
from worker.words.message import Brand, Dispute, Instalment, Payment, Plan, Promise
from worker.words.render import Words, readable_on
from worker.words.sample import sample
from worker.words.shelf import TemplateProblem

WORDS = Words()
PLAN = Plan((Instalment(date(2027, 1, 5), eur(50000)), Instalment(date(2027, 2, 5), eur(101200))), date(2026, 12, 15))
GIVEN = {
    "promise-received": {"promise": Promise(date(2026, 12, 10), eur(151200))},
    "promise-broken": {"promise": Promise(date(2026, 12, 10), eur(151200))},
    "plan-proposed": {"plan": PLAN},
    "plan-agreed": {"plan": PLAN},
    "instalment-due": {},
    "payment-received": {"payment": Payment(eur(50000), date(2026, 11, 30)), "total": eur(101200)},
    "payment-failed": {"payment": Payment(eur(151200)), "reason": "AM04"},
    "dispute-received": {"dispute": Dispute(eur(51200), whole=False), "total": eur(100000)},
    "dispute-resolved": {"dispute": Dispute(eur(51200), whole=False, outcome="unfounded")},
    "handoff-notice": {"agency": "Recouvra SARL"},
    "statement": {"not_due": NOT_DUE},
    "formal-notice": {"deadline": date(2026, 12, 9), "law": "FR"},
}
SAID = {  # what a reader must be able to tell back: how much, by when, and what happens next
    "promise-received": (["1 512,00 €", "10 décembre 2026", "ne vous relancerons pas"],
                         ["€1,512.00", "10 December 2026", "not send you any reminder"]),
    "promise-broken": (["10 décembre 2026", "régler 1 512,00 €", "nous reprendrons nos relances"],
                       ["10 December 2026", "pay €1,512.00", "resume the steps"]),
    "plan-proposed": (["5 janvier 2027 : 500,00 €", "5 février 2027 : 1 012,00 €", "au plus tard le 15 décembre 2026"],
                      ["5 January 2027: €500.00", "5 February 2027: €1,012.00", "by 15 December 2026"]),
    "plan-agreed": (["5 janvier 2027 : 500,00 €", "Total de l’échéancier : 1 512,00 €", "mettrait fin"],
                    ["5 January 2027: €500.00", "Total of the plan: €1,512.00", "would end the plan"]),
    "instalment-due": (["1 512,00 €", "un versement manqué"], ["€1,512.00", "a missed instalment"]),
    "payment-received": (["règlement de 500,00 € le 30 novembre 2026", "reste à régler 1 012,00 €"],
                         ["payment of €500.00 on 30 November 2026", "€1,012.00 is still to be paid"]),
    "payment-failed": (["la provision était insuffisante"], ["not enough funds"]),
    "dispute-received": (["contester 512,00 €", "pas contestée, 1 000,00 €", "reviendrons vers vous"],
                         ["dispute €512.00", "not disputed, €1,000.00", "come back to you"]),
    "dispute-resolved": (["ne pouvons pas donner suite", "régler 1 512,00 €"], ["cannot agree", "pay €1,512.00"]),
    "handoff-notice": (["Recouvra SARL", "recouvrement amiable"], ["Recouvra SARL", "to collect"]),
    "statement": (["au 1er décembre 2026", "F-104"], ["as at 1 December 2026", "F-104"]),
    "formal-notice": (["mettons en demeure", "au plus tard le 9 décembre 2026", "article 1344"],
                      ["formal notice to pay €1,512.00 by 9 December 2026", "article 1344"]),
}  # fmt: skip


def spaced(text: str) -> str:
    return re.sub(r"[\u00a0\u202f]", " ", text)


@pytest.mark.parametrize("template", sorted(GIVEN))
@pytest.mark.parametrize("language", ["fr", "en"])
@pytest.mark.parametrize("count", [1, 3])
def test_what_is_owed_and_what_comes_next_can_be_told_back(template, language, count):
    given = subject(template, "email", language, count, **GIVEN[template])
    said = WORDS.email(given)
    text = spaced(said.text)
    assert all(item.number in text for item in ITEMS[:count])
    assert "Infogérance Martin SAS" in text
    if count == 1:
        for part in SAID[template][language == "en"]:
            assert part in text
    assert "  " not in spaced(said.subject)
    assert len(said.html.encode()) < 100_000
    assert not re.search(r"[\ue000{}]|\bNone\b", re.sub(r"<style.*?</style>", "", said.html, flags=re.DOTALL))


@pytest.mark.parametrize("template", sorted(GIVEN))
@pytest.mark.parametrize("language", ["fr", "en"])
def test_each_answer_prints_as_a_letter(template, language):
    assert WORDS.letter(full(template, "letter", language, **GIVEN[template])).startswith(b"%PDF")


@pytest.mark.parametrize(("language", "said"), [("fr", "est entièrement réglée"), ("en", "is fully settled")])
def test_a_payment_in_full_asks_for_nothing(language, said):
    mail = WORDS.email(subject("payment-received", language=language, payment=Payment(eur(151200)), total=eur(0)))
    assert said in mail.text
    assert "IBAN" not in mail.text
    assert mail.pictures == {}


@pytest.mark.parametrize(("language", "said"), [("fr", "est fondée"), ("en", "you were right")])
def test_a_dispute_that_was_founded_is_owned_up_to(language, said):
    ended = Dispute(eur(151200), outcome="founded")
    mail = WORDS.email(subject("dispute-resolved", language=language, dispute=ended, total=eur(0)))
    assert said in mail.text
    assert "IBAN" not in mail.text


def test_an_agreed_plan_shows_the_account_and_no_code_for_the_whole_sum():
    mail = WORDS.email(subject("plan-agreed", plan=PLAN))
    assert "FR76 3000 6000 0112 3456 7890 189" in mail.text
    assert "transfer.png" not in mail.pictures


def test_a_plan_that_is_not_known_is_not_written_about():
    with pytest.raises(TemplateProblem, match="plan-agreed"):
        WORDS.email(subject("plan-agreed"))


def test_a_link_is_a_button_and_a_line_of_text_and_only_a_web_address():
    mail = WORDS.email(subject("reminder-1", link="https://pay.example/x"))
    assert 'href="https://pay.example/x"' in mail.html
    assert "en ligne\u00a0: https://pay.example/x" in mail.text
    assert "javascript" not in WORDS.email(subject("reminder-1", link="javascript:alert(1)")).html


def test_brand_is_on_the_mail(tmp_path):
    logo = b"\x89PNG\r\n\x1a\n" + b"0" * 50
    (tmp_path / "logo.png").write_bytes(logo)
    brand = Brand("logo.png", "#ffdd00", ("Anne Martin", "Recouvrement"))
    mail = Words(tmp_path).email(subject("reminder-1", creditor=replace(CREDITOR, brand=brand)))
    assert mail.pictures["logo.png"] == logo
    assert 'src="cid:logo.png"' in mail.html
    assert "#ffdd00" in mail.html
    assert "Anne Martin\nRecouvrement\nInfogérance Martin SAS\n" in mail.text
    with pytest.raises(TemplateProblem, match="no such picture"):
        WORDS.email(subject("reminder-1", creditor=replace(CREDITOR, brand=brand)))


def test_text_on_a_button_is_read_on_light_and_dark_colours():
    assert (readable_on("#000000"), readable_on("#FFFFFF")) == ("#ffffff", "#1d1d1f")


def test_preview_is_what_the_template_says_or_its_first_sentence():
    assert (
        "Aucune relance d’ici là pour cette facture."
        in WORDS.email(subject("promise-received", **GIVEN["promise-received"])).html.split("role=")[0]
    )
    assert "Voici votre situation" in WORDS.email(subject("statement")).html.split("role=")[0]


@pytest.mark.parametrize("template", ["reminder-1", "reminder-2", "last-email", "formal-notice"])
@pytest.mark.parametrize(
    ("language", "said"),
    [
        ("fr", "1 512,00 € à régler au plus tard le 9 décembre 2026."),
        ("en", "Please pay €1,512.00 by 9 December 2026."),
    ],
)
def test_an_inbox_shows_the_amount_and_the_day(template, language, said):
    mail = WORDS.email(subject(template, language=language, deadline=date(2026, 12, 9)))
    assert f">{said}<" in spaced(mail.html)


@pytest.mark.parametrize(
    ("count", "said"), [(1, "1 512,00 € à régler le 31 octobre 2026."), (2, "à régler à partir du 31 octobre 2026.")]
)
def test_an_inbox_shows_when_the_first_of_what_falls_due_does(count, said):
    assert said in spaced(WORDS.email(subject("courtesy", count=count)).html)


names = st.text(st.characters(exclude_categories=["Cs"]), min_size=1, max_size=120)


@settings(max_examples=50, deadline=None)
@given(name=names, phone=st.text("+0123456789 ", max_size=25), number=names, minor=st.integers(1, 10**13))
def test_nudge_is_one_segment_whatever_the_names(name, phone, number, minor):
    for language in ("fr", "en"):
        item = replace(ITEMS[0], number=number, amount=eur(minor), open=eur(minor))
        creditor = replace(CREDITOR, name=name, phone=phone, email="a" * 60 + "@martin.example")
        text = WORDS.sms(subject("nudge", "sms", language, creditor=creditor, items=(item,), total=item.open))
        assert segments(text) == 1
        assert "EUR" in text


@pytest.mark.parametrize(("language", "said"), [("fr", "article 1344 du Code civil"), ("en", "article 1344")])
@pytest.mark.parametrize("template", ["formal-notice", "formal-notice-fr"])
def test_a_notice_under_french_law_cites_it_on_paper_too(template, language, said):
    assert said in WORDS.text(subject(template, "letter", language, law="FR"))


@pytest.mark.parametrize("language", ["fr", "en"])
def test_a_letter_before_action_cites_the_british_act_for_what_it_adds(language):
    act = "Late Payment of Commercial Debts (Interest) Act 1998"
    assert act in WORDS.text(full("letter-before-action", "letter", language, law="GB"))
    assert act not in WORDS.text(full("letter-before-action", "letter", language, law="FR"))


@pytest.mark.parametrize("language", ["fr", "en"])
def test_an_inbox_does_not_show_that_a_debt_was_passed_on(language):
    mail = WORDS.email(subject("handoff-notice", language=language, agency="Recouvra SARL"))
    shown = mail.subject + mail.html.partition("<body")[2].partition("role=")[0]
    assert "C-104" in shown
    assert not re.search("1.512|Recouvra|recouvrement|collect", shown)


@pytest.mark.parametrize(("language", "said"), [("fr", "votre banque nous indique"), ("en", "your bank tells us")])
@pytest.mark.parametrize("reason", ["MS02", "SL01", "MD06"])
def test_a_refused_debit_is_told_without_blame(reason, language, said):
    assert said in WORDS.email(subject("payment-failed", language=language, reason=reason)).text


@pytest.mark.parametrize(("template", "channel"), sorted(WORDS.all()))
@pytest.mark.parametrize("language", ["fr", "en"])
def test_the_sample_adds_up(template: str, channel: str, language: str) -> None:
    given = sample(CREDITOR, template, channel, language, date(2027, 1, 4))
    assert given.total is not None
    disputed = sum(item.disputed.minor for item in given.items if item.disputed)
    assert given.total.minor == sum(item.open.minor for item in given.items) - disputed
    assert len(given.charges) == len(given.items)  # a fixed sum for each
    if given.bill is not None:
        assert (given.bill.payable, len(given.items)) == (given.total, 1)
    if template == "payment-failed":
        assert given.payment is not None
        assert given.payment.amount == given.total
    if template == "dispute-received":
        assert given.dispute is not None
        assert given.dispute.amount.minor == disputed > 0


@pytest.mark.parametrize(
    ("template", "language", "said", "never"),
    [
        ("plan-proposed", "fr", ("échéancier : 1 512,00 € le 5 janvier 2027", "un report d’échéance"), "versements"),
        ("plan-proposed", "en", ("for you: €1,512.00 on 5 January 2027", "The payment would be:"), "nstalments"),
        ("plan-agreed", "fr", ("est accepté : versement le 5 janvier 2027", "Si ce versement"), "versements"),
        ("plan-agreed", "en", ("is agreed: payment on 5 January 2027", "If this payment"), "nstalments"),
    ],
)
def test_a_plan_of_one_payment_is_a_later_date(template: str, language: str, said: tuple[str, ...], never: str) -> None:
    once = Plan((Instalment(date(2027, 1, 5), eur(151200)),), date(2026, 12, 15))
    text = spaced(WORDS.text(subject(template, language=language, plan=once)))
    assert all(each in text for each in said), text
    assert never not in text
