"""What an invoice costs beside typst alone on data that are ready. `python -m tests.bench.documents`.

Ours: the words, the XML, the PDF/A-3 with the XML attached and Factur-X declared. Alone: the same PDF, not attached.
CPU time of one process.
"""

from __future__ import annotations

import json
from collections.abc import Callable
from dataclasses import replace
from datetime import UTC, datetime, time
from time import process_time
from typing import TypeVar

from tests.worker.documents.papers import BOOK, long
from worker.documents.cii import cii
from worker.documents.invoice import Invoice
from worker.documents.mentions import missing_mentions
from worker.documents.paper import pdf, told
from worker.documents.ubl import ubl
from worker.words import paper
from worker.words.render import Words

T = TypeVar("T")
GOALS = {"invoice of 12 lines, of typst alone": (">=", 0.8)}
LINES = (1, 12, 60)


def invoices(count: int, lines: int) -> list[Invoice]:
    """Different invoices, so that nothing is remembered from one to the next."""
    given = long(lines)
    return [replace(given, number=f"F-2027-{n:04d}", customer=f"C-{n}") for n in range(count)]


def documents(count: int = 40) -> dict[str, float]:
    """Invoices per second of one core, the ratios to typst alone, and the parts, in milliseconds of CPU."""
    found: dict[str, float] = {}
    for lines in LINES:
        ours, alone = _pair(count, lines)
        found[f"invoices of {lines} lines a second of CPU"] = count / ours
        found[f"invoice of {lines} lines, of typst alone"] = alone / ours
    given = invoices(200, 12)
    for name, part in {"CII": cii, "UBL": ubl, "check of its mentions": missing_mentions}.items():
        found[f"milliseconds for the {name} of an invoice of 12 lines"] = _cpu(part, given) / len(given) * 1000
    return found


def _pair(count: int, lines: int) -> tuple[float, float]:
    """CPU seconds of ours and of typst alone, in turns, so that both see the same machine."""
    words, business = Words(), BOOK.business
    given = invoices(count + 1, lines)
    source = words._shelf.source("paper.typ") or ""
    stamp = int(datetime.combine(given[0].issued, time(), UTC).timestamp())

    def ready(invoice: Invoice) -> str:
        return json.dumps(paper._data(words._printed(told(invoice, business), "invoice", "document")))

    def alone(data: str) -> None:
        paper._compiler().compile(
            source.encode(), format="pdf", pdf_standards="a-3a", sys_inputs={"data": data}, timestamp=stamp
        )

    first, *rest = given
    alone(ready(first))
    data = [ready(replace(each, customer=f"D-{n}")) for n, each in enumerate(rest)]
    ours = bare = 0.0
    for invoice, each in zip(rest, data, strict=True):
        ours += _cpu(lambda one: pdf(one, business, words), [invoice])
        bare += _cpu(alone, [each])
    return ours, bare


def _cpu(doing: Callable[[T], object], given: list[T]) -> float:
    begun = process_time()
    for each in given:
        doing(each)
    return process_time() - begun


if __name__ == "__main__":
    for name, value in documents().items():
        print(f"{value:10.2f}  {name}")
