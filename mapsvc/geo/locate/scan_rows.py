"""Scan: which polygons hold each cell's reference point, from the crossings of edges with the rows of such points."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
import numpy.typing as npt

from mapsvc.geo.locate.raster_frame import RasterFrame

IntArray = npt.NDArray[np.int32]

_COLUMN_BITS = 16
_POLYGON_BITS = 31


@dataclass(frozen=True, slots=True)
class Scan:
    """label: (cells) lowest polygon at the reference point or -1; depth: (cells) how many hold it.

    Reference points too near an edge may be counted on its wrong side.
    """

    label: IntArray
    depth: IntArray
    columns: int
    keys: npt.NDArray[np.int64]

    @classmethod
    def of(cls, frame: RasterFrame, row: IntArray, polygon: IntArray, column: IntArray) -> Scan:
        """The scan of crossings; see `edge_cells.row_crossings`."""
        keys = np.sort(_key(row, polygon, column))
        # Each ring crosses a line an even number of times, so crossings come in pairs: enter, leave.
        enter, leave = _place(keys[0::2], frame.columns), _place(keys[1::2], frame.columns)
        owner = (keys[0::2] >> _COLUMN_BITS & (1 << _POLYGON_BITS) - 1).astype(np.int32)
        depth = _running_sum(frame, enter, leave, np.ones_like(owner))
        label = _running_sum(frame, enter, leave, owner + 1) - 1
        if (depth > 1).any():
            _lower_labels(frame, label, depth, enter, leave, owner)
        size = frame.cells
        return cls(label[:size], depth[:size], frame.columns, keys)

    def is_inside(self, cell: IntArray, polygon: IntArray) -> npt.NDArray[np.bool_]:
        """Whether each polygon holds the reference point of each cell (pairs)."""
        row, column = np.divmod(cell, self.columns)
        # All polygons and rows before have an even number of crossings, so the rank's parity is the polygon's own.
        rank = np.searchsorted(self.keys, _key(row, polygon, column), side="right")
        return np.asarray(rank & 1, dtype=np.bool_)


def _key(row: IntArray, polygon: IntArray, column: IntArray) -> npt.NDArray[np.int64]:
    wide = row.astype(np.int64) << _POLYGON_BITS | polygon
    return np.asarray(wide << _COLUMN_BITS | column)


def _place(keys: npt.NDArray[np.int64], columns: int) -> npt.NDArray[np.int64]:
    """Cell number of a crossing; a crossing east of the last column falls on the next row's first cell."""
    return (keys >> _COLUMN_BITS + _POLYGON_BITS) * columns + (keys & (1 << _COLUMN_BITS) - 1)


def _running_sum(
    frame: RasterFrame, enter: npt.NDArray[np.int64], leave: npt.NDArray[np.int64], value: IntArray
) -> IntArray:
    """For each cell the sum of `value` over the intervals enter <= cell < leave."""
    step = np.zeros(frame.cells + 1, np.int32)
    np.add.at(step, enter, value)
    np.subtract.at(step, leave, value)
    return np.cumsum(step, dtype=np.int32)


def _lower_labels(
    frame: RasterFrame,
    label: IntArray,
    depth: IntArray,
    enter: npt.NDArray[np.int64],
    leave: npt.NDArray[np.int64],
    owner: IntArray,
) -> None:
    """Where several polygons hold a reference point, set `label` to the lowest of them."""
    deep = depth > 1
    before = np.concatenate([[0], np.cumsum(deep)])
    some = np.flatnonzero(before[leave] > before[enter])
    length = leave[some] - enter[some]
    offset = np.cumsum(length) - length
    cell = np.arange(length.sum()) + np.repeat(enter[some] - offset, length)
    polygon = np.repeat(owner[some], length)
    wanted = deep[cell]
    label[deep] = np.iinfo(np.int32).max
    np.minimum.at(label, cell[wanted], polygon[wanted])
