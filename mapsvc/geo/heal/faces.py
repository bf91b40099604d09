"""Faces: the pieces into which all lines of a partition cut the ground, and which grids claim each.

Works in whole lattice steps, where noding is exact; lengths and widths are measured in metres.
"""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
import numpy.typing as npt
import shapely

from mapsvc.geo.crs import Geometries, projector
from mapsvc.geo.heal.lattice import Lattice
from mapsvc.geo.topology.edges import Edges
from mapsvc.geo.topology.patches import densify
from mapsvc.geo.topology.soundness import repair

IntArray = npt.NDArray[np.int64]
BoolArray = npt.NDArray[np.bool_]


@dataclass(frozen=True, slots=True)
class Faces:
    """n faces and their claims.

    shapes: polygons in lattice steps, noded, so that neighbours share every vertex. inside: within the frame.
    claim_face, claim_grid: parallel arrays, a row for each grid that claims a face, by face and then grid.
    """

    shapes: Geometries
    inside: BoolArray
    claim_face: IntArray
    claim_grid: IntArray

    @property
    def claims(self) -> IntArray:
        """How many grids claim each face."""
        return np.bincount(self.claim_face, minlength=len(self.shapes)).astype(np.int64)


def cut(polygons: Geometries, touched: BoolArray, frame: Geometries, lattice: Lattice) -> Faces:
    """Node all lines of the touched grids and the frame (array of one or none), and polygonise.

    polygons: valid lon/lat polygons, None takes no part. The ground of grids that are not touched is not inside.
    """
    # Rounding alone can break a valid ring.
    taken = polygons.copy()
    taken[~touched] = None
    claims = _valid(lattice.snap(taken))
    lines = shapely.boundary(np.concatenate([claims, lattice.snap(frame)]))
    noded = shapely.union_all(lines[~shapely.is_missing(lines)], grid_size=1)
    shapes = shapely.get_parts(shapely.polygonize(shapely.get_parts(noded)))
    spots = shapely.point_on_surface(shapes)
    tree = shapely.STRtree(spots)
    grid, face = tree.query(claims, predicate="contains")
    inside = np.ones(len(shapes), dtype=bool)
    if len(frame):
        inside[:] = False
        inside[tree.query(_valid(lattice.snap(frame)), predicate="contains")[1]] = True
    others = np.flatnonzero(~touched & ~shapely.is_missing(polygons))
    near = others[_meet_box(polygons[others], lattice.restore(shapes))]
    inside[tree.query(lattice.snap(polygons[near]), predicate="contains")[1]] = False
    order = np.lexsort((grid, face))
    return Faces(shapes, inside, face[order], grid[order])


def is_narrow(shapes: Geometries, lattice: Lattice, epsg: int, width_m: float) -> BoolArray:
    """True where a shape (in steps) is nowhere wider than width_m: nothing is left when half of that is peeled off."""
    plane = projector(epsg).geometry(densify(lattice.restore(shapes)))
    peeled = shapely.buffer(plane, -width_m / 2, quad_segs=2)
    narrow: BoolArray = shapely.is_empty(peeled) & ~shapely.is_empty(plane)
    return narrow


@dataclass(frozen=True, slots=True)
class Borders:
    """Lengths of the lines between neighbouring faces; every pair is there in both directions."""

    face: IntArray
    beside: IntArray
    length_m: npt.NDArray[np.float64]

    @classmethod
    def of(cls, faces: Faces, wanted: BoolArray, lattice: Lattice, epsg: int) -> Borders:
        """The borders of the faces marked in `wanted`."""
        edges = Edges.of(faces.shapes)
        edge, left, right = edges.neighbours()
        keep = wanted[left]
        edge, left, right = edge[keep], left[keep], right[keep]
        plane = projector(epsg)
        x0, y0 = plane.forward(*lattice.degrees(edges.start[edge]).T)
        x1, y1 = plane.forward(*lattice.degrees(edges.end[edge]).T)
        return cls(left, right, np.hypot(x1 - x0, y1 - y0))

    def only(self, rows: BoolArray) -> Borders:
        """These rows alone."""
        return Borders(self.face[rows], self.beside[rows], self.length_m[rows])


def longest_border(borders: Borders, owner: IntArray, allowed: set[tuple[int, int]] | None) -> dict[int, int]:
    """For each face with a neighbour that has an owner: the owner with the longest border, lowest index on a tie.

    owner: grid of each face, -1 = none. allowed: (face, grid) pairs that may be chosen, None = all.
    """
    grid = owner[borders.beside]
    known = grid >= 0
    pairs, inverse = np.unique(np.column_stack([borders.face[known], grid[known]]), axis=0, return_inverse=True)
    length = np.bincount(inverse.ravel(), weights=borders.length_m[known], minlength=len(pairs))
    best: dict[int, tuple[float, int]] = {}
    for (face, candidate), border in zip(pairs.tolist(), length.tolist(), strict=True):
        if allowed is not None and (face, candidate) not in allowed:
            continue
        # To the tenth of a millimetre: equal borders must not be told apart by rounding.
        rank = (round(border, 4), -candidate)
        if face not in best or rank > best[face]:
            best[face] = rank
    return {face: -rank[1] for face, rank in best.items()}


def _meet_box(polygons: Geometries, shapes: Geometries) -> BoolArray:
    """True for polygons whose box meets the box about all shapes."""
    west, south, east, north = shapely.total_bounds(shapes)
    box = shapely.bounds(polygons)
    meet: BoolArray = (box[:, 0] <= east) & (box[:, 2] >= west) & (box[:, 1] <= north) & (box[:, 3] >= south)
    return meet


def _valid(shapes: Geometries) -> Geometries:
    valid = shapes.copy()
    for index in np.flatnonzero(~shapely.is_missing(shapes) & ~shapely.is_valid(shapes)):
        valid[index] = repair(shapes[index])
    return valid
