"""What is said of each bad file, to the letter: `golden/KIND-CASE.csv` beside `golden/KIND-CASE.out`."""

from __future__ import annotations

from pathlib import Path

import pytest

from tests.worker.imports.shelf import Shelf

GOLDEN = Path(__file__).parent / "golden"
FILES = sorted(path for path in GOLDEN.iterdir() if path.suffix in (".csv", ".yaml"))


@pytest.mark.parametrize("path", FILES, ids=lambda path: path.name)
def test_each_bad_file_is_refused_with_these_words(path: Path, shelf: Shelf) -> None:
    kind = path.name.partition("-")[0]
    checked, _ = shelf.take(kind, path)
    said = "".join(f"{problem.text(path.name)}\n" for problem in checked.problems)
    out = path.with_name(f"{path.name}.out")
    if not out.exists():
        out.write_text(said, encoding="utf-8")
        pytest.fail(f"{out.name} was missing and is written: read it, then commit it")
    assert said == out.read_text(encoding="utf-8")
    assert said
