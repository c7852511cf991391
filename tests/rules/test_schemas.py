"""The committed schemas are those the vocabulary makes; write them anew with `python -m tests.rules.test_schemas`."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

import pytest
from jsonschema import Draft7Validator

from rules.schemata import schema, written
from rules.source import Plain
from rules.vocabulary import KINDS

FOLDER = Path(__file__).parents[2] / "rules" / "schemas"


@pytest.mark.parametrize("kind", KINDS)
def test_committed_schema_equals_the_generated_one(kind: str) -> None:
    assert (FOLDER / f"{kind}.v1.json").read_text(encoding="utf-8") == written(kind)


@pytest.mark.parametrize("kind", KINDS)
def test_schema_is_a_schema_without_one_of(kind: str) -> None:
    Draft7Validator.check_schema(schema(kind))
    assert '"oneOf"' not in written(kind)
    assert '"anyOf"' not in written(kind)


@pytest.mark.parametrize("kind", KINDS)
def test_every_property_says_what_it_is_and_has_an_example_that_holds(kind: str) -> None:
    definitions = schema(kind)["definitions"]
    for path, value in _said(schema(kind)):
        examples = value["examples"]
        assert isinstance(examples, list), path
        for example in examples:
            bare = {key: part for key, part in value.items() if key not in ("description", "examples")}
            errors = list(Draft7Validator({**bare, "definitions": definitions}).iter_errors(example))
            assert not errors, f"{path}: {errors[0].message}"


def _said(value: Plain, path: str = "") -> Iterator[tuple[str, dict[str, Plain]]]:
    match value:
        case dict():
            if "examples" in value:
                assert str(value["description"]).endswith("."), path
                yield path, value
            for key, part in value.items():
                yield from _said(part, f"{path}/{key}")
        case list():
            for part in value:
                yield from _said(part, path)


if __name__ == "__main__":
    FOLDER.mkdir(exist_ok=True)
    for kind in KINDS:
        (FOLDER / f"{kind}.v1.json").write_text(written(kind), encoding="utf-8")
