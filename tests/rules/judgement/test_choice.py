"""Which policy and which steps: conditions in three values, routes, pins, variants and by-tables."""

from __future__ import annotations

import pytest

from tests.rules.judgement.kit import ASSIGNMENT, HEAD, PLAIN, Life, money

EMAIL = "do: [{email: {template: reminder-1, to: billing}}]"


def when(condition: str) -> str:
    """A policy whose first step has that condition, and whose second has none."""
    return f"""
steps:
  - {{id: one, at: due+1d, when: {condition}, {EMAIL}}}
  - {{id: two, at: due+15d, {EMAIL}}}
"""


def outcome(condition: str, **customer: object) -> str:
    """What became of a step under that condition: sent, skipped: condition, or asked."""
    life = Life(when(condition), **customer)  # type: ignore[arg-type]
    life.invoice("INV-1", 1000, due="2026-03-31")
    life.until("2026-04-02")
    return life.outcomes()[0][2] if life.outcomes() else "asked" if life.reviews() else ""


# --- conditions --------------------------------------------------------------------------------------------------

SMALL_AND_FRENCH = "{customer.segment: small, customer.country: FR}"
SMALL_OR_FRENCH = "{any: [{customer.segment: small}, {customer.country: FR}]}"
NOT_SMALL = "{not: {customer.segment: small}}"


@pytest.mark.parametrize(
    ("condition", "segment", "country", "becomes"),
    [
        (SMALL_AND_FRENCH, "small", "FR", "sent"),
        (SMALL_AND_FRENCH, "small", "BE", "skipped: condition"),
        (SMALL_AND_FRENCH, None, "BE", "skipped: condition"),  # one no is a no, whatever the other
        (SMALL_AND_FRENCH, None, "FR", "asked"),
        (SMALL_OR_FRENCH, None, "FR", "sent"),  # one yes is a yes, whatever the other
        (SMALL_OR_FRENCH, None, "BE", "asked"),
        (SMALL_OR_FRENCH, "large", "BE", "skipped: condition"),
        (NOT_SMALL, "large", None, "sent"),
        (NOT_SMALL, "small", None, "skipped: condition"),
        (NOT_SMALL, None, None, "asked"),  # not known stays not known
        ("{customer.segment: {not_in: [small], if_unknown: true}}", None, None, "sent"),
        ("{customer.segment: {in: [small], if_unknown: false}}", None, None, "skipped: condition"),
        ("{customer.segment: {known: false}}", None, None, "sent"),
        ("{customer.segment: {known: true}}", None, None, "skipped: condition"),
        ("{customer.segment: [small, large]}", "large", None, "sent"),
    ],
)
def test_conditions_have_three_values(condition: str, segment: str | None, country: str | None, becomes: str) -> None:
    assert outcome(condition, segment=segment, country=country) == becomes


@pytest.mark.parametrize(
    ("condition", "tags", "becomes"),
    [
        ("{customer.tags: {has: vip}}", ("vip", "old"), "sent"),
        ("{customer.tags: {has: vip}}", ("old",), "skipped: condition"),
        ("{customer.tags: {lacks: [vip, court]}}", ("old",), "sent"),
        ("{customer.tags: {lacks: [vip, court]}}", ("court",), "skipped: condition"),
        ("{customer.tags: {lacks: [vip]}}", (), "sent"),
        ("{customer.tags: {lacks: [vip]}}", None, "asked"),
    ],
)
def test_tags_are_had_or_lacked(condition: str, tags: tuple[str, ...] | None, becomes: str) -> None:
    assert outcome(condition, tags=tags) == becomes


@pytest.mark.parametrize(
    ("amount", "becomes"), [("99.99", "skipped: condition"), ("100.00", "sent"), ("200.00", "sent")]
)
def test_an_amount_is_compared_at_its_boundary(amount: str, becomes: str) -> None:
    """S11: at least 100.00 means that 100.00 is enough and 99.99 is not."""
    life = Life(when("{invoice.balance: {gte: 100.00 EUR}}"))
    life.invoice("INV-1", amount, due="2026-03-31")
    assert life.until("2026-04-02").outcomes()[0][2] == becomes


@pytest.mark.parametrize(("age", "leaves"), [(10, "2026-04-10"), (11, "2026-04-10")])
def test_an_age_is_compared_at_its_boundary(age: int, leaves: str) -> None:
    """S11: day 10 is at least 10 days; day 10 is not at least 11."""
    life = Life(f"steps: [{{id: one, at: due+10d, when: {{invoice.days_overdue: {{gte: {age}}}}}, {EMAIL}}}]")
    life.invoice("INV-1", 1000, due="2026-03-31")
    assert life.until("2026-12-31").outcomes() == [(leaves, "one", "sent" if age == 10 else "skipped: condition")]


def test_a_currency_without_threshold_is_not_known() -> None:
    life = Life(when("{invoice.balance: {gte: [100.00 EUR, 90.00 GBP]}}"))
    life.invoice("INV-1", 500, due="2026-03-31", currency="USD")
    life.until("2026-12-31")
    assert life.steps() == []
    lacks = "it is in USD, and the policy compares it with EUR and GBP only: write a threshold in USD beside it"
    assert life.reviews() == [("2026-04-01", f"a fact is not known: invoice.balance ({lacks})")]


def test_a_person_who_says_go_on_lets_the_step_leave() -> None:
    life = Life(when("{customer.sms_refused: false}"))
    life.invoice("INV-1", 1000, due="2026-03-31")
    life.answers("proceed", on="2026-04-08")  # a Wednesday
    assert life.until("2026-04-30").steps() == [("2026-04-08", "one"), ("2026-04-15", "two")]


def test_a_person_who_says_skip_has_the_step_skipped_with_the_reason() -> None:
    life = Life(when("{customer.sms_refused: false}"))
    life.invoice("INV-1", 1000, due="2026-03-31")
    life.answers("skip", on="2026-04-08")
    life.until("2026-04-30")
    assert life.outcomes() == [("2026-04-08", "one", "skipped: review"), ("2026-04-15", "two", "sent")]


def test_a_person_who_says_stop_ends_the_ladder() -> None:
    life = Life(when("{customer.sms_refused: false}"))
    life.invoice("INV-1", 1000, due="2026-03-31")
    life.answers("stop", on="2026-04-08")
    assert life.until("2026-12-31").outcomes() == [("2026-04-08", "", "stopped: stopped")]


def test_the_fact_itself_is_an_answer_too() -> None:
    life = Life(when("{customer.sms_refused: false}"))
    life.invoice("INV-1", 1000, due="2026-03-31")
    life.changes(on="2026-04-07", sms_refused=False)
    assert life.until("2026-04-30").steps() == [("2026-04-07", "one"), ("2026-04-15", "two")]


def test_the_same_unknown_fact_of_one_customer_is_asked_once() -> None:
    """A person is asked once per fact, not once per invoice."""
    life = Life(when("{customer.sms_refused: false}"))
    for name in ("INV-1", "INV-2", "INV-3"):
        life.invoice(name, 1000, due="2026-03-31")
    assert len(life.until("2026-12-31").reviews()) == 1


def test_a_condition_is_tested_when_the_step_leaves_not_when_it_was_planned() -> None:
    # due+4d is Saturday 4 April; by Monday the customer has become Belgian
    life = Life(when("{customer.country: FR}").replace("due+1d", "due+4d"), country="FR")
    life.invoice("INV-1", 1000, due="2026-03-31")
    life.changes(on="2026-04-05", country="BE")
    assert life.until("2026-04-10").outcomes() == [("2026-04-06", "one", "skipped: condition")]


# --- routes and pins ---------------------------------------------------------------------------------------------

OTHER = HEAD.replace("id: mine", "id: other") + f"calendar: plain\nsteps: [{{id: other, at: due+8d, {EMAIL}}}]\n"
ONE = f"steps: [{{id: one, at: due+1d, {EMAIL}}}]"


def routed(routes: str = "[]", pins: str = "[]", otherwise: str = "{policy: mine}") -> dict[str, str]:
    """A second policy and an assignment."""
    assignment = ASSIGNMENT.replace("routes: []", f"routes: {routes}").replace("pins: []", f"pins: {pins}")
    made = assignment.replace("otherwise: {policy: mine}", f"otherwise: {otherwise}")
    return {"policies/other.yaml": OTHER, "assignments/default.yaml": made}


FRENCH = "[{id: french, when: {customer.country: FR}, policy: other}]"


@pytest.mark.parametrize(("country", "step"), [("FR", "other"), ("BE", "one")])
def test_the_first_matching_route_chooses_the_policy(country: str, step: str) -> None:
    life = Life(ONE, more=routed(FRENCH), country=country)
    life.invoice("INV-1", 1000, due="2026-03-31")
    assert [name for _, name in life.until("2026-12-31").steps()] == [step]


def test_a_route_on_an_unknown_fact_asks_instead_of_falling_through() -> None:
    life = Life(ONE, more=routed(FRENCH))
    life.invoice("INV-1", 1000, due="2026-03-31")
    life.until("2026-12-31")
    assert life.steps() == []
    assert life.reviews() == [("2026-03-01", "customer.country is not known, so route cannot be decided")]


def test_an_unknown_fact_of_a_route_is_asked_once_for_all_of_a_customer_s_invoices() -> None:
    life = Life(ONE, more=routed(FRENCH))
    for name in ("INV-1", "INV-2"):
        life.invoice(name, 1000, due="2026-03-31")
    assert len(life.until("2026-12-31").reviews()) == 1


def test_the_policy_none_never_writes() -> None:
    life = Life(ONE, more=routed("[{id: all, when: {customer.country: FR}, policy: none, reason: out}]"), country="FR")
    life.invoice("INV-1", 1000, due="2026-03-31")
    assert life.until("2026-12-31").outcomes() == [("2026-03-01", "", "refused: route:all")]


def test_a_pin_wins_over_every_route_until_its_end() -> None:
    pins = "[{customer: C-1, policy: other, reason: agreed, until: 2026-12-31}]"
    life = Life(ONE, more=routed("[{id: all, when: {customer.country: FR}, policy: mine}]", pins), country="FR")
    life.invoice("INV-1", 1000, due="2026-03-31")
    life.invoice("INV-2", 1000, due="2027-03-31")
    life.until("2027-12-31")
    assert [name for _, name in life.steps("INV-1")] == ["other"]
    assert [name for _, name in life.steps("INV-2")] == ["one"]


def test_a_pin_that_ends_before_the_first_step_gives_the_routes_back() -> None:
    # the pin ends on 2 April: the ladder of `other` had not begun, and `one` was due on 1 April: it leaves on the 3rd
    pins = "[{customer: C-1, policy: other, reason: agreed, until: 2026-04-02}]"
    life = Life(ONE, more=routed(pins=pins))
    life.invoice("INV-1", 1000, due="2026-03-31")
    assert life.until("2026-12-31").steps() == [("2026-04-03", "one")]


def test_the_route_is_kept_once_a_step_went_out() -> None:
    two = f"steps: [{{id: one, at: due+1d, {EMAIL}}}, {{id: two, at: due+15d, {EMAIL}}}]"
    life = Life(two, more=routed(FRENCH), country="BE")
    life.invoice("INV-1", 1000, due="2026-03-31")
    life.changes(on="2026-04-02", country="FR")
    assert [name for _, name in life.until("2026-12-31").steps()] == ["one", "two"]


def test_the_route_is_tested_anew_until_a_step_went_out() -> None:
    life = Life(ONE, more=routed(FRENCH), country="BE")
    life.invoice("INV-1", 1000, due="2026-03-31")
    life.changes(on="2026-03-20", country="FR")
    assert life.until("2026-12-31").steps() == [("2026-04-08", "other")]


# --- applies_to --------------------------------------------------------------------------------------------------

AT_LEAST_100 = f"applies_to: {{invoice.balance: {{gte: 100.00 EUR}}}}\n{ONE}"
ACCOUNT_51 = f"applies_to: {{account.overdue_balance: {{gte: 50.99 EUR}}}}\n{ONE}"


def test_below_the_minimum_nothing_is_sent() -> None:
    life = Life(AT_LEAST_100)
    life.invoice("INV-1", "99.99", due="2026-03-31")
    assert life.until("2026-12-31").outcomes() == [("2026-03-01", "", "refused: applies_to")]


def test_a_threshold_looks_at_what_is_open_not_at_what_was_invoiced() -> None:
    """S39 and T4: of 200, 150 are paid and 50 are open, below the threshold of 100."""
    life = Life(AT_LEAST_100)
    life.invoice("INV-1", 200, due="2026-03-31")
    life.pays(150, on="2026-03-15", of="INV-1")
    life.until("2026-12-31")
    assert life.steps() == []


def test_the_threshold_of_the_account_is_reached_by_two_invoices_together() -> None:
    """S23: 50.00 alone is below 50.99; 1.00 more is not. The second is overdue from 11 April, a Saturday."""
    life = Life(ACCOUNT_51)
    life.invoice("INV-1", "50.00", due="2026-03-31")
    life.invoice("INV-2", "1.00", due="2026-04-10")
    life.until("2026-12-31")
    assert life.sent() == [("2026-04-13", "reminder-1", ("INV-1", "INV-2"))]


def test_an_age_that_is_reached_by_waiting_alone_enrols() -> None:
    # 90 days after Tuesday 31 March is Monday 29 June
    life = Life(
        f"applies_to: {{any: [{{invoice.balance: {{gte: 100.00 EUR}}}}, {{invoice.days_overdue: {{gte: 90}}}}]}}\n{ONE}"
    )
    life.invoice("INV-1", 50, due="2026-03-31")
    assert life.until("2026-12-31").steps() == [("2026-06-29", "one")]


TWO_ABOVE_100 = f"""
applies_to: {{invoice.balance: {{gte: 100.00 EUR}}}}
steps: [{{id: one, at: due+1d, {EMAIL}}}, {{id: two, at: due+15d, {EMAIL}}}]
"""


def test_a_fall_below_the_threshold_stops_the_climb() -> None:
    life = Life(TWO_ABOVE_100)
    life.invoice("INV-1", 1000, due="2026-03-31")
    life.pays(950, on="2026-04-08", of="INV-1")
    life.until("2026-12-31")
    assert life.outcomes() == [("2026-04-01", "one", "sent"), ("2026-04-08", "", "stopped: below-minimum")]


def test_a_payment_that_comes_back_takes_a_stop_below_the_minimum_back() -> None:
    # paid down to 50 on the 8th, back to 1,000 on the 20th, a Monday: step two was due on the 15th
    life = Life(TWO_ABOVE_100)
    life.invoice("INV-1", 1000, due="2026-03-31")
    life.reverses(life.pays(950, on="2026-04-08", of="INV-1"), on="2026-04-20")
    assert life.until("2026-12-31").steps() == [("2026-04-01", "one"), ("2026-04-20", "two")]


def test_a_dispute_about_most_of_it_is_no_fall_below_the_threshold() -> None:
    """The rest is neither stopped nor shifted, and once decided all of it is claimed again."""
    life = Life(TWO_ABOVE_100)
    life.invoice("INV-1", 1000, due="2026-03-31")
    life.hold("dispute", on="2026-04-08", part=money(950))
    assert life.until("2026-12-31").steps() == [("2026-04-01", "one"), ("2026-04-15", "two")]


def test_a_policy_begins_with_receivables_issued_on_its_first_day() -> None:
    from_march = HEAD.replace("2000-01-01", "2026-03-02") + f"calendar: plain\n{ONE}\n"
    life = Life(ONE, more={"policies/mine.yaml": from_march})
    life.invoice("INV-1", 1000, issued="2026-03-01", due="2026-03-31")
    life.invoice("INV-2", 1000, issued="2026-03-02", due="2026-03-31")
    life.until("2026-12-31")
    assert life.steps("INV-1") == []
    assert life.steps("INV-2") == [("2026-04-01", "one")]


# --- enrolment ---------------------------------------------------------------------------------------------------


def test_a_ladder_begins_when_the_invoice_has_reached_the_customer() -> None:
    life = Life(ONE)
    life.invoice("INV-1", 1000, due="2026-03-31", delivered=None)
    assert life.until("2026-12-31").steps() == []


def test_an_invoice_that_the_customer_refused_has_no_ladder() -> None:
    life = Life(ONE)
    life.invoice("INV-1", 1000, due="2026-03-31", approval="pending")
    life.learns(on="2026-03-20", approval="rejected")
    assert life.until("2026-12-31").steps() == []


def test_an_invoice_that_is_refused_and_accepted_later_climbs() -> None:
    # accepted on Wednesday 8 April, late: it begins at its first step
    life = Life(ONE)
    life.invoice("INV-1", 1000, due="2026-03-31", approval="rejected")
    life.learns(on="2026-04-08", approval="approved")
    assert life.until("2026-12-31").steps() == [("2026-04-08", "one")]


# --- variants ----------------------------------------------------------------------------------------------------

VARIANTS = f"""
steps:
  - {{id: one, at: due+1d, {EMAIL}}}
  - {{id: two, at: due+15d, {EMAIL}}}
variants:
  - {{id: risky, when: {{customer.risk: high}}, change: {{two: {{at: due+8d}}}}}}
  - id: small
    when: {{customer.segment: small}}
    remove: [one]
    insert: [{{after: two, step: {{id: three, at: due+22d, {EMAIL}}}}}]
"""


@pytest.mark.parametrize(
    ("risk", "segment", "steps"),
    [
        ("low", "large", [("2026-04-01", "one"), ("2026-04-15", "two")]),
        ("high", "small", [("2026-04-01", "one"), ("2026-04-08", "two")]),  # the first that matches, and only that one
        ("low", "small", [("2026-04-15", "two"), ("2026-04-22", "three")]),
    ],
)
def test_the_first_matching_variant_changes_the_steps(risk: str, segment: str, steps: list[tuple[str, str]]) -> None:
    life = Life(VARIANTS, risk=risk, segment=segment)
    life.invoice("INV-1", 1000, due="2026-03-31")
    assert life.until("2026-12-31").steps() == steps


def test_a_variant_on_an_unknown_fact_asks() -> None:
    life = Life(VARIANTS, segment="small")
    life.invoice("INV-1", 1000, due="2026-03-31")
    life.until("2026-12-31")
    assert life.steps() == []
    assert life.reviews() == [("2026-03-01", "a fact is not known: customer.risk")]


def test_the_variant_is_chosen_anew_before_each_step() -> None:
    # risky from 3 April on: the second step comes on the 8th instead of the 15th
    life = Life(VARIANTS, risk="low", segment="large")
    life.invoice("INV-1", 1000, due="2026-03-31")
    life.changes(on="2026-04-03", risk="high")
    assert life.until("2026-12-31").steps() == [("2026-04-01", "one"), ("2026-04-08", "two")]


def test_a_step_that_a_change_of_variant_makes_overdue_comes_after_the_gap() -> None:
    # risky from 14 April on: `two` was due on the 8th, so it leaves at once; the gap of three working days is over
    life = Life(VARIANTS, risk="low", segment="large")
    life.invoice("INV-1", 1000, due="2026-03-31")
    life.changes(on="2026-04-14", risk="high")
    assert life.until("2026-12-31").steps() == [("2026-04-01", "one"), ("2026-04-14", "two")]


def test_a_variant_may_be_frozen_at_the_first_step() -> None:
    life = Life("pacing: {rechoose: at-start}\n" + VARIANTS, risk="low", segment="large")
    life.invoice("INV-1", 1000, due="2026-03-31")
    life.changes(on="2026-04-03", risk="high")
    assert life.until("2026-12-31").steps() == [("2026-04-01", "one"), ("2026-04-15", "two")]


def test_the_variant_of_the_first_step_stays_where_it_is_frozen() -> None:
    life = Life("pacing: {rechoose: at-start}\n" + VARIANTS, risk="high", segment="large")
    life.invoice("INV-1", 1000, due="2026-03-31")
    life.changes(on="2026-04-03", risk="low")
    assert life.until("2026-12-31").steps() == [("2026-04-01", "one"), ("2026-04-08", "two")]


def test_the_variant_is_told_with_those_before_it() -> None:
    life = Life(VARIANTS, risk="low", segment="small")
    life.invoice("INV-1", 1000, due="2026-03-31")
    (told,) = (r for r in life.until("2026-04-01").now("2026-04-01").reasons["INV-1"] if r.code == "variants")
    assert (told.verdict, told.values) == ("yes", ("small",))
    assert [(part.verdict, part.values) for part in told.parts] == [("no", ("risky",)), ("yes", ("small",))]


def test_a_variant_that_age_alone_brings_about_is_noticed_in_time() -> None:
    # old from 5 days overdue on, 5 April, a Sunday: `two` then is due on Tuesday 7 April
    policy = f"""
steps: [{{id: one, at: due+1d, {EMAIL}}}, {{id: two, at: due+15d, {EMAIL}}}]
variants: [{{id: old, when: {{invoice.days_overdue: {{gte: 5}}}}, change: {{two: {{at: due+7d}}}}}}]
"""
    life = Life(policy)
    life.invoice("INV-1", 1000, due="2026-03-31")
    assert life.until("2026-12-31").steps() == [("2026-04-01", "one"), ("2026-04-07", "two")]


def test_a_variant_that_repeats_a_step_more_often_begins_no_step_again_that_the_ladder_has_left_behind() -> None:
    # `one` went out twice, on Wednesday 1 and Monday 6 April, which is all for the risky; then `two` on Wednesday 15.
    # On the 16th the customer is risky no more: the third `one` is not caught up, nor named as skipped
    policy = f"""
steps:
  - {{id: one, at: due+1d, repeat: {{every: 3bd, times: 3}}, {EMAIL}}}
  - {{id: two, at: due+15d, {EMAIL}}}
  - {{id: three, at: one+30d, {EMAIL}}}
variants: [{{id: risky, when: {{customer.risk: high}}, change: {{one: {{repeat: {{every: 3bd, times: 2}}}}}}}}]
"""
    life = Life(policy, risk="high")
    life.invoice("INV-1", 1000, due="2026-03-31")
    life.changes(on="2026-04-16", risk="low")
    assert life.until("2026-12-31").outcomes() == [
        ("2026-04-01", "one", "sent"),
        ("2026-04-06", "one", "sent"),
        ("2026-04-15", "two", "sent"),
        ("2026-05-06", "three", "sent"),
    ]


# --- by-tables ---------------------------------------------------------------------------------------------------


@pytest.mark.parametrize(("law", "template"), [("DE", "mahnung"), ("FR", "relance"), ("NO", "reminder")])
def test_a_template_is_looked_up_by_a_fact(law: str, template: str) -> None:
    by = "{by: contract.law, FR: relance, DE: mahnung, otherwise: reminder}"
    life = Life(f"steps: [{{id: one, at: due+1d, do: [{{email: {{template: {by}, to: billing}}}}]}}]")
    life.contract("M-2", law=law)
    life.invoice("INV-1", 1000, due="2026-03-31", contract="M-2")
    assert life.until("2026-12-31").sent() == [("2026-04-01", template, ("INV-1",))]


def test_a_template_looked_up_by_an_unknown_fact_asks() -> None:
    by = "{by: contract.law, FR: relance, otherwise: reminder}"
    life = Life(f"steps: [{{id: one, at: due+1d, do: [{{email: {{template: {by}, to: billing}}}}]}}]")
    life.contract("M-2", law=None)
    life.invoice("INV-1", 1000, due="2026-03-31", contract="M-2")
    life.until("2026-12-31")
    assert (life.sent(), len(life.reviews())) == ([], 1)


@pytest.mark.parametrize(
    ("amount", "who"),
    [("9999.99", "credit-controller"), ("10000.00", "credit-director"), ("10000.01", "credit-director")],
)
def test_who_approves_is_looked_up_strictly_below_an_amount(amount: str, who: str) -> None:
    below = "[{amount: 10000.00 EUR, use: credit-controller}]"
    approval = f"{{who: {{by: invoice.balance, below: {below}, otherwise: credit-director}}}}"
    life = Life(f"steps: [{{id: one, at: due+1d, approval: {approval}, {EMAIL}}}]")
    life.invoice("INV-1", amount, due="2026-03-31")
    assert life.until("2026-04-02").asked() == [("2026-04-01", "one", who)]


def test_what_is_not_known_of_a_group_of_customers_is_asked_about_once_and_answered_for_all() -> None:
    steps = f"steps: [{{id: one, at: due+1d, when: {{customer.score: {{lt: 40}}}}, {EMAIL}}}]\n"
    first, second, alone = (Life(steps, group=group) for group in ("acme", "acme", None))
    second.simulation.business = alone.simulation.business = first.business
    for life in (first, second, alone):
        life.invoice("INV-1", 100, due="2026-03-31")
        life.until(life.instant("2026-04-02", "15:00"))
    assert first.reviews() == [("2026-04-01", "a fact is not known: customer.score (group acme)")]
    assert (second.reviews(), second.waits_for()) == ([], "review")
    assert alone.reviews() == [("2026-04-01", "a fact is not known: customer.score")]
    for life in (second, alone, first):
        life.until("2026-04-02")
    first.answers("proceed", on="2026-04-03")
    assert [life.until("2026-04-03").steps() for life in (first, second, alone)] == [
        [("2026-04-03", "one")],
        [("2026-04-03", "one")],
        [],
    ]


def test_the_owner_is_told_once_of_a_question_about_a_group_that_nobody_answers() -> None:
    steps = f"steps: [{{id: one, at: due+1d, when: {{customer.score: {{lt: 40}}}}, {EMAIL}}}]\n"
    first, second = (Life(steps, group="acme") for _ in range(2))
    second.simulation.business = first.business
    for life in (first, second):
        life.invoice("INV-1", 100, due="2026-03-31")
        life.until("2026-04-30")
    assert first.tasks() == [
        ("2026-04-08", "Nobody has answered since 2026-04-01: a fact is not known: customer.score (group acme)")
    ]
    assert second.tasks() == []


VARIED = """
variants: [{id: gentle, when: {customer.segment: strategic}, change: {one: {at: due+22d}}}]
steps:
  - {id: one, level: reminder, at: due+1d, do: [{email: {template: reminder-1, to: billing}}]}
"""
BY_COUNTRY = VARIED.replace(VARIED.splitlines()[1], "calendar: {by: customer.country, FR: plain, otherwise: plain}")


@pytest.mark.parametrize("policy", [VARIED, BY_COUNTRY])
def test_to_go_on_tells_no_fact_so_that_it_is_asked_again_and_not_forgotten(policy: str) -> None:
    life = Life(policy)
    life.invoice("INV-1", 1000, due="2026-03-31")
    life.answers("proceed", on="2026-04-10")
    life.changes(on="2026-04-20", segment="small", country="FR")
    life.until("2026-04-30")
    assert [on for on, _ in life.reviews()] == ["2026-03-01", "2026-04-10"]
    assert life.steps() == [("2026-04-20", "one")]


def test_each_time_that_it_is_asked_again_is_a_question_of_its_own() -> None:
    life = Life(VARIED)
    life.invoice("INV-1", 1000, due="2026-03-31")
    for on in ("2026-03-03", "2026-03-04"):
        life.answers("proceed", on=on)
    life.until("2026-03-05")
    keys = ["unknown/C-1/customer.segment", "unknown/2/C-1/customer.segment", "unknown/3/C-1/customer.segment"]
    assert list(life.account.reviews) == keys
    assert {review.asked.receivable for review in life.account.reviews.values()} == {"INV-1"}


def test_a_route_that_is_asked_about_again_says_so_in_its_key() -> None:
    routes = ASSIGNMENT.replace("routes: []", "routes: [{id: big, when: {customer.segment: big}, policy: mine}]")
    life = Life(VARIED, more={"assignments/default.yaml": routes})
    life.invoice("INV-1", 1000, due="2026-03-31")
    life.answers("proceed", on="2026-03-03")
    life.until("2026-03-05")
    assert list(life.account.reviews) == ["unknown/route/C-1/customer.segment", "unknown/route/2/C-1/customer.segment"]


@pytest.mark.parametrize(
    ("policy", "on", "owner"),
    [(VARIED, "2026-03-09", "owner@martin.example"), (None, "2026-03-06", "routes@martin.example")],
    ids=["variant", "route"],
)
def test_who_is_told_of_a_question_that_nobody_answers_by_its_policy_or_else_by_the_assignment(
    policy: str | None, on: str, owner: str
) -> None:
    # asked on Sunday 1 March: five working days later is Friday the 6th by the business's own calendar, and Monday the
    # 9th by that of the policy, where the 5th is a holiday
    holiday = PLAIN.replace("extra: [", "extra: [{date: 2026-03-05, name: Fair}, ")
    calendars = {"calendars/plain.yaml": holiday, "calendars/fr-home.yaml": PLAIN.replace("id: plain", "id: fr-home")}
    routes = ASSIGNMENT.replace("owner@", "routes@")
    if policy is None:
        routes = routes.replace("routes: []", "routes: [{id: big, when: {customer.segment: big}, policy: mine}]")
    life = Life(policy or VARIED, more={"assignments/default.yaml": routes, **calendars})
    life.invoice("INV-1", 1000, due="2026-03-31")
    life.until("2026-03-10")
    assert [(str(task.on), task.queue) for task in life.account.tasks.values()] == [(on, owner)]


def test_nobody_is_told_of_a_question_that_was_answered_in_time() -> None:
    life = Life("applies_to: {customer.segment: {in: [big]}}\n" + VARIED.replace("strategic", "big"))
    life.invoice("INV-1", 1000, due="2026-03-31")
    life.answers("stop", on="2026-03-04")
    assert life.until("2026-03-20").tasks() == []


@pytest.mark.parametrize(
    ("policy", "told"), [(VARIED, "stopped: stopped"), (BY_COUNTRY, "refused: stopped")], ids=["variant", "calendar"]
)
@pytest.mark.parametrize("answer", ["skip", "stop"])
def test_what_cannot_be_chosen_and_shall_not_be_is_over(policy: str, told: str, answer: str) -> None:
    life = Life(policy)
    life.invoice("INV-1", 1000, due="2026-03-31")
    life.answers(answer, on="2026-04-10")
    assert life.until("2026-12-31").outcomes() == [("2026-04-10", "", told)]


def test_the_question_about_a_foreign_currency_says_so_and_what_to_do() -> None:
    policy = """
applies_to: {invoice.balance: {gte: 20.00 EUR}}
steps:
  - {id: one, level: reminder, at: due+1d, do: [{email: {template: reminder-1, to: billing}}]}
"""
    life = Life(policy)
    life.invoice("INV-1", 1000, due="2026-03-31", currency="USD")
    lacks = "it is in USD, and the policy compares it with EUR only: write a threshold in USD beside it"
    why = f"invoice.balance is not known, so applies_to cannot be decided ({lacks})"
    assert life.until("2026-06-30").reviews() == [("2026-03-01", why)]
