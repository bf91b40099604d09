"""Blocks: the pieces a plan is redrawn by. Streets, walls and grid lines are noded together, so a block has one grid.

Where there are no streets, or blocks far too big, a mesh of hexagons cuts them. Blocks are in the order of their grids:
a point on a line belongs to the block, as to the grid, with the lowest index.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

import numpy as np
import numpy.typing as npt
import shapely

from mapsvc.errors import BadInput
from mapsvc.geo.crs import Geometries, projector
from mapsvc.geo.locate import GridIndex
from mapsvc.geo.measure import Polygons
from mapsvc.geo.propose.absorb import absorb
from mapsvc.geo.propose.cutting import as_array, as_lines, cut
from mapsvc.geo.propose.mesh import mesh_lines
from mapsvc.geo.topology.edges import Edges

FloatArray = npt.NDArray[np.float64]
IntArray = npt.NDArray[np.int64]
BoolArray = npt.NDArray[np.bool_]

BLOCKS_A_GRID = 64
"""How many mesh cells a grid of mean size gets: far fewer, and the heaviest block decides the balance."""
TOO_BIG = 4.0
"""A block of more mesh cells than this is cut by the mesh."""
STREETED = 3
"""Where streets make so many faces to a grid, those are the blocks that a planner knows."""
OPEN_GROUND = 8.0
"""Among such blocks, only ground so many times their median size is cut by the mesh."""
TOO_SMALL = 0.08
"""A block of less than this share of a mesh cell joins a neighbour."""
NARROW_M = 2.0
"""A block of less mean width (2 area / perimeter) joins a neighbour: two lines were meant as one."""
ON_WALL_DEG = 3e-8


@dataclass(frozen=True, slots=True)
class Blocks:
    """n blocks that tile the ground of a plan, and their m adjacent pairs.

    polygons: (n,) lon/lat polygons that share every vertex with their neighbours. grid: (n,) index of the grid.
    pairs: (m, 2) indices, lower first, each pair once. border_m: (m,) length of the shared line in metres.
    hard: (m,) True where most of that line is a wall: it is not to be crossed. x, y: (n,) centres in metres.
    perimeter_m, area_m2: (n,), measured in the working CRS `epsg`.
    """

    polygons: Geometries
    grid: IntArray
    pairs: IntArray
    border_m: FloatArray
    hard: BoolArray
    perimeter_m: FloatArray
    area_m2: FloatArray
    x: FloatArray
    y: FloatArray
    epsg: int

    def __len__(self) -> int:
        return len(self.polygons)

    @classmethod
    def of(cls, polygons: Polygons, grid: IntArray, epsg: int, walls: Polygons = ()) -> Blocks:
        """Blocks of lon/lat polygons that share their vertices bit for bit; sorted by grid, west, south."""
        shapes = as_array(polygons)
        west, south = shapely.bounds(shapes)[:, :2].T if len(shapes) else np.empty((2, 0))
        order = np.lexsort((south, west, np.asarray(grid)))
        shapes, grids = shapes[order], np.asarray(grid, dtype=np.int64)[order]
        plane = projector(epsg).geometry(shapes)
        centre = shapely.centroid(plane)
        pairs, border_m, hard = _borders(shapes, epsg, as_lines(walls))
        length, area = shapely.length(plane), shapely.area(plane)
        return cls(
            shapes, grids, pairs, border_m, hard, length, area, shapely.get_x(centre), shapely.get_y(centre), epsg
        )

    def union(self, chosen: npt.ArrayLike) -> Any:
        """One lon/lat geometry of the chosen blocks (indices); keeps every vertex on its outline."""
        return shapely.coverage_union_all(self.polygons[np.asarray(chosen, dtype=np.int64)])


def make_blocks(
    grids: Polygons,
    epsg: int,
    streets: Polygons = (),
    walls: Polygons = (),
    *,
    mesh_m: float | None = None,
) -> Blocks:
    """Blocks of a plan whose grids (lon/lat polygons in code order) share their vertices.

    streets: lon/lat lines; dead ends cut nothing. walls: lines or polygons (rivers, compounds) not to be crossed.
    mesh_m: width of a mesh cell in metres, None = 64 cells to a grid of mean size. All is cut on the lattice of whole
    1e-8 degrees; vertices of the plan come back bit for bit, and its lines bend by less than one step (1 mm) where
    a street meets them. Raises BadInput without a grid or for a mesh_m that is no length.
    """
    base = as_array(grids)
    if not len(base) or shapely.is_missing(base).any() or shapely.is_empty(base).any():
        raise BadInput("Blocks need a plan whose grids all have a shape.", field="plan")
    ground_m2 = float(shapely.area(projector(epsg).geometry(base)).sum())
    width_m = float(np.sqrt(ground_m2 / (len(base) * BLOCKS_A_GRID))) if mesh_m is None else float(mesh_m)
    if not width_m > 0 or not np.isfinite(width_m) or ground_m2 / width_m**2 > 1e6:
        raise BadInput("The mesh needs a width in metres that leaves at most a million cells.", field="mesh_m")
    lines, barriers = as_lines(streets), as_lines(walls)
    shapes, grid = cut(base, np.concatenate([lines, barriers]))
    area = shapely.area(projector(epsg).geometry(shapes))
    biggest = TOO_BIG * width_m**2
    if mesh_m is None and len(shapes) >= STREETED * len(base):
        biggest = max(biggest, OPEN_GROUND * float(np.median(area)))
    big = area > biggest
    if big.any():
        shapes, piece = cut(shapes, *mesh_lines(shapes[big], epsg, width_m))
        grid = grid[piece]
    raw = Blocks.of(shapes, grid, epsg, barriers)
    cell_m2 = min(width_m**2, ground_m2 / (len(base) * BLOCKS_A_GRID))
    small = (raw.area_m2 < TOO_SMALL * cell_m2) | (2 * raw.area_m2 < NARROW_M * raw.perimeter_m) | _is_enclosed(raw)
    if not small.any():
        return raw
    joined, kept = absorb(raw.polygons, raw.grid, raw.area_m2, small, raw.pairs, raw.border_m, raw.hard)
    return Blocks.of(joined, raw.grid[kept], epsg, barriers)


def weigh_blocks(blocks: Blocks, lon: npt.ArrayLike, lat: npt.ArrayLike, weight: npt.ArrayLike = 1.0) -> FloatArray:
    """(n,) sum of the weights of the points (lon/lat degrees) in each block; points in no block count nowhere."""
    block = GridIndex.build(list(blocks.polygons)).locate(lon, lat)
    weights = np.broadcast_to(np.asarray(weight, dtype=np.float64), block.shape)
    inside = block >= 0
    return np.bincount(block[inside], weights=weights[inside], minlength=len(blocks)).astype(np.float64)


def _is_enclosed(blocks: Blocks) -> BoolArray:
    """True for a block that lies inside one other, such as a pond: alone it could only become an enclave."""
    n = len(blocks)
    border_m = np.bincount(blocks.pairs.ravel(), weights=np.repeat(blocks.border_m, 2), minlength=n)
    alone = np.bincount(blocks.pairs.ravel(), minlength=n) == 1
    enclosed: BoolArray = alone & (border_m > 0.999999 * blocks.perimeter_m)
    return enclosed


def _borders(shapes: Geometries, epsg: int, walls: Geometries) -> tuple[IntArray, FloatArray, BoolArray]:
    edges = Edges.of(shapes)
    edge, left, right = edges.neighbours()
    once = left < right
    edge, left, right = edge[once], left[once], right[once]
    plane = projector(epsg)
    start, end = edges.start[edge], edges.end[edge]
    x0, y0 = plane.forward(*start.T)
    x1, y1 = plane.forward(*end.T)
    length = np.hypot(x1 - x0, y1 - y0)
    key, where = np.unique(left * len(shapes) + right, return_inverse=True)
    border_m = np.bincount(where, weights=length, minlength=len(key)).astype(np.float64)
    walled = np.zeros(len(key), dtype=np.float64)
    if len(walls) and len(edge):
        middle = shapely.points((start + end) / 2)
        near = shapely.STRtree(walls).query(middle, predicate="dwithin", distance=ON_WALL_DEG)[0]
        on_wall = np.zeros(len(edge), dtype=bool)
        on_wall[near] = True
        walled += np.bincount(where[on_wall], weights=length[on_wall], minlength=len(key))
    pairs = np.column_stack([key // max(len(shapes), 1), key % max(len(shapes), 1)]).astype(np.int64)
    return pairs, border_m, walled > border_m / 2
