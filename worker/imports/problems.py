"""What is wrong with a line of an imported file: where, what, and the cure. Never raised one by one: all at once."""

from __future__ import annotations

from dataclasses import dataclass

UNREADABLE = "REL501"  # the file, before its lines
COLUMN = "REL502"  # a column nobody asked for, or twice
MISSING = "REL503"  # a column or a value that must be there
VALUE = "REL504"  # a value that is not what its column holds
UNKNOWN = "REL505"  # it names a customer, contract or invoice that is not known
CONFLICT = "REL506"  # another line, or what was recorded, says otherwise
IMPOSSIBLE = "REL507"  # values that cannot be true together, such as an end before its start
CURRENCY = "REL508"  # two currencies where one is meant
AMBIGUOUS = "REL509"  # it could mean two things


@dataclass(frozen=True, slots=True, order=True)
class Problem:
    """One mistake; lines count from 1 with the header, 0 is the file itself; an empty `column` is a whole line."""

    line: int
    column: str
    what: str
    cure: str = ""
    code: str = VALUE

    def text(self, file: str) -> str:
        """As people read it: `file:line: column: what [code]`, and the cure below.

        >>> print(Problem(3, "due", "'2026-02-30' is not a real date", "write 2026-02-28").text("i.csv"))
        i.csv:3: due: '2026-02-30' is not a real date [REL504]
          = help: write 2026-02-28
        """
        where = f"{file}:{self.line}: " if self.line else f"{file}: "
        column = f"{self.column}: " if self.column else ""
        return f"{where}{column}{self.what} [{self.code}]" + (f"\n  = help: {self.cure}" if self.cure else "")

    def json(self, file: str) -> dict[str, object]:
        """For machines."""
        return {
            "file": file,
            "line": self.line,
            "column": self.column,
            "what": self.what,
            "help": self.cure,
            "code": self.code,
        }


class ReadingError(Exception):
    """The file cannot be read at all; nothing was looked at beyond `problems`, the first of which is `problem`."""

    def __init__(self, problem: Problem, *others: Problem) -> None:
        super().__init__(problem.what)
        self.problem = problem
        self.problems = (problem, *others)
