"""Commands by which people say what happened, made of the kinds of worker/record.py: one option for each value."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence

import click

from worker.cli import desk
from worker.cli.output import answer, formats, line
from worker.office import Office
from worker.record import KINDS, Answer, Field, Request, key_of, record

SAMPLES = {  # for the examples of --help
    "invoice": "F-1",
    "invoices": "F-1,F-2",
    "amount": "'1200.00 EUR'",
    "on": "2027-01-11",
    "reason": "'wrong quantity'",
    "reference": "VIR-4711",
    "contract": "K-1",
    "customer": "C-1",
    "hold": "dispute/2027-01-08-3f2a9c01de",
    "outcome": "reached",
    "how": "delivered",
    "table": "ecb-refi",
    "half_year": "2027-H1",
    "rate": "2.15%",
    "source": "'ECB press release'",
    "name": "portal_status",
    "value": "accepted",
    "role": "billing",
    "channel": "email",
    "through": "2027-01-11",
    "review": "no-address/F-1/1/reminder-1/1/email",
    "task": "task/F-1/1/reminder-2/1/1",
    "message": "F-1/1/reminder-1/1/0",
}


def command_of(
    kind: str,
    *,
    name: str | None = None,
    argument: str | None = None,
    without: Iterable[str] = (),
    examples: Sequence[str] = (),
) -> click.Command:
    """The command that records one kind; `argument` is the value that needs no option, `without` those not offered."""
    fields = [field for field in KINDS[kind].fields if field.name not in without]
    parameters: list[click.Parameter] = []
    for field in fields:
        if field.name == argument:
            parameters.append(click.Argument([_name(field)], required=field.required, metavar=field.name.upper()))
        else:
            parameters.append(_option(field))

    @click.option("--by", help="Who says so; you, where it is not given.")
    @click.option(
        "--key", help="Makes it count once: the same key is the same thing. By default, the same words today."
    )
    @formats()
    def say(style: str, by: str | None, key: str | None, **given: str | None) -> None:
        said(kind, {field.name: given[_name(field)] for field in fields}, style=style, by=by, key=key)

    shown = "\n".join(f"  relance {example}" for example in examples or [_example(kind, fields)])
    return click.Command(
        name or kind,
        params=[*parameters, *reversed(getattr(say, "__click_params__", []))],
        callback=say,
        help=f"{KINDS[kind].help}\n\n\b\nExample:\n{shown}",
        short_help=KINDS[kind].help,
    )


def said(
    kind: str, given: Mapping[str, str | None], *, style: str, by: str | None = None, key: str | None = None
) -> None:
    """Records, wakes the cases concerned, and says what was recorded."""
    with desk.office() as office:
        known, answered = _recorded(office, kind, {k: v for k, v in given.items() if v}, by, key)
        later = desk.woken(office, answered.contracts)
    document = {"recorded": answered.text, "key": known, "contracts": answered.contracts, "woken": not later}

    def text() -> None:
        for each in answered.text.split("\n"):
            line(each)
        if later:
            line(later)

    answer(style, document, text)


def _recorded(
    office: Office, kind: str, values: Mapping[str, str], by: str | None, key: str | None
) -> tuple[str, Answer]:
    with office.ledger.begin() as tx:
        known = key or key_of(kind, values, desk.today(office, tx.now()))
        return known, record(tx, Request(kind, values, known, by or desk.whoever()))


def _name(field: Field) -> str:
    return f"value_{field.name}"


def _option(field: Field) -> click.Option:
    return click.Option(
        [*dict.fromkeys((f"--{field.name.replace('_', '-')}", f"--{field.name}")), _name(field)],
        required=field.required,
        type=click.Choice(field.choices) if field.choices else str,
        help=f"{field.help[:1].upper()}{field.help[1:]}.",
        metavar=None if field.choices else field.name.upper(),
    )


def _example(kind: str, fields: Iterable[Field]) -> str:
    needed = [f"--{field.name.replace('_', '-')} {_sample(field)}" for field in fields if field.required]
    return " ".join(["record", kind, *needed])


def _sample(field: Field) -> str:
    return field.choices[0] if field.choices else SAMPLES.get(field.name, "'...'")
