"""The reader: what YAML guesses stays text, what is dangerous is refused, every value knows its place."""

from __future__ import annotations

import pytest

from rules.diagnostics import as_github, as_json, render
from rules.source import MAX_BYTES, Node, read


def value(written: str) -> object:
    node, found = read(f"x: {written}\n".encode(), "a.yaml")
    assert node is not None
    assert found == []
    x = node.get("x")
    assert x is not None
    return x.value


@pytest.mark.parametrize(
    "written",
    "NO no on off yes y Y True FALSE 01000 08000 05521005540016 12:30 08:30 +33612345678 0612345678 40.00 1.10 .inf = "
    "2026-03-01 2026-02-30 2026-1-5 2026_001 0x1F 0o17 1e3 -0 -01 .5 Null-ish".split(),
)
def test_what_yaml_would_guess_stays_text(written: str) -> None:
    assert value(written) == written


@pytest.mark.parametrize(
    ("written", "read_as"),
    [("true", True), ("false", False), ("0", 0), ("-5", -5), ("30", 30), ('"30"', "30"), ("'true'", "true")],
)
def test_only_plain_true_false_and_canonical_integers_are_typed(written: str, read_as: object) -> None:
    found = value(written)
    assert found == read_as
    assert type(found) is type(read_as)


def test_digits_beyond_any_count_stay_text() -> None:
    assert value("1" * 30) == "1" * 30


def test_node_keeps_place_width_and_text() -> None:
    node, _ = read("a:\n  - {b: 'l''été', c: 7}\n".encode(), "a.yaml")
    assert node is not None
    items = node.get("a")
    assert items is not None
    assert isinstance(items.value, tuple)
    (first,) = items.value
    b, c = first.get("b"), first.get("c")
    assert b == Node("l'été", 2, 9, 8, "l'été")
    assert c == Node(7, 2, 22, 1, "7")
    assert (first.line, first.column, first.width, first.text) == (2, 5, 1, "")
    assert [(name, entry.key.column) for name, entry in first.items()] == [("b", 6), ("c", 19)]
    assert node.plain() == {"a": [{"b": "l'été", "c": 7}]}


def test_keys_are_text_whatever_they_look_like() -> None:
    node, found = read(b"on: 1\ntrue: 2\n57: 3\nNO: 4\n", "a.yaml")
    assert found == []
    assert node is not None
    assert list(node.plain()) == ["on", "true", "57", "NO"]  # type: ignore[arg-type]


def test_second_key_of_a_name_is_an_error_and_the_first_is_kept() -> None:
    node, found = read(b'a: 1\n"a": 2\n', "a.yaml")
    assert node is not None
    assert node.plain() == {"a": 1}
    assert [(d.code, d.line, d.message) for d in found] == [("REL006", 2, "the key 'a' is already on line 1")]


@pytest.mark.parametrize(
    ("data", "code"),
    [
        (b"a: " + b"x" * MAX_BYTES, "REL001"),
        (b"a:\n" + b"- x\n" * 20_001, "REL001"),
        (b"\xff\xfea\x00", "REL002"),
        (b"a: \xc3", "REL002"),
        (b"a: \x00", "REL003"),
        ("a: \u202eb".encode(), "REL003"),
        (b'a: "\\ud800"', "REL003"),
        (b'a: "\\UFFFFFFFF"', "REL004"),
        (b"%YAML 1." + b"9" * 5000 + b"\n---\na: 1", "REL004"),
        (b"[" * 2000, "REL011"),
        (b"a: &a [" + b"b, " * 9 + b"b]", "REL007"),
        (b"! a", "REL008"),
        (b"", "REL013"),
        (b"---\n...\n", "REL013"),
    ],
)
def test_dangerous_file_is_refused_with_a_place(data: bytes, code: str) -> None:
    _, found = read(data, "a.yaml")
    assert [d.code for d in found] == [code]
    assert found[0].line >= 1
    assert found[0].column >= 1


def test_byte_order_mark_is_no_part_of_the_first_key() -> None:
    node, found = read(b"\xef\xbb\xbfa: 1", "a.yaml")
    assert found == []
    assert node is not None
    assert node.plain() == {"a": 1}


def test_windows_line_ends_count_as_one_line() -> None:
    _, found = read(b"a: 1\r\nb: 2\r\na: 3\r\n", "a.yaml")
    assert [(d.line, d.column) for d in found] == [(3, 1)]


def test_many_files_are_shown_in_order_each_with_its_counts() -> None:
    texts = {"b.yaml": "a: 1\na: 2\n", "a.yaml": "x:\n"}
    found = [d for name, text in texts.items() for d in read(text.encode(), name)[1]]
    assert render(found, texts).splitlines() == [
        "a.yaml:1:1: error: 'x' has no value [REL010]",
        "1 | x:",
        "  | ^",
        "  = help: write one, or remove the key",
        "a.yaml: 1 error(s), 0 warning(s)",
        "b.yaml:2:1: error: the key 'a' is already on line 1 [REL006]",
        "2 | a: 2",
        "  | ^",
        "b.yaml: 1 error(s), 0 warning(s)",
    ]


def test_machines_get_the_same_findings() -> None:
    _, found = read(b"a: 1\na: 2\n", "a,b.yaml")
    assert '"code": "REL006"' in as_json(found)
    assert as_github(found) == (
        "::error file=a%2Cb.yaml,line=2,col=1,endColumn=2,title=REL006::the key 'a' is already on line 1\n"
    )


def test_long_line_is_shown_around_the_place() -> None:
    text = "a: {" + "x: 1, " * 100 + "}"
    _, found = read(text.encode(), "a.yaml")
    shown = render(found[-1:], {"a.yaml": text}).splitlines()
    assert len(shown[1]) < 170
    assert shown[1][shown[2].index("^")] == "x"
