"""`relance demo`: a year in the life of a business, seen as it happens."""

from __future__ import annotations

import asyncio
import sys
from collections import deque
from collections.abc import Callable, Iterable
from contextlib import AbstractContextManager, nullcontext
from datetime import datetime
from pathlib import Path

import click
from rich.console import Console, Group, RenderableType
from rich.live import Live
from rich.table import Table
from rich.text import Text

from worker.cli.board import Board, Row, money, row
from worker.cli.output import as_json, formats
from worker.demo.summary import Summary
from worker.demo.telling import told
from worker.demo.year import Year, year
from worker.ledger.views import Recorded
from worker.outlook import judged

SHOWN = 40  # happenings kept; the board shows as many as it has room for
PACES = {"slow": 0.4, "normal": 0.05, "fast": 0.0}  # seconds after a moment at which something happened


@click.command(epilog="Example:  relance demo --pace fast --format json")
@click.option("--folder", type=click.Path(path_type=Path, file_okay=False), default=Path("out/demo"), show_default=True)
@click.option("--pace", type=click.Choice(tuple(PACES)), default="normal", show_default=True, help="How fast it shows.")
@formats()
def demo(folder: Path, pace: str, style: str) -> None:
    """A year of a French IT-maintenance company: twelve customers, on the real Temporal server.

    Invoices, reminders by e-mail and SMS, registered letters, a dispute, a broken promise, an agency. Nothing leaves
    this machine: the mail server and the SMS provider are local ones. On a terminal the server stays up at the end,
    so that its pages can be read; Ctrl-C ends it.
    """
    asyncio.run(_lived(folder.resolve(), PACES[pace], style))


async def _lived(folder: Path, pause: float, style: str) -> None:
    watched = sys.stdout.isatty() and style == "text"
    async with year(folder) as lived:
        view = View(lived, pause)
        with view.shown() if watched else nullcontext():
            if not watched:
                view.say = _plainly if style == "text" else _silently
            summary = await lived.live(view.hear)
        if style == "json":
            click.echo(as_json({**summary.as_json(), "page": lived.server.page, "folder": str(folder)}))
            return
        Console(highlight=False).print(closing(summary, lived, stays=watched))
        if watched:
            click.echo("Press Ctrl-C to stop the server.")
            await asyncio.Event().wait()


def _plainly(line: str) -> None:
    click.echo(line)


def _silently(_line: str) -> None:
    pass


class View:
    """What has happened so far, drawn on a terminal or said line by line."""

    def __init__(self, lived: Year, pause: float) -> None:
        self._year, self._pause = lived, pause
        self._lines: deque[str] = deque(maxlen=SHOWN)
        self._rows: dict[str, Row] = dict.fromkeys(lived.names.values(), Row())
        self._counts = Summary()
        self._now = lived.story.begins
        self._live: Live | None = None
        self.say: Callable[[str], None] = self._lines.append

    def shown(self) -> AbstractContextManager[object]:
        """Draws while the block runs."""
        self._live = Live(self._drawn(), refresh_per_second=12, screen=False)
        return self._live

    async def hear(self, now: datetime, facts: list[Recorded]) -> None:
        """Takes in what happened at one moment."""
        self._now = now
        self._counts.count(each.fact for each in facts)
        lines = self._said(now, facts)
        for line in lines:
            self.say(line)
        if self._live is not None:
            self._rows |= self._stands(now, {each.customer for each in facts if each.customer})
            self._live.update(self._drawn())
        if lines:
            await asyncio.sleep(self._pause)

    def _said(self, now: datetime, facts: list[Recorded]) -> list[str]:
        day = self._year.story.calendar.local_day(now)
        with self._year.office.ledger.read() as tx:
            accounts = {each.customer: tx.account(each.customer) for each in facts if each.customer is not None}
        told_ = (told(each.fact, accounts[each.customer], self._year.names) for each in facts if each.customer)
        return [f"{day}  {line}" for line in told_ if line]

    def _stands(self, now: datetime, customers: Iterable[str]) -> dict[str, Row]:
        """Where those customers stand now, by name."""
        zone = self._year.story.calendar.zone
        with self._year.office.ledger.read() as tx:
            return {
                self._year.names[each]: row(tx.account(each), judged(tx, each, now), zone) for each in sorted(customers)
            }

    def _drawn(self) -> RenderableType:
        story = self._year.story
        return Board(
            story.title,
            story.calendar.local_day(self._now),
            (self._now - story.begins) / (story.ends - story.begins),
            self._year.server.page or "",
            self._rows,
            self._lines,
            self._counts,
        )


def closing(summary: Summary, lived: Year, *, stays: bool) -> RenderableType:
    """The sums, the messages by step, what is open and why, and where to look further; Temporal's where it stays up."""
    sums = Table.grid(padding=(0, 3))
    for label, counts in (
        ("issued", summary.issued),
        ("collected", summary.collected),
        ("credited", summary.credited),
        ("overdue", summary.overdue),
    ):
        sums.add_row(label, money(counts))
    sent = Table("step", "messages", box=None, pad_edge=False)
    for step, n in sorted(summary.messages.items()):
        sent.add_row(step, str(n))
    open_ = Table("customer", "invoice", "due", "open", "why", box=None, pad_edge=False)
    for each in summary.open:
        open_.add_row(lived.names[each.customer], each.number, str(each.due or ""), str(each.open), each.why)
    places = Text(further(lived.folder, (lived.server.page or "none") if stays else None))
    return Group(Text(f"\n{lived.story.title}: {summary.invoices} invoices", style="bold"), sums, sent, open_, places)


def further(folder: Path, page: str | None) -> str:
    """Where to look further: Temporal's pages too, where they stay up."""
    places = {
        "Temporal UI": page,
        "everything sent": folder,
        "look further": f"relance -w {folder / 'workspace'} case list",
    }
    return "\n".join(f"{what:<18}  {where}" for what, where in places.items() if where is not None)
