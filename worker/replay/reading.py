"""A foreign ledger and its mapping become a Replay. Rows are read as they come; what is wrong is told all at once."""

from __future__ import annotations

import heapq
from collections.abc import Iterator, Sequence
from collections.abc import Mapping as Map
from dataclasses import dataclass, field
from datetime import UTC, date, datetime
from hashlib import sha256
from pathlib import Path
from typing import Any
from zoneinfo import ZoneInfo

from rules import facts as f
from rules.addressing import ANYBODY
from rules.diagnostics import did_you_mean, quoted
from rules.moments import Moment
from rules.money import Money
from rules.policy import Business
from worker.imports.cells import CellError
from worker.imports.problems import CONFLICT, IMPOSSIBLE, MISSING, UNKNOWN, UNREADABLE, VALUE, Problem, ReadingError
from worker.replay.lives import Happening, Item, Replay, later
from worker.replay.mapping import Column, DisputeRule, Mapping, Meaning, Value
from worker.replay.meant import whole
from worker.replay.row import Cells
from worker.replay.sheet import Progress, Row, rows

CHANNELS = ("email", "sms", "letter", "call")  # by which every customer of a replay is reached
MAX_PROBLEMS = 1000
_NEVER = datetime(1, 1, 1, tzinfo=UTC)  # replaced when the invoice's life is made


class Refused(Exception):
    """The ledger was not read. `problems` are (file, problem), a thousand at most, in the order of their lines."""

    def __init__(self, problems: Sequence[tuple[str, Problem]]) -> None:
        super().__init__("\n".join(problem.text(file) for file, problem in problems))
        self.problems = tuple(problems)


def read_ledger(mapping: Mapping, ledger: Path, business: Business, progress: Progress | None = None) -> Replay:
    """The ledger as lives of its customers, by the mapping and in the business's time zone; raises Refused.

    The mapping's second file lies beside the ledger.
    """
    reading = _Reading(mapping, business)
    try:
        reading.ledger(ledger, progress)
        if mapping.events is not None and not reading.problems:
            reading.happened(ledger.parent / mapping.events.file, progress)
    except ReadingError as error:
        reading.problems.append((reading.file, error.problem))
    if reading.problems:
        raise Refused(reading.problems[:MAX_PROBLEMS])
    return reading.replay()


@dataclass(slots=True)
class _Reading:
    """The ledger while it is read."""

    mapping: Mapping
    business: Business
    items: dict[str, Item] = field(default_factory=dict)  # by the identifier as written
    lines: dict[str, int] = field(default_factory=dict)  # by the identifier as used
    customers: dict[tuple[object, ...], f.Customer] = field(default_factory=dict)
    contracts: dict[str, tuple[int, f.Contract]] = field(default_factory=dict)
    problems: list[tuple[str, Problem]] = field(default_factory=list)
    file: str = ""

    @property
    def key(self) -> str:
        """The column of the invoices' identifiers."""
        source = self.mapping.sources["invoice.id"]
        assert isinstance(source, Column)
        return source.name

    def replay(self) -> Replay:
        by_customer: dict[str, list[Item]] = {}
        for item in self.items.values():
            by_customer.setdefault(item.customer.id, []).append(item)
        days = [item.issued.issued for item in self.items.values()]
        first, last = min(days), max(days)
        for item in self.items.values():
            last = max((last, *(each.day for each in item.happenings)))
        mapping = self.mapping
        return Replay(
            mapping.id,
            ZoneInfo(self.business.time_zone),
            by_customer,
            first,
            last,
            later(last, mapping.until),
            mapping.approve,
            mapping.bank == "daily",
        )

    # --- the ledger ----------------------------------------------------------------------------------------------

    def ledger(self, path: Path, progress: Progress | None) -> None:
        self.file = path.name
        columns = self.mapping.columns
        found = rows(path, columns, self.mapping.written, progress)
        if self.mapping.select is not None:
            found = iter(_smallest(found, columns.index(self.key), self.mapping.select))
        for row in found:
            if row.broken:
                self.problem(row.line, "", row.broken, code=UNREADABLE)
            else:
                texts = dict(zip(columns, row.cells, strict=True))
                self.invoice(Cells(row.line, texts, self.mapping, self.business.custom))
            if len(self.problems) >= MAX_PROBLEMS:
                return
        if not self.items and not self.problems:
            self.problem(0, "", "there is no invoice in this file", code=MISSING)

    def problem(self, line: int, column: str, what: str, advice: str = "", code: str = VALUE) -> None:
        self.problems.append((self.file, Problem(line, column, what, advice, code)))

    def invoice(self, row: Cells) -> None:
        """One row, as an item; nothing of it is kept when something in it is wrong."""
        dates = {"issued": row.wanted("invoice.issued")}
        amount, name = row.amount(), row.identifier("invoice.id")
        who = row.identifier("customer.id")
        customer, contract = self.customer(row, who), self.contract(row, who)
        dates |= {key: row.fact(f"invoice.{key}") for key in ("due", "delivered", "settled")}
        facts = {key: row.fact(f"invoice.{key}") for key in _ISSUED}
        custom, paid = row.custom("invoice"), row.fact("invoice.settled_amount")
        if name in self.lines:
            row.wrong("invoice.id", f"the invoice {quoted(name)} is on line {self.lines[name]} already", CONFLICT)
        if paid is not None and dates["settled"] is None:
            row.wrong("invoice.settled", "an amount is settled, and no day says when", MISSING)
        if row.problems:
            self.problems += ((self.file, problem) for problem in row.problems)
            return
        days = _days(dates, self.mapping.reckoned)
        written = row.texts[self.key]
        issued: Any = {**{key: value for key, value in facts.items() if value is not None}, "custom": custom}
        issued = {"number": written, **issued, **_known_at_once(days, self.mapping.reckoned)}
        made = f.Issued(_NEVER, name, contract.id, amount=amount, document=False, **issued)
        happenings = _later_on(days, made)
        if (settled := days["settled"]) is not None:
            happenings.append(Happening(settled, "settled", paid if isinstance(paid, Money) else None))
        if (rule := row.disputed()) is not None:
            happenings += _disputed(rule, days)
        self.items[written] = Item(row.line, customer, contract, made, happenings)
        self.lines[name] = row.line

    def customer(self, row: Cells, who: str) -> f.Customer:
        """The customer as this row states it; equal statements are one value."""
        facts: dict[str, object] = {**row.group("customer")}
        custom = row.custom("customer")
        if "payment_run" in facts:
            facts["payment_run"] = whole(facts["payment_run"])
        key = (who, *facts.items(), *custom.items())
        if key not in self.customers:
            made: Any = {**facts, "id": who, "reachable": {ANYBODY: CHANNELS}, "custom": custom}
            self.customers[key] = f.Customer(**made)
        return self.customers[key]

    def contract(self, row: Cells, who: str) -> f.Contract:
        """The contract of the row: one open account per customer, unless a column says otherwise."""
        name = row.identifier("contract.id") if "contract.id" in self.mapping.sources else who
        facts: Any = row.group("contract")
        made = f.Contract(name, who, "open-account", custom=row.custom("contract"), **facts)
        line, before = self.contracts.setdefault(name, (row.line, made))
        if made != before:
            row.wrong("contract.id", f"what is said of {quoted(name)} differs from line {line}", CONFLICT)
        return made

    # --- the second file -----------------------------------------------------------------------------------------

    def happened(self, path: Path, progress: Progress | None) -> None:
        self.file = path.name
        events = self.mapping.events
        assert events is not None
        meanings = events.facts.values()
        amounts = [column for each in meanings for column in (each.credit, each.payment) if column is not None]
        columns = tuple(dict.fromkeys((events.invoice, events.name, events.day, *amounts)))
        for row in rows(path, columns, events.written, progress):
            if row.broken:
                self.problem(row.line, "", row.broken, code=UNREADABLE)
                continue
            found = dict(zip(columns, row.cells, strict=True))
            item = self.items.get(found[events.invoice])
            if item is None:
                if self.mapping.select is None:
                    what = f"there is no invoice {quoted(found[events.invoice])} in the ledger"
                    self.problem(row.line, events.invoice, what, code=UNKNOWN)
            elif (meaning := events.facts.get(found[events.name])) is None:
                word = found[events.name]
                advice = did_you_mean(word, events.facts) or "list it in the mapping under events.facts, or as none"
                self.problem(row.line, events.name, f"nothing is said of the event {quoted(word)}", advice)
            elif meaning != Meaning():
                self.event(row.line, found, meaning, item)
            if len(self.problems) >= MAX_PROBLEMS:
                return

    def event(self, line: int, found: dict[str, str], meaning: Meaning, item: Item) -> None:
        events = self.mapping.events
        assert events is not None
        try:
            day = events.written.day(found[events.day])
        except CellError as error:
            self.problem(line, events.day, error.what, error.cure)
            return
        if meaning.delivered:
            item.happenings.append(Happening(day, "delivered"))
        if meaning.due is not None:
            item.happenings.append(Happening(day, "due", due=later(day, meaning.due)))
        if meaning.dispute is not None:
            item.happenings.append(Happening(day, meaning.dispute))
        for kind, column in (("credit", meaning.credit), ("payment", meaning.payment)):
            if column is None:
                continue
            try:
                amount = events.written.money(found[column], item.issued.amount.currency)
            except CellError as error:
                self.problem(line, column, error.what, error.cure)
                continue
            if amount.minor < 0:
                self.problem(line, column, f"{amount} is negative", "map it as an event of its own", IMPOSSIBLE)
            elif amount:
                item.happenings.append(Happening(day, kind, amount))  # type: ignore[arg-type]
        if meaning.write_off:
            item.happenings.append(Happening(day, "write-off"))


_ISSUED = "number kind order_number approval portal_status assigned_to insured".split()


def _smallest(found: Iterator[Row], place: int, count: int) -> list[Row]:
    """The rows whose identifiers have the smallest sha256 (hexadecimal, of the UTF-8 text), in the file's order."""
    heap: list[tuple[int, int, Row]] = []
    for row in found:
        key = -int(sha256(row.cells[place].encode()).hexdigest(), 16) if row.cells else 0
        entry = (key, -row.line, row)
        if len(heap) < count:
            heapq.heappush(heap, entry)
        elif entry > heap[0]:
            heapq.heapreplace(heap, entry)
    return sorted((row for _, _, row in heap), key=lambda row: row.line)


def _days(days: Map[str, Value | None], reckoned: Map[str, Moment]) -> dict[str, date | None]:
    """The dates of an invoice, with those that are counted from another."""
    found = {name: day if isinstance(day, date) else None for name, day in days.items()}
    for name in ("invoice.delivered", "invoice.due"):
        if name in reckoned:
            found[name.partition(".")[2]] = _moment(reckoned[name], found)
    return found


def _known_at_once(days: Map[str, date | None], reckoned: Map[str, Moment]) -> dict[str, date | None]:
    """The dates that are known on the day of issue: not a later delivery, nor a due date that is counted from it."""
    issued, delivered = days["issued"], days["delivered"]
    known = {"issued": issued, "due": days["due"], "delivered": delivered}
    if issued is None or delivered is None or delivered <= issued:
        return known
    counted = "invoice.due" in reckoned and reckoned["invoice.due"].anchor == "delivered"
    return {**known, "delivered": None, **({"due": None} if counted else {})}


def _later_on(days: Map[str, date | None], issued: f.Issued) -> list[Happening]:
    """The delivery, and the due date that comes with it, where they were not known at once."""
    delivered = days["delivered"]
    if delivered is None or issued.delivered is not None:
        return []
    found = [Happening(delivered, "delivered")]
    return found if issued.due == days["due"] else [*found, Happening(delivered, "due", due=days["due"])]


def _moment(moment: Moment, days: Map[str, date | None]) -> date | None:
    anchor = days.get(moment.anchor)
    return None if anchor is None else later(anchor, moment.offset)


def _disputed(rule: DisputeRule, days: Map[str, date | None]) -> list[Happening]:
    """When the dispute opens and closes; none where the day is not known, or the invoice was settled by then."""
    opens, settled = _moment(rule.opens, days), days["settled"]
    if opens is None or (settled is not None and opens >= settled):
        return []
    closes = _moment(rule.closes, {**days, "opened": opens}) if rule.closes is not None else None
    found = [Happening(opens, "opens")]
    return found if closes is None else [*found, Happening(max(opens, closes), rule.outcome)]
