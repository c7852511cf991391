"""The tables' history (alembic); `migrate` brings a database up to date."""

from __future__ import annotations

from importlib.resources import as_file, files

from sqlalchemy import Connection, column, func, inspect, select, table

from worker.ledger.database import connect

_LOCK = 0x52454C  # any number that is ours


class Newer(Exception):
    """The tables are those of a Relance newer than this one."""


def migrate(url: str) -> None:
    """Creates the tables, or brings them up to date, one process at a time; a second run changes nothing.

    Raises Newer.
    """
    engine = connect(url)
    with engine.begin() as connection:
        version, known = _version(connection), known_versions()
        if version is not None and version not in known:
            raise Newer(f"the tables have version {version}, and this Relance knows {known[-1]}")
        if version != known[-1]:
            if connection.dialect.name == "postgresql":
                connection.execute(select(func.pg_advisory_xact_lock(_LOCK)))
            run("upgrade", connection)
    engine.dispose()


def _version(connection: Connection) -> str | None:
    """The version that the tables have; None where there are none."""
    if not inspect(connection).has_table("alembic_version"):
        return None
    return connection.scalar(select(column("version_num")).select_from(table("alembic_version")))


def known_versions() -> list[str]:
    """Those that this program knows, by the names of their files, the newest last."""
    found = files(__name__).joinpath("versions").iterdir()
    return sorted(file.name[:4] for file in found if file.name[:4].isdigit())


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
