"""The policies, calendars, terms and assignment shipped with Relance: what a workspace does not define, by name."""

from __future__ import annotations

from importlib.resources import files as resources

FOLDERS = ("policies", "assignments", "terms", "calendars", "tests")


def files() -> dict[str, bytes]:
    """Every YAML file of the library, by its path: `policies/fr-b2b-standard.yaml`, ..."""
    return {
        f"{folder}/{entry.name}": entry.read_bytes()
        for folder in FOLDERS
        for entry in sorted(resources(__name__).joinpath(folder).iterdir(), key=lambda e: e.name)
        if entry.name.endswith(".yaml")
    }
