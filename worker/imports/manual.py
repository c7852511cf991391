"""The columns of every kind of file as a Markdown table: what the guide prints and the command's help shows."""

from __future__ import annotations

import re
import sys
from pathlib import Path

from worker.imports.checking import KINDS
from worker.imports.entry import Column

_TABLE = re.compile(r"(<!-- columns: (\w+) -->\n)(?:\|.*\n)*")


def columns_table(kind: str) -> str:
    """The columns of a kind of file, one a line; a star marks those that every line must fill."""
    head = ["| column | what it holds |\n", "| --- | --- |\n"]
    return "".join(head + [_line(column) for column in KINDS[kind].columns])


def _line(column: Column) -> str:
    star = r" \*" if column.required else ""
    means = column.means.replace("|", r"\|")
    return f"| `{column.name}`{star} | {means} |\n"


def with_tables(page: str) -> str:
    """The page with the table below each `<!-- columns: KIND -->` written anew."""
    return _TABLE.sub(lambda found: found[1] + columns_table(found[2]), page)


if __name__ == "__main__":
    guide = Path(sys.argv[1])
    guide.write_text(with_tables(guide.read_text("utf-8")), "utf-8")
