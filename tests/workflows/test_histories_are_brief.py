"""What goes into a history leaves out what a reader fills in by itself, and comes back the same."""

from __future__ import annotations

from datetime import UTC, datetime

import pytest
from temporalio.converter import DataConverter

from worker.plainly import BRIEF
from workflows.messages import Case, Order, Question, Verdict

AT = datetime(2027, 1, 4, 9, tzinfo=UTC)


@pytest.mark.parametrize(
    ("value", "text"),
    [
        (Case("martin", "A-1"), '{"business":"martin","contract":"A-1"}'),
        (Verdict(AT, ended=True, line="a · b"), '{"at":"2027-01-04T09:00:00+00:00","ended":true,"line":"a · b"}'),
        (
            Verdict(AT, Order("K", "email", 5, "x")),
            '{"at":"2027-01-04T09:00:00+00:00","order":{"channel":"email","key":"K","line":"x","seconds":5}}',
        ),
        (
            Question(Case("martin", "A-1", continued=True), AT),
            '{"case":{"business":"martin","continued":true,"contract":"A-1"},"now":"2027-01-04T09:00:00+00:00"}',
        ),
        ({"RelanceOverdue": 12000}, '{"RelanceOverdue":12000}'),
    ],
)
@pytest.mark.asyncio
async def test_defaults_are_left_out_and_come_back(value: object, text: str) -> None:
    (payload,) = await BRIEF.encode([value])
    assert payload.data.decode() == text
    for reader in (BRIEF, DataConverter.default):  # a client with the usual converter reads it as well
        assert await reader.decode([payload], [type(value)]) == [value]
