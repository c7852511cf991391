"""The browser that draws the gallery, and how a picture is kept."""

from __future__ import annotations

import io
import shutil
import sys
from pathlib import Path

from PIL import Image

FOLDER = Path(__file__).parents[2] / "docs" / "gallery"
CHROMIUM = ["--no-sandbox", "--disable-gpu", "--disable-background-networking", "--disable-component-update"]


def chromium() -> str:
    """The browser's program; the gallery ends in words where there is none."""
    found = shutil.which("chromium") or shutil.which("chromium-browser") or shutil.which("google-chrome")
    if found is None:
        sys.exit("make gallery needs Chromium on the path, such as Debian's package chromium")
    return found


def kept(path: Path, picture: bytes) -> None:
    """Keeps a picture in few colours, which is a fifth of its size and looks the same."""
    out = io.BytesIO()
    Image.open(io.BytesIO(picture)).convert("RGB").quantize(48).save(out, "PNG", optimize=True)
    path.write_bytes(out.getvalue())
