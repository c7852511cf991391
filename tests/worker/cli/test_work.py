"""The day's work by the command line: what it prints, for people and for machines, and how it leaves."""

from __future__ import annotations

import json
import os
import signal
import sqlite3
import subprocess
import sys
from datetime import UTC, datetime
from pathlib import Path

import click
import pytest
from click.testing import CliRunner

from tests.worker.cli.conftest import Run, outside
from tests.worker.cli.scene import live, office, populate
from worker.cli.app import COMMANDS, relance

LATER = "Recorded; the case will go on when the worker is back.\n"
CUSTOMERS = "id,name,country,kind\nC-1,Petit,FR,business\nC-2,Durand,BE,business\n"


def commands(group: click.Command, path: tuple[str, ...] = ()) -> list[tuple[str, ...]]:
    if not isinstance(group, click.Group):
        return [path]
    with click.Context(group) as context:
        names = [name for name in group.list_commands(context) if name not in ("demo", "dev", "worker", "replay")]
        return [each for name in names for each in commands(group.get_command(context, name), (*path, name))]  # type: ignore[arg-type]


@pytest.mark.parametrize("path", commands(relance), ids=" ".join)
def test_every_command_has_help_with_an_example(path: tuple[str, ...]) -> None:
    shown = CliRunner().invoke(relance, [*path, "--help"])
    assert shown.exit_code == 0
    assert "Example" in shown.output
    assert f"relance {' '.join(path[:1])}" in shown.output


def test_help_loads_no_command() -> None:
    shown = CliRunner().invoke(relance, ["--help"])
    assert all(f"  {name} " in shown.output for name in COMMANDS)


# --- looking -----------------------------------------------------------------------------------------------------


def test_today_says_what_waits_for_a_person(run: Run, asked: Path) -> None:
    shown = run("today")
    assert shown.exit_code == 0
    assert shown.output.startswith("2027-02-03: the bank's data go to 2027-12-31; no case on hold.")
    assert "F-1      formal-notice  1200.00 EUR  C-1" in shown.output
    document = json.loads(run("today", "--format", "json").stdout)
    assert [(each["number"], each["amount"]) for each in document["approvals"]] == [
        ("F-1", "1200.00 EUR"),
        ("F-9", "50.00 EUR"),
    ]


def test_today_says_what_leaves(run: Run, shop: Path) -> None:
    live(shop, datetime(2027, 1, 6, 23, 30, tzinfo=UTC))  # Thursday 7 January in Paris: the day of the first reminder
    document = json.loads(run("today", "--format", "json").stdout)
    leaving = [(each["customer"], each["step"], each["about"], each["amount"]) for each in document["leaving"]]
    assert sorted(leaving) == [
        ("C-1", "reminder-1", ["F-1"], "1200.00 EUR"),
        ("C-2", "reminder-1", ["F-9"], "50.00 EUR"),
    ]
    assert "reminder-1" in run("today").output


def test_today_says_what_leaves_before_any_worker_has_judged_it(run: Run, shop: Path) -> None:
    with office(shop) as found, found.ledger.begin() as tx:
        tx.set_clock(datetime(2027, 1, 6, 23, 30, tzinfo=UTC))
    document = json.loads(run("today", "--format", "json").stdout)
    assert {each["customer"] for each in document["leaving"]} == {"C-1", "C-2"}


def test_cases_are_listed_by_their_state(run: Run, asked: Path) -> None:
    assert "K-1       C-1" in run("case", "list").output
    assert json.loads(run("case", "list", "--state", "held", "--format", "json").stdout) == []
    waiting = json.loads(run("case", "list", "--state", "waiting", "--format", "json").stdout)
    assert [(each["contract"], each["open"]) for each in waiting] == [("K-1", ["1500.00 EUR"]), ("K-2", ["50.00 EUR"])]


def test_a_case_shows_what_was_done_what_comes_and_why(run: Run, asked: Path) -> None:
    shown = run("case", "show", "K-1").output
    assert "  K-1  open-account, looks again on 2027-02-10 00:00\n" in shown
    assert "F-1  1200.00 EUR open of 1200.00 EUR, due 2027-01-04, 30 days overdue" in shown
    assert "  2027-01-14  reminder-2  sent     email" in shown
    assert "Next: formal-notice, " in shown
    assert "credit-controller was asked to approve on 2027-02-03" in shown
    assert "    formal-notice of F-1 comes first, until 2027-02-11" in shown


def test_a_case_as_a_document(run: Run, asked: Path) -> None:
    page = json.loads(run("case", "show", "F-1", "--format", "json").stdout)
    (invoice,) = page["invoices"]
    assert (page["customer"], page["at"], invoice["open"]) == ("C-1", "2027-02-03T12:00:00Z", "1200.00 EUR")
    assert [step["step"] for step in invoice["steps"]] == ["courtesy", "reminder-1", "reminder-2"]
    assert (invoice["next"]["step"], invoice["next"]["why"]) == ("formal-notice", "approval")


def test_looking_writes_nothing(run: Run, asked: Path) -> None:
    before = json.loads(run("case", "show", "C-1", "--format", "json").stdout)
    run("today")
    run("simulate", "C-1")
    assert json.loads(run("case", "show", "C-1", "--format", "json").stdout) == before


def test_nobody_of_that_name(run: Run, shop: Path) -> None:
    refused = run("case", "show", "C-7")
    assert (refused.exit_code, refused.stderr) == (1, "relance: there is no contract, customer or invoice C-7.\n")


def test_the_aged_balance_is_by_days_overdue(run: Run, asked: Path) -> None:
    document = json.loads(run("report", "aged", "--format", "json").stdout)
    first = document["customers"][0]
    assert (first["customer"], first["to_30"], first["total"]) == ("C-1", "1500.00 EUR", "1500.00 EUR")
    later = json.loads(run("report", "aged", "--at", "2027-02-10", "--format", "json").stdout)
    assert [later["totals"][0][name] for name in ("to_30", "to_60")] == ["300.00 EUR", "1250.00 EUR"]
    assert "in all" in run("report", "aged").output


# --- saying ------------------------------------------------------------------------------------------------------


def test_an_approval_says_the_amount_and_that_the_worker_is_away(run: Run, asked: Path) -> None:
    said = run("case", "approve", "F-1", "--by", "anne")
    assert (said.exit_code, said.output) == (0, "formal-notice of F-1 is approved, for 1200.00 EUR.\n" + LATER)


def test_what_temporals_client_was_loaded_for_is_printed_whole(asked: Path, tmp_path: Path) -> None:
    """Such a command leaves without tearing anything down, and must have flushed before."""
    environ = {"TEMPORAL_ADDRESS": "127.0.0.1:1"}
    said = outside("-w", asked, "case", "approve", "F-9", "--by", "anne", cwd=tmp_path, **environ)
    assert (said.returncode, said.stdout) == (0, "formal-notice of F-9 is approved, for 50.00 EUR.\n" + LATER)


def test_the_same_words_on_the_same_day_are_recorded_once(run: Run, shop: Path) -> None:
    payment = ("record", "payment", "--amount", "100.00 EUR", "--customer", "C-1")
    assert "is recorded: on F-1." in run(*payment).output
    assert "was recorded already." in run(*payment).output
    assert "is recorded: on F-1." in run(*payment, "--key", "second").output


def test_a_hold_is_added_listed_and_ended(run: Run, shop: Path) -> None:
    talks = ("--reason", "talks", "--until", "2026-12-20")
    added = json.loads(run("hold", "add", "--invoice", "F-1", *talks, "--format", "json").stdout)
    name = f"manual/{added['key']}"
    assert added["recorded"] == f"The manual hold on F-1 until 2026-12-20 is recorded, as hold {name}."
    assert (added["contracts"], added["woken"]) == (["K-1"], False)
    assert f"{name}  manual  invoice F-1  2026-12-05" in run("hold", "list").output
    assert run("hold", "end", name).exit_code == 0
    assert run("hold", "list").output == "no hold.\n"
    assert json.loads(run("hold", "list", "--all", "--format", "json").stdout)[0]["outcome"] == "released"


def test_a_dispute_ends_unfounded(run: Run, shop: Path) -> None:
    run("record", "dispute", "--invoice", "F-1", "--reason", "late delivery", "--key", "d")
    assert "has ended: unfounded." in run("hold", "end", "dispute/d", "--unfounded").output


def test_a_contract_stops_and_goes_on(run: Run, shop: Path) -> None:
    assert run("stop", "K-1", "--reason", "talks").exit_code == 0
    assert run("case", "list", "--state", "held").output.count("K-1") == 1
    assert run("resume", "K-1").output.startswith("What was stopped for K-1 goes on.")


@pytest.mark.parametrize(
    "arguments",
    [
        ("stop", "--reason", "x"),
        ("stop", "K-1", "--everything", "--reason", "x"),
        ("message", "resolve", "M-1"),
        ("record", "payment"),
        ("record", "payment", "--amount", "1.00 EUR", "--method", "gold"),
        ("case", "list", "--state", "asleep"),
        ("render", "formal-notice", "--channel", "letter"),
        ("simulate", "reminders", "--paid", "soon"),
        ("simulate", "C-1", "--amount", "5"),
        ("hold", "list", "--format", "xml"),
        ("bank", "confirm"),
        ("bank", "confirm", "2026-12-04", "--through", "2026-12-04"),
        ("simulate", "reminders", "--at", "2026-12-04"),
    ],
)
def test_wrong_use_leaves_with_2(run: Run, shop: Path, arguments: tuple[str, ...]) -> None:
    assert run(*arguments).exit_code == 2


@pytest.mark.parametrize(
    ("arguments", "said"),
    [
        (("case", "approve", "F-2"), "F-2 waits for no approval"),
        (("hold", "end", "manual/x"), "no hold 'manual/x' is known"),
        (("task", "done", "t"), "no task 't' is known"),
        (("message", "resolve", "m", "--sent"), "no message 'm' is known"),
        (("record", "payment", "--amount", "1", "--customer", "C-1"), "'1' is not an amount"),
        (("simulate", "C-9"), "no policy, customer or invoice is called C-9"),
        (("simulate", "reminders", "--given", "customer.contry=FR"), "did you mean 'customer.country'"),
        (("simulate", "reminders", "--amount", "ten"), "is not an amount"),
        (("render", "reminder-1", "--invoice", "F-77"), "there is no invoice F-77"),
        (("render", "remindr"), "there is no such template"),
    ],
)
def test_what_cannot_be_done_leaves_with_1_and_one_sentence(
    run: Run, shop: Path, arguments: tuple[str, ...], said: str
) -> None:
    refused = run(*arguments)
    assert refused.exit_code == 1
    assert said in refused.stderr
    assert refused.stderr.startswith("relance: ")
    assert refused.stdout == ""


def test_a_task_is_done_and_a_message_settled(run: Run, shop: Path) -> None:
    live(shop, datetime(2026, 12, 30, 12, tzinfo=UTC), outcome="unknown")
    assert "R-F-1/1/courtesy/1/0" in run("message", "list", "--state", "unknown").output
    assert "message resolve" in run("today").output
    done = run("message", "resolve", "R-F-1/1/courtesy/1/0", "--sent")
    assert done.output.startswith("R-F-1/1/courtesy/1/0 was sent.")
    left = json.loads(run("message", "list", "--state", "unknown", "--format", "json").stdout)
    assert [each["customer"] for each in left] == ["C-2"]


# --- files, and the virtual clock --------------------------------------------------------------------------------


def test_a_file_is_imported_once(run: Run, folder: Path) -> None:
    (folder / "people.csv").write_text(CUSTOMERS, "utf-8")
    tried = run("import", "customers", folder / "people.csv", "--dry-run")
    assert tried.output.endswith("Nothing was recorded, as asked: 2 new, 0 changed, 0 known already, 0 refused.\n")
    first = run("import", "customers", folder / "people.csv")
    assert first.exit_code == 0
    assert first.output.endswith("\n2 new, 0 changed, 0 known already, 0 refused.\n")
    again = json.loads(run("import", "customers", folder / "people.csv", "--format", "json").stdout)
    assert (again["new"], again["known"]) == (0, 2)


def test_a_wrong_file_is_refused_with_its_lines(run: Run, folder: Path) -> None:
    (folder / "people.csv").write_text(CUSTOMERS + "C-3,Wrong,FRANCE,business\n", "utf-8")
    refused = run("import", "customers", folder / "people.csv")
    assert refused.exit_code == 1
    assert "people.csv:4: country: " in refused.stderr
    assert "Nothing was recorded" in refused.stdout
    partly = run("import", "customers", folder / "people.csv", "--partial")
    assert partly.exit_code == 1
    assert "2 new, 0 changed, 0 known already, 1 refused.\nThe refused lines are in " in partly.stdout


def test_invoices_of_tomorrow_are_refused_with_their_line(run: Run, shop: Path) -> None:
    file = shop / "i.csv"
    file.write_text("number,customer,issued,due,amount\nX-1,C-1,2026-12-06,2027-01-05,10.00 EUR\n", "utf-8")
    refused = run("import", "invoices", file)
    assert refused.exit_code == 1
    assert "i.csv:2: issued: 2026-12-06 is after today, 2026-12-05 [REL507]" in refused.stderr
    assert "import it when that day has come" in refused.stderr


def test_invoices_in_a_currency_without_a_threshold_are_noted(run: Run, shop: Path) -> None:
    file = shop / "i.csv"
    lines = [f"X-{n},C-1,2026-12-05,2027-01-05,10.00 {currency}" for n, currency in enumerate(("GBP", "GBP", "EUR"))]
    file.write_text("\n".join(["number,customer,issued,due,amount", *lines]), "utf-8")
    said = "2 invoices are in GBP, for which the policy reminders has no threshold: a person is asked\n"
    assert run("import", "invoices", file, "--dry-run").stdout.startswith(said)
    file.write_text("\n".join(["number,customer,issued,due,amount", lines[0], lines[2]]), "utf-8")
    assert run("import", "invoices", file).stdout.startswith("1 invoice is in GBP, ")


def test_a_policy_is_simulated_and_approved(run: Run, shop: Path) -> None:
    shown = run("simulate", "reminders", "--issued", "2026-12-05", "--due", "2027-01-04", "--approve")
    assert "2027-02-03  formal-notice  waiting: approval" in shown.output
    assert "2027-02-04  formal-notice  letter: formal-notice" in shown.output
    paid = run("simulate", "reminders", "--issued", "2026-12-05", "--due", "2027-01-04", "--paid", "2027-01-08")
    assert paid.output.partition("\n\n")[0].splitlines()[-1].split() == ["2027-01-08", "stopped:", "paid"]


def test_a_customer_is_simulated_from_what_is_recorded(run: Run, shop: Path) -> None:
    lines = json.loads(run("simulate", "C-1", "--paid", "2027-01-08", "--format", "json").stdout)
    assert [each["email"] for each in lines if "email" in each] == ["courtesy", "reminder-1"]
    assert lines[-1]["stopped"] == "paid"


def test_a_message_is_rendered(run: Run, folder: Path) -> None:
    said = json.loads(run("render", "reminder-1", "--language", "en", "--format", "json").stdout)
    assert "F-101" in said["text"]
    assert "2 400" in run("render", "reminder-1").output.replace("\u202f", " ").replace("\u00a0", " ")
    assert run("render", "formal-notice", "--channel", "letter", "--pdf", folder / "a.pdf").exit_code == 0
    assert (folder / "a.pdf").read_bytes().startswith(b"%PDF")


def test_a_message_about_an_invoice_is_the_one_that_would_leave(run: Run, shop: Path) -> None:
    """F-2 of 300 EUR is due on 20 January; its first reminder leaves on the 25th, when F-1 is overdue as well."""
    said = json.loads(run("render", "reminder-1", "--invoice", "F-2", "--language", "en", "--format", "json").stdout)
    assert "F-2" in said["text"]
    assert "F-101" not in said["text"]
    assert "300" in said["text"]
    assert "de la facture F-1" in run("render", "courtesy", "--invoice", "F-1").output
    notice = ("render", "formal-notice-fr", "--channel", "letter", "--invoice", "F-1", "--pdf", shop / "a.pdf")
    assert run(*notice).exit_code == 0, run(*notice).output


def test_credit_is_shown_as_such_in_what_is_rendered_about_an_invoice(run: Run, shop: Path) -> None:
    """100 EUR name no invoice: they lower F-1 of 1200 EUR, which is due first, and leave F-2 of 300 EUR as it is."""
    (shop / "bank.csv").write_text("reference,date,amount,customer\nP-1,2026-12-04,100.00 EUR,C-1\n", "utf-8")
    assert run("import", "payments", shop / "bank.csv").exit_code == 0
    told = {name: _spaced(run("render", "last-email", "--invoice", name).output) for name in ("F-1", "F-2")}
    assert "Somme à votre crédit, déduite : -100,00 €\nTotal à régler : 1 100,00 €" in told["F-1"]
    assert "300,00 €\nTotal à régler : 300,00 €" in told["F-2"]


def test_what_has_not_happened_to_an_invoice_is_the_samples(run: Run, shop: Path) -> None:
    promised = _spaced(run("render", "promise-received", "--invoice", "F-2").output)
    assert "le règlement de 300,00 €" in promised
    assert "Total de l’échéancier : 300,00 €" in _spaced(run("render", "plan-proposed", "--invoice", "F-2").output)
    run("record", "dispute", "--invoice", "F-2", "--reason", "wrong", "--part", "80.00 EUR", "--key", "d")
    assert "contester 80,00 € sur la facture" in _spaced(run("render", "dispute-received", "--invoice", "F-2").output)


def _spaced(text: str) -> str:
    return text.replace("\u202f", " ").replace("\u00a0", " ")


def test_a_message_that_no_policy_sends_is_shown_about_the_invoice_of_today(run: Run, shop: Path) -> None:
    told = run("render", "last-email", "--invoice", "F-2").output
    assert "F-2" in told
    assert "300" in told
    assert (
        run("render", "statement", "--channel", "document", "--invoice", "F-2", "--pdf", shop / "s.pdf").exit_code == 0
    )


def test_an_invoice_is_simulated_by_its_number(run: Run, shop: Path) -> None:
    lines = json.loads(run("simulate", "F-1", "--format", "json").stdout)
    assert {each["invoice"] for each in lines} == {"F-1"}
    assert [each["email"] for each in lines if "email" in each][:2] == ["courtesy", "reminder-1"]


def test_a_simulation_begins_on_a_day_of_the_past_with_what_was_known(run: Run, asked: Path) -> None:
    """On 3 February 2027 the reminders of F-1 have gone out; on 5 December nothing had."""
    now = json.loads(run("simulate", "F-1", "--format", "json").stdout)
    then = json.loads(run("simulate", "F-1", "--at", "2026-12-06", "--format", "json").stdout)
    assert [each["email"] for each in now if "email" in each] == []
    assert [each["email"] for each in then if "email" in each][:2] == ["courtesy", "reminder-1"]
    before = run("simulate", "C-1", "--at", "2026-11-01")
    assert (before.exit_code, "nothing of C-1 was recorded by 2026-11-01" in before.output) == (1, True)


@pytest.mark.parametrize("day", [("2026-12-04",), ("--through", "2026-12-04")])
def test_the_banks_day_is_confirmed_with_and_without_its_name(run: Run, folder: Path, day: tuple[str, ...]) -> None:
    populate(folder)
    assert run("bank", "confirm", *day).output.startswith("The bank's data")


# --- the ledger and its rules ------------------------------------------------------------------------------------


def test_a_changed_workspace_binds_new_cases_only_when_asked(run: Run, shop: Path) -> None:
    assert json.loads(run("rulebook", "--format", "json").stdout)["same"] is True
    policy = shop / "policies" / "reminders.yaml"
    policy.write_text(policy.read_text("utf-8").replace("due+3d", "due+4d"), "utf-8")
    assert "relance rulebook --activate" in run("rulebook").output
    run("rulebook", "--activate")
    assert json.loads(run("rulebook", "--format", "json").stdout)["same"] is True


def test_a_ledger_that_was_tampered_with_is_said_to_be(run: Run, shop: Path) -> None:
    assert run("ledger", "verify").output == "no break: the ledger holds.\n"
    with sqlite3.connect(shop / ".relance" / "relance.db") as connection:
        for (name,) in connection.execute("SELECT name FROM sqlite_master WHERE type = 'trigger'").fetchall():
            connection.execute(f"DROP TRIGGER {name}")
        connection.execute("UPDATE fact SET body = replace(body, '1200.00 EUR', '1.00 EUR') WHERE kind = 'issued'")
    broken = run("ledger", "verify")
    assert broken.exit_code == 1
    assert "do not trust this ledger" in broken.output


@pytest.mark.parametrize(
    ("database", "said"),
    [
        ("postgresql+psycopg://anne:secret@127.0.0.1:1/x", "cannot reach the database postgresql+psycopg://anne:***@"),
        ("sqlite:////dev/null/x.db", "/dev/null"),
        ("sqlite:////nowhere/x.db", "cannot reach the database sqlite:////nowhere/x.db: unable to open"),
        ("nonsense", "RELANCE_DATABASE is no address of a database"),
        ("oracle9://x", "RELANCE_DATABASE is no address of a database"),
        ("mysql://u:p@localhost/x", "RELANCE_DATABASE is no address of a database"),
    ],
)
def test_a_database_that_is_away_is_said_in_one_sentence(
    tmp_path: Path, folder: Path, database: str, said: str
) -> None:
    refused = outside("-w", folder, "today", cwd=tmp_path, RELANCE_DATABASE=database)
    assert refused.returncode == 1
    assert said in refused.stderr
    assert "secret" not in refused.stderr
    assert len(refused.stderr.splitlines()) == 1
    assert not Path("/nowhere").exists()


def test_a_ledger_of_a_newer_relance_is_left_alone(run: Run, shop: Path) -> None:
    with sqlite3.connect(shop / ".relance" / "relance.db") as database:
        database.execute("UPDATE alembic_version SET version_num = '9999'")
    refused = run("today")
    assert refused.exit_code == 1
    assert refused.output.endswith("was made by a newer Relance: update this one.\n")


def test_a_file_that_is_no_database_is_said_to_be(run: Run, folder: Path) -> None:
    (folder / ".relance").mkdir()
    (folder / ".relance" / "relance.db").write_bytes(b"this is not a database, it is a text of some length\n" * 40)
    refused = run("today")
    assert refused.exit_code == 1
    assert "file is not a database" in refused.stderr


def test_a_workspace_with_errors_shows_them(run: Run, shop: Path) -> None:
    (shop / "business.yaml").write_text("format: relance/v1\nkind: business\n", "utf-8")
    refused = run("today")
    assert refused.exit_code == 1
    assert "business.yaml:1:1: error: 'id', 'name', 'law', 'language' and 'currency' are missing" in refused.stderr


def test_ctrl_c_leaves_with_130(folder: Path, tmp_path: Path) -> None:
    """A pipe that nobody writes to stands for a command that takes its time."""
    pipe = tmp_path / "pipe.csv"
    os.mkfifo(pipe)
    command = [sys.executable, "-m", "worker.cli", "-w", str(folder), "import", "customers", str(pipe)]
    given = {"PYTHONPATH": str(Path(__file__).parents[3]), "PATH": ""}
    with subprocess.Popen(command, env=given, stderr=subprocess.PIPE, text=True) as process:
        descriptor = os.open(pipe, os.O_WRONLY)  # waits until the command reads
        process.send_signal(signal.SIGINT)
        _, stderr = process.communicate(timeout=30)
        os.close(descriptor)
    assert (process.returncode, stderr) == (130, "relance: stopped.\n")
