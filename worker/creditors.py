"""The business as its papers name it: who is owed, who signs, and to which account it is paid."""

from __future__ import annotations

from dataclasses import replace

from rules.policy import Assignee, Business
from worker.documents.notes import assigned, phrases
from worker.words.message import Brand, Creditor


def creditor(
    business: Business, signer: str | None = None, *, assigned_to: str | None = None, language: str = ""
) -> Creditor:
    """The business as its papers name it: `signer` is the role that signs, where the business says how it does.

    The account is that of whom what is owed was assigned to, and the language says so.
    """
    identity, senders = business.identity, business.senders
    ours = Creditor(
        str(identity.get("name", business.name)),
        _lines(identity.get("address", ())),
        _text(identity.get("siren")),
        _text(identity.get("vat")),
        _text(identity.get("court")),
        business.bank.get("iban"),
        business.bank.get("bic"),
        senders.get("email", ""),
        senders.get("reply_to"),
        _text(identity.get("phone")) or "",
        _lines(identity.get("mentions", ())),
        _brand(business, signer),
    )
    if assigned_to is None:
        return ours
    owner = business.assignees.get(assigned_to, Assignee(assigned_to, ""))
    said = [assigned(language, ours.name, owner)]
    if owner.iban:
        said.append(phrases(language)["assigned_account"])
    return replace(ours, iban=owner.iban or None, bic=owner.bic, payee=owner.name, assigned=" ".join(said))


def _brand(business: Business, signer: str | None) -> Brand:
    given = business.brand
    signature = business.signatures.get(signer or "") or given.signature
    return Brand(given.logo, given.colour or Brand().colour, signature)


def _lines(value: str | tuple[str, ...]) -> tuple[str, ...]:
    return (value,) if isinstance(value, str) else value


def _text(value: str | tuple[str, ...] | None) -> str | None:
    return value if isinstance(value, str) else None
