"""Text as mobile phones carry it: GSM 03.38 characters, and how many segments it costs."""

from __future__ import annotations

import unicodedata

import smsutil

_SAID = str.maketrans(
    {
        "’": "'", "‘": "'", "“": '"', "”": '"', "«": '"', "»": '"', "–": "-", "—": "-", "…": "...", "œ": "oe",
        "Œ": "OE", "ç": "c", "\u00a0": " ", "\u202f": " ", "\u2009": " ", "\u2011": "-", "\t": " ",
    }
)  # fmt: skip


def gsm7(text: str) -> str:
    """The text in GSM 03.38 characters only: accents that it lacks are dropped, what has no likeness becomes `?`.

    >>> gsm7("Ça m’a plu — à bientôt, Łukasz ! 12 €")
    "Ça m'a plu - à bientot, ?ukasz ! 12 €"
    """
    return "".join(_character(each) for each in unicodedata.normalize("NFC", text).translate(_SAID))


def segments(text: str) -> int:
    """How many messages the network counts for this text: 160 characters, or 153 each when there are several.

    >>> segments("a" * 160), segments("a" * 161), segments("ê" * 71)
    (1, 2, 2)
    """
    return len(smsutil.split(text).parts)


def _character(each: str) -> str:
    if smsutil.is_valid_gsm(each):
        return each
    base = "".join(c for c in unicodedata.normalize("NFKD", each) if not unicodedata.combining(c))
    return base if base and smsutil.is_valid_gsm(base) else "?"
