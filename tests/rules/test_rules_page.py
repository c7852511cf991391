"""The page of the rules: each example in it is a policy test, run by the real runner against the page's policy."""

from __future__ import annotations

import re
from pathlib import Path

import pytest
import yaml

from rules.policytest import run
from rules.shape import check_shape
from rules.source import read
from rules.trial.report import report
from tests.rules.judgement.kit import rulebook

PAGE = (Path(__file__).parents[2] / "docs" / "rules.md").read_text("utf-8")
POLICY = re.findall(r"^```yaml policy\n(.*?)^```", PAGE, re.DOTALL | re.MULTILINE)[0]
EXAMPLES = [
    example
    for block in re.findall(r"^```yaml\n(.*?)^```", PAGE, re.DOTALL | re.MULTILINE)
    for example in yaml.safe_load(block)
]
HEAD = {
    "format": "relance/v1",
    "kind": "policy-test",
    "policy": "mine",
    "given": {"invoice.balance": "1000.00 EUR", "invoice.issued": "2026-03-01", "invoice.due": "2026-03-31"},
}


@pytest.mark.parametrize("example", EXAMPLES, ids=lambda example: example["name"])
def test_the_example_is_as_the_page_says(example: dict[str, object]) -> None:
    policy, changes = POLICY, example.get("change", {})
    assert isinstance(changes, dict)
    for old, new in changes.items():
        assert old in policy, old
        policy = policy.replace(old, new)
    test = {key: value for key, value in example.items() if key != "change"}
    node, found = read(yaml.safe_dump({**HEAD, "tests": [test]}, sort_keys=False).encode(), "page.test.yaml")
    assert node is not None
    assert not found + check_shape("policy-test", node, "page.test.yaml")
    (outcome,) = run(node, "page.test.yaml", rulebook(policy, "debits: {creditor: DE98ZZZ09999999999}\n"))
    assert outcome.passed, report([outcome])


def test_every_rule_of_the_page_has_its_example() -> None:
    """What is said in bold is followed by an example before the next thing that is."""
    rules = re.split(r"^\*\*", PAGE, flags=re.MULTILINE)[1:]
    assert len(rules) >= 20
    assert all("```yaml\n" in rule for rule in rules), [rule[:60] for rule in rules if "```yaml\n" not in rule]


def test_the_tests_that_the_page_names_exist() -> None:
    told = "".join(path.read_text("utf-8") for path in (Path(__file__).parent / "judgement").glob("test_*.py"))
    named = re.findall(r"`(test_\w+)`", PAGE)
    assert named
    assert all(f"def {name}(" in told for name in named)
