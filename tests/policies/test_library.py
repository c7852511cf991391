"""Every policy that ships: its tests pass and reach all of it, lint has nothing to say, its words are written."""

from __future__ import annotations

from datetime import date
from functools import cache

import pytest

from rules.compile import Compiled, compile_workspace
from rules.diagnostics import render
from rules.library import files
from rules.lint import Look, look
from rules.policytest import Outcome, run
from rules.shape import check_shape
from rules.source import read
from rules.trial.report import report, unreached
from tests.rules.shelf import BUSINESS as BARE
from worker.cli.lint import Texts
from worker.holidays import public_holidays
from worker.words.render import Words

BUSINESS = f"{BARE}debits: {{creditor: FR72ZZZ123456}}\n"
SHIPPED = {path: data.decode() for path, data in files().items()}
POLICIES = sorted(path[len("policies/") : -len(".yaml")] for path in SHIPPED if path.startswith("policies/"))
TESTS = sorted(path for path in SHIPPED if path.startswith("tests/"))
PRESETS = {
    *("fr-b2b-standard", "fr-b2b-gentle", "fr-b2b-firm", "be-b2b", "lu-b2b", "de-b2b", "gb-b2b", "es-b2b", "it-b2b"),
    *("nl-b2b", "subscription-with-debit", "public-sector", "sole-traders", "eu-b2b"),
}


@cache
def shelf() -> tuple[Compiled, dict[str, str]]:
    """A workspace that has copied the whole library, with a segment routed to each policy."""
    routes = "".join(f"  - {{id: {name}, when: {{customer.segment: {name}}}, policy: {name}}}\n" for name in POLICIES)
    chosen = SHIPPED["assignments/default.yaml"].partition("routes:")[0]
    own = {**SHIPPED, "business.yaml": BUSINESS}
    own["assignments/default.yaml"] = f"{chosen}routes:\n{routes}otherwise: {{policy: eu-b2b}}\n"
    compiled = compile_workspace({path: text.encode() for path, text in own.items()}, {}, public_holidays)
    assert compiled.rulebook is not None, render(compiled.diagnostics, own)
    return compiled, own


@cache
def outcomes(path: str) -> list[Outcome]:
    """What became of a shipped file of tests; those of the routes meet the routes that ship."""
    node, found = read(SHIPPED[path].encode(), path)
    assert node is not None
    assert found + check_shape("policy-test", node, path) == []
    rulebook = shelf()[0].rulebook
    if node.get("routed") is not None:
        rulebook = compile_workspace({"business.yaml": BUSINESS.encode()}, files(), public_holidays).rulebook
    assert rulebook is not None
    return run(node, path, rulebook)


def test_the_presets_that_were_promised_are_there() -> None:
    assert set(POLICIES) == PRESETS


@pytest.mark.parametrize("name", [*POLICIES, "default"])
def test_its_tests_pass_and_reach_everything(name: str) -> None:
    found = outcomes(f"tests/{name}.test.yaml")
    assert len(found) >= 3
    assert all(each.passed for each in found), report(found)
    assert unreached(found) == []


def test_each_file_of_tests_is_that_of_a_policy_or_of_the_routes() -> None:
    assert sorted(f"tests/{name}.test.yaml" for name in (*POLICIES, "default")) == TESTS


def test_lint_has_nothing_to_say_of_any() -> None:
    compiled, own = shelf()
    assert compiled.rulebook is not None
    roots = {path: root for path, text in own.items() if (root := read(text.encode(), path)[0]) is not None}
    texts = Texts(Words(), compiled.rulebook.business, date(2026, 11, 25))
    across = look(Look(compiled.rulebook, roots, date(2026, 11, 25), None, texts), own)
    alone = [d for d in compiled.diagnostics if d.code.startswith("REL3")]
    assert render([*alone, *across], own) == ""


@pytest.mark.parametrize("name", sorted(PRESETS - {"eu-b2b", "fr-b2b-standard"}))
def test_a_preset_uses_no_word_that_nothing_acts_on_yet(name: str) -> None:
    assert [d for d in shelf()[0].diagnostics if d.file == f"policies/{name}.yaml"] == []
