"""Fishnet: square cells over a frame, in metres of the working CRS, each with its share inside the frame."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

import numpy as np
import numpy.typing as npt
import shapely
from shapely.geometry import MultiPolygon, Polygon

from mapsvc.errors import BadQuery
from mapsvc.geo.crs import projector
from mapsvc.geo.topology.soundness import repair

FloatArray = npt.NDArray[np.float64]
IntArray = npt.NDArray[np.int64]
BoolArray = npt.NDArray[np.bool_]

HALF = 0.5
"""A cell is used when at least this share of its area lies in the frame, or more where `edge_share` says so."""
MAX_LATTICE = 1_000_000
"""Largest number of rows times columns that is built."""
_FULL = 1.0 - 1e-9
_LONGEST_EDGE_DEG = 0.01


@dataclass(frozen=True, slots=True)
class Fishnet:
    """Cells [x0 + col c, x0 + (col + 1) c) x [y0 + row c, y0 + (row + 1) c), c = cell_m; row 0 is the southernmost.

    share: (rows, cols), the part of each cell's area inside the frame, 0 to 1.
    pieces: flat index (row * cols + col) -> the part of an edge cell inside the frame, in metres.
    least_share: share from which on a cell is used.
    """

    epsg: int
    x0: float
    y0: float
    cell_m: float
    share: FloatArray
    pieces: Mapping[int, Any]
    least_share: float = HALF

    @property
    def cols(self) -> int:
        """Number of columns."""
        return int(self.share.shape[1])

    @property
    def used(self) -> BoolArray:
        """(rows, cols): the cells that take part."""
        # Rounding in a cell cut exactly in half must not decide.
        return self.share >= self.least_share - 1e-9

    def cell_of(self, x: FloatArray, y: FloatArray) -> IntArray:
        """Flat index of the cell of each point in metres, -1 outside the lattice or for NaN."""
        rows, cols = self.share.shape
        col = np.floor((x - self.x0) / self.cell_m)
        row = np.floor((y - self.y0) / self.cell_m)
        inside = (col >= 0) & (col < cols) & (row >= 0) & (row < rows)
        cell = np.full(x.shape, -1, dtype=np.int64)
        cell[inside] = row[inside].astype(np.int64) * cols + col[inside].astype(np.int64)
        return cell

    def counts(self, cell: IntArray) -> IntArray:
        """(rows, cols): points in each cell, from the result of `cell_of`."""
        return np.bincount(cell[cell >= 0], minlength=self.share.size).reshape(self.share.shape)

    def polygons_lonlat(self, cells: IntArray) -> npt.NDArray[np.object_]:
        """The cells with these flat indices, clipped to the frame, as polygons in lon/lat degrees."""
        row, col = np.divmod(cells, self.cols)
        west = self.x0 + col * self.cell_m
        south = self.y0 + row * self.cell_m
        shapes = shapely.box(west, south, west + self.cell_m, south + self.cell_m)
        for place, cell in enumerate(cells.tolist()):
            if (piece := self.pieces.get(cell)) is not None:
                shapes[place] = piece
        return projector(self.epsg).to_lonlat(shapes)


def edge_share(net: Fishnet, counts: IntArray, least_cells: int) -> float:
    """The share from which on edge cells are used with these counts, at least HALF.

    A cell with share a lacks (1 - a) of the mean. Where that is more than a standard deviation of the whole cells,
    edge cells would make a ring of false cold cells along the frame: so a >= 1 - deviation / mean. HALF where fewer
    than least_cells cells are whole.
    """
    whole = counts[net.share >= _FULL]
    if len(whole) < least_cells or not whole.any():
        return HALF
    return max(HALF, 1.0 - float(whole.std() / whole.mean()))


def sound_frame(frame: Polygon | MultiPolygon) -> Any:
    """The lon/lat frame, repaired where a ring is broken; an empty polygon when nothing can be made of it."""
    return frame if frame.is_valid else (repair(frame) or Polygon())


def frame_in_metres(frame: Any, epsg: int) -> Any:
    """A sound lon/lat frame as a polygon in metres; long edges keep to their lon/lat course within centimetres."""
    # A straight line in degrees is a curve in metres: 10 km of it strays 1.6 m at 40 degrees, 1 km only 16 mm.
    dense = shapely.segmentize(frame, _LONGEST_EDGE_DEG)
    shape = projector(epsg).geometry([dense])[0]
    return shape if shape.is_valid else (repair(shape) or Polygon())


def make_fishnet(frame_m: Any, epsg: int, cell_m: float, *, offset: float = 0.0) -> Fishnet:
    """Cells of side cell_m over a frame in metres. The lattice is anchored at x = y = offset * cell_m of the CRS.

    The anchor makes cells of two frames in one CRS coincide. BadQuery when there would be too many cells.
    """
    west, south, east, north = frame_m.bounds
    x0 = (np.floor(west / cell_m - offset) + offset) * cell_m
    y0 = (np.floor(south / cell_m - offset) + offset) * cell_m
    cols = int(np.floor((east - x0) / cell_m)) + 1
    rows = int(np.floor((north - y0) / cell_m)) + 1
    if rows * cols > MAX_LATTICE:
        raise BadQuery(
            f"Cells of {cell_m:g} m would cut this frame into a lattice of {rows} x {cols}; "
            f"at most {MAX_LATTICE:,} cells are made. Give a larger cell.",
            field="cell_m",
        )
    share, pieces = _cut(frame_m, float(x0), float(y0), cell_m, rows, cols)
    return Fishnet(epsg, float(x0), float(y0), cell_m, share, pieces)


def _cut(frame_m: Any, x0: float, y0: float, cell_m: float, rows: int, cols: int) -> tuple[FloatArray, dict[int, Any]]:
    """Share of each cell in the frame and the pieces of edge cells, by halving the lattice and clipping the frame.

    Each halving passes on only its own part of the frame, so a frame of a million vertices is not tested anew
    against every cell.
    """
    share = np.zeros((rows, cols))
    pieces: dict[int, Any] = {}
    todo = [(0, rows, 0, cols, frame_m)]
    while todo:
        r0, r1, c0, c1, part = todo.pop()
        filled = part.area / ((r1 - r0) * (c1 - c0) * cell_m**2)
        if filled <= 0.0:
            continue
        if filled >= _FULL:
            share[r0:r1, c0:c1] = 1.0
        elif r1 - r0 == 1 and c1 - c0 == 1:
            share[r0, c0] = filled
            pieces[r0 * cols + c0] = _polygons_only(part)
        else:
            todo.extend(_halves(part, x0, y0, cell_m, (r0, r1, c0, c1)))
    return share, pieces


def _halves(
    part: Any, x0: float, y0: float, cell_m: float, block: tuple[int, int, int, int]
) -> list[tuple[int, int, int, int, Any]]:
    """The two halves of a block of cells, cut across its longer side, each with its part of the frame."""
    r0, r1, c0, c1 = block
    if r1 - r0 >= c1 - c0:
        middle = (r0 + r1) // 2
        blocks = [(r0, middle, c0, c1), (middle, r1, c0, c1)]
    else:
        middle = (c0 + c1) // 2
        blocks = [(r0, r1, c0, middle), (r0, r1, middle, c1)]
    boxes = [(x0 + b0 * cell_m, y0 + a0 * cell_m, x0 + b1 * cell_m, y0 + a1 * cell_m) for a0, a1, b0, b1 in blocks]
    parts = _clipped(part, boxes, 1e-6 * cell_m**2)
    return [(*rows_and_cols, half) for rows_and_cols, half in zip(blocks, parts, strict=True)]


def _clipped(part: Any, boxes: list[tuple[float, float, float, float]], tolerance_m2: float) -> list[Any]:
    """The part of the frame in each of the boxes, which together hold all of it."""
    try:
        parts = [shapely.clip_by_rect(part, *edges) for edges in boxes]
    except shapely.errors.GEOSException:
        parts = []
    # The quick clip of GEOS fails on some shapes that touch the box, and may even return the whole box; the halves
    # must then not add up. Overlay is right and several times slower.
    if parts and abs(sum(half.area for half in parts) - part.area) <= tolerance_m2 + 1e-9 * part.area:
        return parts
    sound = part if part.is_valid else shapely.make_valid(part, method="structure", keep_collapsed=False)
    return [shapely.intersection(sound, shapely.box(*edges)) for edges in boxes]


def _polygons_only(part: Any) -> Any:
    """The piece without the lines and points that clipping leaves where an edge runs along a cell's side."""
    clean = part if part.is_valid else shapely.make_valid(part, method="structure", keep_collapsed=False)
    polygons = [one for one in shapely.get_parts(shapely.get_parts([clean])) if one.geom_type == "Polygon"]
    return polygons[0] if len(polygons) == 1 else MultiPolygon(polygons)
