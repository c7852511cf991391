"""What a worker fails of by name is said once in a while, in one line; what nobody foresaw is logged whole."""

from __future__ import annotations

import logging

import pytest
from temporalio.exceptions import ApplicationError

from worker.cli.troubles import AGAIN, Troubles, plainly

LOGGER = logging.getLogger("temporalio.activity")


def failed(error: Exception, at: float = 0.0) -> logging.LogRecord:
    record = LOGGER.makeRecord(
        LOGGER.name, logging.WARNING, "a.py", 1, "Completing activity as failed", (), (type(error), error, None)
    )
    record.created = at
    return record


def test_the_same_sentence_is_said_again_after_a_while(capsys: pytest.CaptureFixture[str]) -> None:
    troubles = Troubles()
    for at in (0.0, 5.0, AGAIN, AGAIN + 5.0):
        assert not troubles.filter(failed(ApplicationError("450 try later."), at))
    assert not troubles.filter(failed(ApplicationError("the ledger cannot be reached"), 5.0))
    assert capsys.readouterr().err.splitlines() == [
        "450 try later; trying again",
        "450 try later; trying again",
        "the ledger cannot be reached; trying again",
    ]


def test_what_nobody_foresaw_is_logged_whole(
    caplog: pytest.LogCaptureFixture, capsys: pytest.CaptureFixture[str]
) -> None:
    with plainly():
        LOGGER.handle(failed(ZeroDivisionError("division by zero")))
        LOGGER.handle(failed(ApplicationError("450 try later")))
    LOGGER.handle(failed(ApplicationError("after the block")))
    assert "division by zero" in caplog.text
    assert "after the block" in caplog.text
    assert "450" not in caplog.text
    assert capsys.readouterr().err == "450 try later; trying again\n"


def test_few_sentences_are_kept_in_mind() -> None:
    troubles = Troubles()
    for n in range(500):
        troubles.filter(failed(ApplicationError(f"refused {n}")))
    assert len(troubles._said) == 100
