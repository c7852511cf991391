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
        ("{{ ('a' * 99999) | replace('a', 'b' * 99999) }}", "characters"),
        ("{{ ('a' * 99999).replace('a', 'b' * 99999) }}", "characters"),
        ("{{ range(99999) | map('string') | join('b' * 99999) }}", "characters"),
        ("{{ (['a' * 99999] * 99999) | join }}", "characters"),
        ("{{ ('a ' * 99999) | wordwrap(1, wrapstring='b' * 99999) }}", "characters"),
        ("{{ lipsum(n=100000) }}", "lipsum"),
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


@pytest.mark.timeout(20)
def test_many_short_texts_are_refused_as_one_long_text_is(tmp_path: Path) -> None:
    (tmp_path / "fr").mkdir()
    (tmp_path / "fr" / "courtesy.email.txt").write_text(
        "{% for n in range(99999) %}{{ 'a' * 1000 }}{% endfor %}", "utf-8"
    )
    shelf = Shelf(tmp_path)
    with pytest.raises(TemplateProblem, match="characters"):
        shelf.render(shelf.compiled("fr/courtesy.email.txt"), {})


@pytest.mark.parametrize(
    "way", ["../secret.txt", "fr/../../secret.txt", "{}/secret.txt", "./fr/_own.txt", "fr//_own.txt"]
)
@pytest.mark.parametrize("written", ["include", "import", "extends"])
def test_a_template_reads_no_file_outside_its_folder(tmp_path: Path, way: str, written: str) -> None:
    own = tmp_path / "templates"
    (own / "fr").mkdir(parents=True)
    (own / "fr" / "_own.txt").write_text("ours", "utf-8")
    (tmp_path / "secret.txt").write_text("a password", "utf-8")
    said = f"{{% {written} '{way.format(tmp_path)}' {'as it ' if written == 'import' else ''}%}}"
    (own / "fr" / "courtesy.email.txt").write_text(said, "utf-8")
    shelf = Shelf(own)
    with pytest.raises(TemplateProblem):
        shelf.render(shelf.compiled("fr/courtesy.email.txt"), {})


def test_what_messages_do_is_not_bounded(tmp_path: Path) -> None:
    file = tmp_path / "fr" / "courtesy.email.txt"
    file.parent.mkdir()
    file.write_text("{% for i in r if i %}{{ loop.last }}{{ i + 1 }}{{ 'ab' * 2 ~ i }};{% endfor %}", "utf-8")
    shelf = Shelf(tmp_path)
    assert shelf.render(shelf.compiled("fr/courtesy.email.txt"), {"r": [0, 1, 2]}) == "False2abab1;True3abab2;"
