"""The mechanism of migrations, with two that only these tests know; and what the present version says."""

from __future__ import annotations

import pytest

from rules.diagnostics import Diagnostic
from rules.migrating import MIGRATIONS, Migrated, migrate
from rules.vocabulary import FORMAT

TOYS = {
    "relance/v0": ("relance/v1", lambda text: text.replace("wait:", "at:")),
    "relance/v1": ("relance/v2", lambda text: text.replace("at: due", "on: due")),
}
OLD = b"# mine\nformat: relance/v0   # old\nkind: policy\nsteps:\n  - {id: one, wait: due+3d}   # three days\n"


def moved(data: bytes) -> Migrated | Diagnostic:
    return migrate(data, "a.yaml", migrations=TOYS, target="relance/v2")


def test_a_file_goes_through_every_version_and_keeps_its_comments() -> None:
    assert moved(OLD) == Migrated(
        "# mine\nformat: relance/v2   # old\nkind: policy\nsteps:\n  - {id: one, on: due+3d}   # three days\n",
        ("relance/v0", "relance/v1", "relance/v2"),
    )


def test_a_file_of_the_present_version_is_left_as_it_is() -> None:
    new = OLD.replace(b"v0", b"v2")
    assert moved(new) == Migrated(new.decode(), ("relance/v2",))


@pytest.mark.parametrize(
    ("data", "line", "message"),
    [
        (b"format: relance/v9\n", 1, "'relance/v9' is no version of the language that this Relance can read"),
        (b"\nkind: policy\n", 2, "'format' is missing"),
        (b"format: &a relance/v1\n", 1, "the anchor '&a' is not allowed"),
        (b"format: 'relance\n", 1, "this quoted text is never closed"),
    ],
)
def test_what_cannot_be_migrated_is_located(data: bytes, line: int, message: str) -> None:
    found = moved(data)
    assert isinstance(found, Diagnostic)
    assert (found.line, found.message) == (line, message)


def test_there_is_one_version_yet() -> None:
    assert (FORMAT, dict(MIGRATIONS)) == ("relance/v1", {})
