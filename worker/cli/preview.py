"""`relance preview`: every message, seen before it is sent."""

from __future__ import annotations

import webbrowser

import click

from worker.cli import desk
from worker.cli.app import Failure
from worker.office import wall
from worker.preview.book import Book
from worker.preview.server import Preview
from worker.words.render import Words

PORT = 8234


@click.command()
@click.option("--port", type=click.IntRange(0, 65535), default=PORT, show_default=True, help="0: any that is free.")
@click.option("--open", "opening", is_flag=True, help="Open it in the browser.")
def preview(port: int, *, opening: bool) -> None:
    """Show every message on a page of this machine, about real receivables or a sample, as templates are edited.

    Nothing is sent or recorded. Ctrl-C ends it.

    \b
    Example:
      relance new template reminder-1
      relance preview --open
    """
    with desk.office() as office:
        day = desk.today(office, wall())
        try:
            server = Preview(Book(office, Words(office.workspace.templates), day), port)
        except OSError as error:
            raise Failure(f"port {port} is taken: say another with --port.") from error
        with server:
            click.echo(f"Open {server.url} (Ctrl-C ends it).")
            if opening:
                webbrowser.open(server.url)
            server.serve_forever()
