"""Draft import: a draft that was edited in a desktop GIS, read back as one change of the draft.

Vertices that came back within a few millimetres of the draft's own are the draft's own again: files round
coordinates, and a vertex nobody moved must not move.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, replace
from pathlib import Path
from typing import Any

import numpy as np
import numpy.typing as npt
import shapely

from mapsvc.errors import Refused
from mapsvc.model.finding import Finding, Severity
from mapsvc.model.grid import Grid
from mapsvc.model.plan import Plan
from mapsvc.ports import FileReader
from mapsvc.services.exchange.boundary_check import measured, read_boundaries

FloatArray = npt.NDArray[np.float64]
SAME_M = 0.005
"""A vertex this near to one of the draft's is that vertex."""
MOST_FIX_M = 50.0
_DEGREE_M = 111_320.0


@dataclass(frozen=True, slots=True)
class EditedFile:
    """What a file makes of a draft. grids: all of them as they would be, () where nothing changed.

    changed, added, gone: codes of grids with another shape or name, of new ones, and of those the file lacks.
    healed: findings of what was mended to make neighbours match again.
    """

    grids: tuple[Grid, ...]
    changed: tuple[str, ...]
    added: tuple[str, ...]
    gone: tuple[str, ...]
    healed: tuple[Finding, ...]
    crs: str
    source: str

    @property
    def is_same(self) -> bool:
        """True when the file says nothing new."""
        return not self.grids


def read_edited(reader: FileReader, path: Path, plan: Plan, *, crs: str | None, fix_m: float) -> EditedFile:
    """Read the file against the draft's present grids.

    fix_m: gaps and overlaps nowhere wider than this (metres) are closed and reported; wider ones are refused. Raises
    BadFile, CrsUnknown, Refused with findings.
    """
    read = read_boundaries(reader, path, crs=crs, code="code", name="name", name_zh="name_zh", frame=None)
    shapes = _snapped([grid.polygon for grid in read.grids], plan)
    grids = _named(tuple(replace(grid, polygon=shape) for grid, shape in zip(read.grids, shapes, strict=True)), plan)
    known = {grid.code: grid for grid in plan.grids}
    codes = {grid.code for grid in grids}
    if all(known.get(grid.code) is grid for grid in grids) and codes == known.keys() and len(grids) == len(known):
        return EditedFile((), (), (), (), (), read.crs, path.name)
    new = iter(measured([grid for grid in grids if known.get(grid.code) is not grid], plan.working_epsg))
    grids = tuple(grid if known.get(grid.code) is grid else next(new) for grid in grids)
    whole, healed = _whole(grids, plan, fix_m, path.name)
    return EditedFile(
        grids=whole,
        changed=tuple(grid.code for grid in whole if grid.code in known and grid is not known[grid.code]),
        added=tuple(sorted(codes - known.keys())),
        gone=tuple(sorted(known.keys() - codes)),
        healed=healed,
        crs=read.crs,
        source=path.name,
    )


def _snapped(shapes: Sequence[Any], plan: Plan) -> list[Any]:
    """The shapes with every vertex that lies within SAME_M of one of the plan's turned into it, bit for bit."""
    from scipy.spatial import cKDTree

    own = shapely.get_coordinates([plan.frame, *(grid.polygon for grid in plan.grids)])
    own = np.unique(own, axis=0)
    squeeze = np.array([np.cos(np.radians(own[:, 1].mean())), 1.0]) * _DEGREE_M
    tree = cKDTree(own * squeeze)

    def to_own(lonlat: FloatArray) -> FloatArray:
        if not len(lonlat):
            return lonlat
        finite: npt.NDArray[np.bool_] = np.isfinite(lonlat.sum(axis=1))
        distance_m, nearest = tree.query(np.where(finite.reshape(-1, 1), lonlat, 0.0) * squeeze)
        moved = lonlat.copy()
        same: npt.NDArray[np.bool_] = finite & (np.asarray(distance_m) <= SAME_M)
        moved[same] = own[nearest[same]]
        return moved

    return list(shapely.transform(np.array(shapes, dtype=object), to_own))


def _named(grids: Sequence[Grid], plan: Plan) -> tuple[Grid, ...]:
    """The grids with what a file does not carry taken from the draft; an unchanged one is the draft's own object."""
    known = {grid.code: grid for grid in plan.grids}
    made = []
    for grid in grids:
        old = known.get(grid.code)
        if old is None:
            made.append(grid)
            continue
        is_same = _is_same(grid.polygon, old.polygon)
        new = replace(
            old,
            polygon=old.polygon if is_same else grid.polygon,
            # A file without names has the code for one.
            name=old.name if grid.name == grid.code else _kept_name(grid.name, old.name),
            name_zh=_kept_name(grid.name_zh, old.name_zh),
        )
        made.append(old if is_same and (new.name, new.name_zh) == (old.name, old.name_zh) else new)
    return tuple(made)


def _is_same(given: Any, own: Any) -> bool:
    """The same ground with the same vertices. Formats differ in which ring is whose hole where two rings touch."""
    if shapely.equals_exact(shapely.normalize(given), shapely.normalize(own)):
        return True
    ours, theirs = (np.unique(shapely.get_coordinates(shape), axis=0) for shape in (own, given))
    return np.array_equal(ours, theirs) and bool(shapely.is_valid(given)) and bool(shapely.equals(given, own))


def _kept_name(given: str, own: str) -> str:
    """The name from the file; the draft's own where the file has none or its encoding lost the letters ("??")."""
    is_lost = given == own.encode("latin-1", "replace").decode("latin-1")
    return own if not given or is_lost else given


def _whole(
    grids: tuple[Grid, ...], plan: Plan, fix_m: float, source: str
) -> tuple[tuple[Grid, ...], tuple[Finding, ...]]:
    """The grids as a partition of the draft's frame, mended within fix_m; Refused where more is wrong."""
    from mapsvc.geo.heal import heal
    from mapsvc.geo.topology import check_partition

    healed: tuple[Finding, ...] = ()
    if fix_m > 0:
        mended = heal(grids, plan.frame, plan.working_epsg, fix_m)
        grids, healed = mended.grids, mended.findings
    findings = check_partition(grids, plan.frame, plan.working_epsg)
    kept = {(finding.rule, finding.grids) for finding in plan.findings if finding.accepted}
    wrong = [
        finding
        for finding in findings
        if finding.severity is Severity.ERROR and (finding.rule, finding.grids) not in kept
    ]
    if wrong:
        more = f" and {len(wrong) - 1} more" if len(wrong) > 1 else ""
        raise Refused(
            f"{source}: {wrong[0].message}{more} Nothing was changed. Move shared lines in both grids (topological "
            "editing), or let small gaps and overlaps be closed (fix_m).",
            wrong,
            field="file",
        )
    return grids, healed
