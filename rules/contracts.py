"""What a contract does by itself: bill its periods and send its invoices; and when its case is over."""

from __future__ import annotations

from collections import Counter
from dataclasses import replace
from datetime import date, datetime, time, timedelta
from zoneinfo import ZoneInfo

from rules import facts as f
from rules.account import Account, Payment, Receivable
from rules.addressing import reachable
from rules.assigning import assignee
from rules.billing import Period, bill, following_issue, periods
from rules.calendars import CalendarEnds
from rules.collecting import postponed
from rules.decision import Act, Bill, Deposit, Send
from rules.facts import Contract, Schedule
from rules.judgement import Judgement
from rules.money import Money, total
from rules.policy import Email, Letter, Rulebook

ISSUE_TIME = time(6, 0)  # local time of the business; invoices go on any day
TEMPLATE_LANGUAGES = ("fr", "en")


def schedule_of(account: Account, contract: Contract) -> Schedule | None:
    """The contract's schedule, cut at the day on which it was ended."""
    schedule, ended = contract.schedule, account.ended.get(contract.id)
    if schedule is None or ended is None:
        return schedule
    return replace(schedule, end=min(schedule.end or ended, ended))


def bills(judgement: Judgement, contract: Contract, rulebook: Rulebook) -> list[Act]:
    """The period to be invoiced now, oldest first; more than one missed asks a person before anything is issued."""
    schedule = schedule_of(judgement.account, contract)
    if schedule is None or not schedule.lines:
        return []
    zone = ZoneInfo(rulebook.business.time_zone)
    today = judgement.now.astimezone(zone).date()
    upcoming = following_issue(schedule, _billing_day(judgement.now, zone))
    if upcoming is not None:
        judgement.wake(contract.id, datetime.combine(upcoming, ISSUE_TIME, zone))
    missed = to_bill(judgement, contract, schedule, zone)
    if not missed or not _allowed(judgement, contract, missed, today):
        return []
    period, issued = missed[0]
    deposits = _deposits(judgement.account, contract, schedule.lines[0].amount.currency)
    try:
        said = bill(contract, schedule, period, max(issued, today), deposits=deposits, calendar=rulebook.home)
        said = postponed(said, judgement.account, rulebook.business)
    except CalendarEnds as ends:
        judgement.ask(f"calendar/{ends.calendar}", str(ends), today, scope="business", subject="business")
        return []
    if asked_about(judgement.account, said):
        return []
    until = judgement.now + timedelta(days=1)
    return [
        Act(f"bill/{contract.id}/{period[0]}", contract.id, (contract.id,), "invoice", "invoice", today, until, said)
    ]


def to_bill(judgement: Judgement, contract: Contract, schedule: Schedule, zone: ZoneInfo) -> list[tuple[Period, date]]:
    """The periods, with their days of issue, that are not invoiced yet and that nobody said to skip."""
    items = judgement.account.receivables.values()
    ours = (item for item in items if item.contract == contract.id and item.kind != "deposit")
    billed = {item.period[0] for item in ours if item.period}
    skipped = _answered(judgement, contract, "skip")
    given_up = [key for key, r in judgement.account.reviews.items() if r.answer and r.answer.outcome != "proceed"]
    found = periods(schedule, _billing_day(judgement.now, zone))
    return [
        (period, issued)
        for period, issued in found
        if period[0] not in billed
        and issued > skipped
        and not any(key.startswith(mentions(contract.id, period)) for key in given_up)
    ]


def mentions(subject: str, period: Period) -> str:
    """How the keys of the reviews begin that ask about what an invoice must state and lacks.

    `subject`: the contract whose period it bills, or the receivable whose delay.
    """
    return f"mentions/{subject}/{period[0]}/"


def asked_about(account: Account, bill: Bill) -> bool:
    """Whether a person is asked what a bill lacks and has not answered, or gave up one of a delay."""
    asked = mentions(bill.of or bill.contract, bill.period)
    reviews = [review for key, review in account.reviews.items() if key.startswith(asked)]
    given_up = bill.of is not None and any(r.answer and r.answer.outcome != "proceed" for r in reviews)
    return given_up or any(review.answer is None for review in reviews)


def _deposits(account: Account, contract: Contract, currency: str) -> list[Deposit]:
    """What the contract's deposits leave to deduct, oldest first: what was invoiced of them, paid or not."""
    items = [item for item in account.receivables.values() if item.contract == contract.id]
    used, taken_back = Counter[str](), Counter[str]()
    for item in items:
        used.update({share.receivable: share.minor for share in item.deposits})
    for payment in account.payments.values():
        if payment.invoice is not None and not payment.reversed:
            taken_back[payment.invoice] += payment.amount.minor

    def left(item: Receivable) -> int:
        return item.amount.minor - max(item.credited, taken_back[item.id]) - used[item.id]

    found = [
        Deposit(item.id, item.number, item.issued, Money(left(item), currency))
        for item in sorted(items, key=lambda item: (item.issued, item.id))
        if item.kind == "deposit" and item.amount.currency == currency and not item.written_off
    ]
    return [each for each in found if each.amount.minor > 0]


def _allowed(judgement: Judgement, contract: Contract, missed: list[tuple[Period, date]], today: date) -> bool:
    """Whether the oldest may be invoiced: it is the only one, or a person said so of all that were missed then."""
    asked = _answered(judgement, contract, "proceed")
    fresh = [period for period, issued in missed if issued > asked]
    if missed[0][1] <= asked or len(fresh) == 1:
        return True
    why = f"{len(fresh)} periods were missed, the first from {fresh[0][0]}: bill them all?"
    judgement.ask(f"missed/{contract.id}/{fresh[0][0]}", why, today, scope="contract", subject=contract.id)
    return False


def _answered(judgement: Judgement, contract: Contract, outcome: str) -> date:
    """The last day on which missed periods were asked about with that answer; it covers all issued until then."""
    reviews = (r for key, r in judgement.account.reviews.items() if key.startswith(f"missed/{contract.id}/"))
    days = (r.asked.on for r in reviews if r.answer is not None and r.answer.outcome == outcome)
    return max(days, default=date.min)


def _billing_day(now: datetime, zone: ZoneInfo) -> date:
    local = now.astimezone(zone)
    return local.date() if local.time() >= ISSUE_TIME else local.date() - timedelta(days=1)


def delivery(judgement: Judgement, item: Receivable) -> Act | None:
    """The invoice on its way to the customer: by e-mail, by post where there is none, else a person is asked.

    It is owed whatever was paid meanwhile (CGI art. 289; C. com. art. L441-9); one that was taken back, or given up,
    before it left stays.
    """
    if item.delivered is not None or not item.leads or not (item.period is not None or item.is_charge):
        return None
    parts = judgement.account.parts(item)
    if item.amount.minor and not any(part.open or part.paid for part in parts):
        return None
    owed = total((part.balance for part in parts), item.amount.currency)
    said = Send("email", "invoice", "", "", (item.id,), total=owed, attach=("invoice",))
    return _sent(judgement, item, f"deliver/{item.id}", f"invoice {item.paper}", said)


def note_delivery(judgement: Judgement, note: Payment) -> Act | None:
    """A credit note of ours on its way, as invoices go."""
    if note.invoice not in judgement.account.receivables or note.reversed:
        return None
    item = judgement.account.receivables[note.invoice]
    said = Send("email", "invoice", "", "", (item.id,), total=note.amount, attach=("invoice",), note=note.id)
    return _sent(judgement, item, f"note/{note.id}", f"credit note {note.id}", said)


def to_deliver(account: Account, note: Payment) -> bool:
    """Whether it is a credit note of ours that has not left yet, and can."""
    sent = account.reacted.get(f"note/{note.id}")
    ours = note.invoice in account.receivables and not note.reversed
    return ours and (sent is None or bool(sent.pending))


def to_bring(account: Account, item: Receivable) -> bool:
    """Whether it is an invoice of ours, paid in full before it left, that can leave still."""
    sent = account.reacted.get(f"deliver/{item.id}")
    ours = item.delivered is None and item.leads and (item.period is not None or item.is_charge)
    return ours and any(part.paid for part in account.parts(item)) and (sent is None or bool(sent.pending))


def _sent(judgement: Judgement, item: Receivable, key: str, what: str, said: Send) -> Act | None:
    rulebook = judgement.rulebook(item)
    today = _billing_day(judgement.now, ZoneInfo(rulebook.business.time_zone))
    sent = judgement.account.reacted.get(key)

    def ask(review: str, why: str) -> None:
        judgement.ask(review, why, today, scope="receivable", subject=item.id, item=item)

    if sent is not None and not sent.pending:
        if sent.failed:
            ask(f"undelivered/{said.note or item.id}", f"{what} could not be sent")
        return None
    customer = judgement.account.debtor(item)
    language = customer.language if customer.language in TEMPLATE_LANGUAGES else rulebook.business.language
    roles = ("billing", "registered-office", "legal-representative")
    by_email, by_letter = Email("invoice", roles), Letter("invoice", roles)
    email, letter = (reachable(judgement, action, customer) for action in (by_email, by_letter))
    email = None if letter and customer.invoices_by == "letter" else email
    role = email or letter
    if role is None:
        ask(f"no-address/{key}", f"no address to send {what} to")
        return None
    judgement.take_back(f"no-address/{key}", today, scope="receivable")
    owner = assignee(judgement.account, item)
    said = replace(said, channel="email" if email else "letter", language=language, role=role, assigned_to=owner)
    facts = () if sent is not None else (f.Reacted(judgement.now, key, item.id, today, (0,), key),)
    until = judgement.now + timedelta(days=1)
    return Act(f"{key}/0", item.contract, (item.contract,), "invoice", "invoice", today, until, said, facts)


def over(judgement: Judgement) -> frozenset[str]:
    """The contracts of which nothing is billable, open or on its way: their cases may end, and start again if something
    happens."""
    account, contracts = judgement.account, judgement.account.contracts.values()
    busy = judgement.owing | {item.contract for item in account.receivables.values() if item.open}
    busy |= {item.contract for item in account.receivables.values() if to_bring(account, item)}
    for note in account.payments.values():
        if note.invoice is not None and to_deliver(account, note):
            busy.add(account.receivables[note.invoice].contract)
    return frozenset(each.id for each in contracts if each.id not in busy and not _bills_again(judgement, each))


def _bills_again(judgement: Judgement, contract: Contract) -> bool:
    """Whether a period is to be invoiced, now or later."""
    schedule = schedule_of(judgement.account, contract)
    if schedule is None or not schedule.lines:
        return False
    zone = ZoneInfo(judgement.rulebooks[judgement.account.rulebooks[contract.id]].business.time_zone)
    upcoming = following_issue(schedule, _billing_day(judgement.now, zone))
    return upcoming is not None or bool(to_bill(judgement, contract, schedule, zone))
