"""Small ledgers lived through by the simulator; every day below was reckoned by hand on a calendar of 2026."""

from __future__ import annotations

from dataclasses import replace
from datetime import date
from pathlib import Path

from rules import facts as f
from tests.worker.replay.shelf import MAPPING, POLICY, lines, replay, workspace
from worker.replay.run import lived, reasons, simulate
from worker.replay.today import judging

PAID_LATE = "A-1;C-1;05.01.2026;04.02.2026;1.200,50;31.03.2026;\n"  # due on a Wednesday
APPROVED = "approve: after 2d\n"
EVENTS = """\
events:
  file: events.csv
  invoice: nr
  name: what
  day: day
  ledger: {separator: comma, dates: YYYY-MM-DD, decimals: point}
  facts:
    paid: {payment: sum}
    credit note: {credit: sum}
    notified: {delivered: true, due: 60d}
    appeal: {dispute: opens}
    dismissed: {dispute: founded}
    given up: {write_off: true}
    remark: none
"""
WITHOUT_DUE = MAPPING.replace("  invoice.due: Frist\n", "").replace("reckoned: {invoice.delivered: issued}\n", "")


def test_an_invoice_paid_late_climbs_until_it_is_settled(tmp_path: Path) -> None:
    assert lines(replay(tmp_path, PAID_LATE, APPROVED)) == [
        "2026-02-05 A-1 first sent",
        "2026-02-16 A-1 second sent",  # due+10d is Saturday the 14th
        "2026-02-24 A-1 notice waiting: approval",
        "2026-02-26 A-1 notice sent",  # approved two days later, at midnight
        "2026-03-31 A-1 stopped: paid",
    ]


def test_an_approval_that_nobody_gives_is_waited_for(tmp_path: Path) -> None:
    assert lines(replay(tmp_path, PAID_LATE, "approve: never\n"))[2:] == [
        "2026-02-24 A-1 notice waiting: approval",
        "2026-03-31 A-1 stopped: paid",
    ]


def test_what_is_paid_on_the_day_of_a_step_is_not_reminded(tmp_path: Path) -> None:
    rows = "A-1;C-1;05.01.2026;04.02.2026;10,00;05.02.2026;\nA-2;C-2;05.01.2026;04.02.2026;10,00;06.02.2026;\n"
    assert lines(replay(tmp_path, rows)) == [
        "2026-02-05 A-1 stopped: paid",
        "2026-02-05 A-2 first sent",
        "2026-02-06 A-2 stopped: paid",
    ]


def test_a_dispute_of_the_rule_holds_and_the_ladder_goes_on_after_it(tmp_path: Path) -> None:
    rule = "dispute: {when: {Streit: [ja, J]}, opens: due+1d, closes: opened+10d}\n"
    rows = PAID_LATE.replace(";\n", ";J\n") + "B-1;C-2;05.01.2026;04.02.2026;10,00;16.02.2026;nein\n"
    assert lines(replay(tmp_path, rows, rule + APPROVED)) == [
        "2026-02-05 B-1 first sent",
        "2026-02-16 A-1 first sent",  # held from the 5th to Sunday the 15th
        "2026-02-16 B-1 stopped: paid",
        "2026-02-19 A-1 second sent",  # three working days after the first
        "2026-02-24 A-1 notice waiting: approval",
        "2026-02-26 A-1 notice sent",
        "2026-03-31 A-1 stopped: paid",
    ]


def test_partial_payments_and_credits_settle_together(tmp_path: Path) -> None:
    rows = "A-1;C-1;05.01.2026;04.02.2026;100,00;;\n"
    events = "nr,day,what,sum\nA-1,2026-02-13,credit note,60.00\nA-1,2026-02-10,paid,40.00\nA-1,2026-02-11,remark,\n"
    assert lines(replay(tmp_path, rows, EVENTS, events=events)) == [
        "2026-02-05 A-1 first sent",
        "2026-02-13 A-1 stopped: paid",
    ]


def test_too_little_keeps_the_ladder_going_and_a_write_off_ends_it(tmp_path: Path) -> None:
    rows = "A-1;C-1;05.01.2026;04.02.2026;100,00;;\n"
    events = "nr,day,what,sum\nA-1,2026-02-10,paid,99.99\nA-1,2026-02-20,given up,\n"
    assert lines(replay(tmp_path, rows, EVENTS, events=events)) == [
        "2026-02-05 A-1 first sent",
        "2026-02-16 A-1 second sent",
        "2026-02-20 A-1 stopped: written-off",
    ]


def test_a_founded_dispute_moves_the_later_steps(tmp_path: Path) -> None:
    rows = "A-1;C-1;05.01.2026;04.02.2026;100,00;17.03.2026;\n"
    events = "nr,day,what,sum\nA-1,2026-02-06,appeal,\nA-1,2026-02-13,dismissed,\n"
    assert lines(replay(tmp_path, rows, EVENTS, events=events)) == [
        "2026-02-05 A-1 first sent",
        "2026-02-23 A-1 second sent",  # Saturday the 14th, seven days later: Saturday the 21st
        "2026-03-03 A-1 notice waiting: approval",  # Tuesday the 24th, seven days later
        "2026-03-17 A-1 stopped: paid",
    ]


def test_a_due_date_that_comes_with_the_notification_begins_the_ladder(tmp_path: Path) -> None:
    rows = "A-1;C-1;05.01.2026;;100,00;;\nA-2;C-2;05.01.2026;;100,00;12.01.2026;\n"
    events = "nr,day,what,sum\nA-1,2026-01-20,notified,\nA-1,2026-03-27,paid,100.00\n"
    assert lines(replay(tmp_path, rows, EVENTS, base=WITHOUT_DUE, events=events)) == [
        "2026-01-05 A-1 refused: no-due-date",
        "2026-01-05 A-2 refused: no-due-date",
        "2026-01-12 A-2 stopped: paid",
        "2026-03-23 A-1 first sent",  # due on 21 March, Saturday; the day after is Sunday
        "2026-03-27 A-1 stopped: paid",
    ]


def test_daily_bank_data_keep_a_step_until_they_cover_the_due_date(tmp_path: Path) -> None:
    rows = "A-1;C-1;05.01.2026;04.02.2026;100,00;10.02.2026;\n"
    assert lines(replay(tmp_path, rows, "bank: daily\n")) == [
        "2026-02-06 A-1 first sent",  # the data through the 5th are confirmed on the morning of the 6th
        "2026-02-10 A-1 stopped: paid",
    ]


def test_the_routes_are_asked(tmp_path: Path) -> None:
    consumers = MAPPING.replace("customer.kind: business", "customer.kind: consumer")
    assert lines(replay(tmp_path, PAID_LATE, base=consumers)) == [
        "2026-01-05 A-1 refused: route:consumers",
        "2026-03-31 A-1 stopped: paid",
    ]


def test_a_fact_that_is_not_mapped_is_not_known_and_stops_the_step(tmp_path: Path) -> None:
    asking = POLICY.replace("level: reminder,", "level: reminder, when: {customer.segment: small},")
    assert lines(replay(tmp_path, PAID_LATE), asking) == ["2026-03-31 A-1 stopped: paid"]


def test_the_replay_ends_with_its_last_day(tmp_path: Path) -> None:
    found = replay(tmp_path, "A-1;C-1;05.01.2026;04.02.2026;100,00;;\n", "until: 1m\n")
    assert found.until == date(2026, 2, 5)
    assert lines(found) == ["2026-02-05 A-1 first sent"]
    assert simulate(found, judging(workspace(), found).rulebook, until=date(2026, 2, 4)) == []


def test_customers_do_not_depend_on_each_other(tmp_path: Path) -> None:
    rows = "".join(f"A-{n};C-{n % 3};{n + 4:02}.01.2026;04.02.2026;100,00;{n + 4:02}.03.2026;\n" for n in range(1, 10))
    found = replay(tmp_path, rows, APPROVED)
    judged = judging(workspace(), found).rulebook
    whole = simulate(found, judged)
    turned = replace(found, items=dict(reversed(found.items.items())))
    alone = [replace(found, items={name: items}) for name, items in found.items.items()]
    assert simulate(turned, judged) == whole
    assert sorted(entry for each in alone for entry in simulate(each, judged)) == whole
    assert len({entry.receivable for entry in whole}) == 9


def test_the_reasons_of_a_day_are_told(tmp_path: Path) -> None:
    found = replay(tmp_path, PAID_LATE)
    said = reasons(found, judging(workspace(), found).rulebook, "A-1", date(2026, 2, 25))
    assert [reason.values[0] for reason in said if reason.code == "waits"] == ["approval"]


def test_progress_counts_customers(tmp_path: Path) -> None:
    seen: list[tuple[str, int, int]] = []
    found = replay(tmp_path, PAID_LATE + "B-1;C-2;05.01.2026;04.02.2026;10,00;;\n")
    told = list(lived(found, judging(workspace(), found).rulebook, progress=lambda *told: seen.append(told)))
    assert [life.customer.id for life, _ in told] == ["C-1", "C-2"]
    assert seen == [("customers", 0, 2), ("customers", 2, 2)]


def test_the_bank_confirms_each_morning_from_the_first_day(tmp_path: Path) -> None:
    found = replay(tmp_path, PAID_LATE, "bank: daily\nuntil: 0d\n")
    confirmed = [fact.through for _, fact in found.bank_days() if isinstance(fact, f.BankConfirmed)]
    assert (confirmed[0], confirmed[-1], len(confirmed)) == (date(2026, 1, 4), date(2026, 3, 30), 86)
