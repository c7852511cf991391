"""The longest terms of payment that each law lets businesses agree on."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, replace
from datetime import date

from rules.duedates import due_date
from rules.facts import Net


@dataclass(frozen=True, slots=True)
class Cap:
    """Days net at most; `end_of_month`: these days with an end of month, in either way of counting, are lawful too."""

    days: int
    source: str
    confidence: str
    end_of_month: int | None = None
    periodic: int | None = None  # of an invoice for several supplies of a month
    from_issue: bool = False  # they count from the date of issue, whenever goods or invoice were received
    express: bool = False  # more may be agreed expressly, where it is not grossly unfair


CAPS: Mapping[str, Cap] = {
    "FR": Cap(60, "C. com. L441-10 I", "A", end_of_month=45, periodic=45, from_issue=True),
    "AT": Cap(60, "directive 2011/7/EU, art. 3 (5)", "C", express=True),
    "BE": Cap(60, "Loi du 2 août 2002, as of 2022", "C"),
    "DE": Cap(60, "BGB 271a", "A", express=True),
    "ES": Cap(60, "Ley 3/2004, art. 4", "C"),
    "GB": Cap(60, "Late Payment of Commercial Debts (Interest) Act 1998, s. 4", "B", express=True),
    "IT": Cap(60, "D.Lgs. 231/2002, art. 4", "B", express=True),
    "LU": Cap(60, "Loi du 18 avril 2004, art. 3", "A", express=True),
    "NL": Cap(60, "BW 6:119a", "B"),
    "PT": Cap(60, "DL 62/2013, art. 4", "C", express=True),
}


FROM_RECEIPT = 30  # days after the receipt, which French law gives where nothing was agreed
NO_LIMIT: Mapping[str, str] = {"CH": "OR 104: no term of payment is too long, and none is given by the law"}


def beyond(law: str, net: Net, *, periodic: bool = False) -> str | None:
    """Why these terms are longer than the law allows, in a sentence; None where they are not, or no limit is known.

    >>> beyond("FR", Net(60)), beyond("FR", Net(45, "before"))
    (None, None)
    >>> beyond("FR", Net(60, "after"))
    '60 days end of month are more than the 45 days end of month of C. com. L441-10 I'
    """
    cap = CAPS.get(law)
    if cap is None:
        return None
    if net.instalments:
        parts = (replace(net, days=part.days, instalments=()) for part in net.instalments)
        return next((why for part in parts if (why := beyond(law, part, periodic=periodic)) is not None), None)
    if net.runs_from == "receipt" and cap.from_issue and net.days > FROM_RECEIPT:
        return f"{net.days} days from the receipt may be more than {cap.days} from the date of issue ({cap.source})"
    if net.day is not None:
        return (
            f"the {net.day}. of a month may lie more than {cap.days} days off ({cap.source})"
            if _late(net, cap)
            else None
        )
    if periodic and cap.periodic is not None:
        if net.days > cap.periodic or net.end_of_month is not None:
            return f"a periodic invoice has {cap.periodic} days at most, and no end of month ({cap.source})"
        return None
    if net.end_of_month is not None and cap.end_of_month is not None:
        said = f"{net.days} days end of month are more than the {cap.end_of_month} days end of month of {cap.source}"
        return said if net.days > cap.end_of_month else None
    longest = net.days + (30 if net.end_of_month else 0)
    if longest <= cap.days:
        return None
    return f"up to {longest} days are more than the {cap.days} of {cap.source}{_unless(cap)}"


def beyond_by_date(law: str, issued: date, due: date) -> str | None:
    """The same of an invoice that somebody else issued, whose terms are not known: by its dates alone.

    >>> beyond_by_date("FR", date(2026, 11, 10), date(2027, 1, 14))  # 65 days, and 45 days after the end of the month
    >>> beyond_by_date("FR", date(2026, 11, 10), date(2027, 1, 15))
    '66 days are more than the 60 of C. com. L441-10 I'
    """
    cap = CAPS.get(law)
    if cap is None or (due - issued).days <= cap.days:
        return None
    ends = cap.end_of_month
    if ends is not None and due <= max(due_date(issued, Net(ends, "before")), due_date(issued, Net(ends, "after"))):
        return None
    return f"{(due - issued).days} days are more than the {cap.days} of {cap.source}{_unless(cap)}"


def _unless(cap: Cap) -> str:
    return ", unless that was agreed expressly and is not grossly unfair" if cap.express else ""


def _late(net: Net, cap: Cap) -> bool:
    return net.days + 30 + (30 if net.end_of_month else 0) > cap.days
