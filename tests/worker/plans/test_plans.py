"""A change of rules on its way to running cases: what a plan says, and that apply does exactly that."""

from __future__ import annotations

import json
import random
from datetime import UTC, date, datetime
from pathlib import Path

import pytest

from rules import facts as f
from tests.rules.test_mutated import mutated
from tests.worker.cli.conftest import Run
from tests.worker.cli.scene import count, office
from tests.worker.plans.conftest import Rewrite
from worker.ledger.views import facts_like
from worker.plans import applying
from worker.plans.applying import apply
from worker.plans.files import NoPlan, read
from worker.plans.plan import Plan

EARLIER = ("due+10d", "due+8d")
DAY = "2027-01-12"
PAID = ("payment", "--amount", "1200.00 EUR", "--reference", "V-1", "--invoices", "F-1", "--on", "2027-01-12")


def effects(run: Run, *options: str) -> dict[str, tuple[str, str | None, str | None]]:
    """(kind, old, new) by invoice, of those that change."""
    found = json.loads(run("plan", "--format", "json", *options).stdout)["effects"]
    changed = (each for each in found if each["kind"] != "unchanged")
    return {each["number"]: (each["kind"], _stand(each["old"]), _stand(each["new"])) for each in changed}


def _stand(stand: dict[str, str | None]) -> str | None:
    return f"{stand['step']} {stand['on']}" if stand["on"] else stand["step"]


def saved(run: Run, folder: Path, *options: str) -> Path:
    file = folder / "plan.json"
    made = run("plan", "-o", file, *options)
    assert made.exit_code == 0, made.output
    return file


def bound(folder: Path) -> dict[str, str]:
    """The rulebook of every case."""
    with office(folder) as found, found.ledger.read() as tx:
        return {**tx.account("C-1").rulebooks, **tx.account("C-2").rulebooks}


def active(folder: Path) -> str:
    with office(folder) as found, found.ledger.read() as tx:
        return str(tx.active_rulebook())


def test_a_plan_says_where_each_receivable_stands_and_would_stand(reminded: Path, run: Run, rewrite: Rewrite) -> None:
    rewrite(*EARLIER)  # due on Monday 4 January: day 8 is Tuesday the 12th, three working days after the reminder
    assert effects(run) == {
        "F-1": ("today", "reminder-2 2027-01-14", f"reminder-2 {DAY}"),
        "F-2": ("today", "courtesy 2027-01-15", f"courtesy {DAY}"),  # goes with it: one message for the customer
        "F-9": ("today", "reminder-2 2027-01-14", f"reminder-2 {DAY}"),
    }


def test_a_plan_of_the_same_rules_changes_nothing(reminded: Path, run: Run) -> None:
    found = json.loads(run("plan", "--format", "json", "--fail-on-change").stdout)
    assert ({each["kind"] for each in found["effects"]}, found["moves"]) == ({"unchanged"}, [])
    assert (found["unchanged"], found["ahead"]["steps"]) == (3, [])


def test_a_change_may_be_made_to_fail(reminded: Path, run: Run, rewrite: Rewrite) -> None:
    rewrite(*EARLIER)
    assert run("plan", "--fail-on-change").exit_code == 5
    assert run("plan").exit_code == 0


def test_a_step_after_the_next_one_that_moves_is_counted_with_its_days(
    reminded: Path, run: Run, rewrite: Rewrite
) -> None:
    rewrite("at: due+30d", "at: due+25d")
    assert {kind for kind, _, _ in effects(run).values()} == {"later-steps"}
    found = json.loads(run("plan", "--format", "json").stdout)
    assert found["ahead"]["until"] == "2027-07-11"
    assert ("sooner", "formal-notice") in {(each["what"], each["step"]) for each in found["ahead"]["steps"]}
    shifts = {each["number"]: [(s["old"], s["new"]) for s in each["ahead"]] for each in found["effects"]}
    assert shifts["F-9"] == [("2027-02-04", "2027-02-01")]  # asked on Wed 3 and Fri 29 January, agreed the day after
    assert "formal-notice goes out" in run("plan").output


def test_a_step_that_comes_in_addition_and_one_that_is_gone_are_said(
    reminded: Path, run: Run, rewrite: Rewrite
) -> None:
    rewrite("- id: formal-notice\n", "- id: last-letter\n")
    rewrite("formal-notice.deadline", "last-letter.deadline")
    text = run("plan").output
    assert "last-letter comes, which would not have come" in text
    assert "formal-notice no longer comes" in text


def test_every_case_is_listed_with_what_leaves_on_the_day(reminded: Path, run: Run, rewrite: Rewrite) -> None:
    rewrite(*EARLIER)
    found = json.loads(run("plan", "--format", "json").stdout)
    assert {(each["number"], each["now"]) for each in found["effects"]} == {
        ("F-1", "reminder-1"),
        ("F-2", None),
        ("F-9", "reminder-1"),
    }
    assert [(each["number"], each["step"]) for each in found["sends"]] == [
        ("F-1", "reminder-2"),
        ("F-2", "courtesy"),  # in the message of F-1
        ("F-9", "reminder-2"),
    ]
    listed = run("plan", "--all", "--case", "K-2").output
    assert "F-9      C-2       reminder-2" in listed


def test_a_plan_says_that_bank_data_are_too_old_and_that_an_import_holds(shop: Path, run: Run) -> None:
    assert json.loads(run("plan", "--format", "json").stdout)["notes"] == []
    (later,) = json.loads(run("plan", "--format", "json", "--at", "2028-02-01").stdout)["notes"]
    assert later.startswith("The bank's data go to 2027-12-31: nothing overdue leaves before they are newer")
    with office(shop) as found, found.ledger.begin() as tx:
        hold = f.Hold("go-live", "manual", "business", "business", date(2026, 12, 5), reason="old", by="relance")
        tx.record_shared([f.HoldPlaced(tx.now(), hold)])
    assert "holds the whole business" in run("plan").output
    assert "holds the whole business" in run("today").output


@pytest.mark.parametrize(
    ("options", "code", "said"),
    [
        (("--at", "2027-02-30"), 2, "'2027-02-30' is not a real date."),
        (("--at", "tomorrow"), 2, "'tomorrow' is not a date such as 2027-01-31."),
        (("--at", "9999-12-31"), 2, "outside the years 1970 to 2199"),
        (("--at", "2026-12-04"), 2, "--at 2026-12-04 is past: today is 2026-12-05"),
        (("-o", "nowhere/plan.json"), 1, "nowhere/plan.json cannot be written: there is no folder nowhere"),
    ],
)
def test_what_cannot_be_planned_is_answered_in_words(
    shop: Path, run: Run, options: tuple[str, ...], code: int, said: str
) -> None:
    refused = run("plan", *options)
    assert (refused.exit_code, said in refused.stderr) == (code, True), refused.output


def test_planning_records_nothing(reminded: Path, run: Run, rewrite: Rewrite) -> None:
    rewrite(*EARLIER)
    before = count(reminded)
    saved(run, reminded)
    assert count(reminded) == before


def test_a_later_day_is_judged_as_of_that_day(reminded: Path, run: Run, rewrite: Rewrite) -> None:
    rewrite(*EARLIER)
    found = effects(run, "--at", "2027-01-13")
    assert found["F-1"] == ("today", "reminder-2 2027-01-14", "reminder-2 2027-01-13")


def test_apply_moves_every_case_and_keeps_who_did_it(reminded: Path, run: Run, rewrite: Rewrite) -> None:
    rewrite(*EARLIER)
    file = saved(run, reminded)
    plan, name = read(file, Plan)
    done = run("apply", file, "--by", "zoe")
    assert done.exit_code == 0, done.output
    assert "2 cases moved" in done.output
    assert bound(reminded) == {"K-1": plan.rulebook, "K-2": plan.rulebook}
    assert active(reminded) == plan.rulebook
    with office(reminded) as found, found.ledger.read() as tx:
        (begun,) = (each.fact for each in facts_like(tx, f.PlanBegun))
        assert applying.ended(tx, name)
        assert list(tx.verify()) == []
    assert isinstance(begun, f.PlanBegun)
    assert (begun.by, begun.plan, begun.cases, begun.before) == ("zoe", name, 2, plan.before)
    assert "zoe on 2027-01-12" in run("rulebook").output


def test_a_moved_case_is_judged_as_the_plan_said(reminded: Path, run: Run, rewrite: Rewrite) -> None:
    rewrite(*EARLIER)
    run("apply", saved(run, reminded))
    leaving = json.loads(run("today", "--format", "json").stdout)["leaving"]
    assert {(each["customer"], each["step"]) for each in leaving} == {("C-1", "reminder-2"), ("C-2", "reminder-2")}


@pytest.mark.parametrize("said", [("record", *PAID), ("bank", "confirm", "2028-01-31")])
def test_a_plan_is_refused_once_something_in_it_has_moved(
    reminded: Path, run: Run, rewrite: Rewrite, said: tuple[str, ...]
) -> None:
    rewrite(*EARLIER)
    file = saved(run, reminded)
    before = active(reminded), bound(reminded)
    with office(reminded) as found, found.ledger.begin() as tx:
        tx.set_clock(datetime(2028, 2, 1, 12, tzinfo=UTC) if said[0] == "bank" else tx.clock())
    assert run(*said).exit_code == 0
    with office(reminded) as found, found.ledger.begin() as tx:
        tx.set_clock(datetime(2027, 1, 12, 13, tzinfo=UTC))
    refused = run("apply", file)
    assert refused.exit_code == 4
    assert "stale" in refused.stderr
    assert (active(reminded), bound(reminded)) == before


def test_a_plan_is_for_its_day(reminded: Path, run: Run, rewrite: Rewrite) -> None:
    rewrite(*EARLIER)
    file = saved(run, reminded, "--at", "2027-01-13")
    refused = run("apply", file)
    assert refused.exit_code == 4
    assert "it is for 2027-01-13, and today is 2027-01-12" in refused.stderr


def test_a_plan_edited_by_hand_is_refused(reminded: Path, run: Run, rewrite: Rewrite) -> None:
    rewrite(*EARLIER)
    file = saved(run, reminded)
    for written, instead in (('"K-1"', '"K-9"'), ("due+8d", "due+1d"), ('"skipped"', '"Skipped"')):
        text = file.read_text("utf-8")
        (reminded / "edited.json").write_text(text.replace(written, instead), "utf-8")
        refused = run("apply", reminded / "edited.json")
        assert (refused.exit_code, "changed after it was written" in refused.stderr) == (1, True)
    assert active(reminded) == read(file, Plan)[0].before


@pytest.mark.parametrize(
    ("options", "anew"), [((), ""), (("--cases", "new"), "--cases new "), (("--case", "K-1"), "--case K-1 ")]
)
def test_a_stale_plan_is_made_anew_as_it_was_made(
    reminded: Path, run: Run, rewrite: Rewrite, options: tuple[str, ...], anew: str
) -> None:
    rewrite(*EARLIER)
    file = saved(run, reminded, *options)
    run("record", *PAID)
    assert f"read it again: relance plan {anew}-o {file}\n" in run("apply", file).stderr


def test_a_stale_rollback_is_made_anew_to_the_same_version(reminded: Path, run: Run, rewrite: Rewrite) -> None:
    first = active(reminded)
    rewrite(*EARLIER)
    run("apply", saved(run, reminded))
    back = saved(run, reminded, "--to", first)
    run("record", *PAID)
    assert f"relance plan --to {first[:8]} -o {back}\n" in run("apply", back).stderr


@pytest.mark.parametrize("text", ["", "[]", "{}", '{"format": "relance/plan-v1", "digest": "", "plan": []}', "\ufffd{"])
def test_what_is_no_plan_is_refused(reminded: Path, run: Run, text: str) -> None:
    file = reminded / "none.json"
    file.write_text(text, "utf-8")
    refused = run("apply", file)
    assert (refused.exit_code, "Traceback" in refused.output) == (1, False)


class Killed(BaseException):
    """The process ends here."""


def test_an_interrupted_apply_is_finished_by_the_next(
    reminded: Path, run: Run, rewrite: Rewrite, monkeypatch: pytest.MonkeyPatch
) -> None:
    rewrite(*EARLIER)
    file = saved(run, reminded)
    plan, name = read(file, Plan)
    monkeypatch.setattr(applying, "AT_ONCE", 1)

    def die(done: int, _of: int) -> None:
        if done:
            raise Killed

    with office(reminded) as found, pytest.raises(Killed):
        apply(found.ledger, plan, name, "anne", die)
    assert list(bound(reminded).values()) == [plan.rulebook, plan.before]
    assert run("record", *PAID).exit_code == 0  # life goes on meanwhile
    with office(reminded) as found:
        done = apply(found.ledger, plan, name, "anne")
        again = apply(found.ledger, plan, name, "anne")
    assert (done.bound, done.before) == (1, 1)
    assert (again.bound, again.before) == (0, 2)
    assert set(bound(reminded).values()) == {plan.rulebook}


def test_a_rollback_is_a_plan_to_an_earlier_version(reminded: Path, run: Run, rewrite: Rewrite) -> None:
    rewrite(*EARLIER)
    first = active(reminded)
    run("apply", saved(run, reminded))
    back = saved(run, reminded, "--to", first[:10])
    assert run("apply", back).exit_code == 0
    assert active(reminded) == first
    assert set(bound(reminded).values()) == {first}


def test_the_history_of_the_rules_is_told_in_order(reminded: Path, run: Run, rewrite: Rewrite) -> None:
    first = active(reminded)
    rewrite(*EARLIER)
    run("apply", saved(run, reminded), "--by", "zoe")
    second = active(reminded)
    run("apply", saved(run, reminded, "--to", first[:10]), "--by", "anne")
    told = json.loads(run("rulebook", "--format", "json").stdout)["history"]
    assert [(each["by"], each["before"], each["rulebook"], each["cases"]) for each in told] == [
        ("zoe", first, second, 2),
        ("anne", second, first, 2),
    ]
    text = run("rulebook").output
    assert text.index(f"zoe   {first[:12]}  {second[:12]}") < text.index(f"anne  {second[:12]}  {first[:12]}")


def test_an_older_plan_is_stale_once_another_was_applied(reminded: Path, run: Run, rewrite: Rewrite) -> None:
    rewrite(*EARLIER)
    older = saved(run, reminded).rename(reminded / "older.json")
    rewrite("due+8d", "due+7d")
    run("apply", saved(run, reminded))
    assert run("apply", older).exit_code == 4


@pytest.mark.parametrize(
    ("options", "moved"),
    [
        (("--cases", "none"), set()),
        (("--cases", "new"), set()),  # both have been reminded
        (("--case", "K-2"), {"K-2"}),
        (("--cases", "all"), {"K-1", "K-2"}),
    ],
)
def test_some_cases_may_move_and_others_stay(
    reminded: Path, run: Run, rewrite: Rewrite, options: tuple[str, ...], moved: set[str]
) -> None:
    rewrite(*EARLIER)
    file = saved(run, reminded, *options)
    assert run("apply", file).exit_code == 0
    rulebook = read(file, Plan)[0].rulebook
    assert {name for name, digest in bound(reminded).items() if digest == rulebook} == moved
    assert active(reminded) == rulebook


def test_a_case_that_has_not_begun_moves_as_a_new_one(shop: Path, run: Run, rewrite: Rewrite) -> None:
    rewrite(*EARLIER)
    file = saved(run, shop, "--cases", "new")
    assert read(file, Plan)[0].contracts == ["K-1", "K-2"]


def test_what_was_sent_under_an_old_name_stays_sent(reminded: Path, run: Run, rewrite: Rewrite) -> None:
    rewrite("- id: reminder-1\n", "- id: first-word\n    was: reminder-1\n")
    assert run("plan", "--fail-on-change").exit_code == 5  # the cases move, and nothing changes for them
    assert effects(run) == {}
    run("apply", saved(run, reminded))
    with office(reminded) as found, found.ledger.read() as tx:
        ladder = tx.account("C-2").receivables["R-F-9"].ladder
    assert ladder is not None
    assert [climb.step for climb in ladder.climbs if climb.went_out][-1] == "first-word"


def test_an_approval_asked_under_an_old_name_stays_asked(asked: Path, run: Run, rewrite: Rewrite) -> None:
    policy = asked / "policies" / "reminders.yaml"
    text = policy.read_text("utf-8").replace("formal-notice.deadline", "last-notice.deadline")
    policy.write_text(text.replace("- id: formal-notice\n", "- id: last-notice\n    was: formal-notice\n"), "utf-8")
    run("apply", saved(run, asked))
    with office(asked) as found, found.ledger.read() as tx:
        ladder = tx.account("C-2").receivables["R-F-9"].ladder
    assert ladder is not None
    assert ladder.request is not None
    assert (ladder.request.step, ladder.request.state) == ("last-notice", "asked")


def test_a_case_whose_policy_is_gone_stays_with_its_rules(reminded: Path, run: Run) -> None:
    policies = reminded / "policies"
    text = (policies / "reminders.yaml").read_text("utf-8")
    (policies / "other.yaml").write_text(text.replace("id: reminders\n", "id: other\n"), "utf-8")
    (policies / "reminders.yaml").unlink()
    (reminded / "tests" / "reminders.test.yaml").unlink()
    routes = reminded / "assignments" / "default.yaml"
    routes.write_text(routes.read_text("utf-8").replace("policy: reminders", "policy: other"), "utf-8")
    made = run("plan")
    assert made.exit_code == 0, made.output
    assert "case K-1 stays with its rules: policy reminders is not in the new rules" in made.output
    before = bound(reminded)
    run("apply", saved(run, reminded))
    assert bound(reminded) == before


def test_a_step_that_is_taken_out_is_no_longer_next(reminded: Path, run: Run, rewrite: Rewrite) -> None:
    rewrite("requires: [reminder-2]", "requires: [reminder-1]")
    rewrite("broken: reminder-2", "broken: reminder-1")
    policy = reminded / "policies" / "reminders.yaml"
    text = policy.read_text("utf-8")
    start, end = text.index("  - id: reminder-2"), text.index("  - id: formal-notice")
    policy.write_text(text[:start] + text[end:], "utf-8")
    kind, old, new = effects(run)["F-9"]
    assert (kind, old, new) == ("other-step", "reminder-2 2027-01-14", f"formal-notice {date(2027, 2, 3)}")


def test_a_broken_plan_file_is_refused_whatever_is_broken(reminded: Path, run: Run, rewrite: Rewrite) -> None:
    rewrite(*EARLIER)
    file = saved(run, reminded)
    text, (plan, name) = file.read_text("utf-8"), read(file, Plan)
    chance = random.Random(4)
    for _ in range(500):
        broken = mutated(text.encode(), chance)
        file.write_bytes(broken)
        try:
            found = read(file, Plan)
        except NoPlan:
            continue
        assert found == (plan, name), broken.decode("utf-8", "replace")  # white space alone
