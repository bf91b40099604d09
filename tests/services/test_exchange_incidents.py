"""Import of incidents: every row ends as stored, duplicate, unlocated or rejected, and the sums are right."""

from __future__ import annotations

import csv
from dataclasses import replace
from datetime import date
from pathlib import Path
from typing import Any

import numpy as np
import pytest
from exchange_samples import PROFILE, exchange, nine, profile, with_plan, write_rows
from hypothesis import given, settings
from hypothesis import strategies as st

from mapsvc.errors import BadFile, BadInput, Cancelled
from mapsvc.geo.datum import wgs84_to_gcj02
from mapsvc.model.incident import Status
from mapsvc.model.task_type import TaskType

GOOD = "2026-06-01 10:00,98.005,39.005,Light"


def rejects_of(path: Path | None) -> list[tuple[str, str, str]]:
    assert path is not None
    with path.open(encoding="utf-8", newline="") as file:
        return [(row["row"], row["outcome"], row["reason"]) for row in csv.DictReader(file)]


def test_each_kind_of_row_ends_where_it_should(tmp_path: Path) -> None:
    door, store = with_plan(tmp_path)
    rows = write_rows(
        tmp_path / "r.csv",
        GOOD,
        "2026-06-01 10:00,,39.005,light",  # unlocated
        "2026-06-01 10:00,0,0,light",  # unlocated
        "2026-06-01 10:00,nan,39.005,light",
        "2026-06-01 10:00,98.x,39.005,light",
        "2026-06-01 10:00,98.005,139.005,light",
        "2026-06-01 10:00,99.5,39.005,light",  # 130 km east
        "2026-06-01 10:00,98.1,39.005,light",  # 6 km east: kept
        "yesterday,98.005,39.005,light",
        ",98.005,39.005,light",
        "2026-06-01 10:00,98.005,39.005,noise",
        "2026-06-01 10:00,98.005,39.005",
        *[GOOD] * 20,
    )
    result = door.import_incidents(rows, profile(tmp_path), rejects=tmp_path / "rejects.csv")
    assert result.rows == 32
    assert result.rows == result.stored + result.duplicate + result.rejected
    assert (result.stored, result.unlocated, result.outside, result.rejected) == (24, 2, 1, 8)
    assert store.count_incidents() == 24
    assert rejects_of(result.rejects_path) == [
        ("2", "unlocated", "the coordinates are missing; stored without a place"),
        ("3", "unlocated", "the coordinates are 0, 0, which stands for none; stored without a place"),
        ("4", "rejected", "a coordinate is not finite"),
        ("5", "rejected", "a coordinate is not a number"),
        ("6", "rejected", "the position does not lie on the globe in the stated datum"),
        ("7", "rejected", "the position is farther outside the frame than the limit"),
        ("9", "rejected", "the time cannot be read"),
        ("10", "rejected", "the time is missing"),
        ("11", "rejected", "no task type for this value"),
        ("12", "rejected", "the row has 3 fields, 4 are needed"),
    ]


def test_a_stored_row_holds_what_the_file_says(tmp_path: Path) -> None:
    door, store = with_plan(tmp_path)
    text = PROFILE.replace(
        "[time]",
        'reference = "ref"\ntitle = "title"\naddress = "where"\nstatus = "state"\nclosed = "end"\naccuracy = "acc"\n'
        '[statuses]\ndone = "verified"\n[time]',
    )
    path = write_rows(
        tmp_path / "r.csv",
        '2026-06-01 10:00,98.015,39.015,Light,X-7,"  Lamp\t\x07dark  ",Mill Lane 3,Done,2026-06-02T01:00:00Z,12.5',
        header="when,lon,lat,kind,ref,title,where,state,end,acc",
    )
    door.import_incidents(path, profile(tmp_path, text))
    (incident,) = store.list_incidents(store.load_columns().fid.tolist())
    assert (incident.channel, incident.channel_ref, incident.task_type) == ("desk", "X-7", "light")
    assert (incident.title, incident.place.address) == ("Lamp dark", "Mill Lane 3")
    # 10:00 in Shanghai is 02:00 UTC
    assert (incident.occurred_at, incident.reported_at) == (1_780_279_200, 1_780_279_200)
    assert (incident.status, incident.closed_at) == (Status.VERIFIED, 1_780_362_000)
    assert (incident.place.lon, incident.place.lat, incident.place.accuracy_m) == (98.015, 39.015, 12.5)
    assert (incident.grid_code, incident.certainty, incident.grid_share) == ("B2", "certain", 1.0)


def test_numbers_of_people_in_the_texts_of_a_file_are_not_stored(tmp_path: Path) -> None:
    door, store = with_plan(tmp_path)
    file = tmp_path / "r.csv"
    long = "x" * 190 + " 13812345678"
    rows = [
        "c-1,2026-06-01 10:00,98.005,39.005,light,Ring 138 1234 5678,ID 11010519491231002X,5 Canal Road 13912345678",
        f"13800001111,2026-06-01 10:00,98.005,39.005,light,{long},,12 Canal Road",
    ]
    file.write_text("ref,when,lon,lat,kind,title,text,address\n" + "\n".join(rows) + "\n", encoding="utf-8")
    columns = 'reference = "ref"\ntitle = "title"\ntext = "text"\naddress = "address"\n'
    chosen = profile(tmp_path, PROFILE.replace("[columns]\n", "[columns]\n" + columns))
    assert door.import_incidents(file, chosen).stored == 2
    one, two = store.list_incidents([1, 2])
    assert (one.title, one.text, one.place.address) == ("Ring ***", "ID ***", "5 Canal Road ***")
    assert (two.title, two.place.address) == ("x" * 190 + " ***", "12 Canal Road")
    assert two.channel_ref == "13800001111"
    assert door.import_incidents(file, chosen).duplicate == 2


def test_the_same_file_again_stores_nothing(tmp_path: Path) -> None:
    door, store = with_plan(tmp_path)
    rows = write_rows(tmp_path / "r.csv", *[GOOD] * 3, GOOD.replace("10:00", "11:00"))
    first = door.import_incidents(rows, profile(tmp_path))
    seq = store.seq()
    second = door.import_incidents(rows, profile(tmp_path))
    assert (first.stored, second.stored, second.duplicate) == (4, 0, 4)
    assert store.seq() == seq


def test_equal_rows_are_different_matters_and_order_does_not_count(tmp_path: Path) -> None:
    door, _ = with_plan(tmp_path)
    other = GOOD.replace("10:00", "11:00")
    door.import_incidents(write_rows(tmp_path / "a.csv", GOOD, GOOD, other), profile(tmp_path))
    again = door.import_incidents(write_rows(tmp_path / "b.csv", other, GOOD, GOOD, GOOD), profile(tmp_path))
    assert (again.stored, again.duplicate) == (1, 3)


def test_rows_with_one_reference_are_one_incident(tmp_path: Path) -> None:
    door, _ = with_plan(tmp_path)
    text = PROFILE.replace("[time]", 'reference = "ref"\n[time]')
    path = write_rows(
        tmp_path / "r.csv", f"{GOOD},7", f"{GOOD},7", f"{GOOD},", f"{GOOD},", header="when,lon,lat,kind,ref"
    )
    result = door.import_incidents(path, profile(tmp_path, text))
    assert (result.stored, result.duplicate) == (3, 1)


@settings(max_examples=8, deadline=None)
@given(
    kinds=st.lists(
        st.sampled_from([GOOD, "2026-06-01 10:00,,,light", "x,98.005,39.005,light", "2026-06-01 10:00,98,x,light"]),
        max_size=30,
    )
)
def test_the_totals_always_add_up(tmp_path_factory: pytest.TempPathFactory, kinds: list[str]) -> None:
    folder = tmp_path_factory.mktemp("rows")
    door, store = exchange()
    result = door.import_incidents(write_rows(folder / "r.csv", *kinds), profile(folder), rejects=folder / "rej.csv")
    assert result.rows == len(kinds) == result.stored + result.duplicate + result.rejected
    assert store.count_incidents() == result.stored
    listed = rejects_of(result.rejects_path) if result.rejects_path else []
    assert sum(outcome == "rejected" for _, outcome, _ in listed) == result.rejected


# files that are wrong as a whole


def test_points_that_are_all_zero_are_refused_in_one_sentence(tmp_path: Path) -> None:
    door, store = with_plan(tmp_path)
    seq = store.seq()
    with pytest.raises(BadFile, match=r"r\.csv: 10 of 10 points are at \(0, 0\)"):
        door.import_incidents(write_rows(tmp_path / "r.csv", *["2026-06-01 10:00,0,0.0,light"] * 10), profile(tmp_path))
    assert store.seq() == seq


def test_swapped_columns_are_named(tmp_path: Path) -> None:
    door, store = with_plan(tmp_path)
    seq = store.seq()
    rows = [f"2026-06-01 10:00,{39.001 + n / 1e3},{98.001 + n / 1e3},light" for n in range(20)]
    with pytest.raises(BadFile, match="swapped"):
        door.import_incidents(write_rows(tmp_path / "r.csv", *rows), profile(tmp_path))
    assert store.seq() == seq


def test_an_undeclared_gcj02_is_named_when_the_shift_leaves_the_frame(tmp_path: Path) -> None:
    door, store = with_plan(tmp_path)
    seq = store.seq()
    # along the eastern rim: the shift of some 500 m puts all of them outside
    lon, lat = wgs84_to_gcj02(np.full(50, 98.0295), np.linspace(39.001, 39.029, 50))
    rows = [f"2026-06-01 10:00,{x},{y},light" for x, y in zip(lon, lat, strict=True)]
    path = write_rows(tmp_path / "r.csv", *rows)
    with pytest.raises(BadFile, match="gcj02"):
        door.import_incidents(path, profile(tmp_path))
    assert store.seq() == seq
    assert door.import_incidents(path, profile(tmp_path, datum='"gcj02"')).outside == 0


def test_another_city_is_refused_as_a_whole(tmp_path: Path) -> None:
    door, _ = with_plan(tmp_path)
    with pytest.raises(BadFile, match="more than 50 km outside the frame"):
        door.import_incidents(write_rows(tmp_path / "r.csv", "2026-06-01 10:00,-71.06,42.36,light"), profile(tmp_path))


def test_a_geojson_whose_crs_contradicts_the_profile_is_refused(tmp_path: Path) -> None:
    path = tmp_path / "p.geojson"
    path.write_text(
        '{"type":"FeatureCollection","crs":{"type":"name","properties":{"name":"EPSG:4542"}},"features":[{"type":'
        '"Feature","properties":{"when":"2026-06-01 10:00","kind":"light"},"geometry":{"type":"Point","coordinates":'
        "[413000,4318000]}}]}"
    )
    with pytest.raises(BadFile, match="positions are in"):
        exchange()[0].import_incidents(path, profile(tmp_path))
    assert exchange()[0].import_incidents(path, profile(tmp_path, datum='"EPSG:4542"')).stored == 1


def test_a_missing_column_is_a_fault_of_the_file(tmp_path: Path) -> None:
    path = write_rows(tmp_path / "r.csv", "1,2", header="when,lon")
    with pytest.raises(BadFile, match='no column "lat"'):
        exchange()[0].import_incidents(path, profile(tmp_path))


# task types


def test_task_types_of_the_profile_are_added_but_never_overwritten(tmp_path: Path) -> None:
    door, store = exchange()
    store.put_task_types([TaskType("light", "Lamps, as the town says")], at=1, post="cli")
    door.import_incidents(write_rows(tmp_path / "r.csv", GOOD), profile(tmp_path))
    assert [(one.code, one.name) for one in store.list_task_types()] == [("light", "Lamps, as the town says")]


def test_a_code_that_nobody_defines_is_refused_before_reading(tmp_path: Path) -> None:
    text = PROFILE.replace('Light = "light"', 'Light = "lamp"')
    with pytest.raises(BadInput, match='"lamp"'):
        exchange()[0].import_incidents(tmp_path / "absent.csv", profile(tmp_path, text))


def test_cancelling_before_the_first_batch_stores_nothing(tmp_path: Path) -> None:
    door, store = exchange()

    def stop(stage: str, done: int, total: int | None) -> None:
        if stage == "checking":
            raise Cancelled("stopped")

    with pytest.raises(Cancelled):
        door.import_incidents(write_rows(tmp_path / "r.csv", GOOD), profile(tmp_path), progress=stop)
    assert store.seq() == 0


def test_a_bad_time_beside_the_point_is_let_pass_with_a_warning(tmp_path: Path) -> None:
    door, store = exchange()
    text = PROFILE.replace("[time]", 'due = "due"\n[time]')
    path = write_rows(tmp_path / "r.csv", f"{GOOD},soon", f"{GOOD},", header="when,lon,lat,kind,due")
    result = door.import_incidents(path, profile(tmp_path, text))
    assert result.stored == 2
    assert any('1 rows have an unreadable time in "due"' in warning for warning in result.warnings)
    assert store.load_columns().due_at.tolist() == [0, 0]


def test_a_list_of_rejects_never_outlives_its_import(tmp_path: Path) -> None:
    door, _ = exchange()
    target = tmp_path / "rejects.csv"
    bad = door.import_incidents(write_rows(tmp_path / "bad.csv", "x,1,1,light"), profile(tmp_path), rejects=target)
    assert bad.rejects_path == target
    good = door.import_incidents(write_rows(tmp_path / "good.csv", GOOD), profile(tmp_path), rejects=target)
    assert good.rejects_path is None
    assert not target.exists()


def test_an_edition_published_while_a_file_is_read_has_its_rows_too(tmp_path: Path) -> None:
    door, store = with_plan(tmp_path)
    first = store.get_plan(store.list_plans()[0].id)
    assert first.valid_from is not None
    renamed = tuple(replace(grid, code=f"N{grid.code}", id=f"n{grid.id}") for grid in first.grids)
    second = replace(first, id="second", grids=renamed, valid_from=first.valid_from)
    original = store.add_incidents

    def publish_first(*given: Any, **named: Any) -> Any:
        store.add_incidents = original  # type: ignore[method-assign]
        store.put_plan(second, at=1, post="test")
        none = np.zeros(0, np.int64), second.codes, np.zeros(0, np.int32), np.zeros(0, np.int8)
        store.reassign("second", *none, at=1, post="test")
        return original(*given, **named)

    store.add_incidents = publish_first  # type: ignore[method-assign]
    door.import_incidents(write_rows(tmp_path / "r.csv", GOOD), profile(tmp_path), rejects=None)
    assert {one.grid_code for one in store.list_incidents([1])} <= {grid.code for grid in renamed}


def test_rows_of_a_day_on_which_an_edition_waits_get_the_grids_the_others_carry(tmp_path: Path) -> None:
    door, store = with_plan(tmp_path)
    first = store.get_plan(store.list_plans()[0].id)
    none = np.zeros(0, np.int64), first.codes, np.zeros(0, np.int32), np.zeros(0, np.int8)
    store.reassign(first.id, *none, at=1, post="test")
    renamed = tuple(replace(grid, code=f"N{grid.code}", id=f"n{grid.id}") for grid in first.grids)
    store.put_plan(replace(first, id="second", grids=renamed), at=1, post="test")
    door.import_incidents(write_rows(tmp_path / "r.csv", GOOD), profile(tmp_path), rejects=None)
    assert {one.grid_code for one in store.list_incidents([1])} <= set(first.codes)


def test_importing_an_edition_of_a_later_day_says_whose_grids_the_incidents_carry(tmp_path: Path) -> None:
    door, store = with_plan(tmp_path)
    first = store.list_plans()[0].id
    door.import_incidents(write_rows(tmp_path / "r.csv", GOOD), profile(tmp_path), rejects=None)
    assert store.find_assigned_plan() is None
    door.import_boundaries(
        nine(tmp_path / "later.geojson"), crs=None, code="code", name="name", valid_from=date(2090, 1, 1)
    )
    assert store.find_assigned_plan() == first


def test_shares_of_points_near_a_line_and_the_numbers_as_they_came_are_stored(tmp_path: Path) -> None:
    door, store = with_plan(tmp_path)
    line = 98.01
    places = [(line - 5e-5, 39.005), (line - 2e-3, 39.005), (line, 39.005)]
    given = [tuple(float(value) for value in wgs84_to_gcj02(*place)) for place in places]
    rows = [f"2026-06-01 10:00,{x!r},{y!r},Light" for x, y in given]
    written = write_rows(tmp_path / "r.csv", *rows)
    door.import_incidents(written, profile(tmp_path, datum='"gcj02"', accuracy_m=10.0), rejects=None)
    near, clear, on_line = store.list_incidents([1, 2, 3])
    assert [one.given for one in (near, clear, on_line)] == given
    assert (near.place.lon, near.place.lat) == pytest.approx(places[0], abs=1e-11)
    assert near.grid_share == pytest.approx(0.743, abs=2e-3)
    assert [round(one.share, 2) for one in near.shares] == [0.74, 0.26]
    assert sum(one.share for one in near.shares) == pytest.approx(1.0, abs=1e-9)
    assert (clear.grid_share, clear.shares) == (1.0, ())
    assert on_line.grid_share == pytest.approx(0.5, abs=1e-3)
