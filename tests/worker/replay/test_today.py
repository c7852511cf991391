"""The workspace that judges the past."""

from __future__ import annotations

from datetime import date
from pathlib import Path

import pytest

from rules.policy import Limits
from tests.worker.replay.shelf import MAPPING, replay, workspace
from worker.replay.run import simulate
from worker.replay.today import judging
from worker.workspace import Workspace, recompile

ROW = "A-1;C-1;05.01.2026;04.02.2026;1.200,50;31.03.2026;\n"
CONSUMERS = MAPPING.replace("customer.kind: business", "customer.kind: consumer")


def test_dates_limits_and_bank_data_are_off_and_nothing_else_changes(tmp_path: Path) -> None:
    ours = workspace().rulebook
    judged = judging(workspace(), replay(tmp_path, ROW)).rulebook
    assert judged.digest != ours.digest
    assert (judged.policies["plain"].effective_from, ours.policies["plain"].effective_from) == (
        date(1900, 1, 1),
        date(2027, 1, 1),
    )
    assert (judged.business.limits, judged.business.bank_data) == (Limits(), False)
    assert [step.do for step in judged.policies["plain"].steps] == [step.do for step in ours.policies["plain"].steps]
    assert judged.business.roles == ours.business.roles
    assert judged.calendars == ours.calendars


def test_daily_bank_data_count(tmp_path: Path) -> None:
    assert judging(workspace(), replay(tmp_path, ROW, "bank: daily\n")).rulebook.business.bank_data


def test_the_digest_is_that_of_the_files_alone(tmp_path: Path) -> None:
    judged = judging(workspace(), replay(tmp_path, ROW))
    assert recompile(judged.compiled.files).digest == judged.rulebook.digest


def test_one_policy_for_everybody_whatever_the_routes(tmp_path: Path) -> None:
    found = replay(tmp_path, ROW, base=CONSUMERS)
    judged = judging(workspace(), found, policy="plain")
    assert [entry.step for entry in simulate(found, judged.rulebook)] == ["first", "second", "notice", ""]


def test_a_policy_of_the_library_can_judge(tmp_path: Path) -> None:
    ours = workspace()
    business = ours.files["business.yaml"].replace(
        b"roles: {", b"roles: {account-manager: [a@b.example], credit-director: [c@b.example], "
    )
    judged = judging(
        Workspace(tmp_path, {**ours.files, "business.yaml": business}), replay(tmp_path, ROW), policy="fr-b2b-standard"
    )
    assert judged.rulebook.policies["fr-b2b-standard"].effective_from == date(1900, 1, 1)


def test_a_policy_that_there_is_not(tmp_path: Path) -> None:
    with pytest.raises(KeyError):
        judging(workspace(), replay(tmp_path, ROW), policy="plian")
