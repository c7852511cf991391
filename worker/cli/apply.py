"""`relance apply`: exactly what a plan says, once."""

from __future__ import annotations

import shlex
from pathlib import Path

import click

from worker.cli import desk
from worker.cli.app import Failure
from worker.cli.output import answer, counted, formats, line
from worker.cli.plan import GO_LIVE, RULES
from worker.cli.versions import progress
from worker.office import Office
from worker.plans.applying import Stale
from worker.plans.applying import apply as applied
from worker.plans.files import NoPlan, kind_of, read
from worker.plans.going_live import GoLive
from worker.plans.going_live import apply as started
from worker.plans.notes import notes
from worker.plans.plan import Plan
from worker.plans.versions import kept

STALE = 4


class Refusal(Failure):
    """The plan is stale."""

    exit_code = STALE


@click.command()
@click.argument("file", metavar="PLAN", type=click.Path(path_type=Path, exists=True, dir_okay=False))
@click.option("--by", help="Who applies it; you, where it is not given.")
@formats()
def apply(file: Path, by: str | None, style: str) -> None:
    """Do exactly what a plan says: new cases get its rules, and its cases move to them.

    Refused with exit code 4 once anything in it has moved, and with 1 where the file was changed. One that was
    interrupted is finished by applying it again.

    \b
    Example:
      relance plan -o plan.json && relance apply plan.json
    """
    kind = kind_of(file)
    if kind not in (RULES, GO_LIVE):
        raise NoPlan(f"{file} is a plan of another kind.")
    plan, name = read(file, Plan) if kind == RULES else read(file, GoLive)
    with desk.office() as office:
        if plan.business != office.business:
            raise NoPlan(f"{file} is a plan of business {plan.business}, and this is {office.business}.")
        try:
            with progress("moved") as told:
                if isinstance(plan, GoLive):
                    done = started(office.ledger, plan, name, by or desk.whoever(), told)
                else:
                    done = applied(office.ledger, plan, name, by or desk.whoever(), told)
        except Stale as stale:
            anew = f"relance plan {_options(plan, office)}-o {file}"
            raise Refusal(f"the plan is stale: {stale}. Make it anew and read it again: {anew}") from stale
        later = desk.woken(office, done.contracts)
        with office.ledger.read() as tx:
            said = list(notes(tx.rulebook(plan.rulebook), tx.state(), desk.today(office, tx.now())))
    document = {
        "plan": name,
        "rulebook": plan.rulebook,
        "bound": done.bound,
        "bound_before": done.before,
        "stay": done.stays,
        "woken": not later,
        "notes": said,
    }

    def text() -> None:
        if isinstance(plan, GoLive):
            line(f"Started: {counted(len(plan.starts) - done.bound, 'customer')} today, {done.bound} on later days.")
            _after(later, said)
            return
        before = f", {counted(done.before, 'case')} before" if done.before else ""
        line(f"New cases are bound to {plan.rulebook[:12]}; {counted(done.bound, 'case')} moved{before}.")
        if done.stays:
            line(f"{counted(done.stays, 'case').capitalize()} stayed: the new rules cannot take them over.")
        _after(later, said)

    answer(style, document, text)


def _options(plan: Plan | GoLive, office: Office) -> str:
    """What the plan was made with, as it is typed before `-o`."""
    if isinstance(plan, GoLive):
        return f"--go-live --days {plan.days} "
    with office.ledger.read() as tx:
        kept_ = kept(tx, plan.rulebook) is not None
    to = f"--to {plan.rulebook[:8]} " if kept_ else ""
    match plan.scope:
        case "listed":
            return to + "".join(f"--case {shlex.quote(contract)} " for contract in sorted(plan.contracts))
        case "new" | "none":
            return f"{to}--cases {plan.scope} "
    return to


def _after(later: str, said: list[str]) -> None:
    for each in (later, *said):
        if each:
            line(each)
