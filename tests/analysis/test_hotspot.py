"""Hot spots end to end: points in degrees to a Report, and every reason to refuse."""

from __future__ import annotations

import json
import math
from typing import Any

import numpy as np
import pytest
import shapely
from shapely.geometry import Polygon, box

from mapsvc.analysis import permutation
from mapsvc.analysis.hotspot import hotspots
from mapsvc.analysis.hotspot_report import COLUMNS
from mapsvc.errors import BadQuery
from mapsvc.geo.crs import projector
from mapsvc.model.incident import IncidentColumns
from mapsvc.model.report import Report

EPSG = 4542
X0, Y0 = (float(v[0]) for v in projector(EPSG).forward([98.49], [39.73]))
X0, Y0 = round(X0, -3), round(Y0, -3)


def degrees(x: np.ndarray, y: np.ndarray) -> tuple[np.ndarray, np.ndarray]:
    return projector(EPSG).inverse(X0 + np.asarray(x, dtype=float), Y0 + np.asarray(y, dtype=float))


def frame_of(width: float, height: float) -> Polygon:
    return projector(EPSG).to_lonlat([box(X0, Y0, X0 + width, Y0 + height)])[0]


def scattered(n: int, width: float, height: float, seed: int = 1) -> tuple[np.ndarray, np.ndarray]:
    rng = np.random.default_rng(seed)
    return rng.random(n) * width, rng.random(n) * height


def columns_of(lon: np.ndarray, lat: np.ndarray) -> IncidentColumns:
    n = len(lon)
    whole = np.zeros(n, dtype=np.int64)
    return IncidentColumns(
        np.arange(n), lon, lat, whole, whole, whole, whole.astype(np.int16), whole.astype(np.int8),
        whole.astype(np.int8), whole.astype(np.int32), np.zeros(n, dtype=bool), ("t",), ("g",),
    )  # fmt: skip


@pytest.fixture(scope="module")
def planted() -> Report:
    x, y = scattered(2000, 2000, 1500)
    rng = np.random.default_rng(2)
    x = np.r_[x, 1200 + rng.normal(0, 60, 150), -50, np.nan]
    y = np.r_[y, 700 + rng.normal(0, 60, 150), 700, np.nan]
    return hotspots(degrees(x, y), frame_of(2000, 1500), EPSG)


def test_a_planted_cluster_is_hot_where_it_was_planted(planted: Report) -> None:
    hot = [shape for shape, kind in zip(planted.geometry or (), planted.table["kind"], strict=True) if kind == "hot"]
    assert 3 <= len(hot) == planted.figures["hot"]
    lon, lat = degrees([1200], [700])
    assert shapely.union_all(hot).contains(shapely.Point(lon[0], lat[0]))
    centres = projector(EPSG).geometry([shape.centroid for shape in hot])
    assert all(math.hypot(c.x - X0 - 1200, c.y - Y0 - 700) < 300 for c in centres)
    assert planted.figures["hot_confirmed"] >= len(hot) - 1


def test_the_figures_add_up(planted: Report) -> None:
    figures = planted.figures
    assert figures["events"] == 2152
    assert (figures["unlocated"], figures["outside_frame"]) == (1, 1)
    assert figures["events_used"] + figures["not_used"] == 2152
    assert figures["not_used"] == figures["unlocated"] + figures["outside_frame"] + figures["in_cells_not_used"]
    assert sum(planted.table["n"]) == figures["events_used"]
    assert figures["mean"] == figures["events_used"] / figures["cells_used"]
    assert figures["frame_area_m2"] == pytest.approx(3e6, rel=1e-6)
    # sqrt(2 * 3e6 / 2150) = 52.8 -> 100 m.
    assert figures["cell_m"] == planted.parameters["cell_m"] == 100
    assert figures["cells_used"] == 300
    assert planted.parameters["p"] == "exact"


def test_the_report_is_plain_json_with_the_promised_columns_and_no_nan(planted: Report) -> None:
    assert tuple(planted.table) == COLUMNS
    assert COLUMNS[:9] == ("row", "col", "n", "neighbours", "z", "p", "q", "kind", "level")
    assert {len(column) for column in planted.table.values()} == {planted.rows} == {len(planted.geometry or ())}
    json.dumps([planted.table, planted.figures, planted.parameters, planted.notes], allow_nan=False)


def test_only_cells_with_events_or_small_q_are_listed() -> None:
    x, y = scattered(600, 2000, 2000)
    kept = ~((x < 800) & (y < 800))
    report = hotspots(degrees(x[kept], y[kept]), frame_of(2000, 2000), EPSG)
    assert report.rows < report.figures["cells_used"]
    assert all(n > 0 or q < 0.05 for n, q in zip(report.table["n"], report.table["q"], strict=True))
    empty_and_cold = sum(
        n == 0 and kind == "cold" for n, kind in zip(report.table["n"], report.table["kind"], strict=True)
    )
    assert 10 < empty_and_cold == report.figures["cold"]


def test_columns_and_arrays_give_the_same_answer_and_a_selection_is_kept() -> None:
    x, y = scattered(400, 1000, 1000)
    lon, lat = degrees(x, y)
    frame = frame_of(1000, 1000)
    whole = hotspots((lon, lat), frame, EPSG)
    assert hotspots(columns_of(lon, lat), frame, EPSG) == whole
    chosen = np.arange(400) < 300
    assert hotspots(columns_of(lon, lat), frame, EPSG, select=chosen) == hotspots((lon[:300], lat[:300]), frame, EPSG)


def test_noise_says_that_no_cell_stands_out() -> None:
    report = hotspots(degrees(*scattered(900, 1500, 1500, seed=5)), frame_of(1500, 1500), EPSG)
    assert (report.figures["hot"], report.figures["cold"], report.refused) == (0, 0, "")
    assert "No cell stands out at q < 0.05." in report.notes


def star_with(x: np.ndarray, y: np.ndarray, cell_m: float | None) -> Report:
    """Hot spots of the points inside a star-shaped frame around the origin."""
    angle = np.linspace(0, 2 * np.pi, 60, endpoint=False)
    reach = 1000 * (1 + 0.3 * np.sin(5 * angle))
    star = Polygon(np.c_[X0 + reach * np.cos(angle), Y0 + reach * np.sin(angle)])
    inside = shapely.contains_xy(star, X0 + x, Y0 + y)
    frame = projector(EPSG).to_lonlat([star])[0]
    return hotspots(degrees(x[inside], y[inside]), frame, EPSG, cell_m=cell_m)


@pytest.mark.parametrize(("events", "cell_m"), [(8000, None), (90_000, 100)])
def test_noise_in_a_ragged_frame_shows_nothing_in_most_runs(events: int, cell_m: float | None) -> None:
    rng = np.random.default_rng(8)
    found = 0
    for _ in range(20):
        x, y = (rng.random((2, events)) - 0.5) * 2800
        report = star_with(x, y, cell_m)
        found += report.figures["hot"] + report.figures["cold"] > 0
    assert found <= 2


def test_cells_cut_by_the_frame_make_no_ring_of_cold_cells() -> None:
    # One event every 10 m, shaken by up to 20 m: about 100 in each whole cell, half of that in a halved one.
    rng = np.random.default_rng(6)
    x, y = (axis.ravel() + rng.uniform(-20, 20, axis.size) for axis in np.mgrid[-1400:1400:10, -1400:1400:10])
    report = star_with(x, y, 100)
    assert report.parameters["least_share"] > 0.8
    assert report.figures["cells_used"] > 250
    assert (report.figures["hot"], report.figures["cold"]) == (0, 0)


def test_a_given_cell_size_is_used_as_it_is() -> None:
    report = hotspots(degrees(*scattered(900, 1500, 1500)), frame_of(1500, 1500), EPSG, cell_m=70)
    assert report.figures["cell_m"] == 70
    assert report.parameters["cell_rule"] == "given"


def test_draws_are_named_with_their_seed_where_the_exact_table_would_cost_too_much(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    monkeypatch.setattr(permutation, "EXACT_COST", 0.0)
    points, frame = degrees(*scattered(900, 1500, 1500)), frame_of(1500, 1500)
    one, same, other = (hotspots(points, frame, EPSG, draws=2000, seed=seed) for seed in (3, 3, 4))
    assert one.parameters["p"] == "drawn (2000 draws)"
    assert one == same
    assert one.table["p"] != other.table["p"]
    assert min(one.table["p"]) >= 1 / 2001


def test_a_narrow_frame_gets_smaller_cells_until_thirty_are_used() -> None:
    # 6,000 m2 and 40 events: the rule says 20 m, but no 20 m cell would have half its area in a strip 4 m wide.
    x, y = scattered(40, 1500, 4)
    report = hotspots(degrees(x, y), frame_of(1500, 4), EPSG)
    assert not report.refused
    assert report.figures["cells_used"] >= 30
    assert report.figures["cell_m"] <= 5


def refused(x: Any, y: Any, width: float = 1000, height: float = 1000, **settings: Any) -> str:
    report = hotspots(degrees(x, y), frame_of(width, height), EPSG, **settings)
    assert report.rows == 0
    assert tuple(report.table) == COLUMNS
    json.dumps([report.figures, report.parameters], allow_nan=False)
    return report.refused


def test_no_events_and_too_few_events_are_refused() -> None:
    assert refused([], []) == "Only 0 located events lie in the frame; hot spots need at least 30."
    assert refused(*scattered(29, 1000, 1000)).startswith("Only 29 located events")


def test_events_outside_the_frame_or_without_a_place_do_not_count() -> None:
    assert refused(*scattered(500, 100, 100) + np.array([[5000], [0]])).startswith("Only 0 located events")
    assert refused(np.full(500, np.nan), np.full(500, np.nan)).startswith("Only 0 located events")


def test_a_frame_beyond_its_working_crs_is_the_reason_and_not_the_events() -> None:
    # a quarter round the world from the central meridian of 99 E, where Gauss-Krueger ends
    far = box(9.0, 0.0, 9.5, 0.5)
    report = hotspots((np.linspace(9.1, 9.4, 100), np.linspace(0.1, 0.4, 100)), far, EPSG)
    assert report.refused.startswith("The frame has no area in EPSG:4542")


def test_events_at_one_point_are_refused() -> None:
    assert "same position" in refused(np.full(200, 500.0), np.full(200, 500.0))


def test_events_in_one_cell_are_refused() -> None:
    assert "one cell of 100 m" in refused(*scattered(200, 80, 80) + np.array([[405], [405]]), cell_m=100)


def test_too_few_cells_are_refused() -> None:
    assert "Only 25 cells of 200 m" in refused(*scattered(200, 1000, 1000), cell_m=200)


def test_equal_counts_everywhere_are_refused() -> None:
    x, y = np.meshgrid(np.arange(50, 1000, 100), np.arange(50, 1000, 100))
    assert "same number of events" in refused(x.ravel(), y.ravel(), cell_m=100)


def test_an_empty_frame_is_refused() -> None:
    report = hotspots(degrees(*scattered(100, 10, 10)), Polygon(), EPSG)
    assert report.refused.startswith("The frame has no area in EPSG:4542")


def test_settings_out_of_range_are_bad_queries() -> None:
    with pytest.raises(BadQuery, match="alpha"):
        hotspots(([], []), frame_of(10, 10), EPSG, alpha=0)
    with pytest.raises(BadQuery, match="lattice"):
        hotspots(degrees(*scattered(100, 1000, 1000)), frame_of(1000, 1000), EPSG, cell_m=0.1)


@pytest.mark.realdata
def test_chicago_beats_and_crimes_of_2017_give_a_map_with_hot_and_cold_cells(shared: Any) -> None:
    import pyarrow.parquet as pq

    features = json.loads((shared / "data/boundaries/chicago_beats_2014.geojson").read_text())["features"]
    frame = shapely.union_all([shapely.geometry.shape(feature["geometry"]) for feature in features])
    table = pq.read_table(shared / "data/points/chicago_crime_2017_xyt.parquet")
    points = tuple(table[name].to_numpy(zero_copy_only=False) for name in ("Longitude", "Latitude"))
    report = hotspots((points[0], points[1]), frame, 32616)
    assert report.figures["events"] == 165_567
    assert report.figures["events_used"] / 165_567 == pytest.approx(0.9975, abs=0.005)
    assert report.figures["hot"] > 100
    assert report.figures["hot_confirmed"] > 0.9 * report.figures["hot"]
    assert report.parameters["p"] == "exact"
