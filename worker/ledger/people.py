"""The personal side of a customer, kept beside the facts, so that it can be forgotten and the chain still holds."""

from __future__ import annotations

from dataclasses import dataclass, field


@dataclass(frozen=True, slots=True)
class Contact:
    """How to reach somebody of the customer; empty where there is nothing."""

    role: str
    name: str = ""
    email: str = ""
    phone: str = ""
    postal: tuple[str, ...] = ()

    @property
    def channels(self) -> tuple[str, ...]:
        """The channels by which this contact can be reached."""
        by_phone = ("sms", "call") if self.phone else ()
        return (("email",) if self.email else ()) + by_phone + (("letter",) if self.postal else ())


@dataclass(frozen=True, slots=True)
class Card:
    """The customer's name, account and contacts; `formats` are those in which it wants invoices besides the PDF."""

    name: str
    iban: str = ""
    identifiers: dict[str, str] = field(default_factory=dict)
    contacts: tuple[Contact, ...] = ()
    formats: tuple[str, ...] = ()  # csv, xlsx, ubl

    def contact(self, role: str) -> Contact | None:
        """The contact of that role."""
        return next((contact for contact in self.contacts if contact.role == role), None)
