"""`relance test --watch` at a terminal: it says anew what a changed file does, and Ctrl-C ends it."""

from __future__ import annotations

import os
import pty
import select
import signal
import subprocess
import sys
import time
from pathlib import Path

PATIENCE = 30.0  # seconds
INTERRUPTED = 130
POLICY = "policies/reminders.yaml"


def test_a_watch_says_the_new_verdict_and_ctrl_c_ends_it(folder: Path) -> None:
    terminal, end = pty.openpty()
    given = {"PYTHONPATH": str(Path(__file__).parents[3]), "PATH": "", "TERM": "xterm"}
    command = [sys.executable, "-m", "worker.cli", "test", "--watch"]
    policy = folder / POLICY
    right = policy.read_text("utf-8")
    with subprocess.Popen(
        command, cwd=folder, env=given, stdin=end, stdout=end, stderr=end, start_new_session=True
    ) as process:
        os.close(end)
        _said_of(terminal, "2 tests, 0 failed")
        policy.write_text(right.replace("due+10d", "due+14d"), "utf-8")
        _said_of(terminal, "2 tests, 1 failed")
        policy.write_text(right.replace("due+10d", "J+10"), "utf-8")
        _said_of(terminal, "write due+10d")  # a file that is wrong for now ends no watch
        policy.write_text(right, "utf-8")
        _said_of(terminal, "2 tests, 0 failed")
        os.killpg(process.pid, signal.SIGINT)  # what the terminal does at Ctrl-C
        last = _said_of(terminal, "stopped.")
    os.close(terminal)
    assert process.returncode == INTERRUPTED
    assert "Traceback" not in last


def _said_of(terminal: int, wanted: str) -> str:
    """What the terminal shows until these words have come."""
    said, until = "", time.monotonic() + PATIENCE
    while wanted not in said and time.monotonic() < until:
        if select.select([terminal], [], [], 0.2)[0]:
            said += os.read(terminal, 4096).decode("utf-8", "replace")
    assert wanted in said, said
    return said
