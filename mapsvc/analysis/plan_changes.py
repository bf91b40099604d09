"""Plan changes: the comparison of two plans as a Report, a row for each piece of land that changed hands."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

import numpy as np

from mapsvc.analysis.lineage import Lineage, count_kinds
from mapsvc.geo.compare import NARROW_M, Comparison
from mapsvc.geo.compare.ground import NOWHERE
from mapsvc.model.grid import Grid
from mapsvc.model.report import Report

KINDS = ("moved", "gained", "lost", "redigitised")


def plan_changes(found: Comparison, told: Lineage) -> Report:
    """Pieces of land by kind, real ones first and the largest first.

    moved: from one grid to another; gained, lost: land that only the later or only the earlier plan holds;
    redigitised: thinner than the tolerance. narrow marks real pieces under NARROW_M. figures hold the lineage of
    each grid that is not kept, and the grids that end. Areas in m2, widths in m, of the later plan's working CRS.
    """
    pieces = found.pieces
    codes_a = np.array([*(grid.code for grid in found.a.grids), ""], dtype=object)
    codes_b = np.array([*(grid.code for grid in found.b.grids), ""], dtype=object)
    kind = np.where(pieces.first == NOWHERE, "gained", np.where(pieces.second == NOWHERE, "lost", "moved"))
    kind = np.where(pieces.is_real, kind, "redigitised")
    order = np.argsort(~pieces.is_real, kind="stable")
    table = {
        "kind": kind[order].tolist(),
        "from": codes_a[pieces.first[order]].tolist(),
        "to": codes_b[pieces.second[order]].tolist(),
        "area_m2": pieces.area_m2[order].tolist(),
        "width_m": pieces.width_m[order].tolist(),
        "narrow": (pieces.is_real & (pieces.width_m < NARROW_M))[order].tolist(),
    }
    return Report(
        method="compare",
        title=f"What changed from {found.a.name} to {found.b.name}",
        parameters={"from_plan": found.a.id, "to_plan": found.b.id, "tolerance_m": found.tolerance_m,
                    "narrow_m": NARROW_M, "epsg": found.ground.epsg},
        table=table,
        plan_id=found.a.id,
        units={"area_m2": "m2", "width_m": "m"},
        figures=_figures(found, kind, told),
        geometry=pieces.shapes[order].tolist(),
        notes=(
            f"A piece is real if a circle of {found.tolerance_m:g} m fits into it; thinner ones are the same line "
            "drawn anew.",
            f"Real pieces under {NARROW_M:g} m are marked narrow: one side of a street may be meant, or not.",
            "The width of a thin piece is an upper bound.",
        ),
    )  # fmt: skip


def _figures(found: Comparison, kind: Any, told: Lineage) -> dict[str, Any]:
    area = found.pieces.area_m2
    figures: dict[str, Any] = {}
    for name in KINDS:
        figures[f"{name}_pieces"] = int(np.count_nonzero(kind == name))
        figures[f"{name}_area_m2"] = float(area[kind == name].sum())
    real = found.pieces.is_real
    figures["narrow_pieces"] = int(np.count_nonzero(real & (found.pieces.width_m < NARROW_M)))
    figures["grids"] = {"before": len(found.a.grids), "after": len(found.b.grids), **count_kinds(told)}
    figures["lineage"] = changed_lines(found, told)
    figures["gone"] = gone_lines(found, told)
    return figures


def changed_lines(found: Comparison, told: Lineage) -> list[dict[str, Any]]:
    """The lineage of each grid that is not simply kept, JSON values only."""
    lines = zip(found.b.grids, told.lines, strict=True)
    return [line for line in (_line(found, grid, line) for grid, line in lines) if line["kinds"] != ["kept"]]


def all_lines(found: Comparison, told: Lineage) -> list[dict[str, Any]]:
    """The lineage of every grid of the later plan, JSON values only."""
    return [_line(found, grid, line) for grid, line in zip(found.b.grids, told.lines, strict=True)]


def gone_lines(found: Comparison, told: Lineage) -> list[dict[str, Any]]:
    """The grids that end, and which grids have their ground now ("" = none), JSON values only."""
    return [
        {"plan": found.a.id, **_named(found.a.grids[i]), "to": _heirs(found.b.grids, heirs)}
        for i, heirs in told.gone.items()
    ]


def _line(found: Comparison, grid: Grid, line: Any) -> dict[str, Any]:
    sources = [
        {"plan": found.a.id, "code": found.a.grids[one.position].code, "how": one.how, "share": one.share}
        for one in line.sources
    ]
    return {**_named(grid), "kinds": list(line.kinds), "from": sources}


def _named(grid: Grid) -> dict[str, str]:
    return {"code": grid.code, "id": grid.id, "name": grid.name, "name_zh": grid.name_zh}


def _heirs(grids: Sequence[Grid], heirs: Sequence[tuple[int, float]]) -> list[dict[str, Any]]:
    return [{"code": grids[j].code if j != NOWHERE else "", "share": share} for j, share in heirs]
