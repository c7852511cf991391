"""The ledger: one database of one business's facts. Everything that changes it happens inside a `Transaction`."""

from __future__ import annotations

import secrets
from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from contextlib import contextmanager
from dataclasses import dataclass, field, replace
from datetime import date, datetime, timedelta
from typing import Any

from sqlalchemy import Connection, Select, bindparam, func, select, update

from rules import facts as f
from rules.account import Account, BusinessState, Snapshot
from rules.decision import Act, Bill, Decision
from rules.facts import KINDS, Fact
from rules.policy import Limits, Rulebook
from rules.simulate import is_shared
from rules.together import together as one_of
from worker.ledger import claims, invoices, together
from worker.ledger import tables as t
from worker.ledger.chain import Break, salted
from worker.ledger.claims import Outcome
from worker.ledger.codec import decode, encode
from worker.ledger.current import write_account, write_business, write_contacts
from worker.ledger.database import change, connect, instant, read_instant, row_of, upsert
from worker.ledger.errors import Conflict, LedgerError, Unknown
from worker.ledger.keys import ANEW, DERIVED, TOLD, natural_key
from worker.ledger.memory import Memory
from worker.ledger.people import Card
from worker.ledger.proof import broken
from worker.ledger.writing import BUSINESS, Keyed, check_numbers, insert, recorded

__all__ = ["BUSINESS", "Conflict", "Ledger", "LedgerError", "Outcome", "Transaction", "Unknown"]

_FACTS = (
    select(t.fact.c.seq, t.fact.c.kind, t.fact.c.body)
    .where(t.fact.c.business == bindparam("of"), t.fact.c.seq > bindparam("after"))
    .order_by(t.fact.c.seq)
)
_OF_CUSTOMER = _FACTS.where(t.fact.c.customer == bindparam("customer"))
_OF_BUSINESS = _FACTS.where(t.fact.c.stream == BUSINESS)
_TOLD = select(t.contract.c.id, t.contract.c.next_wake, t.contract.c.seen_fact, t.contract.c.ended).where(
    t.contract.c.business == bindparam("of"), t.contract.c.customer.in_(bindparam("customers", expanding=True))
)

Compile = Callable[[Mapping[str, bytes]], Rulebook]


class Ledger:
    """Open with the URL of a database (sqlite:///FILE or postgresql+psycopg://...) that has been migrated.

    `compile_` makes a rulebook of the files kept under its digest; `wall` is the machine's clock, read only where the
    business runs on no test clock.
    """

    def __init__(self, url: str, *, business: str, compile_: Compile, wall: Callable[[], datetime]) -> None:
        self.url, self.business, self.wall = url, business, wall
        self.engine = connect(url)
        self.memory = Memory()
        self._compile = compile_
        self._rulebooks: dict[str, Rulebook] = {}

    def close(self) -> None:
        """Gives the connections back."""
        self.engine.dispose()

    @contextmanager
    def begin(self) -> Iterator[Transaction]:
        """A transaction that may write: all of it happens, or nothing."""
        with self.engine.begin() as connection:
            transaction = Transaction(self, connection)
            yield transaction
            if transaction.spoiled:
                raise LedgerError("the transaction wrote half of something and cannot be kept")
        transaction.remember()

    @contextmanager
    def read(self) -> Iterator[Transaction]:
        """A transaction that only looks; it waits for nobody."""
        with self.engine.connect().execution_options(read_only=True) as connection:
            yield Transaction(self, connection)

    def rulebook(self, connection: Connection, digest: str) -> Rulebook:
        """The rulebook kept under that digest; raises Unknown."""
        found = self._rulebooks.get(digest)
        if found is None:
            columns = t.rulebook_file.c
            rows = connection.execute(
                select(columns.path, columns.content).where(columns.business == self.business, columns.digest == digest)
            ).all()
            if not rows:
                raise Unknown(f"no rulebook {digest[:12]} is recorded")
            found = self._rulebooks[digest] = replace(
                self._compile({row.path: row.content for row in rows}), digest=digest
            )
        return found


@dataclass(slots=True)
class Transaction:
    """One unit of work; see Ledger.begin. Locks what it is about to change: the customer's row, or the business's."""

    ledger: Ledger
    connection: Connection
    spoiled: bool = False  # an exception left facts without what they imply: never to be committed
    _accounts: dict[str, tuple[int, Account]] = field(default_factory=dict)
    _state: tuple[int, BusinessState] | None = None
    _locked: dict[str | None, int] = field(default_factory=dict)  # customer (None: the business): its last fact
    _decided: dict[str, str | None] = field(default_factory=dict)  # locked customer: the last decision kept
    _fellows: dict[str, tuple[str, ...]] = field(default_factory=dict)  # customer: who is judged with it
    _joint: dict[str, tuple[tuple[int, ...], Account]] = field(default_factory=dict)  # first of them: last facts, all
    _clock: tuple[datetime | None] | None = None
    _shared: int | None = None  # the business's last fact, where it was looked up

    # --- time ----------------------------------------------------------------------------------------------------

    @property
    def business(self) -> str:
        """The business's identifier."""
        return self.ledger.business

    def clock(self) -> datetime | None:
        """The test clock's instant, None where the business lives by the machine's."""
        if self._clock is None:
            row = row_of(self.connection, t.business, ("clock", "last_fact"), self.business)
            self._clock = (read_instant(row.clock) if row else None,)
            self._shared = row.last_fact if row else 0
        return self._clock[0]

    def now(self) -> datetime:
        """What time it is for this business, aware UTC."""
        return self.clock() or self.ledger.wall()

    def set_clock(self, at: datetime | None) -> None:
        """Puts the business on a test clock, moves it, or (None) takes it off."""
        upsert(self.connection, t.business, [{"id": self.business, "clock": instant(at) if at else None}])
        self._clock = (at,)

    # --- rulebooks -----------------------------------------------------------------------------------------------

    def put_rulebook(self, digest: str, files: Mapping[str, bytes]) -> None:
        """Keeps the files of a rulebook under its digest, once."""
        where = (t.rulebook.c.business == self.business, t.rulebook.c.digest == digest)
        if self.connection.execute(select(t.rulebook.c.digest).where(*where)).first() is not None:
            return
        key = {"business": self.business, "digest": digest}
        self.connection.execute(t.rulebook.insert(), {**key, "recorded_at": instant(self.now())})
        self.connection.execute(
            t.rulebook_file.insert(), [{**key, "path": path, "content": content} for path, content in files.items()]
        )

    def rulebook(self, digest: str) -> Rulebook:
        """The rulebook kept under that digest; raises Unknown."""
        return self.ledger.rulebook(self.connection, digest)

    def active_rulebook(self) -> str | None:
        """The digest that new cases are bound to."""
        row = row_of(self.connection, t.business, ("rulebook",), self.business)
        return row.rulebook if row else None

    def activate(self, digest: str) -> None:
        """New cases are bound to this rulebook from now on; running ones stay with theirs."""
        upsert(self.connection, t.business, [{"id": self.business, "rulebook": digest}])

    def rulebooks_of(self, account: Account) -> dict[str, Rulebook]:
        """Every rulebook that a contract or a ladder of the account is bound to, by digest."""
        digests = set(account.rulebooks.values())
        digests |= {item.ladder.rulebook for item in account.receivables.values() if item.ladder}
        return {digest: self.rulebook(digest) for digest in digests}

    # --- reading -------------------------------------------------------------------------------------------------

    def lock(self, customer: str) -> None:
        """Nobody else changes this customer, or one who is judged with it, until the transaction ends."""
        if customer in self._locked:
            return
        rows = together.lock(self, customer)
        names = together.named(rows) or (customer,)
        self._locked |= dict.fromkeys(names, 0) | {row.id: row.last_fact for row in rows}
        self._decided |= dict.fromkeys(names) | {row.id: row.decision for row in rows}
        self._fellows |= dict.fromkeys(names, names)
        for name in names:
            if name in self._accounts and self._accounts[name][0] != self._locked[name]:
                del self._accounts[name]  # somebody recorded something between our reading and our locking

    def _lock_business(self) -> None:
        if None in self._locked:
            return
        upsert(self.connection, t.business, [{"id": self.business}])
        row = select(t.business.c.last_fact).where(t.business.c.id == self.business)
        last = self._locked[None] = self.connection.execute(row.with_for_update()).scalar_one()
        if self._state is not None and self._state[0] != last:
            self._state = None

    def account(self, customer: str) -> Account:
        """The customer's account as of the last fact recorded, this transaction's included; not to be changed.

        Raises Unknown.
        """
        found = self._known(customer)
        if found is None:
            raise Unknown(f"no customer {customer} is recorded")
        return found

    def fellows(self, customer: str) -> tuple[str, ...]:
        """Who is judged together with a customer, because one of them pays or paid; itself alone, mostly."""
        if customer not in self._fellows:
            names = together.fellows(self, customer)
            self._fellows |= dict.fromkeys(names, names)
        return self._fellows[customer]

    def joint(self, customer: str) -> Account:
        """The account of all who are judged together with a customer; not to be changed. Raises Unknown."""
        own, names = self.account(customer), self.fellows(customer)
        if len(names) == 1:
            return own
        accounts = [known for name in names if (known := self._known(name)) is not None]
        last, found = tuple(self._accounts[name][0] for name in names), self._joint.get(names[0])
        if found is None or found[0] != last:
            found = self._joint[names[0]] = (last, one_of(accounts))
        return found[1]

    def _known(self, customer: str) -> Account | None:
        if customer not in self._accounts:
            seq, account = self.ledger.memory.account(customer)
            rows = self._facts(_OF_CUSTOMER, customer, seq, self._locked.get(customer))
            if rows:
                account = account.copy()
                account.record_all(fact for _, fact in rows)
                seq = rows[-1][0]
                self.ledger.memory.keep_account(customer, seq, account)
            self._accounts[customer] = (seq, account)
        seq, account = self._accounts[customer]
        return account if seq else None

    def state(self) -> BusinessState:
        """What all customers share, without the day's contacts; not to be changed."""
        if self._state is None:
            seq, state = self.ledger.memory.state()
            rows = self._facts(_OF_BUSINESS, "", seq, self._locked.get(None, self._shared))
            if rows:
                state = state.copy()
                for _, fact in rows:
                    state.record(fact)
                seq = rows[-1][0]
                self.ledger.memory.keep_state(seq, state)
            self._state = (seq, state)
        return self._state[1]

    def _facts(self, whose: Select[Any], customer: str, after: int, last: int | None) -> list[tuple[int, Fact]]:
        """(number, fact) of those after a number; nothing is asked where `last` says that there are none."""
        if after == last:
            return []
        rows = self.connection.execute(whose, {"of": self.business, "customer": customer, "after": after})
        return [(row.seq, decode(row.body, KINDS[row.kind])) for row in rows]

    def remember(self) -> None:
        """Keeps the accounts for the next transaction; called once this one is committed."""
        for customer, (seq, account) in self._accounts.items():
            if seq:
                self.ledger.memory.keep_account(customer, seq, account)
        if self._state is not None:
            self.ledger.memory.keep_state(*self._state)

    def snapshot(self, customer: str, now: datetime) -> Snapshot:
        """What a judgement of the customer looks at; its own copy."""
        account, state = self.joint(customer), self.state().copy()
        if self.bounded(customer):
            state.contacts, state.customers_open = self._contacts(now), self._customers_open()
            state.calls = self._calls(now)
        return Snapshot(account, state)

    def bounded(self, customer: str) -> bool:
        """Whether a rulebook of the customer limits how many customers may be contacted in a day."""
        limits = [rulebook.business.limits for rulebook in self.rulebooks_of(self.joint(customer)).values()]
        return any(each != Limits() for each in limits)

    def position(self, customer: str) -> int:
        """The number of the last fact that concerns the customer's judgement, the business's own included."""
        self.joint(customer)
        return max(*(self._accounts[name][0] for name in self.fellows(customer)), self._shared_position())

    def _shared_position(self) -> int:
        self.state()
        assert self._state is not None
        return self._state[0]

    def customer_of(self, *, contract: str | None = None, receivable: str | None = None) -> str:
        """Whose contract or receivable it is; raises Unknown."""
        table, name = (t.receivable, receivable) if receivable is not None else (t.contract, contract)
        row = row_of(self.connection, table, ("customer",), self.business, name)
        if row is None:
            raise Unknown(f"no {table.name} {name} is recorded")
        return str(row.customer)

    def card(self, customer: str) -> Card | None:
        """The customer's name and contacts; None once forgotten, or never recorded."""
        row = row_of(self.connection, t.customer, ("card",), self.business, customer)
        return decode(row.card, Card) if row and row.card else None

    def _contacts(self, now: datetime) -> dict[date, int]:
        days = [(now + timedelta(days=n)).date().isoformat() for n in (-1, 0, 1)]
        rows = self.connection.execute(
            select(t.contact.c.day, func.count())
            .where(t.contact.c.business == self.business, t.contact.c.day.in_(days))
            .group_by(t.contact.c.day)
        )
        return {date.fromisoformat(day): n for day, n in rows}

    def _calls(self, now: datetime) -> dict[date, int]:
        """The calls put on a list on these days, by the titles of their tasks."""
        days = [(now + timedelta(days=n)).date().isoformat() for n in (-1, 0, 1)]
        task = t.task.c
        rows = self.connection.execute(
            select(task.opened, func.count())
            .where(task.business == self.business, task.opened.in_(days), task.title.startswith("call:"))
            .group_by(task.opened)
        )
        return {date.fromisoformat(day): n for day, n in rows}

    def _customers_open(self) -> int:
        return self.connection.execute(
            select(func.count(t.receivable.c.customer.distinct())).where(
                t.receivable.c.business == self.business, t.receivable.c.balance > 0
            )
        ).scalar_one()

    # --- recording -----------------------------------------------------------------------------------------------

    def record_customer(self, fact: f.CustomerRecorded, card: Card) -> bool:
        """Records a customer, known or known anew, with the personal side; False where nothing changed."""
        customer = fact.customer.id
        upsert(self.connection, t.customer, [{"business": self.business, "id": customer}])
        if fact.customer.payer is not None and together.bring(self, customer, fact.customer.payer):
            for cached in (self._locked, self._fellows, self._joint):
                cached.clear()
        self.lock(customer)
        known = self._known(customer)
        if known is not None and known.customer == fact.customer and self.card(customer) == card:
            return False
        body, salt = encode(card), secrets.token_bytes(16)
        key = natural_key(fact)
        if recorded(self.connection, self.business, [key]):
            key = self._anew(customer, key)
        self._append(customer, [(fact, key)], salted(salt, body))
        row = {"fact": self._accounts[customer][0], "salt": salt, "body": body}
        self.connection.execute(t.personal.insert(), row)
        self._write_customer(customer, card=body, iban=card.iban or None)
        return True

    def forget(self, customer: str) -> None:
        """Erases the customer's name, account and contacts, past and present; the facts and their proof stay."""
        self.lock(customer)
        columns = t.fact.c
        facts = select(columns.seq).where(
            columns.business == self.business, columns.customer == customer, columns.personal.is_not(None)
        )
        self.connection.execute(update(t.personal).where(t.personal.c.fact.in_(facts)).values(salt=None, body=None))
        self._write_customer(customer, card=None, iban=None)

    def record(self, customer: str, facts: Iterable[Fact]) -> list[Fact]:
        """Records facts of one customer, of those judged with it or of the business (`is_shared`), each once.

        Returns those that are new; raises Conflict where one was recorded with other content, Unknown.
        """
        self.lock(customer)
        facts = list(facts)
        shared = [fact for fact in facts if is_shared(fact)]
        own, told = {customer: [fact for fact in facts if not is_shared(fact)]}, dict[str, list[Fact]]()
        if len(self.fellows(customer)) > 1:
            own, told = together.parted(self, customer, own[customer])
        new = {name: self._fresh(name, self._news(name, each)) for name, each in own.items()}
        copies = {name: self._fresh(name, each, told=True) for name, each in told.items()}
        new_shared = self._fresh(None, shared)
        for name, each in (*new.items(), *copies.items()):
            self._append(name, each)
        self._append(None, new_shared)
        return [fact for each in (*new.values(), new_shared) for fact, _ in each]

    def _news(self, customer: str, facts: Iterable[Fact]) -> list[Fact]:
        account = self.account(customer)
        return [told for fact in facts if (told := _told_anew(account, fact)) is not None]

    def record_shared(self, facts: Sequence[Fact]) -> list[Fact]:
        """Records facts of the business itself, each once; returns those that are new. Raises Conflict."""
        new = self._fresh(None, facts)
        self._append(None, new)
        return [fact for fact, _ in new]

    def _fresh(self, customer: str | None, facts: Sequence[Fact], *, told: bool = False) -> list[Keyed]:
        """The facts that are not recorded yet, with their keys; raises Conflict. `told`: another customer's."""
        if not facts:
            return []
        if customer is None:
            self._lock_business()
        keyed = [(fact, natural_key(fact) + (f"/{TOLD}/{customer}" if told else "")) for fact in facts]
        known = recorded(self.connection, self.business, [key for _, key in keyed])
        fresh: dict[str, Fact] = {}
        for fact, key in keyed:
            first = fresh.get(key) or known.get(key)
            if first is None:
                fresh[key] = fact
            elif isinstance(fact, ANEW) and customer is not None:
                if replace(fact, at=first.at) != first or self._contested(key):
                    fresh[self._anew(customer, key)] = fact
            elif not isinstance(fact, DERIVED) and replace(fact, at=first.at) != first:
                raise Conflict(key, encode(first), encode(fact))
        check_numbers(self.connection, self.business, fresh.values())
        return [(fact, key) for key, fact in fresh.items()]

    def _anew(self, customer: str, key: str) -> str:
        """The key of what is said otherwise at the very instant at which it was said first."""
        return f"{key}/after/{self._accounts[customer][0]}"

    def _contested(self, key: str) -> bool:
        """Whether something else was said at that instant since: then saying the first again is news."""
        columns = t.fact.c
        again = columns.key.startswith(f"{key}/after/", autoescape=True)
        found = select(columns.seq).where(columns.business == self.business, again)
        return self.connection.execute(found.limit(1)).first() is not None

    def _append(self, customer: str | None, keyed: Sequence[Keyed], personal: str | None = None) -> None:
        if not keyed:
            return
        self.spoiled = True
        if customer is None:
            self._append_shared(keyed)
        else:
            before = self._known(customer)
            after = before.copy() if before is not None else Account(f.Customer(customer))
            after.record_all(fact for fact, _ in keyed)
            at = instant(self.now())
            seq = insert(self.connection, self.business, keyed, at, customer=customer, account=after, personal=personal)
            write_account(self.connection, self.business, before, after)
            write_contacts(self.connection, self.business, customer, (fact for fact, _ in keyed))
            self._write_customer(customer, last_fact=seq)
            self._accounts[customer] = (seq, after)
        self.spoiled = False

    def _append_shared(self, keyed: Sequence[Keyed]) -> None:
        before = self.state()
        after = before.copy()
        for fact, _ in keyed:
            after.record(fact)
        seq = insert(self.connection, self.business, keyed, instant(self.now()))
        write_business(self.connection, self.business, before, after)
        change(self.connection, t.business, self.business, last_fact=seq)
        self._state = (seq, after)

    def _write_customer(self, customer: str, **values: str | int | None) -> None:
        change(self.connection, t.customer, self.business, customer, **values)

    # --- decisions -----------------------------------------------------------------------------------------------

    def keep_decision(self, customer: str, decision: Decision, digest: str, engine: str, body: str) -> None:
        """Keeps a decision with its reasons where it differs from the last one kept."""
        self.lock(customer)
        if self._decided[customer] == digest:
            return
        row = {
            "business": self.business,
            "customer": customer,
            "at": instant(decision.at),
            "digest": digest,
            "engine": engine,
            "seen_fact": self.position(customer),
            "body": body,
        }
        upsert(self.connection, t.decision, [row])
        self._write_customer(customer, decision=digest)
        self._decided[customer] = digest

    def begin_run(self, contract: str, run: str) -> str | None:
        """Notes the run that begins a case's life; returns the one whose life has not ended yet, None for none."""
        row = row_of(self.connection, t.contract, ("run", "ended"), self.business, contract)
        if row is None:
            raise Unknown(f"no contract {contract} is recorded")
        change(self.connection, t.contract, self.business, contract, run=run)
        return None if row.ended else row.run

    def told(self, contract: str, wake: datetime | None, seen: int, *, ended: bool, shared: bool = True) -> None:
        """What a case's workflow is told now: when to look again, judged by which fact, and whether it is over.

        `shared`: it waits for something that may change with the business's own facts (bank data, a hold, ...).
        """
        change(
            *(self.connection, t.contract, self.business, contract),
            next_wake=instant(wake) if wake else None,
            seen_fact=seen,
            seen_shared=min(seen, self._shared_position()) if shared else None,
            ended=ended,
        )

    def next_wakes(self, customer: str) -> dict[str, tuple[datetime | None, int, bool]]:
        """What each case that is judged with the customer's was last told: (wake, last fact judged by, ended)."""
        rows = self.connection.execute(_TOLD, {"of": self.business, "customers": self.fellows(customer)})
        return {row.id: (read_instant(row.next_wake), row.seen_fact, bool(row.ended)) for row in rows}

    # --- claims and invoices -------------------------------------------------------------------------------------

    def claim_state(self, key: str) -> str | None:
        """claimed, attempting, sent, failed, released or unknown; None when nobody has claimed it."""
        return claims.state_of(self, key)

    def claim(self, customer: str, act: Act, now: datetime, worker: str) -> None:
        """Claims an act: its facts are recorded and it counts as attempted from here on. Raises Conflict if it was."""
        claims.claim(self, customer, act, now, worker)

    def end_claim(
        self, customer: str, act: Act, now: datetime, outcome: Outcome, reason: str = "", reference: str = ""
    ) -> None:
        """Records what became of an act; the same again changes nothing, Conflict where it ended otherwise.

        One that was never claimed (its address was refused before anything was handed over) is claimed and ended at
        once; one that ended `unknown` may still end otherwise.
        """
        claims.end(self, customer, act, now, outcome, reason, reference)

    def try_again(self, act: Act, now: datetime, reason: str) -> None:
        """An act that was attempted and certainly did not go out may be attempted again; Conflict where it ended."""
        claims.try_again(self, act.key, now, reason)

    def resolve(self, customer: str, key: str, now: datetime, sent: bool, by: str) -> None:
        """Ends a claim whose outcome is unknown by somebody's word: sent, or released where it was not.

        The same again changes nothing; raises LedgerError where the claim is in another state, Unknown.
        """
        claims.resolve(self, customer, key, now, sent=sent, by=by)

    def abandon(self, key: str, now: datetime, reason: str) -> None:
        """Ends an attempted claim as unknown, with a task to find out what became of it; raises Unknown, Conflict."""
        claims.abandon(self, key, now, reason)

    def next_number(self, year: int) -> int:
        """The next of the year's gapless sequence: given back when the transaction fails."""
        return invoices.next_number(self, year)

    def issue(self, customer: str, bill: Bill, now: datetime) -> f.Issued:
        """Issues a period's invoice under the next number, once; the recorded one where it was issued already."""
        return invoices.issue(self, customer, bill, now)

    def bill(self, receivable: str) -> Bill | None:
        """What an invoice of ours billed; None for one that was billed elsewhere."""
        return invoices.bill_of(self, receivable)

    # --- proof ---------------------------------------------------------------------------------------------------

    def verify(self) -> Iterator[Break]:
        """Every place where a chain does not hold; none where nothing was changed."""
        return broken(self.connection, self.business)


def _told_anew(account: Account, fact: Fact) -> Fact | None:
    """The fact as it is to be recorded; None where it says what is known already."""
    match fact:
        case f.ContractRecorded():
            if account.contracts.get(fact.contract.id) == fact.contract:
                return None
            return replace(fact, rulebook=account.rulebooks.get(fact.contract.id, fact.rulebook))
        case f.ReceivableChanged():
            item = account.receivables.get(fact.receivable)
            if item is not None and getattr(item, fact.name, item.custom.get(fact.name)) == fact.value:
                return None
    return fact
