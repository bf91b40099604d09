"""Cells of buildings: each block cut so that a whole building can change grid, with ground up to the block's line.

A cell is what of a block lies nearer to its building than to any other. One that is shut in by others gets a path: a
strip along the lines between the cells in its way, which run midway between the buildings.
"""

from __future__ import annotations

from typing import Any

import numpy as np
import numpy.typing as npt
import shapely

from mapsvc.geo.crs import Geometries, projector
from mapsvc.geo.measure import Polygons
from mapsvc.geo.propose.absorb import absorb
from mapsvc.geo.propose.blocks import Blocks
from mapsvc.geo.propose.cutting import as_array, cut

IntArray = npt.NDArray[np.int64]

SPACING_M = 3.0
"""Points so far apart along a building's outline stand for it."""
PATH_M = 1.0
"""Width of the strip that joins a shut-in cell to the line of its block."""
OVER_M = 0.25


def building_cells(blocks: Blocks, buildings: Polygons) -> Geometries:
    """For each building (lon/lat shapes) its cell in its block, or None where it lies in no block.

    A building belongs to the block that holds a point within it. The cells of a block are one polygon each, fill it, do
    not overlap, share their vertices, and touch the line of the block unless no path between buildings leads there.
    """
    shapes = as_array(buildings)
    cells: Geometries = np.empty(len(shapes), dtype=object)
    home = home_blocks(blocks, shapes)
    for one in np.unique(home[home >= 0]).tolist():
        mine = np.flatnonzero(home == one)
        cells[mine] = cells_in(blocks, one, shapes[mine])
    return cells


def home_blocks(blocks: Blocks, buildings: Polygons) -> IntArray:
    """(n,) block that holds a point within each building (lon/lat shapes), -1 where there is none."""
    shapes = as_array(buildings)
    usable = np.flatnonzero(~(shapely.is_missing(shapes) | shapely.is_empty(shapes)))
    spots = shapely.point_on_surface(shapes[usable])
    block, at = shapely.STRtree(spots).query(blocks.polygons, predicate="intersects")
    home = np.full(len(shapes), -1, dtype=np.int64)
    # The lowest index is written last.
    home[usable[at[::-1]]] = block[::-1]
    return home


def cells_in(blocks: Blocks, block: int, buildings: Polygons) -> Geometries:
    """The cells of one block, of all buildings (lon/lat shapes) that have it as their home, in their order."""
    shapes = as_array(buildings)
    if len(shapes) == 1:
        return blocks.polygons[[block]]
    plane = projector(blocks.epsg)
    metres = plane.geometry(shapes)
    # A little beyond the block, so that the lines between cells surely meet its outline.
    room = shapely.buffer(plane.geometry(blocks.polygons[[block]])[0], OVER_M, join_style="mitre")
    raw = _with_paths(room, _nearest_cells(room, metres))
    return _on_lattice(blocks, block, raw, metres)


def _nearest_cells(ground: Any, buildings: Geometries) -> Geometries:
    """Parts of the ground (metres) nearest to each building."""
    outlines = shapely.segmentize(buildings, SPACING_M)
    points, owner = shapely.get_coordinates(outlines, return_index=True)
    points, first = np.unique(np.round(points, 3), axis=0, return_index=True)
    owner = owner[first]
    faces = shapely.get_parts(
        shapely.voronoi_polygons(shapely.multipoints(points), extend_to=shapely.buffer(ground, 10.0))
    )
    face, point = shapely.STRtree(faces).query(shapely.points(points), predicate="intersects")[::-1]
    of_face = np.full(len(faces), -1, dtype=np.int64)
    of_face[face[::-1]] = owner[point[::-1]]
    cells: Geometries = np.empty(len(buildings), dtype=object)
    for place in range(len(buildings)):
        cells[place] = shapely.intersection(shapely.union_all(faces[of_face == place]), ground)
    return cells


def _with_paths(ground: Any, cells: Geometries) -> Geometries:
    """Cells after each one that does not touch the line of the ground got a strip that leads there."""
    line = shapely.boundary(ground)
    rim = shapely.buffer(line, 0.01)
    done = cells.copy()
    # Once more where one strip went over another.
    for _ in range(6):
        shut_in = np.flatnonzero(shapely.length(shapely.intersection(shapely.boundary(done), rim)) < PATH_M / 4)
        if not len(shut_in):
            break
        for place in shut_in.tolist():
            # With the strips laid before: the next one runs beside them and leaves them half their width.
            seams = shapely.get_parts(shapely.node(shapely.union_all(shapely.boundary(done))))
            way = _way_out(done[place], seams, line)
            if way is None:
                continue
            strip = shapely.intersection(shapely.buffer(way, PATH_M / 2, cap_style="square"), ground)
            others = np.flatnonzero(np.arange(len(done)) != place)
            left = shapely.difference(done[others], strip)
            # A strip that went through another cell takes what it cut off.
            kept = np.array([max(shapely.get_parts(one), key=shapely.area, default=one) for one in left], dtype=object)
            lost = shapely.union_all(shapely.difference(left, kept))
            done[others] = kept
            done[place] = shapely.union_all([done[place], strip, lost])
    return done


def _way_out(cell: Any, seams: Geometries, line: Any) -> Any:
    """The shortest way along seams from a cell to the line; None where there is none."""
    from scipy.sparse import coo_array
    from scipy.sparse.csgraph import dijkstra

    ends = np.round(np.array([[shapely.get_coordinates(seam)[k] for k in (0, -1)] for seam in seams]), 3)
    nodes, number = np.unique(ends.reshape(-1, 2), axis=0, return_inverse=True)
    a, b = number.reshape(-1, 2).T
    weight = np.maximum(shapely.length(seams), 1e-6)
    # The outline of the block itself is no way to it.
    middle = shapely.line_interpolate_point(seams, 0.5, normalized=True)
    weight = np.where(shapely.dwithin(middle, line, 0.01), 1e9, weight)
    graph = coo_array((weight, (a, b)), shape=(len(nodes), len(nodes))).tocsr()
    spots = shapely.points(nodes)
    starts = np.flatnonzero(shapely.dwithin(spots, shapely.boundary(cell), 0.01))
    goals = np.flatnonzero(shapely.dwithin(spots, line, 0.01))
    if not len(starts) or not len(goals):
        return None
    far, before, _ = dijkstra(graph, directed=False, indices=starts, return_predecessors=True, min_only=True)
    goal = int(goals[np.argmin(far[goals])])
    if not np.isfinite(far[goal]) or far[goal] >= 1e9:
        return None
    path = [goal]
    while before[path[-1]] >= 0:
        path.append(int(before[path[-1]]))
    return shapely.linestrings(nodes[path]) if len(path) > 1 else None


def _on_lattice(blocks: Blocks, block: int, raw: Geometries, buildings: Geometries) -> Geometries:
    """The cells (metres) cut out of their block on the lattice; every bit of ground in one cell, each in one piece."""
    plane = projector(blocks.epsg)
    lines = shapely.get_parts(shapely.boundary(raw))
    lines = lines[~shapely.is_empty(lines)]
    ground = blocks.polygons[block]
    pieces, _ = cut(as_array([ground]), _run_over(plane.to_lonlat(lines), ground))
    metres = plane.geometry(pieces)
    overlap = shapely.area(shapely.intersection(metres[:, None], raw[None, :]))
    cell = np.argmax(overlap, axis=1).astype(np.int64)
    parts = Blocks.of(pieces, cell, blocks.epsg)
    # Only the part with most of its building stays a cell; what is cut off from it joins the neighbour beside it.
    held = shapely.area(shapely.intersection(plane.geometry(parts.polygons), buildings[parts.grid]))
    size = parts.area_m2 * 1e-6 + held
    main = np.zeros(len(parts), dtype=np.bool_)
    for one in np.unique(parts.grid).tolist():
        rows = np.flatnonzero(parts.grid == one)
        main[rows[np.argmax(size[rows])]] = True
    same = np.zeros(len(parts), dtype=np.int64)
    shapes, kept = absorb(parts.polygons, same, parts.area_m2, ~main, parts.pairs, parts.border_m, parts.hard)
    out: Geometries = np.empty(len(raw), dtype=object)
    out[parts.grid[kept]] = shapes
    return out


def _run_over(lines: Geometries, ground: Any) -> Geometries:
    """Lines up to a few lattice steps beyond the ground: what sticks out cuts nothing."""
    ends = shapely.get_parts(shapely.intersection(lines, shapely.buffer(ground, 6e-8, quad_segs=1)))
    kept: Geometries = ends[shapely.length(ends) > 0]
    return kept
