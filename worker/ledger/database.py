"""Connections to the database, SQLite or PostgreSQL, and the few statements in which the two differ."""

from __future__ import annotations

import sqlite3
from collections.abc import Sequence
from datetime import UTC, datetime
from functools import cache
from typing import Any

from sqlalchemy import (
    ColumnElement,
    Connection,
    Engine,
    Row,
    Select,
    Table,
    Update,
    bindparam,
    create_engine,
    event,
    select,
    update,
)
from sqlalchemy.dialects import postgresql, sqlite
from sqlalchemy.engine import make_url
from sqlalchemy.exc import ArgumentError
from sqlalchemy.sql.dml import Insert

Value = str | int | None
BUSY = 30  # seconds that a writer waits for another one (SQLite)


def connect(url: str) -> Engine:
    """An engine on which a transaction begins by taking the right to write (SQLite), and waits for it 30 seconds.

    Raises SQLAlchemy's ArgumentError for what is neither SQLite nor PostgreSQL.
    """
    parsed = make_url(url)
    if parsed.get_backend_name() not in ("sqlite", "postgresql"):
        raise ArgumentError(f"neither SQLite nor PostgreSQL: {parsed.get_backend_name()}")
    if parsed.get_backend_name() != "sqlite":
        # A plan made for a hundred rows and kept for a million would be the wrong one: statements are planned anew.
        return create_engine(url, pool_pre_ping=True, connect_args={"prepare_threshold": None})
    engine = create_engine(url, connect_args={"timeout": BUSY, "check_same_thread": False})

    @event.listens_for(engine, "connect")
    def _open(connection: sqlite3.Connection, _record: object) -> None:
        connection.isolation_level = None
        for pragma in ("journal_mode=WAL", "synchronous=FULL", "foreign_keys=ON", f"busy_timeout={BUSY * 1000}"):
            connection.execute(f"PRAGMA {pragma}")

    @event.listens_for(engine, "begin")
    def _begin(connection: Connection) -> None:
        how = connection.get_execution_options()
        if how.get("isolation_level") != "AUTOCOMMIT":  # VACUUM runs outside of any transaction
            connection.exec_driver_sql("BEGIN" if how.get("read_only", False) else "BEGIN IMMEDIATE")

    return engine


def upsert(connection: Connection, table: Table, rows: list[dict[str, Any]]) -> None:
    """Writes rows of the same columns, replacing those columns where the primary key is there already."""
    if rows:
        connection.execute(_upsert(connection.dialect.name, table, tuple(rows[0])), rows)


@cache
def _upsert(dialect: str, table: Table, columns: tuple[str, ...]) -> Insert:
    statement = (sqlite if dialect == "sqlite" else postgresql).insert(table)
    keys = [column.name for column in table.primary_key]
    changes = {name: statement.excluded[name] for name in columns if name not in keys}
    written: Insert = (
        statement.on_conflict_do_update(index_elements=keys, set_=changes)
        if changes
        else statement.on_conflict_do_nothing(index_elements=keys)
    )
    return written


def row_of(
    connection: Connection, table: Table, columns: Sequence[str], *key: Value, lock: bool = False
) -> Row[Any] | None:
    """Those columns of the row under a primary key; `lock`: nobody else may change it until the transaction ends."""
    statement = _row_of(table, tuple(columns), lock)
    return connection.execute(statement, _named(table, key)).first()


def change(connection: Connection, table: Table, *key: Value, **values: Value) -> None:
    """Writes values into the row under a primary key."""
    connection.execute(_change(table), {**_named(table, key), **values})


# Statements are built once: to build one costs more than to run it.


@cache
def _row_of(table: Table, columns: tuple[str, ...], lock: bool) -> Select[Any]:
    statement = select(*(table.c[name] for name in columns)).where(*_under_key(table))
    return statement.with_for_update() if lock else statement


@cache
def _change(table: Table) -> Update:
    return update(table).where(*_under_key(table))


def _under_key(table: Table) -> list[ColumnElement[bool]]:
    return [column == bindparam(f"the_{column.name}") for column in table.primary_key]


def _named(table: Table, key: tuple[Value, ...]) -> dict[str, Value]:
    return {f"the_{column.name}": value for column, value in zip(table.primary_key, key, strict=True)}


def instant(at: datetime) -> str:
    """UTC ISO text of one width, so that texts sort as the instants do, whatever the database's collation."""
    return at.astimezone(UTC).isoformat(timespec="microseconds")


def read_instant(text: str | None) -> datetime | None:
    """The instant of such a text."""
    return datetime.fromisoformat(text) if text else None
