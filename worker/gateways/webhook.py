"""Webhooks: a signed POST as standardwebhooks.com describes it. The receiver knows the id, so a repeat is harmless."""

from __future__ import annotations

import asyncio
import base64
import binascii
import hashlib
import hmac
import http.client
import json
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime
from urllib.parse import urlsplit

from worker.gateways.base import Attempting, Permanent, Sent, Transient

TIMEOUT = 20.0  # seconds
LATER = frozenset({408, 425, 429})


@dataclass(frozen=True, slots=True)
class Notice:
    """What is told: `key` is its id, `at` the aware instant, `body` plain values without personal data."""

    key: str
    url: str
    at: datetime
    body: Mapping[str, object]


class WebhookGateway:
    """Calls the gateways of business.yaml, signing with one secret."""

    def __init__(self, secret: str) -> None:
        self._secret = secret

    async def send(self, notice: Notice, attempting: Attempting) -> Sent:
        """Calls it; the reference is its id. Raises Transient (no answer, 5xx, 429) or Permanent (any other answer).

        Never uncertain: the same id is sent again until the receiver has confirmed it.
        """
        await attempting()
        try:
            status = await asyncio.to_thread(self._post, notice)
        except (OSError, http.client.HTTPException) as error:
            raise Transient(f"no answer from the webhook's receiver: {type(error).__name__}") from error
        if status in LATER or status >= 500:
            raise Transient(f"the webhook's receiver answered {status}")
        if not 200 <= status < 300:
            raise Permanent(str(status), "the webhook's receiver refused it")
        return Sent(notice.key)

    def _post(self, notice: Notice) -> int:
        url = urlsplit(notice.url)
        kind = http.client.HTTPSConnection if url.scheme == "https" else http.client.HTTPConnection
        connection = kind(url.hostname or "", url.port, timeout=TIMEOUT)
        body = json.dumps(notice.body, ensure_ascii=False, sort_keys=True).encode()
        stamp = str(int(notice.at.timestamp()))
        headers = {
            "Content-Type": "application/json",
            "webhook-id": notice.key,
            "webhook-timestamp": stamp,
            "webhook-signature": signature(self._secret, notice.key, stamp, body),
        }
        try:
            connection.request("POST", (url.path or "/") + (f"?{url.query}" if url.query else ""), body, headers)
            return connection.getresponse().status
        finally:
            connection.close()


def signature(secret: str, key: str, stamp: str, body: bytes) -> str:
    """The signature of a body: HMAC-SHA256 of `id.timestamp.body`, by a secret that may be written whsec_BASE64."""
    return (
        "v1,"
        + base64.b64encode(hmac.new(_key(secret), f"{key}.{stamp}.".encode() + body, hashlib.sha256).digest()).decode()
    )


def _key(secret: str) -> bytes:
    if secret.startswith("whsec_"):
        try:
            return base64.b64decode(secret.removeprefix("whsec_"), validate=True)
        except binascii.Error:
            pass
    return secret.encode()
