"""Beside a street: where a new line runs a few metres along a street line instead of on it."""

from __future__ import annotations

from typing import Any

import numpy as np
import numpy.typing as npt
import shapely
from shapely.ops import substring

from mapsvc.analysis.ground import Streets
from mapsvc.geo.crs import projector
from mapsvc.model.finding import Finding, Rule, Severity

FloatArray = npt.NDArray[np.float64]

ON_M, BESIDE_M, LEAST_M = 1.0, 8.0, 20.0
"""Nearer than the first is on the street, farther than the second is apart; shorter than the third is no matter."""
_MOST_SAMPLES = 2000
_MOST_FINDINGS = 20


def beside_streets(streets: Streets, new_lines: Any, epsg: int, codes: tuple[str, ...]) -> tuple[Finding, ...]:
    """A warning for each stretch over LEAST_M where a new line keeps ON_M to BESIDE_M from a street; longest first.

    new_lines: lon/lat line or lines; codes: the grids to name.
    """
    found = []
    for line in shapely.get_parts(projector(epsg).geometry([new_lines])):
        found += _along(streets, line, epsg, codes)
    return tuple(sorted(found, key=lambda one: -one.size)[:_MOST_FINDINGS])


def _along(streets: Streets, line: Any, epsg: int, codes: tuple[str, ...]) -> list[Finding]:
    count = int(min(max(np.ceil(line.length), 2), _MOST_SAMPLES)) + 1
    places = np.linspace(0.0, line.length, count)
    spots = shapely.line_interpolate_point(line, places)
    point, segment = streets.tree.query(spots, predicate="dwithin", distance=BESIDE_M)
    if not len(point):
        return []
    away = shapely.distance(spots[point], streets.tree.geometries[segment])
    found = []
    for street in np.unique(streets.street[segment]).tolist():
        nearest = np.full(count, np.inf)
        own = streets.street[segment] == street
        np.minimum.at(nearest, point[own], away[own])
        for first, last in _runs((nearest > ON_M) & (nearest <= BESIDE_M)):
            length = float(places[last] - places[first])
            if length > LEAST_M:
                beside = float(np.median(nearest[first : last + 1]))
                where = projector(epsg).to_lonlat([substring(line, places[first], places[last])])[0]
                name = streets.names[street] or "a street"
                message = f"The new line runs {beside:.0f} m beside {name} for {length:.0f} m."
                found.append(Finding(Rule.BESIDE_STREET, Severity.WARNING, message, where, length, "m", codes))
    return found


def _runs(mask: npt.NDArray[np.bool_]) -> list[tuple[int, int]]:
    """First and last place of each run of True."""
    edges = np.flatnonzero(np.diff(np.concatenate([[False], mask, [False]]).astype(np.int8)))
    return [(int(first), int(end) - 1) for first, end in edges.reshape(-1, 2)]
