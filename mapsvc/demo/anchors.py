"""Anchors: where an invented incident can be: near a building or a public place, with the words for its title."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np
import shapely
from shapely import Point, Polygon

from mapsvc.demo.addresses import Address
from mapsvc.demo.neighbourhood import Neighbourhood
from mapsvc.demo.texts import Pair, Words

Board = tuple[float, float]
LINE_REACH_M = 45.0
"""An anchor this near a shared grid line can give a report in doubt."""


@dataclass(frozen=True, slots=True)
class Anchor:
    """A place that titles can name. kinds: letters of phrases.toml; centre: board metres; grid: number."""

    kinds: str
    grid: int
    centre: Board
    spread_m: float
    address: Address
    words: Words
    entrances: int = 1


def make_anchors(place: Neighbourhood) -> tuple[Anchor, ...]:
    """One anchor a building and one a school, park, clinic or other public place."""
    yards = {compound.index: compound for compound in place.compounds}
    streets = {way.name: way.name_zh for way in place.ways}
    anchors = []
    for building, address in zip(place.buildings, place.addresses, strict=True):
        middle = building.footprint.centroid
        centre = (middle.x, middle.y)
        if building.compound >= 0:
            yard = yards[building.compound]
            words = Words(n=building.number, yard=(yard.name, yard.name_zh))
            anchors.append(Anchor("yec", building.grid, centre, 9.0, address, words, building.entrances))
        else:
            street, _, number = address.text.rpartition(" ")
            words = Words(no=int(number), street=(street, streets[street]))
            anchors.append(Anchor("s", building.grid, centre, 7.0, address, words))
    for spot in place.spots:
        if spot.grid and spot.kind in ("school", "park", "clinic", "other") and "toilet" not in spot.name:
            middle = shapely.centroid(spot.shape)
            spread = 4.0 if isinstance(spot.shape, Point) else 0.25 * float(np.sqrt(spot.shape.area))
            address = Address(spot.name, f"柳岸社区{spot.name_zh}")
            words = Words(spot=(spot.name, spot.name_zh))
            anchors.append(Anchor("p", spot.grid, (middle.x, middle.y), spread, address, words))
    return tuple(anchors)


@dataclass(frozen=True, slots=True)
class Fix:
    """Where a report puts its matter: board point and 68 % radius."""

    x: float
    y: float
    accuracy_m: float


class Ground:
    """The grid polygons on the board, asked how a fix lies to the grid lines."""

    def __init__(self, grids: Sequence[Polygon]) -> None:
        self._grids = tuple(grids)
        self._lines = shapely.union_all([grid.boundary for grid in grids])
        outline = shapely.union_all(list(grids)).boundary
        self._shared = tuple(shapely.difference(grid.boundary, outline) for grid in grids)
        shapely.prepare([*self._grids, self._lines, *self._shared])

    def is_sure(self, fix: Fix, grid: int) -> bool:
        """True where the fix lies in the grid and its accuracy circle, with a margin, meets no grid line."""
        return self.grid_at(fix) == grid and self.line_distance(fix) > fix.accuracy_m + 1.0

    def line_distance(self, fix: Fix) -> float:
        """Metres to the nearest grid line or the frame."""
        return float(self._lines.distance(Point(fix.x, fix.y)))

    def nearest_shared(self, fix: Fix, grid: int) -> tuple[Board, float]:
        """The nearest point of the lines that the grid shares with neighbours, and the metres to it."""
        way = shapely.shortest_line(Point(fix.x, fix.y), self._shared[grid - 1])
        end = way.coords[-1]
        return (float(end[0]), float(end[1])), float(way.length)

    def grid_at(self, fix: Fix) -> int:
        """Number of the grid that holds the fix, 0 for none."""
        point = Point(fix.x, fix.y)
        return next((k for k, grid in enumerate(self._grids, 1) if grid.contains(point)), 0)


ACCURACY_M = {"app": (5.0, 30.0), "mini": (10.0, 50.0), "hotline": (10.0, 20.0), "desk": (8.0, 15.0)}
"""Least and greatest 68 % radius a channel states; hotline and desk points come from the building's address."""


def draw_fix(anchor: Anchor, source: str, ground: Ground, rng: np.random.Generator) -> Fix:
    """A point near the anchor that is surely in its grid; when the draws fail, the anchor with a small circle."""
    low, high = ACCURACY_M[source]
    for attempt in range(12):
        accuracy = float(low + (high - low) * rng.beta(1.4, 2.6) * (1 - attempt / 16))
        error = 0.35 * accuracy if source in ("app", "mini") else 1.0
        x, y = rng.normal(anchor.centre, anchor.spread_m + error)
        fix = Fix(float(x), float(y), round(accuracy, 1))
        if ground.is_sure(fix, anchor.grid):
            return fix
    centre = Fix(*anchor.centre, accuracy_m=1.0)
    room = ground.line_distance(centre) - 1.5
    return Fix(*anchor.centre, accuracy_m=round(max(1.5, min(low, room)), 1))


def line_fix(anchor: Anchor, ground: Ground, rng: np.random.Generator) -> Fix:
    """A fix in the anchor's grid, pulled to 2-8 m from the nearest shared line, with a circle that crosses it."""
    x, y = anchor.centre
    (line_x, line_y), distance = ground.nearest_shared(Fix(x, y, 1.0), anchor.grid)
    part = float(rng.uniform(2.0, 8.0)) / max(distance, 1e-6)
    near = Fix(line_x + (x - line_x) * part, line_y + (y - line_y) * part, round(float(rng.uniform(12, 26)), 1))
    if ground.grid_at(near) == anchor.grid:
        return near
    return Fix(x, y, round(distance + 6.0, 1))


def near_line(anchors: Sequence[Anchor], ground: Ground) -> list[Anchor]:
    """The anchors within LINE_REACH_M of a line their grid shares."""
    return [
        anchor
        for anchor in anchors
        if ground.nearest_shared(Fix(*anchor.centre, accuracy_m=1.0), anchor.grid)[1] < LINE_REACH_M
    ]


def anchor_pair(anchor: Anchor) -> Pair:
    """Its address in both languages."""
    return anchor.address.text, anchor.address.text_zh
