"""Random books for the naive model: a policy, invoices, what happens to them, and how people answer. All by a seed."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import UTC, date, datetime, time, timedelta
from decimal import Decimal
from random import Random
from typing import Any
from zoneinfo import ZoneInfo

from rules import facts as f
from rules.money import Money
from rules.simulate import entries
from tests.rules.judgement.kit import ALL_CHANNELS, ANYBODY, Life
from tests.rules.model.beside_books import LIMIT, LIMITS, beside, billed_elsewhere, discounts, done_beside, full_days
from tests.rules.model.choices import ABOUT, START, Choices, about, choose, for_good, rechoose, variants
from tests.rules.model.naive import LATER, Happening, Line, Naive, People

LAST = START + timedelta(days=330)
PARIS = ZoneInfo("Europe/Paris")
OWNERS = {"M-1": "C-1", "M-2": "C-1", "M-3": "C-3", "M-4": "C-4"}
CUSTOMERS = ("C-1", "C-3", "C-4")
SCORE, SCORES = "customer.score", (None, None, Decimal(30), Decimal(50))
PAYERS = {"C-3": "C-1", "C-4": "C-1"}
HELD = ("dispute", "dispute", "promise", "manual", "says-paid", "payment-pending", "vulnerable", "never-dun")


@dataclass(frozen=True, slots=True)
class Book:
    """A policy in YAML, what happens when, and the answers to every request and to every question: after how many days
    which word.

    `debits` is how the business collects, `methods` how each customer pays, `mandates` those of contracts.
    """

    policy: str
    happenings: tuple[Happening, ...]
    answer: tuple[int, str]
    reply: tuple[int, str]
    debits: str
    methods: Mapping[str, str]
    mandates: Mapping[str, str]
    scores: Mapping[str, Decimal]
    choices: Choices
    full: frozenset[date]
    discounts: Mapping[str, f.Discount]

    def simulated(self) -> list[Line]:
        """What the simulator makes of it."""
        life = self.life()
        told = [fact for _, fact in life.simulation.told]
        lines = [(e.day, e.receivable, e.step, e.outcome) for e in entries(told, PARIS)]
        collected = (_collected(x.hold) for x in told if isinstance(x, f.HoldPlaced) and x.hold.promised and x.hold.by)
        done = done_beside(told, life.book.policies["mine"], PARIS)
        return sorted([*lines, *collected, *done, *filter(None, map(_asked_about, told))])

    def naively(self) -> list[Line]:
        """What the model makes of it."""
        book = Life(self.policy, business=self.debits + LIMITS, more=self.choices.files).book
        calendar = book.calendars["plain"]
        customers = {name: f.Customer(name, **self.about(name)) for name in CUSTOMERS}
        people = People(OWNERS, PAYERS, self.methods, self.mandates, customers)
        assert book.business.debits is not None
        policies, debits = book.policies, book.business.debits
        told = calendar, self.happenings, self.answer, self.reply, people, debits
        naive = Naive(policies, book.assignment, *told)
        naive.beside.full, naive.beside.discounts = self.full, self.discounts
        return naive.live(START, LAST)

    def about(self, name: str) -> dict[str, Any]:
        """What is known of a customer at first."""
        known = {"payment_method": self.methods.get(name), "score": self.scores.get(name)}
        return {**known, **self.choices.about[name]}

    def life(self) -> Life:
        """Lived through by the simulator."""
        life = Life(self.policy, business=self.debits + LIMITS, more=self.choices.files, **self.about("C-1"))
        for contract, of in OWNERS.items():
            if of in PAYERS:
                life.pays_for(of, contract, **self.about(of))
            offer = self.discounts.get(contract)
            terms = {"kind": "recurring", "schedule": billed_elsewhere(offer)} if offer else {}
            life.contract(contract, of=of, sepa_mandate=self.mandates.get(contract), **terms)
        for _, _, fact in self.happenings:
            life.happens(fact)
        life.simulation.answering = self._answer
        life.business.contacts.update(dict.fromkeys(self.full, LIMIT))
        return life.until(str(LAST))

    def _answer(self, fact: f.Fact, _now: datetime) -> Iterable[tuple[datetime, f.Fact]]:
        days, word = self.reply
        if isinstance(fact, f.ReviewAsked) and _is_about(fact.why) and word != "nothing":
            at = instant(fact.on + timedelta(days=days), dusk=False)
            yield at, f.Answered(at, fact.review, fact.scope, fact.subject, "anne", word)  # type: ignore[arg-type]
        days, word = self.answer
        if isinstance(fact, f.ApprovalAsked) and word != "nothing":
            on = fact.on + timedelta(days=days)
            at = instant(on, dusk=False)
            said: f.Fact = f.Approved(at, fact.receivable, fact.step, "anne", on)
            if word != "yes":
                until = on + LATER if word == "postpone" else None
                said = f.Refused(at, fact.receivable, fact.step, "anne", word, "because", until)  # type: ignore[arg-type]
            yield at, said


def _is_about(why: str) -> bool:
    """Whether a question is about one of the facts that are now known and now not."""
    return any(fact in why for fact in ABOUT)


def _asked_about(fact: f.Fact) -> Line | None:
    """Of a question about a customer: that it is asked, or that it is known."""
    match fact:
        case f.ReviewAsked() | f.ReviewWithdrawn() if _is_about(fact.why):
            return fact.on, fact.subject, fact.step or "", "asked" if isinstance(fact, f.ReviewAsked) else "known"
    return None


def _collected(hold: f.Hold) -> Line:
    """Of a collection: how much, when and by which mandate."""
    return hold.start, hold.subject, "", f"collected: {hold.part} on {hold.promised} by {hold.reason}"


def instant(day: date, *, dusk: bool) -> datetime:
    """Midnight, or a quarter past six in the evening when no hours are open any more."""
    return datetime.combine(day, time(18, 15) if dusk else time(0), PARIS).astimezone(UTC)


def book(seed: int) -> Book:
    """The book of that seed."""
    dice = Random(seed)
    contracts = dice.choice((("M-1", "M-1", "M-2"), ("M-1", "M-1", "M-2"), ("M-1", "M-3", "M-4")))
    invoices = [_invoice(dice, n, contracts) for n in range(dice.randint(1, 4))]
    events = [e for n in range(dice.randint(0, 6)) for e in _event(dice, n, dice.choice(invoices))]
    happenings = [(day, dusk, fact) for day, dusk, fact in (*invoices, *events) if day <= LAST]
    answer = (dice.randint(1, 9), dice.choice((*["yes"] * 4, *["skip"] * 3, "nothing", "stop", "postpone")))
    chosen = Random(f"{seed} chooses")  # dice of their own, so that the rest stays as it was
    made = policy(dice, chosen)
    other = policy(chosen, chosen) if chosen.random() < 0.3 else ""  # then nothing is done beside the ladders
    made = made if other else beside(Random(f"beside {seed}"), made)
    lead, notice = dice.choice(("2bd", "8bd")), dice.choice(("14d", "35d"))
    debits = f"debits: {{creditor: DE98ZZZ09999999999, lead: {lead}, notice: {notice}}}\n"
    methods = _said({name: dice.choice((*["debit"] * 6, "transfer", "")) for name in CUSTOMERS})
    mandates = {name: dice.choice(("RUM-1", "RUM-1", f"RUM-{name}", "")) for name in OWNERS}
    scores = {name: score for name in CUSTOMERS if (score := dice.choice(SCORES)) is not None}
    scored = dice.choice((1, 3, 6)) if SCORE in made else 0
    happenings += [_scored(dice, methods, **about(chosen)) for _ in range(scored)]
    choices = choose(chosen, CUSTOMERS, other)
    recorded = chosen.choice((0, 1, 3)) if other or "variants" in made else 0
    happenings += [_scored(chosen, methods, **about(chosen)) for _ in range(recorded)]
    happened = tuple(sorted(happenings, key=lambda each: each[:2]))
    reply = (dice.randint(5, 40), dice.choice(("proceed", "skip", "stop", "nothing", "nothing")))
    alone = {OWNERS[fact.contract] for _, _, fact in invoices if isinstance(fact, f.Issued)} == {"C-1"}
    full = full_days(Random(f"full {seed}"), START) if alone else frozenset()  # others come at other minutes of the day
    offers = discounts(Random(f"discount {seed}"))
    return Book(made, happened, answer, reply, debits, methods, _said(mandates), scores, choices, full, offers)


def _scored(dice: Random, methods: Mapping[str, str], **more: str | None) -> Happening:
    """A customer is imported anew, with another score or with none."""
    on, dusk, name = (
        START + timedelta(days=dice.randint(20, 120)),
        dice.random() < 0.4,
        dice.choice(("C-1", "C-1", *CUSTOMERS)),
    )
    about = f.Customer(
        name,
        score=dice.choice((*SCORES, Decimal(30))),
        payment_method=methods.get(name),
        payer=PAYERS.get(name),
        reachable={ANYBODY: ALL_CHANNELS},
        **more,  # type: ignore[arg-type]
    )
    return on, dusk, f.CustomerRecorded(instant(on, dusk=dusk), about)


def _said(values: Mapping[str, str]) -> Mapping[str, str]:
    """Those that are known."""
    return {key: value for key, value in values.items() if value}


# --- what happens ------------------------------------------------------------------------------------------------


def _invoice(dice: Random, n: int, contracts: Sequence[str]) -> Happening:
    due = START + timedelta(days=dice.randint(0, 60))
    issued = due - timedelta(days=30)
    known = max(issued + timedelta(days=dice.choice((0, 0, 0, 0, 35, 50, 90, 150))), START)
    amount = Money(dice.randint(500, 40000), dice.choice(("EUR", "EUR", "EUR", "GBP")))
    name, contract = f"INV-{n}", dice.choice(contracts)
    at = instant(known, dusk=False)
    return known, False, f.Issued(at, name, contract, name, issued, due, amount, delivered=issued)


def _event(dice: Random, n: int, invoice: Happening) -> list[Happening]:
    """Something that happens to an invoice after it became known."""
    known, _, issued = invoice
    assert isinstance(issued, f.Issued)
    on, dusk = known + timedelta(days=dice.randint(1, 120)), dice.random() < 0.4
    at = instant(on, dusk=dusk)
    cents, owes = issued.amount.minor, OWNERS[issued.contract]
    part = Money(max(cents * dice.choice((10, 40, 90, 97, 99, 100, 100, 100)) // 100, 1), issued.amount.currency)
    shares = (f.Share(issued.receivable, part.minor),)
    match dice.choice(
        ("pay", "pay", "back", "back", "free", "credit", "write-off", "fail", "fail", "hold", "hold", "hold")
    ):
        case "pay":
            return [(on, dusk, f.Paid(at, f"pay-{n}", owes, part, on, shares))]
        case "back":
            paid = f.Paid(at, f"pay-{n}", owes, part, on, shares)
            day, evening = on + timedelta(days=dice.randint(1, 40)), dice.random() < 0.4
            back = f.Reversed(instant(day, dusk=evening), paid.payment, day, dice.choice(("", "", "AC04", "MD06")))
            return [(on, dusk, paid), (day, evening, back)]
        case "free":
            return [(on, dusk, f.Paid(at, f"free-{n}", owes, part, on))]
        case "credit":
            return [(on, dusk, f.Credited(at, f"credit-{n}", owes, part, on, shares))]
        case "fail":
            why = dice.choice(("AM04", "MD06", "AC04"))
            return [(on, dusk, f.PaymentFailed(at, f"fail-{n}", issued.receivable, part, why))]
        case "write-off":
            return [(on, dusk, f.WrittenOff(at, issued.receivable, "hopeless"))]
        case _:
            return _held(dice, f"hold-{n}", issued, on, dusk=dusk)


def _held(dice: Random, name: str, issued: f.Issued, on: date, *, dusk: bool) -> list[Happening]:
    kind, at = dice.choice(HELD), instant(on, dusk=dusk)
    later = on + timedelta(days=dice.randint(1, 30))
    wide = kind in ("vulnerable", "never-dun")
    scope, subject = ("customer", OWNERS[issued.contract]) if wide else ("receivable", issued.receivable)
    part = Money(max(issued.amount.minor // 3, 1), issued.amount.currency)
    hold = f.Hold(
        name,
        kind,
        scope,  # type: ignore[arg-type]
        subject,
        on - timedelta(days=dice.choice((0, 0, 0, 3))),
        until=later if kind == "manual" else None,
        part=part if kind == "dispute" and dice.random() < 0.3 else None,
        promised=later if kind == "promise" else None,
    )
    made: list[Happening] = [(on, dusk, f.HoldPlaced(at, hold))]
    if kind not in ("promise", "manual") and dice.random() < 0.8:
        outcome = dice.choice(("founded", "unfounded")) if kind == "dispute" else "released"
        over, evening = on + timedelta(days=dice.randint(1, 45)), dice.random() < 0.4
        ended = f.HoldEnded(instant(over, dusk=evening), name, outcome, over, scope, subject)  # type: ignore[arg-type]
        made.append((over, evening, ended))
    return made


# --- policies ----------------------------------------------------------------------------------------------------

EMAIL = "do: [{email: {template: reminder, to: billing}}]"
SMS = "do: [{sms: {template: nudge, to: billing}}]"
EMAIL_AND_CALL = "do: [{email: {template: firm, to: billing}}, {call: {queue: calls, script: firm}}]"
TASK = "do: [{task: {queue: collections, title: Look at it}}]"
LETTER = "do: [{letter: {template: notice, to: billing, registered: paper}}]"
DEBIT = "do: [{debit: {mandate: sepa}}]"
DEBIT_OR_EMAIL = "do: [{debit: {fallback: {email: {template: reminder, to: billing}}}}]"
HANDOFF = "do: [{handoff: {to: recouvra, kind: agency}}]"
RICH = "when: {invoice.balance: {gte: [60.00 EUR, 60.00 GBP]}}"
SCORED = "when: {customer.score: {lt: 40}}"
OVERDUE = "when: {account.overdue_balance: {gte: [80.00 EUR, 80.00 GBP]}}"
THRESHOLDS = (
    "",
    "",
    "applies_to: {invoice.balance: {gte: [20.00 EUR, 20.00 GBP]}}",
    "applies_to: {invoice.balance: {gte: 20.00 EUR}}",
    "applies_to: {any: [{invoice.balance: {gte: 90.00 EUR}}, {account.overdue_balance: {gte: 150.00 EUR}}]}",
)


def policy(dice: Random, chosen: Random) -> str:
    """A policy whose steps come in the order of time."""
    steps = [step for made in (_light(dice), _firm(dice), _heavy(dice)) for step in made]
    written = "".join(f"  - {{{step}}}\n" for step in steps)
    return f"{_head(dice, chosen)}steps:\n{written}{variants(chosen, steps)}"


def _written(*keys: str) -> str:
    return ", ".join(key for key in keys if key)


def _asked(dice: Random, *otherwise: str) -> str:
    """Half of the time, an approval."""
    within = dice.choice(("3bd", "5bd"))
    rule = f"approval: {{who: credit-controller, within: {within}, otherwise: {dice.choice(otherwise)}}}"
    return dice.choice(("", rule))


def _light(dice: Random) -> list[str]:
    steps = []
    if dice.random() < 0.4:
        at, level = dice.choice(("due-20d", "due-10d", "due-7d")), dice.choice(("courtesy", "courtesy", "reminder"))
        steps.append(_written(f"id: collect, level: {level}", f"at: {at}", _debit(dice)))
    if dice.random() < 0.5:
        at = dice.choice(("due-5d", "due-2bd", "due-1w"))
        steps.append(_written("id: courtesy, level: courtesy", f"at: {at}", EMAIL))
    at = dice.choice(("due", "due+3d", "due+2bd", "issued+33d"))
    steps.append(_written("id: one, level: reminder", f"at: {at}", dice.choice(("", RICH)), EMAIL))
    if dice.random() < 0.4:
        at, repeat = dice.choice(("due+8d", "previous+3bd")), dice.choice(("", "repeat: {every: 5bd, times: 2}"))
        asked = dice.choice((_asked(dice, "skip", "send", "escalate"), RICH, ""))
        steps.append(_written("id: present, level: reminder", f"at: {at}", repeat, asked, _debit(dice)))
    if dice.random() < 0.5:
        presented = any("id: present" in step for step in steps)
        at = dice.choice(("previous+3bd", "previous+1d", "previous+1d" if presented else "one+1w"))
        repeat = dice.choice(("", "repeat: {every: 4bd, times: 3}"))
        steps.append(_written("id: again, level: reminder", f"at: {at}", repeat, dice.choice(("", RICH, SCORED)), SMS))
    return steps


def _debit(dice: Random) -> str:
    return dice.choice((DEBIT, DEBIT, DEBIT_OR_EMAIL))


def _firm(dice: Random) -> list[str]:
    at, do = dice.choice(("due+14d", "due+2w", "previous+5bd", "due+10bd")), dice.choice((EMAIL, EMAIL_AND_CALL))
    asked = dice.choice((_asked(dice, "skip", "send", "escalate"), RICH, SCORED))
    steps = [_written("id: two, level: firm", f"at: {at}", asked, do)]
    if dice.random() < 0.3:
        steps.append(_written("id: milder, level: reminder", "at: previous+4bd", EMAIL))
    if dice.random() < 0.4:
        at = dice.choice(("due+20d", "two+3bd", "previous+1w"))
        steps.append(_written("id: look, level: firm", f"at: {at}", TASK))
    return steps


def _heavy(dice: Random) -> list[str]:
    at, asked = dice.choice(("due+30d", "due+1m", "two+15d")), _asked(dice, "skip", "escalate")
    deadline, needs = dice.choice(("", "deadline: {of: 8d, from: sent}")), dice.choice(("", "requires: [two]"))
    when = dice.choice(("", OVERDUE))
    steps = [_written("id: notice, level: notice", f"at: {at}", needs, asked, deadline, when, LETTER)]
    if dice.random() < 0.6:
        at, needs = "notice.deadline+5bd" if deadline else "notice+10d", dice.choice(("", "requires: [notice]"))
        asked = _asked(dice, "skip", "escalate")
        steps.append(_written("id: agency, level: handoff", f"at: {at}", needs, asked, HANDOFF))
    return steps


def _head(dice: Random, chosen: Random) -> str:
    pick = dice.choice
    by, window = pick(("invoice", "customer", "customer", "contract", "payer")), pick(("2bd", "3bd", "5bd"))
    gap, heavy = pick(("0d", "1bd", "2bd", "3bd", "3bd", "5d")), pick(("8d", "5bd", "12d"))
    late = pick(("first-step", "first-step", "nearest-step"))
    promise = f"promise: {{tolerance: {pick(('1bd', '2d'))}, broken: {pick(('two', 'notice'))}}}"
    manual, pending = pick(("shift", "keep")), pick(("shift", "keep"))
    manual = chosen.choice((manual, manual, manual, "never"))
    reopen, residue = pick(("resume", "restart", "one-lower")), pick(("", ", tolerance: [1.00 EUR, 0.50 GBP]"))
    lines = (
        f"consolidate: {{by: {by}, window: {window}}}",
        f"pacing: {{min_gap: {gap}, before_heavy: {heavy}, late_start: {late}{rechoose(chosen)}}}",
        f"holds: {{{promise}, manual: {{resume: {manual}}}, payment-pending: {{resume: {pending}}}{for_good(chosen)}}}",
        f"money: {{reopen: {reopen}{residue}}}",
        pick(THRESHOLDS),
    )
    return "".join(f"{line}\n" for line in lines if line)
