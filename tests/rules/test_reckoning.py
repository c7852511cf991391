"""When a step is planned: every anchor, what a deadline counts from, and what holds shift; bounds of days."""

from __future__ import annotations

from datetime import date
from zoneinfo import ZoneInfo

import pytest

from rules.account import Climb, Ladder, Outcome, Receivable
from rules.calendars import Calendar
from rules.conditions import NotKnown
from rules.moments import Duration, Moment
from rules.money import Money
from rules.policy import Deadline, Step
from rules.reckoning import NotDated, anchor_day, concluded_call, deadline_of, merged, planned, shifted

WEEK = Calendar("week", ZoneInfo("Europe/Paris"), frozenset(range(5)), {}, date(2030, 12, 31))
ISSUED, DELIVERED, DUE, REANCHORED = date(2026, 3, 2), date(2026, 3, 5), date(2026, 3, 31), date(2026, 5, 20)
STEPS = (
    Step("one", "reminder", Moment.parse("due+3d"), ()),
    Step("sent", "firm", Moment.parse("due+10d"), (), deadline=Deadline(Duration(5, "bd"), "sent")),
    Step("shown", "notice", Moment.parse("due+30d"), (), deadline=Deadline(Duration(8, "d"), "presented")),
)


def april(day: int) -> date:
    return date(2026, 4, day)


def climb(step: str, on: date, outcome: Outcome = "sent", **more: date) -> Climb:
    return Climb(step, 1, "reminder", on, outcome, **more)  # type: ignore[arg-type]


def item(
    *climbs: Climb, due: date | None = DUE, delivered: date | None = DELIVERED, again: date | None = None
) -> Receivable:
    """A receivable with a ladder; `again`: the day from which a late one counts anew."""
    ladder = Ladder(1, "digest", "mine", ISSUED, again is not None, climbs, due=again)
    return Receivable("R", "K", "R", "invoice", ISSUED, due, Money(100, "EUR"), delivered=delivered, ladder=ladder)


def anchored(anchor: str, of: Receivable, run: int | None = 10) -> date:
    return anchor_day(Moment.parse(anchor), of, STEPS, WEEK, run)


# --- anchors ----------------------------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("anchor", "day", "again"),
    [
        ("due", DUE, REANCHORED),
        ("issued", ISSUED, REANCHORED),
        ("received", DELIVERED, REANCHORED),
        ("previous", DUE, REANCHORED),
        ("payment-run", april(10), date(2026, 6, 10)),
        ("month-start", april(1), date(2026, 6, 1)),
    ],
)
def test_an_anchor_names_a_day_and_another_one_where_a_late_ladder_counts_anew(
    anchor: str, day: date, again: date
) -> None:
    assert anchored(anchor, item()) == day
    assert anchored(anchor, item(again=REANCHORED)) == again


def test_previous_is_the_last_step_that_went_out() -> None:
    gone = (climb("one", april(3)), climb("sent", april(10), "covered"), climb("shown", april(30), "skipped"))
    assert anchored("previous", item(*gone)) == april(10)
    assert anchored("previous", item(*gone, again=REANCHORED)) == april(10)
    assert anchored("previous", item(climb("one", april(3), "skipped"))) == DUE


def test_a_step_is_an_anchor_by_its_last_climb() -> None:
    gone = (climb("one", april(3)), climb("one", april(9)), climb("sent", april(10)))
    assert anchored("one", item(*gone)) == april(9)
    assert anchored("sent", item(*gone)) == april(10)


def test_a_step_counts_from_its_presentation_where_it_went_out() -> None:
    assert anchored("shown.presented", item(climb("shown", april(10), presented=april(14)))) == april(14)
    assert anchored("shown.presented", item(climb("shown", april(10), "skipped"))) == april(10)


def test_a_step_counts_from_the_deadline_that_it_named() -> None:
    # five working days after Friday the 10th; eight days after the 14th
    assert anchored("sent.deadline", item(climb("sent", april(10)))) == april(17)
    assert anchored("shown.deadline", item(climb("shown", april(10), presented=april(14)))) == april(22)


@pytest.mark.parametrize(
    ("anchor", "of", "why"),
    [
        ("due", item(due=None), ("no-due-date", "", None)),
        ("previous", item(due=None), ("no-due-date", "", None)),
        ("payment-run", item(due=None), ("no-due-date", "", None)),
        ("month-start", item(due=None), ("no-due-date", "", None)),
        ("received", item(delivered=None), ("not-delivered", "", None)),
        ("one", item(), ("no-anchor", "one", None)),
        ("one.deadline", item(climb("sent", april(3))), ("no-anchor", "one", None)),
        ("shown.presented", item(climb("shown", april(10))), ("not-presented", "shown", april(10))),
        ("shown.deadline", item(climb("shown", april(10))), ("not-presented", "shown", april(10))),
    ],
)
def test_an_anchor_without_a_date_says_what_is_missing(
    anchor: str, of: Receivable, why: tuple[str, str, date | None]
) -> None:
    with pytest.raises(NotDated, match=f"^{why[0]}$") as found:
        anchored(anchor, of)
    assert (found.value.why, found.value.step, found.value.since) == why


def test_a_payment_run_that_nobody_knows_is_asked_for_and_a_month_s_start_is_not() -> None:
    with pytest.raises(NotKnown, match=r"^customer\.payment_run$"):
        anchored("payment-run", item(), None)
    assert anchored("month-start", item(), None) == april(1)


# --- deadlines --------------------------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("of", "day"),
    [
        (climb("sent", april(10)), april(17)),
        (
            climb("sent", april(10), deadline=april(24)),
            april(24),
        ),  # the one in the letter, whatever the policy says now
        (climb("sent", april(10), "skipped", deadline=april(24)), april(10)),
        (climb("one", april(3)), april(3)),  # names none
        (climb("removed", april(3)), april(3)),  # no longer in the policy
    ],
)
def test_the_deadline_of_a_step(of: Climb, day: date) -> None:
    assert deadline_of(of, STEPS, WEEK) == day


# --- what holds shift -------------------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("moment", "of", "day", "since"),
    [
        ("due+3d", item(), april(3), ISSUED),
        ("due-2bd", item(), date(2026, 3, 27), ISSUED),
        ("due+10d", item(climb("one", april(3))), april(10), ISSUED),
        ("due+10d", item(climb("one", april(3)), climb("sent", april(9)), again=april(1)), april(11), april(3)),
        ("due+10d", item(climb("one", april(3), "skipped"), again=april(1)), april(11), ISSUED),
        ("previous+5bd", item(climb("one", april(3)), climb("sent", april(9))), april(16), april(9)),
        ("previous+1w", item(climb("one", april(3)), climb("sent", april(9), "skipped")), april(10), april(3)),
        ("previous+5d", item(), april(5), ISSUED),
        ("one+1w", item(climb("one", april(3)), climb("one", april(9)), climb("sent", april(10))), april(16), april(9)),
        ("sent.deadline+1d", item(climb("one", april(3)), climb("sent", april(10))), april(18), april(10)),
    ],
)  # fmt: skip
def test_a_step_is_planned_and_holds_shift_it_from_what_it_counts_from(
    moment: str, of: Receivable, day: date, since: date
) -> None:
    assert planned(Moment.parse(moment), of, STEPS, WEEK, 10) == (day, since)


def test_the_day_of_the_payment_run_is_handed_on() -> None:
    assert planned(Moment.parse("payment-run+1d"), item(), STEPS, WEEK, 25) == (april(26), ISSUED)


def test_nothing_has_gone_out_of_what_has_no_ladder() -> None:
    bare = Receivable("R", "K", "R", "invoice", ISSUED, DUE, Money(100, "EUR"))
    assert planned(Moment.parse("previous+1d"), bare, STEPS, WEEK, None) == (april(1), ISSUED)
    with pytest.raises(NotDated, match=r"^no-anchor$"):
        anchored("one", bare)


@pytest.mark.parametrize(
    ("start", "end", "day"),
    [
        (april(5), april(9), april(14)),  # four days
        (april(10), april(12), april(12)),  # begins on the day itself
        (april(11), april(12), april(10)),  # begins after it
        (april(1), april(4), april(12)),  # what lies before the 2nd does not count
        (april(1), april(2), april(10)),  # nor what ends on it
        (date(2026, 3, 1), april(1), april(10)),
    ],
)
def test_a_hold_shifts_a_step_by_what_of_it_lies_after_the_start_and_begins_by_the_day(
    start: date, end: date, day: date
) -> None:
    """A step planned on the 10th that counts from the 2nd."""
    assert shifted(april(10), april(2), [(start, end)]) == day


def test_a_hold_that_begins_before_the_shifted_day_shifts_it_again() -> None:
    assert shifted(april(10), april(2), [(april(8), april(11)), (april(13), april(15))]) == april(15)
    assert shifted(april(10), april(2), [(april(8), april(11)), (april(14), april(15))]) == april(13)


@pytest.mark.parametrize(
    ("spans", "found"),
    [
        ([], []),
        ([(april(1), april(3)), (april(5), april(7))], [(april(1), april(3)), (april(5), april(7))]),
        ([(april(5), april(7)), (april(1), april(3))], [(april(1), april(3)), (april(5), april(7))]),
        ([(april(1), april(3)), (april(3), april(5))], [(april(1), april(5))]),
        ([(april(1), april(9)), (april(2), april(4))], [(april(1), april(9))]),
        ([(april(1), april(3)), (april(2), april(5)), (april(4), april(6))], [(april(1), april(6))]),
        ([(april(2), april(2))], []),
    ],
)
def test_days_under_several_holds_count_once(spans: list[tuple[date, date]], found: list[tuple[date, date]]) -> None:
    assert merged(spans) == found


@pytest.mark.parametrize(("attempts", "free"), [(1, april(3)), (2, april(4)), (3, april(7)), (4, april(8))])
def test_the_day_after_the_last_attempt_is_free(attempts: int, free: date) -> None:
    """Queued on Thursday 2 April: attempts on the 2nd, the 3rd, Monday the 6th and the 7th."""
    assert concluded_call(climb("call", april(2)), attempts, WEEK) == free


def test_a_call_queued_on_a_closed_day_begins_with_the_next_working_day() -> None:
    """Queued on Saturday 4 April: attempts on Monday the 6th and Tuesday the 7th."""
    assert concluded_call(climb("call", april(4)), 1, WEEK) == april(7)
    assert concluded_call(climb("call", april(4)), 2, WEEK) == april(8)


def test_a_call_that_reached_somebody_is_over_that_day() -> None:
    assert concluded_call(climb("call", april(2), reached=april(3)), 4, WEEK) == april(3)
