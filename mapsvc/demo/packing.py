"""Packing: rectangles in rows or along the edge of a plot. Board metres throughout."""

from __future__ import annotations

import math
from collections.abc import Sequence
from dataclasses import dataclass
from itertools import pairwise

import numpy as np
import shapely
from shapely import LineString, Polygon, box
from shapely.affinity import rotate

from mapsvc.demo.curve import FloatArray


@dataclass(frozen=True, slots=True)
class Row:
    """How rows are filled: depth of a building, least and most width, gap beside it, pitch from row to row (m)."""

    depth: float
    width: tuple[float, float]
    gap: float
    pitch: float


def bearing_of(plot: Polygon) -> float:
    """Degrees by which the plot's long or short side, whichever is nearer, is turned from east; within -45..45."""
    (x0, y0), (x1, y1) = shapely.get_coordinates(plot.minimum_rotated_rectangle)[:2]
    angle = math.degrees(math.atan2(y1 - y0, x1 - x0))
    return (angle + 45) % 90 - 45


def fill_rows(plot: Polygon, row: Row, rng: np.random.Generator, taken: Sequence[Polygon] = ()) -> list[Polygon]:
    """Buildings in rows across the plot, north row first, keeping 3 m from `taken`."""
    if plot.area < row.depth * row.width[0]:
        return []
    angle = bearing_of(plot)
    centre = plot.centroid
    level = rotate(plot, -angle, origin=centre)
    blocked = shapely.union_all([rotate(other, -angle, origin=centre).buffer(3) for other in taken])
    free = shapely.difference(level, blocked)
    west, south, east, north = level.bounds
    placed = []
    spare = (north - south - 2 - row.depth) % row.pitch
    top = north - 1 - spare / 2
    while top - row.depth > south:
        x = west
        while x < east:
            width = float(rng.uniform(*row.width))
            candidate = box(x, top - row.depth, x + width, top)
            if free.contains(candidate):
                placed.append(rotate(candidate, angle, origin=centre))
                x += width + row.gap * float(rng.uniform(0.8, 1.4))
            else:
                x += 2.0
        top -= row.pitch
    return placed


def fill_edge(plot: Polygon, row: Row, rng: np.random.Generator, share: float = 1.0) -> list[Polygon]:
    """Buildings side by side along the plot's edge, facing outwards; `share` of the places are used."""
    inner = plot.buffer(0.6)
    ring = shapely.get_coordinates(plot.simplify(3.0))
    placed: list[Polygon] = []
    for (x0, y0), (x1, y1) in pairwise(ring):
        length = math.hypot(x1 - x0, y1 - y0)
        along = np.array([x1 - x0, y1 - y0]) / max(length, 1e-9)
        inward = _inward(plot, LineString([(x0, y0), (x1, y1)]), along)
        at = 1.0
        while at + row.width[0] < length:
            width = float(rng.uniform(*row.width))
            used = rng.random() < share
            start = np.array([x0, y0]) + along * at + inward * 0.4
            corners = [
                start,
                start + along * width,
                start + along * width + inward * row.depth,
                start + inward * row.depth,
            ]
            candidate = Polygon(corners)
            if used and inner.contains(candidate) and not any(candidate.distance(other) < 0.8 for other in placed):
                placed.append(candidate)
            at += width + row.gap * float(rng.uniform(0.6, 1.6))
    return placed


def _inward(plot: Polygon, edge: LineString, along: FloatArray) -> FloatArray:
    normal = np.array([-along[1], along[0]])
    probe = edge.interpolate(0.5, normalized=True)
    inside = plot.contains(shapely.Point(probe.x + normal[0] * 2, probe.y + normal[1] * 2))
    return normal if inside else -normal
