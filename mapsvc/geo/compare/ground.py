"""Common ground: every connected piece of land with the grid that holds it under either of two plans.

Overlaid in lon/lat, the plane of all topology; measured in the working CRS of the second plan. Grids whose polygon is
the same in both plans take no part in the overlay: of a draft, only the neighbourhood that was redrawn does.
"""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
import numpy.typing as npt
import shapely
from shapely.geometry import Polygon

from mapsvc.geo.crs import Geometries, projector
from mapsvc.geo.topology.soundness import sound_polygons
from mapsvc.model.plan import Plan

IntArray = npt.NDArray[np.int64]
FloatArray = npt.NDArray[np.float64]
NOWHERE = -1


@dataclass(frozen=True, slots=True, eq=False)
class Ground:
    """Pieces as parallel arrays: first, second = position of the grid in either plan, -1 = in none of its grids.

    shapes: lon/lat polygons, connected; plane: the same in metres of `epsg`; area_m2 of the latter. same: True for
    the whole polygon of a grid that is equal in both plans. Where grids of one plan overlap, land is told twice.
    """

    epsg: int
    first: IntArray
    second: IntArray
    shapes: Geometries
    plane: Geometries
    area_m2: FloatArray
    same: npt.NDArray[np.bool_]

    def __len__(self) -> int:
        return len(self.first)


def common_ground(a: Plan, b: Plan) -> Ground:
    """The land of two plans, piece by piece. Broken rings take part as repaired copies, or not at all."""
    before, after = _polygons(a), _polygons(b)
    equal_a, equal_b = _equal(before, after)
    rest_a = np.setdiff1d(np.arange(len(before)), equal_a)
    rest_b = np.setdiff1d(np.arange(len(after)), equal_b)
    found = [(equal_a, equal_b, before[equal_a])]
    if len(rest_a) and len(rest_b):
        found.append(_overlay(before, after, rest_a, rest_b))
    lost, gained = _apart(before[rest_a], after[rest_b])
    owner, shapes = _owned(before, rest_a, lost)
    found.append((owner, np.full(len(owner), NOWHERE), shapes))
    owner, shapes = _owned(after, rest_b, gained)
    found.append((np.full(len(owner), NOWHERE), owner, shapes))
    return _measured(found, len(equal_a), b.working_epsg)


def _polygons(plan: Plan) -> Geometries:
    polygons = sound_polygons(plan.grids)
    polygons[shapely.is_missing(polygons)] = Polygon()
    return polygons


def _equal(before: Geometries, after: Geometries) -> tuple[IntArray, IntArray]:
    """Positions of the grids that have one and the same polygon, vertex by vertex, in both plans."""
    place = {bytes(key): i for i, key in enumerate(shapely.to_wkb(before)) if not before[i].is_empty}
    pairs = [(place[key], j) for j, key in enumerate(map(bytes, shapely.to_wkb(after))) if key in place]
    # Each polygon once, should a plan hold one twice.
    once = dict(pairs)
    return np.fromiter(once.keys(), np.int64, len(once)), np.fromiter(once.values(), np.int64, len(once))


def _overlay(
    before: Geometries, after: Geometries, rest_a: IntArray, rest_b: IntArray
) -> tuple[IntArray, IntArray, Geometries]:
    i, j = shapely.STRtree(after[rest_b]).query(before[rest_a], predicate="intersects")
    shapes, owner = _parts(shapely.intersection(before[rest_a[i]], after[rest_b[j]]))
    return rest_a[i][owner], rest_b[j][owner], shapes


def _apart(before: Geometries, after: Geometries) -> tuple[Geometries, Geometries]:
    """Land of the first polygons only, and of the second only, as connected pieces."""
    old, new = shapely.union_all(before), shapely.union_all(after)
    lost = np.array([shapely.difference(old, new)], dtype=object)
    gained = np.array([shapely.difference(new, old)], dtype=object)
    return _parts(lost)[0], _parts(gained)[0]


def _owned(polygons: Geometries, rest: IntArray, land: Geometries) -> tuple[IntArray, Geometries]:
    """The land cut by the polygons it lies in: owner and shape of each connected piece."""
    if not len(land):
        return np.empty(0, np.int64), land
    i, piece = shapely.STRtree(land).query(polygons[rest], predicate="intersects")
    # All of the land lies in the polygons: a piece that meets one of them only need not be cut.
    shared = np.bincount(piece, minlength=len(land))[piece] > 1
    shapes, owner = _parts(shapely.intersection(polygons[rest[i[shared]]], land[piece[shared]]))
    whole = ~shared
    return np.concatenate([rest[i[whole]], rest[i[shared]][owner]]), np.concatenate([land[piece[whole]], shapes])


def _parts(shapes: Geometries) -> tuple[Geometries, IntArray]:
    """The polygons in each shape, and which shape each is from; lines and points are dropped."""
    parts, owner = shapely.get_parts(shapes, return_index=True)
    # A collection may hold multipolygons: two rounds reach every polygon.
    polygons, inner = shapely.get_parts(parts, return_index=True)
    solid = shapely.area(polygons) > 0
    return polygons[solid], owner[inner[solid]].astype(np.int64)


def _measured(found: list[tuple[IntArray, IntArray, Geometries]], equal: int, epsg: int) -> Ground:
    first, second, shapes = (np.concatenate(columns) for columns in zip(*found, strict=True))
    plane = projector(epsg).geometry(shapes)
    return Ground(
        epsg=epsg,
        first=first.astype(np.int64),
        second=second.astype(np.int64),
        shapes=shapes,
        plane=plane,
        area_m2=np.nan_to_num(shapely.area(plane)),
        same=np.arange(len(shapes)) < equal,
    )
