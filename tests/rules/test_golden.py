"""Bad files and what is said of them, word for word; the manual's page on each code is made from the same files.

`python -m tests.rules.test_golden` writes the outputs anew, to be read before they are committed.
"""

from __future__ import annotations

import re
from pathlib import Path

import pytest

from rules.diagnostics import render
from rules.shape import check_shape
from rules.source import read

FOLDER = Path(__file__).parent / "golden"
BEYOND_SHAPE = re.compile(r"\[REL[2-5]\d\d\]")  # told by the compiler and lint, tested with them


def said_of(file: Path) -> str:
    data = file.read_bytes()
    node, found = read(data, file.name)
    if node is not None:
        found = found + check_shape(None, node, file.name)
    return render(found, {file.name: data.decode("utf-8-sig", "replace")})


def ours(file: Path) -> bool:
    out = file.with_suffix(".out")
    return not (out.exists() and BEYOND_SHAPE.search(out.read_text(encoding="utf-8")))


FILES = [file for file in sorted(FOLDER.glob("*.yaml")) if ours(file)]


@pytest.mark.parametrize("file", FILES, ids=lambda file: file.stem)
def test_file_is_told_its_mistakes_word_for_word(file: Path) -> None:
    assert said_of(file) == file.with_suffix(".out").read_text(encoding="utf-8")


def test_every_code_of_reading_and_shape_has_a_golden_file() -> None:
    rules = Path(__file__).parents[2] / "rules"
    sources = "".join((rules / name).read_text(encoding="utf-8") for name in ("source.py", "shape.py"))
    used = {f"REL{code}" for code in re.findall(r'"(?:REL)?([01]\d\d)"', sources)}
    shown = {code for file in FILES for code in re.findall(r"\[(REL\d{3})\]", said_of(file))}
    assert used - shown == {"REL001"}  # too large a file to commit; tested in test_source.py


if __name__ == "__main__":
    for file in FILES:
        file.with_suffix(".out").write_text(said_of(file), encoding="utf-8")
