"""`relance show`: a policy as it is resolved, for an invoice or by its name, each value with the line that says it."""

from __future__ import annotations

from zoneinfo import ZoneInfo

import click

from rules.diagnostics import did_you_mean
from rules.outline import general, places, step_lines
from rules.policy import Policy, Rulebook
from rules.source import read
from worker.cli import desk, place
from worker.cli.app import Failure
from worker.cli.output import answer, formats, line, table
from worker.outlook import find, judged
from worker.plans.effects import stand_of
from worker.plans.versions import files_of
from worker.record import Refused

DEFAULT = "default"
Shown = tuple[str, str, str]  # key, value, file:line or DEFAULT


@click.command()
@click.argument("name", metavar="POLICY", required=False)
@click.option("--variant", help="With this variant's changes.")
@click.option("--invoice", help="The policy and variant of this invoice, under the rules that bind it.")
@click.option("--written", is_flag=True, help="Leave out what stands at its default.")
@formats()
def show(name: str | None, variant: str | None, invoice: str | None, style: str, *, written: bool) -> None:
    """Show a policy as it is resolved: every value, and the file and line it comes from, or that it is a default.

    Without a name, every policy that somebody may be given.

    \b
    Examples:
      relance show
      relance show reminders --written
      relance show --invoice F-1
      relance show reminders --format json
    """
    if invoice is not None and (name or variant):
        raise click.UsageError("--invoice says which policy and variant it is.")
    if variant is not None and name is None:
        raise click.UsageError("Name the policy whose variant it is.")
    if invoice is not None:
        policy, variant, file = _of_invoice(invoice)
        document, shown = _shown(policy, variant, file, written=written)
        answer(style, document, lambda: _told(policy, variant, shown))
        return
    chosen = [_of_name(each, variant) for each in ([name] if name else _names())]
    found = [(policy, *_shown(policy, variant, file, written=written)) for policy, file in chosen]
    documents = [document for _, document, _ in found]

    def text() -> None:
        for n, (policy, _, shown) in enumerate(found):
            line() if n else None
            _told(policy, variant, shown)

    answer(style, documents[0] if name else documents, text)


def _shown(policy: Policy, variant: str | None, file: bytes, *, written: bool) -> tuple[object, list[Shown]]:
    """As a document, and as lines."""
    found = [each for each in lines(policy, variant, file) if not written or each[2] != DEFAULT]
    said = [{"key": key, "value": value, "from": where} for key, value, where in found]
    return {"policy": policy.id, "variant": variant, "lines": said}, found


def _told(policy: Policy, variant: str | None, found: list[Shown]) -> None:
    line(f"Policy {policy.id}" + (f", variant {variant}" if variant else ""))
    table(("key", "from", "value"), [(key, where, value) for key, value, where in found], indent="  ")


def lines(policy: Policy, variant: str | None, file: bytes) -> list[Shown]:
    """Every value of a policy under a variant, in the order of the language, with its place in the file."""
    root, _ = read(file, policy.id)
    assert root is not None, "a policy that compiles"
    assert policy.place is not None
    written, name = places(root, variant), policy.place.file
    shown = dict(general(policy))
    for step in policy.variant(variant):
        shown |= {f"steps.{step.id}.{key}": value for key, value in step_lines(step).items()}
    return [(key, value, f"{name}:{written[key]}" if key in written else DEFAULT) for key, value in shown.items()]


def _names() -> list[str]:
    """The policies of the workspace, in alphabetical order."""
    return list(place.workspace().rulebook.policies)


def _of_name(name: str, variant: str | None) -> tuple[Policy, bytes]:
    workspace = place.workspace()
    policies = workspace.rulebook.policies
    if name not in policies:
        near = did_you_mean(place.stem(name), policies)
        raise Failure(f"there is no policy {name}" + (f": {near}" if near else "."))
    if variant is not None and variant not in [each.id for each in policies[name].variants]:
        raise Failure(f"policy {name} has no variant {variant}.")
    return policies[name], workspace.compiled.files[f"policies/{name}.yaml"]


def _of_invoice(number: str) -> tuple[Policy, str | None, bytes]:
    with desk.office() as office, office.ledger.read() as tx:
        found = find(tx, number)
        if found is None or found[2] is None:
            raise Refused(f"there is no invoice {number}.")
        account = tx.account(found[0])
        item = account.receivables[found[2]]
        digest = item.ladder.rulebook if item.ladder else account.rulebooks[item.contract]
        rulebook: Rulebook = tx.rulebook(digest)
        stand = stand_of(judged(tx, found[0], tx.now()), item, ZoneInfo(rulebook.business.time_zone))
        if stand.policy is None:
            raise Failure(f"{number} has no policy now: {stand.why or 'it is closed'}.")
        return rulebook.policies[stand.policy], stand.variant, files_of(tx, digest)[f"policies/{stand.policy}.yaml"]
