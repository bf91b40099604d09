"""Blocks: the ground between streets, each inside one grid, with a use."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
import shapely
from shapely import LineString, Point, Polygon

from mapsvc.demo.frame import Partition
from mapsvc.demo.streets import read_net

HALF_WIDTH_M = {"main": 11.0, "side": 8.0, "lane": 5.5, "water": 15.0, "ring": 10.0}
USES = ("compound", "houses", "mixed")
_SHARES = {1: (5, 4, 1), 2: (4, 4, 2), 3: (5, 4, 1), 4: (4, 5, 1), 5: (4, 2, 5), 6: (4, 4, 3), 7: (1, 1, 6)}

SPECIAL_USES: tuple[tuple[str, tuple[float, float]], ...] = (
    ("school", (-430, 230)),
    ("school", (560, 330)),
    ("school", (20, -95)),
    ("school", (-10, -310)),
    ("nursery", (-580, -40)),
    ("nursery", (60, 360)),
    ("park", (-570, 430)),
    ("park", (185, 250)),
    ("park", (560, -330)),
    ("park", (-330, -130)),
    ("park", (700, 60)),
    ("yard", (-120, -390)),
    ("market", (390, -100)),
    ("market", (540, -90)),
    ("market", (390, -200)),
    ("depot", (690, -400)),
    ("mill", (-580, -270)),
)
"""Where the board has something else than homes: a use and a point in its block."""


@dataclass(frozen=True, slots=True)
class Way:
    """A street as drawn: its line on the board (metres), rank main | side | lane | ring."""

    name: str
    name_zh: str
    rank: str
    line: LineString


@dataclass(frozen=True, slots=True)
class Block:
    """Ground between streets. ground: inside the kerbs; grid: number; use: what stands on it."""

    ground: Polygon
    grid: int
    use: str


def make_ways(partition: Partition) -> tuple[Way, ...]:
    """All streets, lanes cut to the grids they serve; a lane cut in two keeps one name."""
    net = read_net()
    ways = [Way(street.name, street.name_zh, street.rank, LineString(street.line())) for street in net.main]
    ways += [Way(name, name_zh, "ring", LineString(line)) for name, name_zh, line in net.outline.roads()]
    cut = [(street.name, street.name_zh, street.rank, LineString(street.line()), street.within) for street in net.cut]
    for side in net.canal_sides:
        cut.append((side.name, side.name_zh, "lane", LineString(net.canal_side(side)), side.within))
    for name, name_zh, rank, line, within in cut:
        area = shapely.union_all([partition.grids_board[number - 1] for number in within])
        pieces = shapely.get_parts(shapely.line_merge(shapely.intersection(line, area)))
        ways += [Way(name, name_zh, rank, piece) for piece in pieces if piece.length > 40]
    return tuple(ways)


def make_blocks(partition: Partition, ways: tuple[Way, ...], rng: np.random.Generator) -> tuple[Block, ...]:
    """The faces between all streets, drawn back from the kerbs, north to south and west to east."""
    middle = LineString(read_net().canal.line())
    lines = [way.line for way in ways] + [middle, *[grid.exterior for grid in partition.grids_board]]
    roads = [shapely.buffer(way.line, HALF_WIDTH_M[way.rank], cap_style="flat") for way in ways]
    roads += [shapely.buffer(middle, HALF_WIDTH_M["water"])]
    # A grid line without a street of its own does not exist here; the buffer only keeps walls off the line itself.
    roads += [shapely.buffer(grid.exterior, 4.0) for grid in partition.grids_board]
    kerbs = shapely.union_all(roads)
    found = []
    for face in shapely.get_parts(shapely.polygonize(shapely.get_parts(shapely.node(shapely.union_all(lines))))):
        for ground in shapely.get_parts(shapely.difference(face, kerbs)):
            centre = ground.representative_point()
            number = next((k for k, grid in enumerate(partition.grids_board, 1) if grid.contains(centre)), 0)
            if number and ground.area > 900:
                found.append((number, Polygon(ground.exterior)))
    found.sort(key=lambda item: (item[0], -round(item[1].centroid.y / 60), round(item[1].centroid.x)))
    return tuple(Block(ground, number, _use(ground, number, rng)) for number, ground in found)


def _use(ground: Polygon, number: int, rng: np.random.Generator) -> str:
    drawn = str(rng.choice(USES, p=np.array(_SHARES[number]) / sum(_SHARES[number])))
    for use, point in SPECIAL_USES:
        if ground.buffer(6).contains(Point(point)):
            return use
    if drawn == "compound" and ground.area < 5000:
        return "houses"
    return drawn
