"""Outlines: the edges of all grids of a plan in metres of its working CRS, found again by place."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, field
from typing import Any

import numpy as np
import numpy.typing as npt
import shapely

from mapsvc.geo.crs import Geometries, Projector, projector
from mapsvc.geo.ring_edges import RingEdges, ring_edges

FloatArray = npt.NDArray[np.float64]
IntArray = npt.NDArray[np.int64]

_LONGEST_EDGE_DEG = 0.001
"""Longer edges are cut before they are projected: 100 m bend 0.2 mm off the lon/lat line, 10 km nearly 2 m."""

_SAME_PLACE_M = 0.001
"""Places that differ by less are one: where a vertex of one grid lies on an edge of another, they do."""


_CHAIN = 8
"""Most edges of a chain: a tree of single edges would take a gigabyte for a city."""


@dataclass(frozen=True, slots=True)
class NearEdges:
    """Pairs of a point and an edge near it. point, edge: (p,) numbers; x0, y0, x1, y1: the edge's ends as seen from
    the point, in metres."""

    point: IntArray
    edge: IntArray
    x0: FloatArray
    y0: FloatArray
    x1: FloatArray
    y1: FloatArray


@dataclass(frozen=True, slots=True)
class NearestLine:
    """distance_m to a line, the place on it in metres of the working CRS, and the grid on its other side, -1 = none."""

    distance_m: float
    x: float
    y: float
    grid: int


@dataclass(frozen=True, eq=False)
class Outlines:
    """m edges. start, end: (m, 2) metres; left, right: (m,) index of the grid on either side, right -1 where none has
    this edge too.

    polygons: as given, lon/lat. tree: of chains of a few edges that follow each other, begin: (chains + 1,) the first
    edge of each. Safe to use from several threads.
    """

    polygons: Geometries = field(repr=False)
    plane: Projector
    start: FloatArray
    end: FloatArray
    left: npt.NDArray[np.int32]
    right: npt.NDArray[np.int32]
    tree: Any = field(repr=False)
    begin: IntArray = field(repr=False)

    @classmethod
    def of(cls, polygons: Sequence[Any] | Geometries, epsg: int) -> Outlines:
        """The outlines of lon/lat polygons, which may be empty, have holes and several parts."""
        shapes: Geometries = np.empty(len(polygons), dtype=object)
        shapes[:] = polygons
        plane = projector(epsg)
        edges = ring_edges(shapes)
        flat = np.column_stack(plane.forward(*edges.points.T)) if len(edges.points) else np.zeros((0, 2))
        # Half a world away from the working CRS there are no metres.
        edges = edges.take(np.isfinite(flat[edges.first]).all(axis=1) & np.isfinite(flat[edges.first + 1]).all(axis=1))
        start, end, number = _pieces(plane, edges, flat)
        follows = np.diff(edges.first, prepend=-2) == 1
        breaks = np.zeros(len(start), dtype=bool)
        breaks[(np.cumsum(number) - number)[~follows]] = True
        chains, begin = _chains(start, end, breaks)
        left, right = np.repeat(edges.left, number), np.repeat(edges.right, number)
        return cls(shapes, plane, start, end, left, right, shapely.STRtree(chains), begin)

    def __len__(self) -> int:
        return len(self.start)

    def near(self, x: FloatArray, y: FloatArray, reach_m: FloatArray) -> NearEdges:
        """Edges whose box comes within each point's own reach; all metres."""
        boxes = np.atleast_1d(np.asarray(shapely.box(x - reach_m, y - reach_m, x + reach_m, y + reach_m), dtype=object))
        asked, chain = self.tree.query(boxes)
        number = self.begin[chain + 1] - self.begin[chain]
        point = np.repeat(asked, number)
        ahead = np.arange(len(point)) - np.repeat(np.cumsum(number) - number, number)
        edge = np.repeat(self.begin[chain], number) + ahead
        spot = np.stack([x, y], axis=1)[point]
        start, end, reach = self.start[edge] - spot, self.end[edge] - spot, reach_m[point][:, None]
        kept = ((np.minimum(start, end) <= reach) & (np.maximum(start, end) >= -reach)).all(axis=1)
        start, end = start[kept], end[kept]
        return NearEdges(point[kept], edge[kept], start[:, 0], start[:, 1], end[:, 0], end[:, 1])

    def distance_m(self, x: FloatArray, y: FloatArray, reach_m: FloatArray) -> FloatArray:
        """Distance of each point (metres) to the nearest edge, infinite where it is more than the point's own reach."""
        distance = np.full(len(x), np.inf)
        if not len(x) or not len(self):
            return distance
        # Places repeat in real files (block midpoints, snapped points): ask once for each.
        place, which = np.unique(x + 1j * y, return_inverse=True)
        spots = np.atleast_1d(np.asarray(shapely.points(place.real, place.imag), dtype=object))
        widest = float(reach_m.max()) * (1 + 1e-9)
        hits, found = self.tree.query_nearest(spots, max_distance=widest, return_distance=True, all_matches=False)
        nearest = np.full(len(place), np.inf)
        nearest[hits[0]] = found
        distance = nearest[which.ravel()]
        distance[distance > reach_m] = np.inf
        return distance

    def passes_through(self, lon: FloatArray, lat: FloatArray, within_m: float) -> npt.NDArray[np.bool_]:
        """Whether an outline passes exactly through each point, in lon/lat. within_m: how far the plane may be off."""
        x, y = self.plane.forward(lon, lat)
        near = self.near(x, y, np.full(len(x), within_m))
        used, line = np.unique(self.left[near.edge], return_inverse=True)
        lines = shapely.boundary(self.polygons[used])
        shapely.prepare(lines)
        through = np.zeros(len(x), dtype=bool)
        meets = shapely.intersects(lines[line], shapely.points(lon[near.point], lat[near.point]))
        through[near.point[meets]] = True
        return through

    def nearest(self, x: float, y: float, own: int) -> NearestLine | None:
        """The line nearest to a point (metres) that lies in grid `own` (-1 = none); None where there is no line."""
        if not len(self):
            return None
        spot = shapely.Point(x, y)
        _, found = self.tree.query_nearest(spot, return_distance=True, all_matches=False)
        distance = float(found[0])
        near = self.near(np.array([x]), np.array([y]), np.array([distance + _SAME_PLACE_M]))
        ends = np.column_stack([near.x0, near.y0, near.x1, near.y1])
        step = ends[:, 2:] - ends[:, :2]
        length2 = np.maximum((step * step).sum(axis=1), 1e-300)
        along = np.clip(-(ends[:, :2] * step).sum(axis=1) / length2, 0.0, 1.0)
        foot = ends[:, :2] + step * along[:, None]
        apart = np.hypot(*foot.T)
        close = apart <= distance + _SAME_PLACE_M
        edge = near.edge[close]
        beside = {*self.left[edge].tolist(), *self.right[edge].tolist()} - {own, -1}
        place = foot[np.argmin(apart)]
        return NearestLine(distance, x + float(place[0]), y + float(place[1]), min(beside, default=-1))


def _pieces(plane: Projector, edges: RingEdges, flat: FloatArray) -> tuple[FloatArray, FloatArray, IntArray]:
    """Starts and ends in metres of the edges cut into short ones, and into how many each is cut.

    flat: the points of `edges` in metres.
    """
    a, b = edges.points[edges.first], edges.points[edges.first + 1]
    number = np.maximum(np.ceil(np.hypot(*(b - a).T) / _LONGEST_EDGE_DEG), 1).astype(np.int64)
    whole = np.repeat(np.arange(len(number)), number)
    place = np.arange(len(whole)) - np.repeat(np.cumsum(number) - number, number)
    start, end = flat[edges.first][whole], flat[edges.first + 1][whole]
    cut = np.flatnonzero(place > 0)
    if len(cut):
        share = (place[cut] / number[whole[cut]])[:, None]
        inner = a[whole[cut]] * (1.0 - share) + b[whole[cut]] * share
        start[cut] = end[cut - 1] = np.column_stack(plane.forward(*inner.T))
    return start, end, number


def _chains(start: FloatArray, end: FloatArray, breaks: npt.NDArray[np.bool_]) -> tuple[Geometries, IntArray]:
    """Lines along a few edges each, and the first edge of each. breaks: where an edge does not go on from the last."""
    n = len(start)
    if not n:
        return np.empty(0, dtype=object), np.zeros(1, np.int64)
    run = np.flatnonzero(breaks)
    place = np.arange(n) - np.repeat(run, np.diff(run, append=n))
    begin = np.append(np.flatnonzero(place % _CHAIN == 0), n)
    number = np.diff(begin)
    # The ends of all edges, and before them the start of the first.
    chain = np.repeat(np.arange(len(number)), number + 1)
    points = np.empty((n + len(number), 2))
    first = begin[:-1] + np.arange(len(number))
    points[first] = start[begin[:-1]]
    rest = np.ones(len(points), dtype=bool)
    rest[first] = False
    points[rest] = end
    return np.atleast_1d(np.asarray(shapely.linestrings(points, indices=chain), dtype=object)), begin
