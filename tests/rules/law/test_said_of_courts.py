"""What letters say of limitation and of courts, as lawyers write it: claims are found, denials are not."""

from __future__ import annotations

import pytest

from rules.law.court_papers import LOOK
from rules.law.limitation import STOPS
from rules.law.wordings import says


@pytest.mark.parametrize(
    "text",
    [  # no letter does: C. civ. 2240 to 2244; BGB 204 and 212; Limitation Act 1980, s. 29
        "La présente mise en demeure interrompt la prescription.",
        "Cette lettre suspend le délai de prescription.",
        "Elle vaut interruption de la prescription.",
        "La prescription est interrompue par la présente.",
        "This letter interrupts the limitation period.",
        "The limitation period is interrupted by this letter.",
        "Mit diesem Schreiben wird die Verjährung gehemmt.",
        "Diese Mahnung hemmt die Verjährung.",
        "Dieses Schreiben unterbricht die Verjährung.",
    ],
)
def test_a_letter_that_claims_to_stop_limitation_is_found(text: str) -> None:
    assert says(text, STOPS) is not None


@pytest.mark.parametrize(
    "text",
    [
        "Cette lettre n'interrompt pas la prescription.",
        "La prescription n'est pas interrompue par la présente.",
        "Cette lettre ne vaut pas interruption de la prescription.",
        "This letter does not interrupt the limitation period.",
        "The limitation period is not interrupted by this letter.",
        "Diese Mahnung hemmt die Verjährung nicht.",
        "Durch diese Mahnung wird die Verjährung nicht gehemmt.",
        "Deze aanmaning stuit de verjaring.",  # and so it does: BW 3:317
    ],
)
def test_a_letter_that_says_what_is_true_of_limitation_is_passed(text: str) -> None:
    assert says(text, STOPS) is None


def test_a_heading_of_a_court_is_found_and_a_claim_that_may_follow_is_not() -> None:
    assert says("IN THE COUNTY COURT AT LEEDS. Claim no. 123", LOOK) == "IN THE COUNTY COURT"
    assert says("Im Namen des Volkes", LOOK) is not None
    assert says("We may issue a claim in the county court.", LOOK) is None
    assert says("We may begin proceedings against you in the county court.", LOOK) is None
