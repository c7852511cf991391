"""`consolidate: {by: payer}`: customers whose payer is C-1 get one message, to C-1; what else is theirs stays so."""

from __future__ import annotations

from collections.abc import Mapping

import pytest

from rules import facts as f
from tests.rules.judgement.kit import Life, day, money, reaching

EMAIL = "do: [{email: {template: reminder, to: billing}}]"
FIRM = "do: [{email: {template: firm, to: billing}}]"
LETTER = "do: [{letter: {template: notice, to: billing, registered: paper}}]"
STEPS = f"""
  - {{id: one, at: due+1d, {EMAIL}}}
  - {{id: two, level: firm, at: due+15d, {FIRM}}}
  - {{id: notice, level: notice, at: due+29d, {LETTER}}}
"""

# 31 March 2026 is a Tuesday; `one` of an invoice due then leaves on Wednesday 1 April.


def group(by: str = "payer", steps: str = STEPS, more: str = "", **customer: object) -> Life:
    """C-1, who pays for C-2 (contract M-2) and C-3 (M-3)."""
    life = Life(f"consolidate: {{by: {by}, window: 3bd}}\nsteps:{steps}{more}", **customer)  # type: ignore[arg-type]
    life.pays_for("C-2", "M-2")
    life.pays_for("C-3", "M-3")
    return life


def owed(life: Life, dues: Mapping[str, str]) -> Life:
    """An invoice of 100.00 for each contract, due on that day: M-2 bears INV-2, and so on."""
    for contract, due in dues.items():
        life.invoice(f"INV-{contract[-1]}", 100, due=due, contract=contract)
    return life


def sent(life: Life) -> list[tuple[str, str, tuple[str, ...], str | None]]:
    """(day, template, receivables, who is written to in place of the debtor) of every message."""
    return [(m.on, m.said.template, m.said.lines, m.said.to) for m in life.messages]


def test_customers_of_one_payer_get_one_message_that_goes_to_the_payer() -> None:
    life = owed(group(), {"M-2": "2026-03-31", "M-3": "2026-03-31"}).until("2026-04-12")
    assert sent(life) == [("2026-04-01", "reminder", ("INV-2", "INV-3"), "C-1")]
    assert life.messages[0].said.total == money(200)
    assert life.said("INV-2") == [("2026-04-01", "INV-2", "one", "sent")]
    assert life.said("INV-3") == [("2026-04-01", "INV-3", "one", "covered")]


def test_what_the_payer_owes_itself_goes_with_it() -> None:
    life = owed(group(), {"M-1": "2026-03-31", "M-2": "2026-03-31"}).until("2026-04-12")
    assert sent(life) == [("2026-04-01", "reminder", ("INV-1", "INV-2"), None)]


@pytest.mark.parametrize("by", ["customer", "contract", "invoice"])
def test_elsewhere_each_customer_is_written_to_on_the_same_day(by: str) -> None:
    life = owed(group(by), {"M-2": "2026-03-31", "M-3": "2026-03-31"}).until("2026-04-12")
    assert sent(life) == [("2026-04-01", "reminder", (name,), None) for name in ("INV-2", "INV-3")]


@pytest.mark.parametrize(("by", "day"), [("payer", "2026-04-06"), ("customer", "2026-04-02")])
def test_the_gap_counts_for_whoever_is_written_to(by: str, day: str) -> None:
    """T9 keeps INV-3, which is due on the day of the message, out of it; `one` of it falls on Thursday 2 April."""
    life = owed(group(by), {"M-2": "2026-03-31", "M-3": "2026-04-01"}).until("2026-04-12")
    assert life.steps("INV-3") == [(day, "one")]


def test_the_message_speaks_at_the_highest_level_whosever_it_is() -> None:
    life = owed(group(), {"M-2": "2026-03-31", "M-3": "2026-04-14"}).until("2026-04-15")
    assert sent(life)[-1] == ("2026-04-15", "firm", ("INV-2", "INV-3"), "C-1")
    assert life.said("INV-3") == [("2026-04-15", "INV-3", "one", "covered")]


def test_a_heavy_message_carries_the_same_step_of_all_of_them_and_its_deadline_keeps_the_lighter_ones() -> None:
    steps = STEPS.replace("at: due+29d", "at: due+29d, deadline: {of: 8d, from: sent}")
    life = owed(group(steps=steps), {"M-2": "2026-03-31", "M-3": "2026-03-31"})
    life.invoice("NEW", 50, due="2026-04-29", contract="M-3")
    life.until("2026-05-12")
    # the notices on Wednesday 29 April with a deadline on Thursday 7 May: NEW, planned for the 30th, leaves on the 8th
    assert sent(life)[-2:] == [
        ("2026-04-29", "notice", ("INV-2", "INV-3"), "C-1"),
        ("2026-05-08", "reminder", ("NEW",), "C-1"),
    ]


def test_a_lighter_message_to_the_payer_leaves_the_days_to_a_heavier_one_about_another_customer() -> None:
    # INV-2 is reminded on 1 April and firmly on Wednesday the 8th; INV-3's reminder of Tuesday the 7th would close the
    # days until the 10th: its case looks again when the other leaves, which carries it then
    firm = f"\n  - {{id: one, at: due+1d, {EMAIL}}}\n  - {{id: two, level: firm, at: due+8d, {EMAIL}}}\n"
    life = Life("consolidate: {by: payer, window: 0d}\npacing: {min_gap: 3bd}\nsteps:" + firm)
    for customer, contract in (("C-2", "M-2"), ("C-3", "M-3")):
        life.pays_for(customer, contract)
    owed(life, {"M-2": "2026-03-31", "M-3": "2026-04-06"}).until("2026-04-07")
    decision = life.now("2026-04-07", "16:30")
    assert decision.waits("INV-3") == ("heavier-first", ("INV-2",))
    assert decision.wake["M-3"] == decision.next_steps["INV-2"].at
    assert sent(life.until("2026-04-13"))[1:] == [("2026-04-08", "reminder", ("INV-2", "INV-3"), "C-1")]


def test_a_file_with_an_agency_pauses_what_else_the_payer_is_written_to_about() -> None:
    # INV-2's file is handed over on Wednesday 15 April; INV-3's firm step of the 22nd waits
    agency = "do: [{handoff: {to: recouvra, kind: agency}}]"
    life = Life(f"""
consolidate: {{by: payer, window: 0d}}
steps:
  - {{id: one, at: due+1d, {EMAIL}}}
  - {{id: agency, level: handoff, at: due+15d, requires: [], reason: agreed, when: {{customer.segment: bad}}, {agency}}}
  - {{id: two, level: firm, at: due+15d, {FIRM}}}
""")
    life.pays_for("C-2", "M-2", segment="bad")
    life.pays_for("C-3", "M-3", segment="good")
    owed(life, {"M-2": "2026-03-31", "M-3": "2026-04-07"}).until("2026-04-22")
    assert life.now("2026-04-22", "16:30").waits("INV-3") == ("handed-off", ("INV-2",))


def test_money_on_no_invoice_is_asked_about_of_the_customer_whose_it_is() -> None:
    life = Life(f"consolidate: {{by: payer}}\nmoney: {{unallocated: {{share: 20%, then: review}}}}\nsteps:{STEPS}")
    life.pays_for("C-2", "M-2")
    life.pays(50, on="2026-03-20", by="C-2")
    owed(life, {"M-2": "2026-03-31"}).until("2026-04-02")
    (review,) = life.account.reviews.values()
    assert (review.asked.scope, review.asked.subject) == ("customer", "C-2")
    assert review.asked.why == "50.00 EUR is on no invoice: what is it for?"


def test_a_hold_of_one_customer_holds_only_what_is_its() -> None:
    life = owed(group(), {"M-2": "2026-03-31", "M-3": "2026-03-31"})
    life.hold("manual", on="2026-03-20", until="2026-04-30", of="C-2", scope="customer")
    life.until("2026-04-12")
    assert sent(life) == [("2026-04-01", "reminder", ("INV-3",), "C-1")]


@pytest.mark.parametrize("kind", ["never-dun", "vulnerable"])
@pytest.mark.parametrize(("by", "written"), [("payer", []), ("customer", ["INV-2"])])
def test_a_payer_who_is_not_to_be_dunned_is_not_dunned_for_others_either(
    kind: str, by: str, written: list[str]
) -> None:
    life = owed(group(by), {"M-1": "2026-03-31", "M-2": "2026-03-31"})
    life.hold(kind, on="2026-03-20", of="C-1", scope="customer")
    life.until("2026-04-12")
    assert [name for _, _, names, _ in sent(life) for name in names] == written


def test_money_of_one_customer_is_not_taken_for_another_and_the_message_says_it() -> None:
    life = owed(group(), {"M-2": "2026-03-31", "M-3": "2026-03-31"})
    life.pays(30, on="2026-03-25", by="C-3")
    life.until("2026-04-12")
    said = life.messages[0].said
    assert (said.total, said.credit) == (money(170), money(30))
    assert {each.receivable: each.amount for each in said.claimed} == {"INV-2": money(100), "INV-3": money(70)}


def test_what_is_asked_of_the_account_is_asked_of_each_customer() -> None:
    steps = STEPS.replace("at: due+15d", "at: due+15d, when: {account.overdue_balance: {gte: 150.00 EUR}}")
    life = owed(group(steps=steps), {"M-2": "2026-03-31", "M-3": "2026-03-31"})
    life.invoice("MORE", 50, due="2026-03-31", contract="M-3")
    life.until("2026-04-16")
    assert sent(life)[-1] == ("2026-04-15", "firm", ("INV-3", "MORE"), "C-1")
    assert life.outcomes("INV-2")[-1] == ("2026-04-15", "two", "skipped: condition")


def test_currencies_and_customers_with_another_payer_stay_apart() -> None:
    life = group()
    life.pays_for("C-4", "M-4", payer=None)
    owed(life, {"M-2": "2026-03-31", "M-4": "2026-03-31"})
    life.invoice("GBP", 100, due="2026-03-31", currency="GBP", contract="M-3")
    life.until("2026-04-12")
    first = [line for line in sent(life) if line[0] == "2026-04-01"]
    assert first == [("2026-04-01", "reminder", ("GBP",), "C-1"), ("2026-04-01", "reminder", ("INV-4",), None)]
    assert sent(life)[2:] == [("2026-04-06", "reminder", ("INV-2",), "C-1")]  # the gap to C-1


def test_the_payers_address_and_language_are_those_that_count() -> None:
    made = "consolidate: {by: payer}\nlanguage: {by: customer.language, fr: fr, otherwise: en}\nsteps:" + STEPS
    life = Life(made, language="fr", reachable=reaching(accounts=["email"]))
    life.pays_for("C-2", "M-2", language="en")
    owed(life, {"M-2": "2026-03-31"}).until("2026-04-12")
    assert sent(life) == []
    assert life.reviews() == [("2026-04-01", "no address of C-1, who pays, for the email of one")]
    life.changes(on="2026-04-13", reachable=reaching(billing=["email"]))
    life.until("2026-04-13")
    assert [(m.said.to, m.said.language) for m in life.messages] == [("C-1", "fr")]


@pytest.mark.parametrize("scope", ["", ", scope: account-overdue"])
def test_a_file_that_is_handed_over_is_about_one_debtor(scope: str) -> None:
    file = f"do: [{{handoff: {{to: recouvra, kind: agency{scope}}}}}]"
    steps = f"""
  - {{id: one, at: due+1d, {EMAIL}}}
  - {{id: agency, level: handoff, requires: [], at: due+20d, {file}}}
"""
    life = Life(f"consolidate: {{by: payer}}\npacing: {{before_heavy: 1d}}\nsteps:{steps}")
    life.pays_for("C-2", "M-2")
    life.pays_for("C-3", "M-3")
    owed(life, {"M-2": "2026-03-31", "M-3": "2026-03-31"}).until("2026-04-20")
    assert sent(life)[1:] == [("2026-04-20", "", ("INV-2",), None)]


def test_a_call_that_reaches_the_payer_is_a_contact_with_the_payer() -> None:
    call = "do: [{call: {queue: calls, script: first}}]"
    steps = f"\n  - {{id: one, at: due+1d, {call}}}\n  - {{id: two, at: due+2d, {EMAIL}}}\n"
    life = owed(group(steps=steps), {"M-2": "2026-03-31", "M-3": "2026-03-31"})
    life.calls("one", on="2026-04-02", of="INV-2")
    life.until("2026-04-12")
    # reached on Thursday the 2nd for both ladders, which the call carried: the third working day after is the 7th
    assert sent(life) == [("2026-04-07", "reminder", ("INV-2", "INV-3"), "C-1")]


def test_a_reaction_is_written_to_the_payer_and_is_the_only_contact_of_its_day() -> None:
    answer = "\nreactions:\n  - {event: promise-broken, do: [{email: {template: broken, to: billing}}]}\n"
    life = owed(group(more=answer), {"M-2": "2026-03-31", "M-3": "2026-03-31"})
    life.hold("promise", on="2026-04-02", of="INV-2", promised="2026-04-14")
    life.until("2026-04-16")
    assert sent(life)[1:] == [
        ("2026-04-15", "firm", ("INV-2", "INV-3"), "C-1"),
        ("2026-04-16", "broken", ("INV-2",), "C-1"),
    ]


def bounce_together(life: Life) -> list[str]:
    """The invoices of C-2 and C-3 for which a task was opened: their addresses died in the same instant."""
    for customer in ("C-2", "C-3"):
        life.happens(f.Bounced(life.instant("2026-04-08"), customer, "billing", "email"))
    life.until("2026-04-09")
    return [task.subject for task in life.account.tasks.values() if task.title == "Look"]


BOUNCED = "\nreactions:\n  - {event: bounced, do: [{task: {queue: collections, title: Look}}]}\n"


def test_two_customers_whose_addresses_die_in_one_instant_are_each_reacted_to() -> None:
    life = owed(group(more=BOUNCED), {"M-2": "2026-03-31", "M-3": "2026-03-31"})
    assert bounce_together(life) == ["INV-2", "INV-3"]


def test_a_bounce_that_a_ledger_of_before_answered_is_not_answered_again() -> None:
    life = owed(group(more=BOUNCED), {"M-2": "2026-03-31", "M-3": "2026-03-31"})
    at, reaction = life.instant("2026-04-08"), life.book.policies["mine"].reactions[0]
    for name in ("0", reaction.id):
        event = f"reaction/bounced/billing/email/{at.isoformat()}/{name}"
        life.happens(f.Reacted(at, event, "INV-2", day("2026-04-08")))
    assert bounce_together(life) == []


def test_each_customer_gets_a_statement_of_its_own() -> None:
    life = owed(
        group(more="statements: {at: month-start+3bd, include: not-due}\n"), {"M-2": "2026-05-29", "M-3": "2026-05-29"}
    )
    life.until("2026-05-10")
    assert sent(life) == [("2026-05-06", "statement", (name,), None) for name in ("INV-2", "INV-3")]
