"""Import of boundaries: order, ids, findings, publishing, drafts, re-location."""

from __future__ import annotations

from datetime import date
from pathlib import Path

import numpy as np
import pytest
from exchange_samples import WEST, exchange, nine, profile, square, with_plan, write_grids, write_rows

from mapsvc.errors import BadFile, CrsUnknown
from mapsvc.model.finding import Rule
from mapsvc.model.plan import PlanStatus


def test_nine_clean_squares_are_published_in_code_order(tmp_path: Path) -> None:
    door, store = exchange()
    result = door.import_boundaries(nine(tmp_path / "nine.geojson"), crs=None, code="code", name="name")
    assert result.published
    assert result.plan.codes == ("A1", "A2", "A3", "B1", "B2", "B3", "C1", "C2", "C3")
    assert result.plan.grids[0].name == "Grid A1"
    assert result.plan.working_epsg == 4542
    assert result.plan.valid_from == date(2026, 7, 1)
    # 0.01 degree at 39 N is 865 m by 1110 m
    assert result.plan.grids[0].area_m2 == pytest.approx(865.8 * 1110.0, rel=0.005)
    assert store.find_plan_on(date(2026, 7, 1)) is not None


def test_checking_stores_nothing(tmp_path: Path) -> None:
    door, store = exchange()
    checked = door.check(nine(tmp_path / "nine.geojson"), crs="EPSG:4326", code="code")
    assert (len(checked.grids), checked.findings, checked.crs, checked.working_epsg) == (9, (), "EPSG:4326", 4542)
    assert store.seq() == 0


def test_a_plan_with_open_findings_stays_a_draft_and_says_what_to_do(tmp_path: Path) -> None:
    # B wide reaches over A's neighbour: an overlap
    path = write_grids(tmp_path / "over.geojson", {"A": square(0, 0, columns=2), "B": square(1, 0)})
    door, store = exchange()
    result = door.import_boundaries(path, crs=None, code="code", name=None)
    assert (result.published, result.plan.status) == (False, PlanStatus.DRAFT)
    assert {finding.rule for finding in result.plan.open_findings} == {Rule.OVERLAP}
    assert "--accept" in result.next_step
    assert store.find_plan_on(date(2026, 7, 1)) is None


def test_findings_accepted_with_a_reason_let_the_plan_be_published(tmp_path: Path) -> None:
    path = write_grids(tmp_path / "over.geojson", {"A": square(0, 0, columns=2), "B": square(1, 0)})
    result = exchange()[0].import_boundaries(path, crs=None, code="code", name=None, accept="as surveyed")
    assert result.published
    assert [finding.accepted for finding in result.plan.findings if finding.rule is Rule.OVERLAP] == ["as surveyed"]


def test_an_invalid_ring_cannot_be_accepted_only_mended(tmp_path: Path) -> None:
    ring = square(0, 0)
    bow_tie = [ring[0], ring[2], ring[1], ring[3], ring[0]]
    path = write_grids(tmp_path / "tie.geojson", {"A": bow_tie, "B": square(1, 0)})
    refused = exchange()[0].import_boundaries(path, crs=None, code="code", name=None, accept="never mind")
    assert not refused.published
    assert {finding.rule for finding in refused.plan.open_findings} == {Rule.INVALID_RING}
    assert "--fix 0" in refused.next_step
    mended = exchange()[0].import_boundaries(path, crs=None, code="code", name=None, fix_m=0, accept="narrow waist")
    assert mended.published
    assert all(grid.polygon.is_valid for grid in mended.plan.grids)
    assert any(finding.rule is Rule.HEALED for finding in mended.healed)


def test_two_names_for_one_code_cannot_be_accepted_nor_joined(tmp_path: Path) -> None:
    path = write_grids(tmp_path / "twice.geojson", {"A": square(0, 0), "B": square(1, 0), "C": square(2, 0)})
    text = path.read_text().replace('"code": "B"', '"code": "A"')
    path.write_text(text)
    result = exchange()[0].import_boundaries(path, crs=None, code="code", name="name", fix_m=0, accept="so what")
    assert not result.published
    assert {finding.rule for finding in result.plan.open_findings} == {Rule.DUPLICATE_CODE}


def test_features_of_one_code_and_name_become_one_grid_of_parts_when_fixing(tmp_path: Path) -> None:
    path = write_grids(tmp_path / "parts.geojson", {"A": square(0, 0), "B": square(1, 0), "A#2": square(2, 0)})
    assert not exchange()[0].import_boundaries(path, crs=None, code="code", name="name").published
    result = exchange()[0].import_boundaries(path, crs=None, code="code", name="name", fix_m=0)
    assert result.published
    assert [(grid.code, grid.polygon.geom_type) for grid in result.plan.grids] == [
        ("A", "MultiPolygon"),
        ("B", "Polygon"),
    ]
    assert [finding.message for finding in result.healed] == [
        "Features 1, 3 have the code A and were joined into one grid."
    ]


def test_a_gap_narrower_than_the_tolerance_is_closed_and_told(tmp_path: Path) -> None:
    right = [[x + 2e-6 if x < WEST + 0.011 else x, y] for x, y in square(1, 0)]
    path = write_grids(tmp_path / "gap.geojson", {"A": square(0, 0), "B": right})
    frame = write_grids(tmp_path / "frame.geojson", {"frame": square(0, 0, columns=2)})
    door, _ = exchange()
    assert not door.import_boundaries(path, crs=None, code="code", name=None, frame=frame).published
    healed = door.import_boundaries(path, crs=None, code="code", name=None, frame=frame, fix_m=1.0)
    assert healed.published
    assert healed.healed


def test_a_code_keeps_its_grid_id_in_the_next_edition(tmp_path: Path) -> None:
    door, store = with_plan(tmp_path)
    first = store.get_plan(store.list_plans()[0].id)
    second = door.import_boundaries(
        nine(tmp_path / "again.geojson"), crs=None, code="code", name="name", valid_from=date(2026, 8, 1)
    ).plan
    assert [grid.id for grid in second.grids] == [grid.id for grid in first.grids]
    assert len({grid.id for grid in second.grids}) == 9
    assert second.id != first.id


def test_incidents_stored_before_get_the_grids_of_a_new_plan(tmp_path: Path) -> None:
    door, store = exchange()
    # the last one stands 5 m beside the line between A1 and B1, with a stated accuracy of 50 m
    rows = write_rows(
        tmp_path / "r.csv",
        "2026-06-01 10:00,98.005,39.005,light",
        "2026-06-01 10:00,98.5,39.005,light",
        "2026-06-01 10:00,,,light",
        "2026-06-01 10:00,98.005,39.01004,light",
    )
    stored = door.import_incidents(rows, profile(tmp_path, accuracy_m=50))
    assert (stored.stored, stored.outside, stored.unlocated) == (4, 3, 1)
    result = door.import_boundaries(nine(tmp_path / "nine.geojson"), crs=None, code="code", name="name")
    assert result.relocated == 4
    columns = store.load_columns()
    codes = np.array([*columns.grid_codes, ""], dtype=object)[columns.grid]
    assert codes.tolist() == ["A1", "", "", "B1"]
    assert [str(store.get_incident(f"i{fid}").certainty) for fid in columns.fid] == [
        "certain",
        "outside",
        "unlocated",
        "boundary",
    ]


def test_a_plan_for_later_does_not_move_incidents_today(tmp_path: Path) -> None:
    door, _ = with_plan(tmp_path)
    door.import_incidents(write_rows(tmp_path / "r.csv", "2026-06-01 10:00,98.005,39.005,light"), profile(tmp_path))
    later = door.import_boundaries(
        nine(tmp_path / "later.geojson"), crs=None, code="code", name="name", valid_from=date(2027, 1, 1)
    )
    assert (later.published, later.relocated) == (True, 0)


def test_a_refused_file_stores_nothing(tmp_path: Path) -> None:
    door, store = exchange()
    path = nine(tmp_path / "nine.geojson")
    with pytest.raises(CrsUnknown):
        door.import_boundaries(path, crs="EPSG:4542", code="code", name="name")
    with pytest.raises(BadFile, match="beat"):
        door.import_boundaries(path, crs=None, code="beat", name="name")
    assert (store.seq(), store.list_plans()) == (0, [])


def test_a_frame_may_be_in_a_crs_of_its_own(tmp_path: Path) -> None:
    """Grids in metres, frame in degrees: the gap along the rim is found in one plane."""
    import json

    from mapsvc.geo.crs import projector

    path = write_grids(tmp_path / "two.geojson", {"A": square(0, 0)})
    frame = tmp_path / "frame.geojson"
    frame.write_text(path.read_text().replace('"features"', '"crs": {"properties": {"name": "EPSG:4326"}}, "features"'))
    document = json.loads(path.read_text())
    ring = document["features"][0]["geometry"]["coordinates"][0]
    x, y = projector(4542).forward([p[0] for p in ring], [p[1] for p in ring])
    document["features"][0]["geometry"]["coordinates"] = [[list(p) for p in zip(x.tolist(), y.tolist(), strict=True)]]
    path.write_text(json.dumps(document))
    checked = exchange()[0].check(path, crs="EPSG:4542", code="code", frame=frame)
    assert checked.crs == "EPSG:4542"
    assert not [finding for finding in checked.findings if finding.is_open]


def test_a_heap_of_equal_squares_is_refused_before_every_pair_is_worked_out(tmp_path: Path) -> None:
    path = write_grids(tmp_path / "heap.geojson", {f"G{n}": square(0, 0) for n in range(300)})
    with pytest.raises(BadFile, match=r"heap\.geojson: Features lie on top of each other"):
        exchange()[0].check(path, crs=None, code="code")


@pytest.mark.parametrize("points", [51, 1001])
def test_a_star_that_keeps_a_repair_busy_for_minutes_ends_in_a_sentence(tmp_path: Path, points: int) -> None:
    angles = 2 * np.pi * np.arange(points + 1) * (points // 2) / points
    ring = [[98 + 0.01 * float(np.cos(a)), 39 + 0.01 * float(np.sin(a))] for a in angles[:-1]]
    path = write_grids(tmp_path / "star.geojson", {"S": [*ring, ring[0]], "B": square(2, 2)})
    result = exchange()[0].import_boundaries(path, crs=None, code="code", name=None, accept="never mind")
    assert not result.published
    assert Rule.INVALID_RING in {finding.rule for finding in result.plan.open_findings}
