"""The case of a policy test: a customer, a contract and one invoice, made from facts by their names."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping
from dataclasses import fields, replace
from datetime import date, datetime
from typing import Any

from rules import facts as f
from rules.account import Account
from rules.addressing import ANYBODY
from rules.calendars import Calendar
from rules.compiling.conditions import fact_type
from rules.compiling.page import Page, listed
from rules.conditions import NotKnown, Value, resolve
from rules.money import Money
from rules.policy import Policy, Rulebook
from rules.source import Entry, Node

CUSTOMER, CONTRACT, INVOICE = "customer", "contract", "invoice"
CHANNELS = ("email", "sms", "letter", "call")
_CUSTOMER = frozenset(field.name for field in fields(f.Customer)) - {"id", "reachable", "custom"}
_CONTRACT = frozenset({"law", "kind", "tags", "suspension_clause", "sepa_mandate"})
_INVOICE = frozenset({"kind", "order_number", "approval", "portal_status", "assigned_to", "insured"})
_OWN = frozenset({"number", "issued", "due", "amount", "balance", "delivered"})  # made into the invoice itself

Given = dict[str, Value]
History = tuple[str | None, date | None]  # the step that another system sent last, and when


def values(page: Page, entries: Iterable[tuple[str, Entry]]) -> Given:
    """Facts as written, each of its type."""
    return {name: value(page, name, entry) for name, entry in entries}


def value(page: Page, name: str, entry: Entry) -> Value:
    """One fact's value."""
    node = entry.value
    kind = fact_type(page, name, entry.key)
    read: dict[str, Callable[[Node], Value]] = {
        "number": page.number,
        "amount": page.money,
        "date": page.day,
        "flag": page.flag,
        "tags": lambda tags: tuple(tag.text for tag in listed(tags)),
    }
    return read.get(kind, page.text)(node)


def calendar_of(rulebook: Rulebook, policy: Policy, given: Mapping[str, Value]) -> Calendar:
    """The calendar that the facts choose; where they do not, any that the policy names, for the clock alone."""
    try:
        name = resolve(policy.calendar, given.get)
    except NotKnown:
        name = None
    if name is None and not isinstance(policy.calendar, str):
        name = policy.calendar.otherwise or next(iter(policy.calendar.cases.values()))
    return rulebook.calendars[name or ""]


def account() -> Account:
    """A customer of whom nothing is known yet."""
    return Account(f.Customer(CUSTOMER, reachable={ANYBODY: CHANNELS}))


def opening(given: Given, digest: str, now: datetime, history: History = (None, None)) -> list[f.Fact]:
    """What is recorded when a test starts: the customer, the contract, and the invoice with its balance and history."""
    contract = f.Contract(CONTRACT, CUSTOMER, "open-account")
    issued = _day(given, "invoice.issued")
    amount = given.get("invoice.amount", given.get("invoice.balance"))
    assert issued is not None
    assert isinstance(amount, Money)
    due = _day(given, "invoice.due")
    number = str(given.get("invoice.number", INVOICE))
    delivered = issued if given.get("invoice.delivered", True) else None
    step, on = history
    made = f.Issued(
        now,
        INVOICE,
        CONTRACT,
        number,
        issued,
        due,
        amount,
        delivered=delivered,
        last_step=step,
        last_step_on=on,
    )
    opened: list[f.Fact] = [
        f.CustomerRecorded(now, account().customer),
        f.ContractRecorded(now, contract, digest),
        made,
    ]
    balance = given.get("invoice.balance", amount)
    assert isinstance(balance, Money)
    if balance != amount:
        less = amount - balance
        opened.append(f.Credited(now, "given", CUSTOMER, less, issued, (f.Share(INVOICE, less.minor),)))
    return opened


def state(account: Account, name: str, value: Value, *, digest: str, now: datetime) -> f.Fact | None:
    """The fact by which `name` gets that value; None when it is stated outright, as those of the account are."""
    group, _, rest = name.partition(".")
    made: Any = value
    match group:
        case "customer" if rest in _CUSTOMER:
            if rest == "payment_run":
                made = int(made)
            return f.CustomerRecorded(now, replace(account.customer, **{rest: made}))
        case "contract" if rest in _CONTRACT:
            return f.ContractRecorded(now, replace(account.contracts[CONTRACT], **{rest: made}), digest)
        case "invoice" if rest in _INVOICE or (rest == "due" and INVOICE in account.receivables):
            return f.ReceivableChanged(now, INVOICE, rest, made)
        case "custom":
            return _custom(account, rest, made, digest, now)
    account.given[name] = made
    return None


def _custom(account: Account, name: str, value: f.Custom, digest: str, now: datetime) -> f.Fact:
    subject, _, key = name.partition(".")
    match subject:
        case "customer":
            customer = account.customer
            return f.CustomerRecorded(now, replace(customer, custom={**customer.custom, key: value}))
        case "contract":
            contract = account.contracts[CONTRACT]
            return f.ContractRecorded(now, replace(contract, custom={**contract.custom, key: value}), digest)
        case _:
            return f.ReceivableChanged(now, INVOICE, key, value)


def apart(given: Given) -> Given:
    """The facts that the opening invoice does not carry already."""
    return {name: value for name, value in given.items() if name.removeprefix("invoice.") not in _OWN}


def _day(given: Given, name: str) -> date | None:
    found = given.get(name)
    return found if isinstance(found, date) else None
