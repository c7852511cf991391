"""Pictures of Temporal UI, from a demo lived for them: `python -m tests.gallery.temporal` draws these alone."""

from __future__ import annotations

import asyncio
from pathlib import Path
from tempfile import TemporaryDirectory
from urllib.parse import quote

from playwright.async_api import ViewportSize, async_playwright
from temporalio.client import Client

from tests.gallery.drawing import CHROMIUM, FOLDER, chromium, kept
from worker.demo.year import year

SIZE: ViewportSize = {"width": 1400, "height": 900}
TALL: ViewportSize = {"width": 1400, "height": 1600}
SETTLED = 5000  # milliseconds for a page that goes on asking the server
TOLD = 'RelanceContract = "M-2004" AND RelanceStage = "notice"'  # a formal notice left in one of these runs
OPEN = 'ExecutionStatus = "Running" AND RelanceStage IN ("courtesy", "reminder", "firm", "notice")'


async def screens() -> None:
    """The list of the cases that are being reminded, one as an operator sees it, and the run that tells most."""
    (FOLDER / "temporal").mkdir(parents=True, exist_ok=True)
    with TemporaryDirectory() as folder:
        async with year(Path(folder) / "demo") as lived:
            await lived.live(_unheard)
            address = f"{lived.server.page}/namespaces/default/workflows"
            case, run = [await _longest(lived.server.client, each) for each in (OPEN, TOLD)]
            async with async_playwright() as playwright:
                browser = await playwright.chromium.launch(executable_path=chromium(), args=CHROMIUM)
                page = await browser.new_page(viewport=SIZE)
                for name, place in {
                    "cases": f"?query={quote(OPEN)}",
                    "details": f"/{case}/user-metadata",
                    "search-attributes": f"/{case}/search-attributes",
                    **{each: f"/{run}/{each}" for each in ("history", "timeline")},
                }.items():
                    await page.set_viewport_size(TALL if name == "timeline" else SIZE)
                    await page.goto(address + place)
                    await page.wait_for_timeout(SETTLED)
                    kept(FOLDER / "temporal" / f"{name}.png", await page.screenshot())
                await browser.close()


async def _longest(client: Client, filter_: str) -> str:
    """The run of which there is most to tell, as its page's address names it."""
    runs = [each async for each in client.list_workflows(filter_)]
    longest = max(runs, key=lambda each: each.history_length)
    return f"{quote(longest.id, safe='')}/{longest.run_id}"


async def _unheard(*_: object) -> None:
    pass


if __name__ == "__main__":
    asyncio.run(screens())
