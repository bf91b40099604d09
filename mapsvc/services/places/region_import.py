"""Region import: the names of provinces, cities, counties, streets and communities that addresses begin with."""

from __future__ import annotations

import csv
import json
from collections.abc import Iterator
from pathlib import Path
from typing import Any

from mapsvc.errors import BadFile
from mapsvc.ports import Clock, Store
from mapsvc.services.places.places import LEVELS, REGIONS

_MOST_BYTES = 4 * 1024 * 1024
_LONGEST = 40
_PLURALS = {"provinces": "province", "cities": "city", "counties": "county", "streets": "street"} | {
    "communities": "community"
}


def import_regions(store: Store, clock: Clock, path: Path, *, post: str) -> dict[str, list[str]]:
    """Replace the region words by those of a file, and return them by level.

    JSON: {level: [name or {"name": name}]}, where a level may be plural or one object, as the lists of divisions have
    it; CSV: columns level and name. Raises BadFile.
    """
    words: dict[str, list[str]] = {level: [] for level in LEVELS}
    for level, name in _read(path):
        name = name.strip()
        if not name or len(name) > _LONGEST or not name.isprintable():
            raise BadFile(f"A name of a {level} is empty or longer than {_LONGEST} characters.", file=path.name)
        if name not in words[level]:
            words[level].append(name)
    if not any(words.values()):
        raise BadFile(f"No names were found; levels are {', '.join(LEVELS)}.", file=path.name)
    known = store.find_setting(REGIONS)
    store.put_setting(REGIONS, words, revision=known[1] if known else 0, at=clock.now(), post=post)
    return words


def _read(path: Path) -> Iterator[tuple[str, str]]:
    try:
        if path.stat().st_size > _MOST_BYTES:
            raise BadFile("The file is larger than 4 MB.", file=path.name)
        text = path.read_text("utf-8-sig")
        if path.suffix.lower() == ".json":
            yield from _from_json(json.loads(text))
            return
        rows = csv.DictReader(text.splitlines())
        if not {"level", "name"} <= set(rows.fieldnames or ()):
            raise BadFile("The columns are level and name.", file=path.name)
        for row in rows:
            if (row["level"] or "").strip() in LEVELS:
                yield row["level"].strip(), row["name"] or ""
    except (OSError, UnicodeDecodeError, json.JSONDecodeError, RecursionError, csv.Error) as error:
        raise BadFile(f"It cannot be read: {type(error).__name__}.", file=path.name) from error


def _from_json(given: Any) -> Iterator[tuple[str, str]]:
    for key, value in given.items() if isinstance(given, dict) else ():
        level = _PLURALS.get(key, key)
        if level not in LEVELS:
            continue
        for one in value if isinstance(value, list) else [value]:
            if isinstance(one, str):
                yield level, one
            elif isinstance(one, dict) and isinstance(one.get("name"), str):
                yield level, one["name"]
                # a county of a list of its streets names what it lies in
                yield from ((wider, one[wider]) for wider in LEVELS if isinstance(one.get(wider), str))
