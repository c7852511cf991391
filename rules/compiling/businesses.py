"""business.yaml: who the creditor is."""

from __future__ import annotations

from dataclasses import replace
from typing import Literal, cast
from zoneinfo import ZoneInfo, ZoneInfoNotFoundError

from rules.compiling.page import Known, Page, given, items, text, wanted
from rules.diagnostics import did_you_mean, quoted
from rules.mending import Mended
from rules.moments import Duration
from rules.policy import Agency, Assignee, Brand, Business, Limits, Retention
from rules.source import Node


def business(page: Page) -> Business:
    """The creditor, as its file states it."""
    root = page.root
    redirect = text(root, "redirect")
    return Business(
        text(root, "id"),
        text(root, "name"),
        text(root, "law"),
        text(root, "language"),
        text(root, "currency"),
        {key: _identity(page, entry.value) for key, entry in items(root, "identity")},
        {key: entry.value.text for key, entry in items(root, "bank")},
        {key: entry.value.text for key, entry in items(root, "senders")},
        {key: page.texts(entry.value) for key, entry in items(root, "roles")},
        given(root, "limits", lambda n: _limits(page, n), Limits()),
        None if redirect in ("", "off") else redirect,
        {key: _agency(page, entry.value) for key, entry in items(root, "agencies")},
        {key: text(entry.value, "url") for key, entry in items(root, "gateways")},
        {key: entry.value.text for key, entry in items(root, "custom")},
        text(root, "bank_data") != "none",
        given(root, "time_zone", lambda n: zone(page, n).key, "Europe/Paris"),
        page.place(wanted(root, "id")),
        given(root, "brand", lambda n: _brand(page, n), Brand()),
        given(root, "retention", lambda n: _retention(page, n), Retention()),
        _signatures(page),
        {key: _assignee(entry.value) for key, entry in items(root, "assignees")},
    )


def knowing(known: Known, made: Business, rest: Mended | None = None) -> Known:
    """What the other files may name, the business's names included; of a file put right, those that are sure."""

    def sure(key: str) -> bool:
        return rest is None or rest.sure(key)

    return replace(
        known,
        roles=frozenset(made.roles) if sure("roles") else None,
        agencies=frozenset(made.agencies) if sure("agencies") else None,
        gateways=frozenset(made.gateways) if sure("gateways") else None,
        custom=made.custom if rest is None or rest.same("custom") else None,
        language=made.language if rest is None or rest.same("language") else known.language,
    )


def zone(page: Page, node: Node) -> ZoneInfo:
    """A time zone of the IANA list."""
    try:
        return ZoneInfo(node.text)
    except (ZoneInfoNotFoundError, ValueError, OSError):
        page.error(node, 216, f"{quoted(node.text)} is not a time zone", "write one such as Europe/Paris")
        return ZoneInfo("UTC")


def _signatures(page: Page) -> dict[str, tuple[str, ...]]:
    """How each role signs, where somebody holds it."""
    roles = [key for key, _ in items(page.root, "roles")]
    for key, entry in items(page.root, "signatures"):
        if key not in roles:
            advice = did_you_mean(key, roles) or "say who holds it, under `roles`"
            page.error(entry.value, 207, f"nobody holds the role {quoted(key)} in business.yaml", advice)
    return {key: page.texts(entry.value) for key, entry in items(page.root, "signatures")}


def _agency(page: Page, node: Node) -> Agency:
    address = given(node, "address", page.texts, ())
    return Agency(text(node, "kind"), text(node, "email"), text(node, "name"), address, text(node, "language"))


def _brand(page: Page, node: Node) -> Brand:
    return Brand(text(node, "logo") or None, text(node, "colour") or None, given(node, "signature", page.texts, ()))


def _assignee(node: Node) -> Assignee:
    by = cast(Literal["assignment", "subrogation", "dailly"], text(node, "by") or "assignment")
    return Assignee(text(node, "name"), text(node, "iban"), text(node, "bic") or None, by)


def _retention(page: Page, node: Node) -> Retention:
    """Periods that are the same in every calendar: no working days."""

    def period(value: Node) -> Duration:
        read = page.duration(value)
        if read.unit == "bd":
            page.error(value, 210, "this is kept for days, weeks or months", "write a duration such as 36m")
        return read

    return Retention(given(node, "messages", period, None), given(node, "contacts", period, None))


def _limits(page: Page, node: Node) -> Limits:
    return Limits(
        given(node, "contacts_per_day", page.count, None),
        given(node, "share_of_customers", page.share, None),
        given(node, "calls_per_day", page.count, None),
    )


def _identity(page: Page, node: Node) -> str | tuple[str, ...]:
    return page.texts(node) if isinstance(node.value, tuple) else node.text
