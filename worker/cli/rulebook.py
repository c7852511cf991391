"""`relance rulebook`: the versions of the rules that the ledger keeps, and what the workspace says."""

from __future__ import annotations

import click

from rules import facts as f
from worker.cli import desk
from worker.cli.output import answer, counted, formats, line, table
from worker.office import Office
from worker.plans.applying import apply
from worker.plans.files import digest_of
from worker.plans.plan import make
from worker.plans.versions import Kept, commit_of, history, versions


@click.command()
@click.option("--activate", is_flag=True, help="Bind new cases to the workspace's rules; running ones stay.")
@formats()
def rulebook(style: str, *, activate: bool) -> None:
    """List the versions of the rules, and what was applied when: by whom, from which commit, and how many cases moved.

    Editing a file changes no running case: `relance plan` and `relance apply` do.

    \b
    Examples:
      relance rulebook
      relance rulebook --activate
    """
    with desk.office() as office:
        if activate:
            _activate(office)
        with office.ledger.read() as tx:
            found, changes = versions(tx), history(tx)
            active = tx.active_rulebook() or ""
            policies = list(tx.rulebook(active).policies)
        times = {each.digest: desk.local(office, each.recorded_at) for each in found}
        past = [_change(each, desk.local(office, each.at)) for each in changes]
        digest = office.workspace.rulebook.digest

    def text() -> None:
        line(f"New cases are bound to {active[:12]}: {counted(len(policies), 'policy', 'policies')}.")
        for name in policies:
            line(f"  {name}")
        line()
        table(("rules", "kept since", "cases", "applied by"), [_row(each, times[each.digest]) for each in found])
        if past:
            line("\nWhat was applied")
            table(("when", "who", "from", "to", "commit", "cases"), past)
            line()
        if active != digest:
            line(f"The workspace says something else, {digest[:12]}. See relance diff; relance plan -o plan.json and")
            line("relance apply move running cases to it, relance rulebook --activate only new ones.")

    document = {
        "active": active,
        "workspace": digest,
        "same": active == digest,
        "policies": policies,
        "versions": found,
        "history": changes,
    }
    answer(style, document, text)


def _activate(office: Office) -> None:
    """A plan that moves no running case, made and applied at once."""
    with office.ledger.read() as tx:
        made = make(tx, office.workspace, commit=commit_of(office.workspace.folder), scope="none")
    if made.rulebook != made.before:
        apply(office.ledger, made, digest_of(made), desk.whoever())


def _change(each: f.PlanBegun, when: str) -> tuple[object, ...]:
    edited = "+" if each.commit.endswith("+") else ""
    return when, each.by, each.before[:12] or "nothing", each.rulebook[:12], each.commit[:8] + edited, each.cases


def _row(each: Kept, since: str) -> tuple[object, ...]:
    plans = [
        f"{plan.by} on {plan.at:%Y-%m-%d}{f' from {plan.commit[:8]}' if plan.commit else ''}" for plan in each.plans
    ]
    return each.digest[:12] + (" (active)" if each.active else ""), since, each.cases, ", ".join(plans) or "the start"
