"""Puts facts at the ends of their streams, chained; what is written is never written again."""

from __future__ import annotations

from collections.abc import Iterable, Sequence

from sqlalchemy import Connection, bindparam, select

from rules import facts as f
from rules.account import Account
from rules.facts import KINDS, Fact, kind_of
from worker.ledger import tables as t
from worker.ledger.chain import START, Link
from worker.ledger.codec import decode, encode
from worker.ledger.database import instant, upsert
from worker.ledger.errors import LedgerError
from worker.ledger.keys import subject_of

Keyed = tuple[Fact, str]
_INSERT = t.fact.insert().returning(t.fact.c.seq, sort_by_parameter_order=True)
_RECORDED = select(t.fact.c.key, t.fact.c.kind, t.fact.c.body).where(
    t.fact.c.business == bindparam("of"), t.fact.c.key.in_(bindparam("keys", expanding=True))
)
_HEADS = select(t.head.c.stream, t.head.c.position, t.head.c.digest).where(
    t.head.c.business == bindparam("of"), t.head.c.stream.in_(bindparam("streams", expanding=True))
)
BUSINESS = "business"  # the stream of what belongs to no customer


def insert(
    connection: Connection,
    business: str,
    keyed: Sequence[Keyed],
    recorded_at: str,
    *,
    customer: str | None = None,
    account: Account | None = None,
    personal: str | None = None,
) -> int:
    """Writes facts with their keys, of one customer (with the account after them) or of the business.

    Returns the number of the last.
    """
    placed = [(*_place(customer, account, fact), fact, key) for fact, key in keyed]
    heads = _heads(connection, business, {stream for stream, *_ in placed})
    rows = []
    for stream, contract, receivable, fact, key in placed:
        position, previous = heads.get(stream, (0, START))
        at, kind, body = instant(fact.at), kind_of(fact), encode(fact)
        link = Link(stream, position + 1, key, kind, at, recorded_at, body, personal or "")
        heads[stream] = (position + 1, link.digest(previous))
        rows.append(
            {
                "business": business,
                "stream": stream,
                "position": position + 1,
                "key": key,
                "kind": kind,
                "customer": customer,
                "contract": contract,
                "receivable": receivable,
                "effective_at": at,
                "recorded_at": recorded_at,
                "body": body,
                "personal": personal,
                "digest": heads[stream][1],
            }
        )
    last: int = connection.execute(_INSERT, rows).scalars().all()[-1]
    ends = [
        {"business": business, "stream": stream, "position": position, "digest": digest}
        for stream, (position, digest) in heads.items()
    ]
    upsert(connection, t.head, ends)
    return last


def recorded(connection: Connection, business: str, keys: Sequence[str]) -> dict[str, Fact]:
    """Those of the keys that are recorded, with their facts."""
    rows = connection.execute(_RECORDED, {"of": business, "keys": keys})
    return {row.key: decode(row.body, KINDS[row.kind]) for row in rows}


def check_numbers(connection: Connection, business: str, facts: Iterable[Fact]) -> None:
    """Raises LedgerError where a receivable to be recorded bears the number of another one."""
    numbers = [fact.number for fact in facts if isinstance(fact, f.Issued)]
    if not numbers:
        return
    columns = t.receivable.c
    rows = select(columns.number, columns.id).where(columns.business == business, columns.number.in_(numbers))
    taken = connection.execute(rows).first()
    if taken is not None:
        raise LedgerError(f"the number {taken.number} is another receivable's: {taken.id}")


def _place(customer: str | None, account: Account | None, fact: Fact) -> tuple[str, str | None, str | None]:
    """(stream, contract, receivable) of a fact, by what the account knows of it."""
    contract, receivable = subject_of(fact)
    if account is None:
        return BUSINESS, contract, receivable
    if contract is None and receivable in account.receivables:
        contract = account.receivables[receivable].contract
    return f"case/{contract}" if contract else f"customer/{customer}", contract, receivable


def _heads(connection: Connection, business: str, streams: set[str]) -> dict[str, tuple[int, str]]:
    rows = connection.execute(_HEADS, {"of": business, "streams": sorted(streams)})
    return {row.stream: (row.position, row.digest) for row in rows}
