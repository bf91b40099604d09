"""PointCells: points sorted once into square cells, so that the few in a small box are found without a scan of all."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass

import numpy as np
import numpy.typing as npt

FloatArray = npt.NDArray[np.float64]
IntArray = npt.NDArray[np.int64]
Box = tuple[float, float, float, float]

_SIDE = 512
"""Cells along each side: a million points leave four in a cell."""


@dataclass(frozen=True, slots=True, eq=False)
class PointCells:
    """n points and the order of their cells.

    lon, lat: (n,) degrees, NaN = unlocated. order: (m,) rows of the located points, cell by cell from the south west,
    row by row. start: (cells + 1,) where each cell begins in `order`. per_lon, per_lat: cells per degree.
    """

    lon: FloatArray
    lat: FloatArray
    order: npt.NDArray[np.int32]
    start: npt.NDArray[np.int32]
    west: float
    south: float
    per_lon: float
    per_lat: float

    @classmethod
    def of(cls, lon: npt.ArrayLike, lat: npt.ArrayLike) -> PointCells:
        """The cells of n points in degrees; a point with a coordinate that is not finite is in no box."""
        x, y = (np.ascontiguousarray(np.atleast_1d(v), dtype=np.float64) for v in (lon, lat))
        rows = np.flatnonzero(np.isfinite(x) & np.isfinite(y)).astype(np.int32)
        if not len(rows):
            return cls(x, y, rows, np.zeros(_SIDE * _SIDE + 1, np.int32), 0.0, 0.0, 0.0, 0.0)
        within_x, within_y = (x, y) if len(rows) == len(x) else (x[rows], y[rows])
        west, south = float(within_x.min()), float(within_y.min())
        per_lon, per_lat = _per_degree(float(within_x.max()) - west), _per_degree(float(within_y.max()) - south)
        column, line = _cell(within_x, west, per_lon), _cell(within_y, south, per_lat)
        # Two stable passes over 16-bit numbers are radix sorts, four times as fast as one over the cell's number.
        first = np.argsort(column, kind="stable")
        order = first[np.argsort(line[first], kind="stable")]
        held = np.bincount(line.astype(np.int32) * _SIDE + column, minlength=_SIDE * _SIDE)
        start = np.concatenate([[0], np.cumsum(held)]).astype(np.int32)
        return cls(x, y, rows[order], start, west, south, per_lon, per_lat)

    def __len__(self) -> int:
        return len(self.lon)

    def in_box(self, west: float, south: float, east: float, north: float) -> IntArray:
        """Rows of the points with west <= lon <= east and south <= lat <= north, ascending."""
        if not (len(self.order) and west <= east and south <= north):
            return np.zeros(0, np.int64)
        edges = np.array([west, east]), np.array([south, north])
        (first, last), (low, high) = (
            _cell(values, at, per).tolist()
            for values, at, per in zip(edges, (self.west, self.south), (self.per_lon, self.per_lat), strict=True)
        )
        starts = self.start[np.arange(low, high + 1) * _SIDE + first].tolist()
        ends = self.start[np.arange(low, high + 1) * _SIDE + last + 1].tolist()
        rows = np.concatenate([self.order[at:end] for at, end in zip(starts, ends, strict=True)])
        x, y = self.lon[rows], self.lat[rows]
        found: IntArray = rows[(x >= west) & (x <= east) & (y >= south) & (y <= north)].astype(np.int64)
        found.sort()
        return found

    def in_boxes(self, boxes: Iterable[Box]) -> IntArray:
        """Rows of the points in at least one box (west, south, east, north), ascending, each once."""
        found = [self.in_box(*box) for box in boxes]
        if len(found) == 1:
            return found[0]
        return np.unique(np.concatenate(found)) if found else np.zeros(0, np.int64)


def _per_degree(width: float) -> float:
    return _SIDE / width if width > 0 else 0.0


def _cell(values: FloatArray, at: float, per: float) -> npt.NDArray[np.uint16]:
    """Number of the cell along one side; values beyond the points' box are in the first or last."""
    cell: npt.NDArray[np.uint16] = np.clip((values - at) * per, 0, _SIDE - 1).astype(np.uint16)
    return cell
