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

from mapsvc.geo.crs import Geometries
from mapsvc.geo.measure import area_m2
from mapsvc.geo.topology.soundness import sound_polygons
from mapsvc.model.plan import Plan

IntArray = npt.NDArray[np.int64]
FloatArray = npt.NDArray[np.float64]
NOWHERE = -1


@dataclass(frozen=True, slots=True, eq=False)
class Ground:
    """Pieces as parallel arrays: first, second = position of the grid in either plan, -1 = in none of its grids.

    shapes: lon/lat polygons, connected; area_m2 is measured in `epsg`. same: True for the whole polygon of a grid
    that is equal in both plans. Where grids of one plan overlap, land is told twice.
    """

    epsg: int
    first: IntArray
    second: IntArray
    shapes: Geometries
    area_m2: FloatArray
    same: npt.NDArray[np.bool_]

    def __len__(self) -> int:
        return len(self.first)


def common_ground(a: Plan, b: Plan) -> Ground:
    """The land of two plans, piece by piece. Broken rings take part as repaired copies, or not at all."""
    equal_a, equal_b = _equal(a, b)
    rest_a = np.setdiff1d(np.arange(len(a.grids)), equal_a)
    rest_b = np.setdiff1d(np.arange(len(b.grids)), equal_b)
    before, after = _sound(a, rest_a), _sound(b, rest_b)
    i, j, common = _overlay(before, after)
    lost, gained = _apart(before, after)
    left, lost = _owned(before, lost)
    got, gained = _owned(after, gained)
    nowhere = np.full(len(left) + len(got), NOWHERE, dtype=np.int64)
    shapes = np.concatenate([common, lost, gained])
    return Ground(
        epsg=b.working_epsg,
        first=np.concatenate([equal_a, rest_a[i], rest_a[left], nowhere[: len(got)]]),
        second=np.concatenate([equal_b, rest_b[j], nowhere[: len(left)], rest_b[got]]),
        shapes=np.concatenate([_polygons(a)[equal_a], shapes]),
        area_m2=np.concatenate([_equal_areas(b, equal_b), area_m2(shapes, b.working_epsg)]),
        same=np.arange(len(equal_a) + len(shapes)) < len(equal_a),
    )


def _polygons(plan: Plan) -> Geometries:
    polygons: Geometries = np.empty(len(plan.grids), dtype=object)
    polygons[:] = [grid.polygon for grid in plan.grids]
    return polygons


def _sound(plan: Plan, chosen: IntArray) -> Geometries:
    polygons = sound_polygons([plan.grids[i] for i in chosen.tolist()])
    polygons[shapely.is_missing(polygons)] = Polygon()
    return polygons


def _equal(a: Plan, b: Plan) -> tuple[IntArray, IntArray]:
    """Positions of the grids that have one and the same polygon, vertex by vertex, in both plans."""
    before, after = _polygons(a), _polygons(b)
    place = {grid.id: i for i, grid in enumerate(a.grids)}
    own = np.array([(place[grid.id], j) for j, grid in enumerate(b.grids) if grid.id in place], np.int64).reshape(-1, 2)
    own = own[np.unique(own[:, 0], return_index=True)[1]]
    # Most grids of a draft kept id and shape, which costs nothing to see; bytes are compared for the rest.
    kept = own[shapely.equals_identical(before[own[:, 0]], after[own[:, 1]]) & ~shapely.is_empty(before[own[:, 0]])]
    rest_a = np.setdiff1d(np.arange(len(before)), kept[:, 0])
    rest_b = np.setdiff1d(np.arange(len(after)), kept[:, 1])
    by_shape = {key: i for i, key in zip(rest_a.tolist(), shapely.to_wkb(before[rest_a]), strict=True)}
    pairs = {by_shape[key]: j for j, key in zip(rest_b.tolist(), shapely.to_wkb(after[rest_b]), strict=True)
             if key in by_shape and not after[j].is_empty}  # fmt: skip
    found = np.concatenate([kept, np.array([*pairs.items()], np.int64).reshape(-1, 2)])
    return found[:, 0], found[:, 1]


def _equal_areas(b: Plan, equal_b: IntArray) -> FloatArray:
    """Areas in b's working CRS, as b tells them; measured where it does not."""
    told = np.array([grid.area_m2 for grid in b.grids], dtype=np.float64)[equal_b]
    unknown = np.flatnonzero(~(told > 0.0))
    told[unknown] = area_m2(_polygons(b)[equal_b[unknown]], b.working_epsg)
    return told


def _overlay(before: Geometries, after: Geometries) -> tuple[IntArray, IntArray, Geometries]:
    i, j = shapely.STRtree(after).query(before, predicate="intersects")
    shapes, owner = _parts(shapely.intersection(before[i], after[j]))
    return i[owner], j[owner], shapes


def _apart(before: Geometries, after: Geometries) -> tuple[Geometries, Geometries]:
    """Land of the first polygons only, and of the second only, as connected pieces."""
    old, new = shapely.union_all(before), shapely.union_all(after)
    lost = np.array([shapely.difference(old, new)], dtype=object)
    gained = np.array([shapely.difference(new, old)], dtype=object)
    return _parts(lost)[0], _parts(gained)[0]


def _owned(polygons: Geometries, land: Geometries) -> tuple[IntArray, Geometries]:
    """The land cut by the polygons it lies in: owner and shape of each connected piece."""
    i, piece = shapely.STRtree(land).query(polygons, predicate="intersects")
    # All of the land lies in the polygons: a piece that meets one of them only need not be cut.
    shared = np.bincount(piece, minlength=len(land))[piece] > 1
    shapes, owner = _parts(shapely.intersection(polygons[i[shared]], land[piece[shared]]))
    return np.concatenate([i[~shared], i[shared][owner]]), np.concatenate([land[piece[~shared]], shapes])


def _parts(shapes: Geometries) -> tuple[Geometries, IntArray]:
    """The polygons in each shape, and which shape each is from; lines and points are dropped."""
    parts, owner = shapely.get_parts(shapes, return_index=True)
    # A collection may hold multipolygons: two rounds reach every polygon.
    polygons, inner = shapely.get_parts(parts, return_index=True)
    solid = shapely.area(polygons) > 0
    return polygons[solid], owner[inner[solid]].astype(np.int64)
