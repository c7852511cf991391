"""The formal notice of each law: what it is called, on what it rests, what it must say, what it may and may not claim.

Data for templates and lint; the words are those of the templates. A law that is missing here asks its lawyer.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass

ALWAYS = ("who claims and who owes", "the exact debt with its breakdown", "a clear demand", "by when", "what follows")

BIK = (  # Besluit vergoeding voor buitengerechtelijke incassokosten, on the principal
    "15 % of the first 2 500 EUR (at least 40 EUR), 10 % of the next 2 500, 5 % of the next 5 000, "
    "1 % of the next 190 000, 0.5 % above, 6 775 EUR at most"
)


@dataclass(frozen=True, slots=True)
class Notice:
    """`days` is what is usual between notice and next step; `needed`: whether interest waits for it."""

    name: str
    basis: str
    form: str
    days: int
    needed: bool
    effects: tuple[str, ...]
    may_claim: tuple[str, ...]
    may_not_claim: tuple[str, ...]
    confidence: str
    must_say: tuple[str, ...] = ALWAYS


NOTICES: Mapping[str, Notice] = {
    "FR": Notice(
        "mise en demeure",
        "C. civ. 1344, 1344-1, 1231-6; penalties run without it (C. com. L441-10 II)",
        "none imposed: letter, e-mail, registered letter (proof; electronic is equal, CPCE-postes L100) or bailiff",
        8,
        False,
        ("opens the penalty clause (1231-5)", "does not interrupt limitation (Cass. com. 18 May 2022, 20-23.204)"),
        ("principal including VAT", "penalties of L441-10 II", "40 EUR per invoice (D441-5)"),
        ("costs of recovery without a title, and any clause that says otherwise (CPCE L111-8)", "VAT on penalties"),
        "A",
    ),
    "DE": Notice(
        "Mahnung",
        "BGB 286; not needed for an agreed calendar date (286 II), nor 30 days after due date and invoice (286 III)",
        "none",
        14,
        False,
        ("default, and its interest from then on",),
        ("principal", "9 points above the Basiszinssatz (288 II)", "40 EUR, set off against legal costs (288 V)"),
        ("interest on interest (289)", "the cost of the reminder that brings about the default"),
        "A",
    ),
    "GB": Notice(
        "letter before action",
        "Practice Direction on Pre-Action Conduct; Late Payment of Commercial Debts (Interest) Act 1998",
        "in writing",
        14,
        False,
        ("costs of proceedings may be refused without it",),
        ("principal", "8 % over the reference rate of the day interest began", "40, 70 or 100 GBP per debt"),
        ("interest re-fixed each half-year", "statutory interest beside another substantial remedy of the contract"),
        "B",
    ),
    "CH": Notice(
        "Mahnung",
        "OR 102",
        "none",
        10,
        True,
        ("default, and 5 % from then on (104)",),
        ("principal", "5 %, or what was agreed above it"),
        ("a fixed sum that the contract does not give", "interest on interest (105 III)"),
        "A",
    ),
    "AT": Notice(
        "Mahnung",
        "UGB 456: interest between businesses without it",
        "none",
        14,
        False,
        (),
        ("principal", "9.2 points above the Basiszinssatz (UGB 456)", "40 EUR (UGB 458)"),
        (),
        "C",
    ),
    "BE": Notice(
        "mise en demeure",
        "Loi du 2 août 2002: interest and 40 EUR without it",
        "none",
        8,
        False,
        (),
        ("principal", "the commercial rate of the half-year", "40 EUR"),
        (),
        "B",
    ),
    "NL": Notice(
        "ingebrekestelling",
        "BW 6:119a: the date suffices between businesses; 6:96 for costs",
        "in writing",
        14,
        False,
        (),
        ("principal", "commercial interest, compounded yearly", f"costs by the BIK scale: {BIK}"),
        ("costs above the BIK scale",),
        "B",
    ),
    "IT": Notice(
        "messa in mora",
        "c.c. 1219; D.Lgs. 231/2002, art. 4: interest without it",
        "in writing",
        15,
        False,
        (),
        ("principal", "ECB + 8 points", "40 EUR"),
        ("40, 70 or 100 by the size of the debt",),
        "B",
    ),
    "ES": Notice(
        "requerimiento de pago",
        "Ley 3/2004, art. 5: interest without it",
        "burofax is usual",
        10,
        False,
        (),
        ("principal", "ECB + 8 points", "40 EUR"),
        (),
        "C",
    ),
    "PT": Notice(
        "interpelação para pagamento",
        "DL 62/2013: interest between businesses without it",
        "in writing",
        10,
        False,
        (),
        ("principal", "ECB + 8 points (DL 62/2013)", "40 EUR"),
        (),
        "C",
    ),
    "LU": Notice(
        "mise en demeure",
        "Loi du 18 avril 2004: interest and 40 EUR without it",
        "none",
        8,
        False,
        (),
        ("principal including taxes", "ECB + 8 points", "40 EUR"),
        (),
        "A",
    ),
}
