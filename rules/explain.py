"""The phrase book: what a judgement tested and found, in plain English. It judges nothing and rounds nothing.

A reason is kept as values; here each code has its sentence, and what a reason rests on stands indented below it.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator, Mapping
from datetime import UTC, datetime, tzinfo
from types import MappingProxyType

from rules.decision import UNPROVED, Reason
from rules.money import Money

Values = tuple[object, ...]
INDENT = "  "


def sentences(
    reasons: Iterable[Reason], zone: tzinfo = UTC, names: Mapping[str, str] = MappingProxyType({})
) -> list[str]:
    """One sentence per reason, two spaces deeper for each level that it rests on.

    Instants are shown in `zone`; `names` says how receivables are called, such as by their numbers.
    """
    return [line for reason in reasons for line in _lines(reason, zone, names, 0)]


def waiting(why: str, values: Values = (), names: Mapping[str, str] = MappingProxyType({})) -> str:
    """What a step waits for, by the code of a Wait, a NextStep or a refusal to enrol; `names` as for `sentences`.

    >>> waiting("held", ("dispute", "H-1", None))
    'a dispute holds it up (H-1)'
    >>> waiting("held", ("payment-pending", "debit/F-1/1/collect/1/F-1", None))
    'its debit is under way'
    >>> waiting("held", ("dispute", "H-1", None, "manual", "H-2", "2027-02-19"))
    'a dispute (H-1) and somebody until 2027-02-19 (H-2) hold it up'
    """
    found = _WAITS.get(why)
    if found is None:
        return f"it is off by route {why[6:]}" if why.startswith("route:") else why.replace("-", " ")
    return found(called(values, names) + ("",) * 3)


def coming(why: str, values: Values = (), names: Mapping[str, str] = MappingProxyType({})) -> str:
    """The same after the step and the day on which it leaves have been said.

    >>> coming("planned", ("reminder", "2027-01-03", "2027-01-04"))
    'planned for 2027-01-03, moved to the next slot'
    >>> coming("gap", ("reminder", "2027-01-03", "2027-01-05"))
    'planned for 2027-01-03; the customer was contacted too shortly before'
    """
    _, day, slot = (called(values, names) + ("",) * 3)[:3]
    if why == "planned" and day:
        return f"planned for {day}, moved to the next slot" if slot and slot != day else "as planned"
    if why in _MOVED and day:
        return f"planned for {day}; {_MOVED[why]}"
    return waiting(why, values, names)


def settled_by(reason: Reason) -> str:
    """What settled a condition, in a line: of its tests those without which it would have come out otherwise.

    >>> low = Reason("test", "no", ("customer.score", 38, "gte", (40,)))
    >>> french = Reason("test", "yes", ("customer.country", "FR", "in", ("FR",)))
    >>> settled_by(Reason("all", "no", (), (french, low)))
    'customer.score 38 is below 40'
    """
    return "; ".join(_test(each) for each in _settling(reason))


def _settling(reason: Reason) -> Iterator[Reason]:
    if reason.code == "test":
        yield reason
    for part in reason.parts:
        if part.verdict == reason.verdict or reason.code == "not":
            yield from _settling(part)


def called(values: Values, names: Mapping[str, str]) -> Values:
    """The values, with receivables called by their names."""
    return tuple(names.get(value, value) if isinstance(value, str) else value for value in values)


def _lines(reason: Reason, zone: tzinfo, names: Mapping[str, str], depth: int) -> Iterator[str]:
    said = _said(reason, zone, names)
    if said:
        yield INDENT * depth + said
    for part in reason.parts:
        yield from _lines(part, zone, names, depth + bool(said))


def _said(reason: Reason, zone: tzinfo, names: Mapping[str, str]) -> str:
    if reason.code == "waits":
        why, until, *values = reason.values
        dated = values and (why in DATED or why in _UNTIL)  # its sentence says the day
        shown = f", until {until.astimezone(zone):%Y-%m-%d %H:%M}" if isinstance(until, datetime) and not dated else ""
        return f"{waiting(str(why), tuple(values), names)}{shown}"
    return _PHRASES[reason.code](reason)


# --- conditions --------------------------------------------------------------------------------------------------

_COMPARED = {
    "gte": ("is at least", "is below"),
    "gt": ("is above", "is not above"),
    "lte": ("is at most", "is above"),
    "lt": ("is below", "is not below"),
}


def _test(reason: Reason) -> str:
    """`invoice.balance 6400.00 EUR is at least 25.00 EUR`, `customer.segment is mid-market, wanted strategic`."""
    fact, value, operator, values = reason.values
    wanted = _wanted(value, values)
    yes = reason.verdict == "yes"
    if operator == "known":
        return f"{fact} is {'not known' if value is None else 'known'}"
    if value is None:
        taken = {"yes": ", taken as met", "no": ", taken as not met"}.get(reason.verdict, "")
        return f"{fact} is not known{taken}"
    if reason.verdict == "unknown":
        return f"{fact} is {_shown(value)}, which cannot be compared with {wanted}"
    match operator:
        case "in":
            return f"{fact} is {_shown(value)}" + ("" if yes else f", wanted {wanted}")
        case "not_in":
            return f"{fact} is {_shown(value)}" + (f", not {wanted}" if yes else ", which is excluded")
        case "has" | "lacks":
            return f"{fact} {'has' if yes is (operator == 'has') else 'lacks'} {wanted}"
    return f"{fact} {_shown(value)} {_COMPARED[str(operator)][not yes]} {wanted}"


def _wanted(value: object, values: object) -> str:
    """The values compared with: for an amount, the one of its currency."""
    every = values if isinstance(values, tuple) else (values,)
    if isinstance(value, Money):
        every = tuple(v for v in every if isinstance(v, Money) and v.currency == value.currency) or every
    return " or ".join(_shown(each) for each in every)


def _shown(value: object) -> str:
    match value:
        case bool():
            return "true" if value else "false"
        case tuple():
            return ", ".join(map(_shown, value)) or "empty"
    return str(value)


# --- reasons -----------------------------------------------------------------------------------------------------


def _by_verdict(yes: str, no: str, unknown: str) -> Callable[[Reason], str]:
    phrases = {"yes": yes, "no": no, "unknown": unknown}
    return lambda reason: phrases[reason.verdict].format(*reason.values)


def _route(reason: Reason) -> str:
    name, policy = reason.values
    if reason.verdict == "unknown":
        return f"whether route {name} applies is not known"
    return f"route {name}: policy {policy}" if policy else f"route {name}: no policy, so nothing is sent"


def _variants(reason: Reason) -> str:
    name = reason.values[0]
    if reason.verdict == "unknown":
        return f"whether variant {name} applies is not known"
    return f"variant {name}" if name else "no variant: the steps as written" if reason.parts else ""


def _unproved(reason: Reason) -> str:
    promised, limit, through = reason.values
    until = f"the promise{f' of {promised}' if promised else ''} is judged when the bank's data go beyond {limit}"
    return f"{until}; they go to {through}" if through else until


_PHRASES: Mapping[str, Callable[[Reason], str]] = {
    "test": _test,
    "all": lambda _: "",
    "any": _by_verdict("one of these holds", "none of these holds", "whether one of these holds is not known"),
    "not": _by_verdict("this does not hold", "this holds, and must not", "whether this holds is not known"),
    "pin": _by_verdict("pinned to policy {0} until {2}: {1}", "", ""),
    "route": _route,
    "effective-from": _by_verdict("", "issued on {0}, before the policy begins on {1}", ""),
    "applies-to": _by_verdict(
        "policy {0} applies", "policy {0} does not apply", "whether policy {0} applies is not known"
    ),
    "not-enrolled": lambda reason: waiting("not-enrolled", reason.values),
    "variant-kept": lambda r: f"variant {r.values[0]}, kept since the start" if r.values[0] else "the steps as written",
    "variant": _by_verdict("variant {0} applies", "variant {0} does not apply", "whether variant {0} applies is open"),
    "variants": _variants,
    UNPROVED: _unproved,
    "when": _by_verdict(
        "{0} is to be sent", "{0} is passed over: its condition does not hold", "whether {0} is to be sent is not known"
    ),
}

_NOT_ENROLLED = {
    "no-due-date": "it has no due date",
    "not-delivered": "the invoice has not reached the customer",
    "refused-by-customer": "the customer refused the invoice",
    "effective-from": "it was issued before the policy begins",
    "applies_to": "the policy does not apply to it",
    "unknown": "a fact is not known, and a person is asked",
}


_HELD_BY = {  # what its kind alone does not say in a sentence
    "payment-plan": "a payment plan",
    "payment-pending": "a payment under way",
    "says-paid": "the customer's word that it is paid",
    "reply": "an answer that nobody has read",
    "invoice-refused": "the refusal of the invoice",
    "insolvency": "an insolvency",
    "assigned": "its assignment",
    "vulnerable": "the mark vulnerable",
    "never-dun": "the mark never-dun",
    "manual": "somebody",
}


def _not_enrolled(values: Values) -> str:
    why = str(values[0])
    return f"nothing is sent: {_NOT_ENROLLED.get(why) or waiting(why)}" if why else "nothing is sent"


def _heavier(values: Values) -> str:
    first, item = values[:2]
    return f"{first} of {item} comes first" if item else f"a heavier step {f'of {first} ' if first else ''}comes first"


def _held(values: Values) -> str:
    """Every hold that is on, for as long as one is left nothing goes on: kind, name and last day of each."""
    every = zip(values[::3], values[1::3], values[2::3], strict=False)
    holds = [(str(kind), name, until) for kind, name, until in every if kind]
    match holds:
        case []:
            return "it is on hold"
        case [(kind, name, _)] if _is_debit(kind, name):
            return "its debit is under way"
        case [(kind, name, until)]:
            return f"{_holder(kind)} holds it up ({name})" + (f", until {until}" if until else "")
    *others, last = (_one_of(*hold) for hold in holds)
    return f"{', '.join(others)} and {last} hold it up"


def _one_of(kind: str, name: object, until: object) -> str:
    """One hold among others."""
    if _is_debit(kind, name):
        return "its debit"
    return _holder(kind) + (f" until {until}" if until else "") + f" ({name})"


def _holder(kind: str) -> str:
    return _HELD_BY.get(kind, f"a {kind}")


def _is_debit(kind: str, name: object) -> bool:
    return kind == "payment-pending" and str(name).startswith("debit/")


def _bank_data(values: Values) -> str:
    through, needed = values[:2]
    known = f"the bank's data go to {through}" if through else "nobody said how far the bank's data go"
    return f"{known}, {needed} is needed" if needed else known


def _planned(values: Values) -> str:
    step, day, slot = values[:3]
    moved = f", and leaves on {slot}" if slot and slot != day else ""
    return f"{step} is planned for {day}{moved}" if step else "its day has not come"


def _moved(why: str) -> Callable[[Values], str]:
    def said(values: Values) -> str:
        step, day, slot = values[:3]
        return f"{step}, planned for {day}, leaves on {slot}: {why}" if day else why

    return said


def _after(text: str, bare: str) -> Callable[[Values], str]:
    """`bare` is said where the values are not known."""
    return lambda values: text.format(*values) if values[0] else bare


def _always(text: str) -> Callable[[Values], str]:
    return lambda _: text


_MOVED = {
    "gap": "the customer was contacted too shortly before",
    "one-a-day": "the customer gets one step a day",
}

_UNTIL = frozenset({"call", "collection", "postponed"})
DATED = frozenset({"planned", *_MOVED})  # they say on which day it leaves

_WAITS: Mapping[str, Callable[[Values], str]] = {
    "planned": _planned,
    **{why: _moved(said) for why, said in _MOVED.items()},
    "held": _held,
    "approval": _after("{0} was asked to approve on {1}", "somebody must approve"),
    "postponed": _after("its approval is postponed until {0}", "its approval is postponed"),
    "review": _after("a person is asked: {0}", "a person is asked"),
    "bank-data": _bank_data,
    "before-heavy": _after("the first reminder, of {0}, must be older", "the first reminder must be older"),
    "heavier-first": _heavier,
    "handed-off": _after("{0} is handed over, and the rest waits for it", "it is handed over to somebody else"),
    "nothing-open": _always("nothing of it can be claimed now"),
    "leaving": _after("{0} is on its way", "the last step is on its way"),
    "unknown-outcome": _after("it is not known whether {0} was sent: relance message list", "an outcome is not known"),
    "failed": _after("{0} could not be sent: {1}", "the last step could not be sent"),
    "call": _after("the call of {0} is being tried until {1}", "a call is being tried"),
    "collection": _after("{0} waits until banks take it, from {1} on", "it is too early for its collection"),
    "not-presented": _after("the post has not presented {0} yet", "the post has not presented the letter yet"),
    "no-anchor": _after("{0} has not gone out yet", "the step that it counts from has not gone out yet"),
    "no-due-date": _always("it has no due date"),
    "not-delivered": _always("the invoice has not reached the customer"),
    "limit": _after("the limit of the day: {0}", "the limit of the day"),
    "not-enrolled": _not_enrolled,
}
