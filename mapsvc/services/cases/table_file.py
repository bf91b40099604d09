"""Table file: an editable table as TOML or JSON text, read into plain values."""

from __future__ import annotations

import json
import tomllib
from pathlib import Path
from typing import Any

from mapsvc.errors import BadFile

_MOST_BYTES = 1_000_000


def read_table(path: Path) -> Any:
    """The value of a .toml or .json file. What it means is checked where it is set. Raises BadFile."""
    try:
        if path.stat().st_size > _MOST_BYTES:
            raise BadFile(f"A table has at most {_MOST_BYTES:,} bytes.", file=path.name)
        text = path.read_text(encoding="utf-8")
        return json.loads(text) if path.suffix.lower() == ".json" else tomllib.loads(text)
    except (OSError, UnicodeDecodeError) as error:
        raise BadFile(f"The file cannot be read: {error}.", file=path.name) from error
    except (ValueError, RecursionError) as error:
        raise BadFile(f"The table cannot be read: {error}.", file=path.name) from error
