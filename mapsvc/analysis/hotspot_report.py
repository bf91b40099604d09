"""The report of a hot-spot map: its columns, figures and notes."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

import numpy as np
import numpy.typing as npt

from mapsvc.analysis.fishnet import Fishnet
from mapsvc.analysis.frame_events import FrameEvents
from mapsvc.analysis.gi_star import NEIGHBOURHOODS
from mapsvc.analysis.significance import Judged
from mapsvc.model.report import Report

IntArray = npt.NDArray[np.int64]
BoolArray = npt.NDArray[np.bool_]

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


def event_figures(events: FrameEvents, frame_area_m2: float) -> dict[str, Any]:
    """What became of the events before any cell was made."""
    return {
        "events": events.total,
        "events_used": 0,
        "not_used": events.total,
        "unlocated": events.unlocated,
        "outside_frame": events.outside_frame,
        "frame_area_m2": frame_area_m2,
    }


def cell_figures(net: Fishnet, counts: IntArray) -> dict[str, Any]:
    """The cells and what they hold; counts: (rows, cols)."""
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


def refusal(reason: str, parameters: Mapping[str, Any], figures: Mapping[str, Any], seed: int) -> Report:
    """The report of a question that the data cannot answer, with the reason."""
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


def found_report(
    net: Fishnet,
    counts: IntArray,
    judged: Judged,
    stays: BoolArray,
    parameters: Mapping[str, Any],
    figures: Mapping[str, Any],
    seed: int,
) -> Report:
    """The report on judged cells. counts: (rows, cols); judged, stays: one value a used cell, stays = confirmed."""
    parameters = dict(parameters) | {"p": f"drawn ({judged.draws} draws)" if judged.draws else "exact"}
    cells = np.flatnonzero(net.used)
    n, share = counts.ravel()[cells], net.share.ravel()[cells]
    shown = (n > 0) | (judged.q < parameters["alpha"])
    row, col = np.divmod(cells, net.cols)
    table = {"row": row, "col": col, "n": n, "area_share": share, "confirmed": stays} | judged.columns()
    columns = {name: _listed(table[name], shown) for name in COLUMNS}
    return Report(
        METHOD,
        TITLE,
        parameters,
        columns,
        seed=seed,
        units=UNITS,
        figures=dict(figures) | _verdict_figures(net, n, share, judged, stays, parameters, figures),
        geometry=list(net.polygons_lonlat(cells[shown])),
        notes=_notes(judged, parameters, bool(judged.side.any())),
    )


def _verdict_figures(
    net: Fishnet,
    n: IntArray,
    share: npt.NDArray[np.float64],
    judged: Judged,
    stays: BoolArray,
    parameters: Mapping[str, Any],
    figures: Mapping[str, Any],
) -> dict[str, Any]:
    """How many cells are hot and cold, with what in them; n, share, stays are one value a used cell."""
    found: dict[str, Any] = {
        "not_used": figures["events"] - figures["events_used"],
        "expected": figures["mean"] * NEIGHBOURHOODS[parameters["neighbours"]],
        "smallest_q": float(judged.q.min()),
    }
    for kind, cells in (("hot", judged.side > 0), ("cold", judged.side < 0)):
        found |= {
            kind: int(np.count_nonzero(cells)),
            f"{kind}_events": int(n[cells].sum()),
            f"{kind}_area_m2": float(share[cells].sum()) * net.cell_m**2,
            f"{kind}_confirmed": int(np.count_nonzero(cells & stays)),
        }
    return found


def _listed(values: npt.NDArray[Any], shown: BoolArray) -> list[Any]:
    """The shown rows as plain Python values, None for NaN."""
    return [None if value != value else value for value in values[shown].tolist()]


def _notes(judged: Judged, parameters: Mapping[str, Any], found: bool) -> tuple[str, ...]:
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
    return notes if found else (*notes, f"No cell stands out at q < {alpha:g}.")
