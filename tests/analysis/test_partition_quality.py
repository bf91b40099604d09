"""Partition quality: a fixture computed by hand, holes, overlaps, broken rings, and the shapes of known compactness."""

from __future__ import annotations

import json
from pathlib import Path

import pytest
import shapely
import shapely.affinity
from shapely.geometry import Polygon, box

from mapsvc.analysis.partition_quality import partition_quality
from mapsvc.geo.crs import projector
from mapsvc.model.finding import Finding, Rule, Severity
from mapsvc.model.grid import Grid
from mapsvc.model.plan import Plan

EPSG = 4542


def lonlat(shape: Polygon) -> Polygon:
    """A polygon in metres, moved near the axis of the zone, in degrees."""
    return projector(EPSG).to_lonlat([shapely.affinity.translate(shape, 500_000, 4_400_000)])[0]


def plan_of(shapes: list[Polygon], frame: Polygon, findings: tuple[Finding, ...] = ()) -> Plan:
    grids = tuple(Grid(f"g{i}", f"00{i}", "", lonlat(shape), 0.0) for i, shape in enumerate(shapes))
    return Plan("p1", "", lonlat(frame), EPSG, grids, findings=findings)


NINE = [box(x, y, x + 100, y + 100) for y in (0, 100, 200) for x in (0, 100, 200)]


def test_a_3x3_partition_covers_its_frame_without_gap_or_overlap() -> None:
    report = partition_quality(plan_of(NINE, box(0, 0, 300, 300)))
    assert report.plan_id == "p1"
    assert report.figures["frame_area_m2"] == pytest.approx(90_000, rel=1e-9)
    # The frame's long edges are straight in degrees, the grids' corners on them lie a hair off: 0.25 of 90,000 m2.
    assert report.figures["covered_share"] == pytest.approx(1.0, abs=1e-5)
    assert [report.figures[name] for name in ("gap_count", "overlap_pairs", "outside_count")] == [0, 0, 0]
    assert report.table["area_m2"] == pytest.approx([10_000] * 9, rel=1e-8)
    assert report.table["perimeter_m"] == pytest.approx([400] * 9, rel=1e-8)
    assert report.table["parts"] == [1] * 9
    json.dumps([report.table, report.figures, report.parameters], allow_nan=False)


def test_a_missing_grid_is_one_gap_and_a_grid_beyond_the_frame_is_outside() -> None:
    report = partition_quality(plan_of([*NINE[:4], *NINE[5:], box(300, 0, 350, 100)], box(0, 0, 300, 300)))
    assert report.figures["gap_area_m2"] == pytest.approx(10_000, rel=1e-4)
    assert report.figures["gap_count"] == 1
    assert report.figures["covered_share"] == pytest.approx(8 / 9, rel=1e-4)
    assert report.figures["outside_area_m2"] == pytest.approx(5_000, rel=1e-4)
    assert report.figures["outside_count"] == 1


def test_ground_in_three_grids_is_overlap_once_and_three_pairs() -> None:
    report = partition_quality(
        plan_of([box(0, 0, 100, 100), box(50, 0, 150, 100), box(60, 0, 200, 100)], box(0, 0, 200, 100))
    )
    assert report.figures["overlap_area_m2"] == pytest.approx(10_000, rel=1e-5)
    assert report.figures["overlap_pairs"] == 3
    assert report.figures["grids_area_m2"] == pytest.approx(34_000, rel=1e-6)


def test_the_fixture_computed_by_hand(shared: Path) -> None:
    fixture = json.loads((shared / "fixtures/stats/partition_gap_overlap.json").read_text())
    shapes = [shapely.from_wkt(text) for text in fixture["polygons"]]
    expected = fixture["expected"]
    figures = partition_quality(plan_of(shapes, shapely.from_wkt(fixture["study_area"]))).figures
    assert figures["gap_area_m2"] == pytest.approx(expected["gap_area"], abs=1e-6)
    assert figures["gap_count"] == expected["gap_count"]
    assert figures["gap_share"] == pytest.approx(expected["gap_share"], abs=1e-8)
    assert figures["overlap_area_m2"] == pytest.approx(expected["overlap_area"], abs=1e-6)
    assert figures["overlap_pairs"] == len(expected["overlap_pairs"])
    assert figures["overlap_share"] == pytest.approx(expected["double_covered_share"], abs=1e-8)


def test_shapes_of_known_compactness() -> None:
    tromino = Polygon([(0, 0), (200, 0), (200, 100), (100, 100), (100, 200), (0, 200)])
    report = partition_quality(plan_of([box(0, 0, 100, 100), box(0, 0, 200, 100), tromino], box(0, 0, 200, 200)))
    assert report.table["polsby_popper"] == pytest.approx([0.785398, 0.698132, 0.589049], abs=1e-6)
    assert report.table["reock"] == pytest.approx([0.636620, 0.509296, 0.477465], abs=1e-6)
    assert report.table["hull_ratio"] == pytest.approx([1, 1, 0.857143], abs=1e-6)


def test_a_broken_ring_is_measured_on_a_repaired_copy_and_said_so() -> None:
    bow_tie = Polygon([(0, 0), (100, 100), (100, 0), (0, 100)])
    report = partition_quality(plan_of([bow_tie, box(100, 0, 200, 100)], box(0, 0, 200, 100)))
    assert report.table["area_m2"][0] == pytest.approx(5_000, rel=1e-6)
    assert report.table["parts"][0] == 2
    assert any("000" in note and "repaired" in note for note in report.notes)


def test_an_empty_grid_and_an_empty_plan_give_zeros_and_no_nan() -> None:
    grids = (Grid("a", "A", "", Polygon(), 0.0), Grid("b", "B", "", lonlat(box(0, 0, 10, 10)), 0.0))
    for plan in (Plan("p", "", lonlat(box(0, 0, 10, 10)), EPSG, grids), Plan("p", "", Polygon(), EPSG, ())):
        report = partition_quality(plan)
        json.dumps([report.table, report.figures], allow_nan=False)
    assert report.figures["covered_share"] is None


def test_findings_are_counted_by_rule_as_open_and_accepted() -> None:
    gap = Finding(Rule.GAP, Severity.ERROR, "")
    findings = (gap, gap, gap.accept("a lake"), Finding(Rule.SLIVER, Severity.WARNING, ""))
    figures = partition_quality(plan_of(NINE, box(0, 0, 300, 300), findings)).figures
    assert {name: n for name, n in figures.items() if name.startswith("findings")} == {
        "findings": 4,
        "findings_open": 2,
        "findings_accepted": 1,
        "findings_gap_open": 2,
        "findings_gap_accepted": 1,
        "findings_sliver_warning": 1,
    }
