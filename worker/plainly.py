"""How values are written into Temporal's histories: as readable JSON, without what says nothing new."""

from __future__ import annotations

import dataclasses
from typing import Any

from temporalio.converter import (
    AdvancedJSONEncoder,
    CompositePayloadConverter,
    DataConverter,
    DefaultPayloadConverter,
    JSONPlainPayloadConverter,
)


class Brief(AdvancedJSONEncoder):
    """Leaves out what a reader fills in by itself: fields that have their default. Writes `·`, not its number."""

    def __init__(self, **options: object) -> None:
        super().__init__(**{**options, "ensure_ascii": False})  # type: ignore[arg-type]

    def default(self, o: object) -> object:
        """A dataclass by those of its fields that say something."""
        if not dataclasses.is_dataclass(o) or isinstance(o, type):
            return super().default(o)
        return {
            field.name: value for field in dataclasses.fields(o) if (value := getattr(o, field.name)) != _usual(field)
        }


def _usual(field: dataclasses.Field[Any]) -> object:
    return field.default_factory() if callable(field.default_factory) else field.default


class _Payloads(CompositePayloadConverter):
    def __init__(self) -> None:
        usual = DefaultPayloadConverter.default_encoding_payload_converters
        brief = JSONPlainPayloadConverter(encoder=Brief)
        super().__init__(*(brief if isinstance(each, JSONPlainPayloadConverter) else each for each in usual))


BRIEF = DataConverter(payload_converter_class=_Payloads)
