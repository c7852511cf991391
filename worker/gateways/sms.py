"""Texts through Twilio, by its own client, on a connection opened before the mark is set. Logs nothing."""

from __future__ import annotations

import asyncio
import http.client
from base64 import b64encode
from collections.abc import Mapping
from dataclasses import dataclass, field
from logging import getLogger
from urllib.parse import urlencode, urlsplit

import phonenumbers
from twilio.base.exceptions import TwilioException, TwilioRestException
from twilio.http import HttpClient
from twilio.http.response import Response
from twilio.rest import Client

from worker.gateways.base import Attempting, Permanent, Sent, Transient, Uncertain, discreet
from worker.words.gsm import segments

# Twilio's error codes for a number that will never take a text: invalid, no mobile, landline, opted out, blocked.
UNREACHABLE = frozenset({21211, 21214, 21217, 21610, 21614, 21635, 30005, 30006})
# Those that concern the account or the moment: nothing is wrong with the message.
LATER = frozenset({20003, 20429, 14107, 21611, 63038})


@dataclass(frozen=True, slots=True)
class Twilio:
    """The account. `senders` maps a country (FR) to a number, sender name or messaging service; "" is for the rest.

    `api_url` is where requests go; another than Twilio's for a sandbox. `timeout` in seconds; `redirect` receives
    every text in place of all; `max_segments` is the longest text that may leave.
    """

    account: str
    token: str = field(repr=False)
    senders: Mapping[str, str]
    api_url: str = "https://api.twilio.com"
    timeout: float = 30.0
    redirect: str | None = None
    max_segments: int = 3


class SmsGateway:
    """Hands texts to Twilio, each on a connection of its own."""

    def __init__(self, twilio: Twilio) -> None:
        self._twilio = twilio

    async def send(self, to: str, text: str, attempting: Attempting) -> Sent:
        """Hands a text over to a number in international form (+33…); `attempting` is awaited before the request.

        Raises Transient (no connection, 429, 503), Permanent (refused, no number, too long, no sender for the
        country) or Uncertain (no answer, or a 5xx that does not say what became of it).
        """
        number, country = e164(self._twilio.redirect or to)
        sender = self._twilio.senders.get(country) or self._twilio.senders.get("")
        if sender is None:
            raise Permanent("no-sender", f"there is no SMS sender for {country}")
        if segments(text) > self._twilio.max_segments:
            raise Permanent("too-long", f"{segments(text)} segments, {self._twilio.max_segments} at most")
        wire = _Wire(self._twilio.api_url, self._twilio.timeout)
        try:
            try:
                await asyncio.to_thread(wire.connect)
            except OSError as error:
                raise Transient(f"no connection to the SMS provider: {type(error).__name__}") from error
            await attempting()
            return Sent(await asyncio.to_thread(self._create, wire, number, sender, text))
        finally:
            wire.close()

    def _create(self, wire: _Wire, number: str, sender: str, text: str) -> str:
        client = Client(self._twilio.account, self._twilio.token, http_client=wire)
        kind = "messaging_service_sid" if sender.startswith("MG") else "from_"
        try:
            message = client.messages.create(to=number, body=text, **{kind: sender})
        except TwilioRestException as error:
            raise _refusal(error) from error
        except (OSError, http.client.HTTPException, TwilioException, ValueError) as error:
            raise Uncertain(f"no answer from the SMS provider: {type(error).__name__}") from error
        if not message.sid:
            raise Uncertain("the SMS provider's answer names no message")
        return str(message.sid)


def e164(number: str) -> tuple[str, str]:
    """The number as +33639981234 and its country (FR). Raises Permanent, unreachable, for what is no number.

    >>> e164("+33 6 39 98 12 34")
    ('+33639981234', 'FR')
    """
    try:
        parsed = phonenumbers.parse(number, None)
    except phonenumbers.NumberParseException as error:
        raise Permanent("no-number", "not a telephone number in international form", unreachable=True) from error
    if not phonenumbers.is_possible_number(parsed):
        raise Permanent("no-number", "no telephone number has this length", unreachable=True)
    exact = phonenumbers.region_code_for_number(parsed)
    country = phonenumbers.region_code_for_country_code(parsed.country_code or 0)
    return phonenumbers.format_number(parsed, phonenumbers.PhoneNumberFormat.E164), exact or country


def _refusal(error: TwilioRestException) -> Transient | Permanent | Uncertain:
    """What an error answer means; a 5xx other than 503 does not say whether the text will leave."""
    said = f"{error.code or error.status} {discreet(str(error.msg))}"
    if error.status in (429, 503) or error.code in LATER:
        return Transient(said)
    if error.status >= 500:
        return Uncertain(said)
    return Permanent(str(error.code or error.status), discreet(str(error.msg)), unreachable=error.code in UNREACHABLE)


class _Wire(HttpClient):  # type: ignore[misc]
    """Twilio's client on one connection of the standard library, so that connecting and asking are two steps."""

    def __init__(self, api_url: str, timeout: float) -> None:
        super().__init__(getLogger(f"{__name__}.silent"), False, timeout)
        url = urlsplit(api_url)
        kind = http.client.HTTPSConnection if url.scheme == "https" else http.client.HTTPConnection
        self._connection = kind(url.hostname or "", url.port, timeout=timeout)

    def connect(self) -> None:
        """Opens the connection; raises OSError."""
        self._connection.connect()

    def close(self) -> None:
        """Closes it."""
        self._connection.close()

    def request(
        self,
        method: str,
        uri: str,
        params: dict[str, object] | None = None,
        data: dict[str, object] | None = None,
        headers: dict[str, str] | None = None,
        auth: tuple[str, str] | None = None,
        timeout: float | None = None,
        allow_redirects: bool = False,
    ) -> Response:
        """One request, as Twilio's client asks for it."""
        del timeout, allow_redirects
        url = urlsplit(uri)
        path = url.path + (f"?{urlencode(params, doseq=True)}" if params else "")
        sent = dict(headers or {})
        if auth:
            sent["Authorization"] = "Basic " + b64encode(":".join(auth).encode()).decode()
        self._connection.request(method, path, urlencode(data or {}, doseq=True).encode(), sent)
        answer = self._connection.getresponse()
        return Response(answer.status, answer.read().decode(), dict(answer.headers))
