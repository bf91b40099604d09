"""Readers of foreign files."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any, Protocol

import numpy as np
import numpy.typing as npt

from mapsvc.model.grid import Grid
from mapsvc.model.site import Site
from mapsvc.ports.clock import Progress, no_progress


@dataclass(frozen=True, slots=True)
class BoundaryFile:
    """Boundaries as read: WGS 84 lon/lat polygons, untouched otherwise.

    grids: in file order, area_m2 0.0 until measured, ids empty; geometry may be invalid or empty.
    crs: what the coordinates were read in ("EPSG:4326"); encoding: as detected, and how ("GBK, from LDID 0x4D").
    """

    name: str
    crs: str
    encoding: str
    grids: tuple[Grid, ...]
    features: tuple[int, ...] = ()


@dataclass(frozen=True, slots=True)
class RowBatch:
    """A batch of rows of an incident file as read: parallel Arrow arrays by source column name.

    first_row: 1-based number of the first data row in the file; numbers: the row number of each row, where rows
    in between could not be read (None = first_row, first_row + 1 ...). refused: (row number, reason) of those.
    crs: what the file says of its positions, None where it says nothing. encoding: as detected, and how.
    """

    first_row: int
    n: int
    columns: Mapping[str, Any]
    numbers: npt.NDArray[np.int64] | None = None
    refused: tuple[tuple[int, str], ...] = ()
    crs: str | None = None
    encoding: str = ""


class FileReader(Protocol):
    """Reads foreign files in a sandboxed child process; never trusts a byte. Raises BadFile, CrsUnknown."""

    def read_boundaries(
        self, path: Path, *, crs: str | None, code: str | None, name: str | None, name_zh: str | None = None
    ) -> BoundaryFile:
        """GeoJSON, GeoPackage, Shapefile (loose or zipped). code and name are column names."""

    def iter_rows(
        self, path: Path, *, columns: Sequence[str] | None = None, progress: Progress = no_progress
    ) -> Iterator[RowBatch]:
        """CSV(.gz), GeoJSON, Parquet as batches of columns; a GeoJSON point gives `lon` and `lat` columns."""

    def read_sites(self, path: Path, *, crs: str | None) -> list[Site]:
        """GeoJSON or GeoPackage or CSV of places with kind, name, address, households."""


class TileSource(Protocol):
    """A file of ready basemap tiles, numbered as in OSM (x from the west, y from the north)."""

    content_type: str
    """Media type of every tile."""
    encoding: str
    """Content-Encoding of every tile, "" for none."""
    format: str
    """"png", "jpg", "webp" or "pbf"."""
    min_zoom: int
    max_zoom: int
    attribution: str

    def find_tile(self, z: int, x: int, y: int) -> bytes | None:
        """The bytes of one tile as they lie in the file, None where there is none."""

    def close(self) -> None:
        """Release the file."""
