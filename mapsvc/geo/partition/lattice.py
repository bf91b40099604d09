"""Lattice: whole steps of 1e-8 degree about a local origin, and the doubles that were imported.

Most files have 7 or 8 decimals, and those need no table: a whole step read back is the same double.
"""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
import numpy.typing as npt
import shapely

from mapsvc.errors import Refused
from mapsvc.geo.partition.exact import LIMIT, Int, pack
from mapsvc.model.finding import Finding, Rule, Severity

FloatArray = npt.NDArray[np.float64]
STEPS = 1e8
"""Steps in a degree."""
_NO_COORDINATE = "A coordinate is no longitude and latitude in degrees."


@dataclass(frozen=True, slots=True, eq=False)
class Lattice:
    """origin: (2,) whole steps, the middle of what it was made for. key, lonlat: lattice points (ascending keys) whose
    imported doubles are not the whole step itself, and those doubles.
    """

    origin: Int
    key: Int
    lonlat: FloatArray

    @classmethod
    def of(cls, lonlat: FloatArray, frame: FloatArray) -> Lattice:
        """The lattice of imported vertices (n, 2) and of a frame (k, 2), lon/lat degrees, whose doubles give way.

        Refused where two vertices fall on one lattice point, or the ground is wider than 20 degrees.
        """
        every = np.concatenate([lonlat, frame])
        if not np.isfinite(every).all() or (np.abs(every) > (180.0, 90.0)).any():
            raise Refused("The map has vertices that are no longitudes and latitudes.", [_bad(None)])
        low, high = (np.rint(edge * STEPS).astype(np.int64) for edge in (every.min(axis=0), every.max(axis=0)))
        if (high - low > 2 * LIMIT).any():
            message = "The map is wider than 20 degrees, which is too wide to redraw."
            where = shapely.box(*(low / STEPS), *(high / STEPS))
            raise Refused(message, [Finding(Rule.OUTSIDE_FRAME, Severity.ERROR, message, where)])
        origin = (low + high) // 2
        bare = cls(origin, np.empty(0, dtype=np.int64), np.empty((0, 2)))
        return cls(origin, *_table(bare, lonlat, frame))

    def steps(self, lonlat: npt.ArrayLike) -> Int:
        """(n, 2) degrees to (n, 2) steps; Refused for what is no coordinate or lies too far away."""
        degrees = np.asarray(lonlat, dtype=np.float64).reshape(-1, 2)
        finite = np.isfinite(degrees).all(axis=1)
        if not finite.all() or (np.abs(degrees) > (180.0, 90.0)).any():
            raise Refused(_NO_COORDINATE, [_bad(None)], field="coordinates")
        steps = np.rint(degrees * STEPS).astype(np.int64) - self.origin
        far = np.flatnonzero((np.abs(steps) > LIMIT).any(axis=1))
        if len(far):
            message = "A coordinate lies too far from the map."
            raise Refused(message, [_bad(shapely.Point(degrees[far[0]]), message)], field="coordinates")
        return steps

    def degrees(self, steps: Int) -> FloatArray:
        """(n, 2) steps to (n, 2) degrees: imported doubles where there were some, else exact 8 decimals."""
        # Division rounds to the double nearest the decimal number, as reading it from a file would.
        degrees: FloatArray = (steps + self.origin) / STEPS
        if len(self.key) and len(steps):
            wanted = pack(steps)
            place = np.minimum(np.searchsorted(self.key, wanted), len(self.key) - 1)
            found = self.key[place] == wanted
            degrees[found] = self.lonlat[place[found]]
        return degrees


def _table(lattice: Lattice, grids: FloatArray, frame: FloatArray) -> tuple[Int, FloatArray]:
    """Keys and doubles of the vertices that are no whole steps, the grids' before the frame's on one point."""
    lonlat = np.concatenate([grids, frame])
    steps = lattice.steps(lonlat)
    if (lattice.degrees(steps) == lonlat).all():
        return lattice.key, lattice.lonlat
    key = pack(steps)
    order = np.argsort(key, kind="stable")
    key, lonlat, own = key[order], lonlat[order], order < len(grids)
    first = np.concatenate([[True], key[1:] != key[:-1]])
    # The sort is stable, so a grid's vertex comes before the frame's on the same point.
    leader = lonlat[np.flatnonzero(first)[np.cumsum(first) - 1]]
    apart = own & (leader != lonlat).any(axis=1)
    if apart.any():
        message = "Two vertices lie within a millimetre of each other, where one is meant."
        where = shapely.MultiPoint(np.unique(lonlat[apart], axis=0))
        size = float(len(where.geoms))
        raise Refused(message, [Finding(Rule.UNMATCHED_VERTEX, Severity.ERROR, message, where, size, "vertices")])
    steps, key, lonlat = steps[order][first], key[first], lonlat[first]
    odd = (lattice.degrees(steps) != lonlat).any(axis=1)
    return key[odd], lonlat[odd]


def _bad(where: shapely.Point | None, message: str = _NO_COORDINATE) -> Finding:
    return Finding(Rule.BAD_COORDINATE, Severity.ERROR, message, where)
