"""A small partition that tests can relabel at will: triangles of a mesh of whole lattice steps, each with a grid."""

from __future__ import annotations

from dataclasses import dataclass, field
from functools import cached_property
from typing import Any

import numpy as np
import shapely

from mapsvc.geo.measure import area_m2
from mapsvc.geo.partition.arc import OUTSIDE, Arc
from mapsvc.geo.partition.delta import Delta
from mapsvc.model.grid import Grid

EPSG = 4542
ORIGIN = np.array([9_849_000_000, 3_973_000_000])
SIDE = 100_000
"""Steps of 1e-8 degree between two vertices of the mesh: about 100 m."""


@dataclass(frozen=True, eq=False)
class Mesh:
    """The seam of `geo.partition.Partition` that analysis uses, with every segment an arc of its own.

    points: (k, k, 2) steps; label: (2 * (k - 1) ** 2) number of the grid of each triangle, OUTSIDE = none.
    names: code by number.
    """

    points: np.ndarray
    label: np.ndarray
    names: dict[int, str]
    epsg: int = EPSG
    _polygons: dict[int, Any] = field(default_factory=dict)

    @cached_property
    def corners(self) -> np.ndarray:
        """(triangles, 3, 2) steps, counter-clockwise."""
        p = self.points
        a, b, c, d = p[:-1, :-1], p[:-1, 1:], p[1:, 1:], p[1:, :-1]
        return np.concatenate([np.stack([a, b, c], axis=2), np.stack([a, c, d], axis=2)]).reshape(-1, 3, 2)

    @cached_property
    def sides(self) -> dict[tuple[tuple[int, int], tuple[int, int]], list[int]]:
        """Left and right grid of every segment between two grids, by its ends, the lower first."""
        found: dict[Any, list[int]] = {}
        for ring, number in zip(self.corners.tolist(), self.label.tolist(), strict=True):
            for u, v in zip(ring, ring[1:] + ring[:1], strict=True):
                u, v = tuple(u), tuple(v)
                if u < v:
                    found.setdefault((u, v), [OUTSIDE, OUTSIDE])[0] = number
                else:
                    found.setdefault((v, u), [OUTSIDE, OUTSIDE])[1] = number
        return {ends: both for ends, both in found.items() if both[0] != both[1]}

    @cached_property
    def arcs(self) -> dict[Any, Arc]:
        return {ends: Arc(np.array(ends, dtype=np.int64), *both) for ends, both in self.sides.items()}

    @cached_property
    def numbers(self) -> tuple[int, ...]:
        return tuple(sorted(set(self.label.tolist()) - {OUTSIDE}, key=lambda n: self.names[n]))

    @property
    def codes(self) -> tuple[str, ...]:
        return tuple(self.names[number] for number in self.numbers)

    def arcs_of(self, number: int) -> frozenset[Any]:
        return frozenset(key for key, both in self.sides.items() if number in both)

    def arcs_at(self, step: tuple[int, int]) -> tuple[Any, ...]:
        return tuple(key for key in self.sides if step in key)

    def degrees(self, steps: np.ndarray) -> np.ndarray:
        return (np.asarray(steps) + ORIGIN) / 1e8

    def polygon(self, number: int) -> Any:
        if number not in self._polygons:
            rings = self.degrees(self.corners[self.label == number])
            self._polygons[number] = shapely.coverage_union_all(shapely.polygons(rings))
        return self._polygons[number]

    def grid(self, number: int) -> Grid:
        polygon = self.polygon(number)
        code = self.names[number]
        return Grid(f"g{number}", code, f"Grid {code}", polygon, float(area_m2([polygon], EPSG)[0]))


def mesh(label: np.ndarray, names: dict[int, str], points: np.ndarray | None = None) -> Mesh:
    """A mesh of squares of SIDE cut into two triangles, unless other points are given."""
    k = round((len(label) / 2) ** 0.5) + 1
    x, y = np.meshgrid(np.arange(k) * SIDE, np.arange(k) * SIDE)
    return Mesh(np.stack([x, y], axis=2) if points is None else points, np.asarray(label), dict(names))


def delta_between(old: Mesh, new: Mesh) -> Delta:
    """Every segment that came, went or changed sides, and the facts of grids made, gone or renamed."""
    same = {key for key, both in old.sides.items() if new.sides.get(key) == both}
    before = {n: old.grid(n) if n in old.numbers else None for n in {*old.numbers, *new.numbers}}
    after = {n: new.grid(n) if n in new.numbers else None for n in {*old.numbers, *new.numbers}}
    facts = {n for n in before if (before[n] and before[n].code) != (after[n] and after[n].code)}
    return Delta(
        {key: arc for key, arc in old.arcs.items() if key not in same},
        {key: arc for key, arc in new.arcs.items() if key not in same},
        {n: before[n] for n in facts},
        {n: after[n] for n in facts},
    )
