"""A workspace for tests of rules: one business, and whatever files a test brings."""

from __future__ import annotations

from pathlib import Path

from rules.compile import Compiled, compile_workspace
from rules.diagnostics import render
from rules.library import files
from worker.holidays import public_holidays

GOLDEN = Path(__file__).parent / "golden"
BUSINESS = """\
format: relance/v1
kind: business
id: martin
name: Infogérance Martin SAS
law: FR
language: fr
currency: EUR
roles:
  credit-controller: [anne@martin.example]
  credit-director: [paul@martin.example]
  account-manager: [zoe@martin.example]
agencies: {recouvra: {kind: agency, email: dossiers@recouvra.example}}
gateways: {crm: {url: https://crm.example/hook}}
custom: {customer.sector: text, customer.staff: number, customer.member: flag}
"""
_FOLDERS = {"policy": "policies", "assignment": "assignments", "calendar": "calendars", "terms": "terms"}


def compiled(**written: str) -> Compiled:
    """A workspace of the business above and these files; `policies__mine` is policies/mine.yaml."""
    paths = {f"{path.replace('__', '/')}.yaml": text.encode() for path, text in written.items()}
    return compile_workspace({"business.yaml": BUSINESS.encode(), **paths}, files(), public_holidays)


def said_of(file: Path) -> str:
    """What is said of one file of a workspace, as it is shown."""
    data = file.read_bytes()
    kind = next(line.split()[1] for line in data.decode().splitlines() if line.startswith("kind:"))
    if kind == "business":
        path, workspace = "business.yaml", {}
    else:
        name = "default" if kind == "assignment" else file.stem
        path, workspace = f"{_FOLDERS[kind]}/{name}.yaml", {"business.yaml": BUSINESS.encode()}
    found = compile_workspace({**workspace, path: data}, files(), public_holidays)
    shown = render([d for d in found.diagnostics if d.file == path], {path: data.decode()})
    return shown.replace(path, file.name)
