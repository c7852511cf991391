"""Lives the example's year: real server, real SMTP server, a local server that answers as Twilio does, real folders."""

from __future__ import annotations

import shutil
from collections.abc import AsyncIterator, Awaitable, Callable
from contextlib import asynccontextmanager
from dataclasses import dataclass, replace
from datetime import date, datetime, time
from importlib.resources import files
from pathlib import Path
from zoneinfo import ZoneInfo

from rules import source
from rules.diagnostics import render
from worker.clock import Happening, Stepper
from worker.demo.story import Story
from worker.demo.story_file import read_story
from worker.demo.summary import Summary, summarise
from worker.gateways.email import Smtp
from worker.imports.importing import import_file
from worker.ledger.views import Recorded, cases
from worker.main import register, working
from worker.office import Office, opened
from worker.sandbox.smtp import SmtpSink
from worker.sandbox.twilio import TwilioSandbox
from worker.server import Server, serving
from worker.settings import Settings, TwilioAccount

STORY = "story.yaml"
PAGE = 8233  # the port of Temporal UI where it is free

Told = Callable[[datetime, list[Recorded]], Awaitable[None]]


class NoDemo(Exception):
    """The example cannot be lived; the message says what is wrong with it."""


@dataclass(frozen=True, slots=True)
class Year:
    """A year about to be lived: `names` are the customers' by identifier, `folder` is where everything goes."""

    story: Story
    office: Office
    server: Server
    stepper: Stepper
    names: dict[str, str]
    folder: Path

    async def live(self, told: Told) -> Summary:
        """Lives it, and says what it came to; `told` hears what happened at each moment."""
        await self.stepper.run(self.story.begins, self.story.ends, told)
        await self.stepper.look_again()
        with self.office.ledger.read() as tx:
            return summarise(tx, self.names, self.story.ends)


def example() -> Path:
    """The example workspace: in the wheel beside this file, in the repository at examples/infogerance."""
    packaged = Path(str(files(__package__))) / "infogerance"
    return packaged if packaged.is_dir() else Path(__file__).parents[2] / "examples" / "infogerance"


@asynccontextmanager
async def year(folder: Path, *, page: bool = True) -> AsyncIterator[Year]:
    """Sets everything up in `folder`, which is emptied first: the workspace, the ledger, the mail, the texts.

    Raises NoDemo, and FileExistsError for a folder that is not of a demo before.
    """
    workspace = _cleared(folder) / "workspace"
    shutil.copytree(example(), workspace)
    account = TwilioAccount("AC" + "0" * 32, "sandbox")
    with SmtpSink(folder / "mail") as sink, TwilioSandbox(folder / "sms") as sms:
        settings = Settings(
            workspace,
            f"sqlite:///{workspace / '.relance' / 'relance.db'}",
            folder,
            Smtp("127.0.0.1", sink.port, tls="none"),
            replace(account, api_url=sms.url),
        )
        with opened(settings) as office:
            story, names = _prepared(office, workspace)
            async with serving(page_port=PAGE if page else None) as server:
                await register(server.client, office)
                async with working(office, server.client, name="demo") as waker:
                    stepper = Stepper(office.ledger, waker.wake, story.answers, at_once=1)
                    stepper.script(_opening(story, names))
                    yield Year(story, office, server, stepper, names, folder)


def _cleared(folder: Path) -> Path:
    """The folder, empty; what is no demo's is left alone."""
    if folder.exists():
        if any(folder.iterdir()) and not (folder / "workspace" / ".relance").is_dir():
            raise FileExistsError(f"{folder} is not empty, and not the folder of a demo")
        shutil.rmtree(folder)
    folder.mkdir(parents=True)
    return folder


def _prepared(office: Office, workspace: Path) -> tuple[Story, dict[str, str]]:
    """Imports customers and contracts on the story's first day; returns the story, and the customers' names."""
    digest, data = office.adopt(), (workspace / STORY).read_bytes()
    with office.ledger.begin() as tx:
        rulebook = tx.rulebook(digest)
        tx.set_clock(datetime.combine(_first_day(data), time(0), ZoneInfo(rulebook.business.time_zone)))
    for kind, file in (("customers", "customers.csv"), ("contracts", "contracts.yaml")):
        report = import_file(office.ledger, kind, workspace / file)
        if report.problems:
            raise NoDemo(f"{file}: {report.problems[0]}")
    with office.ledger.read() as tx:
        cards = {name: tx.card(name) for name in sorted({case.customer for case in cases(tx, _first_day(data))})}
        contracts = [each for name in cards for each in tx.account(name).contracts.values()]
    story, problems = read_story(data, STORY, rulebook, contracts)
    if story is None:
        raise NoDemo(render(problems, {STORY: data.decode(errors="replace")}))
    return story, {name: card.name if card else name for name, card in cards.items()}


def _first_day(data: bytes) -> date:
    root, problems = source.read(data, STORY)
    start = root.get("from") if root else None
    try:
        return date.fromisoformat(start.text if start else "")
    except ValueError:
        raise NoDemo(render(problems, {STORY: data.decode(errors="replace")}) or f"{STORY} says no first day") from None


def _opening(story: Story, names: dict[str, str]) -> list[Happening]:
    bank = [Happening(at, None, fact) for at, fact in story.mornings()]
    return bank + [Happening(at, name, fact) for name in names for at, fact in story.opening_of(name)]
