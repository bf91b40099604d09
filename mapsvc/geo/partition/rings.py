"""Polygons from arcs: the ground that has a given side on the left of its arcs.

Where no vertex is shared by two rings, following the arcs is enough. Else the arcs are polygonized and the faces with
the side on their left are kept; GEOS's build_area joins such rings wrongly.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable
from itertools import pairwise
from typing import Any

import numpy as np
import numpy.typing as npt
import shapely
from shapely.geometry import MultiPolygon, Polygon

from mapsvc.geo.partition.arc import Arc
from mapsvc.geo.partition.exact import Int, pack, twice_swept

Degrees = Callable[[Int], npt.NDArray[np.float64]]


class Tangled(ValueError):
    """The arcs enclose no ground in a way a polygon can tell: a hole outside every part."""


def polygon_of(lines: list[Int], degrees: Degrees) -> Polygon | MultiPolygon:
    """The polygon to the left of directed lines in steps, valid by the OGC rules if the lines are; empty for none.

    lines: together they form rings, each of which starts with the line of the lowest start; in whatever order they
    come, the polygon is the same vertex for vertex. Raises Tangled.
    """
    if not lines:
        return Polygon()
    lines = sorted(lines, key=_start)
    rings = _follow(lines)
    parts = _faces(lines) if rings is None else _nest(rings)
    shapes = [Polygon(degrees(shell), [degrees(hole) for hole in holes]) for shell, holes in parts]
    return shapes[0] if len(shapes) == 1 else MultiPolygon(shapes)


def lines_of(arcs: Iterable[Arc], side: int) -> list[Int]:
    """The lines of arcs directed so that `side` lies on their left."""
    return [arc.steps if arc.left == side else arc.steps[::-1] for arc in arcs]


def lines_around(arcs: Iterable[Arc], side: int) -> list[Int]:
    """The lines of arcs directed so that `side` lies on their right."""
    return [arc.steps if arc.right == side else arc.steps[::-1] for arc in arcs]


def _follow(lines: list[Int]) -> list[Int] | None:
    """The rings, each from its first line on; None where two rings share a vertex at the end of lines."""
    starts = {(int(line[0, 0]), int(line[0, 1])): place for place, line in enumerate(lines)}
    if len(starts) < len(lines):
        return None
    rings = []
    left = set(range(len(lines)))
    for first in range(len(lines)):
        if first not in left:
            continue
        chain = []
        place: int | None = first
        while place is not None and place in left:
            left.discard(place)
            chain.append(lines[place][:-1])
            place = starts.get((int(lines[place][-1, 0]), int(lines[place][-1, 1])))
        if place != first:
            raise Tangled("the lines form no ring")
        rings.append(np.concatenate([*chain, chain[0][:1]]))
    return rings


def _nest(rings: list[Int]) -> list[tuple[Int, list[Int]]]:
    """Counterclockwise rings with the clockwise ones that lie in them."""
    areas = [twice_swept(ring) for ring in rings]
    shells = [place for place, area in enumerate(areas) if area > 0]
    holes = [ring for ring, area in zip(rings, areas, strict=True) if area <= 0]
    if not shells:
        raise Tangled("no ring is counterclockwise")
    if len(shells) == 1:
        return [(rings[shells[0]], holes)]
    nested: dict[int, list[Int]] = {place: [] for place in shells}
    if holes:
        order = sorted(shells, key=lambda place: areas[place])
        covers = {place: Polygon(rings[place]) for place in order}
        for hole in holes:
            x, y = (float(value) for value in hole[0])
            around = next((place for place in order if shapely.contains_xy(covers[place], x, y)), None)
            if around is None:
                raise Tangled("a hole lies outside every part")
            nested[around].append(hole)
    return [(rings[place], nested[place]) for place in shells]


def _faces(lines: list[Int]) -> list[tuple[Int, list[Int]]]:
    """The faces that the lines enclose on their left."""
    edges: set[tuple[int, int]] = set()
    for line in lines:
        key = pack(line).tolist()
        edges.update(pairwise(key))
    # Segment by segment: a line that passes through a shared vertex must break there.
    ends = np.concatenate([np.stack([line[:-1], line[1:]], axis=1) for line in lines]).astype(np.float64)
    faces = shapely.get_parts(shapely.polygonize(np.asarray(shapely.linestrings(ends))))
    kept = []
    for face in shapely.orient_polygons(faces):
        shell = _steps(face.exterior)
        key = pack(shell).tolist()
        sides = {pair in edges for pair in pairwise(key)}
        if sides == {True, False}:
            raise Tangled("a face lies on both sides")
        if sides == {True}:
            kept.append((shell, [_steps(ring) for ring in face.interiors]))
    # Holes run clockwise here, so their areas count against the shells.
    rings = [ring for shell, holes in kept for ring in (shell, *holes)]
    if _area(rings) != _area(lines):
        raise Tangled("the faces are not the ground that the lines enclose")
    return sorted(kept, key=lambda part: tuple(part[0].min(axis=0).tolist()) + tuple(part[0][0].tolist()))


def _start(line: Int) -> tuple[int, int, int, int]:
    (x, y), (ahead_x, ahead_y) = line[:2].tolist()
    return x, y, ahead_x, ahead_y


def _area(lines: list[Int]) -> int:
    return sum(map(twice_swept, lines)) % (1 << 64)


def _steps(ring: Any) -> Int:
    steps: Int = np.rint(shapely.get_coordinates(ring)).astype(np.int64)
    return steps
