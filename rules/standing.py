"""What a customer owes at one instant, and every fact that a condition may test. Reads an account, changes nothing."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass, field
from datetime import date
from decimal import Decimal

from rules.account import Account, HoldState, Receivable
from rules.altering import quick
from rules.conditions import Value
from rules.facts import Contract, Customer, Hold
from rules.money import Money
from rules.plans import instalments, plan_of, replaced


@dataclass(slots=True)
class Standing:
    """Open amounts of one account on one local day, in minor units: disputed parts and free credit taken off.

    Unallocated money and free credits of a customer are applied once, oldest due first, in their own currency. What
    invoices the cost of a delay counts nowhere.
    """

    account: Account
    today: date
    gross: bool = False  # disputed parts and free credit not taken off
    disputed: dict[str, int] = field(default_factory=dict)
    open: dict[str, int] = field(default_factory=dict)
    free: dict[tuple[str, str], int] = field(default_factory=dict)  # (customer, currency): what is on no receivable
    _overdue: dict[tuple[str, str], list[str]] = field(default_factory=dict)  # the same: what `overdue` found

    def __post_init__(self) -> None:
        account = self.account
        if self.gross:
            running = {s.hold.id for s in account.holds.values() if s.active}
            items = account.receivables.values()
            self.open = {i.id: 0 if i.is_charge or plan_of(i) in running else i.rest for i in items}
            return
        for state in account.holds.values():
            if state.hold.kind == "dispute" and state.active and state.hold.start <= self.today:
                for item in covered(account, state):
                    part = state.hold.part.minor if state.hold.part else item.rest
                    self.disputed[item.id] = min(self.disputed.get(item.id, 0) + part, item.rest)
        for plan in _running(account) if self.disputed else ():
            left = sum(self.disputed.get(item.id, 0) for item in replaced(account.receivables, plan))
            for item in reversed(instalments(account.receivables, plan.id)):  # the last are owed last
                before = self.disputed.get(item.id, 0)
                self.disputed[item.id] = min(before + left, item.rest)
                left -= self.disputed[item.id] - before
        for payment in account.payments.values():
            left = payment.left
            if left > 0 and payment.on <= self.today:
                whose = account.whose("customer", payment.customer).id, payment.amount.currency
                self.free[whose] = self.free.get(whose, 0) + left
        rest, elsewhere = dict(self.free), on_plans(account)
        for item in account.receivables.values():
            if not item.is_charge:
                self.open[item.id] = 0 if item.id in elsewhere else item.rest - self.disputed.get(item.id, 0)
        for item in sorted(account.receivables.values(), key=by_age) if rest else ():
            whose = account.debtor(item).id, item.amount.currency
            used = min(self.open.get(item.id, 0), rest.get(whose, 0))
            if used > 0:
                rest[whose] -= used
                self.open[item.id] -= used

    def amount(self, item: Receivable) -> Money:
        """What may be claimed of a receivable."""
        return Money(self.open.get(item.id, 0), item.amount.currency)

    def credit(self, item: Receivable) -> int:
        """What came in from the customer of a receivable, in its currency, and is on no receivable."""
        return self.free.get((self.account.debtor(item).id, item.amount.currency), 0)

    def credits(self, items: Iterable[Receivable]) -> int:
        """The same of all the customers who owe these, which are of one currency."""
        return sum({self.account.debtor(item).id: self.credit(item) for item in items}.values())

    def overdue(self, like: Receivable) -> list[Receivable]:
        """Those of the same customer and currency past their due date with something to claim, oldest first."""
        account, receivables = self.account, self.account.receivables
        whose = account.debtor(like).id, like.amount.currency
        if whose not in self._overdue:
            found = (
                item
                for item in receivables.values()
                if self.open.get(item.id, 0) > 0
                and item.due is not None
                and item.due < self.today
                and (account.debtor(item).id, item.amount.currency) == whose
            )
            self._overdue[whose] = [item.id for item in sorted(found, key=by_age)]
        return [receivables[name] for name in self._overdue[whose]]


def by_age(item: Receivable) -> tuple[date, str]:
    """Oldest due first, then the smaller identifier; without due date last."""
    return (item.due or date.max, item.id)


def by_start(state: HoldState) -> tuple[date, str]:
    """The hold that began first, then the smaller identifier."""
    return (state.hold.start, state.hold.id)


def on_plans(account: Account) -> set[str]:
    """The receivables in whose place instalments are owed."""
    return {item.id for plan in _running(account) for item in replaced(account.receivables, plan)}


def _running(account: Account) -> list[Hold]:
    """The plans that have instalments and have not ended."""
    plans = [s.hold for s in account.holds.values() if s.hold.kind == "payment-plan" and s.active]
    return [plan for plan in plans if instalments(account.receivables, plan.id)]


def covered(account: Account, state: HoldState) -> list[Receivable]:
    """The receivables that a hold of this account concerns, by age; a plan never concerns instalments."""
    hold = state.hold
    if hold.kind == "payment-plan":
        return replaced(account.receivables, hold)
    match hold.scope:
        case "receivable":
            named = hold.receivables or (hold.subject,)
            found = [account.receivables[name] for name in named if name in account.receivables]
        case "contract":
            every = (item for item in account.receivables.values() if not item.is_charge)
            found = [item for item in every if item.contract == hold.subject]
        case _:
            named = hold.receivables
            every = (item for item in account.receivables.values() if not item.is_charge)
            whose = account.whose(hold.scope, hold.subject)
            found = [i for i in every if (i.id in named if named else account.debtor(i) is whose)]
    return sorted(found, key=by_age)


def concerns(account: Account, state: HoldState, item: Receivable) -> bool:
    """Whether a hold concerns a receivable; a hold on the business concerns all."""
    return state.hold.scope == "business" or any(each.id == item.id for each in covered(account, state))


@quick
@dataclass(frozen=True, slots=True)
class Facts:
    """The facts of one receivable, by the names of the policy language. None is: not known.

    `event` carries the facts of a reaction: payment.reason, payment.amount, payment.method, call.outcome. `customer`
    is whose facts those of the customer are, where it is not the one who owes the receivable.
    """

    standing: Standing
    item: Receivable
    event: dict[str, Value] = field(default_factory=dict)
    customer: Customer | None = None

    def __call__(self, name: str) -> Value | None:
        account = self.standing.account
        if account.given and account.given.get(name) is not None:
            return account.given[name]
        if name in self.event:
            return self.event[name]
        group, _, rest = name.partition(".")
        match group:
            case "customer":
                return self._customer(rest)
            case "contract":
                return self._contract(account.contracts.get(self.item.contract), rest)
            case "invoice":
                return self._invoice(rest)
            case "account":
                return self._account(rest)
            case "custom":
                return self._custom(rest)
        return None

    def _customer(self, name: str) -> Value | None:
        customer = self._person
        match name:
            case "broken_promises":
                account = self.standing.account
                broken = (s.hold for s in account.holds.values() if s.hold.kind == "promise" and s.outcome == "broken")
                return Decimal(sum(account.whose(hold.scope, hold.subject).id == customer.id for hold in broken))
            case "payment_run":
                return None if customer.payment_run is None else Decimal(customer.payment_run)
            case "tags":
                return customer.tags
        value: Value | None = getattr(customer, name, None)
        return value

    @property
    def _person(self) -> Customer:
        return self.customer or self.standing.account.debtor(self.item)

    def _contract(self, contract: Contract | None, name: str) -> Value | None:
        value: Value | None = getattr(contract, name, None)
        return value

    def _invoice(self, name: str) -> Value | None:
        item, today = self.item, self.standing.today
        match name:
            case "balance":
                return self.standing.amount(item)
            case "days_overdue":
                return None if item.due is None else Decimal(max((today - item.due).days, 0))
            case "delivered":
                return item.delivered is not None
        value: Value | None = getattr(item, name, None)
        return value

    def _account(self, name: str) -> Value | None:
        currency, standing = self.item.amount.currency, self.standing
        match name:
            case "unallocated":
                return Money(standing.credit(self.item), currency)
            case "exposure":
                account = standing.account
                owed = (i for i in account.receivables.values() if account.debtor(i) is account.debtor(self.item))
                return Money(sum(standing.open.get(i.id, 0) for i in owed if i.amount.currency == currency), currency)
        overdue = standing.overdue(self.item)
        match name:
            case "overdue_balance":
                return Money(sum(standing.open[item.id] for item in overdue), currency)
            case "overdue_count":
                return Decimal(len(overdue))
            case "oldest_days_overdue":
                days = [(standing.today - item.due).days for item in overdue if item.due]
                return Decimal(max(days, default=0))
        return None

    def _custom(self, name: str) -> Value | None:
        subject, _, key = name.partition(".")
        match subject:
            case "customer":
                return self._person.custom.get(key)
            case "contract":
                contract = self.standing.account.contracts.get(self.item.contract)
                return contract.custom.get(key) if contract else None
            case "invoice":
                return self.item.custom.get(key)
        return None
