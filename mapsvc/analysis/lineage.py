"""Lineage: where each grid of a plan came from, grid by grid, told from the ground that changed hands."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from mapsvc.geo.compare import Comparison
from mapsvc.geo.compare.ground import NOWHERE
from mapsvc.geo.compare.matching import overlaps
from mapsvc.model.grid import Grid
from mapsvc.model.report import Report

MOST = 0.5
"""A grid is split from the one that gave this share of its area, and merged from a gone one that left it this share."""
_NAMES = ("code", "name", "name_zh")
_STAFF = ("kind", "theme", "theme_zh", "unit", "unit_zh")


@dataclass(frozen=True, slots=True)
class Source:
    """Ground that a grid got. position: of the grid it came from; share: of the area of the grid that got it.

    how: the first of the grid's kinds for the grid it goes on from; "split_from", "merged_from"; else "transfer_from".
    """

    position: int
    how: str
    share: float


@dataclass(frozen=True, slots=True)
class Line:
    """Of one grid of the later plan. kinds: kept, or any of redrawn, renamed, restaffed, merged_from; or one of
    split_from, new for a grid that goes on from none. sources: largest share first."""

    kinds: tuple[str, ...]
    sources: tuple[Source, ...]


@dataclass(frozen=True, slots=True)
class Lineage:
    """lines: parallel to the grids of plan b. gone: position of each grid of a that ends, and its heirs: position in
    b (-1 = no grid) and share of its area, largest first."""

    lines: tuple[Line, ...]
    gone: Mapping[int, tuple[tuple[int, float], ...]]


def lineage(found: Comparison) -> Lineage:
    """The lineage told by a comparison; ground that was only re-digitised makes nobody's ancestor."""
    shared = overlaps(found.ground)
    area_a, area_b = _areas(shared)
    pieces = found.pieces
    real = sorted(set(zip(pieces.first[pieces.is_real].tolist(), pieces.second[pieces.is_real].tolist(), strict=True)))
    given, got = defaultdict(list), defaultdict(list)
    for i, j in real:
        given[i].append(j)
        got[j].append(i)
    ends = {i for i in range(len(found.a.grids)) if found.match[i] == NOWHERE}
    parent = {int(j): i for i, j in enumerate(found.match.tolist()) if j != NOWHERE}
    lines = []
    for j, grid in enumerate(found.b.grids):
        own = parent.get(j)
        merged = {i for i in got[j] if i in ends and shared[i, j] >= MOST * area_a[i]}
        shares = {i: shared.get((i, j), 0.0) / area_b[j] if area_b.get(j) else 0.0 for i in {own, *got[j]} - {None, -1}}
        if own is None:
            lines.append(_first_line(shares))
        else:
            redrawn = bool(got[j] or given[own])
            lines.append(_next_line(found.a.grids[own], grid, own, redrawn, merged, shares))
    heirs = {i: _by_share({j: shared[i, j] / area_a[i] for j in given[i]}) for i in sorted(ends)}
    return Lineage(tuple(lines), heirs)


def lineage_report(found: Comparison, told: Lineage) -> Report:
    """One row for each grid of the later plan and each source of it; a grid without a source has one row."""
    table: dict[str, list[Any]] = {name: [] for name in ("code", "id", "name", "kinds", "from", "how", "share")}
    shapes = []
    for grid, line in zip(found.b.grids, told.lines, strict=True):
        for source in line.sources or (None,):
            cells = (found.a.grids[source.position].code, source.how, source.share) if source else ("", "new", None)
            row = (grid.code, grid.id, grid.name, " ".join(line.kinds), *cells)
            for name, cell in zip(table, row, strict=True):
                table[name].append(cell)
            shapes.append(grid.polygon)
    return Report(
        method="lineage",
        title="Where the grids came from",
        parameters={"from_plan": found.a.id, "to_plan": found.b.id, "tolerance_m": found.tolerance_m},
        table=table,
        plan_id=found.b.id,
        figures={"grids": len(told.lines), **count_kinds(told), "gone": len(told.gone)},
        geometry=shapes,
        notes=(f"Ground thinner than {found.tolerance_m:g} m is taken for a line drawn anew and makes no ancestor.",),
    )


def count_kinds(told: Lineage) -> dict[str, int]:
    """How many grids are of each kind; a grid may be of several."""
    kinds = [kind for line in told.lines for kind in line.kinds]
    return {kind: kinds.count(kind) for kind in sorted(set(kinds))}


def _areas(shared: Mapping[tuple[int, int], float]) -> tuple[dict[int, float], dict[int, float]]:
    area_a: dict[int, float] = defaultdict(float)
    area_b: dict[int, float] = defaultdict(float)
    for (i, j), area in shared.items():
        area_a[i] += area
        area_b[j] += area
    return area_a, area_b


def _first_line(shares: Mapping[int, float]) -> Line:
    """Of a grid that goes on from none: split from the one that gave most of it, or new."""
    most = max(shares.values(), default=0.0)
    origin = next((i for i, share in _by_share(shares) if share == most and share >= MOST), None)
    sources = tuple(
        Source(i, "split_from" if i == origin else "transfer_from", share) for i, share in _by_share(shares)
    )
    return Line(("new",) if origin is None else ("split_from",), sources)


def _next_line(
    before: Grid, after: Grid, own: int, redrawn: bool, merged: set[int], shares: Mapping[int, float]
) -> Line:
    """Of a grid that goes on from `before`."""
    kinds = [kind for kind, is_so in (
        ("redrawn", redrawn),
        ("renamed", any(getattr(before, name) != getattr(after, name) for name in _NAMES)),
        ("restaffed", any(getattr(before, name) != getattr(after, name) for name in _STAFF)),
        ("merged_from", bool(merged)),
    ) if is_so] or ["kept"]  # fmt: skip
    how = {i: "merged_from" if i in merged else "transfer_from" for i in shares} | {own: kinds[0]}
    return Line(tuple(kinds), tuple(Source(i, how[i], share) for i, share in _by_share(shares)))


def _by_share(shares: Mapping[int, float]) -> tuple[tuple[int, float], ...]:
    order: Sequence[tuple[int, float]] = sorted(shares.items(), key=lambda item: (-item[1], item[0]))
    return tuple(order)
