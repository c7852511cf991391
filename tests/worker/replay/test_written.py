"""How foreign files write dates and amounts: read exactly, or refused."""

from __future__ import annotations

from datetime import date
from decimal import Decimal

import pytest

from rules.money import Money
from worker.imports.cells import CellError
from worker.replay.written import DateForm, Written


@pytest.mark.parametrize(
    ("form", "text"),
    [
        ("YYYY-MM-DD", "2013-04-06"),
        ("M/D/YYYY", "4/6/2013"),
        ("M/D/YYYY", "04/06/2013"),
        ("DD.MM.YYYY", "06.04.2013"),
        ("YYYYMMDD", "20130406"),
        ("D/M/YYYY hh:mm", "6/4/2013 23:59"),
        ("YYYY-MM-DDThh:mm:ssZ", "2013-04-06T10:00:00.000Z"),
    ],
)
def test_a_date_in_its_form(form: str, text: str) -> None:
    assert DateForm(form).read(text) == date(2013, 4, 6)


@pytest.mark.parametrize(
    ("form", "text"),
    [
        ("YYYY-MM-DD", "2013-4-6"),
        ("DD.MM.YYYY", "6.4.2013"),
        ("M/D/YYYY", "13/1/2013"),
        ("YYYY-MM-DD", "2013-02-29"),
        ("YYYY-MM-DD", "9999-12-31"),
        ("YYYY-MM-DD", "2013-04-06\n"),
        ("YYYY-MM-DD", "２０１３-04-06"),
    ],
)
def test_another_form_or_no_date_is_refused(form: str, text: str) -> None:
    with pytest.raises(CellError, match="is not a"):
        DateForm(form).read(text)


@pytest.mark.parametrize("form", ["", "YYYY", "M/YYYY", "DD/DD/YYYY", "MM/M/DD/YYYY", "MM/DD/YY", "day D M YYYY"])
def test_a_form_names_year_month_and_day_once(form: str) -> None:
    with pytest.raises(ValueError):
        DateForm(form)


@pytest.mark.parametrize(
    ("decimal", "text", "number"),
    [
        (".", "55.94", "55.94"),
        (".", "-1,234,567.5", "-1234567.5"),
        (",", "1.234,50", "1234.50"),
        (",", "1 234,50", "1234.50"),
        (",", "1\u202f234", "1234"),
        (".", "0007", "7"),
    ],
)
def test_a_number_is_read_exactly(decimal: str, text: str, number: str) -> None:
    assert Written(decimal=decimal).number(text) == Decimal(number)


@pytest.mark.parametrize(
    ("decimal", "text"),
    [(".", "1.234,50"), (",", "1,234.50"), (".", "12,34"), (".", "1e3"), (".", "5."), (".", "12 EUR"), (".", "٣.5")],
)
def test_what_could_be_another_number_is_refused(decimal: str, text: str) -> None:
    with pytest.raises(CellError, match="is not a number with a decimal"):
        Written(decimal=decimal).number(text)


def test_money_has_the_minor_unit_of_its_currency() -> None:
    written = Written()
    assert written.money("36.500", "EUR") == Money(3650, "EUR")
    assert written.money("1.234", "TND") == Money(1234, "TND")
    assert written.money("87 EUR", "EUR") == Money(8700, "EUR")
    with pytest.raises(CellError, match="more decimals than JPY has"):
        written.money("36.5", "JPY")
