"""Files that are well formed and wrong, or doubtful, and what is said of them, word for word.

`python -m tests.rules.test_compile_golden` writes the outputs anew, to be read before they are committed.
"""

from __future__ import annotations

import re
from pathlib import Path

import pytest

from tests.rules.shelf import GOLDEN, said_of

CODES = re.compile(r"\[(REL[23]\d\d)\]")
FILES = sorted(
    out.with_suffix(".yaml") for out in GOLDEN.glob("*.out") if CODES.search(out.read_text(encoding="utf-8"))
)


@pytest.mark.parametrize("file", FILES, ids=lambda file: file.stem)
def test_file_is_told_what_is_wrong_in_meaning_word_for_word(file: Path) -> None:
    assert said_of(file) == file.with_suffix(".out").read_text(encoding="utf-8")


if __name__ == "__main__":
    for file in FILES:
        file.with_suffix(".out").write_text(said_of(file), encoding="utf-8")
