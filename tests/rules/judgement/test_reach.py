"""What goes beyond one ladder: whole accounts handed over, restrictions, webhooks, statements, calls in a day."""

from __future__ import annotations

from datetime import timedelta

import pytest

from rules import facts as f
from tests.rules.judgement.kit import Life, day, money

EMAIL = "do: [{email: {template: reminder, to: billing}}]"
GATEWAYS = "gateways: {crm: {url: https://crm.example/hook}}\n"
# Due on Tuesday 31 March 2026: `one` on Wednesday 1 April, `agency` on Wednesday 29 April.
AGENCY = f"""
consolidate: {{by: invoice}}
steps:
  - {{id: one, level: reminder, at: due+1d, {EMAIL}}}
  - id: agency
    level: handoff
    at: due+29d
    requires: []
    reason: small sums
    approval: credit-controller
    do: [{{handoff: {{to: recouvra, kind: agency, scope: account-overdue}}}}]
"""


# --- handing over ------------------------------------------------------------------------------------------------


def handing() -> Life:
    life = Life(AGENCY)
    life.invoice("INV-1", 1000, due="2026-03-31")
    life.invoice("INV-2", 500, due="2026-04-20")
    life.invoice("INV-3", 200, due="2026-05-31")
    return life


def test_all_that_is_overdue_goes_with_the_file_and_the_approval_shows_its_sum() -> None:
    life = handing()
    life.approves("agency", on="2026-05-04")
    life.until("2026-05-06")
    assert [(str(a.on), a.amount) for a in life._told(f.ApprovalAsked)][:1] == [("2026-04-29", money(1500))]
    assert ("2026-05-04", "", "stopped: handed-off") in life.outcomes("INV-1")
    assert ("2026-05-04", "", "stopped: handed-off") in life.outcomes("INV-2")
    assert life.outcomes("INV-3") == []  # not due yet


ALONE = AGENCY.replace("    approval: credit-controller\n", "")


def test_what_was_not_reminded_long_enough_before_stays_out_of_the_file() -> None:
    # on Wednesday 29 April INV-2 was reminded eight days before; INV-3 is due on Saturday the 25th, and its reminder,
    # which would keep the file waiting for the gap, waits itself, until the day after
    life = Life(ALONE)
    life.invoice("INV-1", 1000, due="2026-03-31")
    life.invoice("INV-2", 500, due="2026-04-20")
    life.invoice("INV-3", 200, due="2026-04-25")
    life.until("2026-05-31")
    (file,) = [message for message in life.messages if message.said.channel == "handoff"]
    assert (file.on, file.said.lines, str(file.said.total)) == ("2026-04-29", ("INV-1", "INV-2"), "1500.00 EUR")
    assert life.steps("INV-3") == [("2026-04-30", "one")]
    assert life.waits_for("INV-3") == "handed-off"


def test_what_the_banks_data_do_not_cover_yet_stays_out_of_the_file() -> None:
    # both were reminded before they were due; the data go to the due date of INV-2, and not to the working day after it
    life = Life(ALONE.replace("at: due+1d", "at: due-10d"), bank="2026-04-20")
    life.invoice("INV-1", 1000, due="2026-03-31")
    life.invoice("INV-2", 500, due="2026-04-20")
    life.until("2026-05-31")
    assert life.sent()[-1] == ("2026-04-29", "handoff", ("INV-1",))


def test_an_instalment_of_a_plan_that_runs_stays_out_of_the_file() -> None:
    life = Life(ALONE)
    life.invoice("INV-1", 1000, due="2026-03-31")
    life.invoice("INV-2", 600, due="2026-03-16")
    at, on = life.instant("2026-03-20", "10:00"), day("2026-03-20")
    life.happens(f.HoldPlaced(at, f.Hold("plan", "payment-plan", "receivable", "INV-2", on)))
    for name, due in (("plan/1", "2026-04-14"), ("plan/2", "2026-06-15")):
        life.happens(f.Issued(at, name, "M-1", name, on, day(due), money(300), kind="instalment", delivered=on))
    life.until("2026-05-10")
    assert life.steps("plan/1") == [("2026-04-15", "one")]  # two weeks before the file
    assert life.sent()[-1] == ("2026-04-29", "handoff", ("INV-1",))


def test_what_is_disputed_or_held_stays_out_of_the_file() -> None:
    life = handing()
    life.hold("dispute", on="2026-04-25", of="INV-2", reason="price")
    life.approves("agency", on="2026-05-04")
    life.until("2026-05-06")
    assert ("2026-05-04", "", "stopped: handed-off") in life.outcomes("INV-1")
    assert all(outcome != "stopped: handed-off" for _, _, outcome in life.outcomes("INV-2"))


def test_what_goes_with_a_file_climbs_its_own_ladder() -> None:
    # INV-2 is reminded on Tuesday 21 April, paid on the 22nd and opened again on the 24th: it is in its second round
    life = handing()
    life.reverses(life.pays(500, on="2026-04-22", of="INV-2"), on="2026-04-24")
    life.approves("agency", on="2026-05-04")
    life.until("2026-05-06")
    left = [fact for fact in life._told(f.Left) if fact.step == "agency"]
    assert [(fact.receivable, fact.round, fact.occurrence, fact.covered) for fact in left] == [
        ("INV-1", 1, 1, False),
        ("INV-2", 2, 1, True),
    ]


@pytest.mark.parametrize("why", ["held", "stopped", "unknown", "leaving"])
def test_nothing_goes_with_the_file_whose_ladder_is_not_free(why: str) -> None:
    # INV-2 is reminded on Tuesday 21 April; INV-4, as old as INV-1 and reminded with it on 1 April, goes along
    life = Life(AGENCY)
    for name, amount, due in (("INV-1", 1000, "03-31"), ("INV-2", 500, "04-20"), ("INV-4", 300, "03-31")):
        life.invoice(name, amount, due=f"2026-{due}")
    if why == "held":
        life.hold("manual", on="2026-04-25", of="INV-2")
    elif why == "stopped":
        life.happens(f.Stopped(life.instant("2026-04-25"), "INV-2", 1, "stopped", day("2026-04-25")))
    elif why == "unknown":
        act, at = life.claims("one", on="2026-04-21"), life.instant("2026-04-21", "16:40")
        life.happens(f.ActionEnded(at, act.message, act.index, "INV-2", act.queue, "unknown", day("2026-04-21")))
    life.until(life.instant("2026-05-04") - timedelta(seconds=1))
    if why == "leaving":
        on, key = day("2026-04-24"), "INV-2/1/one/2"
        left = f.Left(life.lived, "INV-2", 1, "one", 2, "reminder", on, key, "one", None, ("email",), (0,))  # type: ignore[arg-type]
        life.account.record(left)
    life.account.record(f.Approved(life.instant("2026-05-04"), "INV-1", "agency", "anne", day("2026-05-04")))
    file = next(act for act in life.now("2026-05-04", "16:30").acts if act.step == "agency")
    assert [each.receivable for each in file.what.claimed] == ["INV-1", "INV-4"]  # type: ignore[union-attr]


def test_money_that_comes_directly_is_reported_to_whoever_has_the_file() -> None:
    life = handing()
    life.approves("agency", on="2026-05-04")
    life.pays(300, on="2026-05-11", of="INV-2")
    life.until("2026-05-12")
    told = [title for _, title in life.tasks() if title.startswith("Report")]
    assert told == ["Report the payment of 300.00 EUR for INV-2 to whoever has the file"]


def test_of_an_account_that_was_handed_over_each_invoice_is_recalled_and_goes_with_the_next_file_again() -> None:
    # INV-2 is of Monday 20 April; `two` is named for it, which it never had: before it was `one`, of the 21st
    two = f"  - {{id: two, level: firm, at: due+15d, {EMAIL}}}\n  - id: agency"
    life = Life(AGENCY.replace("  - id: agency", two).replace("    approval: credit-controller\n", ""))
    life.invoice("INV-1", 1000, due="2026-03-31")
    life.invoice("INV-2", 500, due="2026-04-20")
    for name, step in (("INV-1", None), ("INV-2", "two")):
        life.happens(f.Recalled(life.instant("2026-05-11"), name, day("2026-05-11"), step))
    life.until("2026-05-31")
    # its `agency` is of Tuesday 19 May, and takes INV-1 along, which is overdue and whose file had come back
    assert life.steps("INV-2") == [
        ("2026-04-21", "one"),
        ("2026-04-29", "agency"),
        ("2026-05-11", "two"),
        ("2026-05-19", "agency"),
    ]
    ends = ["2026-04-29", "2026-05-19"]
    for name in ("INV-1", "INV-2"):
        assert [on for on, _, outcome in life.outcomes(name) if outcome == "stopped: handed-off"] == ends
        assert life.account.receivables[name].handed_off == day("2026-05-19")


def test_what_a_recall_passes_over_says_so() -> None:
    two = f"  - {{id: two, level: firm, at: due+15d, {EMAIL}}}\n  - {{id: three, level: firm, at: due+20d, {EMAIL}}}\n"
    steps = AGENCY.replace("  - id: agency", f"{two}  - id: agency").replace("    approval: credit-controller\n", "")
    life = Life("pacing: {before_heavy: 1d}\n" + steps)
    life.invoice("INV-1", 1000, due="2026-03-31")
    life.invoice("INV-2", 500, due="2026-04-20")
    life.happens(f.Recalled(life.instant("2026-05-11"), "INV-2", day("2026-05-11"), "three"))
    life.pays(1000, on="2026-05-11", of="INV-1")  # so that INV-2 need not wait for its file
    assert life.until("2026-05-14").outcomes("INV-2")[-3:] == [
        ("2026-05-11", "", "reopened: recalled"),
        ("2026-05-11", "three", "sent"),
        ("2026-05-11", "two", "skipped: recalled"),
    ]


def reported(life: Life) -> list[tuple[str, str]]:
    """(day, what) of everything that whoever has the file is to be told."""
    return [(on, title) for on, title in life.tasks() if title.startswith("Report")]


def test_money_that_came_before_the_file_was_handed_over_and_is_heard_of_after_it_is_reported() -> None:
    life = handing()
    life.approves("agency", on="2026-05-04")
    share = (f.Share("INV-2", 30000),)
    life.happens(f.Paid(life.instant("2026-05-06"), "P-1", "C-1", money(300), day("2026-04-30"), share))
    life.until("2026-05-12")
    assert reported(life) == [("2026-05-06", "Report the payment of 300.00 EUR for INV-2 to whoever has the file")]


def test_money_that_was_reported_and_goes_back_is_reported_again_and_so_is_what_the_file_had_left_out() -> None:
    life = handing()
    before = life.pays(100, on="2026-04-22", of="INV-1")
    life.approves("agency", on="2026-05-04")
    after = life.pays(300, on="2026-05-11", of="INV-2")
    life.reverses(after, on="2026-05-18")
    life.reverses(before, on="2026-05-20")
    life.until("2026-06-12")
    assert reported(life) == [
        ("2026-05-11", "Report the payment of 300.00 EUR for INV-2 to whoever has the file"),
        ("2026-05-18", "Report to whoever has the file that the payment of 300.00 EUR for INV-2 came back"),
        ("2026-05-20", "Report to whoever has the file that the payment of 100.00 EUR for INV-1 came back"),
    ]


def test_money_that_nobody_said_what_it_is_for_is_reported_once_for_the_customer() -> None:
    life = handing()
    life.pays(50, on="2026-04-22")  # before, and so left out of the file
    life.approves("agency", on="2026-05-04")
    payment = life.pays(600, on="2026-05-11")
    life.happens(f.Allocated(life.instant("2026-05-13"), payment, (f.Share("INV-2", 50000),)))
    life.until("2026-05-20")
    assert reported(life) == [
        ("2026-05-11", "Report the payment of 600.00 EUR of C-1, on no invoice yet, to whoever has the file"),
        ("2026-05-13", "Report the payment of 500.00 EUR for INV-2 to whoever has the file"),
    ]


@pytest.mark.parametrize(("outcome", "told"), [("unfounded", ["2026-05-11"]), ("founded", [])])
def test_what_was_left_out_of_the_file_as_disputed_and_is_no_more_is_reported(outcome: str, told: list[str]) -> None:
    life = Life(ALONE)
    life.invoice("INV-1", 1000, due="2026-03-31")
    dispute = life.hold("dispute", on="2026-04-20", part=money(200))
    life.ends(dispute, on="2026-05-11", outcome=outcome)
    life.until("2026-06-30")
    assert str(life.messages[-1].said.total) == "800.00 EUR"
    what = "Report to whoever has the file that 200.00 EUR of INV-1 is disputed no more"
    assert reported(life) == [(on, what) for on in told]


# --- restrictions ------------------------------------------------------------------------------------------------

RESTRICT = f"""
steps:
  - {{id: one, level: reminder, at: due+1d, {EMAIL}}}
  - id: stop
    level: firm
    at: due+15d
    do: [{{email: {{template: firm, to: billing}}}}, {{restrict: {{what: service, notice: 8d}}}}]
"""


def restricting(*, clause: bool | None = True) -> Life:
    life = Life(RESTRICT)
    life.contract("M-2", suspension_clause=clause)
    life.invoice("INV-1", 1000, due="2026-03-31", contract="M-2")
    return life


def test_service_is_held_back_after_its_notice_and_given_back_on_settlement() -> None:
    life = restricting()
    life.pays(1000, on="2026-05-04", of="INV-1")
    life.until("2026-06-30")
    assert life.steps() == [("2026-04-01", "one"), ("2026-04-15", "stop")]
    assert life.tasks() == [
        ("2026-04-15", "Hold back service of contract M-2 from 2026-04-23 on, for invoice INV-1"),
        ("2026-05-04", "Give back service of contract M-2: invoice INV-1 is settled"),
    ]
    assert life.account.receivables["INV-1"].restricted is None


def test_what_a_step_puts_on_lists_is_known_by_the_step_and_its_place() -> None:
    calls = "{call: {queue: phone, script: polite}}, {call: {queue: visits, script: visit}}"
    life = Life(RESTRICT.replace("{restrict:", f"{calls}, {{restrict:"))
    life.contract("M-2", suspension_clause=True)
    life.invoice("INV-1", 1000, due="2026-03-31", contract="M-2")
    life.until("2026-04-16")
    assert [(key, task.queue, task.receivable, task.step) for key, task in life.account.tasks.items()] == [
        ("task/INV-1/1/stop/1/1", "phone", "INV-1", "stop"),
        ("task/INV-1/1/stop/1/2", "visits", "INV-1", "stop"),
        ("task/INV-1/1/stop/1/3", "operations", "INV-1", "stop"),
    ]


def test_what_could_not_be_announced_is_not_held_back_before_it_was() -> None:
    # the e-mail of Wednesday 15 April fails; tried again on Monday the 20th, it says the 28th
    life = restricting()
    life.fails("stop", on="2026-04-15")
    life.until("2026-04-19")
    assert life.reviews() == [("2026-04-15", "stop could not be sent: 550 no such user")]
    life.answers("proceed", on="2026-04-20")
    assert life.until("2026-05-31").tasks() == [
        ("2026-04-15", "Hold back service of contract M-2 from 2026-04-23 on, for invoice INV-1"),
        ("2026-04-15", "Give back service of contract M-2: the message about invoice INV-1 failed"),
        ("2026-04-20", "Hold back service of contract M-2 from 2026-04-28 on, for invoice INV-1"),
    ]


def test_an_agreed_plan_gives_back_what_was_held_back() -> None:
    life = restricting()
    at, on = life.instant("2026-04-20", "10:00"), day("2026-04-20")
    life.happens(f.HoldPlaced(at, f.Hold("plan", "payment-plan", "receivable", "INV-1", on)))
    part = f.Issued(at, "plan/1", "M-2", "p1", on, day("2026-06-15"), money(1000), kind="instalment", delivered=on)
    life.happens(part)
    life.until("2026-04-22")
    assert ("2026-04-20", "Give back service of contract M-2: invoice INV-1 is on a plan") in life.tasks()


def test_what_another_invoice_of_the_contract_holds_back_too_is_not_given_back_with_the_first() -> None:
    life = Life("consolidate: {by: invoice}\n" + RESTRICT)
    life.contract("M-2", suspension_clause=True)
    life.invoice("INV-1", 1000, due="2026-03-31", contract="M-2")
    life.invoice("INV-2", 500, due="2026-04-02", contract="M-2")
    life.pays(1000, on="2026-05-04", of="INV-1")
    life.pays(500, on="2026-06-04", of="INV-2")
    # the second one's reminder of Friday 3 April waits for the gap, until Monday; its `stop` is of Friday 17 April and
    # waits for it again, until Monday the 20th
    assert life.until("2026-06-30").tasks() == [
        ("2026-04-15", "Hold back service of contract M-2 from 2026-04-23 on, for invoice INV-1"),
        ("2026-04-20", "Hold back service of contract M-2 from 2026-04-28 on, for invoice INV-2"),
        ("2026-06-04", "Give back service of contract M-2: invoice INV-2 is settled"),
    ]


def test_one_message_about_two_invoices_holds_back_what_each_of_them_is_for() -> None:
    life = Life(RESTRICT)
    for n, contract in ((1, "M-2"), (2, "M-2"), (3, "M-3")):
        life.contract(contract, suspension_clause=True)
        life.invoice(f"INV-{n}", 100 * n, due="2026-03-31", contract=contract)
    for n, on in ((1, "2026-05-04"), (2, "2026-05-11"), (3, "2026-05-18")):
        life.pays(100 * n, on=on, of=f"INV-{n}")
    life.until("2026-06-30")
    assert life.sent()[-1] == ("2026-04-15", "firm", ("INV-1", "INV-2", "INV-3"))
    assert life.tasks() == [
        ("2026-04-15", "Hold back service of contract M-2 from 2026-04-23 on, for invoice INV-1"),
        ("2026-04-15", "Hold back service of contract M-2 from 2026-04-23 on, for invoice INV-2"),
        ("2026-04-15", "Hold back service of contract M-3 from 2026-04-23 on, for invoice INV-3"),
        ("2026-05-11", "Give back service of contract M-2: invoice INV-2 is settled"),
        ("2026-05-18", "Give back service of contract M-3: invoice INV-3 is settled"),
    ]


def test_what_a_stopped_ladder_has_held_back_is_given_back_when_the_rest_is_paid() -> None:
    life = Life("applies_to: {invoice.balance: {gte: 50.00 EUR}}\n" + RESTRICT)
    life.contract("M-2", suspension_clause=True)
    life.invoice("INV-1", 1000, due="2026-03-31", contract="M-2")
    life.pays(990, on="2026-05-04", of="INV-1")
    assert ("2026-05-04", "", "stopped: below-minimum") in life.until("2026-05-04").outcomes()
    life.pays(10, on="2026-06-04", of="INV-1")
    life.until("2026-06-30")
    assert life.tasks()[1:] == [("2026-06-04", "Give back service of contract M-2: invoice INV-1 is settled")]


def test_without_the_clause_nothing_is_held_back() -> None:
    life = restricting(clause=False).until("2026-06-30")
    assert ("2026-04-15", "stop", "skipped: no-suspension-clause") in life.outcomes()
    assert life.tasks() == []


def test_a_clause_that_is_not_known_asks_a_person() -> None:
    life = restricting(clause=None).until("2026-06-30")
    assert life.reviews() == [("2026-04-15", "a fact is not known: contract.suspension_clause")]


def test_where_a_person_says_so_it_is_held_back_though_the_clause_is_not_known() -> None:
    life = restricting(clause=None)
    life.answers("proceed", on="2026-04-17")
    assert life.until("2026-04-20").steps() == [("2026-04-01", "one"), ("2026-04-17", "stop")]


# --- webhooks ----------------------------------------------------------------------------------------------------


def called(life: Life) -> list[tuple[str, str]]:
    """(day, gateway) of every webhook."""
    return [(str(e.on), e.channel) for e in life._told(f.ActionEnded) if e.channel == "webhook"]


def test_a_webhook_goes_on_under_a_hold_and_is_no_contact() -> None:
    life = Life(
        f"""
steps:
  - {{id: tell, level: reminder, at: due+1d, do: [{{webhook: {{to: crm}}}}]}}
  - {{id: one, level: reminder, at: due+2d, {EMAIL}}}
""",
        business=GATEWAYS,
    )
    life.invoice("INV-1", 1000, due="2026-03-31")
    life.ends(life.hold("manual", on="2026-03-20", reason="asked"), on="2026-04-02")
    life.until("2026-06-30")
    assert called(life) == [("2026-04-01", "webhook")]
    assert life.steps() == [("2026-04-01", "tell"), ("2026-04-02", "one")]


def test_a_reaction_calls_a_webhook_at_once_whatever_holds() -> None:
    life = Life(
        f"""
reactions: [{{event: dispute-opened, do: [{{webhook: {{to: crm}}}}, {{call: {{queue: calls, script: why}}}}]}}]
steps: [{{id: one, level: reminder, at: due+1d, {EMAIL}}}]
""",
        business=GATEWAYS,
    )
    life.invoice("INV-1", 1000, due="2026-03-31")
    life.hold("dispute", on="2026-04-10", at="20:00", reason="price")
    life.until("2026-04-30")
    assert called(life) == [("2026-04-10", "webhook")]
    assert life.tasks() == [("2026-04-10", "call:why")]


# --- beside the ladder -------------------------------------------------------------------------------------------


def test_after_the_last_step_a_message_may_leave_and_is_a_contact() -> None:
    life = Life(
        f"""
steps: [{{id: one, level: reminder, at: due+1d, {EMAIL}}}]
after_last_step: {{at: one+10d, do: [{{email: {{template: last, to: billing}}}}, {{task: {{queue: q, title: Look}}}}]}}
"""
    )
    life.invoice("INV-1", 1000, due="2026-03-31")
    life.until("2026-06-30")
    # 11 April is a Saturday
    assert [(day_, template) for day_, template, _ in life.sent()] == [
        ("2026-04-01", "reminder"),
        ("2026-04-13", "last"),
    ]
    assert life.tasks() == [("2026-04-13", "Look")]


def test_an_internal_deadline_may_call_a_webhook() -> None:
    life = Life(
        f"""
steps: [{{id: one, level: reminder, at: due+1d, {EMAIL}}}]
deadlines: [{{id: insurer, at: due+60d, warn: 10d, do: [{{webhook: {{to: crm}}}}]}}]
""",
        business=GATEWAYS,
    )
    life.invoice("INV-1", 1000, due="2026-03-31")
    life.hold("dispute", on="2026-04-10", reason="price")
    life.until("2026-06-30")
    assert called(life) == [("2026-05-20", "webhook")]


# --- statements --------------------------------------------------------------------------------------------------

STATEMENTS = f"""
consolidate: {{by: invoice}}
statements: {{at: month-start+3bd, when: {{account.overdue_balance: {{gte: 100.00 EUR}}}}, include: not-due}}
steps: [{{id: one, level: reminder, at: due+1d, {EMAIL}}}]
"""


def stated(life: Life) -> list[tuple[str, tuple[str, ...]]]:
    """(day, receivables due) of every statement."""
    return [(on, lines) for on, template, lines in life.sent() if template == "statement"]


def test_a_statement_leaves_once_a_month_while_something_is_overdue() -> None:
    life = Life(STATEMENTS)
    life.invoice("INV-1", 1000, due="2026-03-31")
    life.invoice("INV-2", 500, due="2026-05-31", issued="2026-03-15")
    life.pays(1000, on="2026-05-20", of="INV-1")
    life.pays(500, on="2026-05-28", of="INV-2")
    life.until("2026-08-31")
    # three working days after the first of the month
    assert stated(life) == [
        ("2026-04-06", ("INV-1",)),
        ("2026-05-06", ("INV-1",)),
    ]


def test_a_statement_is_no_contact_and_is_not_sent_where_everything_is_on_hold() -> None:
    life = Life(STATEMENTS)
    life.invoice("INV-1", 1000, due="2026-03-31")
    life.hold("dispute", on="2026-04-20", reason="price")
    life.until("2026-05-31")
    assert [on for on, _ in stated(life)] == ["2026-04-06"]


@pytest.mark.parametrize(("answer", "sent"), [("proceed", ["2026-04-08", "2026-05-06"]), ("skip", [])])
def test_a_statement_on_a_fact_that_is_not_known_is_asked_about_once(answer: str, sent: list[str]) -> None:
    # asked for the first time on Wednesday 4 March, answered on Wednesday 8 April
    life = Life(STATEMENTS.replace("{account.overdue_balance: {gte: 100.00 EUR}}", "{customer.segment: small}"))
    life.invoice("INV-1", 1000, due="2026-03-31")
    life.answers(answer, on="2026-04-08")
    life.until("2026-05-31")
    assert life.reviews() == [("2026-03-04", "whether a statement of account is sent is not known: customer.segment")]
    assert [on for on, _ in stated(life)] == sent


def test_a_language_that_is_not_known_any_more_stops_the_statement_and_nothing_else() -> None:
    by = "language: {by: customer.language, fr: fr, otherwise: en}\n" + STATEMENTS
    life = Life(by, language="fr")
    life.invoice("INV-1", 1000, due="2026-03-31")
    life.changes(on="2026-04-02", language=None)
    life.until("2026-04-10")
    assert stated(life) == []
    assert [why for _, why in life.reviews()] == ["a fact is not known: customer.language"]


# --- calls in a day ----------------------------------------------------------------------------------------------


def test_calls_beyond_the_limit_of_a_day_wait_for_a_person() -> None:
    life = Life(
        "steps: [{id: phone, level: firm, at: due+1d, do: [{call: {queue: calls, script: why}}]}]",
        business="limits: {calls_per_day: 2}\n",
    )
    life.invoice("INV-1", 1000, due="2026-03-31")
    life.business.calls[day("2026-04-01")] = 2
    life.until("2026-04-01")
    assert life.steps() == []
    (hold,) = life.business.holds.values()
    assert hold.hold.reason == "3 calls would pass the limit of 2 a day"
    life.until("2026-04-02")
    assert life.steps() == [("2026-04-02", "phone")]
