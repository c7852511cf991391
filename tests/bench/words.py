"""What words cost beside the bare thing: rendering, the whole path of a mail, letters. `python -m tests.bench.words`.

Ratios of CPU time, bare over ours (1.0: nothing lost), measured in turns so that both see the same machine, and plain
figures beside them. Bare is the same templates rendered by Jinja with their values ready, the standard library's
message, one connection kept open; for letters, typst alone on data that are ready.
"""

from __future__ import annotations

import asyncio
import json
from collections.abc import Awaitable, Callable
from dataclasses import replace
from datetime import UTC, datetime
from email.message import EmailMessage
from pathlib import Path
from tempfile import TemporaryDirectory
from time import process_time, thread_time
from typing import TypeVar

import aiosmtplib

from rules.money import Money
from tests.gallery.shelf import CREDITOR, DAY
from worker.gateways.email import EmailGateway, Envelope, Smtp, compose
from worker.sandbox.smtp import SmtpSink
from worker.words import paper
from worker.words.message import Subject
from worker.words.render import Words, _opening, imprint, readable_on
from worker.words.sample import sample

T = TypeVar("T")
AT = datetime(2027, 1, 4, 9, tzinfo=UTC)
SENDER, CUSTOMER = "compta@martin.example", "jean@client.example"
GOALS = {"mail, of the bare mail": (">=", 0.7), "letter, of typst alone": (">=", 0.8)}


def subjects(count: int, channel: str = "email", template: str = "reminder-1") -> list[Subject]:
    """Different messages, so that nothing is remembered from one to the next."""
    given = sample(CREDITOR, template, channel, "fr", DAY)
    return [_another(given, n) for n in range(count)]


def _another(given: Subject, n: int) -> Subject:
    """The same message to another customer, about other numbers and amounts."""
    more = Money(100 * n, "EUR")
    items = tuple(
        replace(each, number=f"{each.number}-{n}", amount=each.amount + more, open=each.open + more)
        for each in given.items
    )
    total = given.total + Money(more.minor * len(items), "EUR") if given.total else None
    return replace(given, key=f"M-{n}/0", customer_id=f"C-{n}", items=items, total=total)


def rendering(count: int = 200) -> dict[str, float]:
    """E-mails rendered a second, and the ratio to Jinja with its values ready."""
    words, given = Words(), subjects(count)
    bare = _bare_render(words, given[0])
    ours, alone = _cpu(lambda n: words.email(given[n]), count), _cpu(lambda n: bare(), count)
    return {"e-mails rendered a second": count / ours, "rendering, of bare Jinja": alone / ours}


def mail(count: int = 200) -> dict[str, float]:
    """The whole path of a mail, rendered, composed and handed to a server on loopback, beside the bare one's."""
    with TemporaryDirectory() as folder, SmtpSink(Path(folder)) as sink:
        ours, alone = asyncio.run(_mailed(count, sink.port))
    return {"CPU milliseconds per mail": ours / count * 1000, "mail, of the bare mail": alone / ours}


def letter(count: int = 20) -> dict[str, float]:
    """Letters a second, and the ratio to typst alone."""
    words, given = Words(), subjects(count, "letter", "formal-notice")
    source = words._shelf.source("paper.typ") or ""
    ready = [json.dumps(paper._data(words._printed(each, each.template, "letter"))) for each in given]
    stamp = int(datetime(2027, 1, 4, tzinfo=UTC).timestamp())

    def alone(n: int) -> None:
        paper._compiler().compile(
            source.encode(), format="pdf", pdf_standards="a-3a", sys_inputs={"data": ready[n]}, timestamp=stamp
        )

    alone(0)
    taken = bare = 0.0
    for n, each in enumerate(given):
        bare += _once(alone, n)
        taken += _once(words.letter, replace(each, customer_id=f"D-{n}"))
    return {"letters a second of CPU": count / taken, "letter, of typst alone": bare / taken}


def _once(doing: Callable[[T], object], given: T) -> float:
    begun = process_time()
    doing(given)
    return process_time() - begun


async def _mailed(count: int, port: int) -> tuple[float, float]:
    async def mark() -> None:
        return None

    words, given = Words(), subjects(count)
    envelope = Envelope(SENDER, (CUSTOMER,), "Comptabilité Martin", "Boulangerie Petit")
    async with EmailGateway(Smtp("127.0.0.1", port, tls="none")) as door:

        async def ours(subject: Subject) -> None:
            said = words.email(subject)
            made = compose(
                subject.key,
                envelope,
                subject=said.subject,
                text=said.text,
                html=said.html,
                pictures=said.pictures,
                at=AT,
            )
            await door.send(made, mark)

        said, render = words.email(given[0]), _bare_render(words, given[0])
        client = aiosmtplib.SMTP(hostname="127.0.0.1", port=port, start_tls=False)
        await client.connect()

        async def alone(subject: Subject) -> None:
            text, html = render()
            made = EmailMessage()
            made["From"], made["To"], made["Subject"] = SENDER, CUSTOMER, said.subject
            made["Message-ID"] = f"<{subject.customer_id}@martin.example>"
            made.set_content(text)
            made.add_alternative(html, subtype="html")
            shown = made.get_payload()[-1]
            for name, content in said.pictures.items():
                shown.add_related(content, "image", "png", cid=f"<{name}>")
            await client.send_message(made)

        taken = bare = 0.0
        for n, subject in enumerate([replace(given[0], key="warm/0"), *given]):
            spent, less = await _spent(ours, subject), await _spent(alone, subject)
            if n:  # the first connects and compiles
                taken, bare = taken + spent, bare + less
        await client.quit()
    return taken, bare


async def _spent(doing: Callable[[Subject], Awaitable[None]], given: Subject) -> float:
    begun = thread_time()
    await doing(given)
    return thread_time() - begun


def _bare_render(words: Words, given: Subject) -> Callable[[], tuple[str, str]]:
    """The text and the frame, rendered by Jinja from values made once."""
    shelf, said = words._shelf, words._said(given, given.template, "email")
    values = words._values(said.tables.subject, said.tables)
    text, frame = shelf.get(given.template, "email", given.language), shelf.compiled("frame.html")
    creditor = given.creditor
    shown = {
        "title": said.subject,
        "preview": said.preview or _opening(said.blocks),
        "blocks": [(type(block).__name__.lower(), block) for block in said.blocks],
        "creditor": creditor,
        "language": given.language,
        "labels": said.tables.labels,
        "brand": creditor.brand,
        "on_colour": readable_on(creditor.brand.colour),
        "logo": None,
        "qr": "transfer.png",
        "footer": imprint(creditor, said.tables.labels),
    }
    return lambda: (text.render(values), frame.render(shown))


def _cpu(doing: Callable[[int], object], count: int, clock: Callable[[], float] = thread_time) -> float:
    """CPU seconds of `count` times, after one to warm up."""
    doing(0)
    begun = clock()
    for n in range(count):
        doing(n)
    return clock() - begun


def words(mails: int = 200, letters: int = 20) -> dict[str, float]:
    """All of it."""
    return {**rendering(mails), **mail(mails), **letter(letters)}


if __name__ == "__main__":
    for name, value in words().items():
        print(f"{value:10.2f}  {name}")
