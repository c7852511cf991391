"""What a late payment costs by the terms of a law: the fixed sum, and the interest with its whole working."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from datetime import date, timedelta
from decimal import Decimal

from rules.account import Account, BusinessState, Receivable
from rules.interest import Method, Paydown, Quoted, RateOn, Working, accrue, floor
from rules.money import Money, total
from rules.policy import Band, Scale, TermsRow
from rules.rates import FIXED, Table, name_of, shipped
from rules.standing import Standing, concerns

LEGAL = "fr-legal-professional"
NOT_FOR = frozenset({"consumer", "non-professional"})  # the laws of late payment are for business


def flat_fee(row: TermsRow, amount: Money) -> Money | None:
    """The fixed sum owed for a late receivable of `amount`; None where the row states none in its currency.

    The rows of a graded sum are read in order, strictly below: 40 GBP below 1,000, 70 below 10,000, else 100
    (Late Payment of Commercial Debts (Interest) Act 1998, s. 5A).
    """
    for fee in row.flat:
        if fee.amount.currency != amount.currency or (fee.below is not None and fee.below.currency != amount.currency):
            continue
        if fee.below is None or amount < fee.below:
            return fee.amount
    return None


def recovery_costs(scale: Scale, principal: Money) -> tuple[tuple[tuple[Band, Money, Money], ...], Money] | None:
    """What each band takes of a principal and comes to, and their sum between the least and the most.

    None in another currency. Each band is rounded half up to the minor unit.

    >>> from rules.policy import Band, Scale
    >>> euros = Money.parse
    >>> bands = Band(Decimal(15), euros("2500.00 EUR")), Band(Decimal(10))
    >>> scale = Scale(bands, euros("40.00 EUR"), euros("6775.00 EUR"))
    >>> print(recovery_costs(scale, euros("3000.00 EUR"))[1], recovery_costs(scale, euros("100.00 EUR"))[1])
    425.00 EUR 40.00 EUR
    """
    if principal.currency != scale.least.currency:
        return None
    lines, left = [], principal
    for band in scale.bands:
        part = left if band.of is None else min(left, band.of)
        if part:
            lines.append((band, part, Money.rounded(part.amount * band.percent / 100, part.currency)))
            left -= part
    summed = total((amount for _, _, amount in lines), principal.currency)
    return tuple(lines), max(scale.least, min(summed, scale.most))


def tables(business: BusinessState) -> dict[str, Table]:
    """The published rates, with what people stated in this business."""
    return {name: table.adding(business.rates.get(name, {})) for name, table in shipped().items()}


def rate_of(row: TermsRow, known: Mapping[str, Table], contract_rate: Decimal | None = None) -> RateOn | None:
    """The yearly rate of each half-year under a row; None where neither the law nor the contract gives one.

    The contract's rate, where the row allows one, goes before the law's, but never below the row's floor. A contract
    that is silent has the rate of the law as it stands: whether the floor lifts that one too is not settled.
    """
    agreed = contract_rate if row.contract_rate == "allowed" else None
    if row.interest is None and agreed is None:
        return None

    def statutory(half_year: date) -> Quoted:
        assert row.interest is not None
        if row.interest.base == FIXED:
            return Quoted(row.interest.plus, f"{row.interest.plus} % fixed")
        found = known[row.interest.base].reference(half_year)
        words = f"{row.interest.base} of {name_of(half_year)}, {found.percent} %, + {row.interest.plus} points"
        return Quoted(found.percent + row.interest.plus, words)

    def fixed(half_year: date) -> Quoted:
        said = agreed if agreed is not None else statutory(half_year).percent
        words = f"the contract's {said} %"
        match row.floor:
            case "3x-legal":
                legal = known[LEGAL].reference(half_year).percent
                least, why = 3 * legal, f"3 x {LEGAL} of {name_of(half_year)}, {legal} %"
            case "statutory" if row.interest is not None:
                least, why = statutory(half_year).percent, statutory(half_year).words
            case _:
                return Quoted(said, words)
        return Quoted(floor(said, least), words if said >= least else f"{why}, above {words}")

    own = agreed is not None or (row.interest is not None and row.interest.base == FIXED and row.floor == "3x-legal")
    return fixed if own else statutory


def late_interest(
    account: Account, item: Receivable, row: TermsRow, known: Mapping[str, Table], through: date
) -> Working | None:
    """The interest of a receivable up to `through`; None where none runs under the row, or not yet.

    It runs on what is neither credited (a credit says that it was never owed) nor in dispute. A payment lowers it
    after its own day, whenever it was recorded; one that was reversed never came. It ends with the insolvency of the
    customer. Raises RateUnknown, NoInterest.
    """
    contract = account.contracts.get(item.contract)
    rate = rate_of(row, known, contract.late_rate if contract else None)
    start = starts_after(item, row)
    if rate is None or start is None:
        return None
    paid = list(_paydowns(account, item, through))
    last, method = _last_day(account, item, through), method_of(row)
    return accrue(claimed(account, item, through), start, last, rate, method=method, paydowns=paid)


def claimed(account: Account, item: Receivable, through: date) -> Money:
    """What is claimed of a receivable, paid or not: neither credited, since that was never owed, nor in dispute."""
    disputed = Standing(account, through).disputed.get(item.id, 0)
    return Money(item.amount.minor - item.credited - disputed, item.amount.currency)


def late(account: Account, item: Receivable, through: date) -> Money:
    """What of the sum that is claimed was not paid on the due date; nothing before it has passed."""
    due = item.due
    if due is None or through <= due:
        return Money(0, item.amount.currency)
    in_time = sum(paid.amount.minor for paid in _paydowns(account, item, through) if paid.on <= due)
    return Money(max(claimed(account, item, through).minor - in_time, 0), item.amount.currency)


def method_of(row: TermsRow) -> Method:
    """How the row reckons; by the defaults where only the contract states a rate."""
    how = row.interest
    return Method(how.day_count, how.rounding, how.compounding, how.frozen_at_start) if how else Method()


def starts_after(item: Receivable, row: TermsRow) -> date | None:
    """The day after which interest runs: the due date, or the first reminder that went out; None: not yet."""
    if row.interest is None or row.interest.runs_from == "due" or item.due is None:
        return item.due
    climbs = item.ladder.climbs if item.ladder else ()
    sent = (climb.on for climb in climbs if climb.went_out and climb.level != "courtesy" and climb.on >= item.due)
    return next(sent, None)


def _last_day(account: Account, item: Receivable, through: date) -> date:
    opened = [
        state.hold.opened or state.hold.start
        for state in account.holds.values()
        if state.hold.kind == "insolvency"
        and concerns(account, state, item)
        and item.supplied < (state.hold.opened or state.hold.start)
    ]
    return min([through, *(day - timedelta(days=1) for day in opened)])


def _paydowns(account: Account, item: Receivable, through: date) -> Iterator[Paydown]:
    """The money put on the receivable by its own dates; then what is free on the account, which is counted for it."""
    for payment in account.payments.values():
        on_it = sum(share.minor for share in payment.shares if share.receivable == item.id)
        if on_it and not payment.credit and not payment.reversed:
            yield Paydown(payment.on, Money(on_it, payment.amount.currency))
    standing = Standing(account, through)
    free = item.balance.minor - standing.disputed.get(item.id, 0) - standing.open.get(item.id, 0)
    for payment in sorted(account.payments.values(), key=lambda each: each.on):
        same = payment.amount.currency == item.amount.currency and payment.on <= through
        if free > 0 and same and payment.free.minor > 0:
            used = min(free, payment.free.minor)
            yield Paydown(payment.on, Money(used, item.amount.currency))
            free -= used
