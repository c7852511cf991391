"""What is wrong with templates, before anything is sent: rendered with sample data, then read."""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from datetime import date
from typing import TYPE_CHECKING

from jinja2.meta import find_undeclared_variables

from rules.diagnostics import nearest, quoted
from worker.words.message import Creditor, Subject
from worker.words.sample import samples
from worker.words.shelf import Shelf, TemplateProblem

if TYPE_CHECKING:
    from worker.words.render import Words

Named = tuple[str, str, str]  # template, channel, language
UNUSABLE, TOO_LONG, NOT_SAID, ONE_LANGUAGE, UNREAD = "REL401", "REL402", "REL403", "REL404", "REL405"
DAY = date(2027, 1, 4)
CREDITOR = Creditor(
    "Une Entreprise Imaginaire SARL",
    ("1 rue du Test", "75001 Paris", "FR"),
    "732829320",
    "FR40303265045",
    "RCS Paris",
    "FR7630006000011234567890189",
    "AGRIFRPP",
    "compta@entreprise.example",
    phone="01 99 00 00 00",
)


@dataclass(frozen=True, slots=True)
class Must:
    """What a message has to say: `words` found in its text; `why` is the rule or the good reason."""

    templates: str  # a pattern of names
    channels: tuple[str, ...]
    language: str  # or * for all
    words: str  # {amount}, {number} and {deadline} stand for the patterns of those of the sample
    what: str
    why: str


MUST = (
    Must(
        r"formal-notice(-fr)?", ("email", "letter"), "fr", r"mettons en demeure|mise en demeure",
        "the words “mise en demeure”", "C. civ., art. 1344: a demand that cannot be mistaken",
    ),
    Must(
        r"formal-notice.*", ("email", "letter"), "en", r"formal notice",
        "the words “formal notice”", "a demand that cannot be mistaken",
    ),
    Must(
        r"formal-notice.*", ("email", "letter"), "de", r"Mahnung",
        "the word “Mahnung”", "a demand that cannot be mistaken",
    ),
    Must(
        r"formal-notice.*", ("email", "letter"), "nl", r"in gebreke",
        "the words “in gebreke”", "BW 6:82: a demand that cannot be mistaken",
    ),
    Must(
        r"formal-notice.*", ("email", "letter"), "es", r"requer",
        "the word “requerimiento”", "a demand that cannot be mistaken",
    ),
    Must(
        r"formal-notice.*", ("email", "letter"), "it", r"in mora",
        "the words “in mora”", "c.c. 1219: a demand that cannot be mistaken",
    ),
    Must(r"formal-notice-de", ("email", "letter"), "*", r"Mahnung", "the word “Mahnung”", "BGB § 286"),
    Must(
        r"formal-notice.*|letter-before-action|last-email", ("email", "letter"), "*", "{deadline}",
        "the deadline", "a notice gives a time to pay",
    ),
    Must(
        r"formal-notice.*|letter-before-action|reminder.*|last-email|courtesy", ("email", "letter"), "*",
        "{amount}", "the amount to pay", "the debtor must know exactly what is owed",
    ),
    Must(
        r"formal-notice.*|letter-before-action|reminder.*|last-email", ("email", "letter"), "*", "{number}",
        "the numbers of the receivables", "the debtor must know exactly what is owed",
    ),
    Must(
        r"invoice", ("document",), "fr", r"pénalités[\s\S]*40", "the late penalties and the fixed sum of 40 €",
        "C. com., art. L441-9",
    ),
)  # fmt: skip


def lint(words: Words, shelf: Shelf, names: Iterable[Named], creditor: Creditor = CREDITOR) -> list[TemplateProblem]:
    """The problems of these templates: errors first, where nothing could be sent, then what is doubtful.

    An SMS is measured with the name of `creditor`, which takes its place in it.
    """
    wanted = sorted(set(names))
    found = [problem for named in wanted for problem in _alone(words, shelf, named, creditor)]
    return sorted([*found, *_in_one_language(shelf, wanted)], key=lambda problem: problem.code)


def unknown(shelf: Shelf, names: frozenset[str]) -> list[TemplateProblem]:
    """The workspace's own templates that cannot be compiled, or use a variable that is none of `names`."""
    return [problem for path in shelf.all() if shelf.own(path) for problem in _unknown(shelf, path, names)]


def unread(shelf: Shelf, names: Iterable[str]) -> list[TemplateProblem]:
    """The workspace's own texts that no message is made of, though somebody wrote them to be sent."""
    known, found = frozenset(names), []
    for path, name in shelf.unread(known):
        if name is None and path.endswith((".html", ".htm", ".mjml")):
            message = "nothing reads it: the layout of e-mails is frame.html, a message is LANGUAGE/NAME.CHANNEL.txt"
        elif name is None:
            message = "nothing reads it: call it LANGUAGE/NAME.CHANNEL.txt, such as fr/reminder-1.email.txt"
        else:
            near = nearest(name, sorted(known))
            message = f"no policy names {quoted(name)}" + (f": did you mean {near}?" if near else "")
        found.append(TemplateProblem(f"templates/{path}", 0, message, UNREAD))
    return found


def _unknown(shelf: Shelf, path: str, names: frozenset[str]) -> Iterator[TemplateProblem]:
    try:
        shelf.compiled(path)
    except TemplateProblem as problem:
        yield problem
        return
    text = shelf.source(path) or ""
    for name in sorted(find_undeclared_variables(shelf.text.parse(text)) - names - shelf.text.globals.keys()):
        before = re.split(rf"\b{re.escape(name)}\b", text, maxsplit=1)[0]
        yield TemplateProblem(f"templates/{path}", before.count("\n") + 1, f"'{name}' is undefined")


def _alone(words: Words, shelf: Shelf, named: Named, creditor: Creditor) -> Iterator[TemplateProblem]:
    name, channel, language = named
    try:
        given = samples(creditor if channel == "sms" else CREDITOR, name, channel, language, DAY)
        dated = any("{deadline}" in must.words and _concerns(must, named) for must in MUST)
        said = [(each, _rendered(words, each)) for each in given if each.deadline is not None or not dated]
        path = shelf.find(name, channel, language)
    except TemplateProblem as problem:
        yield problem
        return
    if path is None and not any(shelf.own(each) for each in shelf.all() if each.startswith(f"{language}/")):
        return  # the house's letters in that language, and nothing of one's own: as docs/templates.md says
    if path is None:
        file, other = f"templates/{language}/{name}.{channel}.txt", shelf.spoken(name, channel, language)
        yield TemplateProblem(file, 0, f"nobody wrote it: the words of {other} are sent", ONE_LANGUAGE)
        return
    file = f"templates/{path}"
    for must in MUST:
        if _concerns(must, named) and not all(_says(must, each, text) for each, text in said):
            yield TemplateProblem(file, 0, f"it does not say {must.what} ({must.why})", NOT_SAID)


def _says(must: Must, given: Subject, text: str) -> bool:
    words = must.words
    if given.total is not None:
        whole, cents = divmod(given.total.minor, 100)
        words = words.replace("{amount}", rf"{f'{whole:,}'.replace(',', '[ ,.’]?')}[,.]{cents:02}")
    if given.deadline is not None:
        words = words.replace("{deadline}", rf"{given.deadline.day}\.? (de )?\w+ (de )?{given.deadline.year}")
    words = words.replace("{number}", re.escape(given.items[0].number))
    return re.search(words, text, re.IGNORECASE) is not None


def _concerns(must: Must, named: Named) -> bool:
    name, channel, language = named
    fits = re.fullmatch(must.templates, name) is not None
    return fits and channel in must.channels and must.language in ("*", language)


def _in_one_language(shelf: Shelf, names: list[Named]) -> Iterator[TemplateProblem]:
    """Templates of the workspace's own that a policy sends in another language too, then in the house's words."""
    for name, channel, language in names:
        path = shelf.find(name, channel, language)
        others = (
            shelf.find(*other) for other in names if other[:2] == (name, channel) and other != (name, channel, language)
        )
        own = [other for other in others if other and shelf.own(other)]
        if path and own and not shelf.own(path):
            message = (
                f"templates/{own[0]} is your own, but in {language} the house's words are sent: write this one too"
            )
            yield TemplateProblem(f"templates/{path}", 0, message, ONE_LANGUAGE)


def _rendered(words: Words, given: Subject) -> str:
    """The text of a sample, its spaces ordinary."""
    match given.channel:
        case "sms":
            said = words.sms(given)
        case "call":
            said = words.call(given)
        case _:
            said = words.text(given)
    return re.sub(r"[\u00a0\u202f]", " ", said)
