"""What people say of the price of a delay: a published rate that is missing, and what is not claimed."""

from __future__ import annotations

import re
from decimal import Decimal

from rules import facts as f
from rules.charging import invoiced
from rules.diagnostics import did_you_mean, quoted
from rules.rates import following, half_year, half_year_of, name_of, shipped
from rules.rates.checks import disagreement
from rules.terms import tables
from worker.recording.asked import Answer, Asked, Field, Kind, Refused

_PERCENT = re.compile(r"(-?\d{1,2}(?:\.\d{1,4})?) ?%?")
_WAIVED = {"fixed-sum": "The fixed sum", "interest": "The interest", "all": "What the delay costs"}


def rate(asked: Asked) -> Answer:
    """A published rate of a half-year, with where it was read."""
    table = shipped().get(asked.text("table"))
    if table is None:
        near = did_you_mean(asked.text("table"), shipped())
        raise Refused(f"table: there is no {quoted(asked.text('table'))}; {near or 'see relance rates list'}.")
    try:
        begins = half_year(asked.text("half_year"))
    except ValueError as error:
        raise Refused(f"half_year: {error}.") from None
    if begins > following(half_year_of(asked.today)):
        raise Refused(f"half_year: nobody knows a rate of {name_of(begins)} yet: state it when it is published.")
    written = _PERCENT.fullmatch(asked.text("rate"))
    if written is None:
        raise Refused(f"rate: {quoted(asked.text('rate'))} is not a yearly rate such as 2.15%.")
    percent, name = Decimal(written[1]).quantize(Decimal("0.0001")).normalize(), asked.text("half_year")
    percent = percent.quantize(Decimal("0.01")) if percent == percent.quantize(Decimal("0.01")) else percent
    known = asked.tx.state().rates.get(table.id, {}).get(begins)
    if known is not None and (known.percent, known.sources) == (percent, (asked.text("source"),)):
        return Answer(f"{table.id} of {name} was stated as {percent} % already.")
    before = known or table.found(begins)
    asked.record(None, f.RateStated(asked.now, table.id, begins, percent, asked.text("source"), asked.request.by))
    doubts = "".join(f"\nWarning: {each}." for each in disagreement(tables(asked.tx.state()), begins))
    if before is not None and before.percent != percent:
        where = ", ".join(before.sources)
        doubts = f"\nWarning: it was {before.percent} % ({before.confidence}, {where}); yours goes before it.{doubts}"
    return Answer(f"{table.id} of {name} is {percent} %.{doubts}", asked.everybody())


def waiver(asked: Asked) -> Answer:
    """What the delay of an invoice costs is not claimed."""
    customer, item = asked.item()
    what = asked.text("what") or "all"
    parts = {"fixed-sum", "interest"} if what == "all" else {what}
    if parts <= item.waived:
        return Answer(f"{_WAIVED[what]} of {item.number} was waived already.", (item.contract,))
    fact = f.ChargeWaived(asked.now, item.id, what, asked.text("reason"), asked.request.by)  # type: ignore[arg-type]
    asked.record(customer, fact)
    papers = "".join(
        f"\nWarning: {each.number} has invoiced it, {each.balance} of it open: relance invoice credit {each.number}."
        for each in invoiced(asked.tx.account(customer), item)
        if each.open
    )
    return Answer(f"{_WAIVED[what]} of {item.number} is waived.{papers}", (item.contract,))


KINDS = {
    "rate": Kind(
        "A published rate that was missing, or not sure.",
        (
            Field("table", "which rate: ecb-refi, boe-base, ...", required=True),
            Field("half_year", "of which half-year, such as 2027-H1", required=True),
            Field("rate", "percent a year, such as 2.15%", required=True),
            Field("source", "where you read it", required=True),
        ),
        rate,
    ),
    "waiver": Kind(
        "What the delay of an invoice costs is not claimed.",
        (
            Field("invoice", "the number of the invoice", required=True),
            Field("reason", "why", required=True),
            Field("what", "all where it is not given", choices=tuple(_WAIVED)),
        ),
        waiver,
    ),
}
