"""`relance` itself: its commands by name, each imported only when it is called for, and the one way out."""

from __future__ import annotations

import os
import sys
from collections.abc import Mapping
from importlib import import_module
from pathlib import Path
from typing import NoReturn

import click

INTERRUPTED = 130
_BRIDGE = "temporalio.bridge.temporal_sdk_bridge"

# name: (where in worker.cli, what it does). A new command is one line here, and its module.
SECTIONS: Mapping[str, Mapping[str, tuple[str, str]]] = {
    "The rules": {
        "new": ("new:new", "Make a workspace to start from."),
        "validate": ("validate:validate", "Check policies, calendars, terms and templates."),
        "lint": ("lint:lint", "Warn of what is right and may not be meant."),
        "test": ("test:test", "Run the policy tests."),
        "render": ("render:render", "Show a message as it would be sent, with sample data."),
        "preview": ("preview:preview", "Show every message on a page of this machine, as it is edited."),
        "explain": (
            "explain:explain",
            "Why an invoice was written about or not, and what comes.",
        ),
        "simulate": ("simulate:simulate", "Live one invoice, or one customer, forward on a virtual clock."),
        "replay": ("replay:replay", "Live a ledger of the past under today's policy."),
        "show": ("show:show", "Show a policy as it is resolved, with the file and line of each value."),
        "vocabulary": ("vocabulary:vocabulary", "Print the words of the policy language."),
        "backtest": ("backtest:backtest", "Live the past again under these rules, or two versions of them."),
        "diff": ("diff:diff", "Say in words what differs between two versions of the rules."),
        "plan": ("plan:plan", "Say what new rules would do to every running case, and write it down."),
        "apply": ("apply:apply", "Do exactly what a plan says."),
        "rulebook": ("rulebook:rulebook", "Say which rules new cases are bound to."),
        "migrate": ("migrate:migrate_", "Rewrite files for this version of the language."),
    },
    "The day's work": {
        "today": ("today:today", "What leaves today, and what waits for a person."),
        "case": ("case:case", "Look at cases; approve, refuse and skip steps."),
        "hold": ("hold:hold", "Add, list and end holds."),
        "task": ("task:task", "List tasks, and say that one is done."),
        "invoice": ("invoice:invoice", "List, show and find invoices; write their files; credit one."),
        "message": ("message:message", "List messages, and settle those whose outcome is unknown."),
        "record": ("record:record", "Record by hand what happened: a payment, a promise, a dispute, ..."),
        "import": (
            "import_:import_",
            "Read a file of customers, contracts, invoices, payments, credits or returned debits.",
        ),
        "bank": ("bank:bank", "Confirm how far the bank's data go."),
        "stop": ("stopping:stop", "Send nothing more for a contract, or for everybody."),
        "resume": ("stopping:resume", "Let what was stopped go on."),
        "interest": ("interest:interest", "What the delay of an invoice has cost, with every figure."),
        "rates": ("rates:rates", "The published rates that late interest follows: list, add, check."),
        "report": ("report:report", "Who owes what, and since when."),
    },
    "The machine": {
        "dev": ("serving:dev", "Run everything here: Temporal with its pages, the worker, a database file."),
        "worker": ("serving:worker", "Run the worker, for a Temporal server elsewhere."),
        "demo": ("demo:demo", "Watch a year in the life of a business."),
        "forget": ("forget:forget", "Erase a customer's name and contacts, where the law lets them go."),
        "ledger": ("ledger:ledger", "Verify the ledger's chains, or bring its tables up to date."),
    },
}
COMMANDS = {name: where for section in SECTIONS.values() for name, (where, _) in section.items()}


class Failure(click.ClickException):
    """What could not be done, in words for the person who asked; leaves with exit code 1."""

    def show(self, file: object = None) -> None:
        """Writes the message on the error stream."""
        del file
        click.echo(f"relance: {self.message}" if "\n" not in self.message else self.message, err=True)


class Stopped(Failure):
    """Ctrl-C."""

    exit_code = INTERRUPTED


class Relance(click.Group):
    """Finds commands without importing the others, and turns what a user can cause into one sentence."""

    def list_commands(self, ctx: click.Context) -> list[str]:
        """The names, in the order of the sections."""
        del ctx
        return list(COMMANDS)

    def get_command(self, ctx: click.Context, cmd_name: str) -> click.Command | None:
        """The command of that name, imported now."""
        del ctx
        if cmd_name not in COMMANDS:
            return None
        module, _, attribute = COMMANDS[cmd_name].partition(":")
        command: click.Command = getattr(import_module(f"worker.cli.{module}"), attribute)
        return command

    def resolve_command(
        self, ctx: click.Context, args: list[str]
    ) -> tuple[str | None, click.Command | None, list[str]]:
        """The command named first; one that does not exist is answered with the nearest."""
        if args and args[0] not in COMMANDS and not args[0].startswith("-"):
            from rules.diagnostics import did_you_mean

            near = did_you_mean(args[0], COMMANDS)
            ctx.fail(f"There is no command '{args[0]}'" + (f": {near}" if near else "."))
        return super().resolve_command(ctx, args)

    def format_commands(self, ctx: click.Context, formatter: click.HelpFormatter) -> None:
        """The commands of each section, with what they do."""
        del ctx
        for title, section in SECTIONS.items():
            with formatter.section(title):
                formatter.write_dl([(name, help_) for name, (_, help_) in section.items()])

    def invoke(self, ctx: click.Context) -> object:
        """Runs the command; an error that a user can cause becomes a Failure."""
        try:
            return super().invoke(ctx)
        except KeyboardInterrupt:
            raise Stopped("stopped.") from None
        except (click.ClickException, click.exceptions.Exit, click.Abort):
            raise
        except Exception as error:
            from worker.cli.errors import sentence

            said = sentence(error)
            if said is None:
                raise
            raise Failure(said) from error


@click.command(cls=Relance, context_settings={"help_option_names": ["-h", "--help"], "max_content_width": 100})
@click.option(
    "-w",
    "--workspace",
    type=click.Path(path_type=Path, file_okay=False),
    help="The folder of the business; RELANCE_WORKSPACE or the current folder where it is not given.",
)
@click.version_option(package_name="relance")
@click.pass_context
def relance(ctx: click.Context, workspace: Path | None) -> None:
    """Carries receivables from invoice to settlement.

    \b
    Begin:  relance new workspace my-business
            cd my-business && relance validate && relance test
    """
    ctx.obj = workspace


def main() -> NoReturn:
    """Runs `relance` and leaves: 0 fine, 1 a problem, 2 wrong use, 3 only lint findings, 4 stale plan, 130 Ctrl-C."""
    try:
        relance()
        code: object = 0
    except SystemExit as leaving:
        code = leaving.code
    except KeyboardInterrupt:
        code = INTERRUPTED
    _leave(code if isinstance(code, int) else 0)


def _leave(code: int) -> NoReturn:
    """Flushes and exits. Temporal's client may crash while Python shuts down, so after its use nothing is torn down."""
    for stream in (sys.stdout, sys.stderr):
        try:
            stream.flush()
        except (OSError, ValueError):
            code = code or 1
    if _BRIDGE in sys.modules:
        os._exit(code)
    sys.exit(code)
