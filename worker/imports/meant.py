"""What people write for a column or a value in words of their own: only ever a cure, never taken for what was said."""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Callable, Collection

_COLUMNS = {  # by folded words: the columns that are perhaps meant, the first that the file may have
    "adresse": ("contacts.billing.postal",),
    "address": ("contacts.billing.postal",),
    "client": ("customer", "id"),
    "code": ("id", "number", "contract"),
    "code client": ("customer", "id"),
    "company": ("name",),
    "contrat": ("contract",),
    "courriel": ("contacts.billing.email",),
    "customer id": ("customer", "id"),
    "date": ("issued",),
    "date d emission": ("issued",),
    "date d echeance": ("due",),
    "date echeance": ("due",),
    "date facture": ("issued",),
    "debut": ("start",),
    "devise": ("currency",),
    "due date": ("due",),
    "e mail": ("contacts.billing.email",),
    "echeance": ("due",),
    "email": ("contacts.billing.email",),
    "facture": ("invoice", "number"),
    "fin": ("end",),
    "invoice": ("number",),
    "invoice date": ("issued",),
    "invoice number": ("invoice", "number"),
    "issue date": ("issued",),
    "langue": ("language",),
    "mail": ("contacts.billing.email",),
    "mode de paiement": ("payment_method", "method"),
    "montant": ("amount", "lines.1.amount"),
    "montant ttc": ("amount",),
    "nom": ("name",),
    "numero": ("number", "id", "contract", "reference"),
    "numero facture": ("invoice", "number"),
    "numero de facture": ("invoice", "number"),
    "pays": ("country",),
    "phone": ("contacts.billing.phone",),
    "periodicite": ("every",),
    "prix": ("lines.1.amount",),
    "raison sociale": ("name",),
    "reference": ("number",),
    "reste du": ("balance",),
    "siren": ("identifiers.siren",),
    "siret": ("identifiers.siret",),
    "solde": ("balance",),
    "tel": ("contacts.billing.phone",),
    "telephone": ("contacts.billing.phone",),
    "total": ("amount",),
    "tva": ("lines.1.vat", "identifiers.vat"),
    "type": ("kind",),
}
_VALUES = {
    "a echoir": "advance",
    "abonnement": "recurring",
    "administration": "public",
    "auto entrepreneur": "sole-trader",
    "carte": "card",
    "company": "business",
    "echu": "arrears",
    "entreprise": "business",
    "independant": "sole-trader",
    "lettre de change": "lcr",
    "micro entrepreneur": "sole-trader",
    "particulier": "consumer",
    "ponctuel": "one-off",
    "prelevement": "debit",
    "professionnel": "business",
    "recurrent": "recurring",
    "societe": "business",
    "terme a echoir": "advance",
    "terme echu": "arrears",
    "traite": "lcr",
    "virement": "transfer",
}


def column(written: str, known: Callable[[str], bool]) -> str:
    """The column that a header in other words perhaps means, "" where nobody can say.

    >>> column("Date d'échéance", lambda name: name == "due")
    'due'
    """
    return next(filter(known, _COLUMNS.get(_folded(written), ())), "")


def value(written: str, allowed: Collection[str]) -> str:
    """The one of `allowed` that other words perhaps mean, "" where nobody can say.

    >>> value("Prélèvement", ["transfer", "debit"])
    'debit'
    """
    meant = _VALUES.get(_folded(written), "")
    return meant if meant in allowed else ""


def _folded(written: str) -> str:
    plain = (
        unicodedata.normalize("NFKD", written.casefold().replace("n°", "numero ")).encode("ascii", "ignore").decode()
    )
    return " ".join(re.findall(r"[a-z0-9]+", plain))
