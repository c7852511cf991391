"""Random lives: a policy, a book, what happens and how people answer; lived through by the simulator."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass, replace
from datetime import date, datetime, timedelta
from decimal import Decimal
from typing import Any
from zlib import crc32

from hypothesis import strategies as st

from rules import facts as f
from rules.account import Account, Snapshot
from rules.decide import decide
from rules.decision import Act
from rules.money import Money
from rules.simulate import Simulation, performed
from tests.rules.judgement.kit import ANYBODY, Life

START = date(2026, 1, 1)
DAYS = 200  # how long something may happen; the life goes on for as long again

_STEPS = """
holds: {promise: {tolerance: 1bd, broken: two}, dispute: {review_after: 10bd}, manual: {resume: shift}}
steps:
  - {id: courtesy, level: courtesy, at: due-5d, do: [{email: {template: courtesy, to: billing}}]}
  - {id: one, level: reminder, at: due+2d, do: [{email: {template: reminder, to: billing}}]}
  - id: again
    level: reminder
    at: previous+3bd
    repeat: {every: 4bd, times: 2}
    when: {invoice.balance: {gte: 100.00 EUR}}
    do: [{sms: {template: nudge, to: billing}}]
  - id: two
    level: firm
    at: due+14d
    do: [{email: {template: firm, to: billing}}, {call: {queue: calls, script: firm}}]
  - {id: look, level: firm, at: due+20d, do: [{task: {queue: collections, title: Look at it}}]}
  - id: notice
    level: notice
    at: due+30d
    requires: [two]
    approval: {who: credit-controller, within: 3bd, otherwise: skip}
    deadline: {of: 8d, from: sent}
    when: {account.overdue_balance: {gte: 50.00 EUR}}
    do: [{letter: {template: notice, to: billing, registered: paper}}, {charge: {terms: late-payment, claim: mention}}]
  - id: agency
    level: handoff
    at: notice.deadline+5bd
    requires: [notice]
    approval: credit-controller
    do: [{handoff: {to: recouvra, kind: agency}}]
after_last_step: {at: notice.deadline+20bd, do: [{task: {queue: collections, title: What now}}]}
reactions:
  - {event: promise-broken, do: [{email: {template: broken, to: billing}}]}
  - {event: payment-received, do: [{email: {template: thanks, to: billing}}]}
  - event: payment-reversed
    when: {payment.amount: {gte: [50.00 EUR, 50.00 GBP]}}
    do: [{sms: {template: back, to: billing}}]
  - {event: payment-failed, do: [{email: {template: failed, to: billing}}, {task: {queue: collections, title: Failed}}]}
  - {event: bounced, do: [{task: {queue: collections, title: Find the address}}]}
  - {event: replied, do: [{email: {template: answer, to: billing}}]}
deadlines: [{id: insurer, at: due+60d, warn: 10d, do: [{task: {queue: collections, title: Tell the insurer}}]}]
"""
_HEADS = (
    """
consolidate: {by: customer, window: 3bd}
""",
    """
consolidate: {by: invoice}
pacing: {min_gap: 2bd, late_start: nearest-step}
money: {reopen: restart}
""",
    """
consolidate: {by: contract, window: 5bd}
pacing: {min_gap: 5bd, before_heavy: 12d, rechoose: at-start}
money: {reopen: one-lower, tolerance: 0.50 EUR}
applies_to: {invoice.balance: {gte: [20.00 EUR, 20.00 GBP]}}
""",
    """
consolidate: {by: payer, window: 3bd}
pacing: {min_gap: 2bd}
""",
    """
consolidate: {by: payer, window: 1bd}
pacing: {min_gap: 5bd}
""",
    """
calendar: fr-paris
pacing: {freshness: 3bd}
money: {tolerance: 1.00 EUR}
applies_to: {any: [{invoice.balance: {gte: 50.00 EUR}}, {account.overdue_balance: {gte: 80.00 EUR}}]}
""",
)
_VARIANTS = """
variants:
  - {id: quick, when: {invoice.days_overdue: {gte: 25}}, change: {notice: {at: due+26d}}}
  - {id: gentle, when: {customer.segment: small}, remove: [agency], change: {two: {at: due+18d}}}
"""
_COLLECTED = _STEPS.replace(
    "steps:\n",
    """steps:
  - {id: collect, level: courtesy, at: due-7d, do: [{debit: {mandate: sepa}}]}
""",
).replace(
    "  - id: again\n",
    """  - id: present
    level: reminder
    at: due+8d
    repeat: {every: 5bd, times: 2}
    do: [{debit: {fallback: {email: {template: reminder, to: billing}}}}]
  - id: again
""",
)
_COLLECTED = _COLLECTED.replace("at: due+30d\n    requires: [two]", "at: two+7d")  # soon after the first reminder
_SCORED = _STEPS.replace("when: {invoice.balance: {gte: 100.00 EUR}}", "when: {customer.score: {lt: 40}}")
_SCORED = _SCORED.replace(
    "  - {id: look,",
    "  - {id: milder, level: reminder, at: due+19d, do: [{email: {template: reminder, to: billing}}]}\n  - {id: look,",
)
_HASTY = _STEPS.replace(  # a heavy step that only `before_heavy` keeps back
    "  - id: again\n",
    """  - {id: hasty, level: notice, at: due+4d, do: [{letter: {template: notice, to: billing}}]}
  - id: again
""",
)
_ALL = (_STEPS, _COLLECTED, _SCORED)
POLICIES = (
    *(head + steps + more for head in _HEADS for steps in _ALL for more in ("", _VARIANTS)),
    *(head + _HASTY for head in _HEADS),
)
DEBITS = "debits: {creditor: DE98ZZZ09999999999, lead: 2bd, notice: 14d}\n"

_HELD = ("dispute", "promise", "manual", "says-paid", "payment-pending", "reply", "insolvency")


@dataclass(frozen=True, slots=True)
class Event:
    """Something that happens to the n-th invoice on a day counted from the start, at an hour of it."""

    day: int
    hour: int
    what: str
    n: int
    share: int  # percent of an amount, or days


class Hands(Simulation):
    """A simulation whose hands sometimes fail: by the act's own key, so that it fails alike whenever it is asked."""

    luck = 0  # 0: everything succeeds

    def __init__(self, *about: Any) -> None:
        super().__init__(*about)
        self.acted: list[tuple[Act, Account]] = []  # what was to be done, and the account as it stood

    def _settle(self, now: datetime) -> datetime | None:
        while True:
            decision = self.last = decide(self.rulebooks, Snapshot(self.account, self.business), now)
            self.decisions += 1
            for fact in decision.facts:
                self._record(fact, now)
            if decision.acts:
                self.acted.append((decision.acts[0], self.account.copy()))
                for fact in self._performed(decision.acts[0], now):
                    self._record(fact, now)
                continue
            if self._script and self._script[0][0] <= now:
                return now
            return min((at for at in decision.wake.values() if at is not None), default=None)

    def _performed(self, act: Act, now: datetime) -> list[f.Fact]:
        """Seven times of ten it is sent; else it fails, or nobody knows and finds out three days later, or never."""
        *claimed, ended = performed(act, now)
        drawn = crc32(f"{self.luck}/{act.key}".encode()) % 10
        if not isinstance(ended, f.ActionEnded) or act.void or not self.luck or drawn < 7:
            return [*claimed, ended]
        outcome = ("failed", "released", "unknown")[drawn - 7]
        if outcome == "unknown" and self.luck % 3:
            later = now + timedelta(days=3)
            self.script([(later, replace(ended, at=later, outcome=("sent", "released")[self.luck % 2]))])
        return [*claimed, replace(ended, outcome=outcome, reason="550")]


@dataclass(frozen=True, slots=True)
class Plot:
    """Everything of which a life is made; `answer` is (days until people answer, what they say)."""

    policy: int  # which of POLICIES
    invoices: tuple[tuple[int, int, int, int, str], ...]  # cents, due day, days until known, contract, currency
    events: tuple[Event, ...]
    answer: tuple[int, str]
    confirmed: int | None  # every how many days the bank's data are confirmed; None: known for ever
    luck: int = 0  # of the hands
    two: bool = False  # whether M-2 is of C-2, for whom C-1 pays

    def life(self, *, nudges: Iterable[datetime] = ()) -> Life:
        """Lived through; at `nudges` it is asked once more though nothing happened."""
        bank, pays = None if self.confirmed else "2039-01-01", {"segment": "small", "payment_method": "debit"}
        life = Life(POLICIES[self.policy], business=DEBITS, bank=bank, **pays)
        life.simulation = Hands(life.simulation.rulebooks, life.account, life.business, life.simulation.answering)
        life.simulation.luck = self.luck
        life.contract("M-1", sepa_mandate="RUM-1")
        if self.two:
            life.pays_for("C-2", "M-2", **pays)
        life.contract("M-2", of=self._owner(2), sepa_mandate="RUM-2" if len(self.invoices) % 2 else None)
        for n, (cents, due, late, contract, currency) in enumerate(self.invoices):
            self._invoice(life, n, Money(cents, currency), START + timedelta(days=due), late, f"M-{contract}")
        for n, event in enumerate(sorted(self.events, key=lambda e: (e.day, e.hour))):
            self._happens(life, n, event)
        for day in range(0, DAYS * 2, self.confirmed) if self.confirmed else ():
            on = START + timedelta(days=day)
            life.happens(f.BankConfirmed(life.instant(str(on), "07:00"), on - timedelta(days=1)))
        for at in nudges:
            life.happens(f.TaskDone(at, "nothing", "customer", "C-1", "nobody"))
        life.simulation.answering = self._answering(life)
        return life.until(str(START + timedelta(days=DAYS * 2)))

    def _owner(self, contract: int) -> str:
        return "C-2" if self.two and contract == 2 else "C-1"

    def _invoice(self, life: Life, n: int, amount: Money, due: date, late: int, contract: str) -> None:
        issued = due - timedelta(days=30)
        at = life.instant(str(issued + timedelta(days=late)), "03:00")
        name = f"INV-{n}"
        life.happens(f.Issued(at, name, contract, name, issued, due, amount, delivered=issued))

    def _happens(self, life: Life, n: int, event: Event) -> None:
        on = START + timedelta(days=event.day)
        at = life.instant(str(on), f"{event.hour:02}:15")
        index = event.n % len(self.invoices)
        item, cents, currency = f"INV-{index}", self.invoices[index][0], self.invoices[index][4]
        owner = self._owner(self.invoices[index][3])
        person = life.account.person(owner)
        assert person is not None
        part = Money(max(cents * event.share // 100, 1), currency)
        name = f"{event.what}-{n}"
        match event.what:
            case "pay":
                life.happens(f.Paid(at, name, owner, part, on, (f.Share(item, part.minor),)))
            case "pay-free":
                life.happens(f.Paid(at, name, owner, part, on))
            case "credit":
                life.happens(f.Credited(at, name, owner, part, on, (f.Share(item, part.minor),)))
            case "write-off":
                life.happens(f.WrittenOff(at, item, "hopeless"))
            case "fail":
                reason = ("AM04", "AM04", "MD06", "AC04")[event.share % 4]
                life.happens(f.PaymentFailed(at, name, item, part, reason))
            case "reverse":
                back = at + timedelta(days=1 + event.share // 4)
                life.happens(f.Paid(at, name, owner, part, on, (f.Share(item, part.minor),)))
                life.happens(f.Reversed(back, name, on + timedelta(days=1 + event.share // 4)))
            case "bounce":
                message = f"{item}/1/{('one', 'two')[event.share % 2]}/1" if event.share % 3 else ""
                life.happens(f.Bounced(at, owner, ANYBODY, ("email", "sms")[event.share % 2], message))
            case "score":  # recorded anew, with its addresses
                score = (None, Decimal(30), Decimal(50))[event.share % 3]
                life.happens(f.CustomerRecorded(at, replace(person, score=score)))
            case "call":
                life.happens(f.CallRecorded(at, item, "two", ("reached", "no-answer")[event.share % 2], on))
            case kind:
                self._held(life, name, kind, item, owner, on, at, part, event.share)

    def _held(
        self, life: Life, name: str, kind: str, item: str, owner: str, on: date, at: datetime, part: Money, share: int
    ) -> None:
        wide = kind in ("reply", "insolvency")
        scope: f.Scope = "customer" if wide else "receivable"
        subject = owner if wide else item
        later = on + timedelta(days=share // 3)
        hold = f.Hold(
            name,
            kind,
            scope,
            subject,
            on,
            later if kind == "manual" else None,
            part if kind == "dispute" and share % 2 else None,
            promised=later if kind == "promise" else None,
            opened=on if kind == "insolvency" else None,
        )
        life.happens(f.HoldPlaced(at, hold))
        if kind == "reply":
            life.happens(f.Replied(at, "M-1" if owner == "C-1" else "M-2", ""))
        if kind not in ("promise", "insolvency") and share % 3:
            over = on + timedelta(days=share // 2)
            outcome = ("released", "founded", "unfounded")[share % 3]
            life.happens(f.HoldEnded(at + timedelta(days=share // 2), name, outcome, over, scope, subject))

    def _answering(self, life: Life) -> object:
        days, word = self.answer

        def answer(fact: f.Fact, now: datetime) -> Iterable[tuple[datetime, f.Fact]]:
            at = now + timedelta(days=days)
            on = at.astimezone(life.zone).date()
            match fact:
                case f.ApprovalAsked() if word == "yes":
                    yield at, f.Approved(at, fact.receivable, fact.step, "anne", on)
                case f.ApprovalAsked() if word in ("skip", "stop", "postpone"):
                    until = on + timedelta(days=5)
                    yield at, f.Refused(at, fact.receivable, fact.step, "anne", word, "because", until)  # type: ignore[arg-type]
                case f.ReviewAsked() if word in ("skip", "stop"):
                    yield at, f.Answered(at, fact.review, fact.scope, fact.subject, "anne", word)  # type: ignore[arg-type]
                case f.ReviewAsked() if word == "yes" and fact.review.startswith("failed/"):
                    yield at, f.Answered(at, fact.review, fact.scope, fact.subject, "anne", "proceed")

        return answer


_EVENTS = st.builds(
    Event,
    st.integers(0, DAYS),
    st.sampled_from((0, 6, 9, 11, 14, 17, 22)),
    st.sampled_from(
        (
            "pay",
            "pay",
            "pay-free",
            "credit",
            "write-off",
            "reverse",
            "reverse",
            "fail",
            "fail",
            "bounce",
            "score",
            "call",
            *_HELD,
        )
    ),
    st.integers(0, 4),
    st.integers(1, 100) | st.sampled_from((25, 50, 100, 100)),
)
_INVOICES = st.tuples(
    st.integers(1000, 50000),
    st.integers(0, 60),
    st.sampled_from((0, 0, 0, 20, 45, 150)),
    st.integers(1, 2),
    st.sampled_from(("EUR", "EUR", "EUR", "GBP")),
)


def plots() -> st.SearchStrategy[Plot]:
    """Every life that these may make."""
    return st.builds(
        Plot,
        st.integers(0, len(POLICIES) - 1),
        st.lists(_INVOICES, min_size=1, max_size=5).map(tuple),
        st.lists(_EVENTS, max_size=8).map(tuple),
        st.tuples(st.integers(0, 12), st.sampled_from(("yes", "yes", "yes", "skip", "stop", "postpone", "nothing"))),
        st.sampled_from((None, None, 1, 3, 7)),
        st.sampled_from((0, 0, 0, 1, 2, 3, 4, 5, 6, 7)),
        st.sampled_from((True, True, False)),
    )
