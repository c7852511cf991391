"""The example workspace itself: it compiles, its templates are there, its own tests pass."""

from __future__ import annotations

from collections.abc import Iterator

from rules.policy import Action, ByFact, Call, Email, Letter, Policy, Sms, channel
from rules.policytest import run
from rules.shape import check_shape
from rules.source import read
from rules.trial.report import report, unreached
from tests.examples.shelf import FOLDER
from worker.words.render import Words
from worker.workspace import load


def test_nothing_is_wrong_with_it() -> None:
    assert load(FOLDER).compiled.diagnostics == ()


def test_every_template_that_its_policies_name_is_written_in_every_language() -> None:
    named = {each for policy in load(FOLDER).rulebook.policies.values() for each in templates(policy)}
    assert {("formal-notice", "letter", "fr"), ("nudge", "sms", "en"), ("second-reminder", "call", "fr")} <= named
    assert Words(load(FOLDER).templates).missing(named) == []


def test_its_policy_tests_pass_and_reach_every_step() -> None:
    workspace = load(FOLDER)
    files = [name for name in workspace.files if name.startswith("tests/")]
    assert files == ["tests/abroad-and-key.test.yaml", "tests/france.test.yaml"]
    for name in files:
        node, problems = read(workspace.files[name], name)
        assert node is not None
        assert problems + check_shape("policy-test", node, name) == []
        outcomes = run(node, name, workspace.rulebook)
        assert all(each.passed for each in outcomes), report(outcomes)
        assert [part for part in unreached(outcomes) if part[0] == "step"] == []


def templates(policy: Policy) -> Iterator[tuple[str, str, str]]:
    """(template, channel, language) of every message and call of a policy."""
    steps = [step for steps in (policy.steps, *(v.steps for v in policy.variants)) for step in steps]
    for do in (*(step.do for step in steps), *(reaction.do for reaction in policy.reactions)):
        for action in do:
            for template in words(action):
                yield from ((template, channel(action), language) for language in values(policy.language))


def words(action: Action) -> list[str]:
    match action:
        case Email(template=template) | Sms(template=template) | Letter(template=template):
            return values(template)
        case Call(script=script):
            return [script]
    return []


def values(given: str | ByFact[str]) -> list[str]:
    if not isinstance(given, ByFact):
        return [given]
    return [*given.cases.values(), *([given.otherwise] if given.otherwise else [])]
