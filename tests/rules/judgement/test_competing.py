"""Steps of one customer that compete: what a lighter one may not do to a heavier one, and what it may.

Each case was found by the naive model of tests/rules/model, which judged otherwise than the engine did.
"""

from __future__ import annotations

import pytest

from tests.rules.judgement.kit import ASSIGNMENT, HEAD, PLAIN, Life

EMAIL = "do: [{email: {template: reminder, to: billing}}]"
TASK = "do: [{task: {queue: collections, title: Look at it}}]"
LETTER = "do: [{letter: {template: notice, to: billing, registered: paper}}]"


def test_a_task_waits_for_no_heavier_message_for_it_makes_no_gap() -> None:
    # the task of NEW is due on Tuesday 14 April, the firm message of OLD on Wednesday the 15th: both keep their day
    life = Life(f"""
consolidate: {{by: invoice}}
steps:
  - {{id: look, at: due+1d, {TASK}}}
  - {{id: two, level: firm, at: due+15d, {EMAIL}}}
""")
    life.invoice("OLD", 100, due="2026-03-31")
    life.invoice("NEW", 100, due="2026-04-13")
    life.until("2026-04-20")
    assert life.steps("OLD") == [("2026-04-01", "look"), ("2026-04-15", "two")]
    assert life.steps("NEW") == [("2026-04-14", "look")]


def test_a_reminder_does_not_delay_a_notice_that_waits_for_its_eight_days() -> None:
    # OLD was reminded on 1 April: its notice may leave on Thursday the 9th, and NEW's reminder of the 8th waits for it
    life = Life(f"""
consolidate: {{by: invoice}}
steps:
  - {{id: one, at: due+1d, {EMAIL}}}
  - {{id: notice, level: notice, at: due+5d, {LETTER}}}
""")
    life.invoice("OLD", 100, due="2026-03-31")
    life.invoice("NEW", 100, due="2026-04-07")
    life.until("2026-04-14")
    assert life.steps("OLD") == [("2026-04-01", "one"), ("2026-04-09", "notice")]
    assert life.steps("NEW") == [("2026-04-14", "one")]


def test_without_a_gap_a_lighter_step_still_leaves_the_day_to_a_heavier_one() -> None:
    # e-mails leave in the morning and texts in the afternoon; with one step a day, the e-mail takes the next day
    afternoon = PLAIN.replace("sms: {from: 09:00, to: 17:00}", "sms: {from: 14:00, to: 17:00}")
    life = Life(
        f"""
consolidate: {{by: invoice}}
pacing: {{min_gap: 0d}}
steps:
  - {{id: one, at: due+1d, {EMAIL}}}
  - {{id: two, level: firm, at: due+8d, do: [{{sms: {{template: firm, to: billing}}}}]}}
""",
        more={"calendars/plain.yaml": afternoon},
    )
    life.invoice("OLD", 100, due="2026-03-31")
    life.invoice("NEW", 100, due="2026-04-07")
    life.until("2026-04-14")
    assert life.steps("OLD") == [("2026-04-01", "one"), ("2026-04-08", "two")]
    assert life.steps("NEW") == [("2026-04-09", "one")]


def test_a_request_for_a_step_that_only_a_variant_has_keeps_lighter_steps_waiting() -> None:
    # OLD's `one` left under the base steps; the notice of the variant is asked about on Monday 13 April. Five working
    # days later, on Monday the 20th, the request is escalated, and NEW's reminder of the 15th may leave
    special = f"{{id: special, level: notice, at: due+12d, approval: credit-controller, {LETTER}}}"
    life = Life(
        f"""
steps: [{{id: one, at: due+1d, {EMAIL}}}]
variants:
  - id: careful
    when: {{customer.segment: strategic}}
    insert: [{{after: one, step: {special}}}]
""",
        segment="small",
    )
    life.invoice("OLD", 100, due="2026-03-31")
    life.invoice("NEW", 100, due="2026-04-14")
    life.changes(on="2026-04-02", segment="strategic")
    life.until("2026-04-22")
    assert life.asked() == [("2026-04-13", "special", "credit-controller")]
    assert life.steps("NEW") == [("2026-04-20", "one")]


def test_the_deadline_of_a_notice_that_only_a_variant_has_keeps_lighter_steps_waiting() -> None:
    # sent on Wednesday 15 April and presented on Friday the 17th, eight days before Saturday the 25th
    special = f"{{id: special, level: notice, at: due+15d, deadline: {{of: 8d, from: presented}}, {LETTER}}}"
    life = Life(
        f"""
consolidate: {{by: invoice}}
steps: [{{id: one, at: due+1d, {EMAIL}}}]
variants:
  - id: careful
    when: {{customer.segment: strategic}}
    insert: [{{after: one, step: {special}}}]
""",
        segment="strategic",
    )
    life.invoice("OLD", 100, due="2026-03-31")
    life.invoice("NEW", 100, due="2026-04-19")
    life.presents("special", on="2026-04-17", of="OLD")
    life.until("2026-04-30")
    assert life.steps("OLD") == [("2026-04-01", "one"), ("2026-04-15", "special")]
    assert life.steps("NEW") == [("2026-04-27", "one")]


def test_a_step_that_is_postponed_until_a_sunday_is_delayed_by_no_gap_that_ends_on_the_monday() -> None:
    # OLD's firm step is asked about on Monday 13 April and postponed until Sunday the 19th: no message could leave
    # before Monday the 20th. NEW's reminder of Wednesday the 15th closes the days until the 19th, and no more
    life = Life(f"""
consolidate: {{by: invoice}}
pacing: {{min_gap: 5d}}
steps:
  - {{id: one, at: due+1d, {EMAIL}}}
  - {{id: two, level: firm, at: due+14d, approval: credit-controller, {EMAIL}}}
""")
    life.invoice("OLD", 100, due="2026-03-30")
    life.invoice("NEW", 100, due="2026-04-14")
    life.refuses("two", on="2026-04-14", outcome="postpone", until="2026-04-19", of="OLD")
    life.until("2026-04-21")
    assert life.asked() == [("2026-04-13", "two", "credit-controller"), ("2026-04-20", "two", "credit-controller")]
    assert life.steps("NEW") == [("2026-04-15", "one")]


@pytest.mark.parametrize(("quiet", "leaves"), [("", "2026-04-22"), ("04-21", "2026-04-20")])
def test_a_lighter_step_waits_for_one_that_was_postponed_unless_that_day_is_quiet(quiet: str, leaves: str) -> None:
    # OLD's firm step is postponed until Wednesday 22 April. NEW's reminder of Monday the 20th would close the days
    # until the 25th: it waits, and leaves on the 22nd while a person is asked again. It need not wait where firm steps
    # are quiet until the end of April
    more = f"quiet: [{{from: {quiet}, to: 04-30, levels: [firm], name: Spring}}]\n" if quiet else ""
    life = Life(
        f"""
consolidate: {{by: invoice}}
pacing: {{min_gap: 5d}}
steps:
  - {{id: one, at: due+1d, {EMAIL}}}
  - {{id: two, level: firm, at: due+14d, approval: credit-controller, {EMAIL}}}
""",
        more={"calendars/plain.yaml": PLAIN + more},
    )
    life.invoice("OLD", 100, due="2026-03-30")
    life.invoice("NEW", 100, due="2026-04-19")
    life.refuses("two", on="2026-04-14", outcome="postpone", until="2026-04-22", of="OLD")
    life.until("2026-04-23")
    assert life.steps("NEW") == [(leaves, "one")]


def test_a_lighter_step_of_an_older_invoice_hides_no_heavier_one_of_a_newer() -> None:
    # on Wednesday 15 April the reminder of B may leave. The courtesy of A, the oldest due, and the firm step of C come
    # on the 16th: B's would close the days until Friday the 17th, so it waits for C, and then for the gap to the 20th
    life = Life(f"""
consolidate: {{by: invoice}}
pacing: {{min_gap: 2bd}}
steps:
  - {{id: one, level: courtesy, at: issued+10d, {EMAIL}}}
  - {{id: two, level: reminder, at: issued+20d, {EMAIL}}}
  - {{id: three, level: firm, at: issued+30d, {EMAIL}}}
""")
    for name, issued, due in (("A", "2026-04-06", "05-01"), ("B", "2026-03-26", "05-02"), ("C", "2026-03-17", "05-03")):
        life.invoice(name, 100, due=f"2026-{due}", issued=issued)
    life.until("2026-04-22")
    assert life.steps("C")[2:] == [("2026-04-16", "three")]
    assert life.steps("B")[1:] == [("2026-04-20", "two")]
    assert life.steps("A") == [("2026-04-22", "one")]


def test_what_was_sent_has_its_deadline_though_its_invoice_is_held() -> None:
    # the notice of Wednesday 15 April names Friday 15 May; INV-1 is on hold from 17 to 25 April, and INV-2's reminder
    # of Tuesday 21 April leaves on Monday 18 May all the same
    life = Life(f"""
steps:
  - {{id: one, level: reminder, at: due+1d, {EMAIL}}}
  - id: notice
    level: notice
    at: due+15d
    deadline: {{of: 30d, from: sent}}
    do: [{{letter: {{template: formal-notice, to: registered-office, registered: paper}}}}]
""")
    life.invoice("INV-1", 1000, due="2026-03-31")
    life.invoice("INV-2", 500, due="2026-04-20")
    life.hold("manual", on="2026-04-17", until="2026-04-25")
    life.until("2026-05-20")
    assert life.steps("INV-1") == [("2026-04-01", "one"), ("2026-04-15", "notice")]
    assert life.steps("INV-2") == [("2026-05-18", "one")]


@pytest.mark.parametrize(
    ("heavier", "lighter", "two", "uno"),
    [
        ("5bd", "1bd", "2026-04-15", "2026-04-16"),  # after Monday 13 `two` would have to wait until Monday 20 April
        ("1bd", "5bd", "2026-04-15", "2026-04-13"),  # nothing is delayed, so nothing waits
    ],
)
def test_the_gap_that_counts_for_a_heavier_step_is_that_of_its_own_policy(
    heavier: str, lighter: str, two: str, uno: str
) -> None:
    """Two policies: `uno` is written for Monday 13 April, the firmer `two` of another contract for Wednesday 15."""
    other = f"""
calendar: plain
pacing: {{min_gap: {lighter}}}
steps: [{{id: uno, level: reminder, at: due+1d, {EMAIL}}}]
"""
    routes = ASSIGNMENT.replace("routes: []", "routes: [{id: r, when: {contract.kind: recurring}, policy: other}]")
    more = {"policies/other.yaml": HEAD.replace("mine", "other") + other, "assignments/default.yaml": routes}
    steps = f"pacing: {{min_gap: {heavier}}}\nsteps: [{{id: two, level: firm, at: due+15d, {EMAIL}}}]\n"
    life = Life(steps, more=more)
    life.contract("M-2", kind="recurring")
    life.invoice("INV-1", 1000, due="2026-03-31")
    life.invoice("INV-2", 500, due="2026-04-12", contract="M-2")
    life.until("2026-06-30")
    assert (life.steps("INV-1"), life.steps("INV-2")) == ([(two, "two")], [(uno, "uno")])


@pytest.mark.parametrize(
    ("rule", "leaves"),
    [
        # asked on Wednesday 15 April; its third working day is Wednesday 22, when it is escalated and keeps nobody
        ("approval: {who: credit-controller, within: 3bd, otherwise: escalate}", "2026-04-22"),
        ("deadline: {of: 3bd, from: presented}", "2026-04-23"),  # presented on the 16th: the deadline is Wednesday 22
    ],
)
def test_how_long_a_heavier_step_keeps_lighter_ones_is_counted_in_its_own_calendar(rule: str, leaves: str) -> None:
    """Its calendar is closed on 16 and 17 April; that of the lighter step, written for the 16th, is not."""
    closed = "{date: 2026-04-16, name: A}, {date: 2026-04-17, name: B}"
    shut = PLAIN.replace("id: plain", "id: shut").replace("{date: 2020-01-01, name: Jour de l'an}", closed)
    other = f"calendar: plain\nsteps: [{{id: uno, level: reminder, at: due+1d, {EMAIL}}}]\n"
    more = {
        "calendars/shut.yaml": shut,
        "policies/other.yaml": HEAD.replace("mine", "other") + other,
        "assignments/default.yaml": ASSIGNMENT.replace(
            "routes: []", "routes: [{id: r, when: {contract.kind: recurring}, policy: other}]"
        ),
    }
    steps = f"""
calendar: shut
steps:
  - {{id: one, level: reminder, at: due+1d, {EMAIL}}}
  - {{id: notice, level: notice, at: due+15d, {rule}, {LETTER}}}
"""
    life = Life(steps, more=more)
    life.contract("M-2", kind="recurring")
    life.invoice("INV-1", 1000, due="2026-03-31")
    life.invoice("INV-2", 500, due="2026-04-15", contract="M-2")
    life.presents("notice", on="2026-04-16")
    assert life.until("2026-04-30").steps("INV-2") == [(leaves, "uno")]
