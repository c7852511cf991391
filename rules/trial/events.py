"""What happens in a policy test: each event as the facts that a person, the bank or the post would record."""

from __future__ import annotations

from collections.abc import Callable, Iterable
from datetime import date
from typing import Literal, cast, get_args

from rules import facts as f
from rules.account import Account, BusinessState
from rules.addressing import ANYBODY
from rules.calendars import Calendar
from rules.compiling.page import Page, listed, text, wanted
from rules.diagnostics import quoted
from rules.source import Node
from rules.trial.given import CONTRACT, CUSTOMER, INVOICE, state, value
from rules.vocabulary import CUSTOM_FACT, FACTS

Dated = Callable[[Node], date]
Outcome = Literal["proceed", "skip", "stop"]  # of a question
HELD = {"hold": "", "dispute": "dispute", "promise": "promise", "plan": "payment-plan"}  # events that begin a hold
WHOLE = frozenset({"insolvency", "vulnerable", "never-dun"})  # holds on a customer, never on one invoice
SUBJECTS = {"receivable": INVOICE, "contract": CONTRACT, "customer": CUSTOMER, "business": "business"}
INSOLVENCY = ("opened", "published")  # what is said of an insolvency alone
ANSWERS = ("approve", "refuse", "postpone", "call", "presented")  # events about a step, which they name


class Happening:
    """One event at one instant; `facts` looks at the account as it stands then."""

    def __init__(self, page: Page, node: Node, number: int, dated: Dated, calendar: Calendar) -> None:
        self.page, self.node, self.number, self.dated = page, node, number, dated
        self.on = dated(wanted(node, "at"))
        self.at = calendar.at(self.on)
        self._whether_it_fits()

    def _whether_it_fits(self) -> None:
        """What is said of a hold needs one, and one of which it can be said."""
        kind = self._kind()
        for key in ("from", "scope", *INSOLVENCY):
            said = self.node.get(key)
            if said is not None and kind is None:
                self.page.error(said, 221, f"`{key}` is said of a hold, and nothing begins one here")
            elif said is not None and key in INSOLVENCY and kind != "insolvency":
                self.page.error(said, 221, f"`{key}` is said of an insolvency, not of a hold {kind}")
        scope, until, start = self.node.get("scope"), self.node.get("until"), self.node.get("from")
        if scope is not None and kind in WHOLE and scope.text != "customer":
            self.page.error(scope, 221, f"a hold {kind} is on a customer, never on a {scope.text} alone")
        if until is not None and start is not None and self.dated(until) < self.dated(start):
            self.page.error(until, 221, f"{quoted(until.text)} is before the hold begins")

    def _kind(self) -> str | None:
        """Of the hold that begins; None where none does."""
        key = next((key for key in HELD if self.node.get(key) is not None), None)
        return None if key is None else HELD[key] or wanted(self.node, key).text

    def facts(self, account: Account, business: BusinessState, digest: str) -> list[f.Fact]:
        """The facts of this event."""
        found: list[f.Fact] = []
        for key, entry in self.node.items():
            if key == "invoice.delivered":
                found += self._delivered(entry.value)
            elif key in FACTS or CUSTOM_FACT.fullmatch(key):
                changed = state(account, key, value(self.page, key, entry), digest=digest, now=self.at)
                found += [changed] if changed is not None else []
            else:
                found += self._event(key, entry.value, account, business)
        return found

    def _delivered(self, node: Node) -> Iterable[f.Fact]:
        if not self.page.flag(node):
            self.page.error(node, 221, "what has reached the customer has reached it: say so in `given`")
        return [f.Delivered(self.at, INVOICE, self.on)]

    def _event(self, key: str, node: Node, account: Account, business: BusinessState) -> Iterable[f.Fact]:
        match key:
            case "payment" | "credit" | "reverse":
                return self._money(key, node, account)
            case "write-off":
                return [f.WrittenOff(self.at, INVOICE, node.text)]
            case "undo-write-off":
                return self._undone(node, account)
            case _ if key in HELD:
                return self._hold(key, node)
            case "release":
                return self._release(node.text, account, business)
            case _ if key in ANSWERS:
                return [self._answer(key, node.text)]
            case "answer":
                return self._answered(node, account, business)
            case "bounce":
                message = next((m for m in _messages(account)), "")
                return [f.Bounced(self.at, CUSTOMER, ANYBODY, node.text, message)]
            case "reply":
                hold = f.Hold(self._id("reply"), "reply", "contract", CONTRACT, self.on, by="customer")
                return [f.Replied(self.at, CONTRACT, next(iter(_messages(account)), "")), f.HoldPlaced(self.at, hold)]
            case "payment-failed":
                item = account.receivables[INVOICE]
                return [f.PaymentFailed(self.at, self._id("payment"), INVOICE, item.balance, node.text)]
            case "bank-data":
                return [f.BankConfirmed(self.at, self.dated(node))]
        return []

    def _money(self, key: str, node: Node, account: Account) -> Iterable[f.Fact]:
        amount = self.page.money(node)
        if key == "reverse":
            found = [p.id for p in account.payments.values() if p.amount == amount and not p.credit and not p.reversed]
            if not found:
                self.page.error(node, 221, f"no payment of {amount} came in before")
            return [f.Reversed(self.at, payment, self.on, text(self.node, "reason")) for payment in found[-1:]]
        item = account.receivables[INVOICE]
        minor = min(amount.minor, item.balance.minor) if amount.currency == item.amount.currency else 0
        shares = (f.Share(INVOICE, minor),) if minor else ()
        if key == "credit":
            return [f.Credited(self.at, self._id("credit"), CUSTOMER, amount, self.on, shares)]
        return [f.Paid(self.at, self._id("payment"), CUSTOMER, amount, self.on, shares)]

    def _undone(self, node: Node, account: Account) -> Iterable[f.Fact]:
        if not account.receivables[INVOICE].written_off:
            self.page.error(node, 221, "nothing is written off by then")
            return []
        return [f.WriteOffUndone(self.at, INVOICE, node.text)]

    def _hold(self, key: str, node: Node) -> Iterable[f.Fact]:
        """A hold on the invoice, or on what `scope` says; a plan's instalments are receivables of their own."""
        kind = self._kind() or key
        scope = cast(f.Scope, text(self.node, "scope") or ("customer" if kind in WHOLE else "receivable"))
        part = self.node.get("part")
        hold = f.Hold(
            self._id(kind),
            kind,
            scope,
            SUBJECTS[scope],
            self._day("from") or self.on,
            self._day("until"),
            None if part is None else self.page.money(part),
            node.text if key == "dispute" else text(self.node, "reason"),
            text(self.node, "by") or ("customer" if key == "dispute" else ""),
            self.dated(node) if key == "promise" else None,
            (self._day("opened") or self.on) if kind == "insolvency" else None,
            self._day("published"),
            method="debit" if text(self.node, "method") else None,
        )
        yield f.HoldPlaced(self.at, hold)
        if key == "plan":
            for n, item in enumerate(listed(node), 1):
                name, amount = f"{hold.id}/{n}", self.page.money(wanted(item, "amount"))
                due = self.dated(wanted(item, "due"))
                yield f.Issued(
                    self.at, name, CONTRACT, name, self.on, due, amount, kind="instalment", delivered=self.on
                )

    def _release(self, kind: str, account: Account, business: BusinessState) -> Iterable[f.Fact]:
        held = [s.hold for s in (*account.holds.values(), *business.holds.values()) if s.active and s.hold.kind == kind]
        if not held:
            self.page.error(wanted(self.node, "release"), 221, f"no {kind} is on, so none can end")
        founded = self.node.get("founded")
        outcome = "released" if founded is None else "founded" if self.page.flag(founded) else "unfounded"
        return [f.HoldEnded(self.at, hold.id, outcome, self.on, hold.scope, hold.subject) for hold in held[-1:]]

    def _answer(self, key: str, step: str) -> f.Fact:
        by = text(self.node, "by") or "somebody"
        reason, outcome = text(self.node, "reason"), text(self.node, "outcome")
        match key:
            case "approve":
                return f.Approved(self.at, INVOICE, step, by, self.on)
            case "call":
                return f.CallRecorded(self.at, INVOICE, step, outcome or "reached", self.on)
            case "presented":
                return f.Presented(self.at, INVOICE, step, text(self.node, "how") or "delivered", self.on)
            case _:
                said = "postpone" if key == "postpone" else outcome or "skip"
                refusal = cast(Literal["skip", "postpone", "stop"], said)
                return f.Refused(self.at, INVOICE, step, by, refusal, reason, self._day("until"))

    def _answered(self, node: Node, account: Account, business: BusinessState) -> Iterable[f.Fact]:
        """What is asked in these words by then, and not answered yet."""
        asked = [r.asked for r in (*account.reviews.values(), *business.reviews.values()) if r.open]
        outcome = text(self.node, "outcome") or "proceed"
        if outcome not in get_args(Outcome):
            self.page.error(
                wanted(self.node, "outcome"), 221, f"a question is answered by {', '.join(get_args(Outcome))}"
            )
            return
        found = [each for each in asked if each.why.startswith(node.text)]
        if not found:
            waiting = "; ".join(quoted(each.why) for each in asked)
            late = "a question is answered on a later day than it is asked"
            self.page.error(node, 221, "nobody is asked this by then", f"asked is {waiting}" if waiting else late)
        by, reason = text(self.node, "by") or "somebody", text(self.node, "reason")
        for each in found:
            yield f.Answered(self.at, each.review, each.scope, each.subject, by, cast(Outcome, outcome), reason)

    def _day(self, key: str) -> date | None:
        node = self.node.get(key)
        return None if node is None else self.dated(node)

    def _id(self, what: str) -> str:
        return f"{what}-{self.number}"


def _messages(account: Account) -> Iterable[str]:
    """The messages of the invoice, the last first."""
    ladder = account.receivables[INVOICE].ladder
    return (climb.message for climb in reversed(ladder.climbs) if climb.message) if ladder else ()
