"""Rows of terms that a lawyer of the country would stop, by the facts file, sections 2 and 8 and case RJ-10."""

from __future__ import annotations

import pytest

from tests.rules.linted import linted

HEAD = "format: relance/v1\nkind: terms\nid: mine\nowner: legal@example.com\ntitle: Mine\nby: contract.law\nrows:\n"


def said(law: str, row: str) -> set[str]:
    """The codes of lint about one row, those of missing rates apart."""
    found = linted({"terms/mine.yaml": f"{HEAD}  {law}: {{{row}}}\notherwise: {{refer: legal@example.com}}\n"})
    return {d.code for d in found if d.file == "terms/mine.yaml"} - {"REL330"}


@pytest.mark.parametrize(
    ("law", "row", "codes"),
    [
        # RJ-10: no Italian 40/70/100
        ("IT", "flat: 100.00 EUR, interest: {base: fixed, plus: 5.00%}", {"REL352", "REL358"}),
        ("IT", "flat: 40.00 EUR, interest: {base: ecb-refi, plus: 8.00%}", set()),
        ("AT", "flat: 100.00 EUR, interest: {base: bundesbank-base, plus: 5.00%}", {"REL352", "REL358"}),
        ("AT", "flat: 40.00 EUR, interest: {base: oenb-base, plus: 9.20%}", set()),
        ("AT", "interest: {base: oenb-base, plus: 5.00%}", {"REL352"}),
        ("DE", "interest: {base: ecb-refi, plus: 8.00%}", {"REL344"}),
        ("DE", "interest: {base: fixed, plus: 5.00%}", {"REL344"}),
        ("DE", "interest: {base: bundesbank-base, plus: 9.00%}", set()),
        ("DE", "flat: 70.00 EUR, set_off: legal-costs", {"REL358"}),
        ("FR", "flat: 40.00 EUR, interest: {base: fr-legal-individual, plus: 0.00%}", {"REL352"}),
        ("FR", "flat: 40.00 EUR, interest: {base: ecb-refi, plus: 10.00%}", set()),
        ("BE", "interest: {base: ecb-refi, plus: 8.00%}", {"REL352"}),  # rounded up to the next half percent
        ("BE", "interest: {base: be-b2b-reference, plus: 0.00%}", set()),
        ("IE", "interest: {base: ecb-refi, plus: 7.00%}", {"REL352"}),
        # what is no law of the Union
        ("CA", "interest: {base: fixed, plus: 5.00%}", set()),
        ("CA", "interest: {base: ecb-refi, plus: 1.00%}", {"REL351"}),
        ("GB", "flat: 40.00 GBP", {"REL346"}),
    ],
)
def test_a_row_is_told_by_its_law(law: str, row: str, codes: set[str]) -> None:
    assert said(law, row) == codes
