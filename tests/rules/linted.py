"""Lint as the tests of its rules see it: one workspace, one book, a few templates, and the first day of 2027."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field, replace
from datetime import date
from decimal import Decimal
from pathlib import Path

from rules.compile import compile_workspace
from rules.diagnostics import Diagnostic, render
from rules.facts import Net
from rules.library import files
from rules.lint import Book, Look, look
from rules.lint.look import Agreed, Dated
from rules.source import read
from tests.rules.shelf import BUSINESS
from worker.holidays import public_holidays

CASES = Path(__file__).parent / "lint"
TODAY = date(2027, 1, 1)
BOOK = Book(
    frozenset({"EUR", "GBP"}),
    frozenset({"fr", "en"}),
    frozenset({"email", "sms", "letter"}),
    frozenset({"small", "strategic"}),
)
_FOLDERS = {"policy": "policies", "assignment": "assignments", "calendar": "calendars", "terms": "terms"}


WORDS = {
    "vague": "We ask you to settle what you owe us.",
    "court-paper": "COMMANDEMENT DE PAYER {{ money(total) }} {{ table.invoices }} {{ date(deadline) }}",
    "fees": "Payez {{ money(total) }}, et 15 € de frais de relance.",
    "interrupting": "Pay {{ money(total) }}: {{ table.invoices }} by {{ date(deadline) }}. This letter "
    "interrupts the time of limitation.",
}
AGREED = {  # what the book of one rule's cases has besides
    "REL355": frozenset({Agreed("M-9", "FR", Net(75)), Agreed("M-8", "FR", Net(60), periodic=True)}),
    "REL357": frozenset({Agreed("M-9", "FR", late_rate=Decimal(1))}),
}
OPEN = {"REL320": ({"customer.payment_method": "debit"}.get,)}  # the facts of what is owed
DATED = {
    "REL355": frozenset(
        Dated("M-7", "FR", number, date(2026, 11, 10), due)
        for number, due in (("F-1", date(2027, 1, 14)), ("F-2", date(2027, 1, 15)), ("F-3", date(2027, 2, 28)))
    )
}


FULL = """{{ creditor.name }} {{ creditor.address }} {{ money(total) }} {{ table.invoices }} {{ table.charges }}
{{ date(deadline) }} {{ table.payment }}"""
HANDOFF = FULL + " recouvrement amiable. L. 111-8 : sans titre exécutoire ... le débiteur de mauvaise foi."


@dataclass(frozen=True)
class Written:
    """Every text is short but `novel`, and says what it should but for `words` and the German file of a hand-off."""

    words: Mapping[str, str] = field(default_factory=lambda: WORDS)

    def source(self, template: str, channel: str, language: str) -> str | None:
        if (template, language) == ("handoff", "de"):
            return "Bitte ziehen Sie {{ money(total) }} ein."
        return self.words.get(template, HANDOFF if template == "handoff" else FULL)

    def segments(self, template: str, language: str) -> int | None:
        return 2 if template == "novel" else 1


def linted(
    files_: dict[str, str], book: Book | None = BOOK, today: date = TODAY, words: Mapping[str, str] = WORDS
) -> list[Diagnostic]:
    """What lint says of these files, the business of shelf.py beside them unless they bring one."""
    own = {"business.yaml": BUSINESS} | files_
    compiled = compile_workspace({path: text.encode() for path, text in own.items()}, files(), public_holidays)
    assert compiled.rulebook is not None, render(compiled.diagnostics, own)
    roots = {path: root for path, text in own.items() if (root := read(text.encode(), path)[0]) is not None}
    found = look(Look(compiled.rulebook, roots, today, book, Written(words)), own)
    return sorted({*found, *(d for d in compiled.diagnostics if d.file in own and d.code.startswith("REL3"))})


def path_of(text: str) -> str:
    """Where in a workspace a file belongs."""
    words = dict(line.split(": ", 1) for line in text.splitlines() if line.startswith(("kind: ", "id: ")))
    return "business.yaml" if words["kind"] == "business" else f"{_FOLDERS[words['kind']]}/{words['id']}.yaml"


def said_of(file: Path) -> str:
    """What lint says of the file's own code, as it is shown."""
    text = file.read_text("utf-8")
    path = path_of(text)
    code = file.name.partition(".")[0]
    book = replace(
        BOOK, terms=AGREED.get(code, frozenset()), invoices=DATED.get(code, frozenset()), open=OPEN.get(code, ())
    )
    found = [d for d in linted({path: text}, book) if d.code == code and d.file == path]
    return render(found, {path: text})
