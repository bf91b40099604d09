"""A basemap in GCJ-02 or BD-09: what is drawn is shifted onto it, and clicks come back in WGS 84."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path
from typing import Any

import numpy as np
import pytest
from served import serving, settled
from square import SOUTH, STEP, WEST, StillClock, fill

from mapsvc.app import create_app
from mapsvc.config import AccessConfig, Config, MapConfig
from mapsvc.geo.datum import from_wgs84
from mapsvc.store.memory import MemoryStore
from mapsvc.wiring import assemble

SHIFT = """async ([datum, places]) => {
  const m = await import(document.querySelector('link[href*="/js/mapdatum.js"]').href);
  return places.map((place) => { const there = m.shift(datum, place); return [there, m.unshift(datum, there)]; });
}"""
PROJECT = """([lon, lat, shifted]) => {
  const map = window.mapsvc.map;
  const here = map.project([lat, lon], 18);
  const tile = L.CRS.EPSG3857.latLngToPoint(L.latLng(shifted[1], shifted[0]), 18);
  const back = map.unproject(here, 18);
  return [here.x - tile.x, here.y - tile.y, back.lng - lon, back.lat - lat];
}"""


@pytest.mark.parametrize("datum", ["gcj02", "bd09"])
def test_the_map_draws_in_the_datum_of_its_tiles_and_clicks_are_wgs84(
    tmp_path: Path, open_page: Callable[..., Any], datum: str
) -> None:
    # A tile file of another place: the datum of the map is told with it, and no tile is needed to see the shift.
    shown = MapConfig(xyz_url="http://127.0.0.1:9/{z}/{x}/{y}.png", xyz_attribution="Nobody", datum=datum)
    config = Config(tmp_path, map=shown, access=AccessConfig("viewer"))
    services = assemble(config, fill(MemoryStore()), StillClock())
    with serving(create_app(config, services)) as address:
        page = open_page(f"{address}/command?layers=inc,den")
        settled(page)
        corner = [WEST, SOUTH]
        there = [float(value) for value in from_wgs84(*corner, datum)]
        off = page.evaluate(PROJECT, [*corner, there])
        assert off[:2] == pytest.approx([0, 0], abs=1e-4)
        assert off[2:] == pytest.approx([0, 0], abs=1e-10)
        box = page.evaluate("window.mapsvc.map.getBounds().toBBoxString()").split(",")
        assert float(box[0]) < WEST < WEST + 3 * STEP < float(box[2])
        rng = np.random.default_rng(1)
        places = np.column_stack([rng.uniform(60, 150, 500), rng.uniform(-5, 60, 500)]).tolist()
        got = np.array(page.evaluate(SHIFT, [datum, places]))
        expected = np.column_stack(from_wgs84(*np.array(places).T, datum))
        assert np.abs(got[:, 0] - expected).max() < 1e-11
        west, south, east, north = 72.1, 1.0, 137.7, 55.7
        inner = [west < x < east and south < y < north for x, y in places]
        assert np.abs(got[inner, 1] - np.array(places)[inner]).max() < 1e-10


def test_a_map_without_a_datum_of_its_own_is_left_as_it_is(tmp_path: Path, open_page: Callable[..., Any]) -> None:
    config = Config(tmp_path, access=AccessConfig("viewer"))
    services = assemble(config, fill(MemoryStore()), StillClock())
    with serving(create_app(config, services)) as address:
        page = open_page(f"{address}/command")
        settled(page)
        assert page.evaluate("window.mapsvc.map.options.crs === L.CRS.EPSG3857")
