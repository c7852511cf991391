"""The first tables."""

from __future__ import annotations

import sqlalchemy as sa
from alembic import op

revision = "0001"
down_revision = None
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
    """Adds what is new."""
    op.create_table(
        "allocation",
        sa.Column("business", sa.String(), nullable=False),
        sa.Column("payment", sa.String(), nullable=False),
        sa.Column("part", sa.Integer(), nullable=False),
        sa.Column("customer", sa.String(), nullable=False),
        sa.Column("receivable", sa.String(), nullable=True),
        sa.Column("minor", sa.BigInteger(), nullable=False),
        sa.Column("currency", sa.String(length=3), nullable=False),
        sa.Column("dated", sa.String(), nullable=False),
        sa.Column("credit", sa.Boolean(), nullable=False),
        sa.Column("reversed", sa.Boolean(), nullable=False),
        sa.PrimaryKeyConstraint("business", "payment", "part"),
    )
    op.create_table(
        "approval",
        sa.Column("business", sa.String(), nullable=False),
        sa.Column("receivable", sa.String(), nullable=False),
        sa.Column("customer", sa.String(), nullable=False),
        sa.Column("step", sa.String(), nullable=False),
        sa.Column("who", sa.String(), nullable=False),
        sa.Column("amount", sa.BigInteger(), nullable=False),
        sa.Column("currency", sa.String(length=3), nullable=False),
        sa.Column("asked", sa.String(), nullable=False),
        sa.Column("state", sa.String(), nullable=False),
        sa.PrimaryKeyConstraint("business", "receivable"),
    )
    op.create_table(
        "bill",
        sa.Column("business", sa.String(), nullable=False),
        sa.Column("receivable", sa.String(), nullable=False),
        sa.Column("body", sa.Text(), nullable=False),
        sa.PrimaryKeyConstraint("business", "receivable"),
    )
    op.create_table(
        "business",
        sa.Column("id", sa.String(), nullable=False),
        sa.Column("clock", sa.String(), nullable=True),
        sa.Column("rulebook", sa.String(), nullable=True),
        sa.Column("last_fact", sa.BigInteger(), server_default="0", nullable=False),
        sa.PrimaryKeyConstraint("id"),
    )
    op.create_table(
        "claim",
        sa.Column("business", sa.String(), nullable=False),
        sa.Column("key", sa.String(), nullable=False),
        sa.Column("customer", sa.String(), nullable=False),
        sa.Column("contract", sa.String(), nullable=False),
        sa.Column("receivable", sa.String(), nullable=False),
        sa.Column("step", sa.String(), nullable=False),
        sa.Column("channel", sa.String(), nullable=False),
        sa.Column("template", sa.String(), nullable=False),
        sa.Column("state", sa.String(), nullable=False),
        sa.Column("day", sa.String(), nullable=False),
        sa.Column("changed_at", sa.String(), nullable=False),
        sa.Column("worker", sa.String(), nullable=False),
        sa.Column("reference", sa.String(), nullable=False),
        sa.Column("reason", sa.Text(), nullable=False),
        sa.PrimaryKeyConstraint("business", "key"),
    )
    op.create_index("claim_by_state", "claim", ["business", "state"], unique=False)
    op.create_table(
        "contact",
        sa.Column("business", sa.String(), nullable=False),
        sa.Column("day", sa.String(), nullable=False),
        sa.Column("customer", sa.String(), nullable=False),
        sa.PrimaryKeyConstraint("business", "day", "customer"),
    )
    op.create_table(
        "contract",
        sa.Column("business", sa.String(), nullable=False),
        sa.Column("id", sa.String(), nullable=False),
        sa.Column("customer", sa.String(), nullable=False),
        sa.Column("kind", sa.String(), nullable=False),
        sa.Column("rulebook", sa.String(), nullable=False),
        sa.Column("next_wake", sa.String(), nullable=True),
        sa.Column("seen_fact", sa.BigInteger(), server_default="0", nullable=False),
        sa.Column("seen_shared", sa.BigInteger(), nullable=True),
        sa.Column("ended", sa.Boolean(), server_default=sa.false(), nullable=False),
        sa.Column("run", sa.String(), nullable=True),
        sa.PrimaryKeyConstraint("business", "id"),
    )
    op.create_index("contract_by_wake", "contract", ["business", "next_wake"], unique=False)
    op.create_index("contract_of_customer", "contract", ["business", "customer"], unique=False)
    op.create_table(
        "customer",
        sa.Column("business", sa.String(), nullable=False),
        sa.Column("id", sa.String(), nullable=False),
        sa.Column("country", sa.String(), nullable=True),
        sa.Column("segment", sa.String(), nullable=True),
        sa.Column("iban", sa.String(), nullable=True),
        sa.Column("card", sa.Text(), nullable=True),
        sa.Column("last_fact", sa.BigInteger(), server_default="0", nullable=False),
        sa.Column("decision", sa.String(), nullable=True),
        sa.PrimaryKeyConstraint("business", "id"),
    )
    op.create_index("customer_by_iban", "customer", ["business", "iban"], unique=False)
    op.create_table(
        "decision",
        sa.Column("business", sa.String(), nullable=False),
        sa.Column("customer", sa.String(), nullable=False),
        sa.Column("at", sa.String(), nullable=False),
        sa.Column("digest", sa.String(), nullable=False),
        sa.Column("engine", sa.String(), nullable=False),
        sa.Column("seen_fact", sa.BigInteger(), nullable=False),
        sa.Column("body", sa.Text(), nullable=False),
        sa.PrimaryKeyConstraint("business", "customer", "at", "digest"),
    )
    op.create_table(
        "fact",
        sa.Column("seq", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), autoincrement=True, nullable=False),
        sa.Column("business", sa.String(), nullable=False),
        sa.Column("stream", sa.String(), nullable=False),
        sa.Column("position", sa.Integer(), nullable=False),
        sa.Column("key", sa.String(), nullable=False),
        sa.Column("kind", sa.String(), nullable=False),
        sa.Column("customer", sa.String(), nullable=True),
        sa.Column("contract", sa.String(), nullable=True),
        sa.Column("receivable", sa.String(), nullable=True),
        sa.Column("effective_at", sa.String(), nullable=False),
        sa.Column("recorded_at", sa.String(), nullable=False),
        sa.Column("body", sa.Text(), nullable=False),
        sa.Column("personal", sa.String(), nullable=True),
        sa.Column("digest", sa.String(), nullable=False),
        sa.PrimaryKeyConstraint("seq"),
        sa.UniqueConstraint("business", "key"),
        sa.UniqueConstraint("business", "stream", "position"),
        sqlite_autoincrement=True,
    )
    op.create_index("fact_of_customer", "fact", ["business", "customer", "seq"], unique=False)
    op.create_table(
        "head",
        sa.Column("business", sa.String(), nullable=False),
        sa.Column("stream", sa.String(), nullable=False),
        sa.Column("position", sa.Integer(), nullable=False),
        sa.Column("digest", sa.String(), nullable=False),
        sa.PrimaryKeyConstraint("business", "stream"),
    )
    op.create_table(
        "hold",
        sa.Column("business", sa.String(), nullable=False),
        sa.Column("id", sa.String(), nullable=False),
        sa.Column("customer", sa.String(), nullable=True),
        sa.Column("kind", sa.String(), nullable=False),
        sa.Column("scope", sa.String(), nullable=False),
        sa.Column("subject", sa.String(), nullable=False),
        sa.Column("start", sa.String(), nullable=False),
        sa.Column("until", sa.String(), nullable=True),
        sa.Column("ended", sa.String(), nullable=True),
        sa.Column("outcome", sa.String(), nullable=True),
        sa.Column("reason", sa.Text(), nullable=False),
        sa.PrimaryKeyConstraint("business", "id"),
    )
    op.create_table(
        "number",
        sa.Column("business", sa.String(), nullable=False),
        sa.Column("year", sa.Integer(), nullable=False),
        sa.Column("last", sa.Integer(), server_default="0", nullable=False),
        sa.PrimaryKeyConstraint("business", "year"),
    )
    op.create_table(
        "personal",
        sa.Column("fact", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), autoincrement=False, nullable=False),
        sa.Column("salt", sa.LargeBinary(), nullable=True),
        sa.Column("body", sa.Text(), nullable=True),
        sa.PrimaryKeyConstraint("fact"),
    )
    op.create_table(
        "receivable",
        sa.Column("business", sa.String(), nullable=False),
        sa.Column("id", sa.String(), nullable=False),
        sa.Column("customer", sa.String(), nullable=False),
        sa.Column("contract", sa.String(), nullable=False),
        sa.Column("number", sa.String(), nullable=False),
        sa.Column("issued", sa.String(), nullable=False),
        sa.Column("due", sa.String(), nullable=True),
        sa.Column("amount", sa.BigInteger(), nullable=False),
        sa.Column("balance", sa.BigInteger(), nullable=False),
        sa.Column("currency", sa.String(length=3), nullable=False),
        sa.Column("policy", sa.String(), nullable=True),
        sa.Column("step", sa.String(), nullable=True),
        sa.Column("level", sa.String(), nullable=True),
        sa.Column("stopped", sa.String(), nullable=True),
        sa.PrimaryKeyConstraint("business", "id"),
        sa.UniqueConstraint("business", "number"),
    )
    op.create_index("receivable_of_customer", "receivable", ["business", "customer"], unique=False)
    op.create_index("receivable_open", "receivable", ["business", "balance"], unique=False)
    op.create_table(
        "review",
        sa.Column("business", sa.String(), nullable=False),
        sa.Column("id", sa.String(), nullable=False),
        sa.Column("customer", sa.String(), nullable=True),
        sa.Column("scope", sa.String(), nullable=False),
        sa.Column("subject", sa.String(), nullable=False),
        sa.Column("why", sa.Text(), nullable=False),
        sa.Column("asked", sa.String(), nullable=False),
        sa.Column("step", sa.String(), nullable=True),
        sa.Column("answer", sa.String(), nullable=True),
        sa.PrimaryKeyConstraint("business", "id"),
    )
    op.create_table(
        "rulebook",
        sa.Column("business", sa.String(), nullable=False),
        sa.Column("digest", sa.String(), nullable=False),
        sa.Column("recorded_at", sa.String(), nullable=False),
        sa.PrimaryKeyConstraint("business", "digest"),
    )
    op.create_table(
        "task",
        sa.Column("business", sa.String(), nullable=False),
        sa.Column("id", sa.String(), nullable=False),
        sa.Column("customer", sa.String(), nullable=True),
        sa.Column("queue", sa.String(), nullable=False),
        sa.Column("title", sa.Text(), nullable=False),
        sa.Column("scope", sa.String(), nullable=False),
        sa.Column("subject", sa.String(), nullable=False),
        sa.Column("receivable", sa.String(), nullable=True),
        sa.Column("step", sa.String(), nullable=True),
        sa.Column("opened", sa.String(), nullable=False),
        sa.Column("due", sa.String(), nullable=True),
        sa.Column("done", sa.Boolean(), nullable=False),
        sa.PrimaryKeyConstraint("business", "id"),
    )
    op.create_table(
        "rulebook_file",
        sa.Column("business", sa.String(), nullable=False),
        sa.Column("digest", sa.String(), nullable=False),
        sa.Column("path", sa.String(), nullable=False),
        sa.Column("content", sa.LargeBinary(), nullable=False),
        sa.ForeignKeyConstraint(
            ["business", "digest"],
            ["rulebook.business", "rulebook.digest"],
        ),
        sa.PrimaryKeyConstraint("business", "digest", "path"),
    )
    for table in ("fact", "rulebook_file"):
        _only_grows(table)
