"""Output datum: GeoJSON for basemaps that are not WGS 84. Positions are shifted at the very edge and stored nowhere."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import replace
from typing import Any

import numpy as np
import orjson
from flask import Response

from mapsvc.model.query import Query
from mapsvc.web.params import Params

OUTPUT_DATUMS = ("wgs84", "gcj02", "bd09")
_DECIMALS = 7
"""A centimetre: finer than any basemap in these datums."""


def output_datum(asked: Params) -> str:
    """The `datum` parameter of a GeoJSON answer, "" for WGS 84. Raises BadQuery for another."""
    chosen = asked.choice("datum", OUTPUT_DATUMS) or "wgs84"
    return "" if chosen == "wgs84" else chosen


def shifted(answer: Response, datum: str) -> Response:
    """The answer with its GeoJSON in `datum`; as it is for "", and for 304."""
    if datum and answer.status_code == 200:
        answer.set_data(in_datum(answer.get_data(), datum))
    return answer


def in_datum(body: bytes, datum: str) -> bytes:
    """GeoJSON with every position in `datum`, which it says at the top level."""
    value = orjson.loads(body)
    move(list(_positions(value)), datum)
    return orjson.dumps({**value, "datum": datum})


def move(positions: list[list[float]], datum: str) -> None:
    """Turn lon, lat lists from WGS 84 to `datum`, in place."""
    from mapsvc.geo.datum import from_wgs84

    if not positions:
        return
    given = np.array([one[:2] for one in positions], np.float64)
    lon, lat = (np.round(values, _DECIMALS).tolist() for values in from_wgs84(given[:, 0], given[:, 1], datum))
    for one, x, y in zip(positions, lon, lat, strict=True):
        one[0], one[1] = x, y


def read_box(query: Query, datum: str) -> Query:
    """The query with its bbox, as a map in `datum` gave it, in WGS 84."""
    if not datum or query.bbox is None:
        return query
    from mapsvc.geo.datum import to_wgs84

    west, south, east, north = query.bbox
    lon, lat = to_wgs84([west, east, west, east], [south, south, north, north], datum)
    # A box is turned into a slightly bent one; the box around it has all that was asked for.
    return replace(query, bbox=(float(lon.min()), float(lat.min()), float(lon.max()), float(lat.max())))


def _positions(value: Any) -> Iterator[list[float]]:
    """Every position below the members named "coordinates"."""
    if isinstance(value, dict):
        for name, inner in value.items():
            yield from _leaves(inner) if name == "coordinates" else _positions(inner)
    elif isinstance(value, list) and value and isinstance(value[0], dict):
        for inner in value:
            yield from _positions(inner)


def _leaves(value: Any) -> Iterator[list[float]]:
    if isinstance(value, list) and value:
        if isinstance(value[0], list):
            for inner in value:
                yield from _leaves(inner)
        else:
            yield value
