"""A plan in words, from the account that lives it: what was agreed, and one instalment at a time."""

from __future__ import annotations

import re

import pytest

from rules import facts as f
from rules.decision import Act, Send
from rules.money import Money
from tests.rules.judgement.kit import Life, day, money, rulebook
from tests.rules.judgement.test_plans import FIRST, SECOND, STEPS, agreed
from worker.subjects import subject
from worker.words.message import Subject
from worker.words.render import Words

WORDS = Words()


def told(template: str, language: str, line: str, total: Money, level: str = "courtesy") -> Subject:
    """A message of 12 May about a plan of two halves, 15 May and 15 June."""
    life, on = agreed().until("2026-05-11"), day("2026-05-12")
    send = Send("email", template, language, "billing", (line,), total=total)
    act = Act("k/0", "M-1", ("M-1",), "step", level, on, life.instant("2026-05-12", "18:00"), send)
    return subject(act, life.account, None, rulebook(STEPS).business, WORDS, None)


def said(given: Subject) -> tuple[str, str]:
    mail = WORDS.email(given)
    return re.sub(r"[\u00a0\u202f]", " ", mail.subject), re.sub(r"[\u00a0\u202f]", " ", mail.text)


@pytest.mark.parametrize(
    ("language", "line", "title", "text"),
    [
        (
            "fr",
            FIRST,
            "versement 1 sur 2 : 500,00 € le 15 mai 2026",
            "1 sur 2, de 500,00 €, est à régler le 15 mai 2026.",
        ),
        ("en", SECOND, "Instalment 2 of 2: €500.00 on 15 June 2026", "2 of 2, €500.00, is to be paid on 15 June 2026."),
    ],
)
def test_an_instalment_says_its_day_its_sum_and_which_of_how_many(language, line, title, text):
    got = said(told("instalment-due", language, line, money(500)))
    assert title in got[0]
    assert text in got[1]


@pytest.mark.parametrize(
    ("language", "parts"),
    [
        ("fr", ["15 mai 2026 : 500,00 €", "15 juin 2026 : 500,00 €", "Total de l’échéancier : 1 000,00 €"]),
        ("en", ["15 May 2026: €500.00", "15 June 2026: €500.00", "Total of the plan: €1,000.00"]),
    ],
)
@pytest.mark.parametrize("level", ["reaction", "courtesy"])
def test_an_agreed_plan_lists_every_instalment_of_what_it_covers(language, parts, level):
    got = said(told("plan-agreed", language, "INV-1", money(1000), level))[1]
    assert all(part in got for part in parts)
    assert "INV-1" in got
    assert not re.search("non réclamée|not claimed", got)


def test_no_plan_is_made_up_for_what_none_covers():
    life = agreed()
    life.invoice("INV-2", 300, due="2026-05-10")
    life.until("2026-05-11")
    send = Send("email", "reminder-1", "fr", "billing", ("INV-2",), total=money(300))
    act = Act("k/0", "M-1", ("M-1",), "step", "reminder", day("2026-05-12"), life.instant("2026-05-12"), send)
    assert subject(act, life.account, None, rulebook(STEPS).business, WORDS, None).plan is None


@pytest.mark.parametrize(
    ("language", "parts"),
    [
        ("fr", ["15 mai 2026 : 400,00 €", "15 juin 2026 : 600,00 €", "au plus tard le 17 avril 2026", "INV-1"]),
        ("en", ["15 May 2026: €400.00", "15 June 2026: €600.00", "by 17 April 2026", "INV-1"]),
    ],
)
def test_an_offered_plan_says_its_instalments_and_until_when_it_stands(language, parts):
    life = Life(STEPS)
    life.invoice("INV-1", 1000, due="2026-03-31")
    on, at = day("2026-04-10"), life.instant("2026-04-10", "10:00")
    shares = (f.Part(day("2026-05-15"), 40000), f.Part(day("2026-06-15"), 60000))
    life.happens(f.PlanOffered(at, "offer/k", ("INV-1",), shares, on, day("2026-04-17")))
    life.until("2026-04-11")
    send = Send("email", "plan-proposed", language, "billing", ("INV-1",), total=money(1000))
    key = "reaction/plan-proposed/offer/k/0/0"
    act = Act(key, "M-1", ("M-1",), "plan-proposed", "reaction", on, at, send)
    text = said(subject(act, life.account, None, rulebook(STEPS).business, WORDS, None))[1]
    assert [part for part in parts if part not in text] == []
