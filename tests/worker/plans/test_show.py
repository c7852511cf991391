"""`relance show` and `relance vocabulary`: what is in force, and from which line; the words, from the tables."""

from __future__ import annotations

import json
from pathlib import Path

import pytest

from rules.library import files
from rules.shape import formed
from rules.vocabulary import ACTIONS, ANY_OPERATOR, COMPARED, EVENTS, FACTS, HOLD_KEYS, OPERATORS
from tests.worker.cli.conftest import Run
from tests.worker.plans.conftest import Rewrite

VARIANT = """
variants:
  - id: good
    when: {customer.score: {gte: 70, if_unknown: false}}
    change:
      reminder-1: {at: due+9d}
    insert:
      - after: reminder-2
        step: {id: last-word, level: firm, at: due+25d, do: [email: {template: reminder-2, to: billing}]}
"""


def shown(run: Run, *options: str) -> dict[str, tuple[str, str]]:
    found = json.loads(run("show", *options, "--format", "json").stdout)
    return {each["key"]: (each["value"], each["from"]) for each in found["lines"]}


def line_of(folder: Path, text: str) -> str:
    """Where a text stands in the policy, counted here."""
    lines = (folder / "policies" / "reminders.yaml").read_text("utf-8").splitlines()
    (number,) = (n for n, line in enumerate(lines, start=1) if text in line)
    return f"policies/reminders.yaml:{number}"


def test_every_value_says_its_line_or_that_it_is_a_default(folder: Path, run: Run) -> None:
    found = shown(run, "reminders")
    assert found["steps.reminder-1.at"] == ("due+3d", line_of(folder, "at: due+3d"))
    assert found["pacing.freshness"] == ("2bd", line_of(folder, "freshness: 2bd"))
    assert found["holds.promise.broken"] == ("reminder-2", line_of(folder, "broken: reminder-2"))
    assert found["pacing.late_start"] == ("first-step", "default")
    assert found["holds.insolvency.resume"] == ("never", "default")


def test_only_what_is_written_where_that_is_asked(folder: Path, run: Run) -> None:
    assert "default" not in {where for _, where in shown(run, "reminders", "--written").values()}


def test_a_variant_shows_its_own_lines(folder: Path, run: Run, rewrite: Rewrite) -> None:
    rewrite("\nafter_last_step:", f"{VARIANT}\nafter_last_step:")
    found = shown(run, "reminders", "--variant", "good")
    assert found["steps.reminder-1.at"] == ("due+9d", line_of(folder, "at: due+9d"))
    assert found["steps.reminder-1.level"] == ("reminder", shown(run, "reminders")["steps.reminder-1.level"][1])
    assert found["steps.last-word.at"] == ("due+25d", line_of(folder, "id: last-word"))
    assert "steps.last-word.at" not in shown(run, "reminders")


def test_an_invoice_is_shown_under_the_rules_that_bind_it(reminded: Path, run: Run, rewrite: Rewrite) -> None:
    rewrite("due+10d", "due+8d")
    assert shown(run, "--invoice", "F-1")["steps.reminder-2.at"][0] == "due+10d"
    assert shown(run, "reminders")["steps.reminder-2.at"][0] == "due+8d"


def test_without_a_name_every_policy_is_shown(folder: Path, run: Run) -> None:
    said = json.loads(run("show", "--format", "json").stdout)
    assert [each["policy"] for each in said] == ["reminders"]
    assert "Policy reminders" in run("show").stdout


@pytest.mark.parametrize(
    ("options", "said"),
    [
        (("remindres",), "did you mean 'reminders'"),
        (("reminders", "--variant", "bad"), "has no variant bad"),
        (("--invoice", "F-404"), "there is no invoice F-404"),
    ],
)
def test_what_there_is_not_is_said(shop: Path, run: Run, options: tuple[str, ...], said: str) -> None:
    refused = run("show", *options)
    assert (refused.exit_code, said in refused.stderr) == (1, True)


def test_the_vocabulary_has_every_word(folder: Path, run: Run) -> None:
    words = json.loads(run("vocabulary", "--format", "json").stdout)
    assert set(words["facts"]) == set(FACTS)
    assert set(words["actions"]) == set(ACTIONS)
    assert set(words["holds"]) == set(HOLD_KEYS)
    assert set(words["reactions"]) == set(EVENTS)
    assert set(words["operators"]) == {*ANY_OPERATOR, *(name for names in OPERATORS.values() for name in names)}
    assert all(each["example"] for sort in ("facts", "operators", "reactions") for each in words[sort].values())
    assert all(each.get("means") or each.get("keys") for sort in words.values() for each in sort.values())
    assert {key for block in words["blocks"].values() for key in block["keys"]} <= set(words["keys"])


@pytest.mark.parametrize("name", COMPARED)
def test_the_example_of_an_operator_is_a_condition(name: str) -> None:
    data = files()["policies/fr-b2b-gentle.yaml"] + f"variants: [{{id: v, when: {{{COMPARED[name][1]}}}}}]\n".encode()
    assert name in COMPARED[name][1]
    assert formed("policy", data, "a.yaml")[1] == []


def test_one_word_is_explained_and_an_unknown_one_is_answered_with_the_nearest(folder: Path, run: Run) -> None:
    assert "Your own score" in run("vocabulary", "customer.score").output
    assert "level: courtesy, reminder, firm, notice, handoff" in run("vocabulary", "step").output
    assert "due+10d" in run("vocabulary", "moment").output
    assert "min_gap: one of the keys" in run("vocabulary", "min_gap").output
    assert "did you mean customer.score?" in run("vocabulary", "score").stderr
    refused = run("vocabulary", "customer.scor")
    assert (refused.exit_code, "did you mean 'customer.score'" in refused.stderr) == (1, True)
