from __future__ import annotations

import gzip
import sqlite3
from pathlib import Path

import pytest
from flask.testing import FlaskClient
from signed import sign_in
from square import SOUTH, STEP, WEST, StillClock, fill

from mapsvc.app import create_app
from mapsvc.config import Config, MapConfig
from mapsvc.errors import BadFile, BadInput
from mapsvc.geo.tiling import lonlat_to_tile
from mapsvc.store.memory import MemoryStore
from mapsvc.wiring import assemble

Z = 12
X, Y = (int(number[0]) for number in lonlat_to_tile([WEST + STEP / 2], [SOUTH + STEP / 2], Z))
TILE = f"/tiles/density/{Z}/{X}/{Y}.png"
"""The tile that holds the nine squares' south-west."""


def test_a_density_tile_is_a_png_that_follows_the_filter(client: FlaskClient) -> None:
    whole = client.get(TILE)
    assert whole.content_type == "image/png"
    assert whole.data.startswith(b"\x89PNG")
    some = client.get(f"{TILE}?type=lamp")
    assert some.data != whole.data
    nothing = client.get(f"{TILE}?from=2026-11-23T13:59&to=2026-11-23T14:00")
    assert nothing.data == client.get("/tiles/density/12/0/0.png").data


def test_sensitive_incidents_leave_no_trace_on_tiles(client: FlaskClient) -> None:
    assert client.get(f"{TILE}?type=dispute").data == client.get("/tiles/density/12/0/0.png").data


def test_the_legend_tells_classes_colours_and_bandwidth(client: FlaskClient) -> None:
    dark = client.get("/tiles/density/legend?z=12").json
    light = client.get("/tiles/density/legend?z=12&theme=light").json
    assert dark["breaks"] == sorted(dark["breaks"])
    assert len(dark["colours"]) == len(dark["breaks"])
    assert dark["colours"] == light["colours"][::-1]
    assert 200 < dark["bandwidth_m"] < 300
    deeper = client.get("/tiles/density/legend?z=13").json
    assert deeper["bandwidth_m"] == pytest.approx(dark["bandwidth_m"] / 2, rel=0.01)


@pytest.mark.parametrize("place", ["3/8/0", "3/0/8", "23/0/0", "0/1/0", "99/0/0", "3/1/99999999999999999999"])
def test_tiles_outside_the_world_are_404(client: FlaskClient, place: str) -> None:
    assert client.get(f"/tiles/density/{place}.png").status_code == 404
    assert client.get(f"/tiles/base/{place}").status_code == 404


def test_without_a_basemap_file_there_are_no_base_tiles(client: FlaskClient) -> None:
    assert client.get("/tiles/base/0/0/0").status_code == 404


def with_basemap(tmp_path: Path, shown: MapConfig) -> FlaskClient:
    services = assemble(Config(tmp_path, map=shown), fill(MemoryStore()), StillClock())
    return sign_in(create_app(services.config, services))


def test_a_configured_basemap_file_is_served_and_told_of(tmp_path: Path) -> None:
    path = tmp_path / "base.mbtiles"
    with sqlite3.connect(path) as connection:
        connection.execute("CREATE TABLE metadata (name TEXT, value TEXT)")
        connection.execute("CREATE TABLE tiles (zoom_level INT, tile_column INT, tile_row INT, tile_data BLOB)")
        connection.executemany("INSERT INTO metadata VALUES (?, ?)", [("format", "png"), ("attribution", "<b>us</b>")])
        connection.executemany("INSERT INTO tiles VALUES (1, ?, ?, ?)", [(0, 1, b"north west"), (1, 0, b"south east")])
    connection.close()
    client = with_basemap(tmp_path, MapConfig(basemap=str(path)))
    assert client.get("/tiles/base/1/0/0").data == b"north west"
    assert client.get("/tiles/base/1/1/1").data == b"south east"
    assert client.get("/tiles/base/1/1/0").status_code == 204
    assert client.get("/tiles/base/1/0/0").content_type == "image/png"
    told = client.get("/api/desk").json["basemap"]
    assert (told["kind"], told["format"], told["min_zoom"], told["max_zoom"]) == ("tiles", "png", 1, 1)
    client.application.extensions["mapsvc"].close()


def test_packed_vector_tiles_are_unpacked_for_who_cannot(tmp_path: Path) -> None:
    path = tmp_path / "vector.mbtiles"
    packed = gzip.compress(b"vector tile", mtime=0)
    with sqlite3.connect(path) as connection:
        connection.execute("CREATE TABLE metadata (name TEXT, value TEXT)")
        connection.execute("CREATE TABLE tiles (zoom_level INT, tile_column INT, tile_row INT, tile_data BLOB)")
        connection.execute("INSERT INTO metadata VALUES ('format', 'pbf')")
        connection.execute("INSERT INTO tiles VALUES (0, 0, 0, ?)", [packed])
    connection.close()
    client = with_basemap(tmp_path, MapConfig(basemap=str(path)))
    as_it_lies = client.get("/tiles/base/0/0/0", headers={"Accept-Encoding": "gzip"})
    assert (as_it_lies.data, as_it_lies.headers["Content-Encoding"]) == (packed, "gzip")
    assert as_it_lies.content_type == "application/x-protobuf"
    plain = client.get("/tiles/base/0/0/0", headers={"Accept-Encoding": "identity"})
    assert plain.data == b"vector tile"
    assert "Content-Encoding" not in plain.headers
    client.application.extensions["mapsvc"].close()


def test_a_tile_service_is_told_of_only_when_configured(tmp_path: Path, client: FlaskClient) -> None:
    assert client.get("/api/desk").json["basemap"] == {"kind": "own"}
    shown = MapConfig(xyz_url="https://tiles.example/{z}/{x}/{y}.png", xyz_attribution="Example")
    told = with_basemap(tmp_path, shown).get("/api/desk").json["basemap"]
    url = "https://tiles.example/{z}/{x}/{y}.png"
    assert told == {"kind": "xyz", "url": url, "attribution": "Example", "datum": "wgs84"}


def test_a_basemap_that_is_none_is_refused_at_the_start(tmp_path: Path) -> None:
    (tmp_path / "text.mbtiles").write_text("no tiles")
    (tmp_path / "text.pmtiles").write_text("no tiles" * 100)
    for name in ("text.mbtiles", "text.pmtiles", "absent.mbtiles", "absent.pmtiles"):
        with pytest.raises(BadFile, match=name):
            with_basemap(tmp_path, MapConfig(basemap=str(tmp_path / name)))
    with pytest.raises(BadInput):
        with_basemap(tmp_path, MapConfig(basemap="map.tif"))
