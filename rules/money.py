"""Money as whole minor units of one ISO 4217 currency. Never a float, never a sum of two currencies."""

from __future__ import annotations

import re
from collections.abc import Iterable
from dataclasses import dataclass
from decimal import ROUND_HALF_UP, Decimal

from rules.altering import quick

# Minor-unit digits that are not 2 (ISO 4217 list one, as amended in 2024).
_EXPONENTS = dict.fromkeys(
    "BIF CLP DJF GNF ISK JPY KMF KRW PYG RWF UGX UYI VND VUV XAF XOF XPF".split(), 0
) | dict.fromkeys("BHD IQD JOD KWD LYD OMR TND".split(), 3)
CURRENCIES = frozenset(
    _EXPONENTS.keys()
    | set(
        """AED AFN ALL AMD ANG AOA ARS AUD AWG AZN BAM BBD BDT BGN BMD BND BOB BRL BSD BTN BWP BYN BZD CAD CDF CHF CNY
        COP CRC CUP CVE CZK DKK DOP DZD EGP ERN ETB EUR FJD FKP GBP GEL GHS GIP GMD GTQ GYD HKD HNL HTG HUF IDR ILS INR
        IRR JMD KES KGS KHR KPW KYD KZT LAK LBP LKR LRD LSL MAD MDL MGA MKD MMK MNT MOP MRU MUR MVR MWK MXN MYR MZN NAD
        NGN NIO NOK NPR NZD PAB PEN PGK PHP PKR PLN QAR RON RSD RUB SAR SBD SCR SDG SEK SGD SHP SLE SOS SRD SSP STN SVC
        SYP SZL THB TJS TMT TOP TRY TTD TWD TZS UAH USD UYU UZS VES WST XCD YER ZAR ZMW ZWG""".split()
    )
)
_AMOUNT = re.compile(r"(?P<sign>-?)(?P<digits>\d{1,15}(?:\.\d{1,3})?) (?P<currency>[A-Z]{3})")


class MoneyError(ValueError):
    """An amount that cannot be read, or arithmetic across two currencies."""


def exponent(currency: str) -> int:
    """Digits after the decimal point of `currency`: 2 for EUR, 0 for JPY, 3 for TND."""
    return _EXPONENTS.get(currency, 2)


@quick
@dataclass(frozen=True, slots=True)
class Money:
    """An amount: `minor` units (cents for EUR) of an ISO 4217 `currency`.

    >>> Money.parse("150.00 EUR") + Money(50, "EUR")
    Money(minor=15050, currency='EUR')
    >>> str(Money(-1234, "JPY"))
    '-1234 JPY'
    """

    minor: int
    currency: str

    @classmethod
    def parse(cls, text: str) -> Money:
        """Reads `digits[.decimals] CUR`, exactly; raises MoneyError where it would have to round or guess.

        >>> Money.parse("1.5 TND")
        Money(minor=1500, currency='TND')
        """
        match = _AMOUNT.fullmatch(text)
        if match is None:
            raise MoneyError(f"{text!r} is not an amount such as 150.00 EUR")
        currency = match["currency"]
        if currency not in CURRENCIES:
            raise MoneyError(f"{currency} is not a currency of ISO 4217, such as EUR")
        scaled = Decimal(match["sign"] + match["digits"]).scaleb(exponent(currency))
        if scaled != scaled.to_integral_value():
            raise MoneyError(f"{currency} has {exponent(currency)} decimals, found {text}")
        return cls(int(scaled), currency)

    @classmethod
    def rounded(cls, amount: Decimal, currency: str) -> Money:
        """`amount` in major units, rounded half up to the currency's minor unit."""
        return cls(int(amount.scaleb(exponent(currency)).quantize(Decimal(1), ROUND_HALF_UP)), currency)

    @property
    def amount(self) -> Decimal:
        """In major units: Decimal('1.50') for 150 cents."""
        return Decimal(self.minor).scaleb(-exponent(self.currency))

    def __str__(self) -> str:
        return f"{self.amount:.{exponent(self.currency)}f} {self.currency}"

    def __add__(self, other: Money) -> Money:
        self._same(other)
        return Money(self.minor + other.minor, self.currency)

    def __sub__(self, other: Money) -> Money:
        self._same(other)
        return Money(self.minor - other.minor, self.currency)

    def __neg__(self) -> Money:
        return Money(-self.minor, self.currency)

    def __lt__(self, other: Money) -> bool:
        self._same(other)
        return self.minor < other.minor

    def __le__(self, other: Money) -> bool:
        self._same(other)
        return self.minor <= other.minor

    def __bool__(self) -> bool:
        return self.minor != 0

    def _same(self, other: Money) -> None:
        if self.currency != other.currency:
            raise MoneyError(f"{self} and {other} are of different currencies")


def total(amounts: Iterable[Money], currency: str) -> Money:
    """The sum, in `currency`; raises MoneyError on an amount of another one."""
    minor = 0
    for amount in amounts:
        if amount.currency != currency:
            raise MoneyError(f"{Money(minor, currency)} and {amount} are of different currencies")
        minor += amount.minor
    return Money(minor, currency)
