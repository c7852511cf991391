"""The tables' history (alembic); `migrate` brings a database up to date."""

from __future__ import annotations

from importlib.resources import as_file, files

from sqlalchemy import Connection, column, func, inspect, select, table

from worker.ledger.database import connect

_LOCK = 0x52454C  # any number that is ours


def migrate(url: str) -> None:
    """Creates the tables, or brings them up to date, one process at a time; a second run changes nothing."""
    engine = connect(url)
    with engine.begin() as connection:
        if _version(connection) != newest():
            if connection.dialect.name == "postgresql":
                connection.execute(select(func.pg_advisory_xact_lock(_LOCK)))
            run("upgrade", connection)
    engine.dispose()


def _version(connection: Connection) -> str | None:
    """The version that the tables have; None where there are none."""
    if not inspect(connection).has_table("alembic_version"):
        return None
    return connection.scalar(select(column("version_num")).select_from(table("alembic_version")))


def newest() -> str:
    """The version that this program has, by the names of its files."""
    return max(file.name for file in files(__name__).joinpath("versions").iterdir() if file.name[:4].isdigit())[:4]


def run(what: str, connection: Connection) -> None:
    """`upgrade` to the newest version, or `check` that tables.py asks for nothing more."""
    from alembic import command  # a command on tables that are up to date need not wait for it
    from alembic.config import Config

    with as_file(files(__name__)) as folder:
        config = Config()
        config.set_main_option("script_location", str(folder).replace("%", "%%"))
        config.attributes["connection"] = connection
        if what == "upgrade":
            command.upgrade(config, "head")
        else:
            command.check(config)
