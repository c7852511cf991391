"""The formal notice in German, Dutch, Spanish and Italian: sum, split, deadline, law and account, as written there."""

from __future__ import annotations

import re
from dataclasses import replace
from datetime import date

import pytest

from rules.law.notice import NOTICES
from tests.gallery.shelf import CREDITOR
from worker.words.render import Words
from worker.words.sample import sample

WORDS = Words()
LAWS = {"de": "DE", "nl": "NL", "es": "ES", "it": "IT"}
SAID = {
    "de": ("12. Januar 2027", "2.400,00 €", "§ 286 BGB", "§ 288 Abs. 2", "§ 288 Abs. 5", "insgesamt: 2.480,00 €"),
    "nl": ("12 januari 2027", "€ 2.400,00", "6:119a BW", "6:96 BW", "in gebreke", "vordering: € 2.480,00"),
    "es": ("12 de enero de 2027", "2.400,00 €", "Ley 3/2004", "(art. 7)", "(art. 8)", "reclamado: 2.480,00 €"),
    "it": ("12 gennaio 2027", "2.400,00 €", "1219 c.c.", "231/2002", "(art. 6)", "richiesto: 2.480,00 €"),
}


def letter(language: str, law: str) -> str:
    given = replace(sample(CREDITOR, "formal-notice", "letter", language, date(2027, 1, 4)), law=law)
    return re.sub(r"[\u00a0\u202f]", " ", WORDS.text(given))


@pytest.mark.parametrize("language", LAWS)
def test_letter_says_everything_as_its_country_writes_it(language):
    said = letter(language, LAWS[language])
    assert [part for part in SAID[language] if part not in said] == []
    assert "FR76 3000 6000 0112 3456 7890 189" in said
    assert all(number in said for number in ("F-101", "F-102"))


@pytest.mark.parametrize("language", LAWS)
def test_letter_names_the_law_of_its_country_only_where_it_governs(language):
    said = letter(language, "FR")
    assert [part for part in SAID[language][2:4] if part in said] == []


@pytest.mark.parametrize("language", LAWS)
def test_nothing_is_wrong_with_the_letter_of_the_library(language):
    name = "formal-notice-de" if language == "de" else "formal-notice"
    assert WORDS.problems([(name, "letter", language)]) == []
    assert WORDS.letter(sample(CREDITOR, name, "letter", language, date(2027, 1, 4))).startswith(b"%PDF")


def test_bases_named_are_those_of_the_table_of_laws():
    assert "286" in NOTICES["DE"].basis
    assert "6:119a" in NOTICES["NL"].basis
    assert "3/2004" in NOTICES["ES"].basis
    assert "1219" in NOTICES["IT"].basis


def test_what_has_no_words_in_a_language_is_said_in_english():
    said = WORDS.email(sample(CREDITOR, "reminder-1", "email", "de", date(2027, 1, 4)))
    assert "Kind regards" in said.text
    assert 'lang="en"' in said.html
