"""RasterFrame: the cells a point index is made of, and where their reference points lie.

One rule holds everywhere (numpy, numba, plain Python): a coordinate's cell is `int((x - west) * per_lon)`, held to the
last cell. Rounding keeps the order of numbers, so the cells of an edge lie between the cells of its ends.
"""

from __future__ import annotations

from dataclasses import dataclass
from math import floor, isfinite, sqrt

import numpy as np
import numpy.typing as npt

FloatArray = npt.NDArray[np.float64]
IntArray = npt.NDArray[np.int32]

EPSILON = 2.0**-52
REF_ACROSS, REF_UP = 0.5318309886183791, 0.4716814692820413
"""Where a cell's reference point lies, as a share of its width and height. Off the centre by odd amounts, so that
lines drawn through round coordinates do not run through the reference points."""


@dataclass(frozen=True, slots=True)
class RasterFrame:
    """Cells over west..east, south..north (degrees); cell number = row * columns + column, row 0 in the south."""

    west: float
    south: float
    east: float
    north: float
    columns: int
    rows: int
    per_lon: float
    per_lat: float
    cell_lon: float
    cell_lat: float

    @classmethod
    def around(cls, west: float, south: float, east: float, north: float, cells: int) -> RasterFrame:
        """About `cells` nearly square cells; fewer where a cell would be only a few floating-point steps wide."""
        width, height = east - west, north - south
        if not (isfinite(width) and isfinite(height) and width > 0 and height > 0):
            return cls(np.inf, np.inf, -np.inf, -np.inf, 1, 1, 1.0, 1.0, 1.0, 1.0)
        ideal = sqrt(cells * width / height)
        columns = _hold(ideal, cells, width, max(abs(west), abs(east)))
        rows = _hold(cells / ideal, cells, height, max(abs(south), abs(north)))
        return cls(
            west, south, east, north, columns, rows, columns / width, rows / height, width / columns, height / rows
        )

    @property
    def cells(self) -> int:
        """How many cells there are."""
        return self.columns * self.rows

    @property
    def slack_lon(self) -> float:
        """Bound on the rounding of a computed lon, degrees."""
        return 8 * EPSILON * (max(abs(self.west), abs(self.east)) + self.east - self.west)

    @property
    def slack_lat(self) -> float:
        """Bound on the rounding of a computed lat, degrees."""
        return 8 * EPSILON * (max(abs(self.south), abs(self.north)) + self.north - self.south)

    def numbers(self) -> FloatArray:
        """For the kernels: west, south, east, north, columns and rows per degree, cell width and height, and where in
        a cell its reference point lies."""
        sizes = (self.per_lon, self.per_lat, self.cell_lon, self.cell_lat, REF_ACROSS, REF_UP)
        return np.array((self.west, self.south, self.east, self.north, *sizes))

    def column_of(self, lon: FloatArray) -> IntArray:
        """Columns of longitudes inside the frame."""
        return np.minimum(((lon - self.west) * self.per_lon).astype(np.int32), np.int32(self.columns - 1))

    def row_of(self, lat: FloatArray) -> IntArray:
        """Rows of latitudes inside the frame."""
        return np.minimum(((lat - self.south) * self.per_lat).astype(np.int32), np.int32(self.rows - 1))

    def ref_lon(self, column: npt.NDArray[np.integer]) -> FloatArray:
        """Longitude of the reference points of a column."""
        return np.asarray(self.west + (column + REF_ACROSS) * self.cell_lon)

    def ref_lat(self, row: npt.NDArray[np.integer]) -> FloatArray:
        """Latitude of the reference points of a row."""
        return np.asarray(self.south + (row + REF_UP) * self.cell_lat)


def _hold(count: float, cells: int, extent: float, largest: float) -> int:
    """Whole number of cells along one axis, each at least 64 floating-point steps wide."""
    finest = extent / (64 * float(np.spacing(max(largest, extent))))
    return max(1, floor(min(count, cells, finest, 2.0**15)))
