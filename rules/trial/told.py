"""What a simulated life tells, in the words of a policy test: one line per thing that went out or happened."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date

from rules import facts as f
from rules.account import Account, BusinessState
from rules.calendars import Calendar
from rules.decision import Act, Send
from rules.policy import Charge, Policy

ALWAYS = frozenset("email sms letter call task webhook charge debit handoff stopped".split())
OPTIONAL = frozenset("restrict waiting review held released skipped refused enrolled".split())
_CALL = "call:"  # how the title of a task says that it is a call, and with which script
_BEGINNINGS = frozenset({"review"})  # compared by their beginning: the rest names what is not known


@dataclass(frozen=True, slots=True)
class Line:
    """A day, and the words said of it: step, email, stopped, ... in that order; `due` is that of a task."""

    at: date
    words: Mapping[str, str]
    due: date | None = None

    def __str__(self) -> str:
        due = {"due": self.due} if self.due is not None else {}
        return "  ".join([self.at.isoformat(), *(f"{key}: {value}" for key, value in {**self.words, **due}.items())])

    @property
    def always(self) -> bool:
        """Whether a test must list it."""
        return not ALWAYS.isdisjoint(self.words)

    def meets(self, wanted: Line) -> bool:
        """Whether this, which happened, is what `wanted` writes; what it does not write is free."""
        return (
            self.at == wanted.at
            and wanted.due in (None, self.due)
            and all(_same(key, self.words.get(key), word) for key, word in wanted.words.items())
        )


def _same(key: str, word: str | None, wanted: str) -> bool:
    if word is None:
        return False
    return word.startswith(wanted) if key in _BEGINNINGS else word == wanted


def line(fact: f.Fact, account: Account, business: BusinessState, calendar: Calendar, act: Act | None) -> Line | None:
    """The line of a fact; None for what nobody lists. `act` is what hands were carrying out when it was recorded."""
    match fact:
        case f.ActionEnded(outcome="sent") if act is not None and isinstance(act.what, Send):
            return Line(fact.on, _message(act, act.what))
        case f.TaskOpened(title=title) if title.startswith(_CALL):
            return Line(fact.on, _of(fact.step, "call", fact.queue))
        case f.TaskOpened(task=task) if not task.startswith("notify/"):  # told without a veto, nothing goes out
            return Line(fact.on, _of(fact.step, "task", fact.queue), fact.due)
        case f.Charged():
            return Line(fact.on, _of(fact.step, "charge", fact.terms))
        case f.Restricted():  # what must be listed is the task of whoever does it
            return Line(fact.on, _of(fact.step, "restrict", fact.what))
        case f.Stopped():
            return Line(fact.on, {"stopped": fact.why})
        case f.Skipped():
            return Line(fact.on, _of(fact.step, "skipped", fact.why))
        case f.ApprovalAsked():
            return Line(fact.on, _of(fact.step, "waiting", "approval"))
        case f.ReviewAsked():
            return Line(fact.on, _of(fact.step, "review", fact.why))
        case f.HoldPlaced():
            return Line(fact.hold.start, {"held": fact.hold.kind})
        case f.HoldEnded():
            state = account.holds.get(fact.hold) or business.holds.get(fact.hold)
            return Line(fact.on, {"released": state.hold.kind if state else fact.hold})
        case f.Enrolled():
            return Line(fact.on, {"enrolled": fact.policy})
        case f.NotEnrolled():
            return Line(calendar.local_day(fact.at), {"refused": fact.why})
    return None


def rank(fact: f.Fact, policy: Policy) -> int:
    """Where, among the actions of its step, a line stands: the letter first, then the charge written after it."""
    match fact:
        case f.ActionEnded():
            return fact.action
        case f.TaskOpened():
            last = fact.task.rpartition("/")[2]
            return int(last) if last.isdecimal() else 0
        case f.Charged():
            steps = [step for each in (policy.steps, *(v.steps for v in policy.variants)) for step in each]
            places = (
                n for step in steps if step.id == fact.step for n, a in enumerate(step.do) if isinstance(a, Charge)
            )
            return next(places, 0)
    return 0


def _of(step: str | None, key: str, word: str) -> dict[str, str]:
    return {key: word} if step is None else {"step": step, key: word}


def _message(act: Act, said: Send) -> dict[str, str]:
    word = said.handoff_to or "" if said.channel == "handoff" else said.template
    return _of(None if act.level == "reaction" else act.step, said.channel, word)
