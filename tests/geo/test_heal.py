"""Healing: narrow defects are closed and reported, wide ones stay, and what was sound comes back bit for bit."""

from __future__ import annotations

import json
from pathlib import Path

import numpy as np
import pytest
import shapely
from hypothesis import given, settings
from hypothesis import strategies as st
from nine import CELL_M2, EPSG, FRAME, at, grid, nine, polygon, star

from mapsvc.geo.heal import heal
from mapsvc.geo.topology import check_partition
from mapsvc.model.finding import Rule, Severity

STRIP = 0.01
"""Width of a narrow strip in cells: 8.6 m east-west, 11.1 m north-south."""


def test_a_sound_partition_comes_back_as_the_same_objects_without_findings() -> None:
    grids = nine()
    healed = heal(grids, FRAME, EPSG, 10.0)
    assert all(new is old for new, old in zip(healed.grids, grids, strict=True))
    assert (healed.findings, healed.area_moved_m2) == ((), 0.0)


def test_a_narrow_gap_goes_to_the_grid_with_the_longest_border_and_is_reported() -> None:
    # The gap lies between 22 on the left and 23 on the right; 22's side has a notch, so its border is longer.
    narrow = polygon((1, 1), (2 - STRIP, 1), (2 - STRIP / 2, 1.5), (2 - STRIP, 2), (1, 2))
    healed = heal(nine(g22=narrow), FRAME, EPSG, 10.0)
    assert check_partition(healed.grids, FRAME, EPSG) == ()
    assert healed.area_moved_m2 == pytest.approx(0.75 * STRIP * CELL_M2, rel=5e-3)
    assert sum(new is not old for new, old in zip(healed.grids, nine(g22=narrow), strict=True)) >= 1
    told = [finding for finding in healed.findings if "went to 22" in finding.message]
    assert len(told) == 1
    assert told[0].rule is Rule.HEALED
    assert told[0].severity is Severity.NOTE
    assert told[0].size == pytest.approx(healed.area_moved_m2)
    assert healed.grids[4].polygon.equals(nine()[4].polygon)
    assert healed.grids[4].area_m2 == pytest.approx(CELL_M2, rel=2e-3)


def test_a_gap_wider_than_the_tolerance_stays_open() -> None:
    narrow = polygon((1, 1), (2 - STRIP, 1), (2 - STRIP, 2), (1, 2))
    healed = heal(nine(g22=narrow), FRAME, EPSG, 5.0)
    assert [finding.rule for finding in check_partition(healed.grids, FRAME, EPSG)].count(Rule.GAP) == 1
    assert healed.area_moved_m2 == 0
    assert "wider, and left as they are: 1 gap" in healed.findings[-1].message


def test_an_overlap_goes_to_the_claimant_with_the_longest_border_and_a_tie_to_the_lowest_code() -> None:
    wide = polygon((1, 1), (2 + STRIP, 1), (2 + STRIP, 2), (1, 2))
    grids = nine(g22=wide)
    healed = heal(grids, FRAME, EPSG, 10.0)
    assert check_partition(healed.grids, FRAME, EPSG) == ()
    # Both borders are one cell long: 22 comes before 23, also when the file has them the other way round.
    assert healed.grids[4].polygon.area > healed.grids[5].polygon.area
    backwards = heal(grids[::-1], FRAME, EPSG, 10.0)
    for one, two in zip(healed.grids, backwards.grids[::-1], strict=True):
        assert one.polygon.equals(two.polygon)


def test_an_overlap_wider_than_the_tolerance_stays_with_both() -> None:
    grids = nine(g22=polygon((1, 1), (2.5, 1), (2.5, 2), (1, 2)))
    healed = heal(grids, FRAME, EPSG, 10.0)
    overlap = [finding for finding in check_partition(healed.grids, FRAME, EPSG) if finding.rule is Rule.OVERLAP]
    assert overlap[0].grids == ("22", "23")
    assert healed.area_moved_m2 == 0


def test_a_strip_outside_the_frame_is_cut_off_and_a_wide_piece_is_not() -> None:
    strip = heal(nine(g33=polygon((2, 2), (3 + STRIP, 2), (3 + STRIP, 3), (2, 3))), FRAME, EPSG, 10.0)
    assert check_partition(strip.grids, FRAME, EPSG) == ()
    piece = heal(nine(g33=polygon((2, 2), (3.5, 2), (3.5, 3), (2, 3))), FRAME, EPSG, 10.0)
    assert Rule.OUTSIDE_FRAME in {finding.rule for finding in check_partition(piece.grids, FRAME, EPSG)}


def test_no_grid_is_healed_away_even_if_others_claim_all_of_it() -> None:
    thin = grid("99", polygon((1, 1), (2, 1), (2, 1 + STRIP / 2), (1, 1 + STRIP / 2)))
    healed = heal([*nine(), thin], FRAME, EPSG, 10.0)
    assert healed.grids[-1].polygon.area > 0
    twins = heal([*nine(), grid("98", nine()[4].polygon)], FRAME, EPSG, 5000.0)
    assert all(each.polygon.area > 0 for each in twins.grids)


def test_tolerance_zero_repairs_rings_and_nothing_else() -> None:
    bow_tie = polygon((1, 1), (2, 2), (2, 1), (1, 2))
    gap = polygon((2, 1), (3 - STRIP / 10, 1), (3 - STRIP / 10, 2), (2, 2))
    grids = nine(g22=bow_tie, g23=gap)
    healed = heal(grids, None, EPSG, 0.0)
    assert [index for index in range(9) if healed.grids[index] is not grids[index]] == [4]
    assert healed.grids[4].polygon.is_valid
    assert healed.findings[0].message.startswith("The broken ring of grid 22 was rebuilt")


def test_a_vertex_of_one_side_is_given_to_the_other_without_moving_area() -> None:
    grids = nine(g22=polygon((1, 1), (2, 1), (2, 1.5), (2, 2), (1, 2)))
    healed = heal(grids, FRAME, EPSG, 1.0)
    assert healed.area_moved_m2 == 0
    assert at(2, 1.5) in healed.grids[5].polygon.exterior.coords
    assert check_partition(healed.grids, FRAME, EPSG) == ()


def test_doubles_finer_than_the_lattice_come_back_bit_for_bit_where_nothing_changed() -> None:
    nudged = [
        grid(each.code, shapely.transform(each.polygon, lambda p: np.nextafter(p + 3.3e-10, np.inf))) for each in nine()
    ]
    narrow = shapely.transform(polygon((1, 1), (2 - STRIP, 1), (2 - STRIP, 2), (1, 2)), lambda p: p + 3.3e-10)
    nudged[4] = grid("22", narrow)
    healed = heal(nudged, None, EPSG, 10.0)
    known = {tuple(point) for each in nudged for point in shapely.get_coordinates(each.polygon)}
    for each in healed.grids:
        assert {tuple(point) for point in shapely.get_coordinates(each.polygon)} <= known


def test_what_cannot_be_repaired_comes_back_as_it_is() -> None:
    grids = [*nine(), grid("98", shapely.Polygon()), grid("99", star(1001))]
    healed = heal(grids, None, EPSG, 10.0)
    assert healed.grids[-1] is grids[-1]
    assert healed.grids[-2] is grids[-2]
    assert heal([], None, EPSG, 10.0).grids == ()


@settings(max_examples=25, deadline=None)
@given(st.lists(st.tuples(*[st.floats(-0.004, 0.004)] * 2), min_size=36, max_size=36), st.booleans())
def test_any_careless_redigitising_within_the_tolerance_heals_to_a_full_cover(
    slips: list[tuple[float, float]], framed: bool
) -> None:
    """Each corner of each grid slips on its own by up to 4.4 m; afterwards no gap or overlap is left."""
    slip = iter(slips)
    grids = []
    for each in nine():
        corners = shapely.get_coordinates(each.polygon)[:-1]
        moved = [np.round(corner + np.multiply(next(slip), 0.01), 7) for corner in corners]
        grids.append(grid(each.code, shapely.Polygon(moved)))
    healed = heal(grids, FRAME if framed else None, EPSG, 30.0)
    findings = check_partition(healed.grids, FRAME if framed else None, EPSG)
    assert [finding.message for finding in findings if finding.severity is Severity.ERROR] == []
    polygons = [each.polygon for each in healed.grids]
    assert shapely.is_valid(polygons).all()
    # In square degrees, for in metres each new vertex on a long edge changes the bend of that edge.
    total = shapely.area(polygons).sum()
    assert total == pytest.approx(shapely.union_all(polygons).area, rel=1e-8)
    if framed:
        assert total == pytest.approx(FRAME.area, rel=1e-8)


def load(path: Path) -> list:
    features = json.loads(path.read_text())["features"]
    return [
        grid(f"{number:04d}", shapely.from_geojson(json.dumps(feature["geometry"])))
        for number, feature in enumerate(features, start=1)
    ]


@pytest.mark.realdata
@pytest.mark.parametrize(
    ("name", "epsg", "moved_m2", "wide_gaps"),
    [
        ("dc_ward-2012", 32618, 0.0, 0),
        ("chicago_wards_from_precincts_2023", 32616, 38.0, 4),
        ("houston_super_neighborhoods", 32615, 2736.0, 6),
        ("avon_somerset_lsoa_2011", 32630, 4.3, 0),
        ("boston_neighborhoods", 32619, 36.0, 1),
    ],
)
def test_real_cities_heal_as_measured_before(
    shared: Path, name: str, epsg: int, moved_m2: float, wide_gaps: int
) -> None:
    healed = heal(load(shared / f"data/boundaries/{name}.geojson"), None, epsg, 10.0)
    assert healed.area_moved_m2 == pytest.approx(moved_m2, rel=0.03)
    rules = [f.rule for f in check_partition(healed.grids, None, epsg) if f.severity is not Severity.NOTE]
    assert rules.count(Rule.GAP) == wide_gaps
    assert not {Rule.OVERLAP, Rule.INVALID_RING, Rule.UNMATCHED_VERTEX} & set(rules)


@pytest.mark.realdata
def test_every_broken_file_of_another_tool_is_valid_after_healing(shared: Path) -> None:
    healed_files = 0
    for path in sorted((shared / "data/broken/mapshaper/features/clean").glob("*json")):
        data = json.loads(path.read_text())
        if data.get("type") != "FeatureCollection":
            continue
        try:
            shapes = [shapely.from_geojson(json.dumps(each["geometry"])) for each in data["features"]]
        except shapely.GEOSException:
            continue
        grids = [grid(str(number), shape) for number, shape in enumerate(shapes)]
        healed = heal(grids, None, 32615, 10.0)
        for new in healed.grids:
            bounds = np.abs(shapely.bounds(new.polygon))
            assert (
                new.polygon.is_valid or new.polygon.geom_type not in ("Polygon", "MultiPolygon") or (bounds > 180).any()
            )
        healed_files += 1
    assert healed_files > 5
