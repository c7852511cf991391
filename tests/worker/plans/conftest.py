"""The workspace of tests/worker/cli with its two customers, lived to a day on which one reminder has gone out."""

from __future__ import annotations

from collections.abc import Callable
from datetime import UTC, datetime
from pathlib import Path

import pytest

from tests.worker.cli.conftest import _asked, _populated, asked, folder, run, shop
from tests.worker.cli.scene import live

__all__ = ["_asked", "_populated", "asked", "folder", "reminded", "rewrite", "run", "shop"]

Rewrite = Callable[[str, str], None]


@pytest.fixture
def reminded(shop: Path) -> Path:
    """Tuesday 12 January 2027: F-1 and F-9, due on the 4th, were reminded on the 7th; F-2 is due on the 20th."""
    live(shop, datetime(2027, 1, 12, 12, tzinfo=UTC))
    return shop


@pytest.fixture
def rewrite(folder: Path) -> Rewrite:
    """Changes the policy's text."""

    def change(written: str, instead: str) -> None:
        policy = folder / "policies" / "reminders.yaml"
        text = policy.read_text("utf-8")
        assert written in text
        policy.write_text(text.replace(written, instead), "utf-8")

    return change
