"""The YAML of a mapping, read strictly: what is wrong is located, all at once, in the form of every other file."""

from __future__ import annotations

from collections.abc import Callable, Iterable
from collections.abc import Mapping as Map
from pathlib import PurePath
from typing import TypeVar

from rules.compiling.page import Known, Page, items, listed, text, wanted
from rules.diagnostics import Diagnostic, did_you_mean, nearest, quoted
from rules.moments import NAME, Duration, Moment
from rules.money import CURRENCIES
from rules.source import Node, read
from rules.vocabulary import FORMAT
from worker.imports.cells import CellError
from worker.replay.mapping import Column, Constant, DisputeRule, Events, Mapping, Meaning
from worker.replay.meant import CURRENCY, NEEDED, meant, names
from worker.replay.written import DECIMALS, ENCODINGS, ISO, SEPARATORS, DateForm, Written

T = TypeVar("T")

KIND = "replay-mapping"
AMOUNT = "invoice.amount"
_KEYS = (
    "format kind id title ledger columns constants lookups reckoned dispute events approve bank select until".split()
)
_LEDGER = ("encoding", "separator", "dates", "decimals")
_RECKONED = {"invoice.due": ("issued", "delivered"), "invoice.delivered": ("issued",)}
_OPENS = ("issued", "due", "delivered", "settled")
_MOST = 1_000_000  # of `select`


def read_mapping(
    data: bytes, name: str, custom: Map[str, str] | None = None
) -> tuple[Mapping | None, list[Diagnostic]]:
    """The mapping of a file called `name`, and what is wrong with it; None when there is an error.

    `custom` are the facts that business.yaml declares (`customer.sector: text`), which columns may fill.
    """
    root, found = read(data, name)
    if root is None or found:
        return None, found
    file = _File(Page(name, root, Known({})), custom or {})
    made = file.mapping()
    return (None if file.page.diagnostics else made), sorted(file.page.diagnostics)


class _File:
    """One mapping while it is read. Everything wrong is reported, and replaced by something harmless."""

    def __init__(self, page: Page, custom: Map[str, str]) -> None:
        self.page, self.custom = page, custom

    def mapping(self) -> Mapping | None:
        root = self.page.root
        if not self.keys(root, _KEYS, ("format", "kind", "id", "columns")):
            return None
        self.word(root, "format", (FORMAT,))
        self.word(root, "kind", (KIND,))
        if (name := root.get("id")) is not None and not NAME.fullmatch(name.text):
            self.page.error(name, 104, f"{quoted(name.text)} is not a name in lower case with dashes")
        written = self.written(root.get("ledger"), Written())
        sources = self.sources()
        return Mapping(
            text(root, "id"),
            written,
            self.currency(sources),
            self.amount(),
            sources,
            self.reckoned(sources),
            self.given(root, "dispute", self.dispute),
            self.given(root, "events", lambda node: self.events(node, written)),
            self.given(root, "approve", self.approve),
            "daily" if self.word(root, "bank", ("none", "daily")) == "daily" else "none",
            self.given(root, "select", self.select),
            self.given(root, "until", self.plain_duration) or Duration(90, "d"),
        )

    # --- blocks --------------------------------------------------------------------------------------------------

    def written(self, node: Node | None, base: Written) -> Written:
        """Encoding, separator, dates and decimals; what is not said is as in `base`."""
        if node is None or not self.keys(node, _LEDGER):
            return base
        return Written(
            self.word(node, "encoding", ENCODINGS) or base.encoding,
            SEPARATORS.get(self.word(node, "separator", SEPARATORS) or "", base.separator),
            self.given(node, "dates", self.dates) or base.dates,
            DECIMALS.get(self.word(node, "decimals", DECIMALS) or "", base.decimal),
        )

    def sources(self) -> dict[str, Column | Constant]:
        """Where each fact comes from; a fact in two places is an error."""
        root, found = self.page.root, {}
        lines: dict[str, int] = {}
        for block, make in (("columns", self.column), ("constants", self.constant), ("lookups", self.lookup)):
            self.block(root, block)
            for name, entry in items(root, block):
                if name in lines:
                    self.page.error(entry.key, 205, f"{quoted(name)} is already on line {lines[name]}")
                elif self.known(entry.key, block):
                    lines[name] = entry.key.line
                    if name != AMOUNT:
                        found[name] = make(name, entry.value)
        if (columns := root.get("columns")) is not None:
            written = {key for block in ("columns", "constants", "lookups") for key, _ in items(root, block)}
            self.missing(columns, [name for name in NEEDED if name not in lines], written - lines.keys())
        return found

    def amount(self) -> tuple[str, ...]:
        node = next((entry.value for name, entry in items(self.page.root, "columns") if name == AMOUNT), None)
        return tuple(self.text(each) for each in listed(node))

    def currency(self, sources: dict[str, Column | Constant]) -> Column | str:
        """Taken out of the sources: amounts are read by it."""
        match sources.pop(CURRENCY, None):
            case Column() as column:
                return column
            case Constant(value):
                return str(value)
        return ""

    def reckoned(self, sources: Map[str, object]) -> dict[str, Moment]:
        root, found = self.page.root, {}
        self.block(root, "reckoned")
        for name, entry in items(root, "reckoned"):
            if name not in _RECKONED:
                advice = did_you_mean(name, _RECKONED) or f"only {' and '.join(_RECKONED)} can be"
                self.page.error(entry.key, 101, f"{quoted(name)} cannot be reckoned", advice)
            elif name in sources:
                self.page.error(entry.key, 205, f"{quoted(name)} has its column already")
            else:
                found[name] = self.moment(entry.value, _RECKONED[name])
        return found

    def dispute(self, node: Node) -> DisputeRule | None:
        if not self.keys(node, ("when", "opens", "closes", "outcome"), ("when", "opens", "closes")):
            return None
        when = {
            column: frozenset(self.text(each) for each in listed(entry.value)) for column, entry in items(node, "when")
        }
        if (written := node.get("when")) is not None and not when:
            self.page.error(written, 107, "a map of columns is needed here", "write the column and what stands in it")
        closes = node.get("closes")
        return DisputeRule(
            when,
            self.given(node, "opens", lambda n: self.moment(n, _OPENS)) or Moment("due", Duration(0, "d")),
            None if closes is None or closes.text == "never" else self.moment(closes, (*_OPENS, "opened"), "never"),
            "founded" if self.word(node, "outcome", ("founded", "unfounded")) == "founded" else "unfounded",
        )

    def events(self, node: Node, written: Written) -> Events | None:
        needed = ("file", "invoice", "name", "day", "facts")
        if not self.keys(node, (*needed, "ledger"), needed):
            return None
        facts = {name: self.meaning(entry.value) for name, entry in items(node, "facts")}
        if (found := node.get("facts")) is not None and not facts:
            self.page.error(found, 107, "a map of events is needed here", "write each event and what it means, or none")
        columns = [self.given(node, key, self.text) or "" for key in ("invoice", "name", "day", "file")]
        if (file := node.get("file")) is not None and PurePath(columns[3]).name != columns[3]:
            self.page.error(file, 104, f"{quoted(columns[3])} is not the name of a file beside the ledger")
        return Events(columns[0], columns[1], columns[2], columns[3], facts, self.written(node.get("ledger"), written))

    def meaning(self, node: Node) -> Meaning:
        if node.text == "none":
            return Meaning()
        if not self.keys(node, ("delivered", "due", "dispute", "credit", "payment", "write_off"), advice="or none"):
            return Meaning()
        return Meaning(
            self.flag(node, "delivered"),
            self.given(node, "due", self.plain_duration),
            self.word(node, "dispute", ("opens", "founded", "unfounded")),  # type: ignore[arg-type]
            self.given(node, "credit", self.text),
            self.given(node, "payment", self.text),
            self.flag(node, "write_off"),
        )

    # --- sources -------------------------------------------------------------------------------------------------

    def column(self, _name: str, node: Node) -> Column:
        return Column(self.text(node))

    def constant(self, name: str, node: Node) -> Constant:
        """A value as the policy language writes it: dates 2027-01-31, amounts 150.00 EUR."""
        if name == CURRENCY:
            if node.text not in CURRENCIES:
                self.page.error(node, 104, f"{quoted(node.text)} is not a currency of ISO 4217, such as EUR")
            return Constant(node.text)
        try:
            return Constant(meant(name, [self.text(each) for each in listed(node)], Written(), "", self.custom))
        except CellError as error:
            self.page.error(node, 104, error.what, error.cure or None)
            return Constant("")

    def lookup(self, name: str, node: Node) -> Column:
        if not self.keys(node, ("column", "words", "otherwise"), ("column", "words")):
            return Column("")
        words = {word: self.text(entry.value) for word, entry in items(node, "words")}
        otherwise = node.get("otherwise")
        for _, entry in items(node, "words"):
            self.constant(name, entry.value)
        if otherwise is not None:
            self.constant(name, otherwise)
        return Column(text(node, "column"), words, otherwise.text if otherwise is not None else None)

    def known(self, key: Node, block: str) -> bool:
        """Whether the fact can be filled from a ledger, and from this block."""
        allowed = names(self.custom, constants=block != "columns")
        if key.text in allowed:
            return True
        advice = did_you_mean(key.text, allowed)
        if block != "columns" and key.text in names(self.custom):
            advice = "it has a column of its own: write it under columns"
        self.page.error(key, 101, f"{quoted(key.text)} is not a fact that {block} can give", advice)
        return False

    # --- single values -------------------------------------------------------------------------------------------

    def keys(self, node: Node, known: Iterable[str], needed: Iterable[str] = (), advice: str | None = None) -> bool:
        """Whether this is a map, with the keys that it needs; each unknown one is reported."""
        if not isinstance(node.value, dict):
            shown = advice or f"write {{{', '.join(f'{key}: ...' for key in needed or known)}}}"
            self.page.error(node, 107, "a map of keys is needed here", shown)
            return False
        for key, entry in node.items():
            if key not in known:
                self.page.error(entry.key, 101, f"unknown key {quoted(key)}", did_you_mean(key, known))
        absent = [key for key in needed if node.get(key) is None]
        self.missing(node, absent, {key for key, _ in node.items() if key not in known})
        return True

    def missing(self, node: Node, absent: Iterable[str], unknown: Iterable[str]) -> None:
        """Reports what must be there, but for that of which a near miss is."""
        meant = {nearest(word, absent) for word in unknown}
        keys = [f"'{key}'" for key in absent if key not in meant]
        if keys:
            self.page.error(node, 102, f"{' and '.join(keys)} {'is' if len(keys) == 1 else 'are'} missing")

    def block(self, root: Node, name: str) -> None:
        node = root.get(name)
        if node is not None and not isinstance(node.value, dict):
            self.page.error(node, 107, "a map of keys is needed here")

    def given(self, node: Node, key: str, make: Callable[[Node], T]) -> T | None:
        """What `make` makes of the value of a key; None where it is not written."""
        found = node.get(key)
        return None if found is None else make(found)

    def word(self, node: Node, key: str, choices: Iterable[str]) -> str | None:
        """One of the choices; None where it is not written, or is none of them."""
        found = node.get(key)
        if found is None or found.text in choices:
            return None if found is None else found.text
        advice = did_you_mean(found.text, choices)
        *first, last = choices
        expected = "" if advice else f", expected {', '.join(first)} or {last}"
        self.page.error(found, 103, f"{quoted(found.text)} is not allowed here{expected}", advice)
        return None

    def text(self, node: Node) -> str:
        if isinstance(node.value, dict | tuple):
            self.page.error(node, 107, "one value is needed here")
        return node.text

    def flag(self, node: Node, key: str) -> bool:
        return self.word(node, key, ("true", "false")) == "true"

    def dates(self, node: Node) -> DateForm:
        try:
            return DateForm(node.text)
        except ValueError:
            self.page.error(
                node,
                104,
                f"{quoted(node.text)} is not a way to write dates",
                "such as YYYY-MM-DD, D.M.YYYY or M/D/YYYY",
            )
            return ISO

    def plain_duration(self, node: Node) -> Duration:
        """Days, weeks or months: a mapping has no calendar of working days."""
        try:
            found = Duration.parse(node.text)
        except ValueError:
            found = Duration(0, "bd")
        if found.unit == "bd":
            self.page.error(node, 104, f"{quoted(node.text)} is not a duration in days, weeks or months, such as 30d")
        return found

    def moment(self, node: Node, anchors: tuple[str, ...], *others: str) -> Moment:
        """A moment from one of the anchors, without working days."""
        try:
            found = Moment.parse(node.text)
        except ValueError:
            found = Moment("", Duration(0, "d"))
        if found.anchor not in anchors or found.offset.unit == "bd":
            advice = " or ".join((*(f"{anchor}+5d" for anchor in anchors), *others))
            self.page.error(node, 104, f"{quoted(node.text)} is not a moment that can be reckoned here", advice)
        return found

    def approve(self, node: Node) -> Duration | None:
        """`after 2d`, or `never`."""
        words = node.text.split()
        if words == ["never"]:
            return None
        if len(words) == 2 and words[0] == "after":
            try:
                found = Duration.parse(words[1])
            except ValueError:
                found = Duration(0, "bd")
            if found.unit != "bd":
                return found
        self.page.error(node, 104, f"{quoted(node.text)} is not 'after 2d' or 'never'")
        return None

    def select(self, node: Node) -> int | None:
        if not self.keys(node, ("smallest_sha256",), ("smallest_sha256",)):
            return None
        found = wanted(node, "smallest_sha256") if node.get("smallest_sha256") is not None else node
        if isinstance(found.value, int) and 0 < found.value <= _MOST:
            return found.value
        self.page.error(found, 104, f"{quoted(found.text)} is not a number of invoices, such as 500")
        return None
