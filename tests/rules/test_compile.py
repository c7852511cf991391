"""From files to a rulebook: what the examples of the specification become, and what is refused."""

from __future__ import annotations

from dataclasses import replace
from datetime import date, time
from decimal import Decimal

import pytest

from rules.compile import compile_workspace, digest
from rules.library import files
from rules.moments import Duration, Moment
from rules.money import Money
from rules.policy import (
    AllOf,
    AnyOf,
    Approval,
    ByAmount,
    ByFact,
    Charge,
    Consolidate,
    Email,
    Handoff,
    HoldRule,
    Letter,
    Pacing,
    Policy,
    Rulebook,
)
from rules.policy import (
    Test as Asks,
)
from tests.rules.shelf import BUSINESS, compiled
from worker.holidays import public_holidays

HEAD = "format: relance/v1\nkind: {kind}\nid: {id}\n"
MINE = (
    HEAD.format(kind="policy", id="mine")
    + """\
title: Mine
owner: credit-control@example.com
effective_from: 2027-01-01
calendar: fr-paris
steps:
  - id: reminder-1
    at: due+3d
    do: [{email: {template: reminder-1, to: billing}}]
"""
)


@pytest.fixture(scope="module")
def rulebook() -> Rulebook:
    found = compiled()
    assert found.rulebook is not None
    return found.rulebook


def mine(text: str = MINE) -> Policy:
    found = compiled(policies__mine=text)
    assert found.rulebook is not None, found.diagnostics
    return found.rulebook.policies["mine"]


def errors(**written: str) -> list[tuple[str, int, str]]:
    found = compiled(**written)
    assert found.rulebook is None
    return [(d.file, d.line, d.code) for d in found.diagnostics if d.severity == "error"]


# --- the examples ------------------------------------------------------------------------------------------------


def test_a_business_alone_gets_the_library(rulebook: Rulebook) -> None:
    assert set(rulebook.policies) == {"fr-b2b-standard", "eu-b2b"}
    assert set(rulebook.calendars) == {"fr-paris", "be-brussels", "de-berlin", "no-oslo", "gb-london", "eu-target"}
    assert set(rulebook.terms) == {"late-payment"}


def test_the_french_policy_has_its_four_steps_in_order(rulebook: Rulebook) -> None:
    steps = rulebook.policies["fr-b2b-standard"].steps
    said = [(step.id, step.level, str(step.at), len(step.do)) for step in steps]
    assert said == [
        ("courtesy", "courtesy", "due-5d", 1),
        ("reminder-1", "reminder", "due+3d", 1),
        ("reminder-2", "firm", "due+10d", 2),
        ("formal-notice", "notice", "due+30d", 2),
    ]


def test_a_step_keeps_everything_that_was_written(rulebook: Rulebook) -> None:
    notice = rulebook.policies["fr-b2b-standard"].steps[3]
    assert notice.title == "Mise en demeure"
    assert notice.when == Asks("account.overdue_balance", "gte", (Money(30000, "EUR"),))
    assert notice.requires == ("reminder-2",)
    assert notice.approval == Approval("credit-controller", Duration(5, "bd"), "escalate")
    assert notice.deadline is not None
    assert (str(notice.deadline.of), notice.deadline.since) == ("8d", "sent")
    letter = Letter("formal-notice", ("registered-office",), "paper", ("invoice", "statement"))
    assert notice.do == (letter, Charge("late-payment", "mention"))
    assert notice.place is not None
    assert (notice.place.file, notice.place.line) == ("library/policies/fr-b2b-standard.yaml", 51)


def test_what_a_policy_applies_to_is_all_of_its_lines(rulebook: Rulebook) -> None:
    assert rulebook.policies["fr-b2b-standard"].applies_to == AllOf(
        (
            Asks("customer.kind", "in", ("business", "sole-trader")),
            AnyOf(
                (
                    Asks("invoice.balance", "gte", (Money(1500, "EUR"),)),
                    Asks("account.overdue_balance", "gte", (Money(10000, "EUR"),)),
                )
            ),
        )
    )


def test_holds_have_their_rows_keys(rulebook: Rulebook) -> None:
    holds = rulebook.policies["fr-b2b-standard"].holds
    assert holds["dispute"] == HoldRule(
        review_after=Duration(10, "bd"), escalate="credit-director", holds_for=Duration(5, "bd")
    )
    assert holds["promise"] == HoldRule(
        tolerance=Duration(2, "bd"), max_ahead=Duration(15, "d"), max_times=2, broken="reminder-2"
    )
    plan = rulebook.policies["eu-b2b"].holds["payment-plan"]
    assert (plan.max_instalments, plan.first, plan.acceleration) == (6, Decimal("0.30"), True)


def test_tables_look_values_up_by_a_fact(rulebook: Rulebook) -> None:
    policy = rulebook.policies["eu-b2b"]
    assert isinstance(policy.calendar, ByFact)
    assert (policy.calendar.fact, policy.calendar.cases["NO"], policy.calendar.otherwise) == (
        "customer.country",
        "no-oslo",
        "eu-target",
    )
    notice = next(step for step in policy.steps if step.id == "formal-notice")
    assert notice.approval is not None
    limits = (Money(1000000, "EUR"), Money(900000, "GBP"), Money(10000000, "NOK"))
    assert notice.approval.who == ByAmount("invoice.balance", ((limits, "credit-controller"),), "credit-director")
    letter = notice.do[0]
    assert isinstance(letter, Letter)
    assert letter.to == ("registered-office", "legal-representative", "billing")
    assert isinstance(letter.template, ByFact)
    assert letter.template.cases["GB"] == "letter-before-action"


def test_tags_and_numbers_are_tested_as_what_they_are(rulebook: Rulebook) -> None:
    policy = rulebook.policies["eu-b2b"]
    agency = policy.steps[-1]
    assert agency.do == (Handoff("recouvra", "agency", "account-overdue"),)
    assert isinstance(agency.when, AllOf)
    assert agency.when.parts[1] == Asks("customer.tags", "lacks", ("keep-in-house", "strategic-account"))
    assert policy.variants[1].when == AnyOf(
        (Asks("customer.risk", "in", ("high",)), Asks("customer.score", "lt", (Decimal(40),), if_unknown=False))
    )


def test_a_variant_is_the_base_with_its_changes(rulebook: Rulebook) -> None:
    policy = rulebook.policies["eu-b2b"]
    base = {step.id: step for step in policy.steps}
    ids = {variant.id: [step.id for step in variant.steps] for variant in policy.variants}
    assert ids == {
        "strategic": ["courtesy", "reminder-1", "reminder-2", "phone", "formal-notice"],
        "high-risk": ["courtesy", "reminder-1", "text-nudge", "reminder-2", "phone", "formal-notice", "agency"],
        "small-good-payers": ["courtesy", "reminder-1", "reminder-2", "last-email", "formal-notice"],
    }
    high = {step.id: step for step in policy.variants[1].steps}
    assert high["reminder-1"].at == Moment("due", Duration(2, "bd"))
    assert high["reminder-1"].do == base["reminder-1"].do
    assert high["text-nudge"] == base["text-nudge"]


def test_the_assignment_reads_none_as_no_policy(rulebook: Rulebook) -> None:
    assert [(route.id, route.policy) for route in rulebook.assignment.routes] == [
        ("consumers", None),
        ("british-sole-traders", None),
        ("french-companies", "fr-b2b-standard"),
    ]
    assert rulebook.assignment.otherwise.policy == "eu-b2b"
    assert (rulebook.assignment.pins[0].customer, rulebook.assignment.pins[0].until) == ("C-10442", date(2027, 3, 31))


def test_terms_keep_their_rows(rulebook: Rulebook) -> None:
    terms = rulebook.terms["late-payment"]
    britain = terms.rows["GB"]
    assert [(fee.below, fee.amount) for fee in britain.flat] == [
        (Money(100000, "GBP"), Money(4000, "GBP")),
        (Money(1000000, "GBP"), Money(7000, "GBP")),
        (None, Money(10000, "GBP")),
    ]
    assert britain.interest is not None
    assert (britain.interest.plus, britain.interest.frozen_at_start) == (Decimal("8.00"), True)
    assert terms.rows["NO"].refer == "legal@example.com"
    assert terms.rows["FR"].interest is not None
    assert terms.rows["FR"].interest.plus == Decimal("10.00")


def test_a_calendar_has_holidays_hours_and_quiet_days(rulebook: Rulebook) -> None:
    paris = rulebook.calendars["fr-paris"]
    assert paris.holidays[date(2027, 5, 6)] == "Ascension"
    assert paris.holidays[date(2027, 12, 24)] == "Fermeture de fin d'année"
    assert date(2027, 12, 26) not in paris.holidays  # a holiday of Alsace-Moselle only
    assert paris.send_between["call"] == (time(9, 30), time(17, 30))
    assert paris.is_quiet(date(2027, 8, 22), "notice")
    assert not paris.is_quiet(date(2027, 8, 23), "notice")
    assert not paris.is_quiet(date(2027, 8, 10), "reminder")


def test_target_closes_on_six_days_a_year(rulebook: Rulebook) -> None:
    days = sorted(day for day in rulebook.calendars["eu-target"].holidays if day.year == 2027)
    assert days == [date(2027, m, d) for m, d in ((1, 1), (3, 26), (3, 29), (5, 1), (12, 25), (12, 26))]


# --- defaults ----------------------------------------------------------------------------------------------------


def test_what_is_not_written_has_its_printed_default() -> None:
    policy = mine()
    assert policy.pacing == Pacing(Duration(3, "bd"), Duration(8, "d"), "first-step", "each-step", None)
    assert policy.consolidate == Consolidate("customer", Duration(3, "bd"))
    assert (policy.money.tolerance, policy.money.reopen) == ((), "resume")
    assert (policy.hold("insolvency").resume, policy.hold("manual").resume) == ("never", "keep")
    assert (policy.hold("dispute").founded, policy.hold("dispute").unfounded) == ("shift", "keep")
    assert (policy.steps[0].level, policy.language) == ("reminder", "fr")


def test_written_holds_the_dotted_keys_of_the_file() -> None:
    policy = mine(MINE + "pacing: {min_gap: 4bd}\nholds: {reply: {after: 2bd}}\n")
    assert {"pacing.min_gap", "holds.reply.after", "steps.reminder-1.at"} <= policy.written
    assert not {"pacing.before_heavy", "consolidate", "steps.reminder-1.level"} & policy.written
    assert policy.holds["reply"].holds_for == Duration(2, "bd")


def test_insolvency_never_resumes_unless_it_is_written() -> None:
    assert mine(MINE + "holds: {insolvency: {}}\n").holds["insolvency"].resume == "never"
    assert mine(MINE + "holds: {insolvency: {resume: keep}}\n").holds["insolvency"].resume == "keep"


def test_a_fallback_that_is_only_a_channel_says_the_same_to_the_same() -> None:
    text = MINE.replace("to: billing}", "to: billing, attach: [invoice], fallback: letter}")
    email = mine(text).steps[0].do[0]
    assert isinstance(email, Email)
    assert email.fallback == Letter("reminder-1", ("billing",), attach=("invoice",))


def test_a_table_that_lists_every_choice_needs_no_otherwise() -> None:
    table = "{by: invoice.kind, invoice: fr-paris, deposit: fr-paris, instalment: fr-paris, retention: fr-paris}"
    assert isinstance(mine(MINE.replace("calendar: fr-paris", f"calendar: {table}")).calendar, ByFact)


# --- files and names ---------------------------------------------------------------------------------------------


def test_the_workspace_stands_before_the_library() -> None:
    own = files()["calendars/fr-paris.yaml"].decode().replace("email: {from: 08:30", "email: {from: 10:00")
    found = compile_workspace(
        {"business.yaml": BUSINESS.encode(), "calendars/fr-paris.yaml": own.encode()}, files(), public_holidays
    )
    assert found.rulebook is not None
    assert found.rulebook.calendars["fr-paris"].send_between["email"][0] == time(10, 0)


def test_the_file_name_is_the_id() -> None:
    assert errors(policies__other=MINE) == [("policies/other.yaml", 3, "REL201")]


def test_a_workspace_has_a_business_and_one_assignment() -> None:
    assert [d.code for d in compile_workspace({}, files(), public_holidays).diagnostics if d.severity == "error"] == [
        "REL223"
    ]
    own = (
        "format: relance/v1\nkind: assignment\nid: {}\nowner: a@b.example\nroutes: []\notherwise: {{policy: eu-b2b}}\n"
    )
    found = errors(assignments__one=own.format("one"), assignments__two=own.format("two"))
    assert found == [("assignments/two.yaml", 3, "REL202")]


def test_a_file_that_would_not_be_read_is_spoken_of() -> None:
    found = compile_workspace(
        {"business.yaml": BUSINESS.encode(), "policies/a.yml": b"", "policies/b/c.yaml": b"", "notes.txt": b""},
        files(),
        public_holidays,
    )
    assert [d.file for d in found.diagnostics if d.code == "REL224"] == ["policies/a.yml", "policies/b/c.yaml"]
    assert found.rulebook is not None


def test_errors_of_all_files_come_at_once() -> None:
    broken = MINE.replace("title: Mine\n", "")
    found = errors(
        policies__mine=broken, policies__torn="a: [", policies__third=MINE.replace("mine", "third", 1) + "x: 1\n"
    )
    assert [(file, code) for file, _, code in found] == [
        ("policies/mine.yaml", "REL102"),
        ("policies/third.yaml", "REL101"),
        ("policies/torn.yaml", "REL004"),
    ]


def test_a_business_that_cannot_be_read_does_not_make_every_role_unknown() -> None:
    found = compile_workspace({"business.yaml": b"nonsense: 1"}, files(), public_holidays)
    assert {d.file for d in found.diagnostics if d.severity == "error"} == {"business.yaml"}


def test_channels_that_are_never_open_together_are_an_error() -> None:
    calendar = HEAD.format(kind="calendar", id="odd") + (
        "time_zone: Europe/Paris\nworking_days: [mon]\ncomplete_until: 2029-12-31\n"
        "send_between: {email: {from: 08:00, to: 09:00}, sms: {from: 09:00, to: 10:00}}\n"
    )
    text = MINE.replace("fr-paris", "odd").replace("do: [", "do: [{sms: {template: nudge, to: billing}}, ")
    assert errors(policies__mine=text, calendars__odd=calendar) == [("policies/mine.yaml", 9, "REL218")]


def test_a_calendar_that_ends_before_its_policy_begins_is_an_error() -> None:
    calendar = HEAD.format(kind="calendar", id="old") + (
        "time_zone: Europe/Paris\nworking_days: [mon]\ncomplete_until: 2026-12-31\n"
    )
    found = errors(policies__mine=MINE.replace("fr-paris", "old"), calendars__old=calendar)
    assert found == [("policies/mine.yaml", 3, "REL215")]


# --- the digest --------------------------------------------------------------------------------------------------


def test_the_digest_is_that_of_the_files_used_and_of_nothing_else() -> None:
    one, two = compiled(), compiled(policies__mine=MINE)
    assert one.rulebook is not None
    assert two.rulebook is not None
    assert one.rulebook.digest != two.rulebook.digest
    assert one.rulebook.digest == digest(one.files)
    ignored = compile_workspace(
        {"business.yaml": BUSINESS.encode(), "data/customers.csv": b"x"}, files(), public_holidays
    )
    assert ignored.rulebook == one.rulebook


def test_the_files_used_compile_again_without_the_library() -> None:
    first = compiled(policies__mine=MINE)
    again = compile_workspace(first.files, {}, public_holidays)
    assert again.rulebook is not None
    assert first.rulebook is not None
    assert again.rulebook.digest == first.rulebook.digest
    assert again.files == first.files
    assert [replace(step, place=None) for step in again.rulebook.policies["eu-b2b"].steps] == [
        replace(step, place=None) for step in first.rulebook.policies["eu-b2b"].steps
    ]
