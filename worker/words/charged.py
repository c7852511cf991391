"""What a delay costs, as a list: fixed sums and interest by their law, and what each further day adds."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from datetime import date

from rules.money import Money
from worker.words.blocks import Bullets
from worker.words.locale import Locale
from worker.words.message import Subject

Labels = Mapping[str, str]


def bullets(subject: Subject, labels: Labels, locale: Locale) -> Bullets | None:
    """One line for all that has the same source; None where nothing is charged."""
    said = (*_fixed(subject, labels, locale), *_interest(subject, labels, locale), *_daily(subject, labels, locale))
    return Bullets(said) if said else None


def _fixed(subject: Subject, labels: Labels, locale: Locale) -> Iterator[str]:
    sums: dict[tuple[str, str], list[Money]] = {}
    for amount, _, source in subject.charges:
        sums.setdefault((amount.currency, source), []).append(amount)
    for (currency, source), parts in sums.items():
        whole = Money(sum(part.minor for part in parts), currency)
        label = labels["charge" if len(parts) == 1 else "charge_many"]
        yield label.format(amount=locale.money(whole), count=len(parts), source=source)


def _interest(subject: Subject, labels: Labels, locale: Locale) -> Iterator[str]:
    sums: dict[tuple[str, date, str], int] = {}
    for amount, day, source in subject.interest:
        sums[amount.currency, day, source] = sums.get((amount.currency, day, source), 0) + amount.minor
    for (currency, day, source), minor in sums.items():
        said = locale.money(Money(minor, currency))
        yield labels["interest"].format(amount=said, day=locale.short_date(day), source=source)


def _daily(subject: Subject, labels: Labels, locale: Locale) -> Iterator[str]:
    for each in subject.accruing:
        yield labels["daily"].format(amount=locale.money(each.daily), rate=locale.percent(each.percent))
