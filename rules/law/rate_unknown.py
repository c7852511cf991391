"""REL330: a published rate that is not known now, or in two months: interest stops, and a person is asked."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from datetime import date

from rules.compiling.page import items, wanted
from rules.law.rows import charged
from rules.lint.look import Doubt, Look, at
from rules.policy import TermsRow
from rules.rates import FIXED, Table, name_of
from rules.rates.checks import SOON
from rules.terms import LEGAL

CODE = "REL330"
SOURCE = "promise 5 of Relance: unknown is not no"
CONFIDENCE = "A"


def doubts(look: Look) -> Iterator[Doubt]:
    """The rows of the workspace's own terms; and policies that charge terms of the library, under each law of the book.

    What people stated stands in the ledger: without a book nobody can tell that a rate is not known.
    """
    if look.book is None:
        return
    known, until = look.rates(), look.today + SOON
    own = set()
    for path, root in look.of_kind("terms"):
        terms = look.rulebook.terms.get(wanted(root, "id").text)
        own.add(wanted(root, "id").text)
        for value, entry in items(root, "rows") if terms is not None else ():
            row = terms.rows.get(value) if terms is not None else None
            for said, advice in _ending(row, known, until) if row is not None else ():
                yield at(path, entry.key, said, advice)
    business = look.rulebook.business.law
    laws = sorted({business, *(each.law for each in look.agreed())})
    fixed = {each.law for each in look.agreed() if each.late_rate is not None}
    for policy, place in look.policies():
        for name, law in ((name, law) for name in sorted(charged(policy) - own) for law in laws):
            row = look.rulebook.terms[name].row(law)
            for said, advice in _ending(row, known, until, fixed=law in fixed) if row is not None else ():
                yield Doubt(place, len(policy.id), f"{said}, which '{name}' charges under the law of {law}", advice)


def _ending(
    row: TermsRow, known: Mapping[str, Table], until: date, *, fixed: bool = False
) -> Iterator[tuple[str, str]]:
    """`fixed`: some contract states a rate of its own, which the row's floor may lift."""
    names = [row.interest.base] if row.interest is not None else []
    floored = row.floor == "3x-legal" and (fixed or (row.interest is not None and row.interest.base == FIXED))
    names += [LEGAL] if floored else []
    for name in names:
        if name in known and known[name].ends <= until:
            half_year = name_of(known[name].ends)
            yield f"the rate {name} is not known from {half_year} on", f"relance rates add {name} {half_year} ..."
