"""Checks of a partition: every kind of defect is found where it is, with its size, and nothing else is."""

from __future__ import annotations

import json
from collections import Counter
from pathlib import Path

import numpy as np
import pytest
import shapely
from hypothesis import given, settings
from hypothesis import strategies as st
from nine import CELL_M2, EPSG, FRAME, at, grid, nine, polygon, star

from mapsvc.geo.topology import check_partition, default_frame
from mapsvc.geo.topology.gaps import find_gaps, find_misfits, union
from mapsvc.geo.topology.overlaps import find_overlaps
from mapsvc.geo.topology.patches import Patches
from mapsvc.model.finding import Finding, Rule, Severity


def only(findings: tuple[Finding, ...], rule: Rule) -> Finding:
    found = [finding for finding in findings if finding.rule is rule]
    assert len(found) == 1, [finding.message for finding in findings]
    return found[0]


def rules(findings: tuple[Finding, ...]) -> dict[str, int]:
    return dict(Counter(finding.rule.value for finding in findings))


def test_a_sound_partition_has_no_findings_with_or_without_a_frame() -> None:
    assert check_partition(nine(), None, EPSG) == ()
    assert check_partition(nine(), FRAME, EPSG) == ()


def test_a_missing_grid_in_the_middle_is_a_gap_of_its_size_between_its_neighbours() -> None:
    grids = [each for each in nine() if each.code != "22"]
    gap = only(check_partition(grids, None, EPSG), Rule.GAP)
    assert gap.severity is Severity.ERROR
    assert gap.size == pytest.approx(CELL_M2, rel=2e-3)
    assert gap.grids == ("11", "12", "13", "21", "23", "31", "32", "33")
    assert gap.where.equals(polygon((1, 1), (2, 1), (2, 2), (1, 2)))


def test_a_missing_corner_is_a_gap_only_where_a_frame_says_so() -> None:
    grids = [each for each in nine() if each.code != "33"]
    assert check_partition(grids, None, EPSG) == ()
    gap = only(check_partition(grids, FRAME, EPSG), Rule.GAP)
    assert gap.grids == ("22", "23", "32")


def test_an_overlap_names_both_grids_and_their_shared_area() -> None:
    grids = nine(g22=polygon((1, 1), (2.5, 1), (2.5, 2), (1, 2)))
    findings = check_partition(grids, None, EPSG)
    overlap = only(findings, Rule.OVERLAP)
    assert overlap.grids == ("22", "23")
    assert overlap.size == pytest.approx(CELL_M2 / 2, rel=2e-3)
    assert overlap.message.startswith("Grids 22 and 23 overlap by 4")
    assert overlap.is_open


def test_a_grid_inside_another_and_a_grid_twice_are_overlaps() -> None:
    inner = grid("99", polygon((1.2, 1.2), (1.8, 1.2), (1.8, 1.8), (1.2, 1.8)))
    assert only(check_partition([*nine(), inner], None, EPSG), Rule.OVERLAP).grids == ("22", "99")
    twin = grid("98", nine()[4].polygon)
    assert only(check_partition([*nine(), twin], None, EPSG), Rule.OVERLAP).grids == ("22", "98")


def test_an_enclave_with_its_own_hole_is_no_defect() -> None:
    hole = polygon((1.2, 1.2), (1.8, 1.2), (1.8, 1.8), (1.2, 1.8))
    ring = shapely.Polygon(nine()[4].polygon.exterior, [hole.exterior.coords])
    assert check_partition([*nine(g22=ring), grid("99", hole)], FRAME, EPSG) == ()


def test_two_holes_that_touch_a_shared_edge_at_one_vertex_are_no_overlap() -> None:
    """GEOS's coverage check calls this pair invalid; it is not."""
    south = shapely.Polygon([(0, 0), (1, 0), (1, 1), (0.5, 1), (0, 1)], [[(0.5, 1), (0.4, 0.8), (0.6, 0.8)]])
    north = shapely.Polygon([(0, 1), (0.5, 1), (1, 1), (1, 2), (0, 2)], [[(0.5, 1), (0.4, 1.2), (0.6, 1.2)]])
    pair = [grid("s", south), grid("n", north)]
    assert find_misfits(np.array([south, north])).any()
    assert set(rules(check_partition(pair, None, 32631))) == {"gap"}


def test_a_vertex_that_only_one_neighbour_has_is_found_with_its_place() -> None:
    grids = nine(g22=polygon((1, 1), (2, 1), (2, 1.5), (2, 2), (1, 2)))
    findings = check_partition(grids, None, EPSG)
    vertex = only(findings, Rule.UNMATCHED_VERTEX)
    assert vertex.grids == ("22", "23")
    assert (vertex.size, vertex.unit) == (1.0, "vertices")
    assert vertex.where.geoms[0].coords[0] == at(2, 1.5)
    assert vertex.severity is Severity.WARNING
    assert len(findings) == 1


def test_a_vertex_a_few_millimetres_off_the_line_is_unmatched_and_its_gap_a_matter_of_sliver_size() -> None:
    lon, lat = at(2, 1.5)
    off = shapely.Polygon([at(1, 1), at(2, 1), (lon - 5e-8, lat), at(2, 2), at(1, 2)])
    findings = check_partition(nine(g22=off), None, EPSG)
    assert only(findings, Rule.UNMATCHED_VERTEX).grids == ("22", "23")
    assert only(findings, Rule.GAP).size == pytest.approx(1110.4 * 0.00428 / 2, rel=0.01)


def test_defects_below_what_7_decimals_can_tell_are_one_note_and_do_not_block() -> None:
    lon, lat = at(2, 1.5)
    off = shapely.Polygon([at(1, 1), at(2, 1), (lon - 1e-9, lat), at(2, 2), at(1, 2)])
    gap = only(check_partition(nine(g22=off), None, EPSG), Rule.GAP)
    assert gap.severity is Severity.NOTE
    assert not gap.is_open


def test_a_broken_ring_is_told_with_its_place_and_does_not_hide_other_defects() -> None:
    bow_tie = polygon((1, 1), (2, 2), (2, 1), (1, 2))
    findings = check_partition([each for each in nine(g22=bow_tie) if each.code != "12"], FRAME, EPSG)
    ring = only(findings, Rule.INVALID_RING)
    assert ring.grids == ("22",)
    assert "self-intersection" in ring.message
    assert "repaired copy" in ring.message
    assert ring.where.coords[0] == pytest.approx(at(1.5, 1.5))
    assert sum(gap.size for gap in findings if gap.rule is Rule.GAP) == pytest.approx(1.5 * CELL_M2, rel=2e-3)


def test_a_vertex_on_a_long_edge_is_unmatched_but_no_gap_though_the_edge_bends_when_projected() -> None:
    south = shapely.box(98.4, 39.6, 98.6, 39.7)
    north = shapely.Polygon([(98.4, 39.7), (98.5, 39.7), (98.6, 39.7), (98.6, 39.8), (98.4, 39.8)])
    assert rules(check_partition([grid("s", south), grid("n", north)], None, EPSG)) == {"unmatched_vertex": 1}
    shifted = shapely.Polygon([(98.4, 39.7), (98.5, 39.7 + 1e-9), (98.6, 39.7), (98.6, 39.8), (98.4, 39.8)])
    gap = only(check_partition([grid("s", south), grid("n", shifted)], None, EPSG), Rule.GAP)
    assert gap.severity is Severity.NOTE


def test_empty_grids_lines_and_coordinates_off_the_globe_are_told_and_left_out() -> None:
    with np.errstate(invalid="ignore"):
        not_finite = shapely.Polygon([(98, 39), (98, np.nan), (99, 39), (98, 39)])
    grids = nine(
        g11=shapely.Polygon(),
        g12=shapely.LineString([at(1, 0), at(2, 0)]),
        g13=shapely.box(457000, 4400000, 457100, 4400100),
        g21=not_finite,
        g31=shapely.box(0, 0, 1e308, 1e308),
    )
    findings = check_partition(grids, None, EPSG, features=range(1, 10))
    told = {
        finding.grids[0]: finding for finding in findings if finding.rule in (Rule.EMPTY_GEOMETRY, Rule.INVALID_RING)
    }
    assert {code: finding.rule.value for code, finding in told.items()} == {
        "11": "empty_geometry",
        "12": "empty_geometry",
        "13": "invalid_ring",
        "21": "invalid_ring",
        "31": "invalid_ring",
    }
    assert told["13"].feature == 3
    assert told["12"].message == "Grid 12 is a LineString, not a polygon."


@pytest.mark.parametrize("points", [51, 1001, 20_001])
def test_a_star_that_would_keep_a_repair_busy_for_minutes_is_not_repaired(points: int) -> None:
    findings = check_partition([*nine(), grid("99", star(points))], None, EPSG)
    ring = only(findings, Rule.INVALID_RING)
    assert ("cannot be repaired" in ring.message) == (points > 51)


def test_a_grid_outside_the_frame_is_told_with_the_area_outside() -> None:
    outside = only(
        check_partition(nine(g33=polygon((2, 2), (3.5, 2), (3.5, 3), (2, 3))), FRAME, EPSG), Rule.OUTSIDE_FRAME
    )
    assert outside.grids == ("33",)
    assert outside.size == pytest.approx(CELL_M2 / 2, rel=2e-3)


def test_codes_used_twice_are_told_with_the_feature_numbers() -> None:
    grids = nine()
    twice = only(check_partition([*grids[:8], grid("11", grids[8].polygon)], None, EPSG), Rule.DUPLICATE_CODE)
    assert twice.message == "Code 11 belongs to 2 features: 1 and 9."
    assert twice.severity is Severity.ERROR


def test_several_parts_are_a_note_and_a_sliver_of_a_grid_a_warning() -> None:
    thin = polygon((3, 3), (3.5, 3), (3.5, 3.001), (3, 3.001))
    findings = check_partition(nine(g33=shapely.MultiPolygon([nine()[8].polygon, thin])), None, EPSG)
    assert only(findings, Rule.MULTIPART).severity is Severity.NOTE
    assert only(findings, Rule.SLIVER).grids == ("33",)


def test_a_broken_frame_is_told_and_the_checks_go_on() -> None:
    frame = polygon((0, 0), (3, 3), (3, 0), (0, 3))
    assert Rule.INVALID_RING in {finding.rule for finding in check_partition(nine(), frame, EPSG)}
    assert rules(check_partition(nine(), shapely.Polygon(), EPSG)) == {"empty_geometry": 1}


def test_nothing_and_one_grid_can_be_checked() -> None:
    assert check_partition([], None, EPSG) == ()
    assert check_partition(nine()[:1], None, EPSG) == ()
    assert default_frame([]).is_empty


def test_a_strip_that_closes_just_at_the_outline_is_a_gap() -> None:
    west = polygon((0, 0), (1, 0), (0.99, 1), (1, 2), (0, 2))
    east = polygon((1, 0), (2, 0), (2, 2), (1, 2))
    gap = only(check_partition([grid("w", west), grid("e", east)], None, EPSG), Rule.GAP)
    assert gap.size == pytest.approx(0.01 * CELL_M2, rel=5e-3)


def test_the_default_frame_fills_holes_and_the_islands_in_them() -> None:
    lake = polygon((0.2, 0.2), (0.8, 0.2), (0.8, 0.8), (0.2, 0.8))
    island = polygon((0.4, 0.4), (0.6, 0.4), (0.6, 0.6), (0.4, 0.6))
    land = shapely.Polygon(nine()[0].polygon.exterior, [lake.exterior.coords])
    frame = default_frame([grid("a", land), grid("b", island)])
    assert frame.equals(nine()[0].polygon)


def test_the_fixture_of_a_gap_and_an_overlap_is_measured_as_computed_by_hand(shared: Path) -> None:
    fixture = json.loads((shared / "fixtures/stats/partition_gap_overlap.json").read_text())
    polygons = np.array([shapely.from_wkt(text) for text in fixture["polygons"]])
    gaps = find_gaps(union(polygons), shapely.from_wkt(fixture["study_area"]))
    overlaps = find_overlaps(polygons, find_misfits(polygons))
    expected = fixture["expected"]
    assert len(gaps) == expected["gap_count"]
    assert shapely.area(gaps).sum() == pytest.approx(expected["gap_area"], rel=1e-9)
    thin = 4 * np.pi * gaps[0].area / gaps[0].length ** 2
    assert thin == pytest.approx(expected["gap_polsby_popper"], abs=1e-6)
    assert [[int(overlaps.first[0]), int(overlaps.second[0])]] == expected["overlap_pairs"]
    assert shapely.area(overlaps.shapes).sum() == pytest.approx(expected["overlap_area"], rel=1e-9)


def test_the_width_of_a_strip_is_its_width_and_of_a_square_its_side() -> None:
    lon, lat = at(0, 0)
    strip, square = shapely.box(lon, lat, lon + 0.01, lat + 1e-5), shapely.box(lon, lat, lon + 0.0129, lat + 0.01)
    patches = Patches.of(np.array([strip, square]), EPSG)
    assert patches.width_m[0] == pytest.approx(1.11, rel=0.01)
    assert patches.width_m[1] == pytest.approx(1106, rel=0.03)
    assert patches.is_sliver.tolist() == [True, False]


boxes = st.tuples(st.integers(0, 12), st.integers(0, 12), st.integers(1, 6), st.integers(1, 6))


@settings(max_examples=150, deadline=None)
@given(st.lists(boxes, min_size=2, max_size=8))
def test_overlaps_and_gaps_equal_those_counted_square_by_square(rectangles: list[tuple[int, int, int, int]]) -> None:
    """Rectangles on whole units with all unit vertices, compared with a raster count."""
    raster = np.zeros((len(rectangles), 20, 20), dtype=bool)
    shapes = np.empty(len(rectangles), dtype=object)
    for index, (x, y, wide, high) in enumerate(rectangles):
        raster[index, y : y + high, x : x + wide] = True
        shapes[index] = shapely.segmentize(shapely.box(x, y, x + wide, y + high), 1.0)
    overlaps = find_overlaps(shapes, find_misfits(shapes))
    got = {
        (int(i), int(j)): shape.area
        for i, j, shape in zip(overlaps.first, overlaps.second, overlaps.shapes, strict=True)
    }
    shared_cells = np.einsum("ayx,byx->ab", raster.astype(int), raster.astype(int))
    wanted = {
        (i, j): float(shared_cells[i, j])
        for i in range(len(rectangles))
        for j in range(i + 1, len(rectangles))
        if shared_cells[i, j]
    }
    assert got == pytest.approx(wanted)
    frame = shapely.box(0, 0, 20, 20)
    assert shapely.area(find_gaps(union(shapes), frame)).sum() == pytest.approx(400 - raster.any(axis=0).sum())


def load(path: Path) -> list:
    features = json.loads(path.read_text())["features"]
    return [
        grid(f"{number:04d}", shapely.from_geojson(json.dumps(feature["geometry"])))
        for number, feature in enumerate(features, start=1)
    ]


@pytest.mark.realdata
@pytest.mark.parametrize(
    ("name", "epsg", "expected"),
    [
        ("chicago_beats_2014", 32616, {}),
        ("dc_ward-2012", 32618, {}),
        ("chicago_wards_from_precincts_2023", 32616, {"gap": 8, "sliver": 1}),
        ("boston_neighborhoods", 32619, {"invalid_ring": 4, "gap": 2, "overlap": 2, "sliver": 5, "multipart": 6}),
        (
            "avon_somerset_lsoa_2011",
            32630,
            {"invalid_ring": 4, "gap": 2, "overlap": 7, "sliver": 5, "unmatched_vertex": 8, "multipart": 17},
        ),
    ],
)
def test_real_partitions_have_the_findings_counted_before(
    shared: Path, name: str, epsg: int, expected: dict[str, int]
) -> None:
    assert rules(check_partition(load(shared / f"data/boundaries/{name}.geojson"), None, epsg)) == expected


@pytest.mark.realdata
@pytest.mark.slow
def test_all_263_broken_districts_of_england_and_wales_are_told(shared: Path) -> None:
    found = rules(check_partition(load(shared / "data/boundaries/ew_lad_2013.geojson"), None, 32630))
    assert found["invalid_ring"] == 263
    assert found["gap"] > 2000


@pytest.mark.realdata
def test_no_broken_file_stops_the_checks(shared: Path) -> None:
    checked = 0
    for path in sorted((shared / "data/broken").rglob("*json")):
        try:
            shapes = [shapely.from_geojson(json.dumps(f["geometry"])) for f in json.loads(path.read_text())["features"]]
        except (ValueError, KeyError, TypeError, shapely.GEOSException, AttributeError, OSError):
            continue
        grids = [grid(str(n), shape if shape is not None else shapely.Polygon()) for n, shape in enumerate(shapes)]
        check_partition(grids, None, 32630)
        check_partition(grids, default_frame(grids), 32630)
        checked += 1
    assert checked > 60
