"""The lines that were refused, as a CSV to correct and import again: the same columns, and a reason."""

from __future__ import annotations

import csv
from pathlib import Path

from worker.imports.checking import Checked
from worker.imports.entry import REASON
from worker.imports.spreadsheet import neutral


def rejects_path(path: Path) -> Path:
    """Where the rejects of a file go: customers.csv and customers.yaml give customers.rejects.csv beside it."""
    return path.with_name(f"{path.stem}.rejects.csv")


def write_rejects(checked: Checked, path: Path) -> None:
    """Writes the file whole or not at all."""
    columns = [column for column in checked.table.columns if column != REASON]
    draft = path.with_name(f".{path.name}.part")
    with draft.open("w", encoding="utf-8-sig", newline="") as file:
        writer = csv.writer(file, delimiter=checked.table.delimiter)
        writer.writerow([*columns, REASON])
        for row, problems in checked.rejected:
            why = "; ".join(f"{problem.column}: {problem.what}".removeprefix(": ") for problem in problems)
            writer.writerow([*(neutral(row.cells.get(column, "")) for column in columns), neutral(why)])
    draft.replace(path)
