"""A case that is moved to another policy: what was sent stays sent, what is concluded is never opened again."""

from __future__ import annotations

from rules import facts as f
from tests.rules.judgement.kit import ASSIGNMENT, HEAD, Life, day

EMAIL = "do: [{email: {template: reminder, to: billing}}]"
CALL = "do: [{call: {queue: credit-control, script: first, attempts: 3}}]"
# Due on Tuesday 31 March 2026: `one` on Wednesday 1 April, `two` on Wednesday 15 April.
BEFORE = f"steps: [{{id: one, at: due+1d, {EMAIL}}}, {{id: two, at: due+15d, {EMAIL}}}]"


def life_of(policy: str = BEFORE) -> Life:
    """One invoice of 1,000 euros."""
    life = Life(policy)
    life.invoice("INV-1", 1000, due="2026-03-31")
    return life


def test_a_moved_case_goes_on_by_the_new_dates() -> None:
    life = life_of()
    life.binds(BEFORE.replace("due+15d", "due+8d"), on="2026-04-03")
    assert life.until("2026-12-31").steps() == [("2026-04-01", "one"), ("2026-04-08", "two")]


def test_the_deadline_that_a_message_named_stays_whatever_an_edit_says_of_later_ones() -> None:
    # named on Wednesday 1 April: Thursday the 9th, and the next step on the working day after it
    two = f"{{id: two, at: one.deadline+1bd, {EMAIL}}}"
    before = f"steps: [{{id: one, at: due+1d, deadline: {{of: 8d, from: sent}}, {EMAIL}}}, {two}]"
    life = life_of(before)
    life.binds(before.replace("of: 8d", "of: 20d"), on="2026-04-03")
    assert life.until("2026-12-31").steps() == [("2026-04-01", "one"), ("2026-04-10", "two")]


def test_a_renamed_step_stays_sent() -> None:
    life = life_of()
    after = BEFORE.replace("{id: one,", "{id: first, was: one,")
    life.binds(after, on="2026-04-03", one="first")
    assert life.until("2026-12-31").steps() == [("2026-04-01", "one"), ("2026-04-15", "two")]


def test_a_renamed_call_is_still_waited_for() -> None:
    # put on the list on Wednesday 1 April, tried until Friday the 3rd; `two`, written for the 2nd, comes on Monday
    before = f"steps: [{{id: one, at: due+1d, {CALL}}}, {{id: two, at: due+2d, {EMAIL}}}]"
    life = life_of(before)
    life.binds(before.replace("{id: one,", "{id: first, was: one,"), on="2026-04-02", one="first")
    assert life.until("2026-12-31").steps() == [("2026-04-01", "one"), ("2026-04-06", "two")]


def test_the_approval_of_a_renamed_step_stays_good() -> None:
    before = f"steps: [{{id: one, at: due+1d, approval: credit-controller, {EMAIL}}}]"
    life = life_of(before)
    life.binds(before.replace("{id: one,", "{id: first, was: one,"), on="2026-04-02", one="first")
    life.approves("first", on="2026-04-03")
    assert life.until("2026-12-31").steps() == [("2026-04-03", "first")]
    assert len(life.asked()) == 1


def test_a_step_inserted_before_what_was_sent_is_passed_over_with_the_reason() -> None:
    life = life_of()
    after = BEFORE.replace("steps: [", f"steps: [{{id: zero, at: due-5d, {EMAIL}}}, ")
    life.binds(after, on="2026-04-03")
    assert ("2026-04-03", "zero", "skipped: passed-over") in life.until("2026-12-31").outcomes()
    assert life.steps() == [("2026-04-01", "one"), ("2026-04-15", "two")]


def test_a_step_that_was_skipped_is_not_opened_again_by_an_edit() -> None:
    before = BEFORE.replace("at: due+1d,", "at: due+1d, when: {customer.country: BE},")
    life = Life(before, country="FR")
    life.invoice("INV-1", 1000, due="2026-03-31")
    life.binds(BEFORE.replace("due+15d", "due+16d"), on="2026-04-20")
    assert life.until("2026-12-31").outcomes() == [
        ("2026-04-01", "one", "skipped: condition"),
        ("2026-04-15", "two", "sent"),
    ]


OTHER = HEAD.replace("id: mine", "id: other") + f"calendar: plain\nsteps: [{{id: two, at: due+8d, {EMAIL}}}]\n"
PINNED = ASSIGNMENT.replace("pins: []", "pins: [{customer: C-1, policy: other, reason: agreed, until: 2026-12-31}]")


def test_a_new_pin_applies_at_once_even_to_a_ladder_that_has_begun() -> None:
    """S55: moved by hand to another policy, the steps sent stay sent; its `two` comes on Wednesday 8 April."""
    life = life_of()
    life.binds(BEFORE, on="2026-04-03", more={"policies/other.yaml": OTHER, "assignments/default.yaml": PINNED})
    assert life.until("2026-12-31").steps() == [("2026-04-01", "one"), ("2026-04-08", "two")]


def test_when_a_pin_ends_a_ladder_that_has_begun_stays_where_it_is() -> None:
    after = OTHER.replace("steps: [", f"steps: [{{id: one, at: due+1d, {EMAIL}}}, ")
    until = PINNED.replace("2026-12-31", "2026-04-05")
    life = Life(BEFORE, more={"policies/other.yaml": after, "assignments/default.yaml": until})
    life.invoice("INV-1", 1000, due="2026-03-31")
    assert life.until("2026-12-31").steps() == [("2026-04-01", "one"), ("2026-04-08", "two")]


def test_a_broken_promise_after_the_named_step_still_passes_over_what_is_inserted() -> None:
    # broken on Thursday 23 April, to go on at `one`, which was sent; an edit then inserts `zero` before it
    holds = "holds: {promise: {broken: one}}\n"
    before = holds + BEFORE.replace("]}}]", "]}}]").rstrip("]") + f", {{id: three, at: due+44d, {EMAIL}}}]"
    after = before.replace("steps: [", f"steps: [{{id: zero, at: due-5d, {EMAIL}}}, ")
    life = life_of(before)
    life.hold("promise", on="2026-04-20", promised="2026-04-22")
    life.binds(after, on="2026-04-27")
    life.until("2026-12-31")
    assert ("2026-04-27", "zero", "skipped: passed-over") in life.outcomes()
    assert life.steps()[-1] == ("2026-05-14", "three")


# --- reactions ---------------------------------------------------------------------------------------------------

TASK = "{{task: {{queue: credit-control, title: {}}}}}"
LARGE = f"{{event: payment-received, when: {{payment.amount: {{gte: 50.00 EUR}}}}, do: [{TASK.format('Large')}]}}"
SMALL = f"{{event: payment-received, when: {{payment.amount: {{lt: 50.00 EUR}}}}, do: [{TASK.format('Small')}]}}"
ANY = f"{{event: payment-received, do: [{TASK.format('Any')}]}}"


def reacting(*reactions: str) -> str:
    """The policy with these reactions."""
    return f"{BEFORE}\nreactions: [{', '.join(reactions)}]\n"


def test_a_reaction_is_known_by_what_it_asks_wherever_it_stands() -> None:
    # the payment of the 2nd is answered by `Large`; with others above it, it is not answered again
    life = life_of(reacting(LARGE))
    life.pays(100, on="2026-04-02", of="INV-1")
    life.binds(reacting(ANY, SMALL, LARGE), on="2026-04-06")
    life.pays(200, on="2026-04-07", of="INV-1")
    assert life.until("2026-12-31").tasks() == [("2026-04-02", "Large"), ("2026-04-07", "Any"), ("2026-04-07", "Large")]


def test_what_happened_before_a_case_was_moved_is_not_answered_by_its_new_policy() -> None:
    life = life_of()
    life.pays(100, on="2026-04-02", of="INV-1")
    life.binds(reacting(ANY), on="2026-04-06")
    assert life.until("2026-12-31").tasks() == []


def test_what_happened_before_a_pin_moved_the_ladder_is_not_answered_by_its_new_policy() -> None:
    life = life_of()
    life.pays(100, on="2026-04-02", of="INV-1")
    pinned = OTHER + f"reactions: [{ANY}]\n"
    life.binds(BEFORE, on="2026-04-06", more={"policies/other.yaml": pinned, "assignments/default.yaml": PINNED})
    life.pays(200, on="2026-04-07", of="INV-1")
    assert life.until("2026-12-31").tasks() == [("2026-04-07", "Any")]


def test_two_reactions_that_ask_the_same_are_both_carried_out() -> None:
    life = life_of(reacting(ANY, ANY.replace("title: Any", "title: Again")))
    life.pays(100, on="2026-04-02", of="INV-1")
    assert life.until("2026-12-31").tasks() == [("2026-04-02", "Any"), ("2026-04-02", "Again")]


def test_a_ledger_that_knows_an_answer_by_its_place_does_not_answer_again() -> None:
    life = life_of(reacting(ANY))
    paid = life.pays(100, on="2026-04-02", of="INV-1")
    life.happens(f.Reacted(life.instant("2026-04-01"), f"reaction/paid/{paid}/INV-1/0", "INV-1", day("2026-04-02")))
    assert life.until("2026-12-31").tasks() == []
