"""Hot spots: Gi* on a fishnet of counts, with permutation p and false discovery rate; or a reason why not."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import replace
from typing import Any

import numpy as np
import numpy.typing as npt
from shapely.geometry import MultiPolygon, Polygon

from mapsvc.analysis.cell_size import MIN_CELLS, choose_cell_m, next_smaller_m
from mapsvc.analysis.confirmed import confirmed
from mapsvc.analysis.fishnet import Fishnet, edge_share, frame_in_metres, make_fishnet, sound_frame
from mapsvc.analysis.frame_events import FrameEvents, events_in_frame
from mapsvc.analysis.gi_star import NEIGHBOURHOODS, lattice_sums
from mapsvc.analysis.significance import Judged, check_settings, judge
from mapsvc.geo.measure import area_m2
from mapsvc.model.incident import IncidentColumns
from mapsvc.model.report import Report

FloatArray = npt.NDArray[np.float64]
IntArray = npt.NDArray[np.int64]
BoolArray = npt.NDArray[np.bool_]

MIN_EVENTS = 30
METHOD = "gi_star_fishnet"
TITLE = "Hot and cold spots (Gi* on square cells)"
UNITS = {"cell_m": "m", "frame_area_m2": "m2", "used_area_m2": "m2", "hot_area_m2": "m2", "cold_area_m2": "m2"}
COLUMNS = (
    "row",
    "col",
    "n",
    "neighbours",
    "z",
    "p",
    "q",
    "kind",
    "level",
    "p_hot",
    "p_cold",
    "area_share",
    "confirmed",
)


def hotspots(
    source: IncidentColumns | tuple[npt.ArrayLike, npt.ArrayLike],
    frame: Polygon | MultiPolygon,
    epsg: int,
    *,
    cell_m: float | None = None,
    alpha: float = 0.05,
    draws: int = 200_000,
    seed: int = 1,
    neighbours: str = "queen",
    select: BoolArray | None = None,
) -> Report:
    """Cells of a fishnet over the frame where events gather or are missing more than chance arranges them.

    source: incident columns, or (lon, lat) arrays in degrees; select: which of them, default all.
    frame: lon/lat degrees; epsg: working CRS in metres. cell_m: side of the cells, None = by the rule of `cell_size`.
    alpha: false discovery rate; draws, seed: used only where the exact p would cost too much.
    The table holds cells with events or with q < alpha; z is None where it is undefined. When the data are too few
    `refused` gives the reason and the table is empty. Raises BadQuery for settings out of range.
    """
    check_settings(alpha=alpha, draws=draws, neighbours=neighbours, cell_m=cell_m)
    parameters = {
        "cell_m": cell_m,
        "cell_rule": "given" if cell_m is not None else "sqrt(2 A / n) rounded up to 1, 2 or 5 x 10^k m",
        "alpha": alpha,
        "draws": draws,
        "neighbours": neighbours,
        "epsg": epsg,
    }
    frame = sound_frame(frame)
    frame_m = frame_in_metres(frame, epsg)
    events = events_in_frame(source, select, frame, frame_m, epsg)
    figures = _event_figures(events, float(area_m2([frame], epsg)[0]))
    if reason := _too_few_events(events):
        return _refusal(reason, parameters, figures, seed)
    net = _fishnet(frame_m, epsg, cell_m, len(events.x))
    counts = net.counts(net.cell_of(events.x, events.y))
    net = replace(net, least_share=edge_share(net, counts, MIN_CELLS))
    figures |= _cell_figures(net, counts)
    parameters |= {"cell_m": net.cell_m, "least_share": net.least_share}
    if reason := _too_few_cells(counts[net.used], net.cell_m):
        return _refusal(reason, parameters, figures, seed)
    judged = _judge_net(net, counts, neighbours, alpha, draws, seed)
    # Where the lattice starts is nobody's choice; half a cell away the same places should stand out.
    moved = replace(make_fishnet(frame_m, epsg, net.cell_m, offset=0.5), least_share=net.least_share)
    again = _judge_net(moved, moved.counts(moved.cell_of(events.x, events.y)), neighbours, alpha, draws, seed)
    stays = confirmed(net, judged.side, moved, again.side)
    parameters["p"] = f"drawn ({judged.draws} draws)" if judged.draws else "exact"
    return _report(net, counts, judged, stays, parameters, figures, seed)


def _judge_net(net: Fishnet, counts: IntArray, neighbours: str, alpha: float, draws: int, seed: int) -> Judged:
    """Verdicts on the used cells of a fishnet, in the order of their flat indices."""
    used = net.used
    sums, around = lattice_sums(counts, used, neighbours)
    return judge(counts[used].astype(np.float64), sums[used], around[used], alpha=alpha, draws=draws, seed=seed)


def _fishnet(frame_m: Any, epsg: int, cell_m: float | None, events: int) -> Fishnet:
    """The fishnet with the given side, or with the ruled side made smaller until enough cells are used."""
    if cell_m is not None:
        return make_fishnet(frame_m, epsg, float(cell_m))
    side = choose_cell_m(float(frame_m.area), events)
    net = make_fishnet(frame_m, epsg, side)
    # The rule counts area; a narrow frame can leave fewer cells with half their area inside.
    for _ in range(4):
        if np.count_nonzero(net.used) >= MIN_CELLS:
            break
        side = next_smaller_m(side)
        net = make_fishnet(frame_m, epsg, side)
    return net


def _too_few_events(events: FrameEvents) -> str:
    n = len(events.x)
    if n < MIN_EVENTS:
        return f"Only {n} located events lie in the frame; hot spots need at least {MIN_EVENTS}."
    if np.ptp(events.x) == 0.0 and np.ptp(events.y) == 0.0:
        return f"All {n} events have the same position, so nothing can be said about where they gather."
    return ""


def _too_few_cells(counts: IntArray, cell_m: float) -> str:
    size = f"{cell_m:g} m"
    if len(counts) < MIN_CELLS:
        return (
            f"Only {len(counts)} cells of {size} lie at least half in the frame; hot spots need at least {MIN_CELLS}. "
            "Choose smaller cells."
        )
    if int(counts.sum()) < MIN_EVENTS:
        return (
            f"Only {int(counts.sum())} events lie in cells of {size} with enough of their area in the frame; "
            f"hot spots need at least {MIN_EVENTS}."
        )
    if np.count_nonzero(counts) == 1:
        return f"All events lie in one cell of {size}, so there is nothing to compare it with. Choose smaller cells."
    if counts.min() == counts.max():
        return f"Every cell of {size} holds the same number of events, so no cell can stand out."
    return ""


def _event_figures(events: FrameEvents, frame_area_m2: float) -> dict[str, Any]:
    return {
        "events": events.total,
        "events_used": 0,
        "not_used": events.total,
        "unlocated": events.unlocated,
        "outside_frame": events.outside_frame,
        "frame_area_m2": frame_area_m2,
    }


def _cell_figures(net: Fishnet, counts: IntArray) -> dict[str, Any]:
    used = net.used
    taken, n = int(counts[used].sum()), int(np.count_nonzero(used))
    return {
        "cell_m": net.cell_m,
        "cells_used": n,
        "cells_edge": int(np.count_nonzero(used & (net.share < 1.0))),
        "used_area_m2": float(net.share[used].sum()) * net.cell_m**2,
        "events_used": taken,
        "in_cells_not_used": int(counts.sum()) - taken,
        "mean": taken / n if n else None,
        "variance": float(np.var(counts[used])) if n else None,
        "largest": int(counts[used].max(initial=0)),
    }


def _refusal(reason: str, parameters: Mapping[str, Any], figures: Mapping[str, Any], seed: int) -> Report:
    return Report(
        METHOD,
        TITLE,
        parameters,
        {name: [] for name in COLUMNS},
        seed=seed,
        units=UNITS,
        figures=figures,
        geometry=[],
        refused=reason,
    )


def _report(
    net: Fishnet,
    counts: IntArray,
    judged: Judged,
    stays: BoolArray,
    parameters: Mapping[str, Any],
    figures: Mapping[str, Any],
    seed: int,
) -> Report:
    cells = np.flatnonzero(net.used)
    n, share = counts.ravel()[cells], net.share.ravel()[cells]
    shown = (n > 0) | (judged.q < parameters["alpha"])
    row, col = np.divmod(cells, net.cols)
    hot, cold = judged.side > 0, judged.side < 0
    used = int(figures["events_used"])
    figures = dict(figures) | {
        "not_used": figures["events"] - used,
        "expected": figures["mean"] * NEIGHBOURHOODS[parameters["neighbours"]],
        "hot": int(np.count_nonzero(hot)),
        "cold": int(np.count_nonzero(cold)),
        "hot_events": int(n[hot].sum()),
        "cold_events": int(n[cold].sum()),
        "hot_area_m2": float(share[hot].sum()) * net.cell_m**2,
        "cold_area_m2": float(share[cold].sum()) * net.cell_m**2,
        "hot_confirmed": int(np.count_nonzero(hot & stays)),
        "cold_confirmed": int(np.count_nonzero(cold & stays)),
        "smallest_q": float(judged.q.min()),
    }
    table = {"row": row, "col": col, "n": n, "area_share": share, "confirmed": stays} | judged.columns()
    columns = {name: _listed(table[name], shown) for name in COLUMNS}
    return Report(
        METHOD,
        TITLE,
        parameters,
        columns,
        seed=seed,
        units=UNITS,
        figures=figures,
        geometry=list(net.polygons_lonlat(cells[shown])),
        notes=notes_of(judged, parameters, bool(hot.any() or cold.any())),
    )


def _listed(values: npt.NDArray[Any], shown: BoolArray) -> list[Any]:
    """The shown rows as plain Python values, None for NaN."""
    return [None if value != value else value for value in values[shown].tolist()]


def notes_of(judged: Judged, parameters: Mapping[str, Any], found: bool) -> tuple[str, ...]:
    """What a reader must know to use the result."""
    how = (
        f"from {judged.draws} random draws, counting the observed map as one more (p = (M + 1) / (R + 1))"
        if judged.draws
        else "exact, by counting every way to reach it"
    )
    alpha = parameters["alpha"]
    notes = (
        f"Square cells of {parameters['cell_m']:g} m in EPSG:{parameters['epsg']}; a cell takes part when at least "
        f"{parameters['least_share']:.0%} of its area lies in the frame, with events or without; neighbourhoods are "
        "cut to such cells.",
        "z is Gi* with equal weights, the cell itself included, and the variance with n in the denominator. "
        "It is given for comparison; it does not decide.",
        "p is the probability of a neighbourhood sum at least as unusual if the counts were shuffled over all cells, "
        f"{how}; ties count in both tails.",
        f"q is p after Benjamini and Hochberg over all cells. Hot and cold need q < {alpha:g}; "
        f"levels 2 and 3 need q < {alpha / 5:g} and q < {alpha / 50:g}.",
        "These are counts of reports, not rates: a place with more homes or more willing reporters has more.",
        "Another cell size or origin gives another map. Confirmed cells stay hot or cold when the lattice is moved by "
        "half a cell; a finding worth acting on also shows at a second cell size.",
    )
    return notes if found else (*notes, f"No cell is below q = {alpha:g}.")
