"""The living board of a demo: where each customer stands, beside what happened last. It draws, and asks nobody."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import date, tzinfo

from rich.console import Console, ConsoleOptions, Group, RenderableType, RenderResult
from rich.measure import Measurement
from rich.padding import Padding
from rich.progress_bar import ProgressBar
from rich.table import Table
from rich.text import Text

from rules.account import Account
from rules.decision import Decision
from rules.money import Money
from worker.cli.output import Column, cell, drawn
from worker.demo.summary import Summary
from worker.details import soonest, stage, waiting

WIDE = 120  # columns from which the happenings stand beside the customers
FEWEST = 4  # happenings shown, however low the terminal
BAR = 30


@dataclass(frozen=True, slots=True)
class Row:
    """A customer: the heaviest level reached, what is open, and what comes next."""

    stage: str = ""
    open: tuple[Money, ...] = ()
    next: str = ""


def row(account: Account, decision: Decision, zone: tzinfo) -> Row:
    """Where a customer stands."""
    items = [item for item in account.receivables.values() if item.open]
    sums: dict[str, int] = {}
    for item in items:
        sums[item.amount.currency] = sums.get(item.amount.currency, 0) + item.balance.minor
    level, first = stage(items), soonest(items, decision)
    step = decision.next_steps.get(first.id) if first is not None else None
    day = f"{step.at.astimezone(zone):%d/%m}" if step and step.at else ""
    why = waiting(first, decision) if first is not None else ""
    upcoming = " ".join(filter(None, (step.step if step else "", day if why == "planned" else why)))
    opens = tuple(Money(minor, currency) for currency, minor in sorted(sums.items()))
    return Row("" if level == "none" else level, opens, upcoming)


@dataclass(frozen=True, slots=True)
class Board:
    """What is seen at one moment; `done` from 0 to 1, `happenings` oldest first."""

    title: str
    day: date
    done: float
    page: str
    rows: Mapping[str, Row]
    happenings: Sequence[str]
    counts: Summary

    def __rich_console__(self, console: Console, options: ConsoleOptions) -> RenderResult:
        """Side by side where there is room, one below the other where there is not."""
        width = options.max_width
        customers, below = drawn(self._columns(), width, ("stage", "next")), _figures(self.counts)
        yield self._head(width)
        if width < WIDE:
            room = max(console.height - len(self.rows) - 9, FEWEST)
            yield Padding(customers, (1, 0))
            yield self._last(console, width, room)
        else:
            left = Measurement.get(console, options, customers).maximum
            beside = Table.grid(padding=(0, 3))
            beside.add_row(customers, self._last(console, width - left - 3, len(self.rows) + 1))
            yield Padding(beside, (1, 0))
        yield below

    def _columns(self) -> list[Column]:
        rows = self.rows.values()
        return [
            Column("customer", tuple(self.rows), right=False),
            Column("stage", tuple(each.stage for each in rows), right=False),
            Column("open", tuple(cell(each.open) for each in rows), right=True),
            Column("next", tuple(each.next for each in rows), right=False),
        ]

    def _head(self, width: int) -> RenderableType:
        title, page = Text(self.title, style="bold"), Text(self.page, style="blue")
        bar = ProgressBar(total=1.0, completed=self.done, width=min(BAR, width))
        if width < WIDE:
            return Group(title, Text(str(self.day)), bar, page)
        head = Table.grid(padding=(0, 2))
        head.add_row(title, str(self.day), bar, page)
        return head

    def _last(self, console: Console, width: int, room: int) -> Text:
        """The last happenings, as many lines as there is room for."""
        lines = Text("\n".join(self.happenings)).wrap(console, width)
        return Text("\n").join(lines[-room:])


def _figures(counts: Summary) -> Table:
    sent = ", ".join(f"{n} {name}" for name, n in sorted(counts.channels.items()) if n)
    table = Table.grid(padding=(0, 3))
    table.add_row("issued", money(counts.issued), "collected", money(counts.collected))
    table.add_row("invoices", str(counts.invoices), "handed over", sent)
    return table


def money(sums: Mapping[str, int]) -> str:
    """Sums in minor units by currency, in one line."""
    return "  ".join(str(Money(minor, currency)) for currency, minor in sorted(sums.items()))
