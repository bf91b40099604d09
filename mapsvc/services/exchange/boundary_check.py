"""Boundary check: a file of grids read, put in code order, measured, and its partition checked. Nothing is stored."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, replace
from pathlib import Path
from typing import Any

import numpy as np
import numpy.typing as npt
import shapely

from mapsvc.errors import BadFile, CrsUnknown
from mapsvc.model.finding import Finding
from mapsvc.model.grid import Grid
from mapsvc.ports import BoundaryFile, FileReader

_PAIRS = 1000
_PAIRS_PER_GRID = 20


@dataclass(frozen=True, slots=True)
class BoundaryCheck:
    """A file and what is wrong with it; nothing is stored.

    grids: in code order, areas measured; features: their numbers in the file; crs and encoding: as read.
    """

    grids: tuple[Grid, ...]
    features: tuple[int, ...]
    findings: tuple[Finding, ...]
    frame: Any
    working_epsg: int
    crs: str
    encoding: str
    source: str


def read_boundaries(
    reader: FileReader,
    path: Path,
    *,
    crs: str | None,
    code: str | None,
    name: str | None,
    name_zh: str | None,
    frame: Path | None,
) -> BoundaryCheck:
    """A file of grids, not checked yet: findings are empty. Raises BadFile, CrsUnknown."""
    from mapsvc.geo.crs import working_epsg

    file = reader.read_boundaries(path, crs=crs, code=code, name=name, name_zh=name_zh)
    grids, features = _sorted(file)
    _check_not_piled(path, grids)
    outline = _read_frame(reader, frame, crs) if frame else _default_frame(path, grids)
    epsg = working_epsg(*outline.bounds)
    return BoundaryCheck(measured(grids, epsg), features, (), outline, epsg, file.crs, file.encoding, path.name)


def checked(boundaries: BoundaryCheck) -> BoundaryCheck:
    """The same with its findings."""
    from mapsvc.geo.topology import check_partition

    findings = check_partition(
        boundaries.grids, boundaries.frame, boundaries.working_epsg, features=boundaries.features
    )
    return replace(boundaries, findings=findings)


def _sorted(file: BoundaryFile) -> tuple[tuple[Grid, ...], tuple[int, ...]]:
    """Grids in code order, equal codes in file order, with their feature numbers."""
    numbers = file.features or tuple(range(1, len(file.grids) + 1))
    order = sorted(range(len(file.grids)), key=lambda place: (file.grids[place].code, place))
    return tuple(file.grids[place] for place in order), tuple(numbers[place] for place in order)


def _read_frame(reader: FileReader, path: Path, crs: str | None) -> Any:
    """The union of all polygons of a frame file; its CRS is the one stated for the grids, unless it says another."""
    try:
        file = reader.read_boundaries(path, crs=crs, code=None, name=None)
    except CrsUnknown:
        file = reader.read_boundaries(path, crs=None, code=None, name=None)
    for number, grid in zip(file.features, file.grids, strict=True):
        if not grid.polygon.is_valid:
            reason = shapely.is_valid_reason(grid.polygon)
            raise BadFile(f"The frame is not valid: {reason}.", file=path.name, where=f"feature {number}")
    frame = shapely.union_all([grid.polygon for grid in file.grids])
    if frame.is_empty:
        raise BadFile("The frame is empty.", file=path.name)
    return frame


def _default_frame(path: Path, grids: Sequence[Grid]) -> Any:
    from mapsvc.geo.topology import default_frame

    frame = default_frame(grids)
    if frame is None or frame.is_empty:
        broken = next((grid for grid in grids if not grid.polygon.is_valid), None)
        reason = f" The grid {broken.code} is broken: {shapely.is_valid_reason(broken.polygon)}." if broken else ""
        raise BadFile(f"No feature of the file has an area that can be used.{reason}", file=path.name)
    return frame


def _check_not_piled(path: Path, grids: Sequence[Grid]) -> None:
    """Raise BadFile where features lie on each other in heaps: each pair would be worked out as a finding.

    Twenty-five real partitions have 2 to 4 pairs of overlapping boxes a feature; 300 equal squares have 150.
    """
    west, south, east, north = shapely.bounds([grid.polygon for grid in grids if not grid.polygon.is_empty]).T
    boxes: npt.NDArray[np.object_] = np.atleast_1d(shapely.box(west, south, east, north))
    tree, most, pairs = shapely.STRtree(boxes), _PAIRS + _PAIRS_PER_GRID * len(grids), 0
    # in parts, because the answer for all at once could itself be too big
    part = max(1, 1_000_000 // max(1, len(boxes)))
    for start in range(0, len(boxes), part):
        pairs += tree.query(boxes[start : start + part]).shape[1]
        if (pairs - len(boxes)) // 2 > most:
            raise BadFile(
                f"Features lie on top of each other: more than {most} pairs among {len(grids)}. This is no partition.",
                file=path.name,
            )


def measured(grids: Sequence[Grid], epsg: int) -> tuple[Grid, ...]:
    """The grids with their areas in m2, measured in the working CRS."""
    from mapsvc.geo.measure import area_m2

    areas = area_m2([grid.polygon for grid in grids], epsg)
    return tuple(replace(grid, area_m2=float(area)) for grid, area in zip(grids, areas, strict=True))
