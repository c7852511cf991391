"""Words: the data of a message become an e-mail, an SMS, a call script, a letter or a document. Knows no clock."""

from __future__ import annotations

import re
from collections.abc import Callable, Iterable, Mapping
from dataclasses import dataclass, field, fields, replace
from datetime import date
from pathlib import Path
from typing import Literal, cast

from rules.money import Money
from worker.words.blocks import Block, Pairs, Paragraph, clean, mark, parse, plain
from worker.words.gsm import gsm7, segments
from worker.words.lint import CREDITOR, TOO_LONG, lint, unknown, unread
from worker.words.locale import Locale
from worker.words.message import BillDeposit, BillGroup, BillLine, BillText, Brand, Creditor, Item, Party, Subject
from worker.words.paper import Sheet, country_of, pictured, printed
from worker.words.shelf import Shelf, TemplateProblem
from worker.words.tables import TABLES, Tables
from worker.words.transfer import payload, png

Document = Literal["invoice", "statement", "history", "handoff"]
QR = "transfer.png"
LARGEST = 100_000  # bytes of HTML: Gmail cuts off at 102 KB
LISTED = (100, 50, 25, 10)  # receivables in each table of an e-mail: the first count that is not too large
TOO_LONG_SAID = "it takes {count} segments: shorten it, or add a shorter way after ---"
LONGEST_SALUTATION = 30  # characters
_WAYS = re.compile(r"^---$", re.MULTILINE)
_WITH_TEXT = (Subject, Creditor, Brand, Party, Item, BillText, BillLine, BillGroup, BillDeposit)


@dataclass(frozen=True, slots=True)
class EmailText:
    """An e-mail in words: the subject line, the text part, the HTML part and the pictures that it names `cid:`.

    An `abridged` one says that a statement of account is attached, which lists every receivable.
    """

    subject: str
    text: str
    html: str
    pictures: Mapping[str, bytes] = field(default_factory=dict)
    abridged: bool = False


@dataclass(frozen=True, slots=True)
class _Said:
    """A rendered template: its subject line (empty where the channel has none), the line that mail readers show
    beside it, and its blocks."""

    subject: str
    preview: str
    blocks: tuple[Block, ...]
    tables: Tables


class Words:
    """The templates of a workspace, ready to render. `overrides` is its `templates/` folder or None.

    Every method raises TemplateProblem for a template that is missing, broken, or names what it is not given.
    """

    def __init__(self, overrides: Path | None = None) -> None:
        self._shelf = Shelf(overrides)

    def email(self, subject: Subject) -> EmailText:
        """The e-mail of a message: it lists as many receivables as mail readers show without cutting it off."""
        for listed in LISTED:
            said = self._said(subject, subject.template, "email", listed=listed)
            html, pictures = self._html(said)
            if len(html.encode()) <= LARGEST:
                break
        return EmailText(said.subject, plain(said.blocks), html, pictures, said.tables.abridged)

    def sms(self, subject: Subject, *, whole: bool = True) -> str:
        """The SMS of a message: one line of GSM 03.38 characters.

        A template may say it several times, longest first, with a line `---` between: the first that fits into one
        segment is taken. TemplateProblem says that none does, unless `whole` is False: then the last is taken.
        """
        language = self._shelf.spoken(subject.template, "sms", subject.language)
        template = self._shelf.get(subject.template, "sms", language)
        given = replace(cast(Subject, _each_text(subject, lambda text: gsm7(clean(text)))), language=language)
        values = self._values(given, self._tables(given), short=True)
        ways = [gsm7(" ".join(way.split())) for way in _WAYS.split(self._shelf.render(template, values))]
        said = next((way for way in ways if segments(way) == 1), ways[-1])
        if whole and (count := segments(said)) > 1:
            raise TemplateProblem(f"templates/{template.name}", 0, TOO_LONG_SAID.format(count=count), TOO_LONG)
        return said

    def call(self, subject: Subject) -> str:
        """The script of a call, as text."""
        return plain(self._said(subject, subject.template, "call").blocks)

    def letter(self, subject: Subject) -> bytes:
        """The letter of a message: a PDF, the same bytes for the same data."""
        return printed(self._printed(subject, subject.template, "letter"))

    def document(self, subject: Subject, kind: Document, *, attached: str = "") -> bytes:
        """A PDF that travels with a message or a hand-off; `handoff` is the sheet on top of one.

        Raises ValueError for an invoice without `subject.bill`: what was billed elsewhere is not printed here.
        """
        if kind == "invoice" and subject.bill is None:
            raise ValueError("an invoice that was not billed here has no lines to print")
        return printed(replace(self._printed(subject, kind, "document"), attached=attached))

    def pages(self, subject: Subject) -> list[bytes]:
        """A letter or a document as pictures of its pages, PNG, for those who look before anything is sent."""
        return pictured(self._printed(subject, subject.template, subject.channel))

    def text(self, subject: Subject) -> str:
        """A message with a subject line as text: an e-mail, a letter or a document before it is laid out."""
        said = self._said(subject, subject.template, subject.channel)
        return f"{said.subject}\n\n{plain(said.blocks)}"

    def written(self, template: str, channel: str, language: str) -> str | None:
        """A template as it is written, Jinja's marks included; None where there is none."""
        path = self._shelf.find(template, channel, language)
        return self._shelf.source(path) if path is not None else None

    def all(self) -> list[tuple[str, str]]:
        """Every (template, channel) that somebody wrote, in any language."""
        parts = (path.partition("/")[2].split(".") for path in self._shelf.all())
        return sorted({(name, channel) for name, channel, _ in parts})

    def languages(self) -> list[str]:
        """The languages in which there are templates."""
        return sorted({path.partition("/")[0] for path in self._shelf.all()})

    def labels(self, language: str) -> Mapping[str, str]:
        """The short words of a language."""
        return self._shelf.labels(language)

    def reference(self, subject: Subject) -> str:
        """What the payer of a message is to quote."""
        return self._tables(subject).reference()

    def money(self, language: str, amount: Money) -> str:
        """An amount as that language writes it."""
        labels = self._shelf.labels(language)
        return Locale(labels["locale"], labels["day"]).money(amount)

    def missing(self, names: Iterable[tuple[str, str, str]]) -> list[str]:
        """Of the (template, channel, language) that policies name, the files that nobody wrote."""
        return [
            f"templates/{language}/{name}.{channel}.txt"
            for name, channel, language in sorted(names)
            if self._shelf.find(name, channel, self._shelf.spoken(name, channel, language)) is None
        ]

    def problems(self, names: Iterable[tuple[str, str, str]], creditor: Creditor = CREDITOR) -> list[TemplateProblem]:
        """What is wrong with the templates that policies name, before anything is sent (see lint.py)."""
        return lint(self, self._shelf, names, creditor)

    def own_problems(self) -> list[TemplateProblem]:
        """The workspace's own templates that cannot be read, or name what no message has, whoever names them."""
        given = Subject("", "", "en", "email", date.min, CREDITOR, Party(""), "")
        return unknown(self._shelf, frozenset(self._values(given, self._tables(given))))

    def unread(self, names: Iterable[str]) -> list[TemplateProblem]:
        """The workspace's own templates that no message is made of; `names` are those that policies name."""
        return unread(self._shelf, names)

    def _tables(self, subject: Subject, listed: int | None = None) -> Tables:
        labels = self._shelf.labels(subject.language)
        return Tables(subject, labels, Locale(labels["locale"], labels["day"]), listed)

    def _said(self, subject: Subject, name: str, channel: str, *, listed: int | None = None) -> _Said:
        language = self._shelf.spoken(name, channel, subject.language)
        given = replace(cast(Subject, _each_text(subject, clean)), channel=channel, language=language)
        tables = self._tables(given, listed)
        template = self._shelf.get(name, channel, given.language)
        text = self._shelf.render(template, self._values(given, tables)).strip()
        title = preview = ""
        if channel != "call":
            title, text = _header(text, "Subject")
            if not title:
                raise TemplateProblem(f"templates/{template.name}", 1, "the first line must be `Subject: ...`")
            preview, text = _header(text, "Preview")
        blocks = parse(tables.locale.typography(text), tables.get)
        title, preview = tables.locale.typography(title), tables.locale.typography(preview)
        return _Said(title, preview, blocks, tables)

    def _html(self, said: _Said) -> tuple[str, dict[str, bytes]]:
        subject, brand = said.tables.subject, said.tables.subject.creditor.brand
        pictures = {brand.logo: self._shelf.picture(brand.logo)} if brand.logo else {}
        pays = any(isinstance(block, Pairs) and block.payable for block in said.blocks)
        code = payload(subject, said.tables.reference()) if pays else None
        if code is not None:
            pictures[QR] = png(code)
        values = {
            "title": said.subject,
            "preview": said.preview or _opening(said.blocks),
            "blocks": [(type(block).__name__.lower(), block) for block in said.blocks],
            "creditor": subject.creditor,
            "language": subject.language,
            "labels": said.tables.labels,
            "brand": brand,
            "on_colour": readable_on(brand.colour),
            "logo": brand.logo,
            "qr": QR if code is not None else None,
            "footer": imprint(subject.creditor, said.tables.labels),
        }
        return self._shelf.render(self._shelf.compiled("frame.html"), values), pictures

    def _printed(self, subject: Subject, name: str, channel: str) -> Sheet:
        said = self._said(subject, name, channel)
        source, logo = self._shelf.source("paper.typ"), subject.creditor.brand.logo
        assert source is not None, "the house has one"
        picture = self._shelf.picture(logo) if logo else b""
        return Sheet(said.tables.subject, said.subject, said.blocks, said.tables, channel == "letter", source, picture)

    def _values(self, subject: Subject, tables: Tables, *, short: bool = False) -> dict[str, object]:
        """What a template may name: the message's data, a few words about them, its tables and its functions."""
        locale = tables.locale
        numbers = [item.number for item in subject.items]
        attached = "invoice" in subject.attach
        late_law = tables.labels.get(f"late_{subject.law}", "")
        return {each.name: getattr(subject, each.name) for each in fields(subject)} | {
            "many": len(subject.items) > 1,
            "numbers": locale.listed(numbers) if numbers else "",
            "late": max((item.days_overdue for item in subject.items), default=0),
            "reference": tables.reference(),
            "with_charges": subject.with_charges,
            "late_law": late_law,
            "law_said": any(source == late_law for *_, source in (*subject.charges, *subject.interest)),
            "charged_to": max((day for _, day, _ in subject.interest), default=subject.day),
            "invoices_attached": attached and any(item.document for item in subject.items),
            "invoices_missing": attached and any(not item.document for item in subject.items),
            "money": locale.plain_money if short else locale.money,
            "date": locale.short_date if short else locale.long_date,
            "days": tables.days,
            "table": {name: mark(name) for name in TABLES},
        }


def imprint(creditor: Creditor, labels: Mapping[str, str]) -> tuple[str, ...]:
    """Who writes, as the law wants it on business papers: name and address, then registers and other mentions."""
    names = ("siren", "court", "vat")
    legal = (f"{labels[name]} {value}".strip() for name in names if (value := getattr(creditor, name)))
    address = creditor.address[:-1] if country_of(creditor.address) else creditor.address
    lines = (" · ".join([creditor.name, *address]), " · ".join([*creditor.mentions, *legal]))
    return tuple(line for line in lines if line)


def readable_on(colour: str) -> str:
    """Black or white, whichever is read better on a colour such as `#1a5fb4` (WCAG 2.2, relative luminance).

    >>> readable_on("#1a5fb4"), readable_on("#ffdd00")
    ('#ffffff', '#1d1d1f')
    """
    parts = (int(colour[n : n + 2], 16) / 255 for n in (1, 3, 5))
    red, green, blue = (part / 12.92 if part <= 0.04045 else ((part + 0.055) / 1.055) ** 2.4 for part in parts)
    return "#ffffff" if 0.2126 * red + 0.7152 * green + 0.0722 * blue < 0.183 else "#1d1d1f"


def _header(text: str, name: str) -> tuple[str, str]:
    """What follows `Name:` on the first line, and the text without that line; nothing, and the text, without it."""
    first, _, rest = text.partition("\n")
    return (first.partition(":")[2].strip(), rest.lstrip("\n")) if first.startswith(f"{name}:") else ("", text)


def _opening(blocks: Iterable[Block]) -> str:
    """The first words that are no salutation."""
    said = [" ".join(block.lines) for block in blocks if isinstance(block, Paragraph)]
    return next((text for text in said if len(text) > LONGEST_SALUTATION), "")


def _each_text(value: object, change: Callable[[str], str]) -> object:
    """The value with every text in it changed: data are written by others."""
    match value:
        case str():
            return change(str(value))
        case tuple():
            return tuple(_each_text(each, change) for each in value)
        case _ if isinstance(value, _WITH_TEXT):
            changed = {each.name: _each_text(getattr(value, each.name), change) for each in fields(value)}
            return replace(value, **changed)  # type: ignore[arg-type]
        case _:
            return value
