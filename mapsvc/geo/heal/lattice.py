"""The lattice of whole 1e-8 degrees (about 1 mm) on which lines are cut: whole numbers in, imported doubles back."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
import numpy.typing as npt
import shapely

from mapsvc.geo.crs import Geometries

FloatArray = npt.NDArray[np.float64]
STEPS = 1e8
"""Steps in a degree."""


@dataclass(frozen=True, slots=True)
class Lattice:
    """A local origin and a table from lattice points to the coordinates that were imported.

    origin: (2,) whole steps. key, lonlat: lattice points (x + iy, ascending) and their doubles; a vertex that the
    cutting leaves in place comes back bit for bit.
    """

    origin: FloatArray
    key: npt.NDArray[np.complex128]
    lonlat: FloatArray

    @classmethod
    def of(cls, polygons: Geometries, *, keep: bool = True) -> Lattice:
        """The lattice about these lon/lat polygons; keep=False forgets the doubles, so all become whole steps."""
        lonlat = shapely.get_coordinates(polygons)
        steps = np.rint(lonlat * STEPS)
        origin = steps.min(axis=0)
        if not keep:
            return cls(origin, np.empty(0, dtype=np.complex128), np.empty((0, 2)))
        key, first = np.unique(_key(steps - origin), return_index=True)
        return cls(origin, key, lonlat[first])

    def snap(self, polygons: Geometries) -> Geometries:
        """Polygons with lon/lat turned into whole steps from the origin; may be invalid afterwards."""
        snapped: Geometries = shapely.transform(polygons, lambda lonlat: np.rint(lonlat * STEPS) - self.origin)
        return snapped

    def restore(self, shapes: Geometries) -> Geometries:
        """Shapes in whole steps back to lon/lat: imported doubles where there were some, else exact 8 decimals."""
        restored: Geometries = shapely.transform(shapes, self.degrees)
        return restored

    def degrees(self, steps: FloatArray) -> FloatArray:
        """(n, 2) steps to (n, 2) degrees."""
        # Division rounds to the double nearest the decimal number, as reading it from a file would.
        degrees: FloatArray = (np.rint(steps) + self.origin) / STEPS
        if len(self.key):
            wanted = _key(np.rint(steps))
            place = np.minimum(np.searchsorted(self.key, wanted), len(self.key) - 1)
            found = self.key[place] == wanted
            degrees[found] = self.lonlat[place[found]]
        return degrees


def _key(steps: FloatArray) -> npt.NDArray[np.complex128]:
    key: npt.NDArray[np.complex128] = steps[:, 0] + 1j * steps[:, 1]
    return key
