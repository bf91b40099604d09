"""Tiles, Morton order and outlines simplified together."""

from __future__ import annotations

import json
from pathlib import Path

import numpy as np
import pytest
import shapely
from hypothesis import given
from hypothesis import strategies as st

from mapsvc.geo import tiling


def test_the_world_tile_and_a_known_tile_have_their_bounds() -> None:
    assert tiling.tile_bounds(0, 0, 0) == pytest.approx((-180, -85.0511287798066, 180, 85.0511287798066))
    assert tiling.tile_bounds(1, 1, 0) == pytest.approx((0, 0, 180, 85.0511287798066))
    # The tile of the Tour Eiffel at zoom 16, as any OSM server numbers it.
    x, y = tiling.lonlat_to_tile(2.2945, 48.8584, 16)
    assert (int(x), int(y)) == (33185, 22545)


@given(st.integers(0, 20), st.floats(-180, 180), st.floats(-85, 85))
def test_every_point_lies_in_the_bounds_of_its_tile(z: int, lon: float, lat: float) -> None:
    x, y = tiling.lonlat_to_tile(lon, lat, z)
    west, south, east, north = tiling.tile_bounds(z, int(x), int(y))
    assert west - 1e-9 <= lon <= east + 1e-9
    assert south - 1e-9 <= lat <= north + 1e-9


@given(st.floats(-180, 180), st.floats(-85, 85))
def test_the_display_plane_goes_there_and_back(lon: float, lat: float) -> None:
    back = tiling.unit_to_lonlat(*tiling.lonlat_to_unit(lon, lat))
    assert np.array(back) == pytest.approx([lon, lat], abs=1e-9)


@given(st.integers(0, 2**32 - 1), st.integers(0, 2**32 - 1))
def test_morton_codes_interleave_bits_and_come_apart_again(x: int, y: int) -> None:
    code = int(tiling.morton_encode(x, y))
    assert code == sum(((x >> i) & 1) << (2 * i) | ((y >> i) & 1) << (2 * i + 1) for i in range(32))
    assert [int(value) for value in tiling.morton_decode(code)] == [x, y]


@pytest.mark.parametrize("z", [0, 1, 9, 14, 20])
def test_sorted_by_morton_code_each_tile_is_one_run(z: int) -> None:
    lon, lat = np.random.default_rng(5).uniform([98.4, 39.6], [98.6, 39.8], (5000, 2)).T
    codes = np.sort(tiling.morton_of(lon, lat))
    columns, rows = tiling.lonlat_to_tile(lon, lat, z)
    for x, y in set(zip(columns.tolist()[:40], rows.tolist()[:40], strict=True)):
        first, beyond = tiling.morton_range(z, x, y)
        found = np.searchsorted(codes, np.uint64(beyond - 1), "right") - np.searchsorted(codes, np.uint64(first))
        assert found == np.sum((columns == x) & (rows == y))


def test_points_without_a_place_come_last() -> None:
    assert int(tiling.morton_of([np.nan], [39.7])[0]) == 2**64 - 1


def test_a_pixel_at_zoom_0_on_the_equator_is_156_km_and_half_that_at_60_degrees() -> None:
    assert tiling.metres_per_pixel(0, 0) == pytest.approx(156_543.03, abs=0.01)
    assert tiling.metres_per_pixel(60, 0) == pytest.approx(78_271.5, abs=0.1)


def wiggly(seed: int) -> np.ndarray:
    """A 3x3 grid whose inner lines wiggle by a few metres and are shared exactly."""
    rng = np.random.default_rng(seed)
    edges = []
    for k in range(4):
        for i in range(3):
            steps = np.linspace(i, i + 1, 40)
            wave = np.where((k in (0, 3)) | (steps == i) | (steps == i + 1), 0, rng.uniform(-0.01, 0.01, 40))
            edges += [np.column_stack([steps, k + wave]), np.column_stack([k + wave[::-1], steps])]
    cells = shapely.get_parts(
        shapely.polygonize([shapely.LineString(np.array([98.4, 39.6]) + e * 0.01) for e in edges])
    )
    assert len(cells) == 9
    return cells


@pytest.mark.parametrize("z", [6, 9, 12, 14])
def test_simplified_neighbours_still_fit_together(z: int) -> None:
    cells = wiggly(1)
    simple = tiling.simplify_for_zoom(cells, z)
    assert shapely.coverage_is_valid(simple)
    assert not shapely.is_empty(simple).any()
    assert shapely.get_num_coordinates(simple).sum() < shapely.get_num_coordinates(cells).sum()
    assert len(shapely.union_all(simple).interiors) == 0


def test_no_grid_vanishes_and_broken_or_missing_ones_come_back() -> None:
    tiny = shapely.box(98.4, 39.6, 98.4000001, 39.6000001)
    bow_tie = shapely.Polygon([(98, 39), (98.5, 39.5), (98.5, 39), (98, 39.5)])
    given_ = np.array([tiny, bow_tie, None, shapely.Polygon()], dtype=object)
    simple = tiling.simplify_for_zoom(given_, 3)
    assert not simple[0].is_empty
    assert not simple[1].is_empty
    assert simple[2] is None
    assert simple[3].is_empty
    assert len(tiling.simplify_for_zoom(np.empty(0, dtype=object), 5)) == 0


@pytest.mark.realdata
@pytest.mark.parametrize(
    ("name", "z"), [("chicago_beats_2014", 11), ("avon_somerset_lsoa_2011", 9), ("dc_ward-2012", 11)]
)
def test_real_cities_lose_most_vertices_and_no_grid(shared: Path, name: str, z: int) -> None:
    features = json.loads((shared / f"data/boundaries/{name}.geojson").read_text())["features"]
    cells = np.array([shapely.from_geojson(json.dumps(feature["geometry"])) for feature in features])
    simple = tiling.simplify_for_zoom(cells, z)
    assert not shapely.is_empty(simple).any()
    assert shapely.get_num_coordinates(simple).sum() < shapely.get_num_coordinates(cells).sum() / 3
