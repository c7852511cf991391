"""The tables' history (alembic); `migrate` brings a database up to date."""

from __future__ import annotations

from importlib.resources import as_file, files

from alembic import command
from alembic.config import Config
from sqlalchemy import Connection, func, select

from worker.ledger.database import connect

_LOCK = 0x52454C  # any number that is ours


def migrate(url: str) -> None:
    """Creates the tables, or brings them up to date, one process at a time; a second run changes nothing."""
    engine = connect(url)
    with engine.begin() as connection:
        if connection.dialect.name == "postgresql":
            connection.execute(select(func.pg_advisory_xact_lock(_LOCK)))
        run("upgrade", connection)
    engine.dispose()


def run(what: str, connection: Connection) -> None:
    """`upgrade` to the newest version, or `check` that tables.py asks for nothing more."""
    with as_file(files(__name__)) as folder:
        config = Config()
        config.set_main_option("script_location", str(folder).replace("%", "%%"))
        config.attributes["connection"] = connection
        if what == "upgrade":
            command.upgrade(config, "head")
        else:
            command.check(config)
