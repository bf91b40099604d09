"""Place import: the place register from a file."""

from __future__ import annotations

from collections import Counter
from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path

from mapsvc.ports import Clock, FileReader, Progress, Store


@dataclass(frozen=True, slots=True)
class PlacesImport:
    """How many places were stored, and how many of each kind."""

    stored: int
    kinds: Mapping[str, int]


def import_places(
    store: Store, reader: FileReader, clock: Clock, path: Path, *, crs: str | None, post: str, progress: Progress
) -> PlacesImport:
    """Add or replace the places of a file, all or none. Raises BadFile, CrsUnknown."""
    progress("reading", 0, None)
    sites = reader.read_sites(path, crs=crs)
    progress("storing", 0, len(sites))
    store.put_sites(sites, at=clock.now(), post=post, source=path.name)
    return PlacesImport(len(sites), dict(Counter(site.kind for site in sites)))
