"""When a step leaves: every anchor and unit, working days and holidays, hours and time zones."""

from __future__ import annotations

from datetime import time
from zoneinfo import ZoneInfo

import pytest

from rules import facts as f
from tests.rules.judgement.kit import PLAIN, Life, day

EMAIL = "do: [{email: {template: reminder-1, to: billing}}]"
LETTER = "do: [{letter: {template: formal-notice, to: billing, registered: paper}}]"


def one_step(at: str, more: str = "") -> str:
    """A policy of one reminder by e-mail, at that moment."""
    return f"steps: [{{id: nudge, level: reminder, at: {at}, {EMAIL}}}]\n{more}"


def two_steps(first: str, then: str) -> str:
    """Two steps; `first` and `then` are their keys without id and actions."""
    return f"""
steps:
  - {{id: one, {first}, {EMAIL}}}
  - {{id: two, {then}, {EMAIL}}}
"""


# --- anchors and units -------------------------------------------------------------------------------------------
# 2026: 1 March is a Sunday, 31 March a Tuesday, 1 April a Wednesday, 1 May a Friday, 1 June a Monday.


@pytest.mark.parametrize(
    ("at", "leaves"),
    [
        ("due", "2026-03-31"),
        ("due-6d", "2026-03-25"),  # a Wednesday
        ("due+2d", "2026-04-02"),  # a Thursday
        ("due+1w", "2026-04-07"),  # Tuesday to Tuesday
        ("due+1m", "2026-04-30"),  # April has no 31st: its last day, a Thursday
        ("due+2m", "2026-06-01"),  # 31 May is a Sunday
        ("due+3bd", "2026-04-03"),  # Wednesday, Thursday, Friday
        ("due+4bd", "2026-04-06"),  # over the weekend
        ("due-2bd", "2026-03-27"),  # Monday, then Friday before it
        ("issued+40d", "2026-04-10"),  # issued on Sunday 1 March; a Friday
        ("issued+1bd", "2026-03-02"),  # strictly after Sunday
        ("received+15d", "2026-03-20"),  # deposited on 5 March; a Friday
    ],
)
def test_each_anchor_and_unit_names_its_day(at: str, leaves: str) -> None:
    life = Life(one_step(at))
    life.invoice("INV-1", 1000, issued="2026-03-01", due="2026-03-31", delivered=day("2026-03-05"))
    assert life.until("2026-12-31").steps() == [(leaves, "nudge")]


def test_previous_counts_from_the_day_the_step_went_out_not_from_its_plan() -> None:
    # due+4d is Saturday 4 April: it leaves on Monday 6 April, and 5 working days later is Monday 13 April
    life = Life(two_steps("at: due+4d", "at: previous+5bd"))
    life.invoice("INV-1", 1000, due="2026-03-31")
    assert life.until("2026-12-31").steps() == [("2026-04-06", "one"), ("2026-04-13", "two")]


def test_previous_counts_from_the_due_date_where_nothing_went_out() -> None:
    # the first step is skipped by its condition, so `previous` is 31 March: Tuesday 14 April
    life = Life(two_steps("at: due+1d, when: {customer.country: BE}", "at: previous+14d"), country="FR")
    life.invoice("INV-1", 1000, due="2026-03-31")
    life.until("2026-12-31")
    assert life.outcomes() == [("2026-04-01", "one", "skipped: condition"), ("2026-04-14", "two", "sent")]


def test_a_step_may_count_from_a_named_step() -> None:
    # from Wednesday 1 April: 20 days are Tuesday 21 April
    policy = f"""
steps:
  - {{id: one, at: due+1d, {EMAIL}}}
  - {{id: two, at: due+8d, {EMAIL}}}
  - {{id: three, at: one+20d, {EMAIL}}}
"""
    life = Life(policy)
    life.invoice("INV-1", 1000, due="2026-03-31")
    assert life.until("2026-12-31").steps()[2] == ("2026-04-21", "three")


def test_a_deadline_counts_from_the_sending() -> None:
    # sent on Wednesday 1 April, 8 days: Thursday 9 April; 2 working days after it: Monday 13 April
    life = Life(two_steps("at: due+1d, deadline: {of: 8d, from: sent}", "at: one.deadline+2bd"))
    life.invoice("INV-1", 1000, due="2026-03-31")
    assert life.until("2026-12-31").steps() == [("2026-04-01", "one"), ("2026-04-13", "two")]


PRESENTED = f"""
steps:
  - {{id: one, at: due+1d, {EMAIL}}}
  - {{id: notice, level: notice, at: due+15d, deadline: {{of: 8d, from: presented}}, {LETTER}}}
  - {{id: two, level: notice, at: notice.deadline+1d, {EMAIL}}}
"""


def test_a_deadline_from_presentation_waits_for_the_post() -> None:
    # the letter leaves on Wednesday 15 April and is refused on Monday 20: 8 days are the 28th, the day after the 29th
    life = Life(PRESENTED)
    life.invoice("INV-1", 1000, due="2026-03-31")
    life.presents("notice", on="2026-04-20", how="refused")
    assert life.until("2026-12-31").steps()[1:] == [("2026-04-15", "notice"), ("2026-04-29", "two")]


def test_no_proof_of_presentation_after_twenty_working_days_asks_a_person() -> None:
    # 20 working days after Wednesday 15 April are four weeks: Wednesday 13 May
    life = Life(PRESENTED)
    life.invoice("INV-1", 1000, due="2026-03-31")
    life.until("2026-12-31")
    assert life.steps()[1:] == [("2026-04-15", "notice")]
    assert [on for on, _ in life.reviews()] == ["2026-05-13"]


def test_a_letter_to_an_unknown_address_was_not_presented() -> None:
    life = Life(PRESENTED)
    life.invoice("INV-1", 1000, due="2026-03-31")
    life.presents("notice", on="2026-04-20", how="unknown-address")
    assert life.until("2026-05-12").steps()[1:] == [("2026-04-15", "notice")]
    assert life.waits_for() == "not-presented"


def test_an_anchor_on_a_skipped_step_is_the_day_it_was_skipped() -> None:
    # skipped when it came due, Wednesday 1 April; its deadline is that day likewise: 10 days later is Saturday 11 April
    policy = two_steps(
        "at: due+1d, when: {customer.country: BE}, deadline: {of: 8d, from: sent}", "at: one.deadline+10d"
    )
    life = Life(policy, country="FR")
    life.invoice("INV-1", 1000, due="2026-03-31")
    assert life.until("2026-12-31").steps() == [("2026-04-13", "two")]


def test_a_receivable_without_due_date_has_no_ladder_only_a_task() -> None:
    life = Life(one_step("due+1d"))
    life.invoice("INV-1", 1000, due=None, issued="2026-03-01")
    life.until("2026-12-31")
    assert life.steps() == []
    assert life.tasks() == [("2026-03-01", "Invoice INV-1 has no due date")]


def test_the_ladder_begins_once_a_due_date_is_known() -> None:
    life = Life(one_step("due+1d"))
    life.invoice("INV-1", 1000, due=None, issued="2026-03-01")
    life.learns(on="2026-03-10", due=day("2026-03-31"))
    assert life.until("2026-12-31").steps() == [("2026-04-01", "nudge")]


# --- working days, holidays, quiet periods -----------------------------------------------------------------------


def test_a_moment_on_a_weekend_moves_to_monday() -> None:
    life = Life(one_step("due+4d"))  # Saturday 4 April
    life.invoice("INV-1", 1000, due="2026-03-31")
    assert life.until("2026-12-31").steps() == [("2026-04-06", "nudge")]


def test_a_public_holiday_is_no_working_day() -> None:
    # Monday 6 April 2026 is Easter Monday in France: Saturday 4 April moves to Tuesday 7 April
    life = Life("calendar: fr-paris\n" + one_step("due+4d"))
    life.invoice("INV-1", 1000, due="2026-03-31")
    assert life.until("2026-12-31").steps() == [("2026-04-07", "nudge")]


def test_a_holiday_is_skipped_when_working_days_are_counted() -> None:
    # from Tuesday 31 March: 1, 2, 3 April, then over Easter Monday to Tuesday 7 April
    life = Life("calendar: fr-paris\n" + one_step("due+4bd"))
    life.invoice("INV-1", 1000, due="2026-03-31")
    assert life.until("2026-12-31").steps() == [("2026-04-07", "nudge")]


def test_good_friday_is_a_holiday_of_the_payment_system_and_not_of_france() -> None:
    european, french = (
        Life("calendar: eu-target\n" + one_step("due+3d")),
        Life("calendar: fr-paris\n" + one_step("due+3d")),
    )
    for life in (european, french):
        life.invoice("INV-1", 1000, due="2026-03-31")
    assert european.until("2026-12-31").steps() == [("2026-04-07", "nudge")]
    assert french.until("2026-12-31").steps() == [("2026-04-03", "nudge")]


QUIET = PLAIN + "quiet: [{from: 12-24, to: 01-02, levels: [notice, handoff], name: Noël}]\n"


def test_a_quiet_period_over_the_new_year_keeps_its_levels_waiting() -> None:
    # due+14d is Monday 28 December; 2 January 2027 is a Saturday: Monday 4 January
    policy = f"""
steps:
  - {{id: one, level: reminder, at: due+1d, {EMAIL}}}
  - {{id: notice, level: notice, at: due+14d, {LETTER}}}
"""
    life = Life(policy, more={"calendars/plain.yaml": QUIET})
    life.invoice("INV-1", 1000, due="2026-12-14")
    assert life.until("2027-02-28").steps() == [("2026-12-15", "one"), ("2027-01-04", "notice")]


def test_a_quiet_period_does_not_concern_other_levels() -> None:
    life = Life(one_step("due+14d"), more={"calendars/plain.yaml": QUIET})
    life.invoice("INV-1", 1000, due="2026-12-14")
    assert life.until("2027-02-28").steps() == [("2026-12-28", "nudge")]


def test_a_calendar_that_ends_stops_what_needs_it_and_asks() -> None:
    calendar = PLAIN.replace("2039-12-31", "2026-03-31")
    life = Life(one_step("due+1d"), more={"calendars/plain.yaml": calendar})
    life.invoice("INV-1", 1000, due="2026-03-31")
    life.until("2026-12-31")
    assert life.steps() == []
    assert "plain is complete until 2026-03-31" in life.reviews()[0][1]


# --- hours, time zones, the clock --------------------------------------------------------------------------------


def test_a_step_leaves_within_the_hours_of_its_channel() -> None:
    life = Life(one_step("due+1d"))
    life.invoice("INV-1", 1000, due="2026-03-31")
    (message,) = life.until("2026-12-31").messages
    assert time(9) <= message.at.astimezone(life.zone).time() < time(17)


def test_a_step_with_two_channels_leaves_when_both_are_open() -> None:
    hours = "{email: {from: 08:00, to: 12:00}, call: {from: 11:00, to: 17:00}, sms: {from: 09:00, to: 17:00}}"
    calendar = PLAIN.replace(PLAIN.split("send_between: ")[1].split("\n")[0], hours)
    policy = """
steps:
  - id: both
    at: due+1d
    do: [{email: {template: reminder-1, to: billing}}, {call: {queue: credit-control, script: reminder-1}}]
"""
    life = Life(policy, more={"calendars/plain.yaml": calendar})
    life.invoice("INV-1", 1000, due="2026-03-31")
    (message,) = life.until("2026-12-31").messages
    assert time(11) <= message.at.astimezone(life.zone).time() < time(12)


def test_the_minute_is_the_same_every_time_whatever_the_clock_is_set_to() -> None:
    # the clocks change on Sunday 29 March 2026: one message in winter time, one in summer time
    life = Life(two_steps("at: due-7d", "at: due+7d"))
    life.invoice("INV-1", 1000, due="2026-03-27")
    first, second = life.until("2026-12-31").messages
    assert first.at.astimezone(life.zone).time() == second.at.astimezone(life.zone).time()
    assert first.at.hour == second.at.hour + 1


SUNDAYS = PLAIN.replace("thu, fri]", "thu, fri, sat, sun]")


@pytest.mark.parametrize("due", ["2026-03-28", "2026-10-24"])
def test_a_step_leaves_once_on_the_day_the_clocks_change(due: str) -> None:
    # Sunday 29 March 2026 has 23 hours, Sunday 25 October 2026 has 25
    life = Life(one_step("due+1d"), more={"calendars/plain.yaml": SUNDAYS})
    life.invoice("INV-1", 1000, due=due)
    (message,) = life.until("2026-12-31").messages
    assert message.on == str(day(due).replace(day=day(due).day + 1))
    assert time(9) <= message.at.astimezone(life.zone).time() < time(17)


def test_hours_that_the_clock_jumps_over_still_make_a_slot() -> None:
    # on 29 March 2026 there is no 02:15 in Paris
    night = "{email: {from: 02:00, to: 02:40}, sms: {from: 09:00, to: 17:00}, call: {from: 09:00, to: 17:00}}"
    calendar = SUNDAYS.replace(PLAIN.split("send_between: ")[1].split("\n")[0], night)
    life = Life(one_step("due+1d"), more={"calendars/plain.yaml": calendar})
    life.invoice("INV-1", 1000, due="2026-03-28")
    assert life.until("2026-12-31").steps() == [("2026-03-29", "nudge")]


def test_the_local_day_is_the_calendar_s_not_that_of_utc() -> None:
    # on New York's Wednesday 1 April at nine it is one in the afternoon in UTC, and already Paris' afternoon
    calendar = PLAIN.replace("Europe/Paris", "America/New_York")
    life = Life(one_step("due+1d"), more={"calendars/plain.yaml": calendar}, zone="America/New_York")
    life.invoice("INV-1", 1000, due="2026-03-31")
    (message,) = life.until("2026-12-31").messages
    assert message.on == "2026-04-01"
    assert message.at.astimezone(ZoneInfo("America/New_York")).time() >= time(9)


def test_the_day_on_which_a_ladder_ends_is_that_of_its_calendar() -> None:
    # paid at two in the morning of Thursday 2 April in Paris, when it is Wednesday still in Toronto
    toronto = PLAIN.replace("Europe/Paris", "America/Toronto")
    life = Life(f"steps: [{{id: one, at: due+1d, {EMAIL}}}]", more={"calendars/plain.yaml": toronto})
    life.invoice("INV-1", 1000, due="2026-03-30")
    life.pays(1000, on="2026-04-02", of="INV-1", at="02:00")
    life.until("2026-04-02")
    ended = [fact for _, fact in life.simulation.told if isinstance(fact, f.Stopped)]
    assert [(fact.why, fact.on) for fact in ended] == [("paid", day("2026-04-01"))]


def test_two_customers_calendars_give_the_same_policy_two_days() -> None:
    # 14 July 2026, a Tuesday, is a holiday in France and none in Belgium
    policy = "calendar: {by: customer.country, FR: fr-paris, BE: be-brussels, otherwise: eu-target}\n" + one_step(
        "due+1d"
    )
    french, belgian = Life(policy, country="FR"), Life(policy, country="BE")
    for life in (french, belgian):
        life.invoice("INV-1", 1000, due="2026-07-13")
    assert french.until("2026-12-31").steps() == [("2026-07-15", "nudge")]
    assert belgian.until("2026-12-31").steps() == [("2026-07-14", "nudge")]


def test_a_calendar_that_is_no_longer_known_is_said_once() -> None:
    policy = "calendar: {by: customer.country, FR: fr-paris, otherwise: eu-target}\n" + one_step("due+10d")
    life = Life(policy, country="FR")
    life.invoice("INV-1", 1000, due="2026-07-13")
    life.changes(on="2026-07-15", country=None)
    life.until("2026-07-16")
    waits = [reason.values for reason in life.now("2026-07-16").reasons["INV-1"] if reason.code == "waits"]
    assert [(values[0], values[2:]) for values in waits] == [("review", ("a fact is not known: customer.country",))]


def test_an_unknown_country_leaves_the_calendar_open_and_asks() -> None:
    policy = "calendar: {by: customer.country, FR: fr-paris, otherwise: eu-target}\n" + one_step("due+1d")
    life = Life(policy)
    life.invoice("INV-1", 1000, due="2026-07-13")
    life.until("2026-12-31")
    assert life.steps() == []
    (asked,) = (fact for _, fact in life.simulation.told if isinstance(fact, f.ReviewAsked))
    assert (asked.scope, asked.subject, asked.receivable) == ("customer", "C-1", "INV-1")
    assert asked.why == "a fact is not known: customer.country"


def test_what_comes_in_during_the_hours_is_acted_on_at_once_and_after_them_the_next_day() -> None:
    # bank data of the morning let it leave that day; those of the evening let it leave the next morning
    for at, leaves in (("14:00", "2026-04-08"), ("18:00", "2026-04-09")):
        life = Life(one_step("due+1d"), bank=None)
        life.invoice("INV-1", 1000, due="2026-03-31")
        life.bank("2026-04-07", on="2026-04-08", at=at)
        assert life.until("2026-12-31").steps() == [(leaves, "nudge")]
