"""The past lived again: counted by hand for two small invoices, and proved against messages that should not be."""

from __future__ import annotations

import json
from collections import Counter
from dataclasses import replace
from datetime import UTC, date, datetime
from html.parser import HTMLParser
from pathlib import Path
from zoneinfo import ZoneInfo

import pytest

from rules import facts as f
from rules.moments import Duration
from rules.money import Money
from rules.policy import Limits
from rules.simulate import Scripted
from tests.worker.cli.conftest import Run, _asked, _populated, asked, folder, run, shop
from tests.worker.cli.scene import office
from tests.worker.replay.shelf import POLICY, replay, workspace
from worker.backtest.book import read_book
from worker.backtest.report import CAVEAT, html, markdown
from worker.backtest.run import Job, Result, backtest
from worker.backtest.tally import Shift, Span, Tally
from worker.backtest.wrong import Wrong, wrong
from worker.replay.today import judging

__all__ = ["_asked", "_populated", "asked", "folder", "run", "shop"]

# X pays on Thursday 5 February; Y never does. Both are reminded on Monday 2 February, the first day after the due date
# that works; Y again on Wednesday the 11th, and its notice asks for an approval on Monday the 23rd.
ROWS = "A;X;01.01.2026;31.01.2026;100,00;05.02.2026;\nB;Y;01.01.2026;01.02.2026;200,00;;\n"
EARLIER = POLICY.replace("due+10d", "due+8d")  # Monday 9 February


def lived(folder: Path, rows: str = ROWS, *, against: bool = False, **options: int) -> Result:
    past = replay(folder, rows)
    new = judging(workspace(EARLIER if against else POLICY), past).rulebook
    old = judging(workspace(POLICY), past).rulebook if against else None
    return backtest(Job(past, new, old), **options)


def test_messages_contacts_and_approvals_are_counted(tmp_path: Path) -> None:
    tally = lived(tmp_path).new
    assert (tally.customers, tally.receivables, tally.sent) == (2, 2, 3)
    assert tally.steps() == [("first", "email", 2), ("second", "email", 1)]
    assert tally.contacts == Counter({1: 1, 2: 1})
    assert tally.by_day == {date(2026, 2, 2): 2, date(2026, 2, 11): 1}
    assert tally.approvals == {"notice": 1}
    assert tally.wrong == []


def test_two_versions_are_compared_day_by_day(tmp_path: Path) -> None:
    result = lived(tmp_path, against=True)
    assert result.shift is not None
    assert (result.shift.same, dict(result.shift.moved), result.shift.customers) == (2, {("second", -2): 1}, 1)
    assert result.shift.spans() == [Span("second", "earlier", 1, 2, 2, 2)]
    assert (result.shift.earlier, result.shift.later) == (1, 0)


def test_the_days_of_a_step_are_said_from_the_least_to_the_most() -> None:
    shift = Shift(moved=Counter({("second", -5): 1, ("second", -2): 2, ("second", 3): 1}))
    assert shift.spans() == [Span("second", "earlier", 3, 2, 2, 5), Span("second", "later", 1, 3, 3, 3)]
    text = markdown(Result(Tally(), Tally(), shift), "x")
    assert "| second | earlier | 3 | 2 | 2 | 5 |" in text


def test_days_over_the_limits_are_counted() -> None:
    tally = Tally(people=Counter({date(2026, 2, 2): 3, date(2026, 2, 3): 2}), calls=Counter({date(2026, 2, 2): 2}))
    text = markdown(Result(tally, None, None, Limits(contacts_per_day=2, calls_per_day=2)), "x")
    assert "| days with more customers contacted | 2 | 1 |" in text
    assert "| days with more calls | 2 | 0 |" in text


def test_calls_are_drawn_beside_their_limit() -> None:
    tally = Tally(calls=Counter({date(2026, 2, 2): 2, date(2026, 2, 4): 6}))
    text = html(Result(tally, None, None, Limits(calls_per_day=5)), "x")
    assert "beside the limit of 5. Highest: 6." in text
    assert '<line class="limit" x1="0" x2="900" y1="36.7" y2="36.7"/>' in text  # 220 high for 6: 5 is a sixth below


def test_a_charge_is_no_message(tmp_path: Path) -> None:
    tally = Tally()
    left = f.Left(
        datetime(2026, 2, 2, 9, tzinfo=UTC), "R-1", 1, "notice", 1, "notice", date(2026, 2, 2), "m", "notice", None,
        ("letter", "charge", "task"), ()
    )  # fmt: skip
    tally.add("C-1", [(left.at, left)], lambda _: True)
    assert tally.steps() == [("notice", "letter", 1)]


def test_the_comment_names_the_first_who_would_be_wronged() -> None:
    wronged = [Wrong(date(2026, 2, 2), f"C-{n}", f"R-{n}", "second", "paid") for n in range(22)]
    text = markdown(Result(Tally(wrong=wronged), None, None), "x")
    assert "- 2026-02-02 C-0 R-0 second: paid" in text
    assert ("C-19 " in text, "C-20 " in text, "- and 2 more" in text) == (True, False, True)


@pytest.mark.parametrize(
    ("options", "code", "said"),
    [
        (("--to", "9999-12-31"), 2, "outside the years 1970 to 2199"),
        (("--from", "2027-02-01", "--to", "2027-01-01"), 2, "--from 2027-02-01 lies after --to 2027-01-01"),
        (("--policy", "reminder"), 1, "did you mean 'reminders'?"),
    ],
)
def test_days_and_names_that_cannot_be_are_answered(
    shop: Path, run: Run, options: tuple[str, ...], code: int, said: str
) -> None:
    refused = run("backtest", *options)
    assert (refused.exit_code, said in refused.stderr) == (code, True), refused.output


def test_only_the_days_asked_for_count(tmp_path: Path) -> None:
    past = replay(tmp_path, ROWS)
    rulebook = judging(workspace(), past).rulebook
    tally = backtest(Job(past, rulebook, start=date(2026, 2, 3), until=date(2026, 2, 20))).new
    assert (tally.sent, tally.approvals) == (1, {})


def test_the_result_is_the_same_over_several_processes(tmp_path: Path) -> None:
    rows = "".join(ROWS.replace("A;X", f"A{n};X{n}").replace("B;Y", f"B{n};Y{n}") for n in range(60))
    seen: list[tuple[int, int]] = []
    past = replay(tmp_path, rows)
    new, old = (judging(workspace(policy), past).rulebook for policy in (EARLIER, POLICY))
    one = backtest(Job(past, new, old))
    two = backtest(Job(past, new, old), processes=2, progress=lambda done, of: seen.append((done, of)))
    assert one == two
    assert one.new.sent == 180
    assert seen[-1] == (120, 120)


# --- who should not have been contacted --------------------------------------------------------------------------

AT = datetime(2026, 2, 2, 8, tzinfo=UTC)
ISSUED = f.Issued(AT, "R", "K", "F-1", date(2026, 1, 1), date(2026, 1, 31), Money(10000, "EUR"))
LEFT = f.Left(AT, "R", 1, "first", 1, "reminder", date(2026, 2, 2), "m", "first", None, ("email",), ())
PAID = f.Paid(AT, "P", "C", Money(10000, "EUR"), date(2026, 2, 1), (f.Share("R", 10000),))
DISPUTE = f.HoldPlaced(AT, f.Hold("H", "dispute", "receivable", "R", date(2026, 2, 1)))


def told(*facts: f.Fact) -> list[Scripted]:
    return [(AT, fact) for fact in facts]


@pytest.mark.parametrize(
    ("facts", "expected"),
    [
        ((ISSUED, LEFT), []),
        ((ISSUED, PAID, LEFT), ["paid"]),
        ((ISSUED, LEFT, PAID), []),
        ((ISSUED, replace(PAID, shares=(f.Share("R", 9999),)), LEFT), []),
        ((ISSUED, PAID, f.Reversed(AT, "P", date(2026, 2, 1)), LEFT), []),
        ((ISSUED, f.WrittenOff(AT, "R", "given up"), LEFT), ["paid"]),
        ((ISSUED, DISPUTE, LEFT), ["disputed"]),
        ((ISSUED, replace(DISPUTE, hold=replace(DISPUTE.hold, part=Money(1, "EUR"))), LEFT), []),
        ((ISSUED, DISPUTE, f.HoldEnded(AT, "H", "unfounded", date(2026, 2, 2), "receivable", "R"), LEFT), []),
        ((ISSUED, PAID, replace(LEFT, channels=("task",))), []),
    ],
)
def test_a_wrong_contact_is_found_from_the_facts_alone(facts: tuple[f.Fact, ...], expected: list[str]) -> None:
    assert [each.why for each in wrong("C", told(*facts))] == expected


# --- the business's own book -------------------------------------------------------------------------------------


def test_the_book_is_lived_as_it_was(asked: Path) -> None:
    with office(asked) as found, found.ledger.read() as tx:
        past = read_book(tx, ZoneInfo("Europe/Paris"), date(2027, 2, 3), Duration(1, "d"))
        rulebook = judging(found.workspace, past).rulebook
        recorded = Counter(
            (fact.fact.step, str(fact.fact.on))
            for customer in ("C-1", "C-2")
            for fact in _facts(tx, customer)
            if isinstance(fact.fact, f.Left)
        )
    tally = backtest(Job(past, rulebook, until=date(2027, 2, 3))).new
    assert (tally.customers, tally.receivables) == (2, 3)
    assert tally.sent + tally.covered == sum(recorded.values())
    assert tally.approvals == {"formal-notice": 2}
    assert tally.wrong == []


def _facts(tx: object, customer: str) -> list[object]:
    from worker.ledger.views import facts_of

    return facts_of(tx, customer=customer)  # type: ignore[arg-type, return-value]


def test_the_command_compares_the_book_with_an_edited_file(asked: Path, run: Run, tmp_path: Path) -> None:
    policy = asked / "policies" / "reminders.yaml"
    draft = tmp_path / "draft.yaml"
    draft.write_text(policy.read_text("utf-8").replace("due+10d", "due+8d"), "utf-8")
    done = run(
        "backtest", "--against", draft, "--to", "2027-02-03", "--format", "json", "--report", tmp_path / "a.html"
    )
    assert done.exit_code == 0, done.output
    found = json.loads(done.stdout)
    assert (
        found["moves"]["later"] == 3
    )  # F-1 and F-9 are reminded again on the 14th, not on the 12th, and F-2 goes along
    assert found["limits"]["contacts_per_day"] == 50  # of business.yaml, though nothing is held back for it
    assert (tmp_path / "a.html").read_text("utf-8").startswith("<!doctype html>")


@pytest.mark.parametrize("options", [("--ledger", "x.csv"), ("--against", "no-such-thing"), ("--approve", "soon")])
def test_wrong_use_is_answered_in_words(shop: Path, run: Run, options: tuple[str, ...]) -> None:
    refused = run("backtest", *options)
    assert refused.exit_code in (1, 2)
    assert "Traceback" not in refused.output


# --- the report --------------------------------------------------------------------------------------------------


class Page(HTMLParser):
    """What a page refers to, and which tags it leaves open."""

    def __init__(self) -> None:
        super().__init__()
        self.references: list[str] = []
        self.open: list[str] = []

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        self.references += [str(value) for name, value in attrs if name in ("src", "href")]
        if tag not in ("meta", "rect", "line"):
            self.open.append(tag)

    def handle_endtag(self, tag: str) -> None:
        if tag not in ("rect", "line"):
            assert self.open.pop() == tag


def test_the_page_needs_nothing_else_and_escapes_names(tmp_path: Path) -> None:
    page = Page()
    text = html(lived(tmp_path, against=True), "<b>Martin & fils</b>")
    page.feed(text)
    assert (page.references, page.open) == ([], [])
    assert "&lt;b&gt;Martin &amp; fils" in text
    assert "http" not in text
    assert CAVEAT in text.replace("&#x27;", "'")


def test_the_markdown_is_ready_for_a_comment(tmp_path: Path) -> None:
    text = markdown(lived(tmp_path, against=True), "a|b")
    assert text.startswith("### Backtest: a\\|b\n")
    assert "| first | email | 2 | 2 |" in text
    assert "| earlier | 1 |" in text
