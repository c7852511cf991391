"""A ledger of its own for every test, on SQLite and, with the marker `postgres`, on PostgreSQL."""

from __future__ import annotations

import os
import shutil
from collections.abc import Iterator
from pathlib import Path
from secrets import token_hex

import pytest
from sqlalchemy import create_engine, make_url, text

from tests.worker.ledger.books import opened
from worker.ledger.ledger import Ledger
from worker.ledger.migrations import migrate

POSTGRES = os.getenv("RELANCE_TEST_POSTGRES")


def _administer(*statements: str) -> None:
    engine = create_engine(str(POSTGRES), isolation_level="AUTOCOMMIT")
    with engine.connect() as connection:
        for statement in statements:
            connection.execute(text(statement))
    engine.dispose()


def _url_of(database: str) -> str:
    return make_url(str(POSTGRES)).set(database=database).render_as_string(hide_password=False)


@pytest.fixture(scope="session")
def migrated_file(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """An SQLite file with the tables and nothing else."""
    file = tmp_path_factory.mktemp("ledger") / "template.db"
    migrate(f"sqlite:///{file}")
    return file


@pytest.fixture(scope="session")
def migrated_database() -> Iterator[str]:
    """The name of a PostgreSQL database with the tables and nothing else."""
    name = f"template_{token_hex(8)}"
    _administer(f"CREATE DATABASE {name}")
    migrate(_url_of(name))
    yield name
    _administer(f"DROP DATABASE {name}")


@pytest.fixture(params=["sqlite", pytest.param("postgres", marks=pytest.mark.postgres)])
def backend(request: pytest.FixtureRequest) -> str:
    """Which database the test runs on."""
    if request.param == "postgres" and POSTGRES is None:
        pytest.skip("RELANCE_TEST_POSTGRES names no server: make postgres")
    name: str = request.param
    return name


@pytest.fixture
def empty(backend: str, tmp_path: Path) -> Iterator[str]:
    """The URL of a database without tables."""
    if backend == "sqlite":
        yield f"sqlite:///{tmp_path / 'empty.db'}"
        return
    name = f"test_{token_hex(8)}"
    _administer(f"CREATE DATABASE {name}")
    yield _url_of(name)
    _administer(f"DROP DATABASE {name}")


@pytest.fixture
def url(backend: str, tmp_path: Path, request: pytest.FixtureRequest) -> Iterator[str]:
    """The URL of a database with empty tables."""
    if backend == "sqlite":
        file = tmp_path / "relance.db"
        shutil.copy(request.getfixturevalue("migrated_file"), file)
        yield f"sqlite:///{file}"
        return
    name = f"test_{token_hex(8)}"
    _administer(f"CREATE DATABASE {name} TEMPLATE {request.getfixturevalue('migrated_database')}")
    yield _url_of(name)
    _administer(f"DROP DATABASE {name}")


@pytest.fixture
def ledger(url: str) -> Iterator[Ledger]:
    """A ledger in which nothing is recorded."""
    with opened(url) as ledger:
        yield ledger
