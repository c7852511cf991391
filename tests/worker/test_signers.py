"""`from: role`: whose name and address a message bears, on the envelope and below the letter."""

from __future__ import annotations

from dataclasses import replace

from rules.compile import compile_workspace
from rules.library import files
from rules.policy import Business, Letter
from tests.rules.shelf import BUSINESS, compiled
from tests.worker.test_sending import ready
from worker.gateways.email import Envelope
from worker.holidays import public_holidays
from worker.ready import Ready
from worker.sending import Gateways, Sender, _envelope
from worker.words.render import Words

NOTICE = """\
format: relance/v1
kind: policy
id: mine
title: Mine
owner: credit-control@example.com
effective_from: 2027-01-01
calendar: fr-paris
steps:
  - id: reminder-1
    at: due+3d
    do: [{email: {template: reminder-1, to: billing}}]
  - id: formal-notice
    level: notice
    at: due+30d
    requires: [reminder-1]
    deadline: {of: 8d, from: sent}
    do: [{letter: {template: formal-notice, to: billing, registered: paper, from: credit-director}}]
"""
PAUL = ("Paul Martin", "Directeur financier")
ROLES = {"credit-director": ("paul@martin.example",), "credit-controller": ("anne@martin.example",)}


def signed(role: str | None, channel: str = "email") -> Ready:
    """A message that this role signs; only the director says how."""
    given = ready((), ours=True)
    business = Business(
        "martin",
        "Martin SAS",
        "FR",
        "fr",
        "EUR",
        senders={"email": "compta@martin.example", "name": "Comptabilité Martin"},
        roles=ROLES,
        signatures={"credit-director": PAUL},
    )
    template = "formal-notice" if channel == "letter" else "reminder-1"
    send = replace(given.send, channel=channel, template=template, sender=role)
    return replace(given, business=business, act=replace(given.act, what=send))


def envelope(role: str | None) -> Envelope:
    return _envelope(signed(role))


def text(given: Ready) -> str:
    return Words().text(Sender(Words(), Gateways())._subject(given))


def test_an_email_comes_from_the_role_by_name_and_address() -> None:
    found = envelope("credit-director")
    assert (found.sender, found.sender_name) == ("paul@martin.example", "Paul Martin, Martin SAS")
    assert "Paul Martin\nDirecteur financier\nMartin SAS" in text(signed("credit-director"))


def test_a_role_without_a_signature_lends_its_address_only() -> None:
    found = envelope("credit-controller")
    assert (found.sender, found.sender_name) == ("anne@martin.example", "Comptabilité Martin")
    assert "Paul" not in text(signed("credit-controller"))


def test_without_a_role_the_business_writes() -> None:
    found = envelope(None)
    assert (found.sender, found.sender_name) == ("compta@martin.example", "Comptabilité Martin")


def test_a_letter_is_signed_by_the_role() -> None:
    said = text(signed("credit-director", "letter"))
    assert "Paul Martin\nDirecteur financier\nMartin SAS" in said.partition("salutations")[2]


def test_a_policy_names_who_signs_its_letter() -> None:
    found = compiled(policies__mine=NOTICE).rulebook
    assert found is not None
    (letter,) = found.policies["mine"].steps[1].do
    assert isinstance(letter, Letter)
    assert letter.sender == "credit-director"


def test_a_role_that_nobody_holds_signs_nothing() -> None:
    found = compiled(policies__mine=NOTICE.replace("from: credit-director", "from: collector")).diagnostics
    (problem,) = (each for each in found if "collector" in each.message)
    business = (BUSINESS + "signatures: {collector: [A. Nonymous]}\n").encode()
    (also,) = compile_workspace({"business.yaml": business}, files(), public_holidays).diagnostics
    for each in (problem, also):
        assert (each.code, each.message) == ("REL207", "nobody holds the role 'collector' in business.yaml")
