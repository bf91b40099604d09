"""PointLocator: one point at a time in plain Python, for requests; numpy's cost per call would be most of the time."""

from __future__ import annotations

from mapsvc.geo.locate.raster_frame import REF_ACROSS, REF_UP
from mapsvc.geo.locate.raster_index import JUDGE, RasterIndex


class PointLocator:
    """Reads a `RasterIndex` through memoryviews, whose items are plain numbers."""

    def __init__(self, raster: RasterIndex) -> None:
        frame = raster.frame
        self._box = (frame.west, frame.south, frame.east, frame.north, frame.per_lon, frame.per_lat)
        self._last = (frame.columns - 1, frame.rows - 1)
        self._frame = frame
        self._label = raster.label.data
        self._cell, self._group = raster.cell.ravel().data, raster.group.ravel().data
        self._entry, self._xy = raster.entry.data, raster.xy.ravel().data

    def locate(self, lon: float, lat: float) -> int:
        """Index of the polygon, -1 for none, JUDGE where shapely must be asked."""
        west, south, east, north, per_lon, per_lat = self._box
        if not (west <= lon <= east and south <= lat <= north):
            return -1
        column, row = int((lon - west) * per_lon), int((lat - south) * per_lat)
        last_column, last_row = self._last
        if column > last_column:
            column = last_column
        if row > last_row:
            row = last_row
        label = self._label[row * (last_column + 1) + column]
        return label if label >= -1 else self._decide(-2 - label, column, row, lon, lat)

    def _decide(self, here: int, column: int, row: int, lon: float, lat: float) -> int:
        """The answer in a cell with edges: polygon by polygon, lowest first."""
        frame, cell, group = self._frame, self._cell, self._group
        dx = frame.west + (column + REF_ACROSS) * frame.cell_lon - lon
        dy = frame.south + (row + REF_UP) * frame.cell_lat - lat
        for g in range(2 * cell[2 * here], 2 * cell[2 * here + 2], 2):
            inside = self._is_inside(group[g] & 1, group[g + 1], group[g + 3], lon, lat, dx, dy)
            if inside == JUDGE:
                return JUDGE
            if inside:
                return group[g] >> 1
        return cell[2 * here + 1]

    def _is_inside(self, inside: int, first: int, last: int, lon: float, lat: float, dx: float, dy: float) -> int:
        """1, 0 or JUDGE: `inside` at the reference point, turned at each edge crossed on the way there."""
        xy = self._xy
        for at in self._entry[first:last]:
            v = at & ~1
            ax, ay, bx, by = xy[v] - lon, xy[v + 1] - lat, xy[v + 2] - lon, xy[v + 3] - lat
            side = _turn(ax, ay, bx, by)
            if side == 0:
                return JUDGE
            if (side > 0) == (at & 1):
                continue
            a_side, b_side = _turn(dx, dy, ax, ay), _turn(dx, dy, bx, by)
            if a_side == 0 or b_side == 0:
                return JUDGE
            if a_side != b_side:
                inside ^= 1
        return inside


def _turn(ux: float, uy: float, vx: float, vy: float) -> int:
    """1 where v turns left of u, -1 where right, 0 where rounding could have decided (see `edge_cells`)."""
    one, two = ux * vy, uy * vx
    bound = 3.4e-16 * (abs(one) + abs(two)) + 1e-290
    return 1 if one - two > bound else -1 if one - two < -bound else 0
