"""The demo as a stranger starts it: another process, another folder; its ledger tells the simulator's year."""

from __future__ import annotations

import json
import os
import subprocess
import sys
from collections import Counter
from collections.abc import Iterator
from dataclasses import dataclass
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

import pytest

from rules import facts as f
from rules.simulate import entries
from tests.examples.shelf import year
from worker.ledger.ledger import Ledger
from worker.ledger.views import facts_between, late_cases
from worker.workspace import recompile

pytestmark = [pytest.mark.replay, pytest.mark.xdist_group("demo"), pytest.mark.timeout(240)]


@dataclass(frozen=True)
class Lived:
    """What a demo left behind."""

    summary: dict[str, Any]
    folder: Path
    ledger: Ledger

    @property
    def facts(self) -> list[f.Fact]:
        with self.ledger.read() as tx:
            return [each.fact for each in facts_between(tx, 0)]


@pytest.fixture(scope="module")
def lived(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Lived]:
    folder = tmp_path_factory.mktemp("demo")
    command = [sys.executable, "-m", "worker.cli", "demo", "--pace", "fast", "--format", "json", "--folder", "here"]
    surroundings = {name: value for name, value in os.environ.items() if not name.startswith("RELANCE_")}
    done = subprocess.run(command, cwd=folder, env=surroundings, capture_output=True, text=True, timeout=220)
    assert done.returncode == 0, done.stderr
    database = f"sqlite:///{folder / 'here' / 'workspace' / '.relance' / 'relance.db'}"
    clock = datetime(2026, 12, 31, tzinfo=UTC)
    ledger = Ledger(database, business="infogerance-martin", compile_=recompile, wall=lambda: clock)
    yield Lived(json.loads(done.stdout), folder / "here", ledger)
    ledger.close()


def test_the_real_server_and_the_simulator_tell_the_same_year(lived: Lived) -> None:
    assert entries(lived.facts) == entries(year().facts())


def test_the_summary_says_where_to_look_further_and_the_ledger_holds(lived: Lived) -> None:
    assert lived.summary["page"].startswith("http://127.0.0.1:")
    assert Path(lived.summary["folder"]) == lived.folder.resolve()
    with lived.ledger.read() as tx:
        assert list(tx.verify()) == []


def test_every_message_claimed_is_in_a_mailbox_once(lived: Lived) -> None:
    handed = Counter(fact.channel for fact in lived.facts if isinstance(fact, f.ActionEnded) and fact.outcome == "sent")
    mail = [json.loads(line) for line in (lived.folder / "mail" / "index.jsonl").read_text().splitlines()]
    texts = (lived.folder / "sms" / "sms.jsonl").read_text().splitlines()
    letters = (lived.folder / "letters" / "manifest.jsonl").read_text().splitlines()
    assert len({each["message_id"] for each in mail}) == len(mail) == handed["email"]
    assert len(texts) == handed["sms"]
    assert len(letters) == handed["letter"]
    assert len(list((lived.folder / "handoffs" / "recouvra").glob("2*"))) == handed["handoff"] == 1


def test_the_summary_adds_up(lived: Lived) -> None:
    told = lived.summary
    issued = Counter[str]()
    for fact in year().facts():
        if isinstance(fact, f.Issued):
            issued[fact.amount.currency] += fact.amount.minor
    assert told["invoices"] == 120
    assert told["issued"] == [
        f"{minor // 100}.{minor % 100:02} {currency}" for currency, minor in sorted(issued.items())
    ]
    assert told["channels"]["email"] == len((lived.folder / "mail" / "index.jsonl").read_text().splitlines())
    assert told["unknown"] == 0


def test_nothing_is_left_to_do_and_the_chain_holds(lived: Lived) -> None:
    with lived.ledger.read() as tx:
        assert late_cases(tx, datetime(2026, 12, 31, 22, tzinfo=UTC)) == []
        assert list(tx.verify()) == []


def test_invoice_numbers_have_no_gap_and_follow_the_dates(lived: Lived) -> None:
    issued = [fact for fact in lived.facts if isinstance(fact, f.Issued)]
    assert [fact.number for fact in issued] == [f"F-2026-{n:04}" for n in range(1, 121)]
    assert [fact.issued for fact in issued] == sorted(fact.issued for fact in issued)
