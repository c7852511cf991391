"""How a message ends: who signs it, and what is enclosed."""

from __future__ import annotations

from collections.abc import Iterator, Mapping

from worker.words.blocks import Paragraph, Signature
from worker.words.locale import Locale
from worker.words.message import Subject

Labels = Mapping[str, str]
ON_PAPER = ("letter", "document")
NAMED = 6  # enclosed invoices that are named one by one; of more, their count is said


def signature(subject: Subject, labels: Labels) -> Paragraph | Signature:
    """Name, role and company: on paper with room to sign above, elsewhere with the ways to answer below."""
    creditor = subject.creditor
    lines = (*creditor.brand.signature, creditor.name)
    if subject.channel in ON_PAPER:
        return Signature(lines, "" if creditor.brand.signature else labels["sign"])
    phone = labels["tel"].format(phone=creditor.phone) if creditor.phone else ""
    return Paragraph((*lines, *filter(None, (phone, creditor.reply_to or creditor.email))))


def enclosed(subject: Subject, labels: Labels, locale: Locale) -> Paragraph | None:
    """What is in the envelope besides the letter; None for a message that no envelope holds."""
    if subject.channel not in ON_PAPER:
        return None
    said = list(_enclosures(subject, labels, locale))
    return Paragraph((f"{labels['enclosed']}{labels['colon']}{', '.join(said)}",)) if said else None


def _enclosures(subject: Subject, labels: Labels, locale: Locale) -> Iterator[str]:
    numbers = [item.number for item in subject.items if item.document] if "invoice" in subject.attach else []
    if len(numbers) == 1:
        yield labels["enclosed_invoice"].format(number=numbers[0])
    elif numbers:
        listed = locale.listed(numbers) if len(numbers) <= NAMED else ""
        yield labels["enclosed_invoices" if listed else "enclosed_count"].format(numbers=listed, count=len(numbers))
    if "statement" in subject.attach or ("invoice" in subject.attach and len(numbers) < len(subject.items)):
        yield labels["enclosed_statement"]
    if "history" in subject.attach:
        yield labels["enclosed_history"]
