"""The assignment file: who gets which policy."""

from __future__ import annotations

from rules.compiling.conditions import condition
from rules.compiling.page import Page, listed, text, wanted
from rules.policy import ALWAYS, Assignment, Pin, Route
from rules.source import Node


def assignment(page: Page) -> Assignment:
    """The pins and routes of a file whose shape is right."""
    root = page.root
    page.once((wanted(item, "id") for item in listed(root.get("routes"))), "route")
    page.once((wanted(item, "customer") for item in listed(root.get("pins"))), "pinned customer")
    otherwise = wanted(root, "otherwise")
    return Assignment(
        text(root, "id"),
        text(root, "owner"),
        tuple(_pin(page, item) for item in listed(root.get("pins"))),
        tuple(_route(page, item) for item in listed(root.get("routes"))),
        Route("otherwise", ALWAYS, _policy(page, otherwise), text(otherwise, "reason") or None, page.place(otherwise)),
        page.place(wanted(root, "id")),
    )


def _pin(page: Page, node: Node) -> Pin:
    customer, named = wanted(node, "customer"), wanted(node, "policy")
    policy = page.reference(named, "policies", "policy")
    return Pin(customer.text, policy, text(node, "reason"), page.day(wanted(node, "until")), page.place(customer))


def _route(page: Page, node: Node) -> Route:
    name = wanted(node, "id")
    reason = text(node, "reason") or None
    return Route(name.text, condition(page, node.get("when")), _policy(page, node), reason, page.place(name))


def _policy(page: Page, node: Node) -> str | None:
    """A policy's name; None for the written `none`."""
    named = wanted(node, "policy")
    if named.text == "none" and node.get("reason") is None:
        page.error(named, 219, "`policy: none` needs a reason", "add `reason:`")
    return None if named.text == "none" else page.reference(named, "policies", "policy")
