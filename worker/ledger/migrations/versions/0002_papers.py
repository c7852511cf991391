"""What invoices and credit notes say, and their documents."""

from __future__ import annotations

import sqlalchemy as sa
from alembic import op

revision = "0002"
down_revision = "0001"
branch_labels = None
depends_on = None


def _only_grows(table: str) -> None:
    """Refuses, in the database itself, to change or delete a row."""
    if op.get_bind().dialect.name == "sqlite":
        for verb in ("UPDATE", "DELETE"):
            op.execute(
                f"CREATE TRIGGER {table}_no_{verb.lower()} BEFORE {verb} ON {table} "
                f"BEGIN SELECT RAISE(ABORT, '{table} only grows'); END"
            )
        return
    op.execute(
        f"CREATE FUNCTION {table}_only_grows() RETURNS trigger LANGUAGE plpgsql AS "
        f"$$ BEGIN RAISE EXCEPTION '{table} only grows'; END $$"
    )
    op.execute(
        f"CREATE TRIGGER {table}_only_grows BEFORE UPDATE OR DELETE OR TRUNCATE ON {table} "
        f"EXECUTE FUNCTION {table}_only_grows()"
    )


def upgrade() -> None:
    """Adds the tables of papers."""
    op.create_table(
        "paper",
        sa.Column("business", sa.String(), nullable=False),
        sa.Column("number", sa.String(), nullable=False),
        sa.Column("kind", sa.String(), nullable=False),
        sa.Column("customer", sa.String(), nullable=False),
        sa.Column("receivable", sa.String(), nullable=False),
        sa.Column("issued", sa.String(), nullable=False),
        sa.Column("amount", sa.BigInteger(), nullable=False),
        sa.Column("currency", sa.String(length=3), nullable=False),
        sa.Column("body", sa.Text(), nullable=False),
        sa.PrimaryKeyConstraint("business", "number"),
    )
    op.create_index("paper_of_receivable", "paper", ["business", "receivable"])
    op.create_index("paper_of_customer", "paper", ["business", "customer"])
    op.create_index("paper_by_day", "paper", ["business", "issued"])
    op.create_table(
        "document",
        sa.Column("business", sa.String(), nullable=False),
        sa.Column("number", sa.String(), nullable=False),
        sa.Column("media", sa.String(), nullable=False),
        sa.Column("digest", sa.String(), nullable=False),
        sa.Column("content", sa.LargeBinary(), nullable=False),
        sa.PrimaryKeyConstraint("business", "number", "media"),
    )
    op.create_index("document_by_digest", "document", ["business", "digest"])
    for table in ("paper", "document"):
        _only_grows(table)
