"""`relance explain`: why sent, why not, what next and when, and what would change it; now and on a past day."""

from __future__ import annotations

import json
from datetime import UTC, date, datetime
from pathlib import Path

import pytest

from rules import facts as f
from tests.worker.cli.conftest import Run
from tests.worker.cli.scene import START, eur, live, office, populate, say


def told(run: Run, *more: str) -> dict[str, object]:
    result = run("explain", "F-1", "--format", "json", *more)
    assert result.exit_code == 0, result.output
    document: dict[str, object] = json.loads(result.stdout)
    return document


def rows(lines: object) -> list[tuple[str, str | None, str, str]]:
    return [(each["on"], each["step"], each["outcome"], each["why"]) for each in lines]  # type: ignore[attr-defined]


def test_it_says_what_was_sent_when_and_by_what(run: Run, asked: Path) -> None:
    # due on Monday 4 January 2027: five days before is Wednesday 30, three days after Thursday 7, ten days the 14th
    assert rows(told(run)["past"]) == [
        ("2026-12-05", None, "issued", "1200.00 EUR, due 2027-01-04"),
        ("2026-12-05", None, "enrolled: reminders", ""),
        ("2026-12-30", "courtesy", "sent", "by e-mail"),
        ("2027-01-07", "reminder-1", "sent", "by e-mail"),
        ("2027-01-14", "reminder-2", "sent", "by e-mail"),
        ("2027-02-03", "formal-notice", "approval asked", "of credit-controller, for 1200.00 EUR"),
    ]


def test_what_went_with_another_invoice_names_it(run: Run, asked: Path) -> None:
    # F-2 is due on Wednesday 20 January: its courtesy of Friday 15 lies in the window of the reminder of the 14th
    past = rows(json.loads(run("explain", "F-2", "--format", "json").stdout)["past"])
    assert ("2027-01-14", "courtesy", "covered", "with F-1: by e-mail") in past


def test_what_failed_or_is_not_known_has_a_line_of_its_own(run: Run, shop: Path) -> None:
    live(shop, datetime(2026, 12, 31, tzinfo=UTC), outcome="unknown")
    assert rows(told(run)["past"])[-2:] == [
        ("2026-12-30", "courtesy", "left", "by e-mail"),
        ("2026-12-30", "courtesy", "e-mail unknown", ""),
    ]


def test_a_condition_is_told_with_what_it_found_when_it_was_tested(run: Run, folder: Path) -> None:
    policy = folder / "policies" / "reminders.yaml"
    written = policy.read_text("utf-8")
    for at, limit in (("due-5d", "5000.00"), ("due+3d", "100.00")):
        written = written.replace(f"at: {at}\n", f"at: {at}\n    when: {{invoice.balance: {{gte: {limit} EUR}}}}\n")
    policy.write_text(written, "utf-8")
    populate(folder)
    live(folder, datetime(2027, 1, 7, 12, tzinfo=UTC))
    say(folder, "payment", invoices="F-1", amount="1100.00 EUR", on="2027-01-07")  # what was tested stays what it was
    assert rows(told(run)["past"])[2:] == [
        ("2026-12-30", "courtesy", "skipped", "invoice.balance 1200.00 EUR is below 5000.00 EUR"),
        ("2027-01-07", "reminder-1", "sent", "by e-mail; invoice.balance 1200.00 EUR is at least 100.00 EUR"),
        ("2027-01-07", None, "paid", "1100.00 EUR"),
    ]


def test_money_is_told_as_far_as_it_went_to_the_invoice_and_when_it_came_back(run: Run, shop: Path) -> None:
    paid = f.Paid(START, "P-1", "C-1", eur(1000), START.date(), (f.Share("R-F-1", 40000), f.Share("R-F-2", 30000)))
    with office(shop) as found, found.ledger.begin() as tx:
        tx.record("C-1", [paid, f.Reversed(START, "P-1", START.date(), "MD06")])
    assert rows(told(run)["past"])[-2:] == [
        ("2026-12-05", None, "paid", "400.00 EUR of 1000.00 EUR"),
        ("2026-12-05", None, "payment came back", "400.00 EUR, MD06"),
    ]


def test_who_called_and_what_the_post_said_is_told(run: Run, asked: Path) -> None:
    day = datetime(2027, 2, 3, 12, tzinfo=UTC)
    with office(asked) as found, found.ledger.begin() as tx:
        tx.record("C-1", [f.CallRecorded(day, "R-F-1", "reminder-2", "no-answer", day.date())])
        tx.record("C-1", [f.Presented(day, "R-F-1", "formal-notice", "unclaimed", day.date())])
        tx.record("C-1", [f.ApprovalEnded(day, "R-F-1", "formal-notice", "lapsed", day.date())])
    assert [each[1:] for each in rows(told(run)["past"])[-3:]] == [
        ("reminder-2", "called", "no answer"),
        ("formal-notice", "letter presented", "unclaimed"),
        ("formal-notice", "approval lapsed", "it was not used within ten working days, or the sum rose"),
    ]


def test_it_says_what_it_waits_for_and_what_would_change_that(run: Run, asked: Path) -> None:
    document = told(run)
    assert document["what_would_change_it"] == ["It leaves once it is approved: relance case approve F-1"]
    assert "formal-notice" in str(document["next"])
    assert "Next: formal-notice, without a date: credit-controller was asked to" in run("explain", "F-1").output


def test_it_says_what_would_come_if_nothing_else_happened(run: Run, shop: Path) -> None:
    coming = [(each["on"], each["step"], each["outcome"]) for each in told(run)["coming"]]  # type: ignore[attr-defined]
    assert ("2027-01-07", "reminder-1", "sent") in coming
    assert ("2027-01-14", "reminder-2", "sent") in coming


def test_what_would_come_supposes_that_the_bank_goes_on_and_nobody_pays(run: Run, folder: Path) -> None:
    populate(folder, through=date(2026, 12, 4))
    live(folder, datetime(2027, 1, 8, 12, tzinfo=UTC))
    document = told(run)
    assert "the bank's data go to 2026-12-04" in document["next"]  # type: ignore[operator]
    # due on Monday 4 January: three days after has been, the hours of Friday 8 are not over; ten days after is the 14th
    assert rows(document["coming"])[:2] == [
        ("2027-01-08", "reminder-1", "sent", ""),
        ("2027-01-14", "reminder-2", "sent", ""),
    ]
    assert "if nothing else happens and nobody pays" in run("explain", "F-1").output


def test_what_would_come_ends_with_the_approval_though_others_are_written_about(run: Run, shop: Path) -> None:
    assert rows(told(run)["coming"])[-1][1:3] == ("formal-notice", "waits")


def test_an_offer_that_lapsed_is_told_by_explain_and_for_a_week_by_today(run: Run, shop: Path) -> None:
    say(shop, "plan-offer", invoices="F-1", instalments="2", on="2027-01-31", reply_by="2026-12-20")
    assert "C-1       F-1                 2  2026-12-20" in run("today").output
    live(shop, datetime(2026, 12, 21, 9, tzinfo=UTC))
    assert "C-1       F-1                 2  2026-12-20  lapsed" in run("today").output
    past = [(each["on"], each["outcome"], each["why"]) for each in told(run)["past"]]  # type: ignore[attr-defined]
    assert ("2026-12-05", "plan offered", "2 instalments, until 2026-12-20") in past
    assert past[-1] == ("2026-12-21", "offer lapsed", "nobody agreed to it by 2026-12-20")
    live(shop, datetime(2026, 12, 28, 9, tzinfo=UTC))
    assert json.loads(run("today", "--format", "json").stdout)["offers"] == []


def test_a_past_day_is_judged_by_what_was_known_then(run: Run, asked: Path) -> None:
    document = told(run, "--at", "2027-01-10")
    assert [each["step"] for each in document["past"] if each["outcome"] == "sent"] == ["courtesy", "reminder-1"]  # type: ignore[attr-defined]
    assert str(document["next"]).startswith("reminder-2, 2027-01-14")


def test_a_hold_is_named_with_the_command_that_ends_it(run: Run, asked: Path) -> None:
    say(asked, "dispute", invoice="F-1", reason="price")
    assert told(run)["what_would_change_it"] == ["It goes on once the dispute has ended: relance hold end dispute/k1"]


def test_what_is_promised_and_which_part_is_disputed_is_told(run: Run, asked: Path) -> None:
    say(asked, "dispute", invoice="F-1", reason="price", part="200.00 EUR")
    say(asked, "promise", invoices="F-1", on="2027-02-10")
    document = told(run)
    assert [each[2:] for each in rows(document["past"])[-2:]] == [
        ("held: dispute", "200.00 EUR of it, price"),
        ("held: promise", "until 2027-02-10"),
    ]
    assert document["next"] == "a promise holds it up (promise/k1), until 2027-02-10"


def test_every_hold_that_has_to_end_is_named(run: Run, asked: Path) -> None:
    say(asked, "dispute", invoice="F-1", reason="price")
    say(asked, "hold", invoice="F-1", kind="manual", reason="wait", until="2027-12-31", key="k2")
    assert "a dispute (dispute/k1) and somebody until 2027-12-31 (manual/k2) hold it up" in run("explain", "F-1").output
    first, second, end = "the dispute (relance hold end dispute/k1)", "the manual hold", "relance hold end manual/k2"
    assert told(run)["what_would_change_it"] == [f"It goes on once both have ended: {first} and {second} ({end})"]
    assert run("hold", "end", "dispute/k1", "--unfounded").exit_code == 0
    assert told(run)["what_would_change_it"] == [
        "It goes on once the manual hold has ended: relance hold end manual/k2"
    ]
    assert run("hold", "end", "manual/k2").exit_code == 0
    assert told(run)["what_would_change_it"] == []  # only the next slot


def test_one_step_alone(run: Run, asked: Path) -> None:
    assert {each["step"] for each in told(run, "--step", "reminder-1")["past"]} == {"reminder-1"}  # type: ignore[attr-defined]


@pytest.mark.parametrize(
    ("arguments", "said"),
    [
        (("F-77",), "no invoice F-77 is known"),
        (("F-1", "--at", "2020-01-01"), "F-1 was not recorded by 2020-01-01"),
        (("F-1", "--at", "2099-01-01"), "2099-01-01 has not come"),
        (("F-1", "--step", "reminder-9"), "F-1 has had no step reminder-9"),
    ],
)
def test_what_cannot_be_explained_is_said(run: Run, asked: Path, arguments: tuple[str, ...], said: str) -> None:
    result = run("explain", *arguments)
    assert result.exit_code != 0
    assert said in result.output


def test_interest_is_the_sum_that_relance_interest_shows(run: Run, asked: Path) -> None:
    assert run("explain", "F-1", "--interest").output == run("interest", "F-1").output


def test_what_comes_ends_with_what_is_waited_for(run: Run, shop: Path) -> None:
    last = told(run)["coming"][-1]  # type: ignore[index]
    assert last["on"] is None
    assert (last["step"], last["outcome"]) == ("formal-notice", "waits")
    assert "was asked to approve" in last["why"]


def test_it_says_what_was_asked_and_taken_back(run: Run, shop: Path) -> None:
    day = datetime(2026, 12, 30, 12, tzinfo=UTC)
    about = ("Q", "receivable", "R-F-1", "nobody knows", day.date(), "R-F-1", "reminder-1")
    with office(shop) as found, found.ledger.begin() as tx:
        tx.record("C-1", [f.ReviewAsked(day, *about)])  # type: ignore[arg-type]
    assert [
        each["question"] for each in json.loads(run("case", "show", "F-1", "--format", "json").stdout)["questions"]
    ] == ["Q"]
    with office(shop) as found, found.ledger.begin() as tx:
        tx.record("C-1", [f.ReviewWithdrawn(day, *about)])  # type: ignore[arg-type]
    assert json.loads(run("case", "show", "F-1", "--format", "json").stdout)["questions"] == []
    past = [(each["step"], each["outcome"]) for each in told(run)["past"]]  # type: ignore[attr-defined]
    assert ("reminder-1", "a person is asked") in past
    assert ("reminder-1", "the question is taken back") in past


@pytest.mark.parametrize(
    ("number", "currency", "next_", "change"),
    [
        ("F-70", "USD", "nothing is sent: a fact is not known, and a person is asked", "what is not known is recorded"),
        (
            "F-71",
            "EUR",
            "nothing is sent: the policy does not apply to it",
            "It begins once the condition above holds.",
        ),
    ],
)
def test_where_there_is_no_ladder_it_says_why_and_what_would_begin_one(
    run: Run, shop: Path, number: str, currency: str, next_: str, change: str
) -> None:
    head = "customer,number,issued,due,amount,balance,currency"
    (shop / "new.csv").write_text(f"{head}\nC-1,{number},2026-12-01,2027-01-04,1.00,1.00,{currency}\n", "utf-8")
    assert run("import", "invoices", str(shop / "new.csv")).exit_code == 0
    document = json.loads(run("explain", number, "--format", "json").stdout)
    assert document["next"] == next_
    (said,) = document["what_would_change_it"]
    assert change in said
