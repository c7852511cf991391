"""The command line: reads what was asked, calls the room that knows, and prints the answer. It decides nothing."""

from worker.cli.app import main

__all__ = ["main"]
