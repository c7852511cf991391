"""What happened to one invoice, a line each: what left and by what, what was passed over and why, what people said.

It tells what was recorded and judges nothing.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from datetime import date, datetime, timedelta, tzinfo

from rules import facts as f
from rules.account import Account, HoldState, Receivable
from rules.explain import waiting
from rules.money import Money
from rules.offers import stands_until, state_of
from rules.standing import covered

Tested = Mapping[tuple[str, int], str]  # by step and occurrence: what its condition found, in words


@dataclass(frozen=True, slots=True)
class Happened:
    """One line of the past or of what comes: `why` in words, empty where there is nothing to add."""

    on: date | None  # None: nobody can say when, as long as nothing happens
    step: str
    outcome: str
    why: str = ""


def past(
    account: Account, item: Receivable, told: Sequence[f.Fact], now: datetime, tested: Tested
) -> Iterator[Happened]:
    """What was recorded of the invoice, with what kept each step: its message's end, an approval, a hold; and, in their
    place, offers that lapsed. `now` is on the clock of the reader."""
    lapses = sorted(_lapses(account, item, told, now.date()), key=_day)
    page = _Page(account, item, told, tested, now.tzinfo)
    for fact in told:
        found = page.line(fact)
        if found is not None:
            while lapses and _day(lapses[0]) < _day(found):
                yield lapses.pop(0)
            yield found
    yield from lapses


def _day(line: Happened) -> date:
    return line.on or date.max  # what nobody can date stands last


def _lapses(account: Account, item: Receivable, told: Sequence[f.Fact], today: date) -> Iterator[Happened]:
    for fact in told:
        if isinstance(fact, f.PlanOffered) and item.id in fact.receivables:
            until = stands_until(fact)
            if state_of(account, fact, today) == "lapsed":
                yield Happened(until + timedelta(days=1), "", "offer lapsed", f"nobody agreed to it by {until}")


@dataclass(frozen=True, slots=True)
class _Page:
    """One invoice and all that was told of its customer."""

    account: Account
    item: Receivable
    told: Sequence[f.Fact]
    tested: Tested
    zone: tzinfo | None

    def line(self, fact: f.Fact) -> Happened | None:
        """What a fact means for the invoice; None for nothing, or nothing that is worth a line."""
        return self._of_money(fact) or self._of_hold(fact) or self._of_message(fact) or self._of_step(fact)

    def _on(self, fact: f.Fact) -> date:
        on = getattr(fact, "on", None)
        return on if isinstance(on, date) else fact.at.astimezone(self.zone).date()

    # --- money ---------------------------------------------------------------------------------------------------

    def _of_money(self, fact: f.Fact) -> Happened | None:
        match fact:
            case f.Paid() if self._share(fact.shares):
                return Happened(fact.on, "", "paid", self._of(fact.shares, fact.amount))
            case f.Credited() if self._share(fact.shares):
                return Happened(fact.on, "", "credited", self._of(fact.shares, fact.amount))
            case f.Allocated() if self._share(fact.shares):
                why = f"{self._share(fact.shares)}, from what was on the account"
                return Happened(self._on(fact), "", "paid", why)
            case f.Reversed():
                back = [e.shares for e in self.told if isinstance(e, f.Paid) and e.payment == fact.payment]
                if back and self._share(back[-1]):
                    return Happened(fact.on, "", "payment came back", _listed(self._share(back[-1]), fact.reason))
            case f.PaymentFailed(receivable=self.item.id):
                return Happened(
                    self._on(fact), "", "payment failed", _listed(fact.amount, f"the bank says {fact.reason}")
                )
            case f.WrittenOff(receivable=self.item.id):
                return Happened(self._on(fact), "", "written off", fact.reason.replace("-", " "))
            case f.WriteOffUndone(receivable=self.item.id):
                return Happened(self._on(fact), "", "write-off taken back", fact.reason)
        return None

    def _share(self, shares: Sequence[f.Share]) -> Money | None:
        """What of them goes to the invoice."""
        minor = sum(share.minor for share in shares if share.receivable == self.item.id)
        return Money(minor, self.item.amount.currency) if minor else None

    def _of(self, shares: Sequence[f.Share], whole: Money) -> str:
        share = self._share(shares)
        return str(whole) if share == whole else f"{share} of {whole}"

    # --- holds and offers ----------------------------------------------------------------------------------------

    def _of_hold(self, fact: f.Fact) -> Happened | None:
        match fact:
            case f.HoldPlaced() if self._concerns(self.account.holds.get(fact.hold.id)):
                until = fact.hold.promised or fact.hold.until
                part = f"{fact.hold.part} of it" if fact.hold.part is not None else ""
                why = _listed(part, f"until {until}" if until else "", fact.hold.reason)
                return Happened(fact.hold.start, "", f"held: {fact.hold.kind}", why)
            case f.HoldEnded() if self._concerns(self.account.holds.get(fact.hold)):
                kind = self.account.holds[fact.hold].hold.kind
                return Happened(fact.on, "", f"released: {kind}", fact.outcome)
            case f.PlanOffered() if self.item.id in fact.receivables:
                said = f"{len(fact.parts)} instalments, until {stands_until(fact)}"
                return Happened(fact.on, "", "plan offered", said)
        return None

    def _concerns(self, state: HoldState | None) -> bool:
        return state is not None and any(each.id == self.item.id for each in covered(self.account, state))

    # --- messages ------------------------------------------------------------------------------------------------

    def _of_message(self, fact: f.Fact) -> Happened | None:
        match fact:
            case f.Left(receivable=self.item.id):
                outcome = "covered" if fact.covered else "sent" if self._sent(fact) else "left"
                return Happened(
                    fact.on, fact.step, outcome, "; ".join(filter(None, (self._by(fact), self._found(fact))))
                )
            case f.ActionEnded() if left := self._left(fact.message):
                if fact.outcome != "sent" or not self._sent(left):  # else the line of its step says so
                    return Happened(fact.on, left.step, f"{_said(fact.channel)} {fact.outcome}", fact.reason)
            case f.Bounced() if left := self._left(fact.message):
                why = f"the {fact.role} address is dead"
                return Happened(self._on(fact), left.step, f"{_said(fact.channel)} came back", why)
            case f.Replied() if left := self._left(fact.message):
                return Happened(self._on(fact), left.step, "the customer answered")
            case f.CallRecorded() if self._calls(fact):
                return Happened(fact.on, fact.step, "called", fact.outcome.replace("-", " "))
            case f.Presented(receivable=self.item.id):
                return Happened(fact.on, fact.step, "letter presented", fact.how.replace("-", " "))
        return None

    def _left(self, message: str) -> f.Left | None:
        """The step of the invoice that a message carried."""
        steps = (e for e in self.told if isinstance(e, f.Left) and e.receivable == self.item.id)
        return next((each for each in steps if message and each.message == message), None)

    def _sent(self, left: f.Left) -> bool:
        """Whether all that hands had to do for it was done, on the day on which it left."""
        ends = {e.action: e for e in self.told if isinstance(e, f.ActionEnded) and e.message == left.message}
        return all(n in ends and (ends[n].outcome, ends[n].on) == ("sent", left.on) for n in left.pending)

    def _by(self, left: f.Left) -> str:
        channels = dict.fromkeys(left.channels)
        named = [_BY[each] for each in channels if each in _BY]
        said = _listed(
            f"by {' and '.join(named)}" if named else "", *(_DONE[each] for each in channels if each in _DONE)
        )
        said += f", to {left.to} who pays" if left.to else ""
        beside = self._carrier(left) if left.covered else ""
        return f"with {beside}: {said}" if beside else said

    def _carrier(self, left: f.Left) -> str:
        """The invoice whose message carried it."""
        found = (e for e in self.told if isinstance(e, f.Left) and e.message == left.message and not e.covered)
        return next((self.account.receivables[e.receivable].number for e in found), "")

    def _calls(self, fact: f.CallRecorded) -> bool:
        """Whether a call was about the invoice, or about one whose message carried it."""
        if fact.receivable == self.item.id:
            return True
        calls = (
            e for e in self.told if isinstance(e, f.Left) and e.receivable == fact.receivable and e.step == fact.step
        )
        return any(self._left(each.message) for each in calls)

    def _found(self, fact: f.Left | f.Skipped) -> str:
        return self.tested.get((fact.step, fact.occurrence), "")

    # --- what was judged and what people said --------------------------------------------------------------------

    def _of_step(self, fact: f.Fact) -> Happened | None:
        if getattr(fact, "receivable", None) != self.item.id:
            return None
        on = self._on(fact)
        match fact:
            case f.Issued():
                return Happened(fact.issued, "", "issued", f"{fact.amount}, due {fact.due or 'never'}")
            case f.Enrolled():
                late = "its first day had passed" if fact.late else ""
                return Happened(on, "", f"enrolled: {fact.policy}", late)
            case f.NotEnrolled():
                return Happened(on, "", "not enrolled", waiting("not-enrolled", (fact.why,)))
            case f.Moved():
                return Happened(on, "", f"moved to policy {fact.policy}")
            case f.Skipped():
                why = self._found(fact) if fact.why == "condition" else ""
                return Happened(on, fact.step, "skipped", why or SKIPPED.get(fact.why, fact.why.replace("-", " ")))
            case f.Charged() if fact.amount.minor:
                return Happened(on, fact.step, "charged", f"{fact.amount} fixed sum, beside the invoice")
            case f.Restricted():
                return Happened(on, fact.step, f"{fact.what} held back", f"from {fact.since} on")
            case f.RestrictionLifted():
                return Happened(on, "", "nothing is held back any more", fact.why)
            case f.Recalled():
                return Happened(on, fact.resume_at or "", "called back", "from whom it was handed over to")
            case f.ApprovalAsked():
                return Happened(on, fact.step, "approval asked", f"of {fact.who}, for {fact.amount}")
            case f.ApprovalEnded():
                return Happened(on, fact.step, *_ENDED[fact.how])
            case f.Approved():
                return Happened(on, fact.step, "approved", f"by {fact.by}")
            case f.Refused():
                return Happened(on, fact.step, f"refused: {fact.outcome}", _listed(fact.reason, f"by {fact.by}"))
            case f.Stopped():
                return Happened(on, "", "stopped", fact.why.replace("-", " "))
            case f.Reopened():
                return Happened(on, "", "reopened", fact.how)
            case f.ReviewAsked():
                return Happened(on, fact.step or "", "a person is asked", fact.why)
            case f.ReviewWithdrawn():
                return Happened(on, fact.step or "", "the question is taken back", fact.why)
        return None


def _listed(*said: object) -> str:
    return ", ".join(str(each) for each in said if each)


def _said(channel: str) -> str:
    return _BY.get(channel, channel)


_BY = {"email": "e-mail", "sms": "SMS", "letter": "letter"}
_DONE = {
    "call": "put on the list of calls",
    "task": "a task is opened",
    "debit": "collected by debit",
    "handoff": "the file is handed over",
    "webhook": "another system is told",
}
_ENDED = {
    "lapsed": ("approval lapsed", "it was not used within ten working days, or the sum rose"),
    "escalated": ("approval asked of the owner", "nobody answered in time"),
    "assumed": ("approved", "nobody answered in time, which the policy takes for a yes"),
}
SKIPPED = {
    "condition": "its condition did not hold",
    "too-late": "its day had passed when it could have left",
    "broken": "a broken promise or plan went on further up",
    "recalled": "the file came back, to go on further up",
    "refused": "a person refused it",
    "no-approval": "nobody approved it in time",
    "passed-over": "a later step had left already",
    "tone": "something firmer had left already: the tone never goes backwards",
    "history": "it was sent, or passed over, by the system before",
    "review": "a person said to skip it",
    "failed": "it could not be sent, and a person said to skip it",
    "no-suspension-clause": "the contract has no clause that allows it",
    "not-by-debit": "the customer does not pay by debit",
    "no-creditor": "business.yaml has no creditor identifier to collect by",
    "assigned": "it is assigned to somebody else, and never debited",
    "mandate-failed": "the mandate failed for good",
}
