"""Collections as a bank takes them: ISO 20022 pain.008.001.08, by the SEPA implementation guidelines EPC130-08.

The same collections give the same bytes. The sequence is always RCUR, which the schemes let a first collection be too
since November 2016 (SDD Core rulebook 9.0, B2B 7.0).
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass
from datetime import date, datetime
from hashlib import sha256
from itertools import groupby
from typing import Literal
from unicodedata import normalize

from rules.money import Money, total
from worker.documents.xml import Node, document, leaf, node

_NAMESPACES = {"": "urn:iso:std:iso:20022:tech:xsd:pain.008.001.08"}
_NAME, _TEXT, _ID = 70, 140, 35  # characters
_FOREIGN = str.maketrans({"œ": "oe", "Œ": "OE", "æ": "ae", "Æ": "AE", "ß": "ss", "ø": "o", "Ø": "O", "ł": "l",
                          "Ł": "L", "’": "'", "–": "-", "—": "-", "&": "+", "€": "EUR"})  # fmt: skip
_NOT_SEPA = re.compile(r"[^A-Za-z0-9/?:().,'+ -]+")


@dataclass(frozen=True, slots=True)
class Creditor:
    """Who collects: `identifier` is its SEPA creditor identifier, `bic` that of its bank where it is known."""

    name: str
    identifier: str
    iban: str
    bic: str = ""


@dataclass(frozen=True, slots=True)
class Debt:
    """One collection: `end_to_end` names it on every statement; `text` is what the debtor reads."""

    end_to_end: str
    amount: Money
    on: date
    mandate: str
    signed: date
    scheme: Literal["core", "b2b"]
    debtor: str
    iban: str
    text: str


def pain008(key: str, creditor: Creditor, debts: Sequence[Debt], at: datetime) -> bytes:
    """The file of an act; what is collected on one day under one scheme makes a batch."""
    name, every = sha256(key.encode()).hexdigest()[:24], sorted(debts, key=_batch)
    batches = [tuple(found) for _, found in groupby(every, _batch)]
    head = node(
        "GrpHdr",
        leaf("MsgId", name),
        leaf("CreDtTm", f"{at:%Y-%m-%dT%H:%M:%SZ}"),
        *_counted(every),
        node("InitgPty", leaf("Nm", plain(creditor.name, _NAME))),
    )
    said = (_batched(f"{name}-{n}", creditor, found) for n, found in enumerate(batches, 1))
    return document("Document", _NAMESPACES, [node("CstmrDrctDbtInitn", head, *said)])


def end_to_end(number: str, key: str) -> str:
    """The name of a collection on bank statements, 35 characters at most: the invoice and the act that collects it.

    >>> end_to_end("F-2027-0001", "F-1/1/collect/1/0")
    'F-2027-0001-9258ca2233'
    """
    digest = sha256(key.encode()).hexdigest()[:10]
    return f"{plain(number, _ID - len(digest) - 1).replace('/', '-')}-{digest}"


def plain(text: str, most: int) -> str:
    """A text in the letters that every bank takes (EPC217-08), no longer than that.

    >>> plain("Étude Lœwe & Cie [Lyon]", 70)
    'Etude Loewe + Cie Lyon'
    """
    bare = normalize("NFKD", text.translate(_FOREIGN)).encode("ascii", "ignore").decode()
    return " ".join(_NOT_SEPA.sub(" ", bare).split()).strip("/")[:most].strip()


def _batch(debt: Debt) -> tuple[date, str]:
    return debt.on, debt.scheme


def _counted(debts: Sequence[Debt]) -> Iterator[Node]:
    yield leaf("NbOfTxs", len(debts))
    yield leaf("CtrlSum", total((debt.amount for debt in debts), debts[0].amount.currency).amount)


def _batched(name: str, creditor: Creditor, debts: Sequence[Debt]) -> Node:
    first = debts[0]
    return node(
        "PmtInf",
        leaf("PmtInfId", name),
        leaf("PmtMtd", "DD"),
        *_counted(debts),
        node(
            "PmtTpInf",
            node("SvcLvl", leaf("Cd", "SEPA")),
            node("LclInstrm", leaf("Cd", first.scheme.upper())),
            leaf("SeqTp", "RCUR"),
        ),
        leaf("ReqdColltnDt", first.on),
        node("Cdtr", leaf("Nm", plain(creditor.name, _NAME))),
        _account("CdtrAcct", creditor.iban),
        _bank("CdtrAgt", creditor.bic),
        leaf("ChrgBr", "SLEV"),
        node("CdtrSchmeId", _identifier(creditor.identifier)),
        *_collected(debts),
    )


def _collected(debts: Iterable[Debt]) -> Iterator[Node]:
    for debt in debts:
        mandate = node("MndtRltdInf", leaf("MndtId", debt.mandate), leaf("DtOfSgntr", debt.signed))
        yield node(
            "DrctDbtTxInf",
            node("PmtId", leaf("EndToEndId", debt.end_to_end)),
            leaf("InstdAmt", debt.amount.amount, Ccy=debt.amount.currency),
            node("DrctDbtTx", mandate),
            _bank("DbtrAgt", ""),
            node("Dbtr", leaf("Nm", plain(debt.debtor, _NAME))),
            _account("DbtrAcct", debt.iban),
            node("RmtInf", leaf("Ustrd", plain(debt.text, _TEXT))),
        )


def _identifier(text: str) -> Node:
    scheme = node("SchmeNm", leaf("Prtry", "SEPA"))
    return node("Id", node("PrvtId", node("Othr", leaf("Id", text), scheme)))


def _account(name: str, iban: str) -> Node:
    return node(name, node("Id", leaf("IBAN", iban)))


def _bank(name: str, bic: str) -> Node:
    """The bank of an account, which its IBAN tells where no BIC is given."""
    known = leaf("BICFI", bic) if bic else node("Othr", leaf("Id", "NOTPROVIDED"))
    return node(name, node("FinInstnId", known))
