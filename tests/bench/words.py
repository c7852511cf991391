"""What words cost beside the bare thing: rendering, the whole path of a mail, letters. `python -m tests.bench.words`.

Each function returns ratios of CPU time, bare over ours (1.0: nothing lost), and plain figures beside them. Bare is the
same templates rendered by Jinja with their values ready, the standard library's message, one connection kept open; for
letters, typst alone on data that are ready.
"""

from __future__ import annotations

import asyncio
import json
from collections.abc import Callable
from dataclasses import replace
from datetime import UTC, datetime
from email.message import EmailMessage
from pathlib import Path
from tempfile import TemporaryDirectory
from time import process_time, thread_time

import aiosmtplib

from tests.gallery.shelf import CREDITOR, DAY
from worker.gateways.email import EmailGateway, Envelope, Smtp, compose
from worker.sandbox.smtp import SmtpSink
from worker.words import paper
from worker.words.message import Subject
from worker.words.render import Words, _opening, imprint, readable_on
from worker.words.sample import sample

AT = datetime(2027, 1, 4, 9, tzinfo=UTC)
SENDER, CUSTOMER = "compta@martin.example", "jean@client.example"
GOALS = {"mail, of the bare mail": (">=", 0.7), "letter, of typst alone": (">=", 0.8)}


def subjects(count: int, channel: str = "email", template: str = "reminder-1") -> list[Subject]:
    """Different messages, so that nothing is remembered from one to the next."""
    given = sample(CREDITOR, template, channel, "fr", DAY)
    return [replace(given, key=f"M-{n}/0", customer_id=f"C-{n}") for n in range(count)]


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
    bare = _cpu(alone, count, process_time)
    ours = _cpu(lambda n: words.letter(replace(given[n], key=f"again-{n}", customer_id=f"D-{n}")), count, process_time)
    return {"letters a second of CPU": count / ours, "letter, of typst alone": bare / ours}


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

        await ours(replace(given[0], key="warm/0"))
        taken = await _cpu_async(ours, given)
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

    bare = await _cpu_async(alone, given)
    await client.quit()
    return taken, bare


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


async def _cpu_async(doing: Callable[[Subject], object], given: list[Subject]) -> float:
    begun = thread_time()
    for subject in given:
        await doing(subject)  # type: ignore[misc]
    return thread_time() - begun


if __name__ == "__main__":
    for name, value in {**rendering(), **mail(), **letter()}.items():
        print(f"{value:10.2f}  {name}")
