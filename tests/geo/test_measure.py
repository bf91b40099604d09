"""Measures against closed forms."""

from __future__ import annotations

import json
from pathlib import Path

import numpy as np
import pytest
import shapely
from hypothesis import given
from hypothesis import strategies as st

from mapsvc.geo import measure
from mapsvc.geo.crs import projector

SHAPES = {
    "unit_square": shapely.box(0, 0, 1, 1),
    "rect_2x1": shapely.box(0, 0, 2, 1),
    "L_tromino": shapely.Polygon([(0, 0), (2, 0), (2, 1), (1, 1), (1, 2), (0, 2)]),
}


def test_compactness_equals_the_closed_forms(shared: Path) -> None:
    expected = json.loads((shared / "fixtures/stats/compactness.json").read_text())["shapes"]
    got = measure.measure_plane([SHAPES[name] for name in expected])
    for place, values in enumerate(expected.values()):
        assert got.area_m2[place] == pytest.approx(values["area"])
        assert got.perimeter_m[place] == pytest.approx(values["perimeter"])
        assert got.polsby_popper[place] == pytest.approx(values["polsby_popper"], abs=1e-12)
        assert np.sqrt(got.polsby_popper[place]) == pytest.approx(values["schwartzberg_inv"], abs=1e-12)
        assert got.reock[place] == pytest.approx(values["reock"], abs=1e-9)
        assert got.hull_ratio[place] == pytest.approx(values["convex_hull_ratio"], abs=1e-12)


def test_a_square_of_a_hectare_in_the_working_crs_measures_a_hectare() -> None:
    square = projector(4542).to_lonlat([shapely.box(456000, 4400000, 456100, 4400100)])
    assert measure.area_m2(square, 4542) == pytest.approx([10_000.0], rel=1e-9)
    assert measure.perimeter_m(square, 4542) == pytest.approx([400.0], rel=1e-9)
    assert measure.polsby_popper(square, 4542) == pytest.approx([np.pi / 4], rel=1e-9)
    assert measure.reock(square, 4542) == pytest.approx([2 / np.pi], rel=1e-6)
    assert measure.hull_ratio(square, 4542) == pytest.approx([1.0], rel=1e-9)


def test_empty_and_missing_polygons_measure_nothing_and_never_nan() -> None:
    got = measure.measure_plane([shapely.Polygon()])
    assert [float(values[0]) for values in (got.polsby_popper, got.reock, got.hull_ratio)] == [0.0, 0.0, 0.0]
    assert measure.area_m2([None, shapely.Polygon()], 4542).tolist() == [0.0, 0.0]


@given(st.floats(1, 1e4), st.floats(1, 1e4), st.floats(0, 6.3))
def test_ratios_stay_between_zero_and_one_and_do_not_depend_on_direction(a: float, b: float, turn: float) -> None:
    box = shapely.box(0, 0, a, b)
    turned = shapely.transform(box, lambda p: p @ [[np.cos(turn), np.sin(turn)], [-np.sin(turn), np.cos(turn)]])
    one, two = measure.measure_plane([box]), measure.measure_plane([turned])
    for name in ("polsby_popper", "reock", "hull_ratio"):
        assert 0 < getattr(one, name)[0] <= 1 + 1e-9
        assert getattr(one, name)[0] == pytest.approx(getattr(two, name)[0], rel=1e-6)


def test_distance_and_bearing_of_the_compass_points() -> None:
    assert float(measure.distance_m(0, 0, 3, 4)) == 5.0
    bearings = measure.bearing_deg(98.5, 39.7, [98.5, 98.6, 98.5, 98.4, 98.5], [39.8, 39.7, 39.6, 39.7, 39.7])
    assert bearings == pytest.approx([0, 90, 180, 270, 0], abs=0.1)
    assert ((bearings >= 0) & (bearings < 360)).all()
