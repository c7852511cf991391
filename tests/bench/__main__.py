"""`python -m tests.bench`: what Relance costs, as ratios against something bare that is measured in the same run."""

from __future__ import annotations

import asyncio
import json
import os
import sys
from argparse import ArgumentParser
from collections.abc import Sequence

from tests.bench import documents, judging, words, years
from tests.bench.backtest import measure as backtest
from tests.bench.micro import micro
from tests.bench.race import Runner, median, race

GOALS = {
    "steps a second, of the bare workflow's": (">=", 0.85),
    "events of history more than the bare workflow's": ("<=", 2.0),
    "bytes of history per notice": ("<=", 2048.0),
    "worker CPU per step, of the bare workflow's": ("<=", 1.3),
    **words.GOALS,
    **documents.GOALS,
    **years.GOALS,
    **judging.GOALS,
}


def figures(runners: Sequence[Runner]) -> dict[str, float]:
    """The goals' figures; `mailing` in place of the bare workflow shows what is left without SMTP."""
    relance, bare, mailing = runners
    return {
        "steps a second, of the bare workflow's": median(relance, "rate") / median(bare, "rate"),
        "events of history more than the bare workflow's": median(relance, "events") - median(bare, "events"),
        "bytes of history per notice": median(relance, "bytes"),
        "worker CPU per step, of the bare workflow's": median(relance, "cpu") / median(bare, "cpu"),
        "steps a second, of the mailing workflow's": median(relance, "rate") / median(mailing, "rate"),
        "worker CPU per step, of the mailing workflow's": median(relance, "cpu") / median(mailing, "cpu"),
    }


def main() -> None:
    """Runs everything and prints it."""
    asked = ArgumentParser(prog="python -m tests.bench", description=__doc__)
    asked.add_argument("--notices", type=int, default=100, help="cases woken at once, per lap")
    asked.add_argument("--rounds", type=int, default=5, help="laps of each contestant, in turns")
    asked.add_argument("--book", type=int, default=20_000, help="receivables of the backtest over the cores")
    asked.add_argument("--format", choices=("text", "json"), default="text")
    given = asked.parse_args()
    runners = asyncio.run(race(given.notices, given.rounds))
    found = figures(runners) | words.words() | documents.documents() | asyncio.run(years.years()) | judging.judging()
    small = {**micro(), **backtest(book=given.book)}
    if given.format == "json":
        laps = {runner.name: [vars_of(lap) for lap in runner.laps] for runner in runners}
        print(json.dumps({"ratios": found, "laps": laps, "micro": small}, indent=2))
    else:
        show(runners, found, small)


def vars_of(lap: object) -> dict[str, float]:
    """A lap's figures by name."""
    return {name: getattr(lap, name) for name in ("rate", "cpu", "events", "bytes")}


def show(runners: Sequence[Runner], found: dict[str, float], small: dict[str, float]) -> None:
    """Medians with the least and the most of the laps."""
    print(f"{'':10}{'notices/s':>22}{'CPU ms/notice':>22}{'events':>9}{'bytes':>9}")
    for runner in runners:
        rate, cpu = spread(runner, "rate", 1), spread(runner, "cpu", 1000)
        print(f"{runner.name:10}{rate:>22}{cpu:>22}{median(runner, 'events'):>9.1f}{median(runner, 'bytes'):>9.0f}")
    print()
    for name, value in found.items():
        print(said(name, value))
    print()
    for name, value in small.items():
        print(f"{value:10.2f}  {name}")


def said(name: str, value: float) -> str:
    """A figure with its goal, where it has one, and whether that is met.

    >>> said("bytes of history per notice", 3000.0)
    '   3000.00  bytes of history per notice (goal <= 2048)  NOT MET'
    """
    sign, goal = GOALS.get(name, ("", 0.0))
    if not sign:
        return f"{value:10.2f}  {name}"
    met = value >= goal if sign == ">=" else value <= goal
    return f"{value:10.2f}  {name} (goal {sign} {goal:g})  {'met' if met else 'NOT MET'}"


def spread(runner: Runner, what: str, scale: float) -> str:
    """`median (least-most)`."""
    values = [scale * getattr(lap, what) for lap in runner.laps]
    return f"{scale * median(runner, what):.1f} ({min(values):.1f}-{max(values):.1f})"


if __name__ == "__main__":
    main()
    sys.stdout.flush()
    os._exit(0)  # temporalio's threads may abort an interpreter that ends (sdk-python 300)
