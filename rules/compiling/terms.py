"""A file of terms: what a late payment costs, by law."""

from __future__ import annotations

from typing import TypeVar, cast

from rules.compiling.conditions import fact_type
from rules.compiling.page import Page, given, items, listed, text, wanted
from rules.diagnostics import did_you_mean, quoted
from rules.interest import Pot
from rules.policy import Band, FlatFee, Interest, Scale, Terms, TermsRow
from rules.rates import names as bases
from rules.source import Node

W = TypeVar("W")


def terms(page: Page) -> Terms:
    """The rows of a file whose shape is right."""
    root = page.root
    by = wanted(root, "by")
    fact_type(page, by.text, by)
    return Terms(
        text(root, "id"),
        text(root, "title"),
        text(root, "owner"),
        by.text,
        {value: _row(page, entry.value) for value, entry in items(root, "rows")},
        given(root, "otherwise", lambda n: _row(page, n), None),
        page.place(wanted(root, "id")),
    )


def _row(page: Page, node: Node) -> TermsRow:
    return TermsRow(
        given(node, "flat", lambda n: _flat(page, n), ()),
        given(node, "interest", lambda n: _interest(page, n), None),
        _chosen(node, "contract_rate", None),
        _chosen(node, "floor", None),
        text(node, "source") or None,
        text(node, "refer") or None,
        given(node, "allocation", lambda n: _allocation(page, n), ()),
        _chosen(node, "set_off", None),
        _chosen(node, "flat_per", "invoice"),
        given(node, "scale", lambda n: _scale(page, n), None),
    )


def _allocation(page: Page, node: Node) -> tuple[Pot, ...]:
    """An order of pots, each once; the principal is always one of them, or no payment would ever reach it."""
    pots = cast(tuple[Pot, ...], page.texts(node))
    for n, each in enumerate(listed(node)):
        if each.text in pots[:n]:
            page.error(each, 205, f"{quoted(each.text)} is already in this order")
    if "principal" not in pots:
        page.error(node, 210, "an order of payment ends with the principal", "write [interest, costs, principal]")
    return pots


def _flat(page: Page, node: Node) -> tuple[FlatFee, ...]:
    """One amount, or rows by the size of the debt; a row after one without `below` is never reached."""
    if not isinstance(node.value, tuple):
        return (FlatFee(page.money(node)),)
    fees = []
    last: set[str] = set()
    for item in node.value:
        fee = FlatFee(page.money(wanted(item, "amount")), given(item, "below", page.money, None))
        if fee.amount.currency in last:
            page.error(item, 211, "this row is never reached", "the row without `below` comes last")
        if fee.below is None:
            last.add(fee.amount.currency)
        fees.append(fee)
    return tuple(fees)


def _scale(page: Page, node: Node) -> Scale:
    """Bands of one currency; only the last takes the rest."""
    bands = listed(wanted(node, "bands"))
    made = tuple(Band(page.percent(wanted(each, "percent")), given(each, "of", page.money, None)) for each in bands)
    for place, band in zip(bands, made, strict=True):
        if (band.of is None) is (band is not made[-1]):
            page.error(place, 211, "only the last band takes the rest", "write `of` in every band but the last")
    least, most = page.money(wanted(node, "least")), page.money(wanted(node, "most"))
    if len({least.currency, most.currency, *(band.of.currency for band in made if band.of)}) > 1:
        page.error(node, 210, "a scale is in one currency")
    return Scale(made, least, most)


def _interest(page: Page, node: Node) -> Interest:
    base = wanted(node, "base")
    if base.text not in bases():
        known = sorted(bases())
        page.error(
            base,
            220,
            f"there is no rate {quoted(base.text)}",
            did_you_mean(base.text, known) or f"there are: {', '.join(known)}",
        )
    return Interest(
        base.text,
        page.percent(wanted(node, "plus")),
        given(node, "frozen_at_start", page.flag, False),
        _chosen(node, "day_count", "act-365"),
        _chosen(node, "compounding", "none"),
        _chosen(node, "rounding", "period"),
        _chosen(node, "runs_from", "due"),
    )


def _chosen(node: Node, key: str, default: W) -> W:
    """The word under `key`; the shape has checked that it is one of the choices."""
    return cast(W, text(node, key)) or default
