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
    bring_together(op.get_bind())


def bring_together(connection: sa.Connection) -> None:
    """Marks everybody who ever named a payer, and whom they named."""
    customer = sa.table("customer", *(sa.column(name) for name in ("business", "id", "account")))
    rows = connection.execute(sa.select(customer.c.business, customer.c.id))
    accounts = {(row.business, row.id): str(row.id) for row in rows}
    for business, one, payer in sorted(_payers(connection)):
        if one != payer and (business, payer) in accounts:
            joined = accounts[business, one], accounts[business, payer]
            accounts |= {
                key: joined[1] for key, account in accounts.items() if key[0] == business and account in joined
            }
    shared = {(business, account) for (business, name), account in accounts.items() if account != name}
    for (business, name), account in accounts.items():
        if (business, account) in shared:
            here = customer.update().where(customer.c.business == business, customer.c.id == name)
            connection.execute(here.values(account=account))


def _payers(connection: sa.Connection) -> set[tuple[str, str, str]]:
    """(business, customer, payer) of every payer that was ever recorded."""
    fact = sa.table("fact", *(sa.column(name) for name in ("business", "kind", "body")))
    rows = connection.execute(sa.select(fact.c.business, fact.c.body).where(fact.c.kind == "customer-recorded"))
    said = ((business, json.loads(body)["customer"]) for business, body in rows)
    return {(business, each["id"], each["payer"]) for business, each in said if each.get("payer")}
