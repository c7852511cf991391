"""The QR code of a SEPA credit transfer, which a bank's app scans: EPC069-12, version 002."""

from __future__ import annotations

import re
import struct
import zlib

import segno
from stdnum import iban, iso11649

from worker.words.message import Subject

LARGEST = 99_999_999_999  # cents: what EPC069-12 can name
MODULES, QUIET = 3, 4  # pixels of a module in a picture, modules of white around the code
_RUN = re.compile(b"\x01+")
_GREY = bytes([0xFF, *[0] * 255])  # a light module is 0 in the matrix
_DARK, _LIGHT = b"\0" * MODULES, b"\xff" * MODULES
_MASK = 0  # any of the eight is right; to look for the best of them takes six times as long


def payload(subject: Subject, reference: str) -> str | None:
    """What the code says, line by line; None where no bank could read it: no euros, nothing to pay, no valid IBAN.

    >>> from datetime import date
    >>> from rules.money import Money
    >>> from worker.words.message import Creditor, Party
    >>> creditor = Creditor("Martin SAS", iban="FR76 3000 6000 0112 3456 7890 189", bic="AGRIFRPP")
    >>> owed, day = Money(123456, "EUR"), date(2027, 1, 4)
    >>> given = Subject("k", "t", "fr", "email", day, creditor, Party("P"), "C", total=owed)
    >>> payload(given, "F-1").split(chr(10))
    ['BCD', '002', '1', 'SCT', 'AGRIFRPP', 'Martin SAS', 'FR7630006000011234567890189', 'EUR1234.56', '', '', 'F-1']
    """
    total, account = subject.transferred, subject.creditor.iban or ""
    if total is None or total.currency != "EUR" or not 0 < total.minor <= LARGEST or not iban.is_valid(account):
        return None
    name = (subject.creditor.payee or subject.creditor.name)[:70]
    lines = ("BCD", "002", "1", "SCT", subject.creditor.bic or "", name, iban.compact(account), f"EUR{total.amount}")
    structured, free = (reference, "") if iso11649.is_valid(reference) else ("", reference[:140])
    return "\n".join((*lines, "", structured, free)).rstrip("\n")


def svg(said: str) -> str:
    """The code as a drawing, without a margin."""
    rows = _code(said).matrix
    runs = [
        f"M{begin} {y}h{end - begin}v1H{begin}z"
        for y, row in enumerate(rows)
        for begin, end in map(re.Match.span, _RUN.finditer(row))
    ]
    size = len(rows)
    return f'<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 {size} {size}"><path d="{"".join(runs)}"/></svg>'


def png(said: str) -> bytes:
    """The code as a picture, black on white whatever is behind it: eight bits of grey a pixel."""
    rows = _code(said).matrix
    size = (len(rows) + 2 * QUIET) * MODULES
    white, side = b"\0" + b"\xff" * size, b"\xff" * (QUIET * MODULES)
    lines = (b"\0" + side + row.translate(_GREY).replace(b"\0", _DARK).replace(b"\xff", _LIGHT) + side for row in rows)
    drawn = white * (QUIET * MODULES) + b"".join(line * MODULES for line in lines) + white * (QUIET * MODULES)
    head = struct.pack(">IIBBBBB", size, size, 8, 0, 0, 0, 0)
    chunks = ((b"IHDR", head), (b"IDAT", zlib.compress(drawn, 1)), (b"IEND", b""))
    return b"\x89PNG\r\n\x1a\n" + b"".join(_chunk(kind, content) for kind, content in chunks)


def _chunk(kind: bytes, content: bytes) -> bytes:
    return struct.pack(">I", len(content)) + kind + content + struct.pack(">I", zlib.crc32(kind + content))


def _code(said: str) -> segno.QRCode:
    return segno.make_qr(said.encode(), error="m", mask=_MASK, boost_error=False)
