"""docs/codes.md: for each code a bad file, what is said of it and the cure, made from the golden files.

`python -m tests.rules.test_codes` writes the page anew, to be read before it is committed.
"""

from __future__ import annotations

import re
import tomllib
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path

from tests.rules.test_lint_rules import CODES as LINT

ROOT = Path(__file__).parents[2]
PAGE, CURES = ROOT / "docs" / "codes.md", ROOT / "docs" / "codes.toml"
HEADING = re.compile(r"^(?P<file>[^:\n]+):(?P<line>\d+):\d+: (?:error|warning): .* \[(?P<code>REL\d{3})\]$")
LONGEST = 16  # lines of a file that are shown whole
INTRODUCTION = """\
# What Relance says of files

Each message has one sentence, the place, a code, and where one is known a suggestion. `relance validate` says what is
wrong (REL001 to REL299, and REL401 of templates), `relance lint` what may not be meant (REL301 to REL399). Codes are
never used again for something else. Those of imported data, REL501 and following, are in [imports](imports.md).

What lint says and is meant is silenced in the file, with the reason: `# lint: allow REL302 because the director signs
each letter by hand`, on the line itself or on the one above it, or above the first key for the whole file. A policy
and a step may also say `allow: [REL302]`.

*This page is made from the files of Relance's own tests and compared with them in each run.*
"""


@dataclass(frozen=True)
class Example:
    """One finding: the file as it was written, and the lines that were printed."""

    name: str
    text: str
    line: int
    said: str
    among: bool = False  # the files of a workspace that do not fit each other

    @property
    def cost(self) -> tuple[bool, int, int]:
        """What needs no other file is read first, then what is shortest."""
        return self.among, len(self.text.splitlines()), len(self.said)


def golden() -> Iterator[tuple[str, Example]]:
    """(code, example) of every finding in a golden file."""
    here = Path(__file__).parent
    for out in sorted([*(here / "golden").glob("*.out"), *(here / "lint").glob("*.out")]):
        source = out.with_suffix(".yaml")
        for code, name, line, said in blocks(out):
            yield code, Example(name, source.read_bytes().decode("utf-8", "replace"), line, said)
    for out in sorted((here / "workspaces").glob("*.out")):
        for code, name, line, said in blocks(out):
            yield code, Example(name, (out.with_suffix("") / name).read_text("utf-8"), line, said, among=True)


def blocks(out: Path) -> Iterator[tuple[str, str, int, str]]:
    """(code, file, line, what was printed) of every finding of an output."""
    block: list[str] = []
    for line in [*out.read_text("utf-8").splitlines(), ": 0 error(s)"]:
        if HEADING.match(line) or line.endswith("warning(s)") or line == ": 0 error(s)":
            if block and (heading := HEADING.match(block[0])):
                yield heading["code"], heading["file"], int(heading["line"]), "\n".join(block)
            block = []
        block.append(line)


def page() -> str:
    """The whole page."""
    examples: dict[str, Example] = {}
    for code, example in golden():
        if code not in examples or example.cost < examples[code].cost:
            examples[code] = example
    sections = [INTRODUCTION]
    for code, words in sorted(tomllib.loads(CURES.read_text("utf-8")).items()):
        sections.append(f"## {code}: {words['title']}\n\n{shown(examples.get(code))}{words['cure']}\n")
    return "\n".join(sections)


def shown(example: Example | None) -> str:
    if example is None:
        return ""
    return f"```yaml\n{excerpt(example)}\n```\n\n```\n{example.said}\n```\n\n"


def excerpt(example: Example) -> str:
    """The file, or of a long one what stands around the finding."""
    lines = [
        re.sub(r"[^\t -~\u00a0-\u024f\u2010-\u206f]", "\N{REPLACEMENT CHARACTER}", line)
        for line in example.text.splitlines()
    ]
    if len(lines) <= LONGEST:
        return "\n".join(lines)
    first, last = max(example.line - 6, 0), min(example.line + 5, len(lines))
    above, below = ["..."] * (first > 0), ["..."] * (last < len(lines))
    return "\n".join([*above, *lines[first:last], *below])


def test_the_page_is_that_which_the_golden_files_make() -> None:
    assert PAGE.read_text("utf-8") == page()


def test_every_code_has_its_section_and_every_section_an_example() -> None:
    told = {code for code, _ in golden()}
    written = set(tomllib.loads(CURES.read_text("utf-8")))
    assert told <= written
    assert written - told == {"REL001", "REL223", "REL225"}  # a file too large to show, one missing, one elsewhere


def test_every_code_that_a_program_can_say_is_explained() -> None:
    rules = ROOT / "rules"
    sources = "".join(file.read_text("utf-8") for file in rules.rglob("*.py") if not {"lint", "law"} & {*file.parts})
    said = set(re.findall(r'"(?:REL)?([01]\d\d)"', sources)) | set(re.findall(r"\b(2\d\d), (?:f?\"|[A-Z_]+)", sources))
    said |= set(re.findall(r'"REL([12]\d\d)"', sources))
    explained = {code[3:] for code in tomllib.loads(CURES.read_text("utf-8"))}
    assert said - explained == set()
    assert {code[3:] for code in LINT} <= explained


if __name__ == "__main__":
    PAGE.write_text(page(), "utf-8")
