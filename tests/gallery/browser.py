"""`make browser`: every e-mail, and the page of `relance preview`, as Chromium shows them; commits nothing.

A fault is a message that is too wide for its screen or over 100 KB, or what axe finds against WCAG 2.1 AA.
"""

from __future__ import annotations

import base64
import sys
from collections.abc import Iterator
from pathlib import Path
from tempfile import TemporaryDirectory, mkdtemp
from threading import Thread
from typing import Literal

from axe_playwright_python.sync_playwright import Axe
from playwright.sync_api import Browser, Page, sync_playwright

from tests.gallery import shelf
from tests.gallery.drawing import CHROMIUM, chromium, kept
from tests.world import day, instant, world
from worker.preview.book import Book
from worker.preview.server import Preview
from worker.words.render import EmailText, Words

Screens = tuple[tuple[int, Literal["light", "dark"]], ...]
SCREENS: Screens = ((360, "light"), (360, "dark"), (800, "light"), (800, "dark"))
KEPT: Screens = ((360, "light"), (800, "dark"))  # of every message; of these two, all four
ALL_FOUR = ("reminder-1", "formal-notice")
LARGEST = 100_000  # bytes: Gmail clips what is longer than 102 KB
RULES = {"runOnly": {"type": "tag", "values": ["wcag2a", "wcag2aa", "wcag21aa"]}}


def messages(words: Words, folder: Path, screens: Screens = SCREENS) -> list[str]:
    """Pictures of every e-mail, in the folder; what is wrong with them on these screens."""
    faults: list[str] = []
    with sync_playwright() as playwright:
        browser = playwright.chromium.launch(executable_path=chromium(), args=CHROMIUM)
        for template, channel in shelf.messages():
            for language in shelf.LANGUAGES if channel == "email" else ():
                said = words.email(shelf.subject(template, channel, language))
                faults += _shot(browser, folder, f"{template}.{language}", said, screens)
        browser.close()
    return faults


def _shot(browser: Browser, folder: Path, name: str, said: EmailText, screens: Screens) -> Iterator[str]:
    """Takes the pictures of one e-mail; yields what is wrong with it."""
    html = said.html
    if len(html.encode()) > LARGEST:
        yield f"{name}: {len(html.encode())} bytes"
    for file, content in said.pictures.items():
        html = html.replace(f"cid:{file}", f"data:image/png;base64,{base64.b64encode(content).decode()}")
    for width, scheme in screens:
        page = browser.new_page(viewport={"width": width, "height": 400}, color_scheme=scheme)
        page.set_content(html)
        yield from _seen(page, f"{name} {width} {scheme}", width)
        if (width, scheme) in KEPT or name.split(".")[0] in ALL_FOUR:
            kept(folder / f"{name}.{width}.{scheme}.png", page.screenshot(full_page=True))
        page.close()


def preview(words: Words) -> list[str]:
    """What is wrong with the page of `relance preview`, light and dark, narrow and wide."""
    faults: list[str] = []
    with TemporaryDirectory() as folder, world(Path(folder), instant("2040-03-20")) as made:
        made.customer("C-1")
        made.open_account("M-1", "C-1")
        made.invoice("F-7", "M-1", 1200, issued="2040-01-09", due="2040-02-08")
        server = Preview(Book(made.office, words, day("2040-03-20")))
        thread = Thread(target=server.serve_forever, args=(0.05,))
        thread.start()
        with sync_playwright() as playwright:
            browser = playwright.chromium.launch(executable_path=chromium(), args=CHROMIUM)
            for width, scheme in SCREENS:
                page = browser.new_page(viewport={"width": width, "height": 400}, color_scheme=scheme, bypass_csp=True)
                page.goto(server.url)
                page.frame_locator("#shown").locator("body *").first.wait_for()
                faults += _seen(page, f"preview {width} {scheme}", width)
                page.close()
            browser.close()
        server.shutdown()
        thread.join()
        server.server_close()
    return faults


def _seen(page: Page, name: str, width: int) -> Iterator[str]:
    if (wide := page.evaluate("document.documentElement.scrollWidth")) > width:
        yield f"{name}: {wide} px wide"
    found = Axe().run(page, options=RULES).response["violations"]
    yield from (f"{name}: {each['id']}: {each['help']}" for each in found)


def main(folder: Path) -> int:
    """Draws into the folder; returns the number of faults."""
    words = Words()
    faults = [*messages(words, folder, KEPT), *preview(words)]
    for fault in faults:
        print(fault, file=sys.stderr)
    print(f"{len(list(folder.glob('*.png')))} pictures in {folder}, {len(faults)} faults.")
    return len(faults)


if __name__ == "__main__":
    sys.exit(1 if main(Path(mkdtemp(prefix="relance-browser-"))) else 0)
