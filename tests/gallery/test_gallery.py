"""The gallery shows every message that there is, and no picture that its page does not name."""

import re
from pathlib import Path

from tests.gallery import shelf

FOLDER = Path(__file__).parents[2] / "docs" / "gallery"
PAGE = (FOLDER / "README.md").read_text("utf-8")


def test_every_message_has_its_place_in_both_languages():
    for template, channel in shelf.messages():
        assert f"## {template} ({channel})\n" in PAGE
        folder = {"email": f"messages/{template}", "letter": f"letters/{template}.letter"}.get(channel)
        for language in shelf.LANGUAGES if folder else ():
            assert f'src="{folder}.{language}.' in PAGE


def test_every_picture_named_is_there_and_small():
    named = re.findall(r'src="([^"]+)"', PAGE)
    assert named
    assert all((FOLDER / name).stat().st_size < 250_000 for name in named)
