"""Pictures of Temporal UI, from a demo lived for them: `python -m tests.gallery.temporal` draws these alone."""

from __future__ import annotations

import asyncio
from pathlib import Path
from tempfile import TemporaryDirectory
from urllib.parse import quote

from playwright.async_api import async_playwright
from temporalio.client import Client

from tests.gallery.drawing import CHROMIUM, FOLDER, chromium, kept
from worker.demo.year import year

SIZE = {"width": 1400, "height": 900}
SETTLED = 5000  # milliseconds for a page that goes on asking the server
OPEN = 'ExecutionStatus = "Running" AND RelanceStage IN ("reminder", "firm", "notice")'


async def screens() -> None:
    """The list of the cases that are being reminded, and one case as an operator and as a historian sees it."""
    (FOLDER / "temporal").mkdir(parents=True, exist_ok=True)
    with TemporaryDirectory() as folder:
        async with year(Path(folder) / "demo") as lived:
            await lived.live(_unheard)
            address = f"{lived.server.page}/namespaces/default/workflows"
            case = await _longest(lived.server.client)
            async with async_playwright() as playwright:
                browser = await playwright.chromium.launch(executable_path=chromium(), args=CHROMIUM)
                page = await browser.new_page(viewport=SIZE)
                for name, place in {
                    "cases": f"?query={quote(OPEN)}",
                    "details": f"/{case}/user-metadata",
                    **{each: f"/{case}/{each}" for each in ("timeline", "history", "search-attributes")},
                }.items():
                    await page.goto(address + place)
                    await page.wait_for_timeout(SETTLED)
                    kept(FOLDER / "temporal" / f"{name}.png", await page.screenshot())
                await browser.close()


async def _longest(client: Client) -> str:
    """The open case of whose present run there is most to tell, as its page's address names it."""
    cases = [each async for each in client.list_workflows(OPEN)]
    longest = max(cases, key=lambda each: each.history_length)
    return f"{quote(longest.id, safe='')}/{longest.run_id}"


async def _unheard(*_: object) -> None:
    pass


if __name__ == "__main__":
    asyncio.run(screens())
