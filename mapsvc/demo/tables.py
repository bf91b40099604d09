"""Tables: workflow, limits and calendar as TOML files that people edit, read whole."""

from __future__ import annotations

import tomllib
from collections.abc import Callable, Mapping
from pathlib import Path
from typing import Any

from mapsvc.casework.flow_json import read_flow, write_flow
from mapsvc.casework.limits_json import read_calendar, read_limits, write_calendar, write_limits
from mapsvc.errors import BadFile, BadInput, PersonLabel

_CLEAN: Mapping[str, Callable[[Any], dict[str, Any]]] = {
    "workflow": lambda value: write_flow(read_flow(value)),
    "limits": lambda value: write_limits(read_limits(value)),
    "calendar": lambda value: write_calendar(read_calendar(value)),
}


def read_tables(folder: Path) -> dict[str, dict[str, Any]]:
    """The tables that the folder has, as settings by name. Raises BadFile with the field, PersonLabel."""
    found: dict[str, dict[str, Any]] = {}
    for name, clean in _CLEAN.items():
        path = folder / f"{name}.toml"
        if path.exists():
            found[name] = _read(path, clean)
    return found


def _read(path: Path, clean: Callable[[Any], dict[str, Any]]) -> dict[str, Any]:
    try:
        return clean(tomllib.loads(path.read_text(encoding="utf-8")))
    except PersonLabel:
        raise
    except BadInput as error:
        raise BadFile(str(error), file=path.name, field=error.field) from error
    except (OSError, UnicodeDecodeError, tomllib.TOMLDecodeError) as error:
        raise BadFile(f"The table cannot be read: {error}.", file=path.name) from error
