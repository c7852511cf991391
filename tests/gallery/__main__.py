"""`make gallery`: pictures of every message and letter in docs/gallery, and of the demo in Temporal UI.

Stops with an error where a browser finds a fault in a message (see browser.py).
"""

from __future__ import annotations

import asyncio
import shutil
import sys
from pathlib import Path

from tests.gallery import shelf
from tests.gallery.browser import messages
from tests.gallery.drawing import FOLDER, kept
from tests.gallery.temporal import screens
from worker.words.render import Words


def main() -> int:
    """Draws everything anew; returns the number of faults."""
    words = Words()
    for kind in ("messages", "letters"):
        shutil.rmtree(FOLDER / kind, ignore_errors=True)
        (FOLDER / kind).mkdir(parents=True)
    faults = messages(words, FOLDER / "messages")
    for name, subject in (*shelf.letters(), *shelf.invoices()):
        for n, page in enumerate(words.pages(subject), start=1):
            kept(FOLDER / "letters" / f"{name}.{n}.png", page)
    asyncio.run(screens())
    (FOLDER / "README.md").write_text(_contents(words), "utf-8")
    for fault in faults:
        print(fault, file=sys.stderr)
    print(f"{len(list(FOLDER.rglob('*.png')))} pictures in docs/gallery, {len(faults)} faults.")
    return len(faults)


def _contents(words: Words) -> str:
    lines = [
        "# The gallery",
        "",
        "Every message and letter of the house, in French and English, about a customer that does not exist.",
        "Made by `make gallery`; templates are changed as [templates.md](../templates.md) says.",
        "",
    ]
    for template, channel in shelf.messages():
        lines += [f"## {template} ({channel})", ""]
        for language in shelf.LANGUAGES:
            given = shelf.subject(template, channel, language)
            match channel:
                case "sms":
                    lines += [f"> {words.sms(given)}", ""]
                case "call":
                    lines += ["```text", words.call(given).rstrip(), "```", ""]
                case "email":
                    shown = sorted((FOLDER / "messages").glob(f"{template}.{language}.*.png"))
                    lines += [f"**{words.email(given).subject}**", "", _row(shown), ""]
                case _:
                    lines += [_row(sorted((FOLDER / "letters").glob(f"{template}.{channel}.{language}.*.png"))), ""]
    lines += ["## A formal notice of one, eight and forty lines", ""]
    for count in shelf.COUNTS:
        lines += [_row(sorted((FOLDER / "letters").glob(f"formal-notice.{count}-lines.fr.*.png"))), ""]
    lines += ["## Invoices of one, twelve and sixty lines", ""]
    for count in shelf.LINES:
        for language in shelf.LANGUAGES:
            lines += [_row(sorted((FOLDER / "letters").glob(f"invoice.{count}-lines.{language}.*.png"))), ""]
    lines += ["## Invoices that are debited, and that are assigned to a factor", ""]
    for name in shelf.PAID:
        for language in shelf.LANGUAGES:
            lines += [_row(sorted((FOLDER / "letters").glob(f"invoice.{name}.{language}.*.png"))), ""]
    lines += ["## Cases in Temporal UI", "", "At the end of the year that `make demo` lives.", ""]
    lines += [_row(sorted((FOLDER / "temporal").glob("*.png"))), ""]
    return "\n".join(lines)


def _row(pictures: list[Path]) -> str:
    parts = (f'<img src="{path.relative_to(FOLDER)}" alt="{path.stem}" width="{_width(path)}">' for path in pictures)
    return " ".join(parts)


def _width(path: Path) -> int:
    return 180 if ".360." in path.name else 400


if __name__ == "__main__":
    sys.exit(1 if main() else 0)
