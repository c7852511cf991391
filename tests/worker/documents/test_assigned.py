"""What was sold or pledged is paid to whoever owns it: on paper, in XML, in the code to scan and in every message."""

from __future__ import annotations

from dataclasses import replace
from datetime import date

import pytest

from tests.worker.documents.papers import BOOK, FACTOR, VIALET, factored
from worker.creditors import creditor
from worker.documents.cii import cii
from worker.documents.mentions import missing_mentions
from worker.documents.paper import told
from worker.documents.ubl import ubl
from worker.words.render import Words
from worker.words.sample import sample
from worker.words.transfer import payload

OURS, THEIRS = BOOK.business.bank["iban"], FACTOR.iban
WORDS = Words()
SUBROGATION = (
    "Pour être libératoire, votre règlement doit être effectué directement à l’ordre de Factor SA, qui le reçoit par "
    "subrogation dans le cadre d’un contrat d’affacturage."
)


def plain(text: str) -> str:
    """With ordinary spaces."""
    return text.replace("\u202f", " ").replace("\u00a0", " ")


@pytest.mark.parametrize("write", [cii, ubl])
def test_the_xml_names_the_payee_its_account_and_the_clause(write) -> None:
    """EN 16931: BT-59 the payee, BT-84 and BT-85 the account and its name; UNTDID 1001: 393; UNTDID 4451: ACC."""
    said = plain(write(factored()).decode())
    assert said.count("Factor SA") == 3  # payee, account, clause
    assert THEIRS in said
    assert OURS not in said
    assert ">393<" in said
    assert SUBROGATION in said
    assert "ACC" in said


def test_the_paper_and_its_code_name_the_payee_alone() -> None:
    shown = told(factored(), BOOK.business)
    assert shown.creditor.assigned.startswith(SUBROGATION[:40])
    assert SUBROGATION[:40] not in " ".join(shown.bill.notes)  # it stands by the transfer, once
    code = payload(shown, shown.bill.reference) or ""
    assert "Factor SA" in code
    assert THEIRS in code
    text = plain(WORDS.text(shown))
    assert SUBROGATION in text
    assert text.index(SUBROGATION) < text.index(THEIRS[:4])
    assert OURS[-4:] not in text


def test_what_is_assigned_is_not_debited() -> None:
    said = factored(replace(VIALET, payment_method="debit"), sepa_mandate="RUM-2027-0103")
    assert (said.mandate, said.iban) == ("", THEIRS)


def test_without_the_account_of_the_owner_the_invoice_does_not_leave() -> None:
    said = factored(known=False)
    assert said.iban == ""
    assert missing_mentions(said) == ["business.yaml: the assignee factor, iban is missing"]


def test_a_bordereau_dailly_is_said_as_the_code_has_it() -> None:
    """CMF, art. R313-15: who assigned the claim, to cease payment to them, and to whose order it is paid."""
    said = plain(told(factored(owner=replace(FACTOR, by="dailly")), BOOK.business).creditor.assigned)
    for words in ("articles L313-23 à L313-35", "a cédé à Factor SA", "cesser tout paiement", "à l’ordre de Factor SA"):
        assert words in said


MESSAGES = (
    *((name, "email") for name in ("courtesy", "reminder-1", "reminder-2", "last-email", "formal-notice", "statement")),
    *((name, "email") for name in ("promise-received", "promise-broken", "plan-agreed", "instalment-due", "invoice")),
    *((name, "email") for name in ("dispute-received", "payment-failed", "payment-received", "dispute-resolved")),
    *((name, "letter") for name in ("formal-notice", "formal-notice-fr", "formal-notice-de", "letter-before-action")),
    *((name, "document") for name in ("statement", "invoice")),
    *((name, "call") for name in ("reminder-2", "second-reminder")),
)


@pytest.mark.parametrize("language", ["fr", "en"])
@pytest.mark.parametrize(("template", "channel"), MESSAGES)
def test_every_message_that_says_how_to_pay_names_the_owner_alone(template: str, channel: str, language: str) -> None:
    business = replace(BOOK.business, assignees={"factor": FACTOR})
    owned = creditor(business, assigned_to="factor", language=language)
    given = sample(owned, template, channel, language, date(2027, 1, 4))
    text = WORDS.call(given) if channel == "call" else WORDS.text(given)
    assert plain(owned.assigned) in plain(text)
    assert OURS[-4:] not in text
    assert channel == "call" or THEIRS[-3:] in text
