"""REL336: wording that makes a letter look like a paper of a court."""

from __future__ import annotations

import re
from collections.abc import Iterator

from rules.law.wordings import says, wordings
from rules.lint.look import Doubt, Look, about

CODE = "REL336"
SOURCE = "C. pénal 433-13: one year, 15 000 EUR"
CONFIDENCE = "A"
LOOK = re.compile(
    r"république française|au nom du peuple|commandement de payer|signification d.acte|exploit d.huissier"
    r"|avis (?:avant |de )+saisie|avis à tiers détenteur|procès-verbal de saisie|itératif commandement"
    r"|greffe du tribunal|tribunal (?:de commerce|judiciaire|des activités économiques)[\w ]{0,30}[,.:-]? greffe"
    r"|sommation interpellative|ordonnance d.injonction|\bassignation\b|gerichtlicher mahnbescheid"
    r"|vollstreckungsbescheid|im namen des volkes|(?<!claim )(?<!proceedings )(?<!you )(?<!action )in the county court"
    r"|claim form n1|writ of|statutory demand",
    re.IGNORECASE,
)


def doubts(look: Look) -> Iterator[Doubt]:
    """The templates that a step sends."""
    for step, name, text in wordings(look):
        words = says(text, LOOK)
        if words is not None:
            message = f"templates/{name}.txt says '{words}', as only a court or its officers may"
            yield about(step, message, "say who writes, and what may follow")
