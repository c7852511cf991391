"""What the commands say of customers for whom another one pays, under a policy that writes to who pays."""

from __future__ import annotations

import json
from dataclasses import replace
from datetime import UTC, datetime
from pathlib import Path

import pytest

from rules import facts as f
from tests.worker.cli.conftest import Run
from tests.worker.cli.scene import CARD, REACHED, START, live, office, populate
from worker.ledger.people import Contact

PAYER = replace(CARD, name="Groupe Petit SA", contacts=(Contact("billing", "Zoé Petit", "zoe@group.example"),))


@pytest.fixture
def paid_for(folder: Path) -> Path:
    """The customers of scene.py, for whom C-9 pays."""
    policy = folder / "policies" / "reminders.yaml"
    policy.write_text(policy.read_text("utf-8").replace("by: customer, window", "by: payer, window"), "utf-8")
    populate(folder)
    with office(folder) as found, found.ledger.begin() as tx:
        payer = f.Customer("C-9", "FR", language="en", kind="business", reachable=REACHED)
        tx.record_customer(f.CustomerRecorded(START, payer), PAYER)
        for n, name in ((1, "C-1"), (2, "C-2")):
            person = replace(tx.account(name).customer, payer="C-9")
            tx.record_customer(
                f.CustomerRecorded(START.replace(minute=n), person), replace(CARD, name=f"Boulangerie {n}")
            )
    return folder


def test_each_customer_is_simulated_with_the_messages_that_speak_of_it(run: Run, paid_for: Path) -> None:
    for name in ("C-1", "C-2"):
        lines = json.loads(run("simulate", name, "--until", "2027-01-08", "--format", "json").stdout)
        assert [(each["at"], each["email"]) for each in lines if "email" in each] == [
            ("2026-12-30", "courtesy"),
            ("2027-01-07", "reminder-1"),
        ]
    lines = json.loads(
        run("simulate", "C-2", "--paid", "2027-01-05", "--until", "2027-01-08", "--format", "json").stdout
    )
    assert [(each["at"], each["paid"]) for each in lines if "paid" in each] == [("2027-01-05", "50.00 EUR")]


def test_the_message_is_in_the_language_of_who_pays_and_names_each_customer(run: Run, paid_for: Path) -> None:
    said = " ".join(
        json.loads(run("render", "courtesy", "--invoice", "F-9", "--format", "json").stdout)["text"].split()
    )
    assert "Invoice F-1 of 5 Dec 2026, Boulangerie 1," in said
    assert "Invoice F-9 of 5 Dec 2026, Boulangerie 2," in said


def test_what_left_says_to_whom(run: Run, paid_for: Path) -> None:
    live(paid_for, datetime(2027, 1, 8, 12, tzinfo=UTC))
    told = {number: run("explain", number).output for number in ("F-1", "F-9")}
    assert all("by e-mail, to C-9 who pays" in each for each in told.values())
    assert sorted("covered" in each for each in told.values()) == [False, True]
    assert "reminder-2" in run("case", "show", "F-9").output


def test_a_plan_shows_each_invoice_once(run: Run, paid_for: Path) -> None:
    policy = paid_for / "policies" / "reminders.yaml"
    policy.write_text(policy.read_text("utf-8").replace("at: due-5d", "at: due-6d"), "utf-8")
    told = run("plan", "--all").output
    assert [told.count(f" {number} ") for number in ("F-1", "F-2", "F-9")] == [1, 1, 1]


def test_a_customer_is_brought_to_its_payer_by_an_import(run: Run, paid_for: Path) -> None:
    file = paid_for / "people.csv"
    file.write_text("id,name,country,kind,payer\nC-5,New,FR,business,C-9\nC-6,Other,FR,business,\n", "utf-8")
    assert run("import", "customers", file).exit_code == 0
    with office(paid_for) as found, found.ledger.read() as tx:
        assert tx.fellows("C-5") == ("C-9", "C-1", "C-2", "C-5")
        assert tx.fellows("C-6") == ("C-6",)
