"""Working CRS: which one is chosen, and that it measures as PROJ's reference values say."""

from __future__ import annotations

import json
from pathlib import Path

import numpy as np
import pytest
import shapely
from hypothesis import given
from hypothesis import strategies as st

from mapsvc.errors import BadInput
from mapsvc.geo.crs import parse_crs, projector, working_epsg


@pytest.mark.parametrize(
    ("bounds", "epsg"),
    [
        ((98.44, 39.65, 98.58, 39.80), 4542),
        ((116.0, 39.0, 117.0, 41.0), 4548),
        ((73.6, 39.0, 74.0, 39.5), 4534),
        ((134.8, 48.0, 135.0, 48.4), 4554),
        ((-87.94, 41.64, -87.52, 42.02), 32616),
        ((-5.7, 49.9, 1.8, 55.8), 32630),
        ((151.0, -34.0, 151.4, -33.6), 32756),
        ((0.0, 85.0, 10.0, 88.0), 32661),
        ((0.0, -89.0, 10.0, -85.0), 32761),
        ((179.0, -18.0, -179.0, -16.0), 32701),
    ],
)
def test_the_working_crs_is_the_zone_nearest_the_centre(bounds: tuple[float, ...], epsg: int) -> None:
    assert working_epsg(*bounds) == epsg
    assert projector(epsg).epsg == epsg


@pytest.mark.parametrize("bounds", [(456000, 4400000, 457000, 4401000), (0, 50, 1, 40), (float("nan"), 0, 1, 1)])
def test_bounds_that_are_no_degrees_are_refused(bounds: tuple[float, ...]) -> None:
    with pytest.raises(BadInput, match="not longitudes and latitudes"):
        working_epsg(*bounds)


def test_every_chinese_zone_follows_the_rule_of_the_fixture(shared: Path) -> None:
    fixture = json.loads((shared / "fixtures/domain/cgcs2000_gk.json").read_text())
    for zone in fixture["zones"]:
        west = max(zone["cm"] - 0.5, 73.5)
        assert working_epsg(west, 30.0, min(zone["cm"] + 0.5, 135.1), 31.0) == zone["epsg_cm"]
    for case in fixture["cases"]:
        x, y = projector(case["epsg"]).forward(*case["lonlat"])
        assert (float(x), float(y)) == pytest.approx((case["easting"], case["northing"]), abs=1e-3)
        lon, lat = projector(case["epsg"]).inverse(case["easting"], case["northing"])
        assert (float(lon), float(lat)) == pytest.approx(tuple(case["lonlat"]), abs=2e-9)


@given(st.floats(97.6, 100.4), st.floats(20, 50))
def test_there_and_back_is_the_same_place_to_a_micrometre(lon: float, lat: float) -> None:
    plane = projector(4542)
    back = plane.inverse(*plane.forward([lon], [lat]))
    assert np.allclose(np.array(back).ravel(), [lon, lat], rtol=0, atol=1e-11)


def test_points_alone_and_in_bulk_get_the_same_bits() -> None:
    lon, lat = np.random.default_rng(3).uniform([98, 39], [99, 40], (1000, 2)).T
    x, y = projector(4542).forward(lon, lat)
    alone = [projector(4542).forward(a, b) for a, b in zip(lon[:50], lat[:50], strict=True)]
    assert [float(a) for a, _ in alone] == x[:50].tolist()
    assert [float(b) for _, b in alone] == y[:50].tolist()


def test_points_that_are_nowhere_become_nan_and_leave_the_rest_alone() -> None:
    x, y = projector(4542).forward([98.5, np.nan, 98.5, np.inf], [39.7, 39.7, 95.0, 39.7])
    assert np.isfinite(x).tolist() == [True, False, False, False]
    assert np.isfinite(y).tolist() == [True, False, False, False]


def test_geometries_are_moved_vertex_by_vertex_and_none_stays_none() -> None:
    square = shapely.box(98.5, 39.7, 98.51, 39.71)
    moved = projector(4542).geometry([square, None])
    assert moved[1] is None
    assert moved[0].area == pytest.approx(857.0 * 1110.4, rel=2e-3)
    assert shapely.equals_exact(projector(4542).to_lonlat(moved)[0], square, tolerance=1e-11)


def test_a_geometry_half_a_world_away_becomes_empty_and_leaves_the_rest_alone() -> None:
    square = shapely.box(98.5, 39.7, 98.51, 39.71)
    moved = projector(4542).geometry([shapely.box(98, 39, 99, 95), square])
    assert moved[0].is_empty
    assert moved[1].area > 9e5


@pytest.mark.parametrize("epsg", [3857, 4326, 2263, 999999])
def test_web_mercator_degrees_feet_and_unknown_codes_cannot_measure(epsg: int) -> None:
    with pytest.raises(BadInput):
        projector(epsg)


@pytest.mark.parametrize(
    ("text", "epsg"),
    [
        ("EPSG:4326", 4326),
        (" epsg:4542 ", 4542),
        ("4490", 4490),
        ("WGS84", 4326),
        ("cgcs2000", 4490),
        ("urn:ogc:def:crs:EPSG::4326", 4326),
    ],
)
def test_the_usual_names_of_a_crs_are_understood(text: str, epsg: int) -> None:
    assert parse_crs(text).to_epsg() == epsg


def test_well_known_text_is_understood() -> None:
    assert parse_crs(parse_crs("EPSG:32616").to_wkt()).to_epsg() == 32616
    assert parse_crs(parse_crs("EPSG:4542").to_wkt("WKT1_ESRI")).is_projected


@pytest.mark.parametrize(
    "text",
    [
        *("", "mars", "EPSG:1", "EPSG:5714", "+proj=longlat +nadgrids=/etc/passwd", "+init=/etc/passwd:x"),
        *("/etc/passwd", '{"type": "GeographicCRS"}', "x" * 50_000, "{{7*191}}"),
    ],
)
def test_what_names_no_map_crs_is_refused_with_a_sentence(text: str) -> None:
    with pytest.raises(BadInput) as caught:
        parse_crs(text)
    assert str(caught.value).endswith((".", "needed."))
    assert len(str(caught.value)) < 250
