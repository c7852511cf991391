"""One customer's case as a page: what is open, what was done, what comes next and why; as a document and as text."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from datetime import date, datetime, tzinfo
from typing import Any
from zoneinfo import ZoneInfo

from rules.account import Account, BusinessState, Climb, HoldState, Receivable, Review
from rules.decision import Bill, Decision, NextStep
from rules.explain import INDENT, coming, sentences, waiting
from rules.money import Money
from rules.standing import Standing, by_age, concerns
from worker.cli.output import cell, counted, line, table
from worker.details import items_of, soonest, stage
from worker.details import waiting as waiting_for
from worker.ledger.ledger import Transaction
from worker.ledger.views import CaseRow
from worker.office import Office
from worker.outlook import judged
from worker.past import SKIPPED

Page = Mapping[str, Any]  # what `document` makes: JSON's shapes, with money, dates and instants in them


@dataclass(frozen=True, slots=True)
class Stand:
    """Where a case stands: the heaviest level, the delay of the oldest in days, the step that comes first, and why."""

    stage: str | None = None
    days: int | None = None
    next: str | None = None
    on: date | None = None
    why: str | None = None


def standings(tx: Transaction, office: Office, rows: Iterable[CaseRow]) -> dict[str, Stand]:
    """Each case as it would be judged now, by contract; only customers who owe something are judged."""
    rows, now = list(rows), tx.now()
    zone = ZoneInfo(office.workspace.rulebook.business.time_zone)
    decisions = {row.customer: judged(tx, row.customer, now) for row in rows if row.open}
    return {row.contract: _stand(tx, row, decisions.get(row.customer), zone) for row in rows}


def _stand(tx: Transaction, row: CaseRow, decision: Decision | None, zone: tzinfo) -> Stand:
    items = items_of(row.contract, tx.account(row.customer)) if decision is not None else []
    if decision is None or not items:
        return Stand()
    item, level = soonest(items, decision), stage(items)
    step = decision.next_steps.get(item.id) if item is not None else None
    return Stand(
        None if level == "none" else level,
        _oldest(items, decision.at.astimezone(zone).date()),
        step.step if step else None,
        step.at.astimezone(zone).date() if step and step.at else None,
        waiting_for(item, decision) if item is not None else None,
    )


def _oldest(items: Iterable[Receivable], today: date) -> int | None:
    """The delay of the oldest, in days; None where nothing is late."""
    return max(((today - item.due).days for item in items if item.due is not None and item.due < today), default=None)


def document(tx: Transaction, office: Office, customer: str, contract: str | None, invoice: str | None) -> Page:
    """The page of a customer, of one contract of it, or of one invoice."""
    now, account, card = tx.now(), tx.account(customer), tx.card(customer)
    decision = judged(tx, customer, now)
    zone = ZoneInfo(office.workspace.rulebook.business.time_zone)
    today = now.astimezone(zone).date()
    standing = Standing(account, today)
    chosen = [item for item in account.receivables.values() if _chosen(item, contract, invoice)]
    chosen.sort(key=lambda item: (not item.open, by_age(item)))  # what is settled stands below
    holds = [state for state in (*tx.state().holds.values(), *account.holds.values()) if state.active]
    return {
        "customer": customer,
        "name": card.name if card else None,
        "at": now,
        "today": today,
        "contracts": [
            {
                "contract": each.id,
                "kind": each.kind,
                "rulebook": account.rulebooks[each.id],
                "ended_on": account.ended.get(each.id),
                "over": each.id in decision.ended,
                "looks_again": decision.wake.get(each.id),
                "looks_again_on": _when(decision.wake.get(each.id), zone),
            }
            for each in account.contracts.values()
            if contract in (None, each.id)
        ],
        "stage": stage([item for item in chosen if item.open]),
        "open": _sums(item.balance for item in chosen),
        "overdue": _sums(standing.amount(item) for item in chosen if item.due and item.due < today),
        "days_overdue": _oldest((item for item in chosen if item.open), today),
        "on_account": [Money(minor, currency) for (_, currency), minor in standing.free.items()],
        "holds": [_hold(each) for each in holds if _held(account, each, chosen)],
        "questions": [
            {"question": each.asked.review, "why": each.asked.why, "asked": each.asked.on}
            for each in (*account.reviews.values(), *_of_groups(tx.state(), decision, chosen))
            if each.open and (each.asked.receivable is None or each.asked.receivable in {i.id for i in chosen})
        ],
        "invoices": [_invoice(item, standing, decision, zone) for item in chosen],
    }


def _of_groups(state: BusinessState, decision: Decision, items: Iterable[Receivable]) -> list[Review]:
    """The questions of the business itself that keep one of these waiting."""
    told = {value for item in items for value in (decision.waits(item.id) or ("", ()))[1]}
    return [each for each in state.reviews.values() if each.asked.why in told]


def _sums(amounts: Iterable[Money]) -> list[Money]:
    sums: Counter[str] = Counter()
    for amount in amounts:
        sums[amount.currency] += amount.minor
    return [Money(minor, currency) for currency, minor in sorted(sums.items()) if minor]


def _chosen(item: Receivable, contract: str | None, invoice: str | None) -> bool:
    return contract in (None, item.contract) and invoice in (None, item.id)


def _held(account: Account, state: HoldState, items: Iterable[Receivable]) -> bool:
    return state.hold.scope != "receivable" or any(concerns(account, state, item) for item in items)


def _hold(state: HoldState) -> dict[str, object]:
    hold = state.hold
    return {
        "hold": hold.id,
        "kind": hold.kind,
        "scope": hold.scope,
        "subject": hold.subject,
        "since": hold.start,
        "until": hold.promised or hold.until,
        "part": hold.part,
        "reason": hold.reason,
        "by": hold.by,
    }


def _invoice(item: Receivable, standing: Standing, decision: Decision, zone: tzinfo) -> dict[str, object]:
    ladder, step = item.ladder, decision.next_steps.get(item.id)
    request = ladder.request if ladder else None
    due = item.due
    return {
        "invoice": item.number,
        "contract": item.contract,
        "issued": item.issued,
        "due": due,
        "days_overdue": max((standing.today - due).days, 0) if due and item.open else None,
        "amount": item.amount,
        "open": item.balance,
        "claimable": standing.amount(item),
        "policy": ladder.policy if ladder else None,
        "variant": ladder.variant if ladder else None,
        "stopped": ladder.stopped if ladder else None,
        "steps": [_climb(each) for each in (ladder.climbs if ladder else ())],
        "approval": request
        and {
            "step": request.step,
            "asked_of": request.who,
            "amount": request.amount,
            "asked": request.asked,
            "state": request.state,
        },
        "next": step and _next(item, step, decision, zone, _names(standing.account)),
        "reasons": sentences(decision.reasons.get(item.id, ()), zone, _names(standing.account)),
    }


def _next(
    item: Receivable, step: NextStep, decision: Decision, zone: tzinfo, names: Mapping[str, str]
) -> dict[str, object]:
    """The step that comes next: `on` is its moment on the business's own clock, `why` the code of what it waits for,
    `reason` the same as it stands among the reasons, `text` as it is said beside step and moment.
    """
    leaves = any(not isinstance(act.what, Bill) and item.id in act.what.lines for act in decision.acts)
    why, values = decision.waits(item.id) or (step.why, ())
    reason = waiting(why, values, names)
    text = "it leaves at once" if leaves else coming(why, values, names)
    return {
        "step": step.step,
        "level": step.level,
        "at": step.at,
        "on": _when(step.at, zone),
        "why": why,
        "text": text,
        "reason": reason,
    }


def _names(account: Account) -> dict[str, str]:
    return {item.id: item.number for item in account.receivables.values()}


def _climb(climb: Climb) -> dict[str, object]:
    return {
        "step": climb.step,
        "on": climb.on,
        "outcome": climb.outcome,
        "channels": climb.channels,
        "why": climb.why or None,
        "deadline": climb.deadline,
    }


def _when(at: datetime | None, zone: tzinfo) -> str | None:
    return f"{at.astimezone(zone):%Y-%m-%d %H:%M}" if at else None


# --- as text -----------------------------------------------------------------------------------------------------


def show_text(page: Page) -> None:
    """Prints the page for people."""
    line(f"{page['customer']}  {page['name'] or ''}".rstrip())
    line(f"{INDENT}{_totals(page)}")
    for contract in page["contracts"]:
        end = contract["ended_on"]
        ended = f", {'ends' if end >= page['today'] else 'ended'} on {end}" if end else ""
        again = f", looks again on {contract['looks_again_on']}" if contract["looks_again_on"] else ""
        rest = ", its case is over" if contract["over"] else again
        line(f"{INDENT}{contract['contract']}  {contract['kind']}{ended}{rest}")
    for amount in page["on_account"]:
        line(f"{INDENT}{amount} on the account, on no invoice")
    for hold in page["holds"]:
        until = f" until {hold['until']}" if hold["until"] else ""
        reason = f": {hold['reason']}" if hold["reason"] else ""
        line(f"{INDENT}on hold since {hold['since']}{until}, {hold['kind']}{reason} ({hold['hold']})")
    for question in page["questions"]:
        line(f"{INDENT}asked on {question['asked']}: {question['why']} ({question['question']})")
    several = len(page["invoices"]) > 1
    settled = [item for item in page["invoices"] if several and not item["open"].minor]
    for item in page["invoices"]:
        if item not in settled:
            _invoice_text(item)
    _settled_text(settled)


def _settled_text(items: Iterable[Page]) -> None:
    """What is settled, a line each: the whole story of one is told where it is asked for by its number."""
    rows = []
    for item in items:
        last = item["steps"][-1] if item["steps"] else {}
        rows.append((item["invoice"], item["amount"], item["due"], item["stopped"], last.get("step"), last.get("on")))
    if rows:
        line()
        line("Settled")
        headings = ("invoice", "amount", "due", "ended by", "last step", "on")
        table(headings, rows, indent=INDENT, least=("on", "last step", "due"))


def _totals(page: Page) -> str:
    """`firm, 1500.00 EUR open, 1500.00 EUR overdue, the oldest for 30 days`."""
    if not page["open"]:
        return "nothing is open"
    reached = "nothing sent yet" if page["stage"] == "none" else page["stage"]
    days = page["days_overdue"]
    late = f", {cell(page['overdue'])} overdue, the oldest for {counted(days, 'day')}" if page["overdue"] else ""
    return f"{reached}, {cell(page['open'])} open{late or ', nothing overdue'}"


def _invoice_text(item: Page) -> None:
    overdue = f", {counted(item['days_overdue'], 'day')} overdue" if item["days_overdue"] else ""
    line()
    line(f"{item['invoice']}  {item['open']} open of {item['amount']}, due {item['due'] or 'never'}{overdue}")
    if item["policy"]:
        line(f"{INDENT}policy {item['policy']}" + (f", variant {item['variant']}" if item["variant"] else ""))
    steps = [
        (each["on"], each["step"], each["outcome"], each["channels"], SKIPPED.get(each["why"], each["why"]))
        for each in item["steps"]
    ]
    table(("on", "step", "outcome", "by", "why"), steps, indent=INDENT)
    if item["stopped"]:
        line(f"{INDENT}The ladder is stopped: {item['stopped']}.")
    if item["approval"] and item["approval"]["state"] in ("asked", "escalated"):
        asked = item["approval"]
        cure = f"relance case approve {item['invoice']}"
        line(f"{INDENT}{asked['step']} for {asked['amount']} waits for {asked['asked_of']}: {cure}")
    if item["stopped"]:
        return
    reasons = item["reasons"]
    if item["next"]:
        step, when, what = item["next"], item["next"]["on"] or "without a date", item["next"]["reason"]
        told = next((reason for reason in reasons if reason.startswith(what)), what)
        reasons = [reason for reason in reasons if reason != told]
        end = told.removeprefix(what).removesuffix(f", until {when}")
        line(f"{INDENT}Next: {step['step']}, {when}: {step['text']}{end}")
    if reasons:
        line(f"{INDENT}Why")
        for reason in reasons:
            line(f"{INDENT * 2}{reason}")
