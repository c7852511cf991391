"""The clauses of the specification in combination: policy tests of `clauses.yaml`, their days worked out by hand."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import pytest
import yaml

from rules.policytest import run
from rules.shape import check_shape
from rules.source import read
from rules.trial.report import report
from tests.rules.judgement.kit import PLAIN, rulebook

GROUPS = yaml.safe_load((Path(__file__).parent / "clauses.yaml").read_text("utf-8"))
TESTS = [(group, test) for group in GROUPS for test in group["tests"]]
GIVEN = {"invoice.balance": "1000.00 EUR", "invoice.issued": "2026-03-01", "invoice.due": "2026-03-31"}


@pytest.mark.parametrize(("group", "test"), TESTS, ids=lambda each: each.get("name", ""))
def test_it_happens_on_the_days_worked_out(group: dict[str, Any], test: dict[str, Any]) -> None:
    head = {"format": "relance/v1", "kind": "policy-test", "policy": "mine", "given": GIVEN | group.get("given", {})}
    node, found = read(yaml.safe_dump({**head, "tests": [test]}, sort_keys=False).encode(), "clauses.yaml")
    assert node is not None
    assert not found + check_shape("policy-test", node, "clauses.yaml")
    calendar = (
        "calendars/plain.yaml",
        PLAIN.replace("Europe/Paris", group.get("zone", "Europe/Paris")) + group.get("quiet", ""),
    )
    (outcome,) = run(node, "clauses.yaml", rulebook(group["policy"], group.get("business", ""), (calendar,)))
    assert outcome.passed, report([outcome])
