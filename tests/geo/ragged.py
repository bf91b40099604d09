"""A ragged map for tests: rough shared edges, an enclave, an enclave of a distant grid, a lake, an island."""

from __future__ import annotations

import numpy as np
import shapely
from shapely.affinity import translate
from shapely.geometry import Polygon

from mapsvc.geo.measure import area_m2
from mapsvc.geo.partition.exact import twice_swept
from mapsvc.geo.partition.partition import Partition
from mapsvc.model.grid import Grid
from mapsvc.model.plan import Plan

WEST, SOUTH, STEP = 98.49, 39.73, 0.004


def ragged_plan(seed: int = 0, side: int = 5, vertices: int = 6, step: float = STEP) -> Plan:
    """side x side cells of `step` degrees, codes c00, c01 ...

    "i" is an island, "e0" an enclave in c11 and "e1" one in e0; part of c00 is an enclave in the last cell.
    """
    rng = np.random.default_rng(seed)
    polygons = _cells(rng, side, vertices, step)
    names = [f"c{row}{column}" for row in range(side) for column in range(side)]
    shapes = dict(zip(names, polygons, strict=True))
    host = shapes["c11"]
    shapes["c11"], shapes["e0"] = _with_hole(host, 0.25)
    shapes["e0"], shapes["e1"] = _with_hole(shapes["e0"], 0.3)
    last = f"c{side - 1}{side - 1}"
    shapes[last], part = _with_hole(shapes[last], 0.2)
    shapes["c00"] = shapely.MultiPolygon([shapes["c00"], part])
    shapes["c31"], lake = _with_hole(shapes["c31"], 0.3)
    shapes["i"] = _grid_of(Polygon(translate(lake, xoff=(side + 1) * step)))
    codes = sorted(shapes)
    areas = area_m2([shapes[code] for code in codes], 4542)
    grids = tuple(
        Grid(f"g{code}", code, code, shapes[code], float(area)) for code, area in zip(codes, areas, strict=True)
    )
    whole = shapely.coverage_union_all([shapes[code] for code in codes])
    return Plan("p", "Ragged", whole, 4542, grids)


def ragged(seed: int = 0, side: int = 5, vertices: int = 6, step: float = STEP) -> Partition:
    return Partition.of(ragged_plan(seed, side, vertices, step))


def line_of(partition: Partition, arc: int) -> np.ndarray:
    return partition.degrees(partition.arcs[arc].steps)


def _cells(rng: np.random.Generator, side: int, vertices: int, step: float) -> list[Polygon]:
    corner = np.stack(np.meshgrid(np.arange(side + 1), np.arange(side + 1)), axis=-1).astype(float)
    corner += rng.uniform(-0.1, 0.1, corner.shape)

    def rough(one: np.ndarray, two: np.ndarray) -> np.ndarray:
        share = np.sort(rng.uniform(0.05, 0.95, vertices))[:, None]
        normal = np.array([one[1] - two[1], two[0] - one[0]])
        return np.concatenate([one[None], one + share * (two - one) + rng.uniform(-0.04, 0.04, (vertices, 1)) * normal])

    along = [[rough(corner[r, c], corner[r, c + 1]) for c in range(side)] for r in range(side + 1)]
    up = [[rough(corner[r, c], corner[r + 1, c]) for c in range(side + 1)] for r in range(side)]

    def back(line: np.ndarray, end: np.ndarray) -> np.ndarray:
        return np.concatenate([end[None], line[:0:-1]])

    cells = []
    for r in range(side):
        for c in range(side):
            ring = np.concatenate(
                [
                    along[r][c],
                    up[r][c + 1],
                    back(along[r + 1][c], corner[r + 1, c + 1]),
                    back(up[r][c], corner[r + 1, c]),
                ]
            )
            cells.append(_grid_of(Polygon(ring * step + (WEST, SOUTH))))
    return cells


def _with_hole(polygon: Polygon, size: float) -> tuple[Polygon, Polygon]:
    """The polygon with a rough hole about its middle, and what fills the hole."""
    radius = shapely.maximum_inscribed_circle(polygon)
    middle, reach = shapely.get_point(radius, 0), 2 * size * radius.length
    turn = np.linspace(0, 2 * np.pi, 9)[:-1]
    wobble = 0.8 + 0.2 * np.cos(3 * turn)
    ring = np.stack([middle.x + reach * wobble * np.cos(turn), middle.y + reach * wobble * np.sin(turn)], axis=1)
    inner = _grid_of(Polygon(ring))
    return Polygon(polygon.exterior, [inner.exterior]), inner


def _grid_of(polygon: Polygon) -> Polygon:
    return shapely.transform(polygon, lambda points: np.round(points, 8))


def twice_area(partition: Partition, number: int) -> int:
    """Twice the area in square steps of a grid (or of OUTSIDE, below 0), exact."""
    arcs = (partition.arcs[i] for i in partition.arcs_of(number))
    return sum(twice_swept(arc.steps if arc.left == number else arc.steps[::-1]) for arc in arcs)


def assert_whole(before: Partition, after: Partition, *, same_frame: bool = True) -> None:
    """The grids cover the frame without gap or overlap; with the same frame their exact areas add up as before, but
    for nodes put on the frame's own line, each of which moves it by less than a step."""
    shapes = np.array([after.polygon(number) for number in after.numbers], dtype=object)
    assert shapely.is_valid(shapes).all()
    assert shapely.coverage_is_valid(shapes)
    assert shapely.symmetric_difference(shapely.union_all(shapes), after.frame).area < 1e-13
    if same_frame:
        had = sum(twice_area(before, number) for number in before.numbers)
        has = sum(twice_area(after, number) for number in after.numbers)
        assert has - had == twice_area(before, -1) - twice_area(after, -1)
        nodes = sum(len(after.arcs[i].steps) for i in after.arcs_of(-1))
        longest = max(np.ptp(after.arcs[i].steps, axis=0).max() for i in after.arcs_of(-1))
        assert abs(has - had) <= 2 * nodes * longest
