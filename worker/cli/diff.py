"""`relance diff`: what differs between two versions of the rules, by what they mean."""

from __future__ import annotations

import click

from rules.comparing import Change, compare
from worker.cli.output import answer, counted, formats, line
from worker.cli.versions import has_ledger, named
from worker.plans.versions import ACTIVE, DRAFT


@click.command()
@click.argument("old", required=False)
@click.argument("new", default=DRAFT)
@formats()
def diff(old: str | None, new: str, style: str) -> None:
    """Say in words what differs between two versions of the rules: steps, delays, conditions, holds, routes.

    A version is `active`, `workspace`, the beginning of a digest that the ledger keeps (relance rulebook), a folder,
    one file in the place of the workspace's, or a git revision. By default what is active, or HEAD where there is no
    ledger, and the workspace.

    \b
    Examples:
      relance diff
      relance diff HEAD~1
      relance diff main drafts/reminders.yaml --format json
    """
    old = old or (ACTIVE if has_ledger() else "HEAD")
    one, other = named(old, new)
    changes = compare(one.rulebook, other.rulebook)
    answer(style, [_document(each) for each in changes], lambda: _text(changes, f"between {old} and {new}"))


def _text(changes: list[Change], between: str) -> None:
    where = None
    for each in changes:
        if each.where != where:
            where = each.where
            line(where)
        place = f"  [{each.place.file}:{each.place.line}]" if each.place else ""
        line(f"  {f'{each.what} ' if each.what else ''}{each.text}{place}")
    line(f"{counted(len(changes), 'difference').capitalize()} {between}.")


def _document(each: Change) -> dict[str, object]:
    place = f"{each.place.file}:{each.place.line}" if each.place else None
    return {
        "where": each.where,
        "what": each.what,
        "kind": each.kind,
        "text": each.text,
        "old": each.old,
        "new": each.new,
        "place": place,
    }
