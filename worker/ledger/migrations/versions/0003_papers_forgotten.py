"""Papers may lose the names on them once the law lets them go, and only that; their digests stay."""

from __future__ import annotations

from hashlib import sha256

import sqlalchemy as sa
from alembic import op

revision = "0003"
down_revision = "0002"
branch_labels = None
depends_on = None

FIXED = {
    "paper": ("business", "number", "kind", "customer", "receivable", "issued", "amount", "currency", "digest"),
    "document": ("business", "number", "media", "digest"),
}


def _open(table: str) -> None:
    if op.get_bind().dialect.name == "sqlite":
        op.execute(f"DROP TRIGGER {table}_no_update")
        return
    op.execute(f"DROP TRIGGER {table}_only_grows ON {table}")


def _close(table: str) -> None:
    """A row may be marked as forgotten, once, with everything else but its content as it was."""
    same = " AND ".join(f"NEW.{name} = OLD.{name}" for name in FIXED[table])
    allowed = f"OLD.forgotten IS NULL AND NEW.forgotten IS NOT NULL AND {same}"
    if op.get_bind().dialect.name == "sqlite":
        op.execute(
            f"CREATE TRIGGER {table}_no_update BEFORE UPDATE ON {table} WHEN NOT ({allowed}) "
            f"BEGIN SELECT RAISE(ABORT, '{table} only grows'); END"
        )
        return
    op.execute(
        f"CREATE TRIGGER {table}_only_grows BEFORE DELETE OR TRUNCATE ON {table} EXECUTE FUNCTION {table}_only_grows()"
    )
    op.execute(
        f"CREATE TRIGGER {table}_only_forgets BEFORE UPDATE ON {table} FOR EACH ROW WHEN (NOT ({allowed})) "
        f"EXECUTE FUNCTION {table}_only_grows()"
    )


def upgrade() -> None:
    """Adds the mark, and the digest of what each paper says."""
    for table in FIXED:
        _open(table)
        op.add_column(table, sa.Column("forgotten", sa.String()))
    op.add_column("paper", sa.Column("digest", sa.String(), nullable=False, server_default=""))
    connection = op.get_bind()
    paper = sa.table("paper", *(sa.column(name) for name in ("business", "number", "body", "digest")))
    for business, number, body in connection.execute(sa.select(paper.c.business, paper.c.number, paper.c.body)).all():
        where = (paper.c.business == business, paper.c.number == number)
        connection.execute(paper.update().where(*where).values(digest=sha256(body.encode()).hexdigest()))
    for table in FIXED:
        _close(table)
