"""`make gallery`: pictures of every message and letter in docs/gallery, taken in Chromium, and checked with axe.

Stops with an error where a message is too wide for its screen, over 100 KB, or has a serious fault of accessibility.
"""

from __future__ import annotations

import asyncio
import base64
import shutil
import sys
from collections.abc import Iterator
from pathlib import Path

from axe_playwright_python.sync_playwright import Axe
from playwright.sync_api import Browser, sync_playwright

from tests.gallery import shelf
from tests.gallery.drawing import CHROMIUM, FOLDER, chromium, kept
from tests.gallery.temporal import screens
from worker.words.render import EmailText, Words

SCREENS = ((360, "light"), (360, "dark"), (800, "light"), (800, "dark"))
KEPT = ((360, "light"), (800, "dark"))  # committed of every message; of these two, all four
ALL_FOUR = ("reminder-1", "formal-notice")
LARGEST = 100_000  # bytes: Gmail clips what is longer than 102 KB
FONTS_AND_TAGS = {"runOnly": {"type": "tag", "values": ["wcag2a", "wcag2aa", "wcag21aa"]}}


def main() -> int:
    """Draws everything anew; returns the number of faults."""
    words, faults = Words(), []
    for kind in ("messages", "letters"):
        shutil.rmtree(FOLDER / kind, ignore_errors=True)
        (FOLDER / kind).mkdir(parents=True)
    with sync_playwright() as playwright:
        browser = playwright.chromium.launch(executable_path=chromium(), args=CHROMIUM)
        for template, channel in shelf.messages():
            if channel == "email":
                for language in shelf.LANGUAGES:
                    said = words.email(shelf.subject(template, channel, language))
                    faults += list(_shot(browser, f"{template}.{language}", said))
        browser.close()
    for name, subject in (*shelf.letters(), *shelf.invoices()):
        for n, page in enumerate(words.pages(subject), start=1):
            kept(FOLDER / "letters" / f"{name}.{n}.png", page)
    asyncio.run(screens())
    (FOLDER / "README.md").write_text(_contents(words), "utf-8")
    for fault in faults:
        print(fault, file=sys.stderr)
    print(f"{len(list(FOLDER.rglob('*.png')))} pictures in docs/gallery, {len(faults)} faults.")
    return len(faults)


def _shot(browser: Browser, name: str, said: EmailText) -> Iterator[str]:
    """Takes the pictures of one e-mail; yields what is wrong with it."""
    html = said.html
    if len(html.encode()) > LARGEST:
        yield f"{name}: {len(html.encode())} bytes"
    for file, content in said.pictures.items():
        html = html.replace(f"cid:{file}", f"data:image/png;base64,{base64.b64encode(content).decode()}")
    for width, scheme in SCREENS:
        page = browser.new_page(viewport={"width": width, "height": 400}, color_scheme=scheme)
        page.set_content(html)
        if (wide := page.evaluate("document.documentElement.scrollWidth")) > width:
            yield f"{name}: {wide} px wide on a screen of {width}"
        found = Axe().run(page, options=FONTS_AND_TAGS).response["violations"]
        yield from (f"{name} {width} {scheme}: {each['id']}: {each['help']}" for each in found)
        if (width, scheme) in KEPT or name.split(".")[0] in ALL_FOUR:
            kept(FOLDER / "messages" / f"{name}.{width}.{scheme}.png", page.screenshot(full_page=True))
        page.close()


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
