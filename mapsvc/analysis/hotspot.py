"""Hot spots: Gi* on a fishnet of counts, with permutation p and false discovery rate; or a reason why not."""

from __future__ import annotations

from dataclasses import replace
from functools import partial
from typing import Any

import numpy as np
import numpy.typing as npt
from shapely.geometry import MultiPolygon, Polygon

from mapsvc.analysis.cell_size import MIN_CELLS, choose_cell_m, next_smaller_m
from mapsvc.analysis.confirmed import confirmed
from mapsvc.analysis.fishnet import Fishnet, edge_share, frame_in_metres, make_fishnet, sound_frame
from mapsvc.analysis.frame_events import FrameEvents, events_in_frame
from mapsvc.analysis.gi_star import lattice_sums
from mapsvc.analysis.hotspot_report import cell_figures, event_figures, found_report, refusal
from mapsvc.analysis.significance import Judged, check_settings, judge
from mapsvc.geo.measure import area_m2
from mapsvc.model.incident import IncidentColumns
from mapsvc.model.report import Report

FloatArray = npt.NDArray[np.float64]
IntArray = npt.NDArray[np.int64]
BoolArray = npt.NDArray[np.bool_]

MIN_EVENTS = 30


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
    The table holds cells with events or q < alpha; z is None where undefined. Where data are too few `refused` gives
    the reason and the table is empty. Raises BadQuery for settings out of range.
    """
    check_settings(alpha=alpha, draws=draws, seed=seed, neighbours=neighbours, cell_m=cell_m)
    rule = "sqrt(2 A / n) rounded up to 1, 2 or 5 x 10^k m" if cell_m is None else "given"
    parameters = dict(cell_m=cell_m, cell_rule=rule, alpha=alpha, draws=draws, neighbours=neighbours, epsg=epsg)
    frame_m = frame_in_metres(frame := sound_frame(frame), epsg)
    events = events_in_frame(source, select, frame, frame_m, epsg)
    figures = event_figures(events, float(area_m2([frame], epsg)[0]))
    if reason := _no_frame(frame_m, epsg) or _too_few_events(events):
        return refusal(reason, parameters, figures, seed)
    net, counts = _counted(_fishnet(frame_m, epsg, cell_m, len(events.x)), events)
    figures |= cell_figures(net, counts)
    parameters |= {"cell_m": net.cell_m, "least_share": net.least_share}
    if reason := _too_few_cells(counts[net.used], net.cell_m):
        return refusal(reason, parameters, figures, seed)
    verdict = partial(_judge_net, neighbours=neighbours, alpha=alpha, draws=draws, seed=seed)
    judged = verdict(net, counts)
    # Where the lattice starts is nobody's choice; half a cell away the same places should stand out.
    moved, again = _counted(make_fishnet(frame_m, epsg, net.cell_m, offset=0.5), events, net.least_share)
    stays = confirmed(net, judged.side, moved, verdict(moved, again).side)
    return found_report(net, counts, judged, stays, parameters, figures, seed)


def _counted(net: Fishnet, events: FrameEvents, least_share: float | None = None) -> tuple[Fishnet, IntArray]:
    """The fishnet with its rule for edge cells, and the events in each cell (rows, cols)."""
    counts = net.counts(net.cell_of(events.x, events.y))
    share = edge_share(net, counts, MIN_CELLS) if least_share is None else least_share
    return replace(net, least_share=share), counts


def _judge_net(net: Fishnet, counts: IntArray, *, neighbours: str, alpha: float, draws: int, seed: int) -> Judged:
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


def _no_frame(frame_m: Any, epsg: int) -> str:
    if frame_m.is_empty:
        return f"The frame has no area in EPSG:{epsg}: it is empty, or lies where that system does not reach."
    return ""


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
