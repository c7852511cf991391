"""A book of old receivables: imported, held, shown, and let go a few customers a day."""

from __future__ import annotations

import json
from datetime import UTC, datetime
from pathlib import Path

import pytest

from tests.worker.cli.conftest import Run
from tests.worker.cli.scene import office
from worker.ledger.views import holds
from worker.plans import going_live
from worker.plans.files import read
from worker.plans.going_live import GoLive, apply
from worker.plans.notes import calendar_of
from worker.workspace import load

CUSTOMERS = "id,name,country,language,kind,contacts.billing.email,contacts.registered-office.postal\n" + "".join(
    f"C-{n},Client {n},FR,fr,business,c{n}@client.example,Client {n}|3 place du Marché|38000 Grenoble|FR\n"
    for n in range(1, 5)
)
INVOICES = "customer,number,issued,due,amount,currency\n" + "".join(
    f"C-{n},F-{n},2026-0{n}-05,2026-0{n + 1}-0{n},500.00,EUR\n" for n in range(1, 5)
)


@pytest.fixture
def old(folder: Path, run: Run) -> Path:
    """Monday 7 December 2026, after the import of four invoices due from February to May."""
    with office(folder) as found:
        found.adopt()
        with found.ledger.begin() as tx:
            tx.set_clock(datetime(2026, 12, 7, 6, tzinfo=UTC))
    (folder / "customers-old.csv").write_text(CUSTOMERS, "utf-8")
    (folder / "invoices-old.csv").write_text(INVOICES, "utf-8")
    assert run("import", "customers", folder / "customers-old.csv").exit_code == 0
    imported = run("import", "invoices", folder / "invoices-old.csv")
    assert imported.exit_code == 0, imported.output
    assert "relance plan --go-live" in imported.output
    assert run("bank", "confirm", "2026-12-06").exit_code == 0
    return folder


def leaving(run: Run) -> list[str]:
    return sorted(each["customer"] for each in json.loads(run("today", "--format", "json").stdout)["leaving"])


def saved(run: Run, folder: Path, days: int) -> Path:
    made = run("plan", "--go-live", "--days", days, "-o", folder / "start.json")
    assert made.exit_code == 0, made.output
    return folder / "start.json"


def test_nothing_leaves_before_the_plan_is_applied(old: Path, run: Run) -> None:
    assert leaving(run) == []
    file = saved(run, old, 1)
    assert leaving(run) == []
    assert run("apply", file).exit_code == 0
    assert leaving(run) == ["C-1", "C-2", "C-3", "C-4"]


def test_the_plan_shows_the_volume_the_oldest_and_the_first_messages(old: Path, run: Run) -> None:
    shown = json.loads(run("plan", "--go-live", "--days", "2", "--format", "json").stdout)
    assert shown["oldest"] == {
        "number": "F-1",
        "customer": "C-1",
        "due": "2026-02-01",
        "days": 309,  # from 1 February to 7 December
        "balance": "500.00 EUR",
    }
    assert shown["starts"] == {"C-1": "2026-12-07", "C-2": "2026-12-07", "C-3": "2026-12-08", "C-4": "2026-12-08"}
    first = [(each["day"], each["step"], each["messages"]) for each in shown["volume"][:2]]
    assert first == [("2026-12-07", "reminder-1", 2), ("2026-12-08", "reminder-1", 2)]
    assert [each["number"] for each in shown["first"][:4]] == ["F-1", "F-2", "F-3", "F-4"]
    text = run("plan", "--go-live").output
    assert "The oldest: F-1 of C-1, 500.00 EUR, due 2026-02-01, 309 days ago" in text


def test_the_first_letters_show_though_they_need_an_approval(old: Path, run: Run) -> None:
    shown = json.loads(run("plan", "--go-live", "--format", "json").stdout)
    assert shown["letters"][0]["step"] == "formal-notice"
    first = shown["asks"][0]
    assert (first["customer"], first["step"], first["who"]) == ("C-1", "formal-notice", "credit-controller")
    assert first["on"] < shown["letters"][0]["on"] <= shown["until"]
    assert sum(each["approvals"] for each in shown["volume"]) == 4
    assert "approvals asked" in run("plan", "--go-live").output


def test_the_first_customers_begin_on_a_working_day(old: Path, run: Run) -> None:
    with office(old) as found, found.ledger.begin() as tx:
        tx.set_clock(datetime(2026, 12, 12, 6, tzinfo=UTC))  # a Saturday
    shown = json.loads(run("plan", "--go-live", "--format", "json").stdout)
    assert set(shown["starts"].values()) == {"2026-12-14"}


def test_the_calendar_is_that_of_the_policy_that_most_have(old: Path, run: Run) -> None:
    calendars = old / "calendars"
    calendars.mkdir()
    always = "format: relance/v1\nkind: calendar\nid: all-days\ntime_zone: Europe/Paris\n"
    week = "working_days: [mon, tue, wed, thu, fri, sat, sun]\ncomplete_until: 2029-12-31\n"
    (calendars / "all-days.yaml").write_text(always + week, "utf-8")
    rules = load(old).rulebook
    assert next(iter(rules.calendars)) == "all-days"
    assert calendar_of(rules).id == "fr-paris"


def test_customers_begin_on_their_days(old: Path, run: Run) -> None:
    assert run("apply", saved(run, old, 2)).exit_code == 0
    assert leaving(run) == ["C-1", "C-2"]
    with office(old) as found, found.ledger.read() as tx:
        active = {(hold.subject, str(hold.until)) for hold in holds(tx)}
    assert active == {("C-3", "2026-12-07"), ("C-4", "2026-12-07")}


def test_a_killed_start_has_let_nothing_go_and_is_finished_by_the_next(
    old: Path, run: Run, monkeypatch: pytest.MonkeyPatch
) -> None:
    plan, name = read(saved(run, old, 4), GoLive)
    monkeypatch.setattr(going_live, "AT_ONCE", 1)

    class Killed(BaseException):
        pass

    def die(done: int, _of: int) -> None:
        if done == 2:
            raise Killed

    with office(old) as found, pytest.raises(Killed):
        apply(found.ledger, plan, name, "anne", die)
    assert leaving(run) == []
    with office(old) as found:
        assert apply(found.ledger, plan, name, "anne").bound == 2  # of three, one was held before
    assert leaving(run) == ["C-1"]


def test_a_start_is_refused_once_something_was_recorded(old: Path, run: Run) -> None:
    file = saved(run, old, 1)
    paid = ("--amount", "500.00 EUR", "--reference", "V", "--invoices", "F-1", "--on", "2026-12-06")
    assert run("record", "payment", *paid).exit_code == 0
    refused = run("apply", file)
    assert (refused.exit_code, "something was recorded since" in refused.stderr) == (4, True)
    assert f"relance plan --go-live --days 1 -o {file}\n" in refused.stderr
    assert leaving(run) == []


def test_there_is_nothing_to_start_where_nothing_is_held(shop: Path, run: Run) -> None:
    refused = run("plan", "--go-live")
    assert (refused.exit_code, "there is nothing to start" in refused.stderr) == (1, True)


def test_invoices_that_are_not_due_hold_nothing(folder: Path, run: Run) -> None:
    with office(folder) as found:
        found.adopt()
        with found.ledger.begin() as tx:
            tx.set_clock(datetime(2026, 1, 6, 6, tzinfo=UTC))
    (folder / "c.csv").write_text(CUSTOMERS, "utf-8")
    (folder / "i.csv").write_text("\n".join(INVOICES.splitlines()[:2]) + "\n", "utf-8")
    run("import", "customers", folder / "c.csv")
    assert "go-live" not in run("import", "invoices", folder / "i.csv").output
