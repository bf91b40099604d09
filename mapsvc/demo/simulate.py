"""Made-up reports for a drill: the phrases of the invented community, anywhere in the grids that a service has."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from typing import Any

import numpy as np
import shapely

from mapsvc.demo.texts import draw_bare_title, read_phrases

ACCURACY_M = (3.0, 8.0, 15.0, 30.0)
_TRIES = 200


def made_reports(types: Sequence[str], grids: Sequence[Any], run: str, seed: int, zh: bool) -> Iterator[dict[str, Any]]:
    """Endless bodies for POST /api/reports.

    types: task types the service has; grids: polygons in degrees; run: names this run, so that references never meet.
    """
    rng = np.random.default_rng(seed)
    phrases = read_phrases()
    known = [code for code in types if code in phrases.matter]
    number = 0
    while known and grids:
        number += 1
        code = known[int(rng.integers(len(known)))]
        lon, lat = _point_in(grids[int(rng.integers(len(grids)))], rng)
        yield {
            "ref": f"{run}-{number}",
            "type": code,
            "title": draw_bare_title(phrases, code, rng)[zh],
            "datum": "wgs84",
            "lon": round(lon, 7),
            "lat": round(lat, 7),
            "accuracy_m": ACCURACY_M[int(rng.integers(len(ACCURACY_M)))],
        }


def _point_in(polygon: Any, rng: np.random.Generator) -> tuple[float, float]:
    west, south, east, north = polygon.bounds
    for _ in range(_TRIES):
        lon, lat = float(rng.uniform(west, east)), float(rng.uniform(south, north))
        if shapely.contains_xy(polygon, lon, lat):
            return lon, lat
    inside = polygon.representative_point()
    return float(inside.x), float(inside.y)
