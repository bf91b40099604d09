"""A plan to arcs: pair the edges of neighbours, settle the outline with the frame, assemble."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
import shapely
from shapely.geometry import MultiLineString, MultiPolygon, Polygon
from shapely.geometry.base import BaseGeometry

from mapsvc.errors import Refused
from mapsvc.geo.crs import Geometries
from mapsvc.geo.partition.arc import GAP, OUTSIDE, Arc
from mapsvc.geo.partition.assemble import assemble, rank
from mapsvc.geo.partition.cell import Cell
from mapsvc.geo.partition.exact import Int, pack, segments_of
from mapsvc.geo.partition.lattice import Lattice
from mapsvc.geo.partition.outline import settle
from mapsvc.geo.partition.partition import Base, Partition
from mapsvc.geo.partition.roll import Roll
from mapsvc.geo.partition.table import Table
from mapsvc.geo.topology import check_partition
from mapsvc.model.finding import Finding, Rule, Severity
from mapsvc.model.plan import Plan

_NO_KEYS = np.empty(0, dtype=np.int64)


@dataclass(frozen=True, slots=True, eq=False)
class Labelled:
    """(m, 4) segments in steps with the numbers on both sides, OUTSIDE and GAP among them."""

    segments: Int
    left: Int
    right: Int


class Unfit(ValueError):
    """Grids that are no partition; where: the lines in question in steps, (k, 4), may be empty."""

    def __init__(self, message: str, where: Int) -> None:
        super().__init__(message)
        self.where = where


def build(plan: Plan) -> Partition:
    """See `Partition.of`."""
    polygons: Geometries = np.array([grid.polygon for grid in plan.grids], dtype=object)
    if not len(polygons):
        raise Refused("A plan without grids cannot be redrawn.", [_finding("The plan has no grids.", None)])
    broken = shapely.is_empty(polygons) | ~shapely.is_valid(polygons)
    if broken.any() or plan.frame.is_empty or not plan.frame.is_valid or len(set(plan.codes)) < len(plan.grids):
        raise refusal(plan)
    lattice = Lattice.of(shapely.get_coordinates(polygons), shapely.get_coordinates(plan.frame))
    try:
        labelled = label(polygons, plan.frame, lattice)
    except Unfit as unfit:
        raise refusal(plan, lattice, unfit) from unfit
    arcs = sorted(assemble(labelled.segments, labelled.left, labelled.right, _NO_KEYS), key=rank)
    return _partition(plan, lattice, arcs)


def label(polygons: Geometries, frame: Polygon | MultiPolygon, lattice: Lattice) -> Labelled:
    """The segments of valid polygons that cover the frame, apart from gaps, once; raises Unfit.

    Grid numbers are positions in `polygons`.
    """
    segments, grid = _edges(polygons, lattice)
    start, end = pack(segments[:, :2]), pack(segments[:, 2:])
    node = np.unique(np.concatenate([start, end]), return_inverse=True)[1].ravel()
    start, end = node[: len(start)], node[len(start) :]
    line = np.minimum(start, end) * np.int64(1 << 31) + np.maximum(start, end)
    order = np.argsort(line, kind="stable")
    ranked = line[order]
    head = np.concatenate([[True], ranked[1:] != ranked[:-1]])
    count = np.diff(np.concatenate([np.flatnonzero(head), [len(ranked)]]))
    at = np.flatnonzero(head)
    one, two = order[at[count == 2]], order[at[count == 2] + 1]
    twice = np.concatenate([order[np.flatnonzero(np.repeat(count > 2, count))], one[start[one] == start[two]]])
    if len(twice):
        raise Unfit("The same line is the edge of two grids on one side.", segments[twice])
    right = np.full(len(segments), GAP, dtype=np.int64)
    right[one], right[two] = grid[two], grid[one]
    alone = order[at[count == 1]]
    alone.sort()
    outer = settle(segments[alone], grid[alone], frame, lattice)
    if outer is None:
        raise Unfit("The grids and the frame do not fit.", segments[alone])
    right[alone] = np.where(outer.outside, OUTSIDE, GAP)
    keep = grid > right
    rim = np.full(len(outer.rim), OUTSIDE, dtype=np.int64)
    return Labelled(
        np.concatenate([segments[keep], outer.rim]),
        np.concatenate([grid[keep], np.full(len(rim), GAP)]),
        np.concatenate([right[keep], rim]),
    )


def _edges(polygons: Geometries, lattice: Lattice) -> tuple[Int, Int]:
    """(m, 4) directed edges in steps and the grid on the left of each."""
    parts, grid = shapely.get_parts(shapely.orient_polygons(polygons), return_index=True)
    rings, part = shapely.get_rings(parts, return_index=True)
    points, ring = shapely.get_coordinates(rings, return_index=True)
    steps = lattice.steps(points)
    sound = shapely.is_valid(shapely.transform(polygons, lambda lonlat: lattice.steps(lonlat).astype(np.float64)))
    if not sound.all():
        bad = lattice.steps(shapely.get_coordinates(polygons[~sound][0]))
        raise Unfit("A grid is so fine that it crosses itself on the lattice.", segments_of(bad))
    first = np.flatnonzero((ring[1:] == ring[:-1]) & (steps[1:] != steps[:-1]).any(axis=1))
    return np.hstack([steps[first], steps[first + 1]]), grid[part[ring[first]]]


def _partition(plan: Plan, lattice: Lattice, arcs: list[Arc]) -> Partition:
    around: dict[int, set[int]] = {OUTSIDE: set(), GAP: set()}
    ends: dict[int, list[int]] = {}
    rows = np.concatenate([arc.steps[[0, -1]] for arc in arcs])
    keys = pack(rows).reshape(-1, 2).tolist()
    for number, arc in enumerate(arcs):
        around.setdefault(arc.left, set()).add(number)
        around.setdefault(arc.right, set()).add(number)
        for key in set(keys[number]):
            ends.setdefault(key, []).append(number)
    cells = {
        number: Cell(frozenset(ids), plan.grids[number].polygon if number >= 0 else None)
        for number, ids in around.items()
    }
    cells[OUTSIDE].polygon = plan.frame
    table = Table.of(dict(enumerate(arcs)))
    order = sorted(range(len(plan.grids)), key=lambda number: plan.grids[number].code)
    return Partition(
        Base(plan, lattice, cells, table, []),
        table,
        Table.of(cells),
        Table.of({key: tuple(there) for key, there in ends.items()}),
        Table.of(dict(enumerate(plan.grids))),
        Roll(tuple(plan.grids[number].code for number in order), tuple(order)),
        len(arcs),
        len(plan.grids),
    )


def refusal(plan: Plan, lattice: Lattice | None = None, unfit: Unfit | None = None) -> Refused:
    """The refusal of a plan that is no partition, with what the topology checks find; gaps are no reason."""
    findings = [
        finding
        for finding in check_partition(plan.grids, plan.frame, plan.working_epsg)
        if finding.severity is not Severity.NOTE and finding.rule not in {Rule.GAP, Rule.SLIVER, Rule.MULTIPART}
    ]
    if not findings:
        where = None
        if lattice is not None and unfit is not None and len(unfit.where):
            ends = lattice.degrees(unfit.where[:1000].reshape(-1, 2)).reshape(-1, 2, 2)
            where = MultiLineString(list(ends))
        findings = [_finding(str(unfit) if unfit else "The plan is no partition.", where)]
    message = "The plan has overlaps, broken rings or vertices that do not match; mend it before redrawing."
    return Refused(message, findings, field="plan")


def _finding(message: str, where: BaseGeometry | None) -> Finding:
    return Finding(Rule.UNMATCHED_VERTEX, Severity.ERROR, message, where)
