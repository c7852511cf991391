"""The frame of e-mails is what its MJML compiles to; made anew with `python -m tests.templates.test_frame`."""

from importlib.resources import files
from pathlib import Path

import mjml

FOLDER = Path(str(files("templates")))


def compiled() -> str:
    """The HTML of templates/frame.mjml: styles inline, Jinja's marks untouched."""
    return mjml.mjml2html((FOLDER / "frame.mjml").read_text("utf-8")) + "\n"


def test_the_committed_frame_is_what_its_source_compiles_to():
    assert (FOLDER / "frame.html").read_text("utf-8") == compiled()


def test_the_frame_asks_the_world_for_nothing():
    html = (FOLDER / "frame.html").read_text("utf-8")
    assert "http://" not in html.replace("http://www.w3.org/1999/xhtml", "")
    assert "https://" not in html


if __name__ == "__main__":
    (FOLDER / "frame.html").write_text(compiled(), "utf-8")
