"""What messages may not say, and what a formal notice and an agency's file must (facts file, section 8)."""

from __future__ import annotations

import pytest

from rules.law.court_papers import LOOK
from rules.law.recovery_fees import FEES
from rules.law.wordings import says
from tests.rules.linted import CASES, FULL, HANDOFF, linted

NOTICE = (CASES / "REL335.good.yaml").read_text("utf-8")
AGENCY = (CASES / "REL356.good.yaml").read_text("utf-8")


@pytest.mark.parametrize(
    "text",
    [
        "Frais de recouvrement : 120 €. Honoraires de notre agence : 80 €.",
        "Honoraires de notre agence : 80 €",
        "Frais\nde recouvrement à votre charge",
        "Honoraires d'agence",
        "frais de contentieux : 15 €",
        "Inkassogebühren: 30 EUR",
        "plus our collection fee",
    ],
)
def test_fees_of_recovery_are_found(text: str) -> None:
    assert says(text, FEES)


@pytest.mark.parametrize(
    "text",
    [
        "Indemnité forfaitaire pour\nfrais de recouvrement : 40 € (C. com. D441-5)",
        "Sans frais de recouvrement pour vous",
    ],
)
def test_the_fixed_sum_of_the_law_is_no_fee(text: str) -> None:
    assert says(text, FEES) is None


@pytest.mark.parametrize(
    "text",
    [
        "Avis de saisie. Tribunal de commerce de Paris, greffe",
        "AVIS AVANT SAISIE",
        "Tribunal de commerce de Lyon - greffe",
        "Greffe du tribunal judiciaire",
        "COMMANDEMENT   DE PAYER",
    ],
)
def test_what_looks_like_a_court_s_paper_is_found(text: str) -> None:
    assert says(text, LOOK)


def test_the_court_may_be_spoken_of() -> None:
    assert says("À défaut, nous saisirons le tribunal de commerce de Paris.", LOOK) is None


def codes(policy: str, template: str, text: str, **more: str) -> list[str]:
    """The messages of REL334, REL335 and REL356 where that template says `text`."""
    found = linted({"policies/mine.yaml": policy}, words={template: text, **more})
    return [f"{d.code} {d.message}" for d in found if d.code in ("REL334", "REL335", "REL356")]


def notice_template() -> str:
    return NOTICE.split("letter: {template: ")[1].split(",")[0]


@pytest.mark.parametrize(
    ("text", "code"),
    [
        (FULL.replace("{{ date(deadline) }}", ""), "REL334"),
        (FULL.replace("{{ date(deadline) }}", "sous huitaine"), "REL334"),
        (FULL.replace("{{ money(total) }}", "votre dette"), "REL335"),
        (FULL.replace("{{ table.invoices }}", ""), "REL335"),
    ],
)
def test_a_notice_without_its_day_or_its_sum_is_told(text: str, code: str) -> None:
    (message,) = codes(NOTICE, notice_template(), text)
    assert message.startswith(code)


def test_a_template_that_includes_another_says_what_that_one_says() -> None:
    included = '{% include "fr/whole.letter.txt" %}'
    assert codes(NOTICE, notice_template(), included, whole=FULL) == []
    assert len(codes(NOTICE, notice_template(), included, whole="Payez.")) == 2


@pytest.mark.parametrize(
    ("part", "told"),
    [
        ("recouvrement amiable", "(1)"),
        ("{{ creditor.address }}", "(2)"),
        ("{{ table.charges }}", "(3)"),
        ("{{ table.payment }}", "(4)"),
        ("débiteur de mauvaise foi", "(5)"),
    ],
)
def test_each_of_the_five_parts_of_r124_4_is_asked_for(part: str, told: str) -> None:
    assert codes(AGENCY, "handoff", HANDOFF) == []
    (message,) = codes(AGENCY, "handoff", HANDOFF.replace(part, ""))
    assert message.startswith(f"REL356 templates/fr/handoff.document.txt does not state {told}")


INSOLVENT = """
  - id: insolvent
    at: due+10d
    when: {customer.tags: {has: [redressement-judiciaire]}}
    do: [{email: {template: reminder-1, to: billing}}]
"""


def test_a_step_for_the_insolvent_is_told() -> None:
    text = (CASES / "REL338.good.yaml").read_text("utf-8").rstrip() + INSOLVENT
    found = [d.message for d in linted({"policies/mine.yaml": text}) if d.code == "REL338"]
    assert found
    assert found[0].startswith("'insolvent' writes to customers of whom customer.tags redressement-judiciaire is said")


def test_a_reaction_that_writes_to_the_insolvent_is_told() -> None:
    reaction = """
reactions:
  - event: payment-failed
    when: {customer.tags: {has: [liquidation]}}
    do: [{email: {template: payment-failed, to: billing}}]
"""
    text = (CASES / "REL338.good.yaml").read_text("utf-8").rstrip() + reaction
    found = [d.message for d in linted({"policies/mine.yaml": text}) if d.code == "REL338"]
    assert [message.partition(" (")[0] for message in found] == [
        "this reaction writes to customers of whom customer.tags liquidation is said"
    ]
