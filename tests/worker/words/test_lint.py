"""What lint says of a workspace's own templates, before anything is sent."""

from pathlib import Path

import pytest

from worker.words.render import Words

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


def test_a_language_that_has_letters_only_says_the_rest_in_english():
    (problem,) = Words().problems([("reminder-1", "email", "de")])
    assert (problem.code, problem.file) == ("REL404", "templates/de/reminder-1.email.txt")
    assert "the words of en are sent" in problem.message
