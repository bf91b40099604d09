"""Datums against published vectors; the inverse is exact; a whole file in the wrong datum is recognised."""

from __future__ import annotations

import json
from pathlib import Path

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from mapsvc.errors import BadInput
from mapsvc.geo.bd09mc import bd09_to_mc, mc_to_bd09
from mapsvc.geo.crs import projector, working_epsg
from mapsvc.geo.datum import (
    SHIFT_BOX,
    find_shift,
    from_wgs84,
    gcj02_to_bd09,
    looks_shifted,
    to_wgs84,
    wgs84_to_bd09,
    wgs84_to_gcj02,
)

FORWARD = {
    ("WGS-84", "GCJ-02"): wgs84_to_gcj02,
    ("GCJ-02", "BD-09"): gcj02_to_bd09,
    ("WGS-84", "BD-09"): wgs84_to_bd09,
}


def metres_apart(one: object, two: object) -> float:
    (lon0, lat0), (lon1, lat1) = np.array(one, dtype=float), np.array(two, dtype=float)
    return float(np.hypot((lon1 - lon0) * np.cos(np.radians(lat0)), lat1 - lat0) * 111_319.5)


def test_public_vectors_are_met_within_their_own_tolerance(shared: Path) -> None:
    fixture = json.loads((shared / "fixtures/domain/coords_public_vectors.json").read_text())
    checked = 0
    for vector in fixture["vectors"]:
        way = (vector["from"], vector["to"])
        if way in FORWARD:
            assert metres_apart(FORWARD[way](*vector["in"]), vector["out"]) <= vector["tol_m"]
        elif way[1] == "WGS-84":
            # Published inverses are single steps: right to 5 m only. Ours must come back to the input instead.
            name = way[0].replace("-", "").lower()
            exact = to_wgs84(*vector["in"], name)
            assert metres_apart(exact, vector["out"]) <= (0 if vector["method"] == "out-of-china" else 10)
            forward = wgs84_to_gcj02 if name == "gcj02" else wgs84_to_bd09
            assert metres_apart(forward(*exact), vector["in"]) <= 1e-6
        else:
            continue
        checked += 1
    assert checked >= 11


def test_published_values_known_to_be_wrong_are_not_reproduced(shared: Path) -> None:
    fixture = json.loads((shared / "fixtures/domain/coords_public_vectors.json").read_text())
    for bad in fixture["known_bad"]:
        assert metres_apart(to_wgs84(*bad["in"], "bd09"), bad["out"]) == pytest.approx(bad["error_m"], rel=0.01)


def test_the_inverse_is_exact_for_the_suzhou_district_points(shared: Path) -> None:
    points = json.loads((shared / "fixtures/domain/coords_suzhou_district_exact.json").read_text())["points"]
    for point in points:
        assert metres_apart(to_wgs84(*point["GCJ02"], "gcj02"), point["WGS84"]) <= 1e-6
        assert metres_apart(to_wgs84(*point["BD09"], "bd09"), point["WGS84"]) <= 1e-6


def test_331_cities_agree_with_another_library_within_its_own_error(shared: Path) -> None:
    cities = json.loads((shared / "fixtures/domain/gcoord_cities.json").read_text())["cities"]
    assert len(cities) == 331
    for city in cities:
        assert metres_apart(wgs84_to_gcj02(*city["WGS84"]), city["GCJ02"]) <= 1.0
        assert metres_apart(gcj02_to_bd09(*city["GCJ02"]), city["BD09"]) <= 0.05


@given(st.floats(73.6, 135.0), st.floats(3.9, 53.5))
def test_the_way_back_undoes_the_shift_everywhere_in_china(lon: float, lat: float) -> None:
    # The smallest shift of GCJ-02 is 17.5 m, in the desert near 96.6, 37.1.
    for name, forward, least_m in (("gcj02", wgs84_to_gcj02, 17), ("bd09", wgs84_to_bd09, 600)):
        shifted = forward(lon, lat)
        assert least_m < metres_apart((lon, lat), shifted) < 3000
        assert metres_apart(to_wgs84(*shifted, name), (lon, lat)) <= 1e-6


def test_outside_the_box_of_the_shift_nothing_moves() -> None:
    for lon, lat in ((-87.6, 41.9), (SHIFT_BOX[2] + 1, 30.0), (100.0, SHIFT_BOX[1] - 0.1)):
        assert np.array(to_wgs84(lon, lat, "gcj02")).tolist() == [lon, lat]
        assert np.array(to_wgs84(lon, lat, "bd09")).tolist() == [lon, lat]


def test_cgcs2000_has_the_numbers_of_wgs84_also_through_its_projected_codes() -> None:
    assert np.array(to_wgs84([98.5], [39.74], "CGCS2000")).tolist() == [[98.5], [39.74]]
    for epsg, east in ((4542, 457141.4758), (4521, 33457141.4758)):
        lon, lat = to_wgs84(east, 4400780.2302, f"EPSG:{epsg}")
        assert (float(lon), float(lat)) == pytest.approx((98.5, 39.74), abs=1e-8)


def test_points_that_are_not_finite_stay_out_and_leave_the_others_alone() -> None:
    for datum in ("gcj02", "bd09", "EPSG:4542"):
        x = np.array([98.5, np.nan, 98.5]) if datum != "EPSG:4542" else np.array([457141.0, np.nan, 457141.0])
        y = np.array([39.7, 39.7, np.inf]) if datum != "EPSG:4542" else np.array([4400780.0, 4400780.0, np.inf])
        lon, lat = to_wgs84(x, y, datum)
        assert np.isfinite(lon + lat).tolist() == [True, False, False]


@pytest.mark.parametrize("datum", ["", "mars", "gps", "EPSG:1", "EPSG:x", "EPSG:4610", "EPSG:4555"])
def test_an_unknown_datum_or_one_without_public_transformation_is_named_and_refused(datum: str) -> None:
    with pytest.raises(BadInput) as caught:
        to_wgs84([98.5], [39.7], datum)
    assert datum in str(caught.value)


def in_the_community(lon: np.ndarray, lat: np.ndarray) -> np.ndarray:
    return (lon > 98.485) & (lon < 98.495) & (lat > 39.725) & (lat < 39.735)


@pytest.fixture
def points() -> tuple[np.ndarray, np.ndarray]:
    lon, lat = np.random.default_rng(7).uniform([98.4852, 39.7252], [98.4948, 39.7348], (500, 2)).T
    return lon, lat


@pytest.mark.parametrize(
    ("kind", "spoil"),
    [
        ("gcj02", wgs84_to_gcj02),
        ("bd09", wgs84_to_bd09),
        ("swapped", lambda lon, lat: (lat, lon)),
        ("zero", lambda lon, lat: (lon * 0, lat * 0)),
        ("metres", lambda lon, lat: (lon * 1e4, lat * 1e5)),
        ("not_gcj02", lambda lon, lat: to_wgs84(lon, lat, "gcj02")),
        ("not_bd09", lambda lon, lat: to_wgs84(lon, lat, "bd09")),
    ],
)
def test_a_file_in_an_undeclared_datum_is_told_in_one_sentence(kind: str, spoil: object, points: tuple) -> None:
    given_lon, given_lat = spoil(*points)
    shift = find_shift(given_lon, given_lat, in_the_community)
    assert shift is not None
    assert shift.kind == kind
    assert looks_shifted(given_lon, given_lat, in_the_community) == shift.sentence


def test_sound_points_scattered_strays_and_points_of_another_city_are_not_blamed_on_a_datum(points: tuple) -> None:
    lon, lat = points
    assert looks_shifted(lon, lat, in_the_community) is None
    strays = np.random.default_rng(1).uniform([98, 39], [99, 40], (400, 2)).T
    assert looks_shifted(np.append(lon, strays[0]), np.append(lat, strays[1]), in_the_community) is None
    assert looks_shifted(lon + 5, lat - 3, in_the_community) is None
    assert looks_shifted(np.full(3, np.nan), np.full(3, np.nan), in_the_community) is None


def test_metres_of_baidu_meet_the_public_vectors_and_come_back_exactly(shared: Path) -> None:
    fixture = json.loads((shared / "fixtures/domain/coords_public_vectors.json").read_text())
    for vector in fixture["bd09mc"]:
        x, y = bd09_to_mc(*vector["in"])
        assert float(np.hypot(x - vector["out"][0], y - vector["out"][1])) <= vector["tol_m"]
        # 45 degrees is where two bands meet, 0.4 m apart: there and only there the way back has two answers.
        assert metres_apart(mc_to_bd09(*vector["out"]), vector["in"]) <= 0.5
    lon, lat = np.random.default_rng(3).uniform((-135.0, -54.0), (135.0, 54.0), (200_000, 2)).T
    back_lon, back_lat = mc_to_bd09(*bd09_to_mc(lon, lat))
    assert np.abs(np.stack([back_lon - lon, back_lat - lat])).max() * 111_320 <= 1e-6


def test_metres_of_baidu_are_read_as_a_datum() -> None:
    lon, lat = np.random.default_rng(3).uniform((98.4, 39.6), (98.6, 39.8), (50, 2)).T
    back = to_wgs84(*bd09_to_mc(*wgs84_to_bd09(lon, lat)), "bd09mc")
    assert np.abs(np.array(back) - [lon, lat]).max() * 111_320 <= 1e-6
    assert np.isnan(to_wgs84([np.nan], [1.0], "bd09mc")).all()


def test_every_zone_of_cgcs2000_has_the_code_of_the_rule_and_the_numbers_of_the_fixture(shared: Path) -> None:
    fixture = json.loads((shared / "fixtures/domain/cgcs2000_gk.json").read_text())
    for case in fixture["cases"]:
        lon, lat = to_wgs84(case["easting"], case["northing"], f"EPSG:{case['epsg']}")
        assert metres_apart((lon, lat), case["lonlat"]) <= 2e-4
        east, north = projector(case["epsg"]).forward(*case["lonlat"])
        assert (float(east), float(north)) == pytest.approx((case["easting"], case["northing"]), abs=2e-4)
    assert len(fixture["zones"]) == 21
    for zone in fixture["zones"]:
        assert working_epsg(zone["cm"], 35.0, zone["cm"], 35.0) == zone["epsg_cm"]
        for epsg, east in ((zone["epsg_cm"], 500_000.0), (zone["epsg_zone"], zone["n"] * 1e6 + 500_000.0)):
            lon, lat = to_wgs84(east, 3_900_000.0, f"EPSG:{epsg}")
            assert float(lon) == pytest.approx(zone["cm"], abs=1e-9)


@pytest.mark.parametrize("name", ["gcj02", "bd09"])
def test_the_inverse_is_within_a_micrometre_on_200_000_points(name: str) -> None:
    lon, lat = np.random.default_rng(9).uniform((73.6, 3.9), (135.0, 53.5), (200_000, 2)).T
    # The formula has kinks at 105 E, where the root of the distance begins, and random points nearly never meet them.
    lon[:1000] = 105.0 + np.random.default_rng(1).normal(0.0, 1e-6, 1000)
    back_lon, back_lat = to_wgs84(*from_wgs84(lon, lat, name), name)
    off = np.hypot((back_lon - lon) * np.cos(np.radians(lat)), back_lat - lat) * 111_320
    assert off.max() <= 1e-6


def test_a_datum_that_nothing_is_given_out_in_is_refused() -> None:
    with pytest.raises(BadInput, match="choose gcj02 or bd09"):
        from_wgs84([98.5], [39.7], "EPSG:4542")
