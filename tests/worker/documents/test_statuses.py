"""What platforms say of electronic invoices holds dunning, or lets it go on."""

from __future__ import annotations

from pathlib import Path

import pytest

from tests.worker.cli.scene import office, populate, say
from worker.record import Refused


@pytest.fixture
def folder(tmp_path: Path) -> Path:
    from click.testing import CliRunner

    from worker.cli.app import relance

    made = tmp_path / "acme"
    assert CliRunner().invoke(relance, ["new", "workspace", str(made)]).exit_code == 0
    populate(made)
    return made


def told(folder: Path, *codes: str) -> tuple[str | None, str | None, list[tuple[str, str | None]]]:
    """(portal status, approval, [(kind of hold, how it ended)]) of F-1 after these statuses."""
    for n, code in enumerate(codes):
        say(folder, "e-invoice", key=f"k{n}", invoice="F-1", status=code, on="2026-12-05")
    with office(folder) as found, found.ledger.read() as tx:
        account = tx.account("C-1")
    item = account.receivables["R-F-1"]
    return item.portal_status, item.approval, [(s.hold.kind, s.outcome) for s in account.holds.values()]


@pytest.mark.parametrize(
    ("codes", "expected"),
    [
        (["200"], ("deposited", None, [])),
        (["205"], ("approved", "approved", [])),
        (["207"], ("disputed", None, [("dispute", None)])),
        (["208"], ("suspended", None, [("reply", None)])),
        (["210"], ("refused", None, [("invoice-refused", None)])),
        (["211"], ("payment-sent", None, [("payment-pending", None)])),
        (["212"], ("cashed", None, [])),
        (["213"], ("rejected", None, [("invoice-refused", None)])),
        (["207", "205"], ("approved", "approved", [("dispute", "unfounded")])),
        (["208", "205"], ("approved", "approved", [("reply", "read")])),
        (["210", "205"], ("approved", "approved", [("invoice-refused", "released")])),
        (["211", "212"], ("cashed", None, [("payment-pending", "settled")])),
        (["207", "207"], ("disputed", None, [("dispute", None)])),
    ],
)
def test_each_status_holds_or_lets_go(folder, codes, expected):
    assert told(folder, *codes) == expected


def test_a_status_does_not_end_what_a_person_placed(folder):
    say(folder, "dispute", key="mine", invoice="F-1", reason="wrong quantity")
    assert told(folder, "205")[2] == [("dispute", None)]


def test_cashed_is_no_payment(folder):
    told(folder, "212")
    with office(folder) as found, found.ledger.read() as tx:
        assert tx.account("C-1").receivables["R-F-1"].open


def test_a_status_before_the_invoice_is_refused(folder):
    with pytest.raises(Refused, match="before the invoice was issued"):
        say(folder, "e-invoice", invoice="F-1", status="200", on="2026-12-01")
