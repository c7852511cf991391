"""A shelf with one customer, one contract and one invoice, and a folder to write files in."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from pathlib import Path

import pytest

from tests.worker.imports.desk import Desk, opened
from tests.worker.imports.shelf import Shelf
from tests.worker.ledger.conftest import backend, migrated_database, migrated_file, url

__all__ = ["backend", "migrated_database", "migrated_file", "url"]

Write = Callable[..., Path]


@pytest.fixture
def write(tmp_path: Path) -> Write:
    def _write(name: str, content: str | bytes, encoding: str = "utf-8") -> Path:
        path = tmp_path / name
        path.write_bytes(content if isinstance(content, bytes) else content.encode(encoding))
        return path

    return _write


CUSTOMERS = """\
id,name,country,kind,language,segment,iban,\
contacts.billing.email,contacts.billing.phone,contacts.registered-office.postal
C-104,Boulangerie Durand,FR,business,fr,small,FR7630006000011234567890189,\
compta@durand.example,06 39 98 12 34,3 rue des Lilas|69003 Lyon
C-105,Menuiserie Petit,FR,business,fr,,,compta@petit.example,,
"""
CONTRACTS = """\
contract,customer,kind,every,day,start,billed_through,terms.net,terms.end_of_month,lines.1.text,lines.1.amount,lines.1.vat
M-2031,C-104,recurring,1m,31,2025-03-01,2026-12-31,30d,after,Maintenance,1260.00 EUR,20%
"""
INVOICES = """\
number,contract,customer,issued,due,amount,balance
F-1,M-2031,,2026-11-01,2026-12-31,1512.00 EUR,
F-2,,C-105,2026-12-01,2026-12-31,600.00 EUR,250.00
"""


@pytest.fixture
def shelf(write: Write) -> Shelf:
    shelf = Shelf()
    for kind, text in (("customers", CUSTOMERS), ("contracts", CONTRACTS), ("invoices", INVOICES)):
        checked, _ = shelf.take(kind, write(f"{kind}.csv", text))
        assert not checked.problems
    return shelf


@pytest.fixture
def desk(url: str, tmp_path: Path) -> Iterator[Desk]:
    """A ledger that knows the same customers, contract and invoices."""
    desk = opened(url, tmp_path)
    for kind, text in (("customers", CUSTOMERS), ("contracts", CONTRACTS), ("invoices", INVOICES)):
        assert desk.take(kind, text).recorded
    yield desk
    desk.ledger.close()
