"""A plan: every case that other rules would bind, what they would change for it, and how the book stood then."""

from __future__ import annotations

from collections import Counter
from collections.abc import Callable, Collection, Iterable, Iterator
from dataclasses import dataclass, field
from datetime import date, datetime, time
from typing import Literal
from zoneinfo import ZoneInfo

from sqlalchemy import select

from rules.account import Account
from rules.comparing import compare
from rules.limits import SHARE_APPLIES_FROM
from rules.policy import Rulebook
from worker.ledger import tables as t
from worker.ledger.ledger import Transaction
from worker.ledger.views.rows import rows_of
from worker.plans.effects import Effect, Move, effects_of, move_of, step_of
from worker.plans.notes import notes
from worker.workspace import Workspace

Scope = Literal["all", "new", "listed", "none"]
SCOPES: tuple[Scope, ...] = ("all", "new", "listed", "none")
Progress = Callable[[int, int], None]


@dataclass(frozen=True, slots=True)
class Planned:
    """One customer's part: the number of its last fact when it was planned, and what becomes of its contracts."""

    customer: str
    position: int
    moves: tuple[Move, ...]


@dataclass(frozen=True, slots=True)
class Today:
    """The messages of the plan's day under the new rules, beside what the business allows (None: no limit)."""

    contacts: int  # customers, those contacted already included
    open: int  # customers with something open
    contacts_limit: int | None
    share_limit: str | None
    over: bool


@dataclass(frozen=True, slots=True)
class Moved:
    """A step that leaves sooner or later, is new or gone: for how many, and by how many days at least and at most."""

    what: str
    step: str
    receivables: int
    customers: int
    least: int
    most: int


@dataclass(frozen=True, slots=True)
class Plan:
    """Applied on its `day` only. `shared` is the business's last fact then; `effects` has every open receivable.

    `notes` are sentences about what keeps messages from leaving.

    `files` are those of the new rules, by path, so that a plan needs nothing else to be applied.
    """

    business: str
    made: datetime
    day: date
    before: str
    rulebook: str
    commit: str
    scope: Scope
    shared: int
    changes: tuple[str, ...]
    planned: tuple[Planned, ...]
    effects: tuple[Effect, ...]
    today: Today
    notes: tuple[str, ...]
    files: dict[str, str] = field(repr=False)

    @property
    def contracts(self) -> list[str]:
        """The cases that move."""
        return [move.contract for each in self.planned for move in each.moves if not move.stays]

    @property
    def stays(self) -> list[Move]:
        """The cases that the new rules cannot take over."""
        return [move for each in self.planned for move in each.moves if move.stays]

    @property
    def changed(self) -> list[Effect]:
        """The receivables for which anything changes."""
        return [each for each in self.effects if each.kind(self.day) != "unchanged"]

    @property
    def sends(self) -> list[Effect]:
        """What leaves on the plan's day."""
        return [each for each in self.effects if each.new.on == self.day]

    def ahead(self) -> list[Moved]:
        """The remaining steps that move, the most first."""
        found: dict[tuple[str, str], list[tuple[Effect, int]]] = {}
        for effect in self.effects:
            for shift in effect.ahead:
                found.setdefault((shift.what, shift.step), []).append((effect, shift.days))
        rows = [_moved_row(*key, each) for key, each in found.items()]
        return sorted(rows, key=lambda row: (-row.receivables, row.step, row.what))

    def summary(self) -> list[tuple[str, str, int, int]]:
        """(kind, next step, receivables, customers) of what changes, the most first."""
        items: Counter[tuple[str, str]] = Counter()
        people: dict[tuple[str, str], set[str]] = {}
        for effect in self.changed:
            key = effect.kind(self.day), effect.new.step or effect.old.step or ""
            items[key] += 1
            people.setdefault(key, set()).add(effect.customer)
        return [(*key, n, len(people[key])) for key, n in sorted(items.items(), key=lambda each: (-each[1], each[0]))]


def _moved_row(what: str, step: str, moved: Collection[tuple[Effect, int]]) -> Moved:
    receivables = {effect.receivable for effect, _ in moved}
    days = [n for _, n in moved]
    return Moved(what, step, len(receivables), len({effect.customer for effect, _ in moved}), min(days), max(days))


def make(
    tx: Transaction,
    target: Workspace,
    *,
    commit: str = "",
    scope: Scope = "all",
    listed: Collection[str] = (),
    on: date | None = None,
    progress: Progress | None = None,
) -> Plan:
    """The plan to bind cases to `target`: all of them, those not begun (`new`), some contracts, or none but new ones.

    Judged at this instant, or at the beginning of a later day `on`. Raises workspace.Invalid, Unknown.
    """
    rulebook, before = target.rulebook, tx.active_rulebook() or ""
    zone, now = ZoneInfo(rulebook.business.time_zone), tx.now()
    day = now.astimezone(zone).date()
    at = now if on is None or on == day else datetime.combine(on, time(0), zone)
    effects: list[Effect] = []
    planned: list[Planned] = []
    customers = _customers(tx, listed, scope)
    for n, (customer, position) in enumerate(customers):
        if progress is not None:
            progress(n, len(customers))
        moves = tuple(_moves(tx, customer, rulebook, scope, listed))
        fellows = (name for name in tx.fellows(customer) if name != customer)
        theirs = [move for name in fellows for move in _moves(tx, name, rulebook, scope, listed)]
        effects += effects_of(tx, customer, rulebook, (*moves, *theirs), at)
        planned.append(Planned(customer, position, moves))
    shown = on or day
    return Plan(
        tx.business,
        now,
        shown,
        before,
        rulebook.digest,
        commit,
        scope,
        shared_position(tx),
        tuple(_words(tx, before, rulebook)),
        tuple(planned),
        tuple(effects),
        _today(tx, rulebook, effects, shown),
        tuple(notes(rulebook, tx.state(), shown)),
        {path: data.decode() for path, data in target.compiled.files.items()},
    )


def shared_position(tx: Transaction) -> int:
    """The number of the business's own last fact."""
    last = select(t.business.c.last_fact).where(t.business.c.id == tx.business)
    return tx.connection.execute(last).scalar() or 0


def positions(tx: Transaction) -> dict[str, int]:
    """The number of the last fact of every customer, by identifier."""
    return {row.id: row.last_fact for row in rows_of(tx, t.customer, [t.customer.c.id])}


def _customers(tx: Transaction, listed: Collection[str], scope: Scope) -> list[tuple[str, int]]:
    if scope == "none":
        return []
    found = positions(tx)
    if scope == "listed":
        return [(name, found[name]) for name in sorted({tx.customer_of(contract=each) for each in listed})]
    return list(found.items())


def _moves(tx: Transaction, customer: str, target: Rulebook, scope: Scope, listed: Collection[str]) -> Iterator[Move]:
    account = tx.account(customer)
    rulebooks = tx.rulebooks_of(account)
    for contract in sorted(account.contracts):
        wanted = scope == "all" or (contract in listed if scope == "listed" else not _begun(account, contract))
        if wanted and account.rulebooks[contract] != target.digest:
            yield move_of(account, contract, rulebooks, target)


def _begun(account: Account, contract: str) -> bool:
    items = (item for item in account.receivables.values() if item.contract == contract)
    return any(item.ladder is not None and item.ladder.begun for item in items)


def _words(tx: Transaction, before: str, target: Rulebook) -> Iterable[str]:
    if not before or before == target.digest:
        return
    for change in compare(tx.rulebook(before), target):
        yield f"{change.where}{', ' if change.what else ''}{change.what} {change.text}"


def _today(tx: Transaction, rulebook: Rulebook, effects: Iterable[Effect], day: date) -> Today:
    columns = t.contact.c
    contacted = select(columns.customer).where(columns.business == tx.business, columns.day == day.isoformat())
    people = set(tx.connection.execute(contacted).scalars())
    for effect in effects:
        step = step_of(rulebook, effect.new) if effect.new.on == day else None
        if step is not None and not step.quiet:
            people.add(effect.customer)
    opened = (
        select(t.receivable.c.customer)
        .distinct()
        .where(t.receivable.c.business == tx.business, t.receivable.c.balance > 0)
    )
    limits, n, every = rulebook.business.limits, len(people), len(tx.connection.execute(opened).all())
    share = limits.share_of_customers
    over = limits.contacts_per_day is not None and n > limits.contacts_per_day
    over = over or (share is not None and every >= SHARE_APPLIES_FROM and n > share * every)
    return Today(n, every, limits.contacts_per_day, None if share is None else f"{share:.0%}", over)
