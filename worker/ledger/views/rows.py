"""How views read a table: the rows of this business, in a fixed order."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import date
from typing import Any

from sqlalchemy import Column, ColumnElement, Row, Table, select, true

from worker.ledger.ledger import Transaction


def rows_of(
    tx: Transaction, table: Table, order: Sequence[Column[Any]], *where: ColumnElement[bool]
) -> Sequence[Row[Any]]:
    """The business's rows of a table for which every condition holds."""
    query = select(table).where(table.c.business == tx.business, *where).order_by(*order)
    return tx.connection.execute(query).all()


def equal(column: Column[Any], value: str | None) -> ColumnElement[bool]:
    """The column has that value; anything where None is asked for."""
    return true() if value is None else column == value


def day_of(text: str | None) -> date | None:
    """The local date of such a text."""
    return date.fromisoformat(text) if text else None
