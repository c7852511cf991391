"""Each rule of lint on a file that it warns of, word for word, and on one of which it says nothing.

`python -m tests.rules.test_lint_rules` writes the outputs anew, to be read before they are committed.
"""

from __future__ import annotations

from dataclasses import replace
from decimal import Decimal
from pathlib import Path

import pytest

from rules.conditions import Value
from rules.lint import ACROSS, ALONE, Book
from rules.lint.silence import CODE
from tests.rules.linted import BOOK, CASES, OPEN, linted, said_of

BAD, GOOD = sorted(CASES.glob("*.bad.yaml")), sorted(CASES.glob("*.good.yaml"))
CODES = {*(rule.CODE for rule in ALONE), *(rule.CODE for rule in ACROSS), CODE}
LANGUAGE = "language: {by: customer.language, fr: fr, otherwise: en}\n"
HEAD = (CASES / "REL301.good.yaml").read_text("utf-8").partition("steps:")[0] + LANGUAGE


def name(file: Path) -> str:
    return file.name.partition(".")[0]


def policy(rest: str, head: str = HEAD) -> list[str]:
    """The codes and messages that lint says of one policy that nobody is routed to."""
    return [f"{d.line} {d.code}" for d in linted({"policies/mine.yaml": head + rest}) if d.code != "REL314"]


REMINDER = "steps:\n  - id: one\n    at: due+3d\n    do: [{email: {template: reminder-1, to: billing}}]\n"
LETTER = "{letter: {template: formal-notice, to: billing}}"
NOTICE = (
    f"  - id: notice\n    level: notice\n    at: due+30d\n    deadline: {{of: 8d, from: sent}}\n    do: [{LETTER}]\n"
)


def test_every_rule_has_a_bad_file_and_a_good_one_and_a_code_of_its_own() -> None:
    assert len(CODES) == len(ALONE) + len(ACROSS) + 1
    assert {name(file) for file in BAD} == {name(file) for file in GOOD} == CODES


@pytest.mark.parametrize("file", BAD, ids=name)
def test_a_doubt_is_told_word_for_word(file: Path) -> None:
    said = said_of(file)
    assert said == file.with_suffix(".out").read_text("utf-8")
    assert f"[{name(file)}]" in said


@pytest.mark.parametrize("file", GOOD, ids=name)
def test_what_is_meant_is_passed_over(file: Path) -> None:
    assert said_of(file) == ""


def test_a_comment_with_a_reason_silences_its_line_the_next_or_the_file() -> None:
    reason = "# lint: allow REL302 because the director signs by hand\n"
    assert policy(REMINDER + NOTICE) == ["14 REL302"]
    assert policy(REMINDER + NOTICE.replace("notice\n", "notice  " + reason, 1)) == []
    assert policy(REMINDER + "  " + reason + NOTICE) == []
    assert policy(REMINDER + NOTICE, reason + HEAD) == []
    assert policy(REMINDER + NOTICE + reason) == ["14 REL302"]


def test_a_comment_without_a_reason_silences_nothing_and_is_a_doubt() -> None:
    assert policy(REMINDER + "# lint: allow REL302\n" + NOTICE) == ["14 REL398", "15 REL302"]
    assert policy(REMINDER + "# lint: ignore REL302 because I say so\n" + NOTICE) == ["14 REL398", "15 REL302"]


def test_what_looks_like_a_comment_within_text_is_none() -> None:
    text = HEAD.replace("title: Mine", 'title: "a # lint: allow REL302"')
    assert policy(REMINDER + NOTICE, text) == ["14 REL302"]


def test_debits_are_announced_only_where_a_policy_in_use_makes_them() -> None:
    business = (CASES / "REL320.bad.yaml").read_text("utf-8")
    routes = "format: relance/v1\nkind: assignment\nid: default\nowner: credit-control@example.com\n"
    collecting = HEAD + "steps:\n  - id: collect\n    at: due\n    do: [{debit: {mandate: sepa}}]\n"

    def told(steps: str, chosen: str) -> bool:
        files = {"business.yaml": business, "policies/mine.yaml": steps}
        files["assignments/default.yaml"] = f"{routes}routes: []\notherwise: {{policy: {chosen}}}\n"
        return "REL320" in {d.code for d in linted(files, replace(BOOK, open=OPEN["REL320"]))}

    assert told(HEAD + REMINDER, "mine")
    assert told(collecting, "fr-b2b-standard")  # it debits, and nobody is routed to it
    assert not told(collecting, "mine")
    assert not told(HEAD + REMINDER, "subscription-with-debit")  # the library's


def test_allow_of_a_step_silences_rules_across_files_too() -> None:
    text = (CASES / "REL307.bad.yaml").read_text("utf-8")
    allowed = text.replace("    level: handoff\n", "    level: handoff\n    allow: [REL307]\n")
    assert "REL307" in {d.code for d in linted({"policies/mine.yaml": text})}
    assert "REL307" not in {d.code for d in linted({"policies/mine.yaml": allowed})}


def test_without_a_book_thresholds_are_compared_with_each_other() -> None:
    one = "applies_to: {invoice.balance: {gte: 15.00 EUR}}\n" + REMINDER
    two = one + "    when: {account.overdue_balance: {gte: [15.00 EUR, 20.00 GBP]}}\n"
    for text, expected in ((one, []), (two, ["REL311"])):
        found = linted({"policies/mine.yaml": HEAD + text}, book=None)
        assert [d.code for d in found if d.code != "REL314"] == expected


def test_if_unknown_is_an_answer_for_other_currencies() -> None:
    assert policy("applies_to: {invoice.balance: {gte: 15.00 EUR, if_unknown: true}}\n" + REMINDER) == []


def test_an_empty_book_raises_no_doubt_of_its_own() -> None:
    empty = Book(channels=BOOK.channels)
    text = "applies_to: {invoice.balance: {gte: 15.00 EUR}, customer.segment: huge}\n" + REMINDER
    assert {d.code for d in linted({"policies/mine.yaml": HEAD + text}, book=empty)} == {"REL314"}


def test_ranges_of_numbers_overlap_too() -> None:
    low, high = "{id: low, when: {customer.score: {lt: %d}}}", "{id: high, when: {customer.score: {gte: 40}}}"
    assert policy(f"{REMINDER}variants: [{low % 60}, {high}]\n") == ["14 REL306"]
    assert policy(f"{REMINDER}variants: [{low % 40}, {high}]\n") == []


def test_a_share_of_nobody_lets_nothing_leave() -> None:
    text = (CASES / "REL305.good.yaml").read_text("utf-8") + "limits: {share_of_customers: 0%}\n"
    assert {d.code for d in linted({"business.yaml": text})} == {"REL316"}


def test_a_step_with_more_calls_than_a_day_allows_never_leaves() -> None:
    business = (CASES / "REL305.good.yaml").read_text("utf-8") + "limits: {calls_per_day: %d}\n"
    call = "{call: {queue: collections, script: first}}"
    steps = REMINDER.replace("do: [", f"do: [{call}, {call}, ")
    codes = [
        [d.code for d in linted({"business.yaml": business % n, "policies/mine.yaml": HEAD + steps})] for n in (1, 2)
    ]
    assert ["REL316" in each for each in codes] == [True, False]


def test_a_heavy_step_before_the_due_date_that_comes_too_soon_after_its_reminder_never_leaves() -> None:
    steps = REMINDER.replace("due+3d", "due-10d").replace("    at:", "    level: reminder\n    at:")
    notice = NOTICE.replace("due+30d", "due-%dd")
    slow = HEAD.replace("freshness: 2bd", "freshness: 2bd, before_heavy: %dd")
    assert "15 REL316" in policy(steps + notice % 3, slow % 12)
    assert "15 REL316" not in policy(steps + notice % 3, slow % 6)


def test_variants_on_different_facts_overlap_where_a_customer_of_the_book_matches_both() -> None:
    score, segment = "{id: risky, when: {customer.score: {lt: 40}}}", "{id: big, when: {customer.segment: strategic}}"
    text = {"policies/mine.yaml": HEAD + f"{REMINDER}variants: [{score}, {segment}]\n"}
    both: dict[str, Value] = {"customer.score": Decimal(30), "customer.segment": "strategic"}
    one: dict[str, Value] = {"customer.score": Decimal(30), "customer.segment": "small"}

    def found(*facts: dict[str, Value]) -> list[str]:
        book = replace(BOOK, open=tuple(each.get for each in facts))
        return [d.message for d in linted(text, book=book) if d.code == "REL306"]

    assert found(one) == []
    assert found(one, both, both) == [
        "variant 'big' and 'risky' before it both match 2 of the book's 3 open receivables; 'risky' gets them"
    ]


if __name__ == "__main__":
    for file in BAD:
        file.with_suffix(".out").write_text(said_of(file), "utf-8")
