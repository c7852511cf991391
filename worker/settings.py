"""What the surroundings say: addresses, secrets, folders. Read once at start-up, from the environment only."""

from __future__ import annotations

import os
from collections.abc import Mapping
from dataclasses import dataclass, field
from pathlib import Path
from typing import Literal, cast

from worker.gateways.email import Smtp

PREFIX = "RELANCE_"
TLS = ("none", "starttls", "implicit")
TWILIO = "https://api.twilio.com"


class SettingsError(Exception):
    """A variable says something that cannot be; the message names it and says what it may be."""


@dataclass(frozen=True, slots=True)
class TwilioAccount:
    """The SMS account; `senders` by country (FR), "" for the rest, beside the workspace's own."""

    account: str
    token: str = field(repr=False)
    api_url: str = TWILIO
    senders: Mapping[str, str] = field(default_factory=dict)


@dataclass(frozen=True, slots=True)
class Settings:
    """`database` is an SQLAlchemy URL, `out` the folder of letters, debits and hand-offs.

    `redirect` and `redirect_phone` receive every message in place of the customers; `queue` is the task queue's name
    where it is not `relance-BUSINESS`.
    """

    workspace: Path
    database: str
    out: Path
    smtp: Smtp | None = None
    twilio: TwilioAccount | None = None
    redirect: str | None = None
    redirect_phone: str | None = None
    queue: str | None = None
    webhook_secret: str | None = field(default=None, repr=False)

    @property
    def state(self) -> Path:
        """The folder of what Relance itself keeps beside a workspace."""
        return self.workspace / ".relance"


def read(workspace: Path | None = None, environ: Mapping[str, str] | None = None) -> Settings:
    """The settings; `workspace` goes before RELANCE_WORKSPACE, which goes before the current folder.

    Raises SettingsError.
    """
    given = _Given(os.environ if environ is None else environ)
    folder = (workspace or Path(given("WORKSPACE") or ".")).resolve()
    return Settings(
        folder,
        given("DATABASE") or f"sqlite:///{folder / '.relance' / 'relance.db'}",
        Path(given("OUT") or folder / ".relance" / "out"),
        _smtp(given),
        _twilio(given),
        given("REDIRECT"),
        given("REDIRECT_PHONE"),
        given("TASK_QUEUE"),
        given("WEBHOOK_SECRET"),
    )


@dataclass(frozen=True, slots=True)
class _Given:
    environ: Mapping[str, str]

    def __call__(self, name: str) -> str | None:
        """An empty variable is none."""
        return self.environ.get(PREFIX + name) or None

    def needed(self, name: str, because: str) -> str:
        found = self(name)
        if found is None:
            raise SettingsError(f"{PREFIX}{name} is missing: {PREFIX}{because} is set")
        return found


def _smtp(given: _Given) -> Smtp | None:
    host = given("SMTP_HOST")
    if host is None:
        return None
    tls = given("SMTP_TLS") or "starttls"
    if tls not in TLS:
        raise SettingsError(f"{PREFIX}SMTP_TLS is {tls}: it may be {', '.join(TLS)}")
    port = given("SMTP_PORT") or {"none": "25", "starttls": "587", "implicit": "465"}[tls]
    if not port.isdecimal() or not 0 < int(port) < 65536:
        raise SettingsError(f"{PREFIX}SMTP_PORT is {port}: it must be a port number")
    return Smtp(
        host,
        int(port),
        cast(Literal["none", "starttls", "implicit"], tls),
        given("SMTP_USERNAME"),
        given("SMTP_PASSWORD"),
        redirect=given("REDIRECT"),
        ca_file=given("SMTP_CA_FILE"),
    )


def _twilio(given: _Given) -> TwilioAccount | None:
    account = given("TWILIO_ACCOUNT")
    if account is None:
        return None
    senders = {}
    for part in (given("SMS_SENDERS") or "").split(","):
        country, equals, sender = part.strip().partition("=")
        if equals:
            senders[country] = sender
        elif country:
            senders[""] = country
    token = given.needed("TWILIO_TOKEN", "TWILIO_ACCOUNT")
    return TwilioAccount(account, token, given("TWILIO_API_URL") or TWILIO, senders)
