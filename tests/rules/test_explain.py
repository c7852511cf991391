"""The phrase book: every code that judgement uses has its sentence, and the sentences say what was found."""

from __future__ import annotations

import ast
from collections.abc import Iterator
from datetime import UTC, date, datetime
from decimal import Decimal
from pathlib import Path
from zoneinfo import ZoneInfo

import pytest

import rules
from rules import explain
from rules.decision import Reason
from rules.explain import sentences, waiting
from rules.money import Money

ROOM = Path(str(rules.__file__)).parent
MOVED_BY = {"planned", "gap", "one-a-day"}  # what `_earliest` answers with, and a Wait repeats


def codes(*names: str) -> Iterator[str]:
    """The constant first arguments of calls of these names anywhere in rules/."""
    for file in sorted(ROOM.glob("*.py")):
        for node in ast.walk(ast.parse(file.read_text("utf-8"))):
            if not (
                isinstance(node, ast.Call) and isinstance(node.func, ast.Name) and node.func.id in names and node.args
            ):
                continue
            first = node.args[0]
            if isinstance(first, ast.Constant) and isinstance(first.value, str):
                yield first.value


def test_every_reason_has_a_phrase() -> None:
    used = set(codes("Reason"))
    assert {"route", "when", "waits"} <= used
    assert used - {"waits", "all", "any"} <= explain._PHRASES.keys()
    assert {"all", "any"} <= explain._PHRASES.keys(), "made by one line for both blocks"


def test_every_wait_has_a_phrase() -> None:
    used = set(codes("Wait", "NotDated")) | MOVED_BY
    assert {"approval", "bank-data", "no-anchor"} <= used
    assert used <= explain._WAITS.keys()


@pytest.mark.parametrize("why", sorted(explain._WAITS))
def test_a_wait_is_said_without_its_values_too(why: str) -> None:
    said = waiting(why)
    assert said == " ".join(said.split())
    assert len(said) > 12
    assert said[-1].isalpha()


@pytest.mark.parametrize(
    ("verdict", "values", "expected"),
    [
        ("yes", ("customer.kind", "business", "in", ("business",)), "customer.kind is business"),
        ("no", ("customer.segment", "small", "in", ("a", "b")), "customer.segment is small, wanted a or b"),
        ("yes", ("customer.segment", "small", "not_in", ("vip",)), "customer.segment is small, not vip"),
        ("no", ("customer.score", Decimal(38), "gte", (Decimal(40),)), "customer.score 38 is below 40"),
        (
            "yes",
            ("invoice.balance", Money(640000, "EUR"), "gte", (Money(30000, "NOK"), Money(2500, "EUR"))),
            "invoice.balance 6400.00 EUR is at least 25.00 EUR",
        ),
        ("unknown", ("customer.score", None, "lt", (Decimal(40),)), "customer.score is not known"),
        ("no", ("customer.tags", ("a",), "has", ("vip",)), "customer.tags lacks vip"),
        ("no", ("customer.tags", ("vip",), "lacks", ("vip",)), "customer.tags has vip"),
        ("yes", ("customer.score", None, "known", (False,)), "customer.score is not known"),
        ("no", ("customer.sms_refused", None, "in", (False,)), "customer.sms_refused is not known, taken as not met"),
    ],
)
def test_a_condition_says_what_it_found(verdict: str, values: tuple[object, ...], expected: str) -> None:
    assert sentences([Reason("test", verdict, values)]) == [expected]  # type: ignore[arg-type]


def test_what_a_reason_rests_on_stands_below_it() -> None:
    kind = Reason("test", "yes", ("customer.kind", "business", "in", ("business",)))
    small = Reason("test", "no", ("invoice.balance", Money(1000, "EUR"), "gte", (Money(1500, "EUR"),)))
    applies = Reason("applies-to", "no", ("fr",), (Reason("all", "no", (), (kind, Reason("any", "no", (), (small,)))),))
    assert sentences([applies]) == [
        "policy fr does not apply",
        "  customer.kind is business",
        "  none of these holds",
        "    invoice.balance 10.00 EUR is below 15.00 EUR",
    ]


def test_a_wait_says_until_when_on_the_clock_of_the_reader() -> None:
    wait = Reason("waits", "waits", ("heavier-first", datetime(2027, 1, 14, 8, tzinfo=UTC), "notice", "F-2"))
    (said,) = sentences([wait], ZoneInfo("Europe/Paris"))
    assert said == "notice of F-2 comes first, until 2027-01-14 09:00"


def test_a_day_on_which_a_step_leaves_is_said_once() -> None:
    wait = Reason(
        "waits", "waits", ("gap", datetime(2027, 1, 14, 8, tzinfo=UTC), "r2", date(2027, 1, 12), date(2027, 1, 14))
    )
    assert sentences([wait]) == [
        "r2, planned for 2027-01-12, leaves on 2027-01-14: the customer was contacted too shortly before"
    ]
    call = Reason("waits", "waits", ("call", datetime(2027, 1, 14, tzinfo=UTC), "phone", date(2027, 1, 14)))
    assert sentences([call]) == ["the call of phone is being tried until 2027-01-14"]


@pytest.mark.parametrize(
    ("holds", "expected"),
    [
        (("dispute", "D", None), "a dispute holds it up (D)"),
        (("dispute", "D", None, "promise", "P", None), "a dispute (D) and a promise (P) hold it up"),
        (
            ("payment-pending", "debit/F-1/1", None, "reply", "R", None, "manual", "M", date(2027, 2, 19)),
            "its debit, an answer that nobody has read (R) and somebody until 2027-02-19 (M) hold it up",
        ),
    ],
)
def test_every_hold_that_is_on_is_named(holds: tuple[object, ...], expected: str) -> None:
    assert waiting("held", holds) == expected


def test_receivables_are_called_by_their_names() -> None:
    wait = Reason("waits", "waits", ("heavier-first", None, "formal-notice", "R-1"))
    assert sentences([wait], names={"R-1": "F-2027-001"}) == ["formal-notice of F-2027-001 comes first"]


@pytest.mark.parametrize(
    ("why", "expected"),
    [
        ("no-due-date", "nothing is sent: it has no due date"),
        ("route:consumers", "nothing is sent: it is off by route consumers"),
    ],
)
def test_why_there_is_no_ladder(why: str, expected: str) -> None:
    assert sentences([Reason("not-enrolled", "no", (why,))]) == [expected]
