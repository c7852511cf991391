"""Late arrivals whose first step counts from something else than the due date, in a quiet period, or without a history.

The invoice is due on Tuesday 31 March 2026.
"""

from __future__ import annotations

import pytest

from tests.rules.judgement.kit import PLAIN, Life, day

EMAIL = "do: [{email: {template: reminder, to: billing}}]"
LARGE = "when: {invoice.balance: {gte: 5000.00 EUR}}"


def known(on: str, policy: str, due: str = "2026-03-31", more: dict[str, str] | None = None) -> Life:
    """An invoice of 1,000 euros that becomes known on that day."""
    life = Life(policy, more=more)
    life.invoice("INV-1", 1000, due=due, known=on)
    return life.until("2026-12-31")


@pytest.mark.parametrize(
    ("on", "steps"),
    [
        # only `one` was due; as if due on Monday 6 April: `two` 14 days later, `four` 35 days later
        ("2026-04-09", [("04-09", "one"), ("04-20", "two"), ("04-27", "three"), ("05-11", "four")]),
        # `three` would come on 21 April, five working days after `two`; as if due on 2 April: `four` on 7 May
        ("2026-04-16", [("04-16", "two"), ("04-23", "three"), ("05-07", "four")]),
        # five working days before Thursday 30 April are the 23rd, and 35 days after that is Thursday 28 May
        ("2026-04-30", [("04-30", "three"), ("05-28", "four")]),
    ],
)
def test_the_nearest_step_is_one_whose_turn_would_have_come(on: str, steps: list[tuple[str, str]]) -> None:
    """A step that counts from the one before is no nearer than that one, and it begins the ladder anew like any."""
    life = known(
        on,
        f"""
pacing: {{late_start: nearest-step}}
steps:
  - {{id: one, level: reminder, at: due+3d, {EMAIL}}}
  - {{id: two, level: firm, at: due+14d, {EMAIL}}}
  - {{id: three, level: firm, at: previous+5bd, {EMAIL}}}
  - {{id: four, level: firm, at: due+35d, {EMAIL}}}
""",
    )
    assert life.steps() == [(f"2026-{day}", step) for day, step in steps]


@pytest.mark.parametrize(
    ("at", "first", "last"),
    [
        ("previous+5bd", "2026-06-01", "2026-06-29"),  # Monday 25 May and 35 days
        (
            "one+5bd",
            "2026-06-08",
            "2026-07-06",
        ),  # five working days after that; 1 June and 35 days
    ],
)
def test_whichever_step_goes_out_first_the_distances_are_counted_from_it(at: str, first: str, last: str) -> None:
    # known on Monday 1 June, when `one` is passed over
    life = known(
        "2026-06-01",
        f"""
steps:
  - {{id: one, level: reminder, at: due+3d, {LARGE}, {EMAIL}}}
  - {{id: two, level: reminder, at: {at}, {EMAIL}}}
  - {{id: three, level: firm, at: due+35d, {EMAIL}}}
""",
    )
    assert life.outcomes()[0] == ("2026-06-01", "one", "skipped: condition")
    assert life.steps() == [(first, "two"), (last, "three")]


def test_a_first_step_that_counts_from_the_month_is_where_a_late_ladder_begins() -> None:
    # Wednesday 3 June as if the month had begun on the 1st; 35 days after that is Monday 6 July
    steps = f"steps: [{{id: one, at: month-start+2d, {EMAIL}}}, {{id: two, level: firm, at: due+35d, {EMAIL}}}]\n"
    assert known("2026-06-03", steps).steps() == [("2026-06-03", "one"), ("2026-07-06", "two")]


@pytest.mark.parametrize("on", ["2026-07-15", "2026-08-10"])
def test_what_becomes_known_in_the_quiet_period_of_its_first_step_is_in_time(on: str) -> None:
    """`one`, written for Monday 3 August, moves to Monday 24; `two` keeps Sunday 30 August, so Monday 31."""
    quiet = PLAIN.replace("id: plain", "id: quiet") + "quiet: [{from: 08-01, to: 08-22, levels: [reminder], name: S}]\n"
    steps = f"""
calendar: quiet
steps: [{{id: one, level: reminder, at: due+3d, {EMAIL}}}, {{id: two, level: firm, at: due+30d, {EMAIL}}}]
"""
    life = known(on, steps, "2026-07-31", {"calendars/quiet.yaml": quiet})
    assert life.steps() == [("2026-08-24", "one"), ("2026-08-31", "two")]


def test_an_import_that_names_no_step_begins_politely_and_keeps_its_distances() -> None:
    """Three reminders within eight days would be the cost of a history that says nothing."""
    life = known(
        "2026-06-01",
        f"""
pacing: {{late_start: from-history}}
steps:
  - {{id: one, level: reminder, at: due+3d, {EMAIL}}}
  - {{id: two, level: firm, at: due+17d, {EMAIL}}}
  - {{id: three, level: firm, at: due+31d, {EMAIL}}}
""",
    )
    assert life.steps() == [("2026-06-01", "one"), ("2026-06-15", "two"), ("2026-06-29", "three")]


@pytest.mark.parametrize("at", ["previous+5d", "early+5d"])
def test_a_step_written_before_the_due_date_from_another_step_is_skipped_once_that_has_passed(at: str) -> None:
    """`early` is written for Friday 20 March, so `soon` for the 25th; a hold keeps it until Wednesday 1 April."""
    life = Life(f"""
steps:
  - {{id: early, level: courtesy, at: due-11d, {EMAIL}}}
  - {{id: soon, level: courtesy, at: {at}, {EMAIL}}}
  - {{id: one, level: reminder, at: due+3d, {EMAIL}}}
""")
    life.invoice("INV-1", 1000, due="2026-03-31")
    life.invoice("LATE", 1000, due="2026-03-31", known="2026-06-01")
    life.hold("manual", on="2026-03-23", until="2026-04-01")
    life.until("2026-12-31")
    assert life.outcomes() == [
        ("2026-03-20", "early", "sent"),
        ("2026-04-01", "soon", "skipped: too-late"),
        ("2026-04-03", "one", "sent"),
    ]
    # and of a late ladder no courtesy is left
    assert set(life.outcomes("LATE")) == {
        ("2026-06-01", "early", "skipped: too-late"),
        ("2026-06-01", "soon", "skipped: too-late"),
        ("2026-06-01", "one", "sent"),
    }


def test_a_step_written_after_the_due_date_is_not_early_because_the_one_before_it_was() -> None:
    # the old system sent `early` on Monday 2 March, so `one` falls on 12 March; it leaves when known, Monday 13 April
    steps = f"""
pacing: {{late_start: from-history}}
steps: [{{id: early, level: courtesy, at: due-5d, {EMAIL}}}, {{id: one, at: previous+10d, {EMAIL}}}]
"""
    life = Life(steps)
    sent = {"last_step": "early", "last_step_on": day("2026-03-02")}
    life.invoice("INV-1", 1000, due="2026-03-31", known="2026-04-13", **sent)
    assert life.until("2026-12-31").steps() == [("2026-03-02", "early"), ("2026-04-13", "one")]
