"""XML written as nested elements: escaped, UTF-8, the same bytes for the same content."""

from __future__ import annotations

import re
from collections.abc import Iterable
from xml.sax.saxutils import escape, quoteattr

Node = str
_FORBIDDEN = re.compile(r"[^\t\n\r\x20-\ud7ff\ue000-\ufffd\U00010000-\U0010ffff]")


def node(name: str, *children: Node, **attributes: str) -> Node:
    """An element with its children; nothing where every child is nothing."""
    inner = "".join(children)
    return f"<{name}{_attributes(attributes)}>{inner}</{name}>" if inner else ""


def leaf(name: str, text: object, **attributes: str) -> Node:
    """An element with a text; nothing where the text is empty."""
    said = _FORBIDDEN.sub("", str(text)).strip()
    return f"<{name}{_attributes(attributes)}>{escape(said)}</{name}>" if said else ""


def document(name: str, namespaces: dict[str, str], children: Iterable[Node]) -> bytes:
    """The whole document; `namespaces` by prefix, the default one under an empty prefix."""
    declared = "".join(f" xmlns{':' + prefix if prefix else ''}={quoteattr(uri)}" for prefix, uri in namespaces.items())
    return f"<?xml version='1.0' encoding='UTF-8'?>\n<{name}{declared}>{''.join(children)}</{name}>".encode()


def _attributes(given: dict[str, str]) -> str:
    return "".join(f" {name}={quoteattr(value)}" for name, value in given.items())
