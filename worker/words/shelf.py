"""Where templates are found: a workspace's own first, then those of the house. Compiles them; renders nothing."""

from __future__ import annotations

import re
import tomllib
from collections.abc import Callable, Collection, Iterable
from functools import cache
from importlib.resources import files
from importlib.resources.abc import Traversable
from pathlib import Path

from jinja2 import FunctionLoader, StrictUndefined, Template, TemplateNotFound, TemplateSyntaxError

from worker.words.bounded import Bounded, begin, whole

_NAME = re.compile(r"[a-z0-9_][a-z0-9_-]*")
_MESSAGE = re.compile(r"[a-z0-9][a-z0-9_-]*\.(email|sms|letter|call|document)\.txt")
_MEANT = re.compile(r"\.(email|sms|letter|call|document)(\.|$)|\.(txt|j2|jinja2?|html?|mjml|typ|toml)$", re.IGNORECASE)
LAYOUTS = ("frame.html", "paper.typ")
_SHORT_TEXTS = ("labels.toml", "mentions.toml")  # of one language
_PICTURE = re.compile(r"[a-z0-9_][a-z0-9_-]*\.(png|jpg|jpeg)")
_ELSEWHERE = frozenset({"", ".", ".."})  # parts of a path that could lead out of its folder
LARGEST_PICTURE = 100_000  # bytes
MISSING = "there is no such template"
WHOLE = ("en", "fr")  # the languages in which the house has every message
# A letter without words of its own uses those of the e-mail, and the other way round: only the frame differs.
_STANDS_IN = {"email": ("email", "letter"), "letter": ("letter", "email"), "document": ("document", "letter")}


class TemplateProblem(Exception):
    """A template that cannot be used: `file` as people know it, `line` from 1 (0: the file itself), and why.

    `code` is that of a diagnostic: REL401 where nothing can be sent, REL402 to REL405 for what lint.py warns of.
    """

    def __init__(self, file: str, line: int, message: str, code: str = "REL401") -> None:
        super().__init__(f"{file}:{line}: {message}" if line else f"{file}: {message}")
        self.file = file
        self.line = line
        self.message = message
        self.code = code


class Shelf:
    """The templates of one workspace. `overrides` is its `templates/` folder, laid out as the house's."""

    def __init__(self, overrides: Path | None = None) -> None:
        self._overrides = overrides
        self.text = self._environment(autoescape=False)
        self.html = self._environment(autoescape=True)
        self.labels = cache(self._labels)

    def find(self, name: str, channel: str, language: str) -> str | None:
        """The path of a template, such as `fr/reminder-1.email.txt`; None when there is none."""
        if not (_NAME.fullmatch(name) and _NAME.fullmatch(language)):
            return None
        paths = (f"{language}/{name}.{each}.txt" for each in _STANDS_IN.get(channel, (channel,)))
        return next((path for path in paths if self._file(path) is not None), None)

    def spoken(self, name: str, channel: str, language: str) -> str:
        """The language in which a message is said: the one asked for, or a whole one where that has letters only."""
        if self.find(name, channel, language) is not None or not self._has_labels(language):
            return language
        return next((each for each in WHOLE if self.find(name, channel, each) is not None), language)

    def all(self) -> list[str]:
        """The paths of all templates of messages, such as `fr/reminder-1.email.txt`, the workspace's own included."""
        found: set[str] = set()
        for root in (files("templates"), self._overrides):
            for folder in root.iterdir() if root is not None else ():
                if folder.is_dir() and _NAME.fullmatch(folder.name):
                    names = (file.name for file in folder.iterdir() if _MESSAGE.fullmatch(file.name))
                    found |= {f"{folder.name}/{name}" for name in names}
        return sorted(found)

    def own(self, path: str) -> bool:
        """Whether the workspace has a file of its own at that path."""
        return self._overrides is not None and self._overrides.joinpath(path).is_file()

    def unread(self, names: Collection[str]) -> list[tuple[str, str | None]]:
        """The workspace's own files that no message is made of, whatever their suffix: the path, and the name if any.

        `names` are the templates that policies name; what the house has may always be there.
        """
        house = {path.partition("/")[2].partition(".")[0] for path in self.all() if not self.own(path)}
        found: list[tuple[str, str | None]] = []
        for file in sorted(self._overrides.rglob("*")) if self._overrides is not None else ():
            if not _MEANT.search(file.name) or file.name.startswith(("_", ".")) or not file.is_file():
                continue
            path = file.relative_to(self._overrides).as_posix()  # type: ignore[arg-type]
            language, _, last = path.partition("/")
            if path in LAYOUTS or last in _SHORT_TEXTS or (last and _of_the_house(path) is not None):
                continue
            if not _MESSAGE.fullmatch(last) or not self._has_labels(language):
                found.append((path, None))
            elif (name := last.partition(".")[0]) not in {*house, *names}:
                found.append((path, name))
        return found

    def get(self, name: str, channel: str, language: str) -> Template:
        """The compiled template. Raises TemplateProblem where there is none or it cannot be read."""
        path = self.find(name, channel, language)
        if path is None:
            raise TemplateProblem(f"templates/{language}/{name}.{channel}.txt", 0, MISSING)
        return self.compiled(path)

    def compiled(self, path: str) -> Template:
        """The template at a path. Raises TemplateProblem."""
        environment = self.html if path.endswith(".html") else self.text
        try:
            return environment.get_template(path)
        except TemplateSyntaxError as error:
            raise TemplateProblem(f"templates/{error.name or path}", error.lineno, error.message or "") from error
        except TemplateNotFound as error:
            raise TemplateProblem(f"templates/{path}", 0, "there is no such template") from error

    def source(self, path: str) -> str | None:
        """A file, the workspace's first; None when neither has it. Raises TemplateProblem when it is no UTF-8.

        The workspace's are read each time: one that is mended is found so.
        """
        file = self._overrides.joinpath(path) if self._overrides is not None else None
        if file is None or not file.is_file():
            return _of_the_house(path)
        try:
            return file.read_text("utf-8")
        except UnicodeDecodeError as error:
            raise TemplateProblem(f"templates/{path}", 0, f"it is not UTF-8 text: {error.reason}") from error

    def _file(self, path: str) -> Traversable | None:
        """Where a file is, the workspace's first; None when neither has it."""
        roots = (root for root in (self._overrides, files("templates")) if root is not None)
        return next((file for root in roots if (file := root.joinpath(path)).is_file()), None)

    def picture(self, name: str) -> bytes:
        """A PNG or JPEG of the workspace's templates. Raises TemplateProblem where a mail could not show it."""
        file = self._overrides.joinpath(name) if self._overrides is not None and _PICTURE.fullmatch(name) else None
        if file is None or not file.is_file():
            raise TemplateProblem(f"templates/{name}", 0, "there is no such picture, and it must be a PNG or a JPEG")
        content = file.read_bytes()
        if len(content) > LARGEST_PICTURE or not content.startswith((b"\x89PNG", b"\xff\xd8\xff")):
            raise TemplateProblem(f"templates/{name}", 0, "it must be a PNG or a JPEG of at most 100 KB")
        return content

    def render(self, template: Template, values: dict[str, object]) -> str:
        """The text of a template. Raises TemplateProblem, with the line, where a value is unknown or refused."""
        begin()
        try:
            return whole(template.generate(values))
        except Exception as error:
            raise _located(error, template.name or "?") from error

    def _labels(self, language: str) -> dict[str, str]:
        """The short texts of a language: the house's, then the workspace's over them; in English what it lacks."""
        if not self._has_labels(language):
            raise TemplateProblem(f"templates/{language}/labels.toml", 0, "there is no such language")
        found: dict[str, str] = {}
        for root, path in (
            (files("templates"), f"{WHOLE[0]}/labels.toml"),
            (files("templates"), f"{language}/labels.toml"),
            (self._overrides, f"{language}/labels.toml"),
        ):
            file = root.joinpath(path) if root is not None else None
            if file is not None and file.is_file():
                try:
                    found |= {key: str(value) for key, value in tomllib.loads(file.read_text("utf-8")).items()}
                except (tomllib.TOMLDecodeError, UnicodeDecodeError) as error:
                    raise TemplateProblem(f"templates/{path}", 0, str(error)) from error
        return found

    def _has_labels(self, language: str) -> bool:
        roots = (files("templates"), self._overrides) if _NAME.fullmatch(language) else ()
        return any(root is not None and root.joinpath(f"{language}/labels.toml").is_file() for root in roots)

    def _environment(self, *, autoescape: bool) -> Bounded:
        return Bounded(
            loader=FunctionLoader(self._load),
            undefined=StrictUndefined,
            autoescape=autoescape,
            auto_reload=False,
            lstrip_blocks=True,
        )

    def _load(self, path: str) -> tuple[str, str, Callable[[], bool]] | None:
        """What a template is or includes: nothing outside the folders of templates."""
        inside = not _ELSEWHERE.intersection(path.split("/")) and "\\" not in path and "\0" not in path
        source = self.source(path) if inside else None
        return None if source is None else (source, f"templates/{path}", lambda: True)


@cache
def _of_the_house(path: str) -> str | None:
    file = files("templates").joinpath(path)
    return file.read_text("utf-8") if file.is_file() else None


def _located(error: Exception, name: str) -> TemplateProblem:
    """The innermost line of a template that the error passed through."""
    where, line = f"templates/{name}", 0
    for frame, at in _frames(error):
        if frame.startswith("templates/"):
            where, line = frame, at
    return TemplateProblem(where, line, str(error) or type(error).__name__)


def _frames(error: Exception) -> Iterable[tuple[str, int]]:
    trace = error.__traceback__
    while trace is not None:
        yield trace.tb_frame.f_code.co_filename, trace.tb_lineno
        trace = trace.tb_next
