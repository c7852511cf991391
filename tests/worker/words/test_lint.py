"""What lint says of a workspace's own templates, before anything is sent."""

from dataclasses import replace
from pathlib import Path

import pytest

from tests.worker.words.shelf_of_subjects import CREDITOR, subject
from worker.words.render import Words
from worker.words.shelf import TemplateProblem

LONG = "Bonjour " * 30
CASES = [
    ("fr/reminder-1.email.txt", "Subject: x\n\n{{ custmer }}\n", "email", "REL401", "'custmer' is undefined"),
    ("fr/nudge.sms.txt", LONG, "sms", "REL402", "it takes 2 segments"),
    ("fr/reminder-1.email.txt", "Subject: x\n\n{{ numbers }}\n", "email", "REL403", "the amount to pay"),
    (
        "fr/reminder-1.email.txt",
        "Subject: x\n\n{{ money(total) }}\n",
        "email",
        "REL403",
        "the numbers of the receivables",
    ),
    (
        "fr/formal-notice.letter.txt",
        "Subject: x\n\nPayez {{ money(total) }} pour {{ numbers }} avant le {{ date(deadline) }}.\n",
        "letter",
        "REL403",
        "the words “mise en demeure”",
    ),
    (
        "fr/formal-notice.letter.txt",
        "Subject: Mise en demeure\n\n{{ money(total) }}, {{ numbers }}.\n",
        "letter",
        "REL403",
        "the deadline",
    ),
    ("fr/invoice.document.txt", "Subject: x\n\n{{ table.bill }}\n", "document", "REL403", "the fixed sum of 40 €"),
]


@pytest.mark.parametrize(("path", "text", "channel", "code", "said"), CASES)
def test_each_doubtful_template_is_named_with_its_reason(tmp_path: Path, path, text, channel, code, said):
    (tmp_path / "fr").mkdir()
    (tmp_path / path).write_text(text, "utf-8")
    name = Path(path).name.split(".")[0]
    (problem,) = Words(tmp_path).problems([(name, channel, "fr")])
    assert (problem.code, problem.file) == (code, f"templates/{path}")
    assert said in problem.message


@pytest.mark.parametrize(
    ("text", "code", "said"),
    [
        ("{{ numbers }} {{ money(total) }} {{ items[1].number }}", "REL401", "has no element 1"),
        ("{{ numbers }} {{ money(total) }} {{ creditor.iban | length }}", "REL401", "NoneType"),
        ("{{ numbers }} {{ money(total) }} {{ date(deadline) }}", "REL401", "there is no day to say"),
        ("{{ numbers }} {% if many %}{{ money(total) }}{% endif %}", "REL403", "the amount to pay"),
        ("{{ numbers }} {% if not credit %}{{ money(total) }}{% endif %}", "REL403", "the amount to pay"),
        ("{{ money(total) }} {% if invoices_attached %}{{ numbers }}{% endif %}", "REL403", "the numbers"),
    ],
)
def test_a_template_is_read_with_one_invoice_or_many_with_credit_and_without_account_or_deadline(
    tmp_path: Path, text, code, said
):
    (tmp_path / "fr").mkdir()
    (tmp_path / "fr" / "reminder-1.email.txt").write_text(f"Subject: x\n\n{text}\n", "utf-8")
    (problem,) = Words(tmp_path).problems([("reminder-1", "email", "fr")])
    assert problem.code == code
    assert said in problem.message


def test_a_template_of_ones_own_in_one_language_only_is_spoken_of(tmp_path: Path):
    (tmp_path / "fr").mkdir()
    own = Words()._shelf.source("fr/reminder-1.email.txt")
    (tmp_path / "fr" / "reminder-1.email.txt").write_text(own, "utf-8")
    words = Words(tmp_path)
    assert words.problems([("reminder-1", "email", "fr")]) == []
    (problem,) = words.problems([("reminder-1", "email", language) for language in ("fr", "en")])
    assert (problem.code, problem.file) == ("REL404", "templates/en/reminder-1.email.txt")


def test_a_language_that_nobody_wrote_is_missing():
    (problem,) = Words().problems([("reminder-1", "email", "pt")])
    assert problem.code == "REL401"


def test_an_own_template_that_no_policy_names_is_read_to_its_last_branch(tmp_path: Path):
    (tmp_path / "en").mkdir()
    own = tmp_path / "en" / "farewell.email.txt"
    own.write_text("Subject: x\n\n{% if late > 90 %}\n{{ custmer.name }}\n{% endif %}{{ range(2) }}\n", "utf-8")
    (problem,) = Words(tmp_path).own_problems()
    assert (problem.file, problem.line, problem.code) == ("templates/en/farewell.email.txt", 4, "REL401")
    assert "custmer" in problem.message
    own.write_text("Subject: x\n\n{% if late > 90 %}{{ customer.name }}\n", "utf-8")
    (problem,) = Words(tmp_path).own_problems()
    assert "endif" in problem.message


def test_what_the_house_writes_names_only_what_a_message_has(tmp_path: Path):
    for path in Words()._shelf.all():
        (tmp_path / path).parent.mkdir(exist_ok=True)
        (tmp_path / path).write_text(Words()._shelf.source(path), "utf-8")
    assert Words(tmp_path).own_problems() == []


def test_an_sms_is_measured_with_the_name_of_the_business(tmp_path: Path):
    (tmp_path / "fr").mkdir()
    (tmp_path / "fr" / "nudge.sms.txt").write_text("{{ creditor.name }} : {{ money(total) }}\n", "utf-8")
    named, words = [("nudge", "sms", "fr")], Words(tmp_path)
    assert words.problems(named) == []
    assert [each.code for each in words.problems(named, replace(CREDITOR, name="Infogérance " * 20))] == ["REL402"]


def test_an_sms_that_does_not_fit_is_not_sent_in_pieces(tmp_path: Path):
    (tmp_path / "fr").mkdir()
    (tmp_path / "fr" / "nudge.sms.txt").write_text(LONG, "utf-8")
    with pytest.raises(TemplateProblem, match="it takes 2 segments"):
        Words(tmp_path).sms(subject("nudge", "sms"))
    with pytest.raises(TemplateProblem, match="segments"):
        Words().sms(subject("nudge", "sms", creditor=replace(CREDITOR, phone="0" * 140)))


@pytest.mark.parametrize("language", ["fr", "en"])
@pytest.mark.parametrize("name", ["Martin", "Infogérance Martin et Associés du Grand Lyon " * 2])
def test_an_sms_without_an_address_asks_for_no_question(language, name):
    creditor = replace(CREDITOR, phone="", email="", name=name)
    assert "uestion" not in Words().sms(subject("nudge", "sms", language, creditor=creditor))


def test_who_begins_to_write_in_a_language_is_told_what_is_still_said_in_english(tmp_path: Path):
    assert Words().problems([("reminder-1", "email", "de")]) == []
    (tmp_path / "de").mkdir()
    (tmp_path / "de" / "reminder-2.email.txt").write_text("Subject: Mahnung\n\nGuten Tag\n", "utf-8")
    (problem,) = Words(tmp_path).problems([("reminder-1", "email", "de")])
    assert (problem.code, problem.file) == ("REL404", "templates/de/reminder-1.email.txt")
    assert "the words of en are sent" in problem.message
