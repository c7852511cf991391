"""Every message in every language, with little and with everything: rendered, complete, and typed as it should be."""

import io
import re
from dataclasses import replace
from datetime import date, timedelta
from pathlib import Path

import pytest
from pypdf import PdfReader

from rules.money import Money, total
from tests.worker.words.shelf_of_subjects import BILL, CREDITOR, CUSTOMER, ITEMS, NOT_DUE, eur, full, subject
from worker.words.gsm import gsm7, segments
from worker.words.locale import Locale
from worker.words.render import Words
from worker.words.shelf import TemplateProblem

WORDS = Words()
EMAILS = ["invoice", "courtesy", "reminder-1", "reminder-2", "last-email", "payment-failed"]
LETTERS = ["formal-notice", "formal-notice-fr", "formal-notice-de", "letter-before-action"]
DOCUMENTS = ["invoice", "statement", "history", "handoff"]
SCRIPTS = ["reminder-2", "second-reminder"]
BOTH = pytest.mark.parametrize("language", ["fr", "en"])
WITH = pytest.mark.parametrize(("make", "count"), [(subject, 1), (subject, 3), (full, 1), (full, 3)])


def read(pdf: bytes) -> str:
    text = "\n".join(page.extract_text() for page in PdfReader(io.BytesIO(pdf)).pages)
    return re.sub(r"[\s\u00a0\u202f]+", " ", text)


def spaced(text: str) -> str:
    return re.sub(r"[\u00a0\u202f]", " ", text)


@BOTH
@WITH
@pytest.mark.parametrize("template", EMAILS)
def test_each_email_says_what_is_owed_and_how_to_pay(template, language, make, count):
    said = WORDS.email(make(template, "email", language, count))
    for text in (said.text, said.html):
        for item in ITEMS[:count]:
            assert item.number in text
        assert "FR76 3000 6000 0112 3456 7890 189" in text
        assert "relances@martin.example" in text
        assert not re.search(r"[\ue000{}]|\bNone\b", re.sub(r"<style.*?</style>", "", text, flags=re.DOTALL))
    assert said.subject
    assert len(said.html.encode()) < 100_000


@BOTH
@WITH
@pytest.mark.parametrize("template", LETTERS + EMAILS)
def test_each_letter_names_the_debt_and_prints(template, language, make, count):
    text = read(WORDS.letter(make(template, "letter", language, count)))
    assert all(item.number in text for item in ITEMS[:count])
    assert "Boulangerie Petit SARL" in text
    assert "38000 Grenoble" in text


@BOTH
@WITH
@pytest.mark.parametrize("kind", DOCUMENTS)
def test_each_document_prints(kind, language, make, count):
    text = read(WORDS.document(make("invoice" if kind == "invoice" else "statement", "email", language, count), kind))
    assert "Infogérance Martin SAS" in text
    assert "F-101" in text


@BOTH
@WITH
@pytest.mark.parametrize("template", SCRIPTS)
def test_each_script_says_the_amount_and_the_delay(template, language, make, count):
    text = WORDS.call(make(template, "call", language, count))
    assert ("31\u00a0jours" if language == "fr" else "31\u00a0days") in text


@pytest.mark.parametrize(
    ("language", "count", "said"),
    [
        ("fr", 1, ["échue depuis 31 jours", "On ne l’a pas reçue"]),
        ("fr", 3, ["la plus ancienne depuis 31 jours", "On ne les a pas reçues"]),
        ("en", 1, ["invoice F-101, overdue by 31 days", "We never received it"]),
        ("en", 3, ["the oldest overdue by 31 days", "We never received them"]),
    ],
)
@pytest.mark.parametrize("template", SCRIPTS)
def test_each_script_speaks_of_one_invoice_or_of_several(template, language, count, said):
    text = spaced(WORDS.call(full(template, "call", language, count)))
    assert all(each in text for each in said), text


@pytest.mark.parametrize("template", SCRIPTS)
@pytest.mark.parametrize(
    ("language", "said"),
    [
        ("fr", ["collègue", "Mauvais numéro", "Répondeur", "ne plus rien réclamer"]),
        ("en", ["colleague", "Wrong number", "Voicemail", "stop asking for payment"]),
    ],
)
def test_each_script_knows_what_to_do_when_nobody_can_pay(template, language, said):
    text = WORDS.call(subject(template, "call", language))
    assert all(each in text for each in said)


@BOTH
@WITH
def test_nudge_is_one_segment(language, make, count):
    text = WORDS.sms(make("nudge", "sms", language, count))
    assert (segments(text), gsm7(text)) == (1, text)
    assert "EUR" in text


def test_amounts_and_dates_are_typed_as_the_french_type_them():
    said = WORDS.email(full("reminder-1", count=1, deadline=date(2027, 1, 1)))
    assert said.subject == "Facture F-101 échue\u00a0: 1\u202f412,00\u00a0€ à régler"
    assert "au plus tard le 1er\u00a0janvier 2027" in said.text
    assert not re.search(r"[^\u202f][;!?](\s|$)|[^\u00a0]:(\s|$)", said.text)


def test_amounts_and_dates_are_typed_as_the_british_type_them():
    said = WORDS.email(full("reminder-1", language="en", count=1, deadline=date(2027, 1, 1)))
    assert said.subject == "Invoice F-101 is overdue: €1,412.00 to pay"
    assert "by 1\u00a0January 2027" in said.text


@pytest.mark.parametrize(("currency", "said"), [("JPY", "151\u202f200\u00a0JPY"), ("TND", "151,200\u00a0TND")])
def test_currencies_keep_their_decimals(currency, said):
    item = replace(ITEMS[0], amount=Money(151200, currency), open=Money(151200, currency))
    assert said in WORDS.email(subject("reminder-1", items=(item,), total=item.open)).text.replace("¥", "JPY").replace(
        "DT", "TND"
    )


def test_what_is_not_due_is_listed_apart_and_never_added():
    text = WORDS.email(full("reminder-2")).text
    before, _, after = text.partition("pas encore échue")
    assert "F-104" not in before
    assert "F-104" in after
    assert "2\u202f612,00" in before


def test_credit_stands_on_its_own_line_and_the_sum_adds_up():
    text = spaced(WORDS.email(full("reminder-1")).text)
    assert "Somme à votre crédit, déduite : -100,00 €\nTotal à régler : 2 612,00 €" in text


def test_a_disputed_part_is_shown_as_not_claimed():
    text = spaced(WORDS.email(subject("reminder-1", total=eur(100000))).text)
    assert "Part en discussion, non réclamée : -512,00 €\nTotal à régler : 1 000,00 €" in text


def test_credit_that_was_taken_off_an_older_invoice_is_not_said_to_be_taken_off_this_one():
    text = spaced(WORDS.email(subject("reminder-1", credit=eur(5000))).text)
    assert "1 512,00 €\nTotal à régler : 1 512,00 €" in text
    assert "crédit" not in text


@pytest.mark.parametrize(
    ("items", "said"),
    [
        (ITEMS[:1], "une copie de cette facture."),
        (ITEMS[:2], "une copie de chacune de ces factures."),
        (ITEMS, "pour les autres, un relevé de compte en tient lieu"),
        (ITEMS[2:], "n’étant pas disponible, vous trouverez ci-joint un relevé de compte"),
    ],
)
def test_a_missing_document_is_owned_up_to(items, said):
    text = WORDS.email(subject("reminder-1", items=items, total=eur(1), attach=("invoice",))).text
    assert said in text


def test_nothing_is_said_to_be_attached_when_nothing_is():
    assert "ci-joint" not in WORDS.email(subject("reminder-1", attach=())).text


@BOTH
def test_notice_says_interest_runs_without_a_figure_and_cites_the_law_only_with_its_charge(language):
    bare = read(WORDS.letter(full("formal-notice", "letter", language, charges=())))
    charged = read(WORDS.letter(full("formal-notice", "letter", language)))
    running = "pénalités de retard courent" if language == "fr" else "Interest for late payment continues to accrue"
    assert running in bare
    assert "L441" not in bare
    assert "40,00" not in bare.replace("€40.00", "40,00")
    assert "C. com., art. L441-10 et D441-5" in charged
    assert "40,00" in charged.replace("€40.00", "40,00")


def test_notice_puts_on_notice_with_amount_and_deadline():
    text = read(WORDS.letter(full("formal-notice", "letter")))
    assert "LETTRE RECOMMANDÉE AVEC AVIS DE RÉCEPTION" in text
    assert "nous vous mettons en demeure de nous régler la somme de 2 612,00 € au plus tard le 9 décembre 2026" in text
    assert "Lyon, le 1er décembre 2026" in text


def test_letter_is_the_same_bytes_for_the_same_data():
    assert WORDS.letter(full("formal-notice", "letter")) == Words().letter(full("formal-notice", "letter"))
    assert WORDS.letter(full("formal-notice", "letter")) != WORDS.letter(subject("formal-notice", "letter"))


def test_a_table_of_many_invoices_goes_on_over_pages():
    items = tuple(replace(ITEMS[0], number=f"F-{n:03}") for n in range(60))
    pages = PdfReader(io.BytesIO(WORDS.letter(subject("formal-notice", "letter", items=items, total=eur(1))))).pages
    assert len(pages) >= 3
    assert "Facture" in pages[1].extract_text()
    assert "Page 2 sur" in pages[1].extract_text()


def test_too_many_numbers_for_a_transfer_become_the_customer_reference():
    items = tuple(replace(ITEMS[0], number=f"FACTURE-2026-{n:05}") for n in range(12))
    assert "C-104" in WORDS.email(subject("reminder-1", items=items, total=eur(1))).text


def test_country_is_written_abroad_only():
    abroad = replace(CUSTOMER, postal=("Hauptstraße 1", "10115 Berlin"), country="DE")
    assert "ALLEMAGNE" in read(WORDS.letter(subject("formal-notice", "letter", customer=abroad)))
    assert "FRANCE" not in read(WORDS.letter(subject("formal-notice", "letter")))


def test_a_creditor_without_bank_account_asks_for_the_reference():
    text = WORDS.email(subject("reminder-1", creditor=replace(CREDITOR, iban=None))).text
    assert "Merci de rappeler la référence F-101" in text


def test_an_invoice_billed_elsewhere_is_not_printed():
    with pytest.raises(ValueError, match="not billed here"):
        WORDS.document(subject("reminder-1"), "invoice")


@pytest.mark.parametrize(
    "name", ["<b>Petit & Fils</b>", "{{ key }}", "{% raw %}", "Petit\r\nBcc: x@y.example", "\ue000later\ue000"]
)
def test_data_are_never_markup_nor_templates(name):
    said = WORDS.call(subject("reminder-2", "call", customer=replace(CUSTOMER, name=name)))
    assert (
        name.translate({0xE000: " ", 13: " ", 10: " "}).split()
        == said.partition("Appeler ")[2].partition(" au +33")[0].split()
    )
    creditor = replace(CREDITOR, name=name)
    mail = WORDS.email(subject("reminder-1", creditor=creditor))
    assert "<b>" not in mail.html
    assert "\n" not in mail.subject
    WORDS.letter(subject("formal-notice", "letter", creditor=creditor))


def test_statement_with_nothing_due_says_so():
    text = read(WORDS.document(subject("statement", items=(), total=None, not_due=NOT_DUE), "statement"))
    assert "Aucune facture échue" in text
    assert "F-104" in text


# --- a workspace's own templates -----------------------------------------------------------------------------------


def workspace(tmp_path: Path, text: str, name: str = "reminder-1.email.txt") -> Words:
    (tmp_path / "fr").mkdir(exist_ok=True)
    (tmp_path / "fr" / name).write_text(text, "utf-8")
    return Words(tmp_path)


def test_own_template_comes_first(tmp_path):
    words = workspace(tmp_path, "Subject: À nous\n\nBonjour {{ customer.name }} :\n\n{{ table.payment }}\n")
    said = words.email(subject("reminder-1"))
    assert (said.subject, said.text.splitlines()[0]) == ("À nous", "Bonjour Boulangerie Petit SARL\u00a0:")
    assert "IBAN" in said.text


def test_own_labels_replace_one_by_one(tmp_path):
    words = workspace(tmp_path, 'total = "Net à payer"', "labels.toml")
    assert "Net à payer" in words.email(subject("reminder-1")).text


@pytest.mark.parametrize(
    ("text", "line", "said"),
    [
        ("Subject: x\n\n{% if %}\n", 3, "Expected an expression"),
        ("Subject: x\n\nBonjour\n{{ custmer.name }}\n", 4, "'custmer' is undefined"),
        ("Subject: x\n\n{{ customer.siret }}\n", 3, "no attribute 'siret'"),
        ("Subject: x\n\n{{ ''.__class__.__mro__ }}\n", 3, "__class__"),
        ("Subject: x\n{{ customer.__init__.__globals__ }}\n", 2, "__init__"),
        ("Subject: x\n{{ total | monney }}\n", 2, "No filter named 'monney'"),
        ("Subject: x\n{% include 'fr/absent.txt' %}\n", 2, "fr/absent.txt"),
        ("Bonjour\n", 1, "Subject"),
    ],
)
def test_a_mistake_in_a_template_is_located(tmp_path, text, line, said):
    with pytest.raises(TemplateProblem) as caught:
        workspace(tmp_path, text).email(subject("reminder-1"))
    problem = caught.value
    assert (problem.file, problem.line) == ("templates/fr/reminder-1.email.txt", line)
    assert said in problem.message


def test_missing_templates_are_named_before_anything_is_sent(tmp_path):
    names = {
        ("reminder-1", "email", "fr"),
        ("reminder-1", "email", "pt"),
        ("nudge", "email", "fr"),
        ("../x", "sms", "fr"),
    }
    assert WORDS.missing(names) == [
        "templates/fr/../x.sms.txt",
        "templates/fr/nudge.email.txt",
        "templates/pt/reminder-1.email.txt",
    ]
    broken = workspace(tmp_path, "Subject: x\n{% if %}")
    assert [(each.file, each.line) for each in broken.problems({("reminder-1", "email", "fr")})] == [
        ("templates/fr/reminder-1.email.txt", 2)
    ]


@pytest.mark.parametrize("language", ["de", "es", "it", "nl"])
def test_a_formal_notice_names_the_assignee_in_every_language(language):
    assigned = replace(CREDITOR, payee="Factor SA")
    assert "Factor SA" in read(WORDS.letter(subject("formal-notice", "letter", language, creditor=assigned)))


@pytest.mark.parametrize(
    ("language", "title", "told"),
    [
        (
            "fr",
            "prélèvement le 2 novembre 2026",
            (
                "Le montant de 1 512,00 € sera prélevé sur votre compte le 2 novembre 2026, en vertu du mandat RUM-1"
                " (identifiant créancier SEPA : FR72ZZZ123456). Vous n’avez rien à faire."
            ),
        ),
        (
            "en",
            "to be debited on 2 November 2026",
            (
                "€1,512.00 will be debited from your account on 2 November 2026, under mandate RUM-1"
                " (SEPA creditor identifier FR72ZZZ123456). You need do nothing."
            ),
        ),
    ],
)
def test_an_invoice_that_is_debited_announces_it_and_asks_for_no_transfer(language, title, told):
    bill = replace(BILL, mandate="RUM-1", collector="FR72ZZZ123456", debited_on=date(2026, 11, 2))
    said = WORDS.email(subject("invoice", language=language, bill=bill))
    text = " ".join(said.text.replace("\u202f", " ").replace("\xa0", " ").split())
    assert title in said.subject.replace("\u202f", " ").replace("\xa0", " ")
    assert told in text
    assert CREDITOR.iban not in text.replace(" ", "")


@pytest.mark.parametrize(("name", "unprinted"), [("Café 🥖", "🥖"), ("Société ﷽", "﷽")])
def test_a_letter_says_which_character_its_font_lacks(name, unprinted):
    given = replace(subject("formal-notice", "letter", "fr"), customer=replace(CUSTOMER, name=name))
    with pytest.raises(TemplateProblem, match=f'its font cannot print "{unprinted}": write it in other characters'):
        Words().letter(given)


@pytest.mark.parametrize("channel", ["email", "letter"])
def test_half_a_character_in_a_name_stops_nothing(channel):
    given = replace(subject("formal-notice", channel, "fr"), customer=replace(CUSTOMER, name="Petit \udcff SARL"))
    words = Words()
    assert words.email(given).html.encode() if channel == "email" else words.letter(given).startswith(b"%PDF")


MANY = tuple(
    replace(ITEMS[0], number=f"F-2026-{n:04}", due=date(2026, 10, 31) - timedelta(days=n), amount=eur(n), open=eur(n))
    for n in range(1, 201)
)


@pytest.mark.parametrize("items", [MANY, tuple(replace(each, order_number="BON-" + "7" * 400) for each in MANY)])
@pytest.mark.parametrize(
    ("language", "others"), [("fr", "autres factures, au relevé joint"), ("en", "more invoices, in the statement")]
)
def test_an_email_about_many_invoices_is_not_cut_off_and_its_lines_add_up(language, others, items):
    owed = eur(sum(range(1, 201)))
    given = replace(subject("reminder-1", language=language, items=items, total=owed), not_due=items)
    said = WORDS.email(given)
    assert len(said.html.encode()) < 100_000
    assert said.abridged
    listed = {each.number for each in items if each.number in said.text}
    oldest = sorted(items, key=lambda each: each.due)[: len(listed)]
    assert listed == {each.number for each in oldest}
    rest = owed - total((each.open for each in oldest), "EUR")
    locale = Locale(*(WORDS.labels(language)[name] for name in ("locale", "day")))
    for part in (said.text, said.html):
        assert f"{200 - len(listed)} {others}" in part
        assert locale.money(rest) in part
        assert locale.money(owed) in part


def test_an_email_lists_a_hundred_invoices_and_names_no_statement():
    said = WORDS.email(subject("reminder-1", items=MANY[:100], total=eur(5050)))
    assert all(each.number in said.text for each in MANY[:100])
    assert not said.abridged
    assert "autre" not in said.text


def test_one_invoice_that_is_not_listed_is_spoken_of_as_one():
    said = WORDS.email(subject("reminder-1", language="en", items=MANY[:101], total=eur(5151))).text
    assert "1 more invoice, in the statement attached: €0.01" in said


def test_disputed_parts_beyond_those_named_are_summed():
    items = tuple(replace(each, open=eur(500), amount=eur(500), disputed=eur(100)) for each in MANY)
    said = WORDS.email(subject("reminder-1", language="en", items=items, total=eur(80000)))
    assert len(said.html.encode()) < 100_000
    named = said.text.count("Disputed part of invoice")
    assert f"Disputed, not claimed: -€{200 - named}.00" in said.text
    assert "Total to pay: €800.00" in said.text
