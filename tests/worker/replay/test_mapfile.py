"""What a mapping says, and how its mistakes are told."""

from __future__ import annotations

from datetime import date
from decimal import Decimal
from pathlib import Path

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from rules.diagnostics import render
from rules.moments import Duration, Moment
from rules.money import Money
from tests.worker.replay.shelf import MAPPING, mapping
from worker.replay.mapfile import read_mapping
from worker.replay.mapping import Column, Constant, Meaning
from worker.replay.written import DateForm, Written

EXAMPLES = Path(__file__).parents[3] / "examples/replay"
GOLDEN = Path(__file__).parent / "golden"


def test_a_small_mapping() -> None:
    made = mapping()
    assert made.written == Written("utf-8", ";", DateForm("DD.MM.YYYY"), ",")
    assert (made.currency, made.amount) == ("EUR", ("Betrag",))
    assert made.sources["invoice.id"] == Column("Nr")
    assert made.sources["customer.kind"] == Constant("business")
    assert made.reckoned == {"invoice.delivered": Moment("issued", Duration(0, "d"))}
    assert (made.approve, made.bank, made.select, made.until) == (None, "none", None, Duration(90, "d"))
    assert made.columns == ("Nr", "Kunde", "Datum", "Frist", "Bezahlt", "Betrag")


def test_constants_are_of_the_type_of_their_fact() -> None:
    more = (
        "constants: {invoice.currency: EUR, customer.score: 40, customer.since: 2024-02-29, customer.tags: [a, b],\n"
        "  customer.sms_refused: false, customer.credit_limit: 20000.00 EUR, custom.customer.sector: retail}\n"
    )
    base = MAPPING.replace("constants: {invoice.currency: EUR, customer.kind: business}\n", more)
    values = {name: each.value for name, each in mapping(base=base).sources.items() if isinstance(each, Constant)}
    assert values == {
        "customer.score": Decimal(40),
        "customer.since": date(2024, 2, 29),
        "customer.tags": ("a", "b"),
        "customer.sms_refused": False,
        "customer.credit_limit": Money(2_000_000, "EUR"),
        "custom.customer.sector": "retail",
    }


def test_the_example_of_events() -> None:
    made, found = read_mapping((EXAMPLES / "fines.yaml").read_bytes(), "fines.yaml", {"invoice.vehicle": "text"})
    assert found == []
    assert made is not None
    assert made.events is not None
    assert made.amount == ("amount", "expense")
    assert made.select == 500
    assert made.events.facts["Insert Fine Notification"] == Meaning(delivered=True, due=Duration(60, "d"))
    assert made.events.facts["Payment"] == Meaning(payment="payment_amount_eur")
    assert made.events.facts["Send Fine"] == Meaning()


def test_mistakes_are_located_all_at_once() -> None:
    data = (GOLDEN / "bad.yaml").read_bytes()
    made, found = read_mapping(data, "bad.yaml")
    assert made is None
    assert render(found, {"bad.yaml": data.decode()}) == (GOLDEN / "bad.out").read_text(encoding="utf-8")


@pytest.mark.parametrize(
    ("line", "said"),
    [
        ("approve: after 2bd", "'after 2bd' is not 'after 2d' or 'never'"),
        ("select: {smallest_sha256: 0}", "'0' is not a number of invoices, such as 500"),
        ("lookups: {customer.kind: {column: Art, words: {G: bussiness}}}", "'bussiness' is not one of"),
        ("custom: 1", "unknown key 'custom'"),
        ("reckoned: issued", "a map of keys is needed here"),
        ("dispute: {when: Streit, opens: due, closes: never}", "a map of columns is needed here"),
        ("dispute: {when: {Streit: J}, opens: opened, closes: never}", "'opened' is not a moment"),
        ("events: {file: ../e.csv, invoice: a, name: b, day: c, facts: {x: none}}", "not the name of a file beside"),
    ],
)
def test_one_mistake(line: str, said: str) -> None:
    base = MAPPING.replace("reckoned: {invoice.delivered: issued}\n", "").replace(", customer.kind: business", "")
    made, found = read_mapping(f"{base}{line}\n".encode(), "a.yaml")
    assert made is None
    assert [said in each.message for each in found] == [True]
    assert found[0].line == base.count("\n") + 1


def test_a_fact_stands_in_one_place() -> None:
    made, found = read_mapping((MAPPING + "lookups: {customer.kind: {column: A, words: {a: public}}}\n").encode(), "a")
    assert made is None
    assert [each.message for each in found] == ["'customer.kind' is already on line 12"]


def test_a_mapping_that_is_no_yaml_is_told_by_the_reader() -> None:
    made, found = read_mapping(b"columns: [", "a.yaml")
    assert (made, [each.code for each in found]) == (None, ["REL004"])


@settings(deadline=None, max_examples=150)
@given(st.data())
def test_a_mutilated_mapping_is_refused_and_never_raises(data: st.DataObject) -> None:
    whole = (EXAMPLES / "ibm.yaml").read_text(encoding="utf-8") + (GOLDEN / "bad.yaml").read_text(encoding="utf-8")
    lines = whole.splitlines()
    kept = [line for line in lines if data.draw(st.integers(0, 9)) > 2]
    cut = data.draw(st.integers(0, 12))
    text = "\n".join(line[cut:] if data.draw(st.integers(0, 30)) == 0 else line for line in kept)
    made, found = read_mapping(text.encode(), "a.yaml")
    assert (made is None) is any(each.severity == "error" for each in found)


def test_the_mapping_of_the_manual_is_right() -> None:
    manual = (EXAMPLES / "README.md").read_text(encoding="utf-8")
    made, found = read_mapping(manual.split("```yaml\n")[1].split("```")[0].encode(), "README.md")
    assert found == []
    assert made is not None
    assert made.dispute is not None
    assert made.events is not None
    assert made.events.written.dates == DateForm("D/M/YYYY")


@pytest.mark.parametrize(
    ("line", "said"),
    [
        ("columns: [a]", "a map of keys is needed here"),
        ("events: here", "a map of keys is needed here"),
        ("events: {file: e.csv, invoice: a, name: b, day: c, facts: all}", "a map of events is needed here"),
        ("dispute: often", "a map of keys is needed here"),
        ("lookups: {customer.segment: Art}", "a map of keys is needed here"),
        ("reckoned: {invoice.due: issued+30d}", "'invoice.due' has its column already"),
        ("reckoned: {invoice.delivered: when sent}", "'when sent' is not a moment that can be reckoned here"),
        ("approve: after lunch", "'after lunch' is not 'after 2d' or 'never'"),
        ('constants: {invoice.currency: EUR, customer.segment: ""}', "'customer.segment' has no value"),
    ],
)
def test_another_mistake(line: str, said: str) -> None:
    key = line.partition(":")[0]
    base = MAPPING.split(f"{key}:")[0] if key in ("columns", "constants") else MAPPING
    _, found = read_mapping(f"{base.replace('reckoned: {invoice.delivered: issued}', '')}{line}\n".encode(), "a.yaml")
    assert said in [each.message for each in found][-1]
