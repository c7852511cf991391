"""A customer's account: the fold of its facts. Ledger, simulator and tests share this one reducer.

Values are immutable, so that `Account.copy` is shallow; `record` is the only thing that changes an account. It
remembers, it never judges: what follows from the facts is for decide.py.
"""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass, field
from datetime import date, datetime
from typing import cast, get_args

from rules import facts as f
from rules.altering import replace
from rules.business import BusinessState
from rules.climbs import (
    Climb,
    Ladder,
    Outcome,
    Request,
    acted,
    answered,
    called,
    presented,
    recalled,
    renamed,
    reopened,
    without,
)
from rules.plans import brought_up, spread
from rules.receivables import HoldState, Payment, Receivable, Review, changed, issued, issued_anew

__all__ = [
    "Account",
    "BusinessState",
    "Climb",
    "HoldState",
    "Ladder",
    "Payment",
    "Receivable",
    "Request",
    "Review",
    "Snapshot",
]


OfLadder = (
    f.Enrolled
    | f.NotEnrolled
    | f.Skipped
    | f.Left
    | f.Stopped
    | f.Reopened
    | f.ApprovalAsked
    | f.ApprovalEnded
    | f.Approved
    | f.Refused
    | f.CallRecorded
    | f.Presented
    | f.Recalled
    | f.Charged
    | f.ChargeWaived
    | f.Restricted
    | f.RestrictionLifted
    | f.Moved
    | f.GoesOn
    | f.Notified
    | f.Concluded
)
_OF_LADDERS = frozenset(get_args(OfLadder))


@dataclass(slots=True)
class Account:
    """One customer with its contracts, receivables, holds, money and questions, as of the last fact recorded.

    Or several that are judged together, because one of them pays for the `others` (rules/together.py).
    """

    customer: f.Customer
    contracts: dict[str, f.Contract] = field(default_factory=dict)
    rulebooks: dict[str, str] = field(default_factory=dict)  # contract: digest
    ended: dict[str, date] = field(default_factory=dict)  # contract: last day billed
    receivables: dict[str, Receivable] = field(default_factory=dict)
    payments: dict[str, Payment] = field(default_factory=dict)
    holds: dict[str, HoldState] = field(default_factory=dict)
    reviews: dict[str, Review] = field(default_factory=dict)
    tasks: dict[str, f.TaskOpened] = field(default_factory=dict)  # every one opened, done or not
    done_tasks: set[str] = field(default_factory=set)
    events: list[f.Fact] = field(default_factory=list)  # what a reaction may answer to
    reacted: dict[str, f.Reacted] = field(default_factory=dict)
    contacted: dict[str, date] = field(default_factory=dict)  # customer: the last contact
    stepped: dict[str, date] = field(default_factory=dict)  # customer: the last day on which a step left to it
    given: dict[str, f.Custom | tuple[str, ...]] = field(default_factory=dict)  # facts stated outright, by policy tests
    switched: dict[str, datetime] = field(default_factory=dict)  # receivable: since when another policy judges it
    others: dict[str, f.Customer] = field(default_factory=dict)

    @property
    def last_contact(self) -> date | None:
        """The last contact with anybody."""
        return max(self.contacted.values(), default=None)

    def person(self, name: str) -> f.Customer | None:
        """The customer of that identifier, where the account is theirs."""
        return self.customer if name == self.customer.id else self.others.get(name)

    def debtor(self, item: Receivable) -> f.Customer:
        """The customer who owes a receivable."""
        return self.whose("receivable", item.id) if self.others else self.customer

    def whose(self, scope: f.Scope, subject: str) -> f.Customer:
        """The customer whom a subject of that scope belongs to."""
        if scope == "receivable":
            item = self.receivables.get(subject)
            scope, subject = "contract", item.contract if item is not None else ""
        if scope == "contract":
            subject = self.contracts[subject].customer if subject in self.contracts else ""
        return self.others.get(subject, self.customer)

    def copy(self) -> Account:
        """A shallow copy: what is in the containers is immutable."""
        return Account(
            self.customer,
            dict(self.contracts),
            dict(self.rulebooks),
            dict(self.ended),
            dict(self.receivables),
            dict(self.payments),
            dict(self.holds),
            dict(self.reviews),
            dict(self.tasks),
            set(self.done_tasks),
            list(self.events),
            dict(self.reacted),
            dict(self.contacted),
            dict(self.stepped),
            self.given,
            dict(self.switched),
            dict(self.others),
        )

    def parts(self, item: Receivable) -> list[Receivable]:
        """The parts of its invoice in the order of their places, or the receivable alone."""
        if item.part_of is None:
            return [item]
        found = (each for each in self.receivables.values() if each.part_of == item.part_of)
        return sorted(found, key=lambda each: int(each.number.rpartition("/")[2]))

    def record_all(self, facts: Iterable[f.Fact]) -> None:
        """Folds facts in order."""
        for fact in facts:
            self.record(fact)

    def record(self, fact: f.Fact) -> None:
        """Folds one fact of this customer's streams; one that names nothing known here changes nothing."""
        if type(fact) in _OF_LADDERS:  # most are
            self._ladder_fact(cast(OfLadder, fact))
            return
        match fact:
            case f.CustomerRecorded():
                self._know(fact.customer)
            case f.ContractRecorded():
                self.contracts[fact.contract.id] = fact.contract
                self.rulebooks[fact.contract.id] = fact.rulebook
            case f.ContractEnded():
                self.ended[fact.contract] = fact.on
            case f.CaseBound():
                self._bind(fact)
            case f.Bounced():
                self._bounce(fact)
            case f.Replied() | f.PlanOffered():
                self.events.append(fact)
            case f.Issued() | f.Delivered() | f.ReceivableChanged() | f.WrittenOff() | f.WriteOffUndone():
                self._receivable_fact(fact)
            case f.Paid() | f.Credited() | f.Allocated() | f.Reversed() | f.PaymentFailed():
                self._money_fact(fact)
            case f.HoldPlaced() | f.HoldEnded():
                self._hold_fact(fact)
            case f.ReviewAsked():
                self.reviews.setdefault(fact.review, Review(fact))
            case f.Answered() if fact.review in self.reviews:
                self.reviews[fact.review] = replace(self.reviews[fact.review], answer=fact)
            case f.ReviewWithdrawn() if fact.review in self.reviews:
                self.reviews[fact.review] = replace(self.reviews[fact.review], withdrawn=fact)
            case f.TaskOpened():
                self.tasks.setdefault(fact.task, fact)
            case f.TaskDone():
                self.done_tasks.add(fact.task)
            case f.Reacted():
                self._reacted(fact)
            case f.ActionEnded():
                self._action_ended(fact)

    def _know(self, customer: f.Customer) -> None:
        if customer.id == self.customer.id:
            self.customer = customer
        else:
            self.others[customer.id] = customer

    # --- receivables and money -----------------------------------------------------------------------------------

    def _receivable_fact(
        self, fact: f.Issued | f.Delivered | f.ReceivableChanged | f.WrittenOff | f.WriteOffUndone
    ) -> None:
        if isinstance(fact, f.Issued):
            self.receivables.setdefault(fact.receivable, issued(fact))
            return
        item = self.receivables.get(fact.receivable)
        if item is None:
            return
        match fact:
            case f.Delivered():
                self._delivered(item, fact.on)
                self.events.append(fact)
                return
            case f.ReceivableChanged():
                item = changed(item, fact)
                if fact.name == "due":
                    item = issued_anew(item)
                self.events.append(fact)
            case f.WrittenOff():
                given_up, residue = item.rest, fact.reason in f.SETTLING
                item = replace(item, written_off=item.written_off + given_up, residue=item.residue + given_up * residue)
            case f.WriteOffUndone():
                item = replace(item, written_off=0, residue=0)
        self.receivables[item.id] = item
        if isinstance(fact, f.WrittenOff | f.WriteOffUndone):
            self._bring_up_plans()

    def _money_fact(self, fact: f.Paid | f.Credited | f.Allocated | f.Reversed | f.PaymentFailed) -> None:
        match fact:
            case f.Paid() if fact.payment not in self.payments:
                shares = self._put(fact.shares, credit=False)
                about = (fact.payment, fact.amount, fact.on, shares)
                self.payments[fact.payment] = Payment(*about, credit=False, known=fact.at, customer=fact.customer)
                self.events.append(fact)
            case f.Credited() if fact.credit not in self.payments:
                shares = self._put(fact.shares, credit=True)
                about = (fact.credit, fact.amount, fact.on, shares)
                note = Payment(*about, credit=True, known=fact.at, invoice=fact.invoice, customer=fact.customer)
                self.payments[fact.credit] = note
                self._give_back(fact)
            case f.Allocated() if (payment := self.payments.get(fact.payment)) is not None:
                shares = self._put(fact.shares, credit=payment.credit)
                self.payments[payment.id] = replace(payment, shares=payment.shares + shares)
            case f.Reversed() if (payment := self.payments.get(fact.payment)) is not None and not payment.reversed:
                self.payments[payment.id] = replace(payment, came_back=fact.at)
                self._put([f.Share(each.receivable, -each.minor) for each in payment.shares], credit=payment.credit)
                self.events.append(fact)
            case f.PaymentFailed():
                self.events.append(fact)

    def _put(self, shares: Iterable[f.Share], *, credit: bool) -> tuple[f.Share, ...]:
        """Puts money on receivables; returns where it went, which for an instalment is what its plan covers."""
        went = tuple(spread(self.receivables, self.holds, shares))
        for share in went:
            item = self.receivables.get(share.receivable)
            if item is not None:
                self.receivables[item.id] = (
                    replace(item, credited=item.credited + share.minor)
                    if credit
                    else replace(item, paid=item.paid + share.minor)
                )
        self._bring_up_plans()
        return went

    def _bring_up_plans(self) -> None:
        for state in self.holds.values():
            if state.hold.kind == "payment-plan" and state.active:
                for part in brought_up(self.receivables, state.hold):
                    self.receivables[part.id] = part

    def _give_back(self, fact: f.Credited) -> None:
        item = self.receivables.get(fact.invoice or "")
        if item is not None and fact.returned:
            given = {share.receivable: share.minor for share in fact.returned}
            left = (f.Share(each.receivable, each.minor - given.get(each.receivable, 0)) for each in item.deposits)
            self.receivables[item.id] = replace(item, deposits=tuple(each for each in left if each.minor > 0))

    # --- holds ---------------------------------------------------------------------------------------------------

    def _hold_fact(self, fact: f.HoldPlaced | f.HoldEnded) -> None:
        if isinstance(fact, f.HoldPlaced):
            if fact.hold.id not in self.holds:
                self.holds[fact.hold.id] = HoldState(fact.hold, fact.at)
                self.events.append(fact)
        elif (state := self.holds.get(fact.hold)) is not None and state.active:
            self.holds[fact.hold] = replace(state, end=fact.on, outcome=fact.outcome, ended=fact.at)
            self.events.append(fact)

    # --- ladders -------------------------------------------------------------------------------------------------

    def _bind(self, fact: f.CaseBound) -> None:
        self.rulebooks[fact.contract] = fact.rulebook
        for item in self.receivables.values():
            if item.contract == fact.contract:
                self.switched[item.id] = fact.at
                if item.ladder is not None:
                    self._set(item, renamed(replace(item.ladder, rulebook=fact.rulebook), fact.renamed))

    def _set(self, item: Receivable, ladder: Ladder) -> None:
        self.receivables[item.id] = replace(item, ladder=ladder)

    def _ladder_fact(self, fact: OfLadder) -> None:
        item = self.receivables.get(fact.receivable)
        if item is None:
            self._elsewhere(fact)
            return
        match fact:
            case f.Enrolled():
                ladder = Ladder(fact.round, fact.rulebook, fact.policy, fact.on, fact.late)
                item = replace(item, ladder=ladder, not_enrolled=None, rounds=fact.round, enrolled=True)
                self.receivables[item.id] = item
                return
            case f.NotEnrolled():
                self.receivables[item.id] = replace(item, not_enrolled=fact.why, ladder=None)
                return
            case f.Charged():
                self.receivables[item.id] = replace(item, charges=(*item.charges, fact))
                return
            case f.ChargeWaived():
                both = {"fixed-sum", "interest"} if fact.what == "all" else {fact.what}
                self.receivables[item.id] = replace(item, waived=item.waived | both)
                return
            case f.Restricted():
                self.receivables[item.id] = replace(item, restricted=fact)
                return
            case f.RestrictionLifted():
                self.receivables[item.id] = replace(item, restricted=None)
                return
            case f.Concluded() if fact.what != f.AFTER_LAST_STEP:
                self.receivables[item.id] = replace(item, deadlines={**item.deadlines, fact.what: fact.round})
                return
            case f.Stopped() if item.ladder is None:
                self.receivables[item.id] = replace(item, closed_on=fact.on, not_enrolled=fact.why)
                return
            case f.Reopened() if item.ladder is None:
                self.receivables[item.id] = replace(item, closed_on=None, not_enrolled=None, rounds=fact.round)
                return
        ladder_ = item.ladder
        if ladder_ is None:
            return
        match fact:
            case f.Skipped():
                climb = Climb(fact.step, fact.occurrence, fact.level, fact.on, "skipped", why=fact.why)
                ladder_ = replace(ladder_, climbs=(*ladder_.climbs, climb), request=None)
            case f.Left():
                ladder_ = self._left(item, ladder_, fact)
            case f.Stopped():
                item = replace(
                    item, closed_on=fact.on, handed_off=fact.on if fact.why == "handed-off" else item.handed_off
                )
                once = {fact.why: fact.round} if fact.why == "handed-off" else {}  # recalled or not
                done = {**ladder_.done, **once}
                ladder_ = replace(ladder_, stopped=fact.why, request=None, done=done)
            case f.Reopened():
                item = replace(item, closed_on=None, rounds=fact.round)
                if fact.how == "restart":  # enrolled anew
                    self.receivables[item.id] = replace(item, ladder=None)
                    return
                ladder_ = reopened(ladder_, fact)
            case f.ApprovalAsked():
                request = Request(fact.step, fact.occurrence, fact.who, fact.amount, fact.on)
                ladder_ = replace(ladder_, request=request)
            case f.ApprovalEnded() | f.Approved() | f.Refused():
                ladder_ = answered(ladder_, fact)
            case f.CallRecorded():
                self.events.append(fact)
                carried = (c.message for c in reversed(ladder_.climbs) if c.message and fact.step in (c.step, c.own))
                self._called(next(carried, None), fact)
                return
            case f.Presented():
                ladder_ = replace(ladder_, climbs=tuple(presented(c, fact) for c in ladder_.climbs))
                self.events.append(fact)
            case f.Recalled():
                self.events.append(fact)
                item = replace(item, handed_off=None, closed_on=None)
                ladder_ = recalled(ladder_, fact)
            case f.Moved():
                self.switched[item.id] = fact.at
                ladder_ = replace(ladder_, policy=fact.policy, request=None)
            case f.GoesOn():
                ladder_ = replace(ladder_, resume_at=fact.step, recalled_to=None, request=None)
            case f.Notified():
                ladder_ = replace(ladder_, notified=ladder_.notified | {(fact.step, fact.occurrence)})
            case f.Concluded():
                ladder_ = replace(ladder_, done={**ladder_.done, fact.what: fact.round})
        self._set(item, ladder_)

    def _elsewhere(self, fact: f.Fact) -> None:
        """A fact about another customer's receivable, recorded here for what it means to this one as well."""
        match fact:
            case f.Left(to=to) if to == self.customer.id:
                self._stepped(to, fact)
            case f.CallRecorded():
                climbs = (c for item in self.receivables.values() if item.ladder for c in item.ladder.climbs)
                lead = f"{fact.receivable}/"
                carried = [c for c in climbs if c.own == fact.step and c.message.startswith(lead)]
                last = max(carried, key=lambda climb: climb.on, default=None)
                self._called(last.message if last is not None else None, fact)

    def _stepped(self, to: str, fact: f.Left) -> None:
        self.stepped[to] = max(self.stepped.get(to, fact.on), fact.on)
        if {"email", "sms", "letter"} & set(fact.channels):
            self._contact(to, fact.on)

    def _left(self, item: Receivable, ladder: Ladder, fact: f.Left) -> Ladder:
        outcome: Outcome = "leaving" if fact.pending else "covered" if fact.covered else "sent"
        climb = Climb(
            fact.step,
            fact.occurrence,
            fact.level,
            fact.on,
            outcome,
            fact.message,
            fact.own,
            fact.channels,
            fact.pending,
            covered=fact.covered,
            deadline=fact.deadline,
            to=fact.to,
        )
        self._stepped(fact.to or self.debtor(item).id, fact)
        resume_at = None if ladder.resume_at == fact.step else ladder.resume_at
        return replace(
            ladder,
            climbs=(*ladder.climbs, climb),
            variant=fact.variant,
            due=fact.due or ladder.due,
            request=None,
            resume_at=resume_at,
        )

    def _called(self, message: str | None, fact: f.CallRecorded) -> None:
        """A call concerns every ladder that its message carried."""
        to = None
        for item in list(self.receivables.values()):
            if item.ladder is not None and (made := [c for c in item.ladder.climbs if c.message == message]):
                climbs = tuple(called(c, fact) if c.message == message else c for c in item.ladder.climbs)
                self._set(item, replace(item.ladder, climbs=climbs))
                to = made[0].to or self.debtor(item).id
        if fact.outcome == "reached":
            self._contact(to or self.whose("receivable", fact.receivable).id, fact.on)

    def _contact(self, to: str, day: date) -> None:
        self.contacted[to] = max(self.contacted.get(to, day), day)

    def _action_ended(self, fact: f.ActionEnded) -> None:
        if fact.message in self.reacted:
            self._reaction_ended(fact)
            return
        for item in list(self.receivables.values()):
            ladder = item.ladder
            if ladder is not None and any(climb.message == fact.message for climb in ladder.climbs):
                climbs = tuple(acted(c, fact) if c.message == fact.message else c for c in ladder.climbs)
                self._set(item, replace(ladder, climbs=climbs))

    def _reacted(self, fact: f.Reacted) -> None:
        elsewhere = fact.to == self.customer.id and fact.receivable not in self.receivables
        if not elsewhere:
            self.reacted[fact.event] = fact
            if fact.message:
                self.reacted[fact.message] = fact
        if fact.contact:
            to = fact.to or self.whose("receivable", fact.receivable).id
            self._contact(to, fact.on)
            self.stepped[to] = max(self.stepped.get(to, fact.on), fact.on)  # no step leaves on that day

    def _reaction_ended(self, fact: f.ActionEnded) -> None:
        reacted = self.reacted[fact.message]
        unsent = fact.outcome == "released" and fact.action not in reacted.pending  # somebody knows that it never left
        failed = reacted.failed or fact.outcome == "failed" or unsent
        self._reacted(replace(reacted, pending=without(reacted.pending, fact), failed=failed, contact=False))
        item = self.receivables.get(fact.receivable)
        if item is not None and reacted.event == f"deliver/{item.id}" and fact.outcome == "sent":
            self._delivered(item, fact.on)

    def _delivered(self, item: Receivable, on: date) -> None:
        """An invoice arrives whole, with all its parts."""
        for part in self.parts(item):
            self.receivables[part.id] = replace(part, delivered=part.delivered or on)

    def _bounce(self, fact: f.Bounced) -> None:
        customer = self.person(fact.customer)
        if customer is not None:  # else it is recorded here for what its message carried
            reachable = dict(customer.reachable)
            reachable[fact.role] = tuple(c for c in reachable.get(fact.role, ()) if c != fact.channel)
            self._know(replace(customer, reachable=reachable))
        self.events.append(fact)
        if fact.message:
            for item in list(self.receivables.values()):
                if item.ladder is not None and any(c.message == fact.message for c in item.ladder.climbs):
                    climbs = tuple(
                        replace(c, bounced=True) if c.message == fact.message else c for c in item.ladder.climbs
                    )
                    self._set(item, replace(item.ladder, climbs=climbs))


@dataclass(frozen=True, slots=True)
class Snapshot:
    """What a judgement looks at: one customer's account, and what its business shares."""

    account: Account
    business: BusinessState
