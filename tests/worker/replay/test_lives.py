"""What happened to one invoice, as facts: what changes nothing is not told."""

from __future__ import annotations

from datetime import UTC, date, datetime
from pathlib import Path

from rules import facts as f
from rules.money import Money
from tests.worker.replay.shelf import replay

EVENTS = """\
events:
  file: e.csv
  invoice: nr
  name: what
  day: day
  ledger: {separator: comma, dates: YYYY-MM-DD, decimals: point}
  facts:
    paid: {payment: sum}
    appeal: {dispute: opens}
    rejected: {dispute: unfounded}
    given up: {write_off: true}
"""
OPEN = "A-1;C-1;05.01.2026;04.02.2026;100,00;;\n"


def told(folder: Path, *events: str, row: str = OPEN) -> list[str]:
    """The facts after the invoice: kind, day of the month, and the sum or outcome."""
    rows = "".join(f"A-1,2026-02-{event}\n" for event in events)
    (life,) = replay(folder, row, EVENTS, e=f"nr,day,what,sum\n{rows}").lives()
    return [_line(fact) for _, fact in life.script[1:]]


def _line(fact: f.Fact) -> str:
    match fact:
        case f.Paid():
            return f"paid {fact.on.day} {fact.amount.minor} {sum(share.minor for share in fact.shares)}"
        case f.HoldPlaced():
            return f"held {fact.hold.start.day} {fact.hold.id}"
        case f.HoldEnded():
            return f"ended {fact.on.day} {fact.hold} {fact.outcome}"
        case _:
            return f.kind_of(fact)


def test_a_second_complaint_is_the_same_dispute_until_it_is_over(tmp_path: Path) -> None:
    events = ("06,appeal,", "07,appeal,", "10,rejected,", "11,rejected,", "12,appeal,")
    assert told(tmp_path, *events) == [
        "held 6 A-1/dispute/1",
        "ended 10 A-1/dispute/1 unfounded",
        "held 12 A-1/dispute/2",
    ]


def test_a_settlement_ends_the_dispute_and_none_opens_after_it(tmp_path: Path) -> None:
    assert told(tmp_path, "06,appeal,", "10,paid,100.00", "12,appeal,", "13,given up,") == [
        "held 6 A-1/dispute/1",
        "paid 10 10000 10000",
        "ended 10 A-1/dispute/1 unfounded",
    ]


def test_what_comes_after_all_is_paid_stays_on_the_account(tmp_path: Path) -> None:
    row = OPEN.replace(";;\n", ";28.02.2026;\n")
    assert told(tmp_path, "10,paid,99.99", "11,paid,0.02", "12,paid,5.00", row=row) == [
        "paid 10 9999 9999",
        "paid 11 2 1",
        "paid 12 500 0",
    ]


def test_the_day_settled_pays_what_is_still_open(tmp_path: Path) -> None:
    row = OPEN.replace(";;\n", ";28.02.2026;\n")
    assert told(tmp_path, "10,paid,40.00", row=row) == ["paid 10 4000 4000", "paid 28 6000 6000"]


def test_a_dispute_that_would_open_on_the_day_of_settlement_is_none(tmp_path: Path) -> None:
    rule = "dispute: {when: {Streit: J}, opens: due, closes: never}\n"
    rows = "".join(f"A-{n};C-1;05.01.2026;04.02.2026;100,00;0{n}.02.2026;J\n" for n in (3, 4, 5))
    (life,) = replay(tmp_path, rows, rule).lives()
    assert [fact.hold.subject for _, fact in life.script if isinstance(fact, f.HoldPlaced)] == ["A-5"]


def test_a_dispute_does_not_close_before_it_opens(tmp_path: Path) -> None:
    rule = "dispute: {when: {Streit: J}, opens: due+5d, closes: due+1d}\n"
    (life,) = replay(tmp_path, OPEN.replace(";;\n", ";;J\n"), rule).lives()
    assert [_line(fact) for _, fact in life.script[1:]] == [
        "held 9 A-1/dispute/1",
        "ended 9 A-1/dispute/1 unfounded",
    ]


def test_instants_are_in_utc(tmp_path: Path) -> None:
    found = replay(tmp_path, OPEN)
    (life,) = found.lives()
    assert {at.tzinfo for at in (life.start, found.end(), *(at for at, _ in life.script))} == {UTC}
    assert found.end(date(2026, 1, 5)) == datetime(2026, 1, 5, 22, 59, 59, 999999, tzinfo=UTC)


def test_an_approval_on_the_same_day_is_given_at_once(tmp_path: Path) -> None:
    now = datetime(2026, 2, 24, 9, 30, tzinfo=UTC)
    asked = f.ApprovalAsked(now, "A-1", 1, "notice", 1, "credit-controller", Money(10000, "EUR"), date(2026, 2, 24))
    answers = {
        after: list(replay(tmp_path, OPEN, f"approve: {after}\n").answer(asked, now))
        for after in ("after 0d", "after 1w", "after 1m", "never")
    }
    days = {
        after: [(at, fact.on) for at, fact in given if isinstance(fact, f.Approved)] for after, given in answers.items()
    }
    assert days == {
        "after 0d": [(now, date(2026, 2, 24))],
        "after 1w": [(datetime(2026, 3, 2, 23, tzinfo=UTC), date(2026, 3, 3))],
        "after 1m": [(datetime(2026, 3, 23, 23, tzinfo=UTC), date(2026, 3, 24))],
        "never": [],
    }
