"""`relance new template`: a message of the house, copied into the workspace to be changed there."""

from __future__ import annotations

from importlib.resources import files

import click

from rules.diagnostics import did_you_mean
from worker.cli import place
from worker.cli.app import Failure
from worker.words.shelf import LAYOUTS, Shelf


@click.command()
@click.argument("name")
@click.option("--channel", help="email, sms, letter, call or document; all that there are, where it is not given.")
@click.option("--language", help="Such as fr; all that there are, where it is not given.")
def template(name: str, channel: str | None, language: str | None) -> None:
    """Copy a message into templates/, to say it in your own words. What you do not copy stays the house's.

    NAME is a message such as reminder-1, or frame.html (the layout of e-mails) or paper.typ (of letters).

    \b
    Examples:
      relance new template reminder-1
      relance new template nudge --language fr
      relance new template paper.typ
    """
    folder = place.workspace().folder / "templates"
    paths = [name] if name in LAYOUTS else _paths(name, channel, language)
    for path in paths:
        if (folder / path).exists():
            raise Failure(f"templates/{path} is there already: change it, or remove it first.")
    for path in paths:
        (folder / path).parent.mkdir(parents=True, exist_ok=True)
        (folder / path).write_text(files("templates").joinpath(path).read_text("utf-8"), "utf-8")
        click.echo(f"Made templates/{path}.")
    click.echo("Change it, look at it with `relance preview`, then: relance validate")


def _paths(name: str, channel: str | None, language: str | None) -> list[str]:
    there = Shelf().all()
    names = sorted({path.partition("/")[2].partition(".")[0] for path in there})
    if name not in names:
        near = did_you_mean(name, names) or f"there are: {', '.join(names)}"
        raise Failure(f"there is no message {name}: {near}.")
    wanted = f"{name}.{channel}.txt" if channel else None
    found = [
        path
        for path in there
        if path.partition("/")[2].partition(".")[0] == name
        and (language is None or path.startswith(f"{language}/"))
        and (wanted is None or path.endswith(f"/{wanted}"))
    ]
    if not found:
        raise Failure(f"there is no {name} by {channel or 'any channel'} in {language or 'any language'}.")
    return found
