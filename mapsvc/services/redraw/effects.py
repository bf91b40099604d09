"""Effects: what a change of a draft does to incidents, work and homes, as the values of the HTTP contract."""

from __future__ import annotations

from collections.abc import Sequence
from typing import TYPE_CHECKING, Any

from mapsvc.model.effect import Effect, GridEffect
from mapsvc.model.finding import Finding
from mapsvc.services.redraw.standings import Standings
from mapsvc.services.redraw.state import State

if TYPE_CHECKING:
    from mapsvc.geo.partition.delta import Delta
    from mapsvc.geo.partition.partition import Partition

_SHOWN_IDS = 200


def weigh_change(
    standings: Standings, state: State, before: Partition, after: Partition, delta: Delta, *, keep: bool
) -> Effect:
    """The consequences of `delta`, which leads from `before` to `after`. state: a draft both belong to."""
    from mapsvc.analysis.consequences import consequences

    ground, was, now = standings.led(state.start, before, after, delta, keep=keep)
    return consequences(ground, was, now, delta)


def effect_json(effect: Effect, fids: Any, findings: Sequence[Finding], *, lines: bool) -> dict[str, Any]:
    """EFFECT without n, revision and ms. fids: ids of the incidents by row; findings: what the edit itself says."""
    load = effect.load
    shown = {
        "incidents": effect.incidents,
        "moved": effect.moved,
        "open": effect.open,
        "moved_ids": [f"i{fid}" for fid in fids[effect.rows[:_SHOWN_IDS]].tolist()],
        "households": effect.households,
        "addresses": effect.addresses,
        "area_m2": round(effect.area_m2, 2),
        "line_moved_m": round(effect.line_moved_m, 2),
        "load": {name: getattr(load, name) for name in load.__dataclass_fields__},
        "grids": [_grid(one) for one in effect.grids],
        "others": {name: getattr(effect.others, name) for name in effect.others.__dataclass_fields__},
        "hot_cells": [{"id": cut.id, "count": cut.count, "parts": dict(cut.parts)} for cut in effect.hot_cells],
        "findings": collection([*findings, *effect.findings]),
    }
    if lines:
        shown["lines"] = effect.lines
    return shown


def collection(findings: Sequence[Finding]) -> dict[str, Any]:
    """Findings as a FeatureCollection; the web writes each as a Feature."""
    return {"type": "FeatureCollection", "features": list(findings)}


def summary(effect: Effect) -> dict[str, Any]:
    """What the history of a draft shows of an edit."""
    return {
        "moved": effect.moved,
        "open": effect.open,
        "households": effect.households,
        "area_m2": round(effect.area_m2, 2),
    }


def _grid(one: GridEffect) -> dict[str, Any]:
    farthest = None if one.farthest_m == (None, None) else list(one.farthest_m)
    return {
        "number": one.number,
        "code": one.code,
        "name": one.name,
        "name_zh": one.name_zh,
        "changed": True,
        "load": list(one.load),
        "households": list(one.households),
        "addresses": list(one.addresses),
        "area_m2": list(one.area_m2),
        "compactness": list(one.compactness),
        "pieces": list(one.pieces),
        "farthest_m": farthest,
    }
