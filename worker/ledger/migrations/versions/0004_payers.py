"""Customers who are judged together because one of them pays."""

from __future__ import annotations

import json

import sqlalchemy as sa
from alembic import op

revision = "0004"
down_revision = "0003"
branch_labels = None
depends_on = None


def upgrade() -> None:
    """Adds the mark, and brings together those whose payer was recorded before."""
    op.add_column("customer", sa.Column("account", sa.String()))
    op.create_index("customer_by_account", "customer", ["business", "account"])
    connection = op.get_bind()
    customer = sa.table("customer", *(sa.column(name) for name in ("business", "id", "account")))
    known = {(row.business, row.id) for row in connection.execute(sa.select(customer.c.business, customer.c.id))}
    for business, one, payer in sorted(_payers(connection)):
        if one == payer or (business, payer) not in known:
            continue
        accounts = {
            row.id: row.account or row.id
            for row in connection.execute(sa.select(customer.c.id, customer.c.account).where(
                customer.c.business == business))
        }  # fmt: skip
        joined = [name for name, account in accounts.items() if account in (accounts[one], accounts[payer])]
        here = customer.update().where(customer.c.business == business, customer.c.id.in_(joined))
        connection.execute(here.values(account=accounts[payer]))


def _payers(connection: sa.Connection) -> set[tuple[str, str, str]]:
    """(business, customer, payer) of every payer that was ever recorded."""
    fact = sa.table("fact", *(sa.column(name) for name in ("business", "kind", "body")))
    rows = connection.execute(sa.select(fact.c.business, fact.c.body).where(fact.c.kind == "customer-recorded"))
    said = ((business, json.loads(body)["customer"]) for business, body in rows)
    return {(business, each["id"], each["payer"]) for business, each in said if each.get("payer")}
