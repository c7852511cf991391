"""`relance lint`: what may not be meant, seen across files, with the templates, the book and today's date."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Sequence
from dataclasses import replace
from datetime import date
from functools import cache
from pathlib import Path

import click
from sqlalchemy import select
from sqlalchemy.engine import make_url

from rules.account import Account
from rules.conditions import Lookup
from rules.diagnostics import Diagnostic
from rules.facts import Schedule
from rules.lint import Book, Look, look
from rules.lint.look import Agreed, Dated
from rules.policy import Business
from rules.source import read
from rules.standing import Facts, Standing
from worker.cli import place
from worker.cli.app import Failure
from worker.cli.output import formats
from worker.cli.validate import ONLY_LINT, say
from worker.creditors import creditor
from worker.ledger import tables as t
from worker.office import opened, wall
from worker.settings import Settings
from worker.words.gsm import segments
from worker.words.render import Words
from worker.words.sample import sample
from worker.words.shelf import TemplateProblem
from worker.workspace import Workspace

LINT = "REL3"


@click.command()
@click.argument("names", nargs=-1, metavar="[FILE]...")
@click.option(
    "--book/--no-book", "booked", default=True, help="Look at the ledger's customers too, where there is one."
)
@formats("github", "junit")
def lint(names: tuple[str, ...], style: str, *, booked: bool) -> None:
    """Warn of what is right and may not be meant: steps never reached, thresholds without a currency, and the like.

    What is meant is silenced in the file, with the reason: # lint: allow REL302 because the director signs them.
    Exit code 0: nothing found. 1: the files have errors. 3: findings.

    \b
    Examples:
      relance lint
      relance lint policies/fr.yaml --no-book
      relance lint --format github
    """
    workspace = place.workspace()
    own = _named(workspace, names)
    found = [d for d in findings(workspace, book(place.settings()) if booked else None) if d.file in own]
    say(found, workspace.sources, own, style)
    raise click.exceptions.Exit(ONLY_LINT if found else 0)


def findings(workspace: Workspace, of_book: Book | None) -> list[Diagnostic]:
    """Everything that lint says of a workspace's own files, sorted; raises Invalid where they have errors."""
    rulebook = workspace.rulebook
    roots = {path: root for path, data in workspace.files.items() if (root := read(data, path)[0]) is not None}
    today = wall().date()
    texts = Texts(Words(workspace.templates), rulebook.business, today)
    across = look(Look(rulebook, roots, today, of_book, texts), workspace.sources)
    alone = (d for d in workspace.compiled.diagnostics if d.code.startswith(LINT) and d.file in roots)
    return sorted({*across, *alone})


def book(settings: Settings) -> Book | None:
    """What the ledger's customers are like; None where there is no ledger yet, or nobody in it."""
    url = make_url(settings.database)
    if url.get_backend_name() == "sqlite" and not Path(url.database or "").is_file():
        return None
    with opened(settings) as office, office.ledger.read() as tx:
        names = tx.connection.execute(select(t.customer.c.id).where(t.customer.c.business == tx.business)).scalars()
        accounts = [tx.account(name) for name in names]
        rates = tx.state().rates
    if not accounts:
        return None
    customers = [account.customer for account in accounts]
    channels = (channel for customer in customers for reached in customer.reachable.values() for channel in reached)
    owed = (item for account in accounts for item in account.receivables.values())
    return Book(
        frozenset(item.amount.currency for item in owed),
        frozenset(customer.language for customer in customers if customer.language),
        frozenset(channels),
        frozenset(customer.segment for customer in customers if customer.segment),
        frozenset(_agreed(accounts)),
        frozenset(_dated(accounts)),
        rates,
        tuple(_open(accounts, wall().date())),
    )


def _open(accounts: Iterable[Account], today: date) -> Iterator[Lookup]:
    """The facts of every open receivable."""
    for account in accounts:
        standing = Standing(account, today, gross=False)
        yield from (Facts(standing, item, {}) for item in account.receivables.values() if item.open)


def _agreed(accounts: Iterable[Account]) -> Iterator[Agreed]:
    """The law of every contract, its rate for late payment, and its terms of payment where it bills by itself."""
    for account in accounts:
        for contract in account.contracts.values():
            bills = contract.schedule
            if contract.law is not None:
                net, periodic = (bills.net, _periodic(bills)) if bills else (None, False)
                yield Agreed(contract.id, contract.law, net, contract.late_rate, periodic)


def _periodic(bills: Schedule) -> bool:
    """Whether an invoice sums up what was supplied within a month that is over (CGI 289 I-3)."""
    return bills.billing == "arrears" and (bills.every.unit != "m" or bills.every.n == 1)


def _dated(accounts: Iterable[Account]) -> Iterator[Dated]:
    """The open invoices that came from elsewhere."""
    for account in accounts:
        for item in account.receivables.values():
            law = account.contracts[item.contract].law if item.contract in account.contracts else None
            if law and item.open and item.due and item.period is None and item.kind == "invoice":
                yield Dated(item.contract, law, item.number, item.issued, item.due)


class Texts:
    """The templates of a workspace, rendered about one invoice of the sample."""

    def __init__(self, words: Words, business: Business, day: date) -> None:
        self.words, self.business, self.day = words, business, day
        self.segments = cache(self._segments)

    def source(self, template: str, channel: str, language: str) -> str | None:
        """What is written in a template; None where there is none."""
        return self.words.written(template, channel, language)

    def _segments(self, template: str, language: str) -> int | None:
        given = sample(creditor(self.business), template, "sms", language, self.day)
        try:
            return segments(self.words.sms(replace(given, items=given.items[:1]), whole=False))
        except TemplateProblem:
            return None


def _named(workspace: Workspace, names: Sequence[str]) -> list[str]:
    """The paths of the files that were named, all where none was."""
    for name in names:
        if name not in workspace.files:
            raise Failure(f"there is no file {name} in {workspace.folder}.")
    return list(names) or list(workspace.files)
