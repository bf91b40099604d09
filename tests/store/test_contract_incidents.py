"""The contract of incidents."""

from __future__ import annotations

import numpy as np
import pytest
from store_samples import batch, plan

from mapsvc.errors import BadInput, NotFound
from mapsvc.model.incident import CERTAINTY_CODE, STATUS_CODE, Certainty, IncidentBatch, Status
from mapsvc.model.place import Method
from mapsvc.ports import Store

AT, POST = 1_760_000_000, "cli"


def add(store: Store, given: IncidentBatch):
    return store.add_incidents(given, at=AT, post=POST, source="calls.csv")


def test_an_incident_comes_back_as_it_was_given(store: Store):
    added = add(
        store,
        batch(
            ["a"],
            lon=98.4912345678901,
            lat=39.7398765432109,
            title="Noise <b>{{7*191}}</b>",
            text="半夜吵闹",
            address="1 Elm Lane",
            reported_at=1_700_000_100,
            closed_at=np.array([1_700_009_000]),
            due_at=1_700_005_000,
            level=3,
            status=STATUS_CODE[Status.CLOSED],
            certainty=CERTAINTY_CODE[Certainty.BOUNDARY],
            grid_code="G11",
            grid_share=0.75,
            accuracy_m=12.5,
            datum="gcj02",
            method="gps",
            precision="door",
            departments="pol crt",
            sensitive=True,
        ),
    )
    assert (added.first_fid, added.last_fid) == (1, 1)
    found = store.get_incident("i1")
    assert (found.id, found.channel, found.channel_ref, found.task_type) == ("i1", "911", "a", "noise")
    assert (found.title, found.text) == ("Noise <b>{{7*191}}</b>", "半夜吵闹")
    place = found.place
    assert (place.lon, place.lat, place.datum, place.method) == (
        98.4912345678901,
        39.7398765432109,
        "gcj02",
        Method.GPS,
    )
    assert (place.accuracy_m, place.address, place.precision) == (12.5, "1 Elm Lane", "door")
    assert (found.occurred_at, found.reported_at) == (1_700_000_000, 1_700_000_100)
    assert (found.closed_at, found.due_at, found.level) == (1_700_009_000, 1_700_005_000, 3)
    assert (found.status, found.certainty) == (Status.CLOSED, Certainty.BOUNDARY)
    assert (found.grid_code, found.grid_share) == ("G11", 0.75)
    assert found.departments == ("pol", "crt")
    assert found.sensitive is True


def test_an_incident_with_defaults_has_no_place_no_grid_and_no_end(store: Store):
    add(store, IncidentBatch("911", 1, {"channel_ref": "a", "task_type": "noise", "occurred_at": 7}))
    found = store.get_incident("i1")
    assert (found.place.lon, found.place.lat, found.place.accuracy_m) == (None, None, None)
    assert (found.closed_at, found.due_at, found.grid_code, found.level) == (None, None, "", 1)
    assert (found.status, found.certainty, found.departments) == (Status.REPORTED, Certainty.UNLOCATED, ())
    columns = store.load_columns()
    assert np.isnan(columns.lon).all()
    assert np.isnan(columns.lat).all()
    assert (columns.grid.tolist(), columns.grid_codes) == ([-1], ())


def test_rows_stored_before_or_earlier_in_the_batch_are_left_out(store: Store):
    first = add(store, batch(["a", "b", "a", "c"]))
    assert first.is_new.tolist() == [True, True, False, True]
    assert (first.first_fid, first.last_fid) == (1, 3)
    second = add(store, batch(["d", "b", "d", "e"]))
    assert second.is_new.tolist() == [True, False, False, True]
    assert (second.first_fid, second.last_fid) == (4, 5)
    assert second.event is not None
    assert second.event.data == {"channel": "911", "first_fid": 4, "last_fid": 5, "n": 2, "duplicates": 2}
    assert [store.get_incident(f"i{fid}").channel_ref for fid in range(1, 6)] == ["a", "b", "c", "d", "e"]


def test_each_row_tells_where_it_is_now_new_known_or_twice(store: Store):
    assert add(store, batch(["a", "b", "a", "c"])).fids.tolist() == [1, 2, 1, 3]
    assert add(store, batch(["d", "b", "d", "e", "a"])).fids.tolist() == [4, 2, 4, 5, 1]
    assert add(store, batch(["e", "a"])).fids.tolist() == [5, 1]
    assert add(store, batch(["a"], channel="12345")).fids.tolist() == [6]
    assert add(store, batch([])).fids.tolist() == []


def test_a_report_names_itself_in_the_journal_and_a_retry_gives_its_id_again(store: Store):
    given = batch(["a"], grid_code="G11", certainty=CERTAINTY_CODE[Certainty.BOUNDARY], dispatched_at=5)
    for seq in (1, 1):
        added = store.add_incidents(given, at=AT, post="app", source="app", kind="incident.reported")
        assert (added.fids.tolist(), store.seq()) == ([1], seq)
    (event,) = store.list_events()
    assert (event.kind, event.subject, event.post) == ("incident.reported", "i1", "app")
    assert event.data == {"channel": "911", "task_type": "noise", "grid": "G11", "certainty": "boundary"}
    assert store.get_incident("i1").dispatched_at == 5
    assert store.get_incident("i1").revision == 0


def test_a_batch_of_reports_is_one_event_with_its_range(store: Store):
    given = batch(["a", "b", "a"])
    event = store.add_incidents(given, at=AT, post="app", source="hotline", kind="incidents.reported").event
    assert event is not None
    assert (event.kind, event.subject) == ("incidents.reported", "hotline")
    assert event.data == {"channel": "911", "first_fid": 1, "last_fid": 2, "n": 2, "duplicates": 1}


@pytest.mark.parametrize(("kind", "refs"), [("incident.reported", ["a", "b"]), ("incident.closed", ["a"]), ("", ["a"])])
def test_rows_are_not_added_under_another_name(store: Store, kind: str, refs: list[str]):
    with pytest.raises(BadInput) as caught:
        store.add_incidents(batch(refs), at=AT, post="app", source="app", kind=kind)
    assert caught.value.field == "kind"
    assert (store.count_incidents(), store.seq()) == (0, 0)


def test_the_same_reference_from_another_channel_is_another_matter(store: Store):
    add(store, batch(["a"]))
    assert add(store, batch(["a"], channel="12345")).is_new.tolist() == [True]
    assert store.count_incidents() == 2


def test_a_batch_with_no_new_row_writes_no_event(store: Store):
    add(store, batch(["a", "b"]))
    again = add(store, batch(["b", "a"]))
    assert again.event is None
    assert again.is_new.tolist() == [False, False]
    assert len(range(again.first_fid, again.last_fid + 1)) == 0
    assert store.seq() == 1
    nothing = add(store, batch([]))
    assert (len(nothing.is_new), nothing.event) == (0, None)


@pytest.mark.parametrize(
    ("columns", "field"),
    [
        ({"task_type": None}, "task_type"),
        ({"lon": np.array([1.0])}, "lon"),
        ({"colour": "red"}, "colour"),
        ({"status": 12}, "status"),
        ({"certainty": np.array([0, -1])}, "certainty"),
        ({"lon": np.array([np.nan, 98.5])}, "lon"),
        ({"lat": np.array([np.inf, 39.7])}, "lon"),
        ({"occurred_at": ["yesterday", "today"]}, "occurred_at"),
        ({"occurred_at": np.array([np.nan, 1.0])}, "occurred_at"),
        ({"method": "rumour"}, "method"),
        ({"given_x": np.array([1.0, np.nan])}, "given_x"),
        ({"given_y": np.array([np.inf, 1.0]), "given_x": 1.0}, "given_x"),
    ],
)
def test_a_batch_that_makes_no_sense_is_refused_as_a_whole(store: Store, columns: dict[str, object], field: str):
    with pytest.raises(BadInput) as caught:
        add(store, batch(["a", "b"], **columns))
    assert caught.value.field == field
    assert store.count_incidents() == 0


@pytest.mark.parametrize("wrong", ["i3", "i0", "i-1", "3", "", "i", "ix", "i٣", "i" + "9" * 30])
def test_an_id_that_names_no_incident_is_not_found(store: Store, wrong: str):
    add(store, batch(["a", "b"]))
    with pytest.raises(NotFound):
        store.get_incident(wrong)


def test_incidents_are_listed_in_the_order_asked_without_unknown_ones(store: Store):
    add(store, batch([f"r{i}" for i in range(2000)]))
    asked = [5, 99999, 1, 3, 5, 0]
    assert [found.id for found in store.list_incidents(asked)] == ["i5", "i1", "i3", "i5"]
    many = list(range(2000, 0, -1))
    assert [found.id for found in store.list_incidents(many)] == [f"i{fid}" for fid in many]
    assert store.list_incidents([]) == []


def test_accuracy_is_told_for_each_incident_asked_for_and_nan_where_nobody_stated_it(store: Store):
    add(store, batch(["a", "b", "c"], accuracy_m=[12.5, float("nan"), 0.0]))
    told = store.load_accuracy(np.array([3, 99, 1, 2, 1, 0]))
    np.testing.assert_array_equal(told, [0.0, np.nan, 12.5, np.nan, 12.5, np.nan])
    assert len(store.load_accuracy(np.zeros(0, np.int64))) == 0


def test_columns_hold_what_the_rows_hold(store: Store):
    add(
        store,
        batch(
            ["a", "b", "c", "d"],
            task_type=["noise", "appeal", "noise", "fire"],
            lon=np.array([98.481, np.nan, 98.5, -0.0]),
            lat=np.array([39.721, np.nan, 39.74, 0.0]),
            occurred_at=[10, -20, 2**40, 0],
            due_at=[0, 5, 0, 6],
            closed_at=[7, 0, 0, 0],
            reported_at=[1, 2**41, 0, -4],
            dispatched_at=[0, 0, 2**40, 3],
            status=[0, 11, 5, 9],
            certainty=[0, 3, 1, 2],
            grid_code=["G01", "", "G00", ""],
            sensitive=[False, True, False, True],
        ),
    )
    columns = store.load_columns()
    assert len(columns) == 4
    assert columns.fid.tolist() == [1, 2, 3, 4]
    np.testing.assert_array_equal(columns.lon, [98.481, np.nan, 98.5, -0.0])
    assert np.signbit(columns.lon[3])
    np.testing.assert_array_equal(columns.lat, [39.721, np.nan, 39.74, 0.0])
    assert columns.occurred_at.tolist() == [10, -20, 2**40, 0]
    assert columns.due_at.tolist() == [0, 5, 0, 6]
    assert columns.closed_at.tolist() == [7, 0, 0, 0]
    assert columns.reported_at.tolist() == [1, 2**41, 0, -4]
    assert columns.dispatched_at.tolist() == [0, 0, 2**40, 3]
    assert columns.task_types == ("appeal", "fire", "noise")
    assert columns.task_type.tolist() == [2, 0, 2, 1]
    assert columns.status.tolist() == [0, 11, 5, 9]
    assert columns.certainty.tolist() == [0, 3, 1, 2]
    assert columns.grid_codes == ("G00", "G01")
    assert columns.grid.tolist() == [1, -1, 0, -1]
    assert columns.sensitive.tolist() == [False, True, False, True]
    kinds = [(name, getattr(columns, name).dtype.str[1:]) for name in ("fid", "lon", "task_type", "status", "grid")]
    assert kinds == [("fid", "i8"), ("lon", "f8"), ("task_type", "i2"), ("status", "i1"), ("grid", "i4")]
    assert columns.sensitive.dtype == np.bool_


def test_columns_of_an_empty_store_are_empty(store: Store):
    columns = store.load_columns()
    assert len(columns) == 0
    assert (columns.task_types, columns.grid_codes, columns.lon.dtype) == ((), (), np.float64)


def test_columns_after_a_fid_hold_only_the_later_incidents(store: Store):
    add(store, batch(["a", "b"], task_type="noise", grid_code="G00"))
    add(store, batch(["c", "d"], task_type="fire", grid_code="G01"))
    later = store.load_columns(after_fid=2)
    assert later.fid.tolist() == [3, 4]
    assert (later.task_types, later.grid_codes) == (("fire",), ("G01",))
    assert len(store.load_columns(after_fid=4)) == 0


def test_reassign_sets_grid_and_certainty_of_the_named_incidents_only(store: Store):
    store.put_plan(plan(), at=AT, post=POST)
    add(store, batch(["a", "b", "c", "d"], grid_code="G22", certainty=0))
    event = store.reassign(
        "p1",
        np.array([4, 2, 77]),
        ["G00", "G01"],
        np.array([1, -1, 0], np.int32),
        np.array([1, 2, 0], np.int8),
        at=AT,
        post=POST,
    )
    assert event.data == {"n": 2}
    columns = store.load_columns()
    assert [columns.grid_codes[i] if i >= 0 else "" for i in columns.grid] == ["G22", "", "G22", "G01"]
    assert columns.certainty.tolist() == [0, 2, 0, 1]
    assert store.get_incident("i4").grid_code == "G01"
    assert store.get_incident("i2").certainty is Certainty.OUTSIDE


def test_reassign_under_an_unknown_plan_or_to_an_unknown_grid_changes_nothing(store: Store):
    add(store, batch(["a"], grid_code="G22"))
    with pytest.raises(NotFound):
        store.reassign("p9", np.array([1]), ["G00"], np.array([0], np.int32), np.array([0], np.int8), at=AT, post=POST)
    store.put_plan(plan(), at=AT, post=POST)
    for grid, certainty in ((1, 0), (-2, 0), (0, 4)):
        with pytest.raises(BadInput):
            store.reassign(
                "p1",
                np.array([1]),
                ["G00"],
                np.array([grid], np.int32),
                np.array([certainty], np.int8),
                at=AT,
                post=POST,
            )
    assert store.get_incident("i1").grid_code == "G22"
    assert store.seq() == 2
