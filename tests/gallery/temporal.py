"""Pictures of Temporal UI, from a demo that runs: `python -m tests.gallery.temporal http://127.0.0.1:8233`."""

from __future__ import annotations

import sys
from pathlib import Path

from playwright.sync_api import sync_playwright

from tests.gallery.__main__ import CHROMIUM, _chromium, _write

FOLDER = Path(__file__).parents[2] / "docs" / "gallery" / "temporal"
SIZE = {"width": 1400, "height": 900}
SETTLED = 5000  # milliseconds for a page that goes on asking the server


def main(address: str) -> None:
    """The list of cases, and one case as an operator and as a historian sees it."""
    FOLDER.mkdir(parents=True, exist_ok=True)
    with sync_playwright() as playwright:
        browser = playwright.chromium.launch(executable_path=_chromium(), args=CHROMIUM)
        page = browser.new_page(viewport=SIZE)
        page.goto(f"{address}/namespaces/default/workflows")
        page.wait_for_timeout(SETTLED)
        _write(FOLDER / "cases.png", page.screenshot())
        links = page.eval_on_selector_all("a[href*='/workflows/case']", "all => all.map(each => each.href)")
        for case in dict.fromkeys(link.partition("?")[0].rpartition("/")[0] for link in links):
            page.goto(f"{case}/user-metadata")
            page.wait_for_timeout(SETTLED)
            if all("nothing is open" not in frame.inner_text("body").lower() for frame in page.frames):
                break
        _write(FOLDER / "details.png", page.screenshot())
        for name in ("timeline", "history", "search-attributes"):
            page.goto(f"{page.url.partition('?')[0].rpartition('/')[0]}/{name}")
            page.wait_for_timeout(SETTLED)
            _write(FOLDER / f"{name}.png", page.screenshot())
        browser.close()


if __name__ == "__main__":
    main(sys.argv[1])
