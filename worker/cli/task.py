"""`relance task`: what people are to do."""

from __future__ import annotations

import click

from worker.cli import desk
from worker.cli.output import answer, counted, formats, line, table
from worker.cli.saying import command_of
from worker.ledger.views import tasks
from worker.outlook import called


@click.group()
def task() -> None:
    """List tasks, and say that one is done."""


@task.command("list")
@click.option("--queue", help="Only this queue's.")
@click.option("--all", "every", is_flag=True, help="Those that are done too.")
@formats()
def list_(queue: str | None, style: str, *, every: bool) -> None:
    """List tasks, the oldest first.

    \b
    Example:
      relance task list --queue collections
    """
    with desk.office() as office, office.ledger.read() as tx:
        found = tasks(tx, queue=queue, open_only=not every)
        about = [called(tx, each.customer, each.scope, each.subject) for each in found]

    def text() -> None:
        headings = ("task", "queue", "title", "about", "opened", "due", "done")
        named = zip(found, about, strict=True)
        rows = [(each.task, each.queue, each.title, what, each.opened, each.due, each.done) for each, what in named]
        table(headings if every else headings[:-1], [row if every else row[:-1] for row in rows])
        line(f"{counted(len(found), 'task')}.")

    answer(style, found, text)


task.add_command(
    command_of(
        "task-done", name="done", argument="task", examples=("task done task/F-1/1/reminder-2/1/1 --note 'paid today'",)
    )
)
