"""A template that would never end, or fill the memory, is refused with its line, in a moment."""

from pathlib import Path

import pytest

from worker.words.shelf import Shelf, TemplateProblem

FOREVER = "{% for a in r %}{% for b in r %}{% for c in r %}{% set x = 1 %}{% endfor %}{% endfor %}{% endfor %}"
DOUBLED = "{% set a %}{{ a }}{{ a }}{% endset %}" * 40


@pytest.mark.timeout(20)
@pytest.mark.parametrize(
    ("written", "said"),
    [
        ("{% set r = range(9000) %}" + FOREVER, "turns"),
        ("{% macro f(n) %}{% if n %}{{ f(n - 1) }}{{ f(n - 1) }}{% endif %}{% endmacro %}{{ f(60) }}", "turns"),
        ("{{ 'x' * 10000000000 }}", "characters"),
        ("{{ [1] * 10000000000 }}", "characters"),
        ("{{ 9 ** 999999999 }}", r"\*\* is not for templates"),
        ("{{ '%9999999999d' % 1 }}", "% is not for templates"),
        ("{{ 'x'.ljust(10000000000) }}", "too large"),
        ("{{ 'x' | center(10000000000) }}", "No filter named 'center'"),
        ("{% set a = 'x' %}" + DOUBLED, "characters"),
        ("{% set n = namespace(a='x') %}{% for i in range(60) %}{% set n.a = n.a + n.a %}{% endfor %}", "characters"),
        ("{% set n = namespace(a='x') %}{% for i in range(60) %}{% set n.a = n.a ~ n.a %}{% endfor %}", "characters"),
    ],
)
def test_work_without_end_is_refused(tmp_path: Path, written: str, said: str) -> None:
    file = tmp_path / "fr" / "courtesy.email.txt"
    file.parent.mkdir()
    file.write_text("\n" + written, "utf-8")
    shelf = Shelf(tmp_path)
    with pytest.raises(TemplateProblem, match=said) as found:
        shelf.render(shelf.compiled("fr/courtesy.email.txt"), {})
    assert found.value.line == 2


def test_what_messages_do_is_not_bounded(tmp_path: Path) -> None:
    file = tmp_path / "fr" / "courtesy.email.txt"
    file.parent.mkdir()
    file.write_text("{% for i in r if i %}{{ loop.last }}{{ i + 1 }}{{ 'ab' * 2 ~ i }};{% endfor %}", "utf-8")
    shelf = Shelf(tmp_path)
    assert shelf.render(shelf.compiled("fr/courtesy.email.txt"), {"r": [0, 1, 2]}) == "False2abab1;True3abab2;"
