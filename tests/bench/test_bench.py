"""The benchmark itself: it measures everything that has a goal, and says whether the goal is met."""

from __future__ import annotations

from dataclasses import dataclass, field

from tests.bench import documents, judging, words, years
from tests.bench.__main__ import GOALS, figures, said
from tests.bench.race import Lap


@dataclass
class Runner:
    name: str
    laps: list[Lap] = field(default_factory=lambda: [Lap(10.0, 0.01, 12.0, 1500.0)])


def test_everything_that_has_a_goal_is_measured() -> None:
    measured = figures([Runner("relance"), Runner("bare"), Runner("mailing")]) | words.words(mails=2, letters=1)  # type: ignore[list-item]
    slow = documents.GOALS.keys() | years.GOALS.keys() | judging.GOALS.keys()
    assert measured.keys() | slow >= GOALS.keys()
    assert all(value > 0 for name, value in measured.items() if "events" not in name)


def test_a_goal_that_is_missed_is_said_to_be() -> None:
    assert said("mail, of the bare mail", 0.69).endswith("mail, of the bare mail (goal >= 0.7)  NOT MET")
    assert said("mail, of the bare mail", 0.7).endswith("(goal >= 0.7)  met")
    assert said("letters a second of CPU", 50.0) == "     50.00  letters a second of CPU"
