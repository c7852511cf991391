"""What Temporal UI shows of a case, from facts alone: what it is found by, and the page of Markdown."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import replace
from datetime import date, timedelta
from pathlib import Path

import pytest

from rules import facts as f
from rules.decide import decide
from rules.decision import NextStep
from rules.money import Money
from tests.world import PARIS, World, euros, instant, world
from worker import details, overview

NOTICES = """\
steps:
  - id: reminder
    level: reminder
    at: due+3d
    do: [email: {template: reminder-1, to: billing}]
  - id: notice
    level: notice
    at: due+20d
    requires: [reminder]
    approval: credit-controller
    do: [letter: {template: formal-notice, to: billing, registered: paper}]
"""
TODAY = date(2040, 2, 28)


def shown(made: World, contract: str = "M-1") -> tuple[dict[str, object], str]:
    """The attributes and the page, once everything due until then has been done."""
    with made.office.ledger.begin() as tx:
        while True:
            now = tx.now()
            decision = decide(tx.rulebooks_of(tx.account("C-1")), tx.snapshot("C-1", now), now)
            tx.record("C-1", decision.facts)
            for act in decision.acts[:1]:
                tx.claim("C-1", act, now, "test")
                tx.end_claim("C-1", act, now, "sent")
            if decision.acts:
                continue
            wake = min((at for at in decision.wake.values() if at is not None), default=None)
            if wake is None or wake > instant(str(TODAY), "16:00"):
                break
            tx.set_clock(wake)
        account = tx.account("C-1")
        found = details.attributes(contract, account, decision, TODAY)
        return dict(found), overview.markdown(
            contract, account, decision, instant(str(TODAY), "16:00").astimezone(PARIS)
        )


@pytest.fixture
def owing(tmp_path: Path) -> Iterator[World]:
    with world(tmp_path, instant("2040-01-09"), steps=NOTICES) as made:
        made.step_to(instant("2040-01-09"))
        made.customer("C-1")
        made.open_account("M-1", "C-1")
        made.invoice("F-1", "M-1", 1200, issued="2040-01-09", due="2040-02-08")
        yield made


def test_an_approval_wins_over_every_other_wait(owing: World) -> None:
    owing.invoice(
        "F-2", "M-1", 300, issued="2040-01-09", due="2040-04-02"
    )  # again, bank-data, held ... may wait beside
    owing.invoice("F-3", "M-1", 300, issued="2040-01-09", due="2040-02-20")
    owing.record("C-1", f.HoldPlaced(owing.now, f.Hold("D-1", "dispute", "receivable", "F-3", date(2040, 1, 9))))
    found, page = shown(owing)
    assert found["RelanceWaiting"] == "approval"
    assert "- approval: notice of F-1 for 1200.00 EUR, asked of credit-controller on 28 Feb 2040" in page
    assert "- on hold: dispute on F-3 since 9 Jan 2040, until somebody ends it" in page


@pytest.mark.parametrize(
    ("waits", "first"),
    [
        (("again", "approval", "held"), "approval"),
        (("bank-data", "review"), "review"),
        (("gap", "unknown-outcome"), "unknown-outcome"),
        (("planned", "gap"), "gap"),
    ],
)
def test_what_only_a_person_ends_is_shown_first(waits: tuple[str, ...], first: str) -> None:
    assert min(waits, key=details._pressing) == first


def test_a_promise_says_its_day_and_nobodys_words(owing: World) -> None:
    hold = f.Hold("P-1", "promise", "receivable", "F-1", TODAY - timedelta(days=9), reason="Anne", promised=TODAY)
    owing.record("C-1", f.HoldPlaced(owing.now, hold))
    _, page = shown(owing)
    assert "- promise: F-1, to be paid by 28 Feb 2040" in page
    assert "Anne" not in page


def test_a_debit_under_way_says_how_much_and_when_and_is_no_contact(tmp_path: Path) -> None:
    steps = "steps:\n  - {id: collect, level: courtesy, at: due-7d, do: [debit: {mandate: sepa}]}\n"
    with world(tmp_path, instant("2040-01-09"), steps=steps) as made:
        made.step_to(instant("2040-01-09"))
        made.customer("C-1", payment_method="debit")
        made.open_account("M-1", "C-1", mandate="RUM-1", signed="2039-01-05")
        made.invoice("F-1", "M-1", 1200, issued="2040-01-09", due="2040-03-02")
        _, page = shown(made)
    assert "- debit: 1200.00 EUR of F-1, collected on 2 Mar 2040 and not heard of yet" in page
    assert "last contact" not in page


def test_a_case_is_found_by_its_contract_and_the_oldest_twenty_invoices(owing: World) -> None:
    for n in range(30, 1, -1):
        owing.invoice(f"G-{n}", "M-1", 10, issued="2040-01-09", due=f"2040-03-{n:02}")
    found, page = shown(owing)
    assert found["RelanceContract"] == "M-1"
    assert found["RelanceInvoices"] == ["F-1", *(f"G-{n}" for n in range(2, 21))]
    assert page.count("\n| G-") == overview.SHOWN - 1
    assert "and 22 more" in page


def test_many_holds_are_counted(owing: World) -> None:
    for n in range(2, 8):
        owing.invoice(f"F-{n}", "M-1", 10, issued="2040-01-09", due="2040-03-20")
        hold = f.Hold(f"D-{n}", "dispute", "receivable", f"F-{n}", date(2040, 1, 9), part=euros(5))
        owing.record("C-1", f.HoldPlaced(owing.now, hold))
    _, page = shown(owing)
    assert page.count("- on hold: dispute of 5.00 EUR on F-") == overview.FEW
    assert "- and 3 more like it" in page


def test_what_is_planned_is_told_with_its_day_and_why_it_moved(owing: World) -> None:
    with owing.office.ledger.read() as tx:  # F-1 is due on Wednesday 8 February, three days before a Saturday
        decision = decide(tx.rulebooks_of(tx.account("C-1")), tx.snapshot("C-1", tx.now()), tx.now())
        page = overview.markdown("M-1", tx.account("C-1"), decision, tx.now().astimezone(PARIS))
    assert "**M-1 · nothing sent yet · 1200.00 EUR open, nothing overdue**" in page
    assert "- next: reminder of F-1 on 13 Feb 2040: planned for 11 Feb 2040, moved to the next slot" in page
    assert page.endswith("\n- F-1: 1200.00 EUR, due 8 Feb 2040")  # it is the only one: no table repeats the rest


def test_a_ladder_that_was_stopped_is_told_to_be(owing: World) -> None:
    shown(owing)  # which enrols it
    owing.record("C-1", f.Stopped(owing.now, "F-1", 1, "refused", TODAY))
    _, page = shown(owing)
    assert page.endswith("\n- F-1: 1200.00 EUR, due 8 Feb 2040, stopped: refused")


def test_a_day_that_begins_at_midnight_in_paris_is_that_day(owing: World) -> None:
    with owing.office.ledger.read() as tx:
        decision = decide(tx.rulebooks_of(tx.account("C-1")), tx.snapshot("C-1", tx.now()), tx.now())
        midnight = NextStep("reminder", "reminder", instant("2040-02-11", "00:00"), "planned")
        moved = replace(decision, next_steps={"F-1": midnight})
        page = overview.markdown("M-1", tx.account("C-1"), moved, tx.now().astimezone(PARIS))
    assert "- next: reminder of F-1 on 11 Feb 2040: " in page


def test_two_currencies_are_two_sums(owing: World) -> None:
    owing.record(
        "C-1",
        f.Issued(
            owing.now, "X", "M-1", "X-1", date(2040, 1, 9), date(2040, 2, 20), Money(5000, "USD"), delivered=TODAY
        ),
    )
    _, page = shown(owing)
    assert "1200.00 EUR and 50.00 USD overdue, the oldest since 8 Feb 2040: 20 days on 28 Feb 2040" in page


def test_nothing_open_is_said_in_one_line(owing: World) -> None:
    owing.paid("F-1", 1200, on="2040-01-10")
    found, page = shown(owing)
    assert page == "**M-1**: nothing is open."
    assert "RelanceInvoices" not in found
