"""The resolved form of a workspace's files: what `compile.py` makes of the YAML and what `decide` judges by.

Immutable values only. Names are those of the policy language; nothing here reads a file or a clock.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import date
from decimal import Decimal
from typing import Generic, Literal, TypeVar

from rules.calendars import Calendar
from rules.facts.subjects import LIMIT, Hold
from rules.moments import Duration, Moment
from rules.money import Money

T = TypeVar("T")

Level = Literal["courtesy", "reminder", "firm", "notice", "handoff"]
LEVELS: tuple[Level, ...] = ("courtesy", "reminder", "firm", "notice", "handoff")
HEAVY: frozenset[Level] = frozenset({"notice", "handoff"})


@dataclass(frozen=True, slots=True)
class Place:
    """Where a value was written: file relative to the workspace (or library/...), line and column from 1."""

    file: str
    line: int
    column: int = 1


# --- by-tables ---------------------------------------------------------------------------------------------------


@dataclass(frozen=True, slots=True)
class ByFact(Generic[T]):
    """`{by: FACT, VALUE: ..., otherwise: ...}`: the entry of the fact's value, else `otherwise`."""

    fact: str
    cases: Mapping[str, T]
    otherwise: T | None = None


@dataclass(frozen=True, slots=True)
class ByAmount(Generic[T]):
    """`{by: FACT, below: [{amount: [...], use: ...}], otherwise: ...}`, read in order, strictly below."""

    fact: str
    below: tuple[tuple[tuple[Money, ...], T], ...]
    otherwise: T | None = None


# --- conditions --------------------------------------------------------------------------------------------------

Operator = Literal["gte", "gt", "lte", "lt", "in", "not_in", "has", "lacks", "known"]
Literal_ = str | bool | Decimal | date | Money


@dataclass(frozen=True, slots=True)
class Test:
    """One line of a condition: a fact, an operator and its values (several amounts: one threshold per currency)."""

    fact: str
    operator: Operator
    values: tuple[Literal_, ...]
    if_unknown: bool | None = None


@dataclass(frozen=True, slots=True)
class AllOf:
    """Holds when every part holds; an empty one always holds."""

    parts: tuple[Condition, ...]


@dataclass(frozen=True, slots=True)
class AnyOf:
    """Holds when one part holds."""

    parts: tuple[Condition, ...]


@dataclass(frozen=True, slots=True)
class Not:
    """Holds when its part does not; not known stays not known."""

    part: Condition


Condition = Test | AllOf | AnyOf | Not
ALWAYS = AllOf(())


# --- actions -----------------------------------------------------------------------------------------------------


@dataclass(frozen=True, slots=True)
class Email:
    """An e-mail; `to` is the first of these contact roles that has an address; the first template variant found."""

    template: str | ByFact[str]
    to: tuple[str, ...]
    cc: tuple[str, ...] = ()
    bcc: tuple[str, ...] = ()
    sender: str | None = None
    attach: tuple[str, ...] = ()
    fallback: Action | None = None


@dataclass(frozen=True, slots=True)
class Sms:
    """A text message."""

    template: str | ByFact[str]
    to: tuple[str, ...]
    fallback: Action | None = None


@dataclass(frozen=True, slots=True)
class Letter:
    """A letter; `registered` is paper, electronic or None for ordinary post; `sender` the role that signs."""

    template: str | ByFact[str]
    to: tuple[str, ...]
    registered: Literal["paper", "electronic"] | None = None
    attach: tuple[str, ...] = ()
    fallback: Action | None = None
    sender: str | None = None


@dataclass(frozen=True, slots=True)
class Call:
    """A call put on a queue; concluded when reached, or out of `attempts` (one per working day)."""

    queue: str
    script: str
    attempts: int = 3
    until: Literal["reached"] = "reached"


@dataclass(frozen=True, slots=True)
class Task:
    """Something for a person to do; never a contact."""

    queue: str
    title: str


@dataclass(frozen=True, slots=True)
class Webhook:
    """A signed call of a gateway named in business.yaml; never a contact."""

    to: str


@dataclass(frozen=True, slots=True)
class Charge:
    """What a late payment costs by `terms`; mentioned in the message or invoiced."""

    terms: str
    claim: Literal["mention", "invoice"]


@dataclass(frozen=True, slots=True)
class Debit:
    """A collection on the customer's mandate; never a contact."""

    mandate: str = "sepa"
    fallback: Action | None = None


@dataclass(frozen=True, slots=True)
class Restrict:
    """Orders, deliveries or service held back until settlement; heavy."""

    what: Literal["orders", "deliveries", "service"]
    notice: Duration


@dataclass(frozen=True, slots=True)
class Handoff:
    """The file goes to an agency, a court officer, a lawyer or a court."""

    to: str | ByFact[str]
    kind: Literal["agency", "court-officer", "lawyer", "court"]
    scope: Literal["receivable", "account-overdue"] = "receivable"


Action = Email | Sms | Letter | Call | Task | Webhook | Charge | Debit | Restrict | Handoff
MESSAGES = (Email, Sms, Letter)
REACHING = (*MESSAGES, Webhook)  # what may also be done beside the ladder
HANDS = (*REACHING, Handoff, Debit)  # what hands must perform; the rest the ledger does by itself


def channel(action: Action) -> str:
    """The name the language gives the action, which is also the channel that performs it: email, sms, ..."""
    return type(action).__name__.lower()


# --- steps -------------------------------------------------------------------------------------------------------


@dataclass(frozen=True, slots=True)
class Approval:
    """Who must agree, how long is waited, and what an unanswered request becomes."""

    who: str | ByAmount[str]
    within: Duration = Duration(5, "bd")
    otherwise: Literal["skip", "send", "escalate"] = "escalate"


@dataclass(frozen=True, slots=True)
class Notify:
    """A role told, `before` the step's planned day, without a veto."""

    who: str
    before: Duration


@dataclass(frozen=True, slots=True)
class Deadline:
    """What the step's message names: `of` counted from the sending or from the presentation of the letter."""

    of: Duration
    since: Literal["sent", "presented"]


@dataclass(frozen=True, slots=True)
class Repeat:
    """A step that repeats while the receivable is open; `times` counts the first."""

    every: Duration
    times: int


@dataclass(frozen=True, slots=True)
class Step:
    """One stage of the procedure. `requires` None means: not written."""

    id: str
    level: Level
    at: Moment
    do: tuple[Action, ...]
    title: str | None = None
    was: str | None = None
    when: Condition = ALWAYS
    requires: tuple[str, ...] | None = None
    reason: str | None = None
    approval: Approval | None = None
    notify: Notify | None = None
    deadline: Deadline | None = None
    repeat: Repeat | None = None
    place: Place | None = None
    # What follows from its level and its actions:
    heavy: bool = field(init=False, repr=False, compare=False)  # level notice or handoff, or an action that restricts
    quiet: bool = field(init=False, repr=False, compare=False)  # made of tasks and webhooks only: no hold stops it
    collects: bool = field(init=False, repr=False, compare=False)  # money: it carries only what has the same step
    channels: frozenset[str] = field(init=False, repr=False, compare=False)  # whose hours must be open for it to leave

    def __post_init__(self) -> None:
        restricts = any(isinstance(action, Restrict) for action in self.do)
        object.__setattr__(self, "heavy", self.level in HEAVY or restricts)
        object.__setattr__(self, "quiet", all(isinstance(action, (Task, Webhook)) for action in self.do))
        object.__setattr__(self, "collects", any(isinstance(action, Debit) for action in self.do))
        instead = (action.fallback for action in self.do if isinstance(action, Debit) and action.fallback is not None)
        object.__setattr__(self, "channels", frozenset(channel(action) for action in (*self.do, *instead)))


@dataclass(frozen=True, slots=True)
class AfterLastStep:
    """What is done once, when every step is concluded and its moment has come."""

    at: Moment
    do: tuple[Action, ...]
    place: Place | None = None


@dataclass(frozen=True, slots=True)
class Reaction:
    """What is done when something happens, outside the ladder.

    `id` tells it from others on the same event by what it asks, wherever in the file it stands.
    """

    event: str
    do: tuple[Action, ...]
    when: Condition = ALWAYS
    place: Place | None = None
    id: str = ""


@dataclass(frozen=True, slots=True)
class InternalDeadline:
    """A date that nothing delays; `do` runs `warn` before it."""

    id: str
    at: Moment
    warn: Duration
    do: tuple[Action, ...]
    when: Condition = ALWAYS
    place: Place | None = None


@dataclass(frozen=True, slots=True)
class Statements:
    """Statements of account sent at a moment of each month; never a contact."""

    at: Moment
    when: Condition = ALWAYS
    include: tuple[str, ...] = ()


# --- holds, pacing, money ----------------------------------------------------------------------------------------

Resume = Literal["shift", "keep", "never"]
HOLDS = (
    "dispute promise payment-plan payment-pending says-paid reply invoice-refused insolvency assigned vulnerable "
    "never-dun manual"
).split()


@dataclass(frozen=True, slots=True)
class HoldRule:
    """The keys of one row of the hold table; keys of other rows stay at their defaults."""

    resume: Resume = "keep"
    founded: Resume = "shift"  # dispute
    unfounded: Resume = "keep"
    reasons: Mapping[str, str] = field(default_factory=dict)  # dispute: REASON: ROLE
    review_after: Duration | None = None
    escalate: str | None = None
    holds_for: Duration | None = None  # dispute raised by the customer; says-paid `for`; reply `after`
    tolerance: Duration = Duration(0, "d")  # promise
    max_ahead: Duration | None = None
    max_times: int | None = None
    broken: str | None = None  # the STEP where the ladder goes on
    max_instalments: int | None = None  # payment-plan
    max_length: Duration | None = None
    first: Decimal | None = None  # share, 0.30 for 30%
    auto_accept: bool = False
    acceleration: bool = False


@dataclass(frozen=True, slots=True)
class Consolidate:
    """Which receivables one message carries: those of the same `by` whose next step falls due within `window`."""

    by: Literal["invoice", "contract", "customer", "payer"] = "customer"
    window: Duration = Duration(3, "bd")


@dataclass(frozen=True, slots=True)
class Pacing:
    """How close contacts may come, and where an old receivable begins."""

    min_gap: Duration = Duration(3, "bd")
    before_heavy: Duration = Duration(8, "d")
    late_start: Literal["first-step", "nearest-step", "from-history"] = "first-step"
    rechoose: Literal["each-step", "at-start"] = "each-step"
    freshness: Duration | None = None


@dataclass(frozen=True, slots=True)
class MoneyRule:
    """Residues, reversals and unallocated money. `unallocated_share` None: applied without asking."""

    tolerance: tuple[Money, ...] = ()
    reopen: Literal["resume", "restart", "one-lower"] = "resume"
    unallocated_share: Decimal | None = None


@dataclass(frozen=True, slots=True)
class Variant:
    """The base steps with named changes, for one segment; `steps` is the result, in order."""

    id: str
    when: Condition
    steps: tuple[Step, ...]
    title: str | None = None
    place: Place | None = None


@dataclass(frozen=True, slots=True)
class Policy:
    """One policy file, resolved: defaults filled in, variants applied to copies of the base steps."""

    id: str
    title: str
    owner: str
    effective_from: date
    calendar: str | ByFact[str]
    language: str | ByFact[str]
    steps: tuple[Step, ...]
    applies_to: Condition = ALWAYS
    pacing: Pacing = Pacing()
    consolidate: Consolidate = Consolidate()
    money: MoneyRule = MoneyRule()
    holds: Mapping[str, HoldRule] = field(default_factory=dict)
    after_last_step: AfterLastStep | None = None
    reactions: tuple[Reaction, ...] = ()
    deadlines: tuple[InternalDeadline, ...] = ()
    statements: Statements | None = None
    variants: tuple[Variant, ...] = ()
    description: str | None = None
    written: frozenset[str] = frozenset()  # dotted keys the file writes, so that `show` can mark the defaults
    place: Place | None = None

    def variant(self, name: str | None) -> tuple[Step, ...]:
        """The steps under that variant; None or an unknown name is the base."""
        if name is None:
            return self.steps
        return next((variant.steps for variant in self.variants if variant.id == name), self.steps)

    def hold(self, kind: str) -> HoldRule:
        """The rule of a kind of hold, by default where the policy does not write it."""
        return self.holds.get(kind) or (HoldRule(resume="never") if kind == "insolvency" else HoldRule())

    def resume(self, hold: Hold, outcome: str | None) -> Resume:
        """What later steps do after a hold that ended so; the day of a limit, which nobody asked for, moves none."""
        rule = HoldRule() if hold.by == LIMIT else self.hold(hold.kind)
        by_outcome: dict[str | None, Resume] = {"founded": rule.founded, "unfounded": rule.unfounded}
        return by_outcome.get(outcome, rule.resume)


# --- terms, assignment, business ---------------------------------------------------------------------------------


@dataclass(frozen=True, slots=True)
class FlatFee:
    """A fixed sum owed per late invoice; `below` None is the last row (GB: 40, 70, 100 GBP by size of the debt)."""

    amount: Money
    below: Money | None = None


@dataclass(frozen=True, slots=True)
class Interest:
    """Late interest as the law or the contract states it; rates are looked up by `base` (`fixed`: none is).

    It runs from the day after the due date, or after the first reminder that went out.
    """

    base: str
    plus: Decimal  # percentage points, 10.00 for 10%
    frozen_at_start: bool = False
    day_count: Literal["act-365", "30-360"] = "act-365"
    compounding: Literal["none", "yearly"] = "none"
    rounding: Literal["period", "daily", "total"] = "period"
    runs_from: Literal["due", "reminder"] = "due"


@dataclass(frozen=True, slots=True)
class Band:
    """`percent` of the next `of` of a principal; of all that is left where it is None."""

    percent: Decimal
    of: Money | None = None


@dataclass(frozen=True, slots=True)
class Scale:
    """Costs of recovery as shares of the principal, band by band, between `least` and `most`."""

    bands: tuple[Band, ...]
    least: Money
    most: Money


@dataclass(frozen=True, slots=True)
class TermsRow:
    """What a late payment costs under one law; `refer` alone means: ask that address.

    `floor` is the least a contract may fix: three times the French legal rate, or the rate of this row.
    `allocation` is what a payment pays first once the charges were invoiced. `set_off`: the fixed sum is counted
    against the costs of a lawyer (BGB 288 V). `flat_per`: an invoice payable in parts owes the fixed sum
    once, or for each part that is late. `scale` takes the place of the fixed sum from the formal notice on.
    """

    flat: tuple[FlatFee, ...] = ()
    interest: Interest | None = None
    contract_rate: Literal["allowed", "forbidden"] | None = None
    floor: Literal["3x-legal", "statutory"] | None = None
    source: str | None = None
    refer: str | None = None
    allocation: tuple[Literal["costs", "interest", "principal"], ...] = ()
    set_off: Literal["legal-costs"] | None = None
    flat_per: Literal["invoice", "instalment"] = "invoice"
    scale: Scale | None = None


@dataclass(frozen=True, slots=True)
class Terms:
    """A terms file: rows looked up `by` a fact, usually contract.law."""

    id: str
    title: str
    owner: str
    by: str
    rows: Mapping[str, TermsRow]
    otherwise: TermsRow | None = None
    place: Place | None = None

    def row(self, value: str) -> TermsRow | None:
        """The row of a value of the fact, else `otherwise`."""
        return self.rows.get(value, self.otherwise)


@dataclass(frozen=True, slots=True)
class Pin:
    """A policy fixed by hand for one customer, with a reason and an end (included)."""

    customer: str
    policy: str
    reason: str
    until: date
    place: Place | None = None


@dataclass(frozen=True, slots=True)
class Route:
    """Which customers get which policy; `policy` None is the written `none`: never dunned, with a reason."""

    id: str
    when: Condition
    policy: str | None
    reason: str | None = None
    place: Place | None = None


@dataclass(frozen=True, slots=True)
class Assignment:
    """Pins, then routes read from top to bottom, then `otherwise`."""

    id: str
    owner: str
    pins: tuple[Pin, ...]
    routes: tuple[Route, ...]
    otherwise: Route
    place: Place | None = None


@dataclass(frozen=True, slots=True)
class Limits:
    """What a business may send in a local day; None is no limit."""

    contacts_per_day: int | None = None
    share_of_customers: Decimal | None = None
    calls_per_day: int | None = None


@dataclass(frozen=True, slots=True)
class Agency:
    """Where a hand-off goes, and how its papers are addressed: in its language, else in the business's."""

    kind: str
    email: str
    name: str = ""
    address: tuple[str, ...] = ()
    language: str = ""


@dataclass(frozen=True, slots=True)
class Assignee:
    """Who bought receivables or holds them as security, and the account to which they are paid."""

    name: str
    iban: str
    bic: str | None = None
    by: Literal["assignment", "subrogation", "dailly"] = "assignment"  # how: an invoice says it in the law's words


@dataclass(frozen=True, slots=True)
class Debits:
    """How the business collects: its SEPA creditor identifier, the days (of TARGET) that its bank wants a file before
    the collection, and the calendar days before it on which the customer is told."""

    creditor: str = ""
    lead: int = 2
    notice: int = 14


@dataclass(frozen=True, slots=True)
class Brand:
    """How messages look: `logo` a file of the workspace's templates, `colour` as `#1a5fb4`, who signs, in lines."""

    logo: str | None = None
    colour: str | None = None
    signature: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True)
class Retention:
    """How long the business keeps messages and contacts; None: it has not decided."""

    messages: Duration | None = None
    contacts: Duration | None = None


@dataclass(frozen=True, slots=True)
class Business:
    """The creditor, as business.yaml states it."""

    id: str
    name: str
    law: str
    language: str
    currency: str
    identity: Mapping[str, str | tuple[str, ...]] = field(default_factory=dict)
    bank: Mapping[str, str] = field(default_factory=dict)
    senders: Mapping[str, str] = field(default_factory=dict)
    roles: Mapping[str, tuple[str, ...]] = field(default_factory=dict)
    limits: Limits = Limits()
    redirect: str | None = None
    agencies: Mapping[str, Agency] = field(default_factory=dict)
    gateways: Mapping[str, str] = field(default_factory=dict)  # what a webhook may call: its address, by name
    custom: Mapping[str, str] = field(default_factory=dict)
    bank_data: bool = True  # False for `bank_data: none`
    time_zone: str = "Europe/Paris"
    place: Place | None = None
    brand: Brand = Brand()
    retention: Retention = Retention()
    signatures: Mapping[str, tuple[str, ...]] = field(default_factory=dict)  # by role: name, then position
    assignees: Mapping[str, Assignee] = field(default_factory=dict)  # by the name that `invoice.assigned_to` gives
    debits: Debits | None = None  # None: it collects nothing


@dataclass(frozen=True, slots=True)
class Rulebook:
    """Everything a case is bound to, under one digest (of the files it was made from)."""

    digest: str
    business: Business
    assignment: Assignment
    policies: Mapping[str, Policy]
    calendars: Mapping[str, Calendar]
    terms: Mapping[str, Terms]

    @property
    def home(self) -> Calendar | None:
        """The business's own calendar: of those in its time zone that of its law, else the first; None: there is none.

        A file is named after its country (`fr-paris`), as the library's are.
        """
        ours = [kept for name, kept in sorted(self.calendars.items()) if kept.zone.key == self.business.time_zone]
        law = f"{self.business.law.lower()}-"
        return next((kept for kept in ours if kept.id.startswith(law)), ours[0] if ours else None)
