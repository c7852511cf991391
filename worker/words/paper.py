"""Letters and documents on paper: blocks become a PDF by typst. Same data, same bytes; no fonts but the wheel's."""

from __future__ import annotations

import json
import re
from collections.abc import Iterator
from dataclasses import dataclass, fields
from datetime import UTC, datetime, time
from functools import cache
from importlib.resources import files
from threading import Lock
from typing import Literal

import typst
from babel import Locale as Cldr

from worker.words.blocks import Block, Table
from worker.words.message import Subject
from worker.words.shelf import TemplateProblem
from worker.words.tables import Tables
from worker.words.transfer import payload, svg

ADDRESS_RIGHT = frozenset({"FR", "MC", "BE", "LU"})  # windows: right there, left (DIN 5008, C5/6) elsewhere

_TOWN = re.compile(r"\d{4,5} (.+?)(?: (?i:cedex)\b.*)?")

PIXELS = 110  # per inch, of a picture

_UNPRINTED = re.compile(r"the text `(\".+?\")` could not be displayed")

_ONE_AT_A_TIME = Lock()  # a compiler that two threads use at once raises


@dataclass(frozen=True, slots=True)
class Sheet:
    """What is printed: the message, its title and its blocks; `posted` says that it travels in a window envelope.

    `source` is the typst text, whose only input is the sheet as JSON (`sys.inputs.data`); `logo` a picture or nothing;
    `attached` the XML of an electronic invoice, which the PDF carries as factur-x.xml.
    """

    subject: Subject
    title: str
    blocks: tuple[Block, ...]
    tables: Tables
    posted: bool
    source: str
    logo: bytes = b""
    attached: str = ""


def printed(sheet: Sheet) -> bytes:
    """The PDF, tagged, the same bytes for the same sheet. Raises TemplateProblem where the source does not compile."""
    made = _compiled(sheet, "pdf")
    assert isinstance(made, bytes)
    return made


def pictured(sheet: Sheet) -> list[bytes]:
    """The pages as PNG. Raises TemplateProblem."""
    made = _compiled(sheet, "png")
    return made if isinstance(made, list) else [made]


def _compiled(sheet: Sheet, form: Literal["pdf", "png"]) -> bytes | list[bytes]:
    stamp = datetime.combine(sheet.subject.day, time(), UTC)
    data = json.dumps(_data(sheet), ensure_ascii=False)
    try:
        with _ONE_AT_A_TIME:
            made = _compiler().compile(
                sheet.source.encode(),
                format=form,
                ppi=PIXELS if form == "png" else None,
                pdf_standards="a-3a" if form == "pdf" else [],
                sys_inputs={"data": data, "xml": sheet.attached},
                timestamp=int(stamp.timestamp()),
            )
    except typst.TypstError as error:
        raise TemplateProblem("templates/paper.typ", 0, _refused(str(error))) from error
    assert made is not None, "no path was given to write to"
    return made


def _refused(said: str) -> str:
    """Why typst prints nothing; what to do where its fonts lack a character, which is never left out in silence."""
    lacking = _UNPRINTED.search(said)
    return (
        f"its font cannot print {lacking[1]}: write it in other characters where the data have it" if lacking else said
    )


@cache
def _compiler() -> typst.Compiler:
    fonts = typst.Fonts(include_system_fonts=False)
    return typst.Compiler(root=str(files("templates")), font_paths=fonts)


def _data(sheet: Sheet) -> dict[str, object]:
    subject, labels, locale = sheet.subject, sheet.tables.labels, sheet.tables.locale
    creditor, home = subject.creditor, country_of(subject.creditor.address)
    names = ("siren", "court", "vat")
    legal = [f"{labels[name]} {value}".strip() for name in names if (value := getattr(creditor, name))]
    said = payload(subject, sheet.tables.reference())
    place, to = place_of(creditor.address), subject.addressee or subject.customer
    dated = labels["date_line_at" if place else "date_line"].format(place=place, date=locale.long_date(subject.day))
    return {
        "language": subject.language,
        "title": sheet.title,
        "date": locale.typography(dated),
        "sender": [creditor.name, *_address(creditor.address, "", home, locale.tag)],
        "logo": list(sheet.logo) or None,
        "colour": creditor.brand.colour,
        "recipient": [
            *dict.fromkeys((to.name, *to.postal[:1])),
            *_address(to.postal[1:], to.country, home, locale.tag),
        ],
        "right": (to.country or country_of(to.postal) or home) in ADDRESS_RIGHT,
        "posted": sheet.posted,
        "registered": labels[f"registered_{subject.registered}"] if subject.registered and sheet.posted else None,
        "references": list(_references(sheet)),
        "footer": [" · ".join([creditor.name, *creditor.mentions]), " · ".join(legal)],
        "page": labels["page"],
        "blocks": [_drawn(block) for block in sheet.blocks],
        "qr": svg(said) if said else None,
        "qr_label": labels["qr"],
        "qr_alt": labels["qr_alt"],
    }


def _drawn(block: Block) -> dict[str, object]:
    """A block as typst reads it; of its rows the cells alone."""
    shown = {each.name: getattr(block, each.name) for each in fields(block)}
    if isinstance(block, Table):
        shown["rows"] = [{"cells": row.cells} for row in block.rows]
    return {"kind": type(block).__name__.lower()} | shown


def _references(sheet: Sheet) -> Iterator[tuple[str, str | None]]:
    """What helps to find the matter again; None is left open, to be filled in by hand when the letter is posted."""
    subject, labels = sheet.subject, sheet.tables.labels
    creditor = subject.creditor
    yield labels["customer"], subject.customer_id
    if creditor.brand.signature:
        yield labels["followed_by"], creditor.brand.signature[0]
    if creditor.phone:
        yield labels["phone"], creditor.phone
    if creditor.reply_to or creditor.email:
        yield labels["email"], creditor.reply_to or creditor.email
    if subject.registered and sheet.posted:
        yield from ((labels[f"proof_{name}"], None) for name in ("number", "posted", "presented", "received"))


def country_of(address: tuple[str, ...]) -> str:
    """The country code that an address ends with, or nothing."""
    return address[-1] if address and len(address[-1]) == 2 and address[-1].isupper() else ""


def place_of(address: tuple[str, ...]) -> str:
    """The town of an address whose line of it begins with a postal code of figures; nothing where none does.

    >>> place_of(("12 rue des Lilas", "69003 Lyon Cedex 03", "FR")), place_of(("10 Downing Street", "London SW1A 2AA"))
    ('Lyon', '')
    """
    found = (_TOWN.fullmatch(line) for line in reversed(address))
    return next((match[1] for match in found if match), "")


def _address(lines: tuple[str, ...], country: str, home: str, tag: str) -> list[str]:
    """The lines as posted from `home`: the country in words and capitals, and only abroad."""
    code = country_of(lines)
    kept = list(lines[:-1] if code else lines)
    country = country or code
    if country and country != home:
        kept.append(Cldr.parse(tag).territories.get(country, country).upper())
    return kept
