"""What one cell may hold: each reader gives the value or raises CellError with what is wrong and the cure."""

from __future__ import annotations

import re
from collections.abc import Collection
from datetime import date
from decimal import Decimal
from difflib import get_close_matches
from functools import cache

from rules.diagnostics import quoted
from rules.moments import NAME, Duration
from rules.money import CURRENCIES, Money, MoneyError, exponent
from worker.imports import meant
from worker.imports.problems import CURRENCY, VALUE

_ISO = re.compile(r"([0-9]{4})-([0-9]{2})-([0-9]{2})")
_DAY_FIRST = re.compile(r"([0-9]{1,2})[/.-]([0-9]{1,2})[/.-]([0-9]{4})")
_SHORT_YEAR = re.compile(r"[0-9]{1,2}[/.-][0-9]{1,2}[/.-][0-9]{2}")
_AMOUNT = re.compile(r"(?P<number>[+-]?[0-9][0-9 \u00a0\u202f]*(?:[.,][0-9]+)?)\s*(?P<currency>[A-Za-z]{3}|€)?")
_GROUPED = re.compile(r"[+-]?[0-9]{1,3}(?:[ \u00a0\u202f][0-9]{3})*")
_ID = re.compile(r"[^\s/\\|]{1,64}")
_PERCENT = re.compile(r"[0-9]{1,3}(?:[.,][0-9]{1,4})?")
_COUNTRY = re.compile(r"[A-Z]{2}")
_DIGITS = 15  # with sign and spaces
_YEARS = (1980, 2120)
_RHYTHMS = {  # as people say them
    "weekly": "1w",
    "monthly": "1m",
    "quarterly": "3m",
    "yearly": "12m",
    "annual": "12m",
    "hebdomadaire": "1w",
    "mensuel": "1m",
    "trimestriel": "3m",
    "annuel": "12m",
}


class CellError(ValueError):
    """A cell that does not hold what its column means."""

    def __init__(self, what: str, cure: str = "", code: str = VALUE) -> None:
        super().__init__(what)
        self.what, self.cure, self.code = what, cure, code


def identifier(text: str) -> str:
    """1 to 64 characters without spaces, slashes or bars: it becomes part of a case's name."""
    if not _ID.fullmatch(text):
        raise CellError(f"{quoted(text)} cannot be an identifier", "use up to 64 characters without space, / \\ or |")
    return text


def name(text: str) -> str:
    """A name of the language: lower case, digits and dashes."""
    if not NAME.fullmatch(text):
        near = re.sub(r"[^a-z0-9]+", "-", text.lower()).strip("-")
        cure = f"write {near}" if NAME.fullmatch(near) else "use a to z, 0 to 9 and dashes"
        raise CellError(f"{quoted(text)} is not a name in lower case with dashes, such as mid-market", cure)
    return text


def choice(text: str, allowed: Collection[str]) -> str:
    """One of `allowed`, as written there."""
    if text in allowed:
        return text
    near = meant.value(text[:64], allowed) or next(iter(get_close_matches(text.lower(), allowed, n=1, cutoff=0.6)), "")
    cure = f"did you mean {near}?" if near else ""
    raise CellError(f"{quoted(text)} is not one of {', '.join(allowed)}", cure)


def day(text: str, *, day_first: bool = False) -> date:
    """2027-01-31, or 31/01/2027 when the file was said to write the day first."""
    match = _DAY_FIRST.fullmatch(text) if day_first else _ISO.fullmatch(text)
    if match is None:
        shape = "31/01/2027" if day_first else "2027-01-31"
        raise CellError(f"{quoted(text)} is not a date such as {shape}", _date_cure(text, shape))
    first, month, last = (int(part) for part in match.groups())
    year, of_month = (last, first) if day_first else (first, last)
    try:
        value = date(year, month, of_month)
    except ValueError:
        raise CellError(f"{quoted(text)} is not a real date") from None
    if not _YEARS[0] <= value.year <= _YEARS[1]:
        raise CellError(f"{quoted(text)} is not a likely date", "check the year")
    return value


def _date_cure(text: str, shape: str) -> str:
    if _SHORT_YEAR.fullmatch(text):
        return f"write the year in full, as in {shape}"
    if _DAY_FIRST.fullmatch(text):
        return "import with --day-first when every date is written 31/01/2027"
    return "import without --day-first when every date is written 2027-01-31" if _ISO.fullmatch(text) else ""


def amount(text: str, currency: str | None) -> Money:
    """`1260.00 EUR`, `1260,00` or `1 260,00` with a currency given elsewhere; never rounded, never guessed."""
    match = _AMOUNT.fullmatch(text)
    if match is None:
        raise CellError(
            f"{quoted(text)} is not an amount", "write it as 1260.00 EUR, or 1260.00 with a column currency"
        )
    written = {"€": "EUR"}.get(match["currency"] or "", (match["currency"] or "").upper())
    if written and currency and written != currency:
        raise CellError(f"{quoted(text)} is not in {currency}", "one currency a line", CURRENCY)
    whole, separator, decimals = match["number"].strip().replace(",", ".").partition(".")
    if not whole.lstrip("+-").isdecimal() and not _GROUPED.fullmatch(whole):
        raise CellError(f"{quoted(text)} has spaces in odd places", "write it as 1260.00 EUR")
    code = written or currency or ""
    if not code:
        raise CellError(
            f"{quoted(text)} has no currency", "write it as 1260.00 EUR, or add a column currency", CURRENCY
        )
    if len(decimals) == 3 and exponent(code) < 3:
        raise CellError(f"{quoted(text)} could mean two sums", f"write {whole}{decimals}.00 or {whole}.{decimals[:2]}")
    if len(whole) > _DIGITS:
        raise CellError(f"{quoted(text)} has more than {_DIGITS} digits", "check the amount against its document")
    digits = re.sub(r"[^0-9-]", "", whole) + separator + decimals
    try:
        return Money.parse(f"{digits} {currency_code(code)}")
    except MoneyError as error:
        raise CellError(str(error)) from None


def currency_code(text: str) -> str:
    """A currency of ISO 4217."""
    if text not in CURRENCIES:
        raise CellError(f"{quoted(text)} is not a currency of ISO 4217, such as EUR", code=CURRENCY)
    return text


def percent(text: str) -> Decimal:
    """`20%` gives 20; at most 100."""
    if not text.endswith("%") or not _PERCENT.fullmatch(text[:-1].strip()):
        raise CellError(f"{quoted(text)} is not a percentage such as 20%")
    value = Decimal(text[:-1].strip().replace(",", "."))
    if value > 100:
        raise CellError(f"{quoted(text)} is more than 100%")
    return value


def number(text: str) -> Decimal:
    """A plain number such as 60 or 0.75."""
    if not re.fullmatch(r"-?[0-9]{1,12}(?:[.,][0-9]{1,6})?", text):
        raise CellError(f"{quoted(text)} is not a number")
    return Decimal(text.replace(",", "."))


def quantity(text: str) -> Decimal:
    """How many of something: above zero, with at most four decimals (BR-FR-DEC-02)."""
    value = number(text)
    exponent = value.as_tuple().exponent
    if value <= 0 or not isinstance(exponent, int) or exponent < -4:
        raise CellError(f"{quoted(text)} is not a quantity above zero with at most four decimals")
    return value


def vatex(text: str) -> str:
    """A code of the VATEX list, by its form."""
    if not re.fullmatch(r"VATEX-[A-Z]{2}(-[A-Z0-9]+)+", text):
        raise CellError(f"{quoted(text)} is not a VATEX code such as VATEX-EU-132 or VATEX-FR-FRANCHISE")
    return text


def whole(text: str, low: int, high: int) -> int:
    """A whole number between two bounds, both included."""
    if not re.fullmatch(r"[0-9]{1,9}", text) or not low <= int(text) <= high:
        raise CellError(f"{quoted(text)} is not a whole number from {low} to {high}")
    return int(text)


def flag(text: str) -> bool:
    """true or false."""
    value = {"true": True, "false": False}.get(text.lower())
    if value is None:
        raise CellError(f"{quoted(text)} is not true or false", "write true, or false")
    return value


def duration(text: str) -> Duration:
    """3bd, 30d, 2w or 1m."""
    try:
        return Duration.parse(text)
    except ValueError:
        raise CellError(f"{quoted(text)} is not a duration such as 30d, 3bd, 2w or 1m") from None


def rhythm(text: str) -> Duration:
    """How often a contract bills: days, weeks or months, at least one and at most ten years of them."""
    if text.lower() in _RHYTHMS:
        raise CellError(f"{quoted(text)} is not a rhythm such as 1m", f"write {_RHYTHMS[text.lower()]}")
    value = duration(text)
    most = {"d": 3650, "w": 520, "m": 120}.get(value.unit, 0)
    if not 1 <= value.n <= most:
        raise CellError(f"{quoted(text)} is not a rhythm such as 1w, 1m, 3m or 12m")
    return value


def country(text: str) -> str:
    """Two letters of ISO 3166."""
    from phonenumbers import SUPPORTED_REGIONS

    if not _COUNTRY.fullmatch(text) or text not in SUPPORTED_REGIONS:
        code = {"UK": "GB", "EL": "GR"}.get(text.upper()) or _countries().get(text.casefold())
        cure = f"write {code}" if code else "look it up in ISO 3166"
        raise CellError(f"{quoted(text)} is not a two-letter country code, such as FR", cure)
    return text


@cache
def _countries() -> dict[str, str]:
    """Codes by the names of countries in the languages of our users, folded; and by codes in lower case."""
    from babel import Locale

    named = {
        name.casefold(): code
        for language in ("en", "fr", "de", "nl", "es", "it")
        for code, name in Locale(language).territories.items()
        if _COUNTRY.fullmatch(code)
    }
    return {code.casefold(): code for code in named.values()} | named


def language(text: str) -> str:
    """Two letters of ISO 639, in lower case."""
    if not re.fullmatch(r"[a-z]{2}", text):
        code = _languages().get(re.split("[-_]", text.casefold(), maxsplit=1)[0])
        cure = f"write {code}" if code else "look it up in ISO 639"
        raise CellError(f"{quoted(text)} is not a two-letter language code, such as fr", cure)
    return text


@cache
def _languages() -> dict[str, str]:
    """Codes by the names of languages in the languages of our users, folded; and by themselves."""
    from babel import Locale

    named = {
        name.casefold(): code
        for language in ("en", "fr", "de", "nl", "es", "it")
        for code, name in Locale(language).languages.items()
        if len(code) == 2
    }
    return {code: code for code in named.values()} | named


def iban(text: str) -> str:
    """An account number whose check digits are right, without its spaces."""
    from stdnum import iban as numbers
    from stdnum.exceptions import InvalidChecksum, InvalidLength, ValidationError

    try:
        return str(numbers.validate(text))
    except InvalidChecksum:
        raise CellError(
            f"{quoted(text)} is not an IBAN: its check digits are wrong", "copy it again from the bank's document"
        ) from None
    except InvalidLength:
        raise CellError(
            f"{quoted(text)} is not an IBAN: its length is wrong", "copy it again from the bank's document"
        ) from None
    except ValidationError:
        raise CellError(f"{quoted(text)} is not an IBAN", "an IBAN such as FR76 3000 6000 0112 3456 7890 189") from None


def email(text: str) -> str:
    """An e-mail address as it would be written on an envelope; nobody is asked whether it exists."""
    from email_validator import EmailNotValidError, validate_email

    try:
        return str(validate_email(text, check_deliverability=False, test_environment=True).normalized)
    except EmailNotValidError as error:
        raise CellError(
            f"{quoted(text)} is not an e-mail address: {_lower(str(error))}",
            "one address such as compta@durand.example; another one is another contact",
        ) from None


def phone(text: str, region: str | None) -> str:
    """A telephone number in E.164, read as one of `region` when it has no country code."""
    import phonenumbers as phones

    try:
        value = phones.parse(text, region)
    except phones.NumberParseException:
        value = None
    if value is None or not phones.is_possible_number(value):
        raise CellError(
            f"{quoted(text)} is not a telephone number", "write it with its country code, such as +33 6 12 34 56 78"
        )
    return phones.format_number(value, phones.PhoneNumberFormat.E164)


def official(kind: str, text: str) -> str:
    """A company's number: siren, siret, vat and lei are checked, any other is kept as written."""
    from stdnum import lei
    from stdnum.eu import vat
    from stdnum.exceptions import ValidationError
    from stdnum.fr import siren, siret
    from stdnum.gb import vat as gb_vat

    def vat_of_europe_or_britain(number: str) -> str:
        return f"GB{gb_vat.validate(number)}" if number.upper().startswith("GB") else str(vat.validate(number))

    checks = {"siren": siren.validate, "siret": siret.validate, "vat": vat_of_europe_or_britain, "lei": lei.validate}
    try:
        return str(checks[kind](text)) if kind in checks else text
    except ValidationError:
        raise CellError(
            f"{quoted(text)} is not a valid {kind.upper()} number", "check it against the company's register entry"
        ) from None


def _lower(sentence: str) -> str:
    first = sentence.split(". ")[0]
    return first[:1].lower() + first[1:].rstrip(".")
