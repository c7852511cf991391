"""Risks and doubtful habits in files that are right: warnings REL301 to REL399, one rule per file.

Rules of a file alone are said by `validate` too; those across files, with the book, the templates or today's date,
by `lint` only. What cannot be proved is not said; what is meant is silenced in the file, see silence.py.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import replace
from typing import Protocol

from rules.compiling.page import Page
from rules.diagnostics import Diagnostic
from rules.law import (
    ca_rate,
    ch_fee,
    ch_reminder,
    compound_interest,
    consumers_charged,
    court_papers,
    de_points,
    de_set_off,
    disputed_dunned,
    eu_fixed_sum,
    eu_points,
    fr_fixed_sum,
    fr_floor,
    fr_penalty_rate,
    frequency,
    gb_bands,
    gb_frozen,
    handoff_file,
    hours,
    insolvent_dunned,
    late_rates,
    limitation,
    long_terms,
    nl_compounding,
    notice_without_amount,
    notice_without_deadline,
    order_served_late,
    rate_unknown,
    recovery_fees,
)
from rules.lint import (
    august,
    calendar_ends,
    crowded,
    currencies,
    falling,
    freshness,
    heavy_alone,
    hurried,
    languages,
    letters,
    long_texts,
    never_chosen,
    never_reached,
    no_bank_data,
    no_reminder,
    nothing_debited,
    overlapping,
    silence,
    unknown_segments,
    unreachable_customers,
    unrouted,
)
from rules.lint.look import Book, Doubt, Look, Texts

__all__ = ["ACROSS", "ALONE", "LAW", "Book", "Doubt", "Look", "Texts", "lint", "look"]


class Alone(Protocol):
    """A rule of one compiled file."""

    CODE: str

    def doubts(self, page: Page, made: object, /) -> Iterator[Doubt]:
        """What is doubtful in it."""
        ...


class Across(Protocol):
    """A rule of a whole workspace."""

    CODE: str

    def doubts(self, look: Look, /) -> Iterator[Doubt]:
        """What is doubtful in it."""
        ...


ALONE: tuple[Alone, ...] = (freshness, letters, never_chosen, never_reached, no_bank_data)
LAW: tuple[Across, ...] = (
    ca_rate,
    ch_fee,
    ch_reminder,
    compound_interest,
    consumers_charged,
    court_papers,
    de_points,
    de_set_off,
    disputed_dunned,
    eu_fixed_sum,
    eu_points,
    fr_fixed_sum,
    fr_floor,
    fr_penalty_rate,
    frequency,
    gb_bands,
    gb_frozen,
    handoff_file,
    hours,
    insolvent_dunned,
    late_rates,
    limitation,
    long_terms,
    nl_compounding,
    notice_without_amount,
    notice_without_deadline,
    order_served_late,
    rate_unknown,
    recovery_fees,
)
ACROSS: tuple[Across, ...] = (
    overlapping,
    heavy_alone,
    no_reminder,
    languages,
    calendar_ends,
    currencies,
    falling,
    long_texts,
    unrouted,
    august,
    crowded,
    hurried,
    unreachable_customers,
    unknown_segments,
    nothing_debited,
    *LAW,
)


def lint(page: Page, made: object, source: str) -> None:
    """Warns, on the page, of what may not be meant in one compiled file; `source` is its text."""
    silences = silence.silences(page.name, page.root, source)
    for rule in ALONE:
        for doubt in rule.doubts(page, made):
            if not silences.silent(rule.CODE, doubt):
                _report(page.diagnostics, rule.CODE, doubt)
    for doubt in silences.doubts:
        _report(page.diagnostics, silence.CODE, doubt)


def look(at: Look, sources: Mapping[str, str]) -> list[Diagnostic]:
    """What may not be meant in a workspace as a whole, sorted; `sources` are the texts of its own files."""
    silences = {path: silence.silences(path, root, sources[path]) for path, root in at.roots.items()}
    found: list[Diagnostic] = []
    for rule in ACROSS:
        for doubt in rule.doubts(at):
            if not silences[doubt.place.file].silent(rule.CODE, doubt):
                _report(found, rule.CODE, _sourced(rule, doubt))
    return sorted(found)


def _sourced(rule: Across, doubt: Doubt) -> Doubt:
    """What a rule of law says, with the law that it rests on."""
    source = doubt.source if doubt.source is not None else getattr(rule, "SOURCE", "")
    return replace(doubt, message=f"{doubt.message} ({source})") if source else doubt


def _report(found: list[Diagnostic], code: str, doubt: Doubt) -> None:
    place = doubt.place
    said = Diagnostic(place.file, place.line, place.column, doubt.width, "warning", code, doubt.message, doubt.help)
    if said not in found:
        found.append(said)
