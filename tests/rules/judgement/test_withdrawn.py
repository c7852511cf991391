"""Questions that the judgement takes back, because what they ask for is known now, and puts again when it is not."""

from __future__ import annotations

from decimal import Decimal

from rules import facts as f
from tests.rules.judgement.kit import Life, reaching

EMAIL = "do: [{email: {template: reminder, to: billing}}]"
SCORED = f"""
steps:
  - {{id: one, at: due+1d, {EMAIL}}}
  - {{id: two, level: firm, at: due+15d, when: {{customer.score: {{lt: 40}}}}, {EMAIL}}}
  - {{id: three, level: firm, at: due+30d, when: {{customer.score: {{lt: 40}}}}, {EMAIL}}}
"""
ASKED = "a fact is not known: customer.score"


def scored(*names: str, policy: str = SCORED, **customer: object) -> Life:
    """Invoices due on Tuesday 31 March 2026 of a customer whose score nobody knows."""
    life = Life("consolidate: {by: invoice}\n" + policy, **customer)  # type: ignore[arg-type]
    for name in names or ("INV-1",):
        life.invoice(name, 1000, due="2026-03-31")
    return life


def opened(life: Life) -> list[str]:
    """What waits for an answer at the end."""
    reviews = (*life.account.reviews.values(), *life.business.reviews.values())
    return [review.asked.review for review in reviews if review.open]


def test_a_question_is_taken_back_when_the_fact_is_imported_and_the_step_goes_by_it() -> None:
    life = scored().until("2026-04-19")
    assert life.reviews() == [("2026-04-15", ASKED)]
    life.changes(on="2026-04-20", score=Decimal(30))
    life.until("2026-04-20")
    assert life.withdrawn() == [("2026-04-20", f"it is known now: {ASKED}")]
    assert life.steps() == [("2026-04-01", "one"), ("2026-04-20", "two")]
    assert opened(life) == []


def test_it_is_nobodys_leave_to_go_on() -> None:
    life = scored().until("2026-04-19")
    life.changes(on="2026-04-20", score=Decimal(50))
    assert ("2026-04-20", "two", "skipped: condition") in life.until("2026-04-20").outcomes()


def test_it_is_taken_back_under_a_hold_too() -> None:
    life = scored().until("2026-04-19")
    life.hold("dispute", on="2026-04-20")
    life.changes(on="2026-04-21", score=Decimal(50))
    assert life.until("2026-04-21").withdrawn() == [("2026-04-21", f"it is known now: {ASKED}")]
    assert life.outcomes() == [("2026-04-01", "one", "sent")]


def test_what_is_not_known_once_more_is_asked_again() -> None:
    life = scored("INV-1", "INV-2").until("2026-04-14")
    life.hold("dispute", on="2026-04-14", of="INV-2")
    life.until("2026-04-19")
    life.changes(on="2026-04-20", score=Decimal(30))
    life.changes(on="2026-04-22", score=None)
    life.ends("dispute-1", on="2026-04-23", outcome="unfounded")
    life.until("2026-04-24")
    assert life.reviews() == [("2026-04-15", ASKED), ("2026-04-23", ASKED)]
    assert opened(life) == ["unknown/mine.two/C-1/customer.score/2"]
    life.answers("proceed", on="2026-04-27")
    assert life.until("2026-04-27").steps("INV-2")[-1] == ("2026-04-27", "two")


def test_what_was_asked_again_is_taken_back_again() -> None:
    # asked on Wednesday 15 April, known on the 17th, no longer on the 20th; the dispute ends on Tuesday the 21st
    life = scored().until("2026-04-15")
    dispute = life.hold("dispute", on="2026-04-16")
    for on, score in (("2026-04-17", Decimal(30)), ("2026-04-20", None), ("2026-04-23", Decimal(30))):
        life.changes(on=on, score=score)
        if on == "2026-04-20":
            life.ends(dispute, on="2026-04-21", outcome="unfounded")
    life.until("2026-04-23")
    assert [on for on, _ in life.reviews()] == ["2026-04-15", "2026-04-21"]
    assert [on for on, _ in life.withdrawn()] == ["2026-04-17", "2026-04-23"]


def two_of(fact: str, **customer: object) -> Life:
    """INV-1 of C-1's M-1, and INV-2 of C-2's M-2, whose only step needs that fact; both due on Tuesday 31 March.

    INV-2 is held from Friday 3 April on, so that no judgement puts the question any more.
    """
    life = Life(
        f"consolidate: {{by: invoice}}\nsteps: [{{id: one, at: due+1d, when: {{{fact}}}, {EMAIL}}}]\n", **customer
    )  # type: ignore[arg-type]
    life.contract("M-1", suspension_clause=True)
    life.pays_for("C-2", "M-2")
    life.invoice("INV-1", 100, due="2026-03-31", custom={"project": "bridge"})
    life.invoice("INV-2", 100, due="2026-03-31", contract="M-2")
    life.hold("manual", on="2026-04-03", of="INV-2")
    return life.until("2026-04-05")


def test_what_is_known_of_one_customer_takes_back_no_question_about_another() -> None:
    life = two_of("customer.score: {lt: 40}", score=Decimal(30))
    assert opened(life) == ["unknown/mine.one/C-2/customer.score"]
    known = f.Customer("C-2", reachable={"*": ("email",)}, payer="C-1", score=Decimal(30))
    life.happens(f.CustomerRecorded(life.instant("2026-04-06"), known))
    life.until("2026-04-06")
    assert opened(life) == []


def test_what_is_known_of_one_contract_takes_back_no_question_about_another() -> None:
    life = two_of("contract.suspension_clause: true")
    assert opened(life) == ["unknown/mine.one/M-2/contract.suspension_clause"]
    known = f.Contract("M-2", "C-2", "open-account", "FR", suspension_clause=True)
    life.happens(f.ContractRecorded(life.instant("2026-04-06"), known, life.book.digest))
    life.until("2026-04-06")
    assert opened(life) == []


def test_what_is_known_of_one_invoice_takes_back_no_question_about_another() -> None:
    life = two_of("custom.invoice.project: bridge")
    assert opened(life) == ["unknown/mine.one/INV-2/custom.invoice.project"]
    life.happens(f.ReceivableChanged(life.instant("2026-04-06"), "INV-2", "project", "bridge"))
    life.until("2026-04-06")
    assert opened(life) == []


def test_an_answer_stays_an_answer() -> None:
    life = scored().until("2026-04-15")
    life.answers("skip", on="2026-04-16")
    life.changes(on="2026-04-20", score=Decimal(30))
    life.until("2026-04-25")
    assert life.withdrawn() == []
    assert ("2026-04-16", "two", "skipped: review") in life.outcomes()


def test_a_threshold_that_lacks_its_currency_is_not_known_by_the_amount() -> None:
    amount = "invoice.balance: {lt: 40.00 GBP}"
    life = scored(policy=SCORED.replace("customer.score: {lt: 40}", amount, 1)).until("2026-04-19")
    life.hold("dispute", on="2026-04-20")
    life.until("2026-04-24")
    assert life.withdrawn() == []
    assert opened(life) == ["unknown/mine.two/INV-1/invoice.balance"]


def test_a_question_about_a_group_waits_for_a_person() -> None:
    life = scored(group="G-1").until("2026-04-19")
    life.changes(on="2026-04-20", score=Decimal(30))  # others of the group may still lack it
    assert life.until("2026-04-20").withdrawn() == []


def test_an_address_that_comes_answers_its_question() -> None:
    life = scored(reachable=reaching(billing=[])).until("2026-04-02")
    assert opened(life) == ["no-address/INV-1/1/one/1/email"]
    life.changes(on="2026-04-03", reachable=reaching(billing=["email"]))
    assert life.until("2026-04-03").steps() == [("2026-04-03", "one")]
    assert opened(life) == []


def test_bank_data_that_come_answer_their_question() -> None:
    life = Life(SCORED, bank=None)
    life.invoice("INV-1", 1000, due="2026-03-31")
    life.until("2026-04-02")
    assert opened(life) == ["bank-data"]
    life.bank("2026-04-02", on="2026-04-03")
    assert life.until("2026-04-03").steps() == [("2026-04-03", "one")]
    assert opened(life) == []


def test_the_mandate_of_a_promised_debit_answers_its_question() -> None:
    life = Life(
        SCORED.replace("when: {customer.score: {lt: 40}}, ", ""),
        business="debits: {creditor: DE98ZZZ09999999999, lead: 2bd, notice: 14d}\n",
        payment_method="debit",
    )
    life.invoice("INV-1", 1000, due="2026-03-31")
    life.hold("promise", on="2026-04-02", promised="2026-04-20", method="debit")
    life.until("2026-04-13")
    (asked,) = opened(life)
    assert asked.startswith("no-mandate/")
    contract = f.Contract("M-1", "C-1", kind="open-account", law="FR", sepa_mandate="RUM-1")
    life.happens(f.ContractRecorded(life.instant("2026-04-14"), contract, life.book.digest))
    life.until("2026-04-14")
    assert opened(life) == []
    assert [message.said.channel for message in life.messages] == ["email", "debit"]


def test_what_is_not_known_of_the_payer_is_asked_of_the_payer() -> None:
    table = "consolidate: {by: payer}\nlanguage: {by: customer.language, fr: fr, otherwise: en}\n"
    life = Life(table + f"steps:\n  - {{id: one, at: due+1d, {EMAIL}}}\n", language=None)
    life.pays_for("C-2", "M-2", language="en")
    life.invoice("INV-2", 100, due="2026-03-31", contract="M-2")
    life.until("2026-04-02")
    assert opened(life) == ["unknown/mine.one/C-1/customer.language"]
    life.changes(on="2026-04-03", language="fr")
    life.until("2026-04-03")
    assert opened(life) == []
    assert [message.said.language for message in life.messages] == ["fr"]


def test_a_payers_fact_without_which_no_day_can_be_said_is_asked_of_the_payer() -> None:
    table = "consolidate: {by: payer}\ncalendar: {by: customer.country, FR: plain, otherwise: plain}\n"
    life = Life(table + f"steps:\n  - {{id: one, at: due+1d, {EMAIL}}}\n")
    life.pays_for("C-2", "M-2", country="FR")
    life.invoice("INV-2", 100, due="2026-03-31", contract="M-2")
    life.until("2026-04-02")
    assert opened(life) == ["unknown/C-1/customer.country"]
    life.answers("proceed", on="2026-04-03")
    life.until("2026-04-03")
    assert opened(life) == ["unknown/2/C-1/customer.country"]
    life.changes(on="2026-04-06", country="FR")
    assert life.until("2026-04-06").steps("INV-2") == [("2026-04-06", "one")]
