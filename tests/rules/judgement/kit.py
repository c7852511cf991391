"""One customer's life, told in a few lines: a policy in YAML, what happens on which day, and what was said of it.

Everything is real: the compiler, `decide` and the simulator. Days are written `2026-03-31` and mean local dates.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from copy import deepcopy
from dataclasses import dataclass, replace
from datetime import UTC, date, datetime, time, timedelta
from functools import cache
from typing import TypeVar
from zoneinfo import ZoneInfo

from rules import facts as f
from rules.account import Account, BusinessState, Snapshot
from rules.addressing import ANYBODY
from rules.compile import compile_workspace
from rules.decide import decide
from rules.decision import Act, Decision, Send
from rules.library import files
from rules.money import Money
from rules.policy import Rulebook
from rules.simulate import Simulation, entries
from tests.rules.judgement.sound import sound
from worker.holidays import public_holidays

BUSINESS = """\
format: relance/v1
kind: business
id: martin
name: Martin SAS
law: FR
language: fr
currency: EUR
roles: {credit-controller: [anne@martin.example], credit-director: [paul@martin.example],
  account-manager: [zoe@martin.example]}
agencies:
  recouvra: {kind: agency, email: dossiers@recouvra.example}
  inkasso: {kind: agency, email: akten@inkasso.example}
custom: {customer.sector: text, invoice.project: text}
"""
HEAD = """\
format: relance/v1
kind: policy
id: mine
title: Mine
owner: owner@martin.example
effective_from: 2000-01-01
"""
PLAIN = """\
format: relance/v1
kind: calendar
id: plain
time_zone: Europe/Paris
working_days: [mon, tue, wed, thu, fri]
send_between: {email: {from: 09:00, to: 17:00}, sms: {from: 09:00, to: 17:00}, call: {from: 09:00, to: 17:00}}
holidays: {extra: [{date: 2020-01-01, name: Jour de l'an}]}
complete_until: 2039-12-31
"""
ASSIGNMENT = """\
format: relance/v1
kind: assignment
id: default
owner: owner@martin.example
pins: []
routes: []
otherwise: {policy: mine}
"""
THREE_STEPS = """
steps:
  - {id: reminder-1, level: reminder, at: due+3d, do: [{email: {template: reminder-1, to: billing}}]}
  - {id: reminder-2, level: firm, at: due+10d, do: [{email: {template: reminder-2, to: billing}}]}
  - id: formal-notice
    level: notice
    at: due+30d
    deadline: {of: 8d, from: sent}
    do: [{letter: {template: formal-notice, to: registered-office, registered: paper}}]
"""
ALL_CHANNELS = ("email", "sms", "letter", "call")
F = TypeVar("F")


def day(text: str) -> date:
    """A date as the tests write it."""
    return date.fromisoformat(text)


def money(amount: int | str, currency: str = "EUR") -> Money:
    """An amount in major units."""
    return Money.parse(f"{amount} {currency}")


def reaching(**roles: Iterable[str]) -> dict[str, tuple[str, ...]]:
    """Which channels reach which contact role: `reaching(billing=["email"], registered_office=["letter"])`."""
    return {role.replace("_", "-"): tuple(channels) for role, channels in roles.items()}


@cache
def rulebook(policy: str, business: str = "", more: tuple[tuple[str, str], ...] = ()) -> Rulebook:
    """What a policy's text without its first lines compiles to; `more` are further files of the workspace."""
    has_calendar = "\ncalendar:" in f"\n{policy}"
    made = HEAD + ("" if has_calendar else "calendar: plain\n") + policy
    written = {
        "business.yaml": BUSINESS + business,
        "policies/mine.yaml": made,
        "calendars/plain.yaml": PLAIN,
        "assignments/default.yaml": ASSIGNMENT,
        **dict(more),
    }
    found = compile_workspace({path: text.encode() for path, text in written.items()}, files(), public_holidays)
    assert found.rulebook is not None, [str(d) for d in found.diagnostics if d.severity == "error"]
    return found.rulebook


@dataclass(frozen=True, slots=True)
class Message:
    """A message that was handed over, with the instant and the local day."""

    at: datetime
    on: str
    said: Send

    @property
    def line(self) -> tuple[str, str, tuple[str, ...]]:
        """(day, template, receivables shown as due)."""
        return self.on, self.said.template or self.said.channel, self.said.lines


class Life:
    """A customer `C-1` with the open account `M-1`, from the first thing that happens on.

    `bank` is the last day that bank data cover, None where it was never recorded. Other keywords are attributes of
    the customer. Happenings may be given in any order; `until` lives through them.
    """

    def __init__(
        self,
        policy: str = THREE_STEPS,
        *,
        business: str = "",
        more: Mapping[str, str] | None = None,
        zone: str = "Europe/Paris",
        bank: str | None = "2039-01-01",
        given: Mapping[str, f.Custom | tuple[str, ...]] | None = None,
        **customer: object,
    ) -> None:
        self.book = rulebook(policy, business, tuple(sorted((more or {}).items())))
        self.zone = ZoneInfo(zone)
        attributes = {"reachable": {ANYBODY: ALL_CHANNELS}, **customer}
        self.customer = f.Customer("C-1", **attributes)  # type: ignore[arg-type]
        self.simulation = Simulation({self.book.digest: self.book}, Account(self.customer), BusinessState())
        self.simulation.answering = self._hear
        self.account.given.update(given or {})
        self.business.bank_through = day(bank) if bank else None
        self.first_others: dict[str, f.Customer] = {}  # as they were at first
        self.messages: list[Message] = []
        self.lived: datetime | None = None
        self._checked: Decision | None = None
        self._scripted: list[datetime] = []
        self._numbers = 0
        self.contract("M-1")

    @property
    def account(self) -> Account:
        """The customer's account as it stands."""
        return self.simulation.account

    @property
    def business(self) -> BusinessState:
        """What the business shares, as it stands."""
        return self.simulation.business

    # --- what happens --------------------------------------------------------------------------------------------

    def instant(self, on: str, at: str = "00:00") -> datetime:
        """The instant at which the local clock shows `at` on that day."""
        return datetime.combine(day(on), time.fromisoformat(at), self.zone).astimezone(UTC)

    def happens(self, fact: f.Fact) -> None:
        """Any fact, at its own instant."""
        self._scripted.append(fact.at)
        self.simulation.script([(fact.at, fact)])

    def pays_for(self, name: str, contract: str, **customer: object) -> None:
        """A customer of its own whose payer is C-1, with a contract."""
        attributes = {"reachable": {ANYBODY: ALL_CHANNELS}, "payer": "C-1", **customer}
        self.account.others[name] = self.first_others[name] = f.Customer(name, **attributes)  # type: ignore[arg-type]
        self.contract(contract, of=name)

    def contract(self, name: str, of: str = "C-1", **more: object) -> None:
        """A further contract, known from the beginning; an open account unless said otherwise."""
        contract = f.Contract(name, of, **{"kind": "open-account", "law": "FR", **more})  # type: ignore[arg-type]
        self.account.record(f.ContractRecorded(datetime(2000, 1, 1, tzinfo=UTC), contract, self.book.digest))

    def invoice(
        self,
        name: str,
        amount: int | str,
        *,
        due: str | None,
        issued: str | None = None,
        known: str | None = None,
        currency: str = "EUR",
        contract: str = "M-1",
        **more: object,
    ) -> None:
        """An invoice that has reached the customer: issued 30 days before `due`, and known that day."""
        on = day(issued) if issued else day(due or "2026-01-01") - timedelta(days=30)
        at = self.instant(known or on.isoformat())
        reached = {"delivered": on, **more}
        due_ = day(due) if due else None
        self.happens(f.Issued(at, name, contract, name, on, due_, money(amount, currency), **reached))  # type: ignore[arg-type]

    def pays(
        self,
        amount: int | str,
        *,
        on: str,
        of: str | Mapping[str, int | str] = "",
        at: str = "00:00",
        currency: str = "EUR",
        by: str = "C-1",
    ) -> str:
        """Money for one invoice, several ({invoice: amount}) or none; returns the payment's name."""
        payment, put = self._named("payment"), self._shares(of, amount, currency)
        self.happens(f.Paid(self.instant(on, at), payment, by, money(amount, currency), day(on), put))
        return payment

    def credits(self, amount: int | str, *, on: str, of: str = "", currency: str = "EUR") -> str:
        """A credit note for an invoice, or a free one; returns its name."""
        credit, put = self._named("credit"), self._shares(of, amount, currency)
        self.happens(f.Credited(self.instant(on), credit, "C-1", money(amount, currency), day(on), put))
        return credit

    def reverses(self, payment: str, *, on: str) -> None:
        """A payment comes back, or a credit note is cancelled."""
        self.happens(f.Reversed(self.instant(on), payment, day(on)))

    def hold(
        self, kind: str, *, on: str, of: str = "INV-1", scope: f.Scope = "receivable", at: str = "00:00", **more: object
    ) -> str:
        """A hold placed at that instant; dates in `more` are written as text. Returns its name."""
        name = self._named(kind)
        dates = {"until", "promised", "opened", "published", "start"}
        keys = {key: day(str(value)) if key in dates else value for key, value in more.items()}
        start = keys.pop("start", day(on))
        self.happens(f.HoldPlaced(self.instant(on, at), f.Hold(name, kind, scope, of, start, **keys)))  # type: ignore[arg-type]
        return name

    def ends(
        self, hold: str, *, on: str, outcome: str = "released", at: str = "00:00", scope: f.Scope = "receivable"
    ) -> None:
        """A person ends a hold."""
        self.happens(f.HoldEnded(self.instant(on, at), hold, outcome, day(on), scope, "INV-1"))

    def approves(self, step: str, *, on: str, of: str = "INV-1") -> None:
        """A person agrees to a step."""
        self.happens(f.Approved(self.instant(on), of, step, "anne", day(on)))

    def refuses(
        self, step: str, *, on: str, outcome: str = "skip", until: str | None = None, of: str = "INV-1"
    ) -> None:
        """A person refuses a step."""
        later = day(until) if until else None
        self.happens(f.Refused(self.instant(on), of, step, "anne", outcome, "because", later))  # type: ignore[arg-type]

    def calls(self, step: str, *, on: str, outcome: str = "reached", of: str = "INV-1") -> None:
        """Somebody records a call."""
        self.happens(f.CallRecorded(self.instant(on, "10:00"), of, step, outcome, day(on)))

    def presents(self, step: str, *, on: str, how: str = "delivered", of: str = "INV-1") -> None:
        """The post says what became of a letter."""
        self.happens(f.Presented(self.instant(on), of, step, how, day(on)))

    def bounces(self, channel: str, *, on: str, role: str = ANYBODY) -> None:
        """The address of a contact is dead for good; the last message of INV-1 came back."""
        self.until(self.instant(on) - timedelta(seconds=1))
        ladder = self.account.receivables["INV-1"].ladder
        message = ladder.climbs[-1].message if ladder and ladder.climbs else ""
        self.happens(f.Bounced(self.instant(on), "C-1", role, channel, message))

    def claims(self, step: str, *, on: str, at: str = "16:30") -> Act:
        """The message of that step is claimed on that afternoon, and what became of it is not known yet."""
        self.until(self.instant(on))
        now = self.lived = self.instant(on, at)
        decision = decide(self.simulation.rulebooks, Snapshot(self.account, self.business), now)
        act = next(act for act in decision.acts if act.step == step)
        for fact in (*decision.facts, *act.facts):
            self.account.record(fact)
            self.simulation.told.append((now, fact))
        return act

    def fails(self, step: str, *, on: str, outcome: str = "failed") -> None:
        """The message of that step meets that end on that afternoon instead of being sent."""
        act, now = self.claims(step, on=on), self.instant(on, "16:30")
        ended = f.ActionEnded(now, act.message, act.index, "INV-1", act.queue, outcome, day(on), "550 no such user")  # type: ignore[arg-type]
        self.account.record(ended)
        self.simulation.told.append((now, ended))

    def answers(self, outcome: str, *, on: str) -> None:
        """Somebody answers the open reviews of that day, all alike."""
        self.until(self.instant(on) - timedelta(seconds=1))
        for key, review in sorted({**self.account.reviews, **self.business.reviews}.items()):
            if review.open:
                scope, subject = review.asked.scope, review.asked.subject
                self.happens(f.Answered(self.instant(on), key, scope, subject, "anne", outcome))  # type: ignore[arg-type]

    def changes(self, *, on: str, **customer: object) -> None:
        """The customer is recorded anew, with these attributes changed."""
        self.customer = replace(self.customer, **customer)  # type: ignore[arg-type]
        self.happens(f.CustomerRecorded(self.instant(on), self.customer))

    def learns(self, *, on: str, of: str = "INV-1", **facts: f.Custom | None) -> None:
        """Facts of an invoice get new values: approval, portal_status, due, ..."""
        for name, value in facts.items():
            self.happens(f.ReceivableChanged(self.instant(on), of, name, value))

    def binds(self, policy: str, *, on: str, more: Mapping[str, str] | None = None, **renamed: str) -> None:
        """The case is moved to a rulebook with that policy; `renamed` says which old step (one=...) is called how."""
        book = rulebook(policy, "", tuple(sorted((more or {}).items())))
        self.simulation.rulebooks = {**self.simulation.rulebooks, book.digest: book}
        self.happens(f.CaseBound(self.instant(on), "M-1", book.digest, renamed))

    def bank(self, through: str, *, on: str, at: str = "00:00") -> None:
        """Bank data are recorded as complete through that day."""
        self.happens(f.BankConfirmed(self.instant(on, at), day(through)))

    # --- living --------------------------------------------------------------------------------------------------

    def until(self, last: str | datetime) -> Life:
        """Lives to the end of that day, or to that instant."""
        end = self.instant(last) + timedelta(days=1) - timedelta(seconds=1) if isinstance(last, str) else last
        start = self.lived or min(self._scripted, default=end)
        if start <= end:
            self.simulation.run(start, end)
            self.lived = end
        return self

    def now(self, on: str, at: str = "12:00") -> Decision:
        """What would be decided at that instant, as the account stands; nothing changes."""
        decision = decide(self.simulation.rulebooks, Snapshot(self.account, self.business), self.instant(on, at))
        sound(decision, self.account)
        return decision

    def frozen(self) -> Snapshot:
        """A deep copy of what a judgement looks at."""
        return deepcopy(Snapshot(self.account, self.business))

    # --- what was said -------------------------------------------------------------------------------------------

    def said(self, *receivables: str) -> list[tuple[str, str, str, str]]:
        """Every entry (day, receivable, step, outcome), of these receivables or of all, in order."""
        found = entries((fact for _, fact in self.simulation.told), self.zone)
        return [
            (e.day.isoformat(), e.receivable, e.step, e.outcome)
            for e in found
            if not receivables or e.receivable in receivables
        ]

    def steps(self, receivable: str = "INV-1") -> list[tuple[str, str]]:
        """(day, step) of what went out for one receivable, covered or leading."""
        return [(on, step) for on, _, step, outcome in self.said(receivable) if outcome in ("sent", "covered")]

    def outcomes(self, receivable: str = "INV-1") -> list[tuple[str, str, str]]:
        """(day, step, outcome) of everything said of one receivable."""
        return [(on, step, outcome) for on, _, step, outcome in self.said(receivable)]

    def sent(self) -> list[tuple[str, str, tuple[str, ...]]]:
        """(day, template, receivables shown) of every message."""
        return [message.line for message in self.messages]

    def asked(self) -> list[tuple[str, str, str]]:
        """(day, step, role) of every approval asked for."""
        return [(fact.on.isoformat(), fact.step, fact.who) for fact in self._told(f.ApprovalAsked)]

    def ended_approvals(self) -> list[tuple[str, str]]:
        """(day, how) of every request that ended without a person's word."""
        return [(fact.on.isoformat(), fact.how) for fact in self._told(f.ApprovalEnded)]

    def notified(self) -> list[tuple[str, str, str]]:
        """(day, step, role) of everybody told that a step is near."""
        return [(fact.on.isoformat(), fact.step, fact.who) for fact in self._told(f.Notified)]

    def reviews(self) -> list[tuple[str, str]]:
        """(day, question) of every review."""
        return [(fact.on.isoformat(), fact.why) for fact in self._told(f.ReviewAsked)]

    def withdrawn(self) -> list[tuple[str, str]]:
        """(day, why) of every question that was taken back."""
        return [(fact.on.isoformat(), fact.why) for fact in self._told(f.ReviewWithdrawn)]

    def tasks(self) -> list[tuple[str, str]]:
        """(day, title) of every task."""
        return [(fact.on.isoformat(), fact.title) for fact in self._told(f.TaskOpened)]

    def ended(self) -> list[tuple[str, str]]:
        """(day, outcome) of every hold that ended."""
        return [(fact.on.isoformat(), fact.outcome) for fact in self._told(f.HoldEnded)]

    def waits_for(self, receivable: str = "INV-1") -> str:
        """Why the next step of a receivable does not leave, at the end of what was lived."""
        assert self.lived is not None
        decision = decide(self.simulation.rulebooks, Snapshot(self.account, self.business), self.lived)
        waiting = [reason for reason in decision.reasons.get(receivable, ()) if reason.verdict == "waits"]
        return str(waiting[-1].values[0]) if waiting else ""

    def _told(self, kind: type[F]) -> list[F]:
        return [fact for _, fact in self.simulation.told if isinstance(fact, kind)]

    def _hear(self, fact: f.Fact, now: datetime) -> Iterable[tuple[datetime, f.Fact]]:
        decision = self.simulation.last
        if decision is not None and decision is not self._checked:
            sound(decision, self.account)
            self._checked = decision
        acts = decision.acts if decision is not None else ()
        if isinstance(fact, f.ActionEnded) and fact.outcome == "sent" and acts and isinstance(acts[0].what, Send):
            self.messages.append(Message(now, now.astimezone(self.zone).date().isoformat(), acts[0].what))
        return ()

    def _named(self, what: str) -> str:
        self._numbers += 1
        return f"{what}-{self._numbers}"

    def _shares(self, of: str | Mapping[str, int | str], amount: int | str, currency: str) -> tuple[f.Share, ...]:
        named = {of: amount} if isinstance(of, str) else of
        return tuple(f.Share(name, money(part, currency).minor) for name, part in named.items() if name)
