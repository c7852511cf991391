"""Lists of actions: each item names exactly one."""

from __future__ import annotations

from typing import Literal, cast

from rules.compiling.conditions import table
from rules.compiling.page import Page, given, listed, text, wanted
from rules.policy import (
    Action,
    ByFact,
    Call,
    Charge,
    Debit,
    Email,
    Handoff,
    Letter,
    Restrict,
    Sms,
    Task,
    Webhook,
)
from rules.source import Node


def actions(page: Page, node: Node | None) -> tuple[Action, ...]:
    """What is done, in order."""
    return tuple(action(page, item) for item in listed(node))


def action(page: Page, item: Node) -> Action:
    """One item, `name: {keys}`."""
    name, entry = next(iter(item.items()))
    node = entry.value
    match name:
        case "email" | "sms" | "letter":
            return _message(page, name, node)
        case "call":
            attempts = given(node, "attempts", page.count, 3)
            return Call(text(node, "queue"), text(node, "script"), attempts)
        case "task":
            return Task(text(node, "queue"), text(node, "title"))
        case "webhook":
            return Webhook(page.gateway(wanted(node, "to")))
        case "charge":
            terms = given(node, "terms", lambda n: page.reference(n, "terms", "file of terms"), "")
            return Charge(terms, cast(Literal["mention", "invoice"], text(node, "claim")))
        case "debit":
            if page.known.collects is False:
                advice = "name it, under `debits` in business.yaml"
                page.warn(entry.key, 226, "business.yaml has no creditor identifier, so nothing is collected", advice)
            return Debit(text(node, "mandate") or "sepa", given(node, "fallback", lambda n: action(page, n), None))
        case "restrict":
            what = cast(Literal["orders", "deliveries", "service"], text(node, "what"))
            return Restrict(what, page.duration(wanted(node, "notice")))
        case _:
            to = cast("str | ByFact[str]", table(page, wanted(node, "to"), page.agency))
            kind = cast(Literal["agency", "court-officer", "lawyer", "court"], text(node, "kind"))
            scope = cast(Literal["receivable", "account-overdue"], text(node, "scope") or "receivable")
            return Handoff(to, kind, scope)


def _message(page: Page, name: str, node: Node) -> Email | Sms | Letter:
    """A message; its `fallback`, where only a channel is named, says the same to the same contacts."""
    template = cast("str | ByFact[str]", table(page, wanted(node, "template"), page.text))
    to = wanted(node, "to")
    contacts = page.texts(to.get("first_of") or to)
    attach = given(node, "attach", page.texts, ())
    otherwise = node.get("fallback")
    fallback: Action | None = None
    if otherwise is not None:
        if isinstance(otherwise.value, dict):
            fallback = action(page, otherwise)
        elif otherwise.text == name:
            page.error(otherwise, 210, f"the fallback of this {name} is {name} itself", "name another channel")
        else:
            fallback = _bare(otherwise.text, template, contacts, attach)
    if name == "sms":
        return Sms(template, contacts, fallback)
    sender = given(node, "from", page.role, None)
    if name == "letter":
        registered = cast("Literal['paper', 'electronic'] | None", text(node, "registered") or None)
        return Letter(template, contacts, registered, attach, fallback, sender)
    cc, bcc = given(node, "cc", page.roles, ()), given(node, "bcc", page.roles, ())
    return Email(template, contacts, cc, bcc, sender, attach, fallback)


def _bare(channel: str, template: str | ByFact[str], to: tuple[str, ...], attach: tuple[str, ...]) -> Action:
    match channel:
        case "sms":
            return Sms(template, to)
        case "letter":
            return Letter(template, to, attach=attach)
        case _:
            return Email(template, to, attach=attach)
