"""A desk in front of a real ledger: files are written beside it and imported."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime
from pathlib import Path

from rules import facts as f
from rules.policy import ALWAYS, Assignment, Route, Rulebook
from tests.worker.imports.shelf import BUSINESS, NOW
from worker.imports.importing import Progress, Report, Wish, import_file
from worker.ledger.ledger import Ledger
from worker.ledger.views import facts_between


def compiled(files: Mapping[str, bytes]) -> Rulebook:
    assert files == {"business.yaml": b"martin"}
    return Rulebook(
        "", BUSINESS, Assignment("all", "credit-control", (), (), Route("nobody", ALWAYS, None)), {}, {}, {}
    )


WHOLE = Wish()


def silent(_stage: str, _done: int, _total: int) -> None:
    pass


@dataclass
class Desk:
    ledger: Ledger
    folder: Path

    def take(self, kind: str, text: str, wish: Wish = WHOLE, *, name: str = "", progress: Progress = silent) -> Report:
        path = self.folder / (name or f"{kind}.csv")
        path.write_text(text, "utf-8")
        return import_file(self.ledger, kind, path, wish, progress=progress)

    def facts(self) -> list[f.Fact]:
        with self.ledger.read() as tx:
            return [recorded.fact for recorded in facts_between(tx, 0)]

    def clock(self, at: datetime) -> None:
        with self.ledger.begin() as tx:
            tx.set_clock(at)


def opened(url: str, folder: Path) -> Desk:
    """A ledger of which one rulebook is active, at NOW."""
    ledger = Ledger(url, business=BUSINESS.id, compile_=compiled, wall=lambda: NOW)
    with ledger.begin() as tx:
        tx.put_rulebook("digest", {"business.yaml": b"martin"})
        tx.activate("digest")
    return Desk(ledger, folder)
