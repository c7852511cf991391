"""`new`, `validate` and `test`: what a person writes is checked where it stands, with the exit codes as specified."""

from __future__ import annotations

import json
from pathlib import Path

import pytest
from click.testing import CliRunner

from tests.worker.cli.conftest import Run, outside
from worker.cli.app import relance
from worker.cli.new import identifier


def test_a_new_workspace_is_in_order_and_its_tests_pass(run: Run) -> None:
    checked = run("validate")
    assert (checked.exit_code, checked.output) == (0, "4 files, nothing to say.\n")
    tested = run("test")
    assert tested.exit_code == 0
    assert tested.output.endswith("2 tests, 0 failed. Steps reached: 4/4\n")


def test_a_new_workspace_bears_its_name(folder: Path) -> None:
    text = (folder / "business.yaml").read_text("utf-8")
    assert "id: acme\n" in text
    assert 'name: "acme"' in text
    assert "my-business" not in text


@pytest.mark.parametrize(
    ("name", "expected"), [("Étude Perrin & Cie", "etude-perrin-cie"), ("42", "business-42"), ("--", "business")]
)
def test_a_folder_name_becomes_an_identifier(name: str, expected: str) -> None:
    assert identifier(name) == expected


def test_nothing_is_written_over(run: Run, folder: Path) -> None:
    (folder / "business.yaml").write_text("mine", "utf-8")
    refused = run("new", "workspace", folder)
    assert refused.exit_code == 1
    assert "is there already" in refused.stderr
    assert (folder / "business.yaml").read_text("utf-8") == "mine"


def test_an_error_is_located_and_leaves_with_1(run: Run, folder: Path) -> None:
    policy = folder / "policies" / "reminders.yaml"
    policy.write_text(policy.read_text("utf-8").replace("at: due+3d", "at: J+3"), "utf-8")
    found = run("validate")
    assert found.exit_code == 1
    assert "error: 'J+3' is not a moment" in found.output


def test_a_warning_leaves_with_3_and_is_an_error_when_asked(run: Run, folder: Path) -> None:
    policy = folder / "policies" / "reminders.yaml"
    policy.write_text(policy.read_text("utf-8").replace("  freshness: 2bd", "  #"), "utf-8")
    assert run("validate").exit_code == 3
    assert run("validate", "--strict").exit_code == 1


def test_only_the_file_that_was_named_is_spoken_of(run: Run, folder: Path) -> None:
    policy = folder / "policies" / "reminders.yaml"
    policy.write_text("format: relance/v1\nkind: policy\n", "utf-8")
    assert run("validate", folder / "business.yaml").exit_code == 0
    assert run("validate", policy).exit_code == 1


def test_a_template_that_nobody_wrote_is_an_error_at_its_step(run: Run, folder: Path) -> None:
    policy = folder / "policies" / "reminders.yaml"
    policy.write_text(policy.read_text("utf-8").replace("template: reminder-2", "template: third"), "utf-8")
    found = run("validate")
    assert found.exit_code == 1
    assert "step 'reminder-2' sends third, and templates/fr/third.email.txt: there is no such template" in found.output
    assert "help: write templates/fr/third.email.txt in the workspace, or name another template" in found.output
    (folder / "templates" / "fr").mkdir(parents=True)
    (folder / "templates" / "en").mkdir()
    for language in ("fr", "en"):
        (folder / "templates" / language / "third.email.txt").write_text("Subject: Third\n\nText.\n", "utf-8")
    assert run("validate").exit_code == 0


def test_a_reaction_needs_its_template_too(run: Run, folder: Path) -> None:
    policy = folder / "policies" / "reminders.yaml"
    reaction = "reactions:\n  - event: payment-failed\n    do: [{email: {template: oh-no, to: billing}}]\n"
    policy.write_text(policy.read_text("utf-8") + reaction, "utf-8")
    found = run("validate").output
    assert "the reaction to payment-failed sends oh-no, and templates/en/oh-no.email.txt" in found
    assert "the reaction to payment-failed sends oh-no, and templates/fr/oh-no.email.txt" in found


def test_the_example_is_in_order(run: Run) -> None:
    example = Path(__file__).parents[3] / "examples" / "infogerance"
    found = json.loads(run("validate", example, "--format", "json").stdout)
    assert [each for each in found if each["severity"] == "error"] == []


def test_a_template_of_a_variant_is_looked_for(run: Run, folder: Path) -> None:
    policy = folder / "policies" / "reminders.yaml"
    variant = """\
variants:
  - id: vip
    when: {customer.segment: strategic}
    change:
      reminder-1:
        do: [{email: {template: {by: customer.kind, business: soft, otherwise: courtesy}, to: billing}}]
"""
    policy.write_text(policy.read_text("utf-8") + variant, "utf-8")
    found = run("validate").output
    assert found.count("step 'reminder-1' sends soft, and ") == 2


@pytest.mark.parametrize(
    ("text", "line", "said"),
    [
        ("Subject: {{ oops\n", 1, "unexpected end of template"),
        ("Subject: Hello\n\n{{ custmer.name }}\n", 3, "'custmer' is undefined"),
        ("Subject: Hello\n\n{{ ''.__class__.__mro__ }}\n", 3, "is unsafe"),
        ("Hello\n", 1, "the first line must be `Subject: ...`"),
        ("Subject: Hello\n\n{% include 'fr/nowhere.txt' %}\n", 3, "fr/nowhere.txt"),
    ],
)
def test_a_broken_or_hostile_template_is_an_error_at_its_own_line(
    run: Run, folder: Path, text: str, line: int, said: str
) -> None:
    (folder / "templates" / "fr").mkdir(parents=True)
    (folder / "templates" / "fr" / "courtesy.email.txt").write_text(text, "utf-8")
    assert run("validate").exit_code == 1
    told = json.loads(run("validate", "--format", "json").stdout)
    (found,) = [each for each in told if each["severity"] == "error"]  # and that English is not one's own
    assert (found["file"], found["line"]) == ("templates/fr/courtesy.email.txt", line)
    assert (found["code"], said in found["message"], found["help"]) == ("REL401", True, None), found
    assert f"{line} | {text.splitlines()[line - 1]}" in run("validate").output


def test_an_own_template_that_no_policy_names_is_read_too(run: Run, folder: Path) -> None:
    (folder / "templates" / "fr").mkdir(parents=True)
    own = folder / "templates" / "fr" / "farewell.email.txt"
    own.write_text("Subject: x\n\n{% if late > 90 %}{{ custmer }}{% endif %}\n", "utf-8")
    found = run("validate")
    assert found.exit_code == 1
    assert "templates/fr/farewell.email.txt:3:1: error: 'custmer' is undefined" in found.output


def test_a_policy_test_is_checked_too(run: Run, folder: Path) -> None:
    tests = folder / "tests" / "reminders.test.yaml"
    tests.write_text(tests.read_text("utf-8").replace("expect:", "expects:"), "utf-8")
    found = run("validate")
    assert found.exit_code == 1
    assert "unknown key 'expects'" in found.output
    assert run("test").exit_code == 1


def test_findings_as_json_and_for_github(run: Run, folder: Path) -> None:
    (folder / "business.yaml").write_text("format: relance/v1\nkind: business\nidd: a\n", "utf-8")
    found = json.loads(run("validate", "--format", "json").stdout)
    assert {(each["file"], each["line"]) for each in found if "idd" in each["message"]} == {("business.yaml", 3)}
    assert "::error file=business.yaml,line=3," in run("validate", "--format", "github").stdout


def test_a_file_of_no_workspace_is_checked_for_its_shape(run: Run, tmp_path: Path) -> None:
    alone = tmp_path / "alone.yaml"
    alone.write_text("format: relance/v1\nkind: polic\n", "utf-8")
    found = run("validate", alone)
    assert found.exit_code == 1
    assert "alone.yaml:2:7: error: 'polic' is not allowed here" in found.output


def test_a_file_that_no_workspace_reads_is_checked_all_the_same(run: Run, folder: Path) -> None:
    (folder / "old.yaml").write_text("format: relance/v0\nkind: policy\nid: old\n", "utf-8")
    result = run("validate", str(folder / "old.yaml"))
    assert (result.exit_code, "old.yaml:1:9: error: 'relance/v0' is not allowed here" in result.stdout) == (1, True)


def test_a_failing_test_shows_the_difference(run: Run, folder: Path) -> None:
    tests = folder / "tests" / "reminders.test.yaml"
    tests.write_text(tests.read_text("utf-8").replace("due+10d,    step", "due+11d,    step"), "utf-8")
    failed = run("test", "reminders.test.yaml")
    assert failed.exit_code == 1
    assert "expected 2027-01-15  step: reminder-2  email: reminder-2" in failed.output
    assert "actual   2027-01-14  step: reminder-2  email: reminder-2" in failed.output
    document = json.loads(run("test", "--format", "json").stdout)
    assert [each["passed"] for each in document] == [True, False]


def test_the_command_itself(tmp_path: Path) -> None:
    assert outside("--help", cwd=tmp_path).returncode == 0
    wrong = outside("valdate", cwd=tmp_path)
    assert wrong.returncode == 2
    assert "did you mean 'validate'?" in wrong.stderr
    nowhere = outside("-w", "nowhere", "test", cwd=tmp_path)
    assert nowhere.returncode == 1
    assert nowhere.stderr.startswith("relance: there is no folder ")
    assert "Traceback" not in nowhere.stderr


@pytest.mark.parametrize("command", ["validate", "lint", "test", "plan", "today", "migrate", "new schemas", "diff"])
def test_an_empty_folder_is_told_how_to_begin(tmp_path: Path, command: str) -> None:
    told = CliRunner().invoke(relance, ["-w", str(tmp_path), *command.split()])
    assert told.exit_code == 1
    assert told.stderr == (
        f"relance: there is no business.yaml in {tmp_path}: begin with `relance new workspace NAME`,"
        " or name another folder with --workspace.\n"
    )
    assert list(tmp_path.iterdir()) == []


def test_a_link_out_of_the_workspace_is_told_with_its_cure(run: Run, folder: Path, tmp_path: Path) -> None:
    (tmp_path / "far.yaml").write_text("id: far\n", "utf-8")
    (folder / "policies" / "far.yaml").symlink_to(tmp_path / "far.yaml")
    told = run("validate")
    assert told.exit_code == 1
    assert told.stderr == (
        "relance: policies/far.yaml is a link that leads out of the workspace: put the file itself there [REL225].\n"
    )


@pytest.mark.parametrize(
    ("path", "said"),
    [
        ("fr/courtsy.email.txt", "no policy names 'courtsy': did you mean courtesy?"),
        ("fr/farewell.email.txt", "no policy names 'farewell'"),
        ("fr/courtesy.txt", "nothing reads it: call it LANGUAGE/NAME.CHANNEL.txt, such as fr/reminder-1.email.txt"),
        ("fra/courtesy.email.txt", "nothing reads it: call it LANGUAGE/NAME.CHANNEL.txt"),
        ("courtesy.email.txt", "nothing reads it: call it LANGUAGE/NAME.CHANNEL.txt"),
        ("fr/courtesy.email.txt.j2", "nothing reads it: call it LANGUAGE/NAME.CHANNEL.txt"),
        ("fr/courtesy.email", "nothing reads it: call it LANGUAGE/NAME.CHANNEL.txt"),
        ("fr/courtesy.email.md", "nothing reads it: call it LANGUAGE/NAME.CHANNEL.txt"),
        ("fr/courtesy.EMAIL.TXT", "nothing reads it: call it LANGUAGE/NAME.CHANNEL.txt"),
        ("fr/courtesy.email.html", "nothing reads it: the layout of e-mails is frame.html"),
        ("frame.mjml", "nothing reads it: the layout of e-mails is frame.html"),
        ("fr/frame.html", "nothing reads it: the layout of e-mails is frame.html"),
        ("labels.toml", "nothing reads it: call it LANGUAGE/NAME.CHANNEL.txt"),
    ],
)
def test_an_own_template_that_nothing_sends_is_said(run: Run, folder: Path, path: str, said: str) -> None:
    own = folder / "templates" / path
    own.parent.mkdir(parents=True)
    own.write_text("Subject: x\n\nHello\n", "utf-8")
    (found,) = json.loads(run("validate", "--format", "json").stdout)
    assert (found["code"], found["severity"], found["file"]) == ("REL405", "warning", f"templates/{path}")
    assert found["message"].startswith(said)


def test_what_the_house_or_a_policy_sends_and_what_others_include_is_not(run: Run, folder: Path) -> None:
    (folder / "templates" / "fr").mkdir(parents=True)
    for name in ("_mine.txt", "payment-received.email.txt", "_phrases.txt"):
        (folder / "templates" / "fr" / name).write_text("Subject: x\n\nHello\n", "utf-8")
    for name in ("README.md", "fr/labels.toml", "fr/.courtesy.email.txt.swp", "logo.png"):
        (folder / "templates" / name).write_text("", "utf-8")
    for name in ("frame.html", "paper.typ"):
        assert run("new", "template", name).exit_code == 0
    assert "REL405" not in run("validate").output


def test_an_own_template_in_one_language_of_two_is_said_where_the_policy_names_it(run: Run, folder: Path) -> None:
    """The policy writes in French and in English."""
    assert run("new", "template", "reminder-2", "--language", "fr", "--channel", "email").exit_code == 0
    (found,) = json.loads(run("validate", "--format", "json").stdout)
    assert (found["code"], found["severity"], found["file"]) == ("REL404", "warning", "policies/reminders.yaml")
    assert "step 'reminder-2' sends reminder-2" in found["message"]
    assert "in en the house's words are sent: write this one too" in found["message"]
    assert run("new", "template", "reminder-2", "--language", "en", "--channel", "email").exit_code == 0
    assert json.loads(run("validate", "--format", "json").stdout) == []
