"""GeoJSON for basemaps in GCJ-02 or BD-09: shifted at the edge, said so, and the box of the map is read back."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import numpy as np
import pytest
from flask.testing import FlaskClient
from square import SOUTH, STEP, WEST

from mapsvc.config import read_config
from mapsvc.errors import BadInput
from mapsvc.geo.datum import from_wgs84

PATHS = ("/api/incidents", "/api/grids", "/api/grids?z=12", "/api/base", "/api/posts", "/api/incidents/i1")


def positions(value: Any) -> list[list[float]]:
    if isinstance(value, dict):
        return [
            one
            for name, inner in value.items()
            for one in (np.reshape(flat(inner), (-1, 2)).tolist() if name == "coordinates" else positions(inner))
        ]
    return [one for inner in value for one in positions(inner)] if isinstance(value, list) else []


def flat(value: Any) -> list[float]:
    return [one for inner in value for one in flat(inner)] if isinstance(value, list) else [value]


@pytest.mark.parametrize("datum", ["gcj02", "bd09"])
@pytest.mark.parametrize("path", PATHS)
def test_every_position_of_an_answer_is_in_the_datum_asked_for(client: FlaskClient, path: str, datum: str) -> None:
    plain = client.get(path)
    moved = client.get(f"{path}{'&' if '?' in path else '?'}datum={datum}")
    assert moved.status_code == 200
    assert moved.json["datum"] == datum
    assert "datum" not in plain.json
    assert moved.headers["ETag"] != plain.headers["ETag"]
    before, after = np.array(positions(plain.json)), np.array(positions(moved.json))
    assert len(before) > 0
    assert after == pytest.approx(np.stack(from_wgs84(*before.T, datum), axis=1), abs=6e-8)
    assert np.abs(after - before).max() > 5e-4
    again = client.get(
        f"{path}{'&' if '?' in path else '?'}datum={datum}", headers={"If-None-Match": moved.headers["ETag"]}
    )
    assert again.status_code == 304


def test_wgs84_may_be_asked_for_by_name_and_another_datum_is_refused_by_name(client: FlaskClient) -> None:
    assert client.get("/api/grids?datum=wgs84").json == client.get("/api/grids").json
    for path in PATHS:
        answer = client.get(f"{path}{'&' if '?' in path else '?'}datum=mars")
        assert (answer.status_code, answer.json["field"]) == (400, "datum")


def test_the_box_of_a_map_is_read_in_its_datum(client: FlaskClient) -> None:
    # The centre of grid 33 alone, as a map in BD-09 shows it.
    west, south = (float(value) for value in from_wgs84(WEST + 2.4 * STEP, SOUTH + 2.4 * STEP, "bd09"))
    east, north = (float(value) for value in from_wgs84(WEST + 2.6 * STEP, SOUTH + 2.6 * STEP, "bd09"))
    box = f"{west},{south},{east},{north}"
    found = client.get(f"/api/incidents?datum=bd09&bbox={box}").json
    assert [one["id"] for one in found["features"]] == ["i5"]
    assert client.get(f"/api/incidents?bbox={box}").json["features"] == []


def test_the_pages_of_a_list_go_on_in_the_same_datum(client: FlaskClient) -> None:
    first = client.get("/api/incidents?datum=gcj02&limit=2").json
    assert "datum=gcj02" in first["next"]


def test_labels_and_box_of_the_desk_follow_the_map(client: FlaskClient) -> None:
    plain, moved = client.get("/api/desk").json, client.get("/api/desk?datum=gcj02").json
    assert moved["plan"]["bbox"][:2] == pytest.approx([float(v) for v in from_wgs84(WEST, SOUTH, "gcj02")], abs=1e-7)
    labels = [(row["label"], other["label"]) for row, other in zip(plain["grids"], moved["grids"], strict=True)]
    for before, after in labels:
        assert after == pytest.approx([float(v) for v in from_wgs84(*before, "gcj02")], abs=1e-7)


def test_the_datum_of_a_basemap_is_configured_and_another_is_refused(tmp_path: Path) -> None:
    assert read_config(tmp_path, {}).map.datum == "wgs84"
    (tmp_path / "mapsvc.toml").write_text('[map]\nxyz_url = "https://t.example/{z}/{x}/{y}"\ndatum = "gcj02"\n')
    assert read_config(tmp_path, {}).map.datum == "gcj02"
    assert read_config(tmp_path, {"MAPSVC_MAP_DATUM": "bd09"}).map.datum == "bd09"
    with pytest.raises(BadInput, match="one of wgs84, gcj02, bd09"):
        read_config(tmp_path, {"MAPSVC_MAP_DATUM": "mars"})


def test_density_tiles_lie_where_the_tiles_of_the_map_lie(client: FlaskClient) -> None:
    from mapsvc.geo.tiling import lonlat_to_tile

    lon, lat = WEST + 1.5 * STEP, SOUTH + 1.5 * STEP
    seen = []
    for datum in ("wgs84", "bd09"):
        there = [float(value) for value in from_wgs84(lon, lat, datum)]
        x, y = (int(value) for value in lonlat_to_tile(*there, 16))
        asked = "" if datum == "wgs84" else f"?datum={datum}"
        tiles = [
            client.get(f"/tiles/density/16/{x + dx}/{y + dy}.png{asked}") for dx in (-1, 0, 1) for dy in (-1, 0, 1)
        ]
        assert {tile.status_code for tile in tiles} == {200}
        seen.append((x, y))
        plain = client.get(f"/tiles/density/16/{x}/{y}.png").data
        assert (tiles[4].data == plain) == (datum == "wgs84")
    assert seen[0] != seen[1]
    assert client.get("/tiles/density/16/0/0.png?datum=mars").status_code == 400
