"""`relance new`: files to start from, copied from what is shipped, never over what is there."""

from __future__ import annotations

import json
import re
import unicodedata
from importlib.resources import files
from importlib.resources.abc import Traversable
from pathlib import Path

import click

from rules import library
from rules.diagnostics import did_you_mean
from rules.vocabulary import KINDS
from worker.cli import place
from worker.cli.app import Failure
from worker.cli.template import template
from worker.workspace import load

IDENTIFIER, NAME = "my-business", "My Business"  # as the shipped files say it
SCHEMAS = "schemas"
_FOLDERS = {"policy": "policies", "assignment": "assignments", "calendar": "calendars", "terms": "terms"}
_HEAD = "# yaml-language-server: $schema="


@click.group()
def new() -> None:
    """Make files to start from."""


new.add_command(template)


@new.command()
@click.argument("folder", type=click.Path(path_type=Path), metavar="NAME")
def workspace(folder: Path) -> None:
    """Make the folder NAME: a small business, one policy with its tests, and in data/ two files to import.

    \b
    Example:
      relance new workspace my-business
      cd my-business && relance validate && relance test
    """
    if folder.exists() and (not folder.is_dir() or any(folder.iterdir())):
        raise Failure(f"{folder} is there already and is not empty: choose another name.")
    name = folder.resolve().name
    _copy(files("worker.cli").joinpath("starter"), folder, {IDENTIFIER: identifier(name), NAME: title(name)})
    (folder / ".gitignore").write_text(".relance/\ndata/\n", "utf-8")
    _schemas(folder)
    click.echo(f"Made {folder}. Change business.yaml, then: cd {folder} && relance validate && relance test")


@new.command()
@click.argument("name")
@click.option("--preset", help="Begin with a policy that ships, such as de-b2b; without it, with a commented one.")
def policy(name: str, preset: str | None) -> None:
    """Add policies/NAME.yaml to the workspace, with its tests.

    The presets: fr-b2b-standard, fr-b2b-gentle, fr-b2b-firm, be-b2b, lu-b2b, de-b2b, gb-b2b, es-b2b, it-b2b, nl-b2b,
    eu-b2b (several countries), subscription-with-debit, public-sector, sole-traders.

    \b
    Examples:
      relance new policy exports
      relance new policy germany --preset de-b2b
    """
    made, folder = identifier(name, "policy"), place.workspace().folder
    texts = {
        folder / "policies" / f"{made}.yaml": _begun("policies", preset, made),
        folder / "tests" / f"{made}.test.yaml": _begun("tests", preset, made),
    }
    for file in texts:
        if file.exists():
            raise Failure(f"{file.relative_to(folder)} is there already: choose another name.")
    for file, text in texts.items():
        file.parent.mkdir(exist_ok=True)
        file.write_text(text, "utf-8")
    _schemas(folder)
    files_ = " and ".join(str(file.relative_to(folder)) for file in texts)
    click.echo(f"Made {files_}. Name {made} in assignments/, then: relance validate && relance lint && relance test")
    for found in load(folder).compiled.diagnostics:
        if found.file == f"policies/{made}.yaml" and found.code in _TO_NAME:
            click.echo(f"  first: {found.message}")


_TO_NAME = ("REL207", "REL208", "REL226")  # roles, agencies, a creditor identifier


@new.command()
def schemas() -> None:
    """Put the schemas beside the files, where editors find completion, help and errors; again after an update.

    Each file says on its first line which schema it follows. VS Code needs the extension YAML (redhat.vscode-yaml).

    \b
    Example:
      relance new schemas
    """
    _schemas(place.workspace().folder)
    click.echo(f"Wrote {SCHEMAS}/ and .vscode/settings.json, where there was none.")


def _begun(folder: str, preset: str | None, name: str) -> str:
    """The text of a new policy, or of its tests: a preset's or the commented one, under its own name."""
    suffix = ".test.yaml" if folder == "tests" else ".yaml"
    if preset is None:
        text = files("worker.cli").joinpath("blank", f"policy{suffix}").read_text("utf-8")
        return _pointed(text.replace("NAME\n", f"{name}\n"), 1)
    shipped = library.files()
    presets = [path.split("/")[1].removesuffix(".yaml") for path in shipped if path.startswith("policies/")]
    if preset not in presets:
        advice = did_you_mean(preset, presets) or f"there are: {', '.join(presets)}"
        raise Failure(f"there is no preset {preset}: {advice}.")
    text = shipped[f"{folder}/{preset}{suffix}"].decode()
    key = "policy" if folder == "tests" else "id"
    return _pointed(re.sub(rf"^{key}: {re.escape(preset)}$", f"{key}: {name}", text, count=1, flags=re.MULTILINE), 1)


def _pointed(text: str, depth: int) -> str:
    """The text of a file under a first line that names its schema, `depth` folders up."""
    kind = re.search(r"^kind: ([a-z-]+)", text, re.MULTILINE)
    if kind is None:
        return text
    body = text.partition("\n")[2] if text.startswith(_HEAD) else text
    return f"{_HEAD}{'../' * depth}{SCHEMAS}/{kind[1]}.v1.json\n{body}"


def _schemas(folder: Path) -> None:
    """Writes the schemas anew, and the settings of VS Code where there are none."""
    (folder / SCHEMAS).mkdir(exist_ok=True)
    for kind in KINDS:
        text = files("rules").joinpath("schemas", f"{kind}.v1.json").read_text("utf-8")
        (folder / SCHEMAS / f"{kind}.v1.json").write_text(text, "utf-8")
    settings = folder / ".vscode" / "settings.json"
    if not settings.exists():
        globs = {"business": "business.yaml", "policy-test": "tests/*.yaml"} | {
            kind: f"{name}/*.yaml" for kind, name in _FOLDERS.items()
        }
        said = {"yaml.schemas": {f"./{SCHEMAS}/{kind}.v1.json": glob for kind, glob in globs.items()}}
        settings.parent.mkdir(exist_ok=True)
        settings.write_text(json.dumps(said, indent=2) + "\n", "utf-8")


def identifier(name: str, kind: str = "business") -> str:
    """A name in lower case with dashes; one that begins with no letter is put behind its `kind`.

    >>> identifier("Infogérance Martin & Fils")
    'infogerance-martin-fils'
    """
    ascii_ = unicodedata.normalize("NFKD", name).encode("ascii", "ignore").decode()
    found = re.sub(r"[^a-z0-9]+", "-", ascii_.lower()).strip("-")
    return found if found[:1].isalpha() else f"{kind}-{found}".strip("-")


def title(name: str) -> str:
    """The name as a file may quote it.

    >>> title('Martin "&" Fils')
    'Martin & Fils'
    """
    return re.sub(r"[^\w &.,'’()-]", "", name).strip() or NAME


def _copy(source: Traversable, target: Path, words: dict[str, str], depth: int = 0) -> None:
    target.mkdir(parents=True, exist_ok=True)
    for entry in source.iterdir():
        if entry.is_dir():
            _copy(entry, target / entry.name, words, depth + 1)
            continue
        text = entry.read_text("utf-8")
        for shipped, own in words.items():
            text = text.replace(shipped, own)
        (target / entry.name).write_text(_pointed(text, depth), "utf-8")
