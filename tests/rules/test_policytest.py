"""Policy tests: the shipped ones pass as printed, and a failing one says the first difference."""

from __future__ import annotations

from xml.etree import ElementTree

import pytest

from rules.library import files
from rules.policytest import Outcome, run
from rules.shape import check_shape
from rules.source import read
from rules.trial.recording import recorded
from rules.trial.report import as_junit, difference, report
from tests.rules.shelf import compiled

FRENCH = "fr-b2b-standard.test.yaml"
CASE = """\
format: relance/v1
kind: policy-test
policy: fr-b2b-standard
given:
  customer.kind: business
  customer.payment_method: transfer
  invoice.balance: 1200.00 EUR
  invoice.issued: 2026-12-05
  invoice.due: 2027-01-04
tests:
  - name: it
"""
EUROPEAN = """\
format: relance/v1
kind: policy-test
policy: eu-b2b
given:
  customer.country: BE
  customer.language: fr
  customer.kind: business
  customer.segment: mid-market
  customer.risk: low
  customer.score: 60
  customer.sms_refused: false
  invoice.balance: 6400.00 EUR
  invoice.issued: 2027-01-05
  invoice.due: 2027-02-04
tests:
"""


def shipped(name: str) -> str:
    return files()[f"tests/{name}"].decode()


def outcomes(text: str, name: str = "a.test.yaml") -> list[Outcome]:
    node, found = read(text.encode(), name)
    assert node is not None
    assert not found + check_shape("policy-test", node, name)
    rulebook = compiled().rulebook
    assert rulebook is not None
    return run(node, name, rulebook)


def one(rest: str) -> Outcome:
    """The outcome of a test about an invoice of 1200 EUR due on Monday 4 January 2027."""
    return outcomes(CASE + rest)[0]


def told(outcome: Outcome) -> list[str]:
    return [str(line) for line in outcome.actual]


def test_a_report_has_the_form_of_the_specification() -> None:
    wrong = shipped(FRENCH).replace(
        "{at: due+67d, step: reminder-2,    email", "{at: due+65d, step: reminder-2,    email"
    )
    assert report(outcomes(wrong, FRENCH)) == (
        "fr-b2b-standard.test.yaml\n"
        "ok    paid after the first reminder\n"
        "ok    never paid, the notice waits for a human\n"
        "ok    a reminder falling on Ascension Day goes out the next working day\n"
        "ok    a founded dispute stops everything and moves the remaining dates\n"
        "FAIL  an invoice imported sixty days late starts at step one and keeps the written distances\n"
        "      fr-b2b-standard.test.yaml:65: actual differs from expected\n"
        "               2027-03-05  step: reminder-1  email: reminder-1\n"
        "      expected 2027-03-10  step: reminder-2  email: reminder-2\n"
        "      actual   2027-03-12  step: reminder-2  email: reminder-2\n"
        "      = reminder-2: e-mail reminder-2 left on Friday 12 March 2027, 2 days later than expected\n"
        "5 tests, 1 failed. Steps reached: 4/4\n"
    )


def test_one_message_too_many_fails() -> None:
    outcome = one("    until: due+4d\n    expect:\n      - {at: due-5d, email: courtesy}\n")
    assert not outcome.passed
    assert outcome.missing is None
    assert str(outcome.extra) == "2027-01-07  step: reminder-1  email: reminder-1"
    assert report([outcome]).splitlines()[2:4] == [
        "      a.test.yaml:11: actual differs from expected",
        "               2026-12-30  step: courtesy  email: courtesy",
    ]


def test_one_message_too_few_fails() -> None:
    outcome = one("    until: due\n    expect:\n      - {at: due-5d, email: courtesy}\n      - {at: due, sms: nudge}\n")
    assert str(outcome.missing) == "2027-01-04  sms: nudge"
    assert outcome.line == 15


def test_entries_match_on_the_keys_that_are_written() -> None:
    assert one("    expect: [{at: 2026-12-30, step: courtesy}]\n").passed
    assert not one("    expect: [{at: 2026-12-30, step: reminder-1}]\n").passed


def test_without_until_a_test_ends_with_its_last_expected_day() -> None:
    assert one("    expect: [{at: due-5d, email: courtesy}, {at: due+3d, email: reminder-1}]\n").passed


def test_old_bank_data_hold_reminders_back() -> None:
    old = "    until: due+4d\n    events: [{at: 2027-01-04, bank-data: 2027-01-03}]\n"
    assert one(old + "    expect: [{at: due-5d, email: courtesy}]\n").passed


def test_a_fact_may_change_on_the_way() -> None:
    """By cheque the courtesy mail goes out; a customer who pays by card gets none."""
    events = "    until: due\n    events: [{at: 2026-12-20, customer.payment_method: card}]\n    expect: []\n"
    assert one(events).passed


def test_a_promise_holds_until_its_date_and_its_tolerance() -> None:
    outcome = one(
        "    until: due+10d\n    events: [{at: 2027-01-06, promise: 2027-01-12}]\n"
        "    expect: [{at: due-5d, email: courtesy}, {at: 2027-01-06, held: promise}]\n"
    )
    assert outcome.passed, told(outcome)


def test_a_credit_note_settles_as_a_payment_does() -> None:
    outcome = one(
        "    until: due+90d\n    events: [{at: 2027-01-05, credit: 1200.00 EUR}]\n"
        "    expect: [{at: due-5d, email: courtesy}, {at: 2027-01-05, stopped: credited}]\n"
    )
    assert outcome.passed, told(outcome)


def test_a_reversed_payment_reopens_the_ladder() -> None:
    outcome = one(
        "    until: 2027-01-22\n"
        "    events: [{at: 2027-01-05, payment: 1200.00 EUR}, {at: 2027-01-20, reverse: 1200.00 EUR}]\n"
        "    expect: [{at: due-5d, email: courtesy}, {at: 2027-01-05, stopped: paid},\n"
        "      {at: 2027-01-20, email: reminder-1}]\n"
    )
    assert outcome.passed, told(outcome)


def test_a_refusal_stops_a_heavy_step() -> None:
    refused = "{at: 2027-02-05, refuse: formal-notice, outcome: stop, reason: Sister company}"
    outcome = one(f"    until: due+60d\n    events: [{refused}]\n    expect: []\n")
    assert "2027-02-05  stopped: stopped" in told(outcome)
    assert not any("letter" in line for line in told(outcome))


@pytest.mark.parametrize(
    ("rest", "said"),
    [
        ("    without: [invoice.issued]\n    expect: []\n", "invoice.issued is not given, and a test needs it"),
        ("    expect: [{at: reminder-1+3d, email: x}]\n", "'reminder-1+3d' has no date here"),
        ("    expect: [{at: due+9999w, email: x}]\n", "'due+9999w' is a day that nobody will see"),
        (
            "    until: due+999bd\n    expect: []\n",
            "calendar fr-paris is complete until 2029-12-31, and 2030-01-01 was asked of it",
        ),
        (
            "    given: {invoice.due: 9999-12-31}\n    expect: []\n",
            "invoice.due is 9999-12-31, and nobody will see that day",
        ),
        (
            "    until: due\n    events: [{at: 2027-01-01, release: dispute}]\n    expect: []\n",
            "no dispute is on, so none can end",
        ),
        (
            "    until: due\n    events: [{at: 2027-01-01, undo-write-off: they pay}]\n    expect: []\n",
            "nothing is written off by then",
        ),
        (
            "    until: due\n    events: [{at: due, payment: 1.00 EUR, scope: customer}]\n    expect: []\n",
            "`scope` is said of a hold, and nothing begins one here",
        ),
        (
            "    until: due\n    events: [{at: due, dispute: price, opened: due-3d}]\n    expect: []\n",
            "`opened` is said of an insolvency, not of a hold dispute",
        ),
        (
            "    until: due\n    events: [{at: due, hold: never-dun, scope: receivable}]\n    expect: []\n",
            "a hold never-dun is on a customer, never on a receivable alone",
        ),
        (
            "    until: due\n    events: [{at: due, hold: manual, from: due-2d, until: due-3d}]\n    expect: []\n",
            "'due-3d' is before the hold begins",
        ),
        (
            "    until: due+7d\n    events: [{at: due+8d, payment: 1.00 EUR}]\n    expect: []\n",
            "'due+8d' is after the test ends, which is on 2027-01-11",
        ),
        (
            "    expect: [{at: due-5d, step: courtsey, email: courtesy}]\n",
            "policy 'fr-b2b-standard' has no step 'courtsey'",
        ),
        (
            "    until: due\n    events: [{at: due, approve: formal-notic}]\n    expect: []\n",
            "policy 'fr-b2b-standard' has no step 'formal-notic'",
        ),
        (
            "    until: due\n    events: [{at: due, hold: dispute, published: due}]\n    expect: []\n",
            "`published` is said of an insolvency, not of a hold dispute",
        ),
        (
            "    until: due\n    events: [{at: due, invoice.delivered: false}]\n    expect: []\n",
            "what has reached the customer has reached it: say so in `given`",
        ),
        ("    expect: [{at: due, email: courtesy, due: due}]\n", "`due` is said of a task"),
        ("    last_step: courtesy\n    expect: []\n", "`last_step` and `last_step_at` are said together"),
        (
            "    last_step: courtesy\n    last_step_at: 2027-01-01\n    expect: []\n",
            "'2027-01-01' is after the test begins",
        ),
        (
            "    given: {custom.customer.shoe: 40}\n    expect: []\n",
            "'custom.customer.shoe' is not declared in business.yaml",
        ),
    ],
)
def test_a_test_that_cannot_be_understood_says_why(rest: str, said: str) -> None:
    outcome = one(rest)
    assert not outcome.passed
    assert said in [problem.message for problem in outcome.problems]
    assert said in report([outcome])


def test_what_may_be_meant_stands_below_what_is_wrong() -> None:
    lines = report([one("    expect: [{at: due-5d, step: courtsey, email: courtesy}]\n")]).splitlines()
    assert lines[1:4] == [
        "FAIL  it",
        "      a.test.yaml:12: policy 'fr-b2b-standard' has no step 'courtsey'",
        "      = did you mean 'courtesy'?",
    ]


OPENED = (
    "    until: 2026-12-15\n    events:\n"
    "      - {at: 2026-12-11, hold: insolvency, opened: 2026-12-07, published: 2026-12-10}\n    expect:\n"
)
TASKS = "".join(
    f"      - {{at: 2026-12-11, task: credit-control, due: {due}}}\n" for due in ("2027-02-10", "2027-03-10")
)
FROZEN = "      - {at: 2026-12-11, stopped: insolvency}\n"


def test_the_day_by_which_a_task_is_to_be_done_is_compared_where_it_is_written() -> None:
    # published on the 10th: two months to declare the claim, three to reclaim goods; the administrator is asked at once
    asked = "      - {at: 2026-12-11, task: credit-control, due: 2026-12-10}\n"
    assert one(OPENED + TASKS + FROZEN + asked).passed
    assert one(OPENED + TASKS + FROZEN + asked.replace(", due: 2026-12-10", "")).passed
    wrong = one(OPENED + TASKS + FROZEN + asked.replace("12-10}", "12-12}"))
    assert difference(wrong) == (
        "on Friday 11 December 2026 this did not happen: a task was put on the list of credit-control, "
        "to be done by Saturday 12 December 2026"
    )
    assert str(wrong.extra) == "2026-12-11  task: credit-control  due: 2026-12-10"
    text = CASE + OPENED + TASKS + FROZEN + asked
    assert recorded(text.replace("due: 2026-12-10", "due: 2026-12-12"), [wrong]) == text


def test_an_invoice_may_reach_the_customer_on_the_way() -> None:
    late = "    given: {invoice.delivered: false}\n    until: 2027-01-12\n"
    assert told(one(late + "    expect: []\n")) == []
    on = "    events: [{at: 2027-01-12, invoice.delivered: true}]\n"  # a Tuesday, eight days after the due date
    assert "2027-01-12  step: reminder-1  email: reminder-1" in told(one(late + on + "    expect: []\n"))


def test_how_many_more_differences_there_are_is_said() -> None:
    two = "    until: due+3d\n    expect: [{at: due-4d, email: courtesy}]\n"
    assert "      = and 1 more difference" in report([one(two)]).splitlines()


def test_an_unknown_policy_fails_every_test() -> None:
    found = outcomes(CASE.replace("fr-b2b-standard", "fr-b2b-standart") + "    expect: []\n")
    assert [problem.help for each in found for problem in each.problems] == ["did you mean 'fr-b2b-standard'?"]


def test_the_law_of_a_contract_is_the_businesss_unless_the_test_says_otherwise() -> None:
    approved = "    until: 2027-02-05\n    events: [{at: 2027-02-05, approve: formal-notice}]\n    expect: []\n"
    assert any("charge: late-payment" in line for line in told(one(approved)))
    unknown = one("    without: [contract.law]\n" + approved)
    assert not any("charge" in line for line in told(unknown))


def test_the_difference_is_a_sentence() -> None:
    missing = one("    until: due\n    expect:\n      - {at: due-5d, email: courtesy}\n      - {at: due, sms: nudge}\n")
    assert difference(missing) == "on Monday 4 January 2027 this did not happen: text message nudge left"
    extra = one("    until: due\n    expect: []\n")
    expected = "nothing in the test expects this: on Wednesday 30 December 2026 courtesy: e-mail courtesy left"
    assert difference(extra) == expected
    skipped = one(
        "    given: {customer.payment_method: card}\n    until: due\n"
        "    expect: [{at: due-5d, step: courtesy, email: courtesy}]\n"
    )
    assert difference(skipped) == (
        "on Wednesday 30 December 2026 this did not happen: courtesy: e-mail courtesy left; "
        "the step was on Wednesday 30 December 2026 skipped: condition"
    )
    late = one("    until: due-5d\n    expect: [{at: due-5d, email: courtesy}, {at: due+3d, email: reminder-1}]\n")
    assert difference(late) == (
        "on Thursday 7 January 2027 this did not happen: e-mail reminder-1 left; "
        "the test had ended, on Wednesday 30 December 2026"
    )
    assert difference(one("    expect: [{at: due-5d, email: courtesy}]\n")) is None


def test_what_no_test_reached_is_named() -> None:
    found = outcomes(EUROPEAN + "  - {name: it, until: due+5d, expect: [{at: due+4d, email: reminder-1}]}\n")
    assert report(found).splitlines()[-3:] == [
        (
            "Never reached: step agency of eu-b2b, step courtesy of eu-b2b, step formal-notice of eu-b2b, "
            "step last-email of eu-b2b, step phone of eu-b2b, step reminder-2 of eu-b2b, step text-nudge of eu-b2b, "
            "variant high-risk of eu-b2b, variant small-good-payers of eu-b2b, variant strategic of eu-b2b, "
            "reaction payment-failed of eu-b2b, reaction promise-broken of eu-b2b."
        ),
        "Variants reached: 0/3. Reactions reached: 0/2.",
        "1 test, 0 failed. Steps reached: 1/8",
    ]


def test_a_failed_collection_is_an_event_and_its_reaction_is_reached() -> None:
    failed = "events: [{at: due+1d, payment-failed: AC04}], expect: [{at: due+1d, email: payment-failed}]"
    outcome = outcomes(f"{EUROPEAN}  - {{name: it, {failed}}}\n")[0]
    assert outcome.passed, report([outcome])
    assert ("reaction", "eu-b2b", "payment-failed") in outcome.reached


def test_routes_choose_only_where_a_test_says_so() -> None:
    """The library's routes give French business customers the French policy and consumers none."""
    lines = "until: due-5d, expect: [{at: due-5d, email: courtesy}, {at: 2026-12-05, enrolled: fr-b2b-standard}]"
    given = "customer.country: FR, customer.segment: small"
    french = outcomes(CASE.replace("  - name: it\n", f"  - {{name: it, routed: true, given: {{{given}}}, {lines}}}\n"))[
        0
    ]
    assert french.passed, report([french])
    assert ("route", "default", "french-companies") in french.reached
    assert ("route", "default", "consumers") in french.there - french.reached
    consumer = one(
        "    routed: true\n    given: {customer.kind: consumer}\n    until: due\n"
        "    expect: [{at: 2026-12-05, refused: 'route:consumers'}]\n"
    )
    assert consumer.passed, report([consumer])
    assert consumer.reached == {("route", "default", "consumers")}


def test_junit_has_a_suite_for_the_file_and_a_failure_for_each_test_that_failed() -> None:
    suite = ElementTree.fromstring(as_junit([one("    expect: []\n"), one("    until: due\n    expect: []\n")]))[0]
    assert (suite.get("name"), suite.get("tests"), suite.get("failures")) == ("a.test.yaml", "2", "1")
    failure = suite.find("testcase/failure")
    assert failure is not None
    assert "nothing in the test expects this" in (failure.text or "")


@pytest.mark.parametrize(
    ("before", "after"),
    [
        (
            "    until: due+3d\n    expect:   # complete\n      - {at: due-5d, email: courtesy}   # polite\n",
            (
                "    until: due+3d\n    expect:   # complete\n      - {at: due-5d, email: courtesy}   # polite\n"
                "      - {at: due+3d, step: reminder-1, email: reminder-1}\n"
            ),
        ),
        (
            "    until: due\n    expect:\n      # why\n      - {at: due-4d, email: courtesy}   # polite\n",
            "    until: due\n    expect:\n      # why\n      - {at: due-5d, email: courtesy}   # polite\n",
        ),
        (
            (
                "    until: due\n    expect:\n      - {at: due-5d, email: courtesy}\n"
                "      - at: due\n        sms: nudge\n"
                "# the end\n"
            ),
            "    until: due\n    expect:\n      - {at: due-5d, email: courtesy}\n# the end\n",
        ),
        (
            "    until: due\n    expect: []   # nothing yet\n",
            "    until: due\n    expect:   # nothing yet\n      - {at: 2026-12-30, step: courtesy, email: courtesy}\n",
        ),
        (
            "    until: 2026-12-29\n    expect:\n      - {at: due, sms: nudge}\n",
            "    until: 2026-12-29\n    expect:\n      []\n",
        ),
        (
            "    until: due\n    expect: [{at: due-4d, email: courtesy}, {at: due, sms: nudge}]   # soon\n",
            "    until: due\n    expect: [{at: due-5d, email: courtesy}]   # soon\n",
        ),
        (  # what stands below one another stays there
            (
                "    until: due+10d\n    expect:\n"
                "      - {at: 2026-12-29, step: courtesy,   email: courtesy}    # a Tuesday\n"
                "      - {at: due+13d,    step: reminder-1, email: reminder-1}  # later\n"
            ),
            (
                "    until: due+10d\n    expect:\n"
                "      - {at: 2026-12-30, step: courtesy,   email: courtesy}    # a Tuesday\n"
                "      - {at: due+3d,     step: reminder-1, email: reminder-1}  # later\n"
                "      - {at: due+10d,    step: reminder-2, email: reminder-2}\n"
                "      - {at: due+10d,    step: reminder-2, call: credit-control}\n"
            ),
        ),
        (  # a comment behind what has no columns of its own
            "    until: due\n    expect:\n      - {at: due-4d, email: courtesy}   # a\n",
            "    until: due\n    expect:\n      - {at: due-5d, email: courtesy}   # a\n",
        ),
        (
            "    until: due\n    expect:\n      - at: issued     # the day\n        email: courtesy\n",
            "    until: due\n    expect:\n      - at: issued+25d # the day\n        email: courtesy\n",
        ),
        (  # a list in brackets over several lines, with what somebody said of it
            (
                "    until: due+3d\n    expect: [\n      {at: due-9d, sms: nudge},       # never\n"
                "      {at: due-4d, email: courtesy},  # polite\n      {at: due, sms: nudge}\n    ]\n"
            ),
            (
                "    until: due+3d\n    expect: [\n      {at: due-5d, email: courtesy},  # polite\n"
                "      {at: due+3d, step: reminder-1, email: reminder-1}\n    ]\n"
            ),
        ),
        (
            ("    until: due+3d\n    expect: [   # all\n      {at: due+2d, email: reminder-1}   # polite\n    ]\n"),
            (
                "    until: due+3d\n    expect: [   # all\n      {at: due-5d, step: courtesy, email: courtesy},\n"
                "      {at: due+3d, email: reminder-1}   # polite\n    ]\n"
            ),
        ),
        (
            "    until: due+3d\n    expect:\n      - {at: due+3d, email: reminder-1}",
            (
                "    until: due+3d\n    expect:\n      - {at: due-5d, step: courtesy, email: courtesy}\n"
                "      - {at: due+3d, email: reminder-1}"
            ),
        ),
        (
            "    until: due\n    expect:\n      - {at: 2026-12-31, email: courtesy}\n",
            "    until: due\n    expect:\n      - {at: 2026-12-30, email: courtesy}\n",
        ),
        (
            "    until: due\n    expect:\n      - {at: issued+30d, email: courtesy}\n",
            "    until: due\n    expect:\n      - {at: issued+25d, email: courtesy}\n",
        ),
    ],
)
def test_what_happened_is_recorded_and_comments_stay(before: str, after: str) -> None:
    assert recorded(CASE + before, outcomes(CASE + before)) == CASE + after
    assert all(each.passed for each in outcomes(CASE + after))


def test_line_ends_of_windows_stay_and_tests_that_hold_are_left_alone() -> None:
    text = (CASE + "    until: due-5d\n    expect:\n      - {at: due-4d, email: courtesy}\n").replace("\n", "\r\n")
    assert recorded(text, outcomes(text)) == text.replace("due-4d", "due-5d")
    fine = CASE + "    expect: [{at: due-5d, email: courtesy}]\n"
    assert recorded(fine, outcomes(fine)) == fine


DISPUTED = "    until: due+10d\n    events:\n      - {at: 2027-01-05, dispute: price}\n"
EXPECTED = "    expect: [{at: due-5d, email: courtesy}]\n"


def answered(event: str) -> Outcome:
    """A dispute of Tuesday 5 January, about which a person is asked five working days later, and that event."""
    return one(f"{DISPUTED}      - {{{event}}}\n{EXPECTED}")


def test_a_question_is_answered_by_its_beginning_on_a_later_day() -> None:
    assert answered("at: 2027-01-13, answer: the customer disputes, by: anne").passed
    early = answered("at: 2027-01-12, answer: the customer disputes")
    assert [d.message for d in early.problems] == ["nobody is asked this by then"]
    assert [d.help for d in early.problems] == ["a question is answered on a later day than it is asked"]


def test_what_is_asked_instead_is_said_and_what_an_answer_may_be() -> None:
    other = answered("at: 2027-01-13, answer: the customer pays")
    assert [d.help for d in other.problems] == ["asked is 'the customer disputes: is it founded?'"]
    wrong = answered("at: 2027-01-13, answer: the customer disputes, outcome: postpone")
    assert [d.message for d in wrong.problems] == ["a question is answered by proceed, skip, stop"]
