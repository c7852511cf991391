"""Shapes: the library's files have theirs, and no mutilation of a file ever raises."""

from __future__ import annotations

from importlib.resources import files
from pathlib import Path

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from rules.diagnostics import Diagnostic, nearest, render
from rules.shape import check_shape
from rules.source import read

LIBRARY = Path(str(files("rules"))) / "library"
FILES = sorted(LIBRARY.rglob("*.yaml"))
HEAD = "format: relance/v1\nkind: policy\nid: a\ntitle: A\nowner: o\neffective_from: 2026-12-01\ncalendar: fr-paris\n"
STEPS = "steps:\n  - {id: one, at: due+3d, do: [{email: {template: one, to: billing}}]}\n"


def said_of(text: str, kind: str | None = None) -> list[Diagnostic]:
    node, found = read(text.encode(), "a.yaml")
    return found + (check_shape(kind, node, "a.yaml") if node else [])


@pytest.mark.parametrize("file", FILES, ids=lambda file: f"{file.parent.name}/{file.stem}")
def test_library_has_the_shape_of_the_language(file: Path) -> None:
    node, found = read(file.read_bytes(), file.name)
    assert node is not None
    kind = node.get("kind")
    if kind is not None:  # data is not of a kind
        found = found + check_shape(None, node, file.name)
    assert render(found, {}) == ""


def test_business_of_the_specification_has_its_shape() -> None:
    text = """
        format: relance/v1
        kind: business
        id: infogerance-martin
        name: Infogérance Martin SAS
        identity: {siren: "732829320", vat: FR40303265045, address: [12 rue des Lilas, 69003 Lyon, FR], court: RCS Lyon}
        bank: {iban: FR7630006000011234567890189, bic: AGRIFRPP}
        law: FR
        language: fr
        currency: EUR
        senders: {email: compta@martin.example, name: Compta, reply_to: r@martin.example, sms: "+33755550000"}
        roles: {credit-controller: [anne@martin.example], sales: [zoe@martin.example]}
        limits: {contacts_per_day: 200, share_of_customers: 20%}
        redirect: off            # or one address that receives everything
        agencies: {recouvra: {kind: agency, email: dossiers@recouvra.example}}
        custom: {customer.sector: text}
        bank_data: none
    """
    assert said_of(text) == []


@pytest.mark.parametrize(
    "condition",
    [
        "{customer.country: NO}",
        "{customer.region: 57}",
        "{customer.segment: {not_in: [strategic], if_unknown: true}}",
        "{customer.kind: {in: business}}",
        "{customer.insured: true}",
        "{customer.insured: {in: [false], if_unknown: true}}",
        "{customer.score: {lt: 40, if_unknown: false}}",
        "{customer.score: {gte: 0.25}}",
        "{customer.late_share: {known: false}}",
        "{customer.since: {lt: 2024-01-01}}",
        "{customer.tags: {lacks: [keep-in-house]}}",
        "{invoice.balance: {gte: [25.00 EUR, 250 NOK], lt: 1000.00 EUR}}",
        "{any: [{all: [{customer.country: FR}]}, {not: {contract.kind: one-off}}]}",
        "{custom.customer.sector: retail}",
        "{custom.invoice.size: {gte: [1.00 EUR], if_unknown: false}}",
    ],
)
def test_condition_of_the_language_is_accepted(condition: str) -> None:
    assert said_of(f"{HEAD}applies_to: {condition}\n{STEPS}") == []


@pytest.mark.parametrize(
    "action",
    [
        "{email: {template: {by: contract.law, FR: fr, otherwise: en}, to: {first_of: [billing]}, from: collector}}",
        "{sms: {template: nudge, to: billing, fallback: letter}}",
        "{letter: {template: notice, to: billing, fallback: {task: {queue: q, title: 2027}}}}",
        "{debit: {}}",
        "{restrict: {what: deliveries, notice: 8d}}",
        "{handoff: {to: {by: customer.country, FR: recouvra, otherwise: abroad}, kind: agency}}",
    ],
)
def test_action_of_the_language_is_accepted(action: str) -> None:
    assert said_of(f"{HEAD}steps: [{{id: one, at: due+3d, do: [{action}]}}]") == []


def test_file_of_another_kind_than_its_folder_is_told_so() -> None:
    (found,) = said_of(HEAD + STEPS, "assignment")[:1]
    assert found.code == "REL102"
    kinds = [d.message for d in said_of(HEAD + STEPS, "assignment") if d.line == 2]
    assert kinds == ["'policy' is not allowed here, expected assignment"]


def test_missing_key_is_not_told_when_a_near_miss_of_it_is() -> None:
    assert [d.code for d in said_of(HEAD.replace("owner", "onwer") + STEPS)] == ["REL101"]


def test_role_of_the_business_is_allowed_and_a_slip_of_a_usual_one_is_not() -> None:
    def with_role(role: str) -> list[str]:
        return [d.code for d in said_of(HEAD + STEPS.replace("do:", f"approval: {role}, do:"))]

    assert with_role("sales-director") == []
    assert with_role("credit-directer") == ["REL103"]


def test_line_end_is_no_part_of_a_word() -> None:
    folded = HEAD.replace("id: a\n", "id: |\n  a\n") + STEPS
    assert [d.code for d in said_of(folded)] == ["REL104"]


@pytest.mark.parametrize(
    ("word", "choice"),
    [("emial", "email"), ("Email", "email"), ("mail", "email"), ("on", None), ("", None), ("x", None)],
)
def test_nearest_word_is_a_slip_or_a_beginning(word: str, choice: str | None) -> None:
    assert nearest(word, ["email", "letter", "sms"]) == choice


BITS = [
    *("\t", "\n", " ", ":", "- ", "[", "]", "{", "}", "'", '"', "&a ", "*a", "!!x ", "|", ">", "#", "@", "~", "?", ","),
    *("---\n", "...", "<<: ", "\x00", "\x07", "é", "€", "\u2028", "\ud800", "\\", "''", "\r", "0" * 5000, "[" * 40),
    *("null", "true", "1.5", "2026-02-30", "J+3", "steps:", "do:", "by: ", "any: ", "{}", "[]", "in: ", "if_unknown: "),
]
Damage = tuple[str, int, int, str]  # what is done, where, to how many characters, with which bit
damages = st.lists(
    st.tuples(
        st.sampled_from(["cut", "copy", "move", "put"]),
        st.integers(0, 10_000),
        st.integers(1, 40),
        st.sampled_from(BITS),
    ),
    min_size=1,
    max_size=4,
)


@pytest.mark.parametrize("name", ["fr-b2b-standard", "eu-b2b"])
@settings(max_examples=500, deadline=None, derandomize=True)
@given(start=st.integers(0, 150), damage=damages)
def test_no_mutilation_of_a_policy_ever_raises(name: str, start: int, damage: list[Damage]) -> None:
    lines = (LIBRARY / "policies" / f"{name}.yaml").read_text(encoding="utf-8").splitlines(keepends=True)
    text = "".join(lines[:8] + lines[start % len(lines) :][:25])
    for each in damage:
        text = _damaged(text, *each)
    node, found = read(text.encode("utf-8", "surrogatepass"), "a.yaml")
    assert node is not None or found
    if node is not None:
        found = found + check_shape(None, node, "a.yaml")
    shown = render(found, {"a.yaml": text})
    assert shown == "" or shown.endswith("warning(s)\n")
    assert all(d.message.isprintable() for d in found)


def _damaged(text: str, how: str, at: int, width: int, bit: str) -> str:
    at %= len(text) + 1
    match how:
        case "cut":
            return text[:at] + text[at + width :]
        case "copy":
            return text[:at] + text[at : at + width] + text[at:]
        case "move":
            return text[:at] + text[at + width :] + text[at : at + width]
        case _:
            return text[:at] + bit + text[at:]


@pytest.mark.parametrize("colour", ["red", "'#fff'", "'#12345g'", "'#1a5fb4ff'", '"#1a5fb4\\n"', "1234567"])
def test_a_colour_that_no_message_can_show_is_refused_in_words(colour: str) -> None:
    (said,) = [
        each for each in said_of(f"brand: {{colour: {colour}}}\n", "business") if each.line == 1 and each.column > 1
    ]
    assert said.message.endswith('is not a colour such as "#1a5fb4"')
    assert said_of("brand: {colour: '#1A5fb4'}\n", "business") == [
        each for each in said_of(f"brand: {{colour: {colour}}}\n", "business") if each != said
    ]
