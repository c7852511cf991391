"""business.yaml: who the creditor is."""

from __future__ import annotations

import re
from dataclasses import replace
from typing import Literal, cast
from zoneinfo import ZoneInfo, ZoneInfoNotFoundError

from rules.compiling.page import Known, Page, given, items, text, wanted
from rules.diagnostics import did_you_mean, quoted
from rules.mending import Mended
from rules.moments import Duration
from rules.policy import Agency, Assignee, Brand, Business, Debits, Limits, Retention
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
        given(root, "debits", lambda n: _debits(page, n), None),
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
        collects=made.debits is not None or not sure("debits"),
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


def _debits(page: Page, node: Node) -> Debits:
    """How it collects; an identifier that is none is said here, before a bank says it."""
    creditor = wanted(node, "creditor")
    if not is_creditor(creditor.text):
        page.error(creditor, 210, f"{quoted(creditor.text)} is not a SEPA creditor identifier: its check digits differ")

    def days(key: str, unit: str, usual: int) -> int:
        found = node.get(key)
        read = page.duration(found) if found is not None else Duration(usual, "d")
        if found is not None and read.unit != unit:
            counted = "days on which banks work" if unit == "bd" else "calendar days"
            page.error(found, 210, f"this is counted in {counted}", f"write a duration such as {usual}{unit}")
        return read.n

    return Debits(creditor.text, days("lead", "bd", Debits().lead), days("notice", "d", Debits().notice))


def is_creditor(text: str) -> bool:
    """Whether a text is a SEPA creditor identifier: two letters, two check digits, a business code of three, the rest
    (EPC262-08: ISO 7064 mod 97-10, the business code left out).

    >>> is_creditor("DE98ZZZ09999999999"), is_creditor("DE99ZZZ09999999999")
    (True, False)
    """
    if not re.fullmatch(r"[A-Z]{2}[0-9]{2}[A-Z0-9]{3}[A-Z0-9]{1,28}", text):
        return False
    return int("".join(str(int(each, 36)) for each in text[7:] + text[:4])) % 97 == 1


def _limits(page: Page, node: Node) -> Limits:
    return Limits(
        given(node, "contacts_per_day", page.count, None),
        given(node, "share_of_customers", page.share, None),
        given(node, "calls_per_day", page.count, None),
    )


def _identity(page: Page, node: Node) -> str | tuple[str, ...]:
    return page.texts(node) if isinstance(node.value, tuple) else node.text
