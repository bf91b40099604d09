"""A made plan with its incidents, doors, posts, streets and hot cells, and seeded edits of it; nothing real in them."""

from __future__ import annotations

import sys
from collections.abc import Callable
from pathlib import Path

import numpy as np
import shapely

sys.path.insert(0, str(Path(__file__).resolve().parent.parent))

from benchmarks.partitions import HEIGHT, SOUTH, WEST, WIDTH, make_partition, make_points
from mapsvc.analysis.ground import Doors, Ground, HotCell, Streets
from mapsvc.analysis.point_cells import PointCells
from mapsvc.geo.measure import area_m2
from mapsvc.geo.partition.partition import Partition
from mapsvc.model.grid import Grid
from mapsvc.model.plan import Plan
from mapsvc.model.post import Post
from mapsvc.model.redraw import Command, Merge, MoveVertices, Reshape, Split, Transfer, VertexMove

EPSG = 4542


def made_plan(grids: int) -> Plan:
    """The wiggly partition of 600 or 20,000 grids as a plan."""
    polygons = make_partition(grids)
    areas = area_m2(polygons, EPSG).tolist()
    listed = tuple(
        Grid(f"g{i}", f"{i:05d}", f"Grid {i}", polygon, area)
        for i, (polygon, area) in enumerate(zip(polygons, areas, strict=True))
    )
    frame = shapely.Polygon(shapely.box(WEST, SOUTH, WEST + WIDTH, SOUTH + HEIGHT).exterior)
    return Plan(f"made-{grids}", "Made", frame, EPSG, listed)


def made_ground(plan: Plan, incidents: int, doors: int = 60_000, seed: int = 7) -> Ground:
    """Incidents along streets, doors anywhere, a post in every grid, 400 streets and 200 hot cells."""
    rng = np.random.default_rng(seed)
    lon, lat = make_points(incidents)
    homes = WEST + rng.random(doors) * WIDTH, SOUTH + rng.random(doors) * HEIGHT
    middles = [grid.polygon.centroid for grid in plan.grids]
    posts = tuple(
        Post(f"p{grid.code}", "grid_chief", "Post", grid_codes=(grid.code,), lon=spot.x, lat=spot.y)
        for grid, spot in zip(plan.grids, middles, strict=True)
    )
    ends = rng.random((400, 2, 2)) * (WIDTH, HEIGHT) + (WEST, SOUTH)
    streets = Streets.of(list(shapely.linestrings(ends)), [f"Street {i}" for i in range(400)], EPSG)
    cells = PointCells.of(lon, lat)
    hot = []
    for number, (x, y) in enumerate((rng.random((200, 2)) * (WIDTH, HEIGHT) + (WEST, SOUTH)).tolist()):
        box = x, y, x + 0.002, y + 0.002
        hot.append(HotCell(f"h{number}", shapely.box(*box), cells.in_box(*box)))
    return Ground(
        EPSG,
        cells,
        rng.random(incidents) < 0.05,
        rng.random(incidents) < 0.25,
        Doors.of(*homes, rng.integers(0, 40, doors), 1, EPSG),
        posts=posts,
        streets=streets,
        hot_cells=tuple(hot),
    )


Maker = Callable[[Partition, np.random.Generator], Command]


def junction_move(partition: Partition, rng: np.random.Generator) -> Command:
    """A junction of the inside goes some metres away; all grids that meet there follow."""
    number, arc = _inner_arc(partition, rng)
    lon, lat = partition.degrees(arc.steps[:1])[0] + rng.uniform(-1, 1, 2) * _size(partition, number) * 0.015
    return MoveVertices((VertexMove(_id_of(partition, number, arc), 0, lon, lat),))


def bulge(partition: Partition, rng: np.random.Generator) -> Command:
    """A dozen vertices of a line are drawn aside together."""
    number, arc = _inner_arc(partition, rng)
    arc_id, count = _id_of(partition, number, arc), len(arc.steps)
    first = int(rng.integers(1, max(2, count - 13)))
    places = np.arange(first, min(first + 12, count - 1))
    lonlat = partition.degrees(arc.steps)
    along = lonlat[places[-1]] - lonlat[places[0]]
    across = np.array([-along[1], along[0]]) * rng.uniform(0.1, 0.3)
    weight = np.sin(np.linspace(0, np.pi, len(places) + 2))[1:-1, None]
    moved = (lonlat[places] + across * weight).tolist()
    return MoveVertices(tuple(VertexMove(arc_id, int(i), x, y) for i, (x, y) in zip(places, moved, strict=True)))


def reshape(partition: Partition, rng: np.random.Generator) -> Command:
    """A line drawn from one place of an edge to another, aside of it."""
    _, arc = _inner_arc(partition, rng)
    lonlat = partition.degrees(arc.steps)
    a, b = lonlat[len(lonlat) // 4], lonlat[3 * len(lonlat) // 4]
    along, across = b - a, np.array([-(b - a)[1], (b - a)[0]]) * rng.choice([-1, 1]) * rng.uniform(0.15, 0.4)
    line = [a - 0.1 * across, a + 0.2 * along + across, a + 0.8 * along + across, b - 0.1 * across]
    codes = partition.grid(arc.left).code, partition.grid(arc.right).code
    return Reshape(shapely.LineString(line), codes)


def split(partition: Partition, rng: np.random.Generator) -> Command:
    """A straight line through the middle of a grid."""
    number = _any_number(partition, rng)
    grid = partition.grid(number)
    west, south, east, north = grid.polygon.bounds
    middle, turn = np.array([(west + east) / 2, (south + north) / 2]), rng.uniform(0, np.pi)
    reach = np.array([np.cos(turn) * (east - west), np.sin(turn) * (north - south)])
    return Split(grid.code, shapely.LineString([middle - reach, middle + reach]), f"{partition.next_number}x")


def merge(partition: Partition, rng: np.random.Generator) -> Command:
    """Two neighbours become one."""
    _, arc = _inner_arc(partition, rng)
    codes = partition.grid(arc.left).code, partition.grid(arc.right).code
    return Merge(codes, codes[0])


def transfer(partition: Partition, rng: np.random.Generator) -> Command:
    """A drawn ring over a line goes to the grid on one side."""
    number, arc = _inner_arc(partition, rng)
    at = partition.degrees(arc.steps[[len(arc.steps) // 2]])[0]
    ring = shapely.Point(at).buffer(float(_size(partition, number) * rng.uniform(0.1, 0.2)), quad_segs=3)
    return Transfer(ring, partition.grid(arc.left).code)


def junction_ring(partition: Partition, rng: np.random.Generator) -> Command:
    """A drawn ring round a junction of four grids goes to one of them: four grids change."""
    number, arc = _inner_arc(partition, rng)
    at = partition.degrees(arc.steps[:1])[0]
    ring = shapely.Point(at).buffer(float(_size(partition, number) * 0.15), quad_segs=3)
    return Transfer(ring, partition.grid(arc.left).code)


EDITS: dict[str, Maker] = {
    "move a junction": junction_move,
    "move 12 vertices": bulge,
    "reshape": reshape,
    "split": split,
    "merge": merge,
    "transfer": transfer,
}


def _any_number(partition: Partition, rng: np.random.Generator) -> int:
    return partition.numbers[int(rng.integers(len(partition.numbers)))]


def _inner_arc(partition: Partition, rng: np.random.Generator):  # type: ignore[no-untyped-def]
    """A grid and one of its arcs with a grid on both sides and some vertices, its left or right one."""
    for _ in range(100):
        number = _any_number(partition, rng)
        for arc_id in rng.permutation(sorted(partition.arcs_of(number))).tolist():
            arc = partition.arcs[arc_id]
            if arc.left >= 0 and arc.right >= 0 and len(arc.steps) > 16:
                return number, arc
    raise LookupError("no line between two grids is long enough")


def _id_of(partition: Partition, number: int, arc: object) -> int:
    return next(i for i in partition.arcs_of(number) if partition.arcs[i] is arc)


def _size(partition: Partition, number: int) -> float:
    return float(np.sqrt(partition.polygon(number).area))
