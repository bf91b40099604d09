"""Reports are checked, masked, located and stored once."""

from __future__ import annotations

from dataclasses import replace
from pathlib import Path
from typing import Any

import numpy as np
import pytest
from square import NOW, SOUTH, STEP, WEST, StillClock, fill

from mapsvc.errors import BadInput, BadRows
from mapsvc.model.account import Actor
from mapsvc.model.address import Answer, Geocoded, Precision
from mapsvc.model.report_in import ReportIn
from mapsvc.ports import Store
from mapsvc.services.intake.intake import Intake
from mapsvc.services.scene.scene import Stage
from mapsvc.store.memory import MemoryStore
from mapsvc.store.sqlite import SqliteStore

ACTOR = Actor("channel-app", channel="app")
CENTRE = (WEST + 1.5 * STEP, SOUTH + 1.5 * STEP)


@pytest.fixture(params=["memory", "sqlite"])
def store(request: pytest.FixtureRequest, tmp_path: Path) -> Any:
    made: Store = MemoryStore() if request.param == "memory" else SqliteStore.open(tmp_path / "store.gpkg")
    yield fill(made)  # type: ignore[arg-type]
    made.close()


@pytest.fixture
def intake(store: Store) -> Intake:
    return Intake(Stage(store, StillClock()))


def report(**changes: Any) -> ReportIn:
    return replace(ReportIn("r-1", "lamp", "Lamp out", "", "wgs84", *CENTRE, "", 5.0), **changes)


def test_a_report_is_located_and_waits_as_reported(intake: Intake, store: Store) -> None:
    receipt = intake.take_one(report(text="At the gate", level=3), "app", ACTOR)
    assert (receipt.grid, receipt.certainty, receipt.grid_share, receipt.status) == ("22", "certain", 1.0, "reported")
    assert (receipt.lon, receipt.lat) == CENTRE
    stored = store.get_incident(receipt.id)
    assert (stored.channel, stored.channel_ref, stored.text, stored.level) == ("app", "r-1", "At the gate", 3)
    assert (stored.occurred_at, stored.reported_at, stored.due_at, stored.given) == (NOW, NOW, None, None)
    event = store.list_events(receipt.seq - 1)[0]
    assert (event.kind, event.subject, event.post) == ("incident.reported", receipt.id, "channel-app")


def test_a_retry_stores_nothing_and_answers_the_same_incident(intake: Intake, store: Store) -> None:
    first = intake.take_one(report(), "app", ACTOR)
    n, seq = store.count_incidents(), store.seq()
    again = intake.take_one(report(title="Another title"), "app", ACTOR)
    assert (again.id, again.is_new, again.grid) == (first.id, False, "22")
    assert (store.count_incidents(), store.seq()) == (n, seq)
    assert store.get_incident(first.id).title == "Lamp out"


def test_the_same_reference_of_another_channel_is_another_report(intake: Intake) -> None:
    assert intake.take_one(report(), "app", ACTOR).id != intake.take_one(report(), "hotline", ACTOR).id


def test_a_batch_sent_twice_is_stored_once_with_the_same_ids(intake: Intake, store: Store) -> None:
    batch = [report(ref=f"b{number}") for number in range(20)]
    once = intake.take(batch, "app", ACTOR)
    more = intake.take([*batch, report(ref="b20"), report(ref="b20")], "app", ACTOR)
    assert once.is_new.all()
    assert more.ids[:20] == once.ids
    assert more.is_new.tolist() == [False] * 20 + [True, False]
    assert more.ids[20] == more.ids[21]
    events = store.list_events(once.seq - 1)
    assert [event.kind for event in events] == ["incidents.reported", "incidents.reported"]


def test_a_batch_with_wrong_rows_stores_nothing_and_names_them(intake: Intake, store: Store) -> None:
    n, seq = store.count_incidents(), store.seq()
    bad = [
        report(ref="1"),
        report(ref="2", task_type="nothing"),
        report(ref="3", occurred_at=NOW + 301),
        report(ref="4", occurred_at=946_684_799),
        report(ref="5", datum="mars"),
        report(ref="6", x=200.0),
        report(ref="7", x=0.0, y=0.0),
        report(ref="13812345678"),
    ]
    with pytest.raises(BadRows) as refused:
        intake.take(bad, "app", ACTOR)
    assert [(row, name) for row, name, _ in refused.value.rows] == [
        (1, "type"),
        (2, "occurred_at"),
        (3, "occurred_at"),
        (4, "datum"),
        (5, "lon"),
        (6, "lon"),
        (7, "ref"),
    ]
    assert refused.value.field == "reports[1].type"
    assert (store.count_incidents(), store.seq()) == (n, seq)


def test_a_single_wrong_report_names_its_member_alone(intake: Intake) -> None:
    with pytest.raises(BadInput) as refused:
        intake.take_one(report(task_type="nothing"), "app", ACTOR)
    assert refused.value.field == "type"


def test_none_and_too_many_are_refused(intake: Intake) -> None:
    for batch in ([], [report()] * 10_001):
        with pytest.raises(BadInput):
            intake.take(batch, "app", ACTOR)


def test_a_clock_a_little_ahead_is_taken_as_now(intake: Intake, store: Store) -> None:
    receipt = intake.take_one(report(occurred_at=NOW + 300), "app", ACTOR)
    assert store.get_incident(receipt.id).occurred_at == NOW


def test_numbers_of_people_are_gone_before_anything_is_stored(intake: Intake, store: Store) -> None:
    receipt = intake.take_one(
        report(title="Call 13812345678", text="身份证620902199001011234", address="12 Main St, 0937-2612345"),
        "app",
        ACTOR,
    )
    stored = store.get_incident(receipt.id)
    assert (stored.title, stored.text, stored.place.address) == ("Call ***", "身份证***", "12 Main St, ***")
    assert [note.rule for note in receipt.notes] == ["masked"] * 3


def test_a_position_keeps_the_datum_and_the_numbers_as_given(intake: Intake, store: Store) -> None:
    from mapsvc.geo.datum import wgs84_to_gcj02

    lon, lat = (float(value) for value in wgs84_to_gcj02(*CENTRE))
    receipt = intake.take_one(report(datum="GCJ02", x=lon, y=lat), "app", ACTOR)
    stored = store.get_incident(receipt.id)
    assert stored.place.datum == "gcj02"
    assert stored.given == (lon, lat)
    assert np.allclose((stored.place.lon, stored.place.lat), CENTRE, atol=1e-9)
    assert receipt.grid == "22"


def test_a_projected_position_is_read_in_its_zone(intake: Intake, store: Store) -> None:
    from mapsvc.geo.crs import projector

    x, y = (float(value) for value in projector(4542).forward(*CENTRE))
    receipt = intake.take_one(report(datum="epsg:4542", x=x, y=y), "app", ACTOR)
    assert store.get_incident(receipt.id).place.datum == "EPSG:4542"
    assert receipt.grid == "22"


def test_a_point_near_a_line_carries_its_shares(intake: Intake, store: Store) -> None:
    receipt = intake.take_one(report(x=WEST + STEP + 1e-5, accuracy_m=20.0), "app", ACTOR)
    assert receipt.certainty == "boundary"
    assert {share.grid_code for share in receipt.shares} == {"21", "22"}
    assert sum(share.share for share in receipt.shares) == pytest.approx(1.0)
    assert store.get_incident(receipt.id).shares == receipt.shares


def test_a_point_outside_the_plan_is_kept_as_outside(intake: Intake) -> None:
    receipt = intake.take_one(report(x=WEST - 1.0), "app", ACTOR)
    assert (receipt.grid, receipt.certainty) == ("", "outside")


def test_the_type_decides_what_is_sensitive(intake: Intake, store: Store) -> None:
    receipt = intake.take_one(report(task_type="dispute"), "app", ACTOR)
    assert store.get_incident(receipt.id).sensitive
    again = intake.take_one(report(task_type="dispute"), "app", ACTOR)
    assert (again.lon, again.lat, again.grid) == (None, None, "22")


def test_too_many_datums_are_refused_before_any_is_looked_up(intake: Intake) -> None:
    with pytest.raises(BadInput) as refused:
        intake.take([report(ref=str(n), datum=f"EPSG:{4500 + n}") for n in range(9)], "app", ACTOR)
    assert refused.value.field == "datum"


class Book:
    """Knows three addresses."""

    def geocode(self, text: str) -> Geocoded:
        one = Answer(*CENTRE, Precision.BUILDING, 20.0, 1.0, "12 Main St")
        two = Answer(WEST + 0.005, SOUTH + 0.005, Precision.BUILDING, 20.0, 1.0, "12 Main St (south)")
        known = {"12 Main St": (one,), "Main St 12": (one, two)}
        if text == "???":
            raise BadInput("This is no address.", field="q")
        return Geocoded(text, {}, known.get(text, ()), "" if text in known else "number 99")


@pytest.mark.parametrize(
    ("address", "rule"),
    [
        ("12 Main St", None),
        ("Main St 12", "address_several"),
        ("99 Main St", "address_unknown"),
        ("???", "address_unknown"),
    ],
)
def test_an_address_becomes_a_place_or_waits_in_the_queue(store: Store, address: str, rule: str | None) -> None:
    intake = Intake(Stage(store, StillClock()), lambda: Book())
    receipt = intake.take_one(report(x=None, y=None, datum="", accuracy_m=None, address=address), "app", ACTOR)
    stored = store.get_incident(receipt.id)
    assert stored.place.method == "address"
    assert stored.place.address == address
    if rule is None:
        assert (receipt.grid, stored.place.accuracy_m, stored.place.precision) == ("22", 20.0, "building")
        assert not receipt.notes
        return
    assert (receipt.certainty, receipt.lon, stored.place.lon) == ("unlocated", None, None)
    assert [note.rule for note in receipt.notes] == [rule]
    if rule == "address_several":
        assert [answer["label"] for answer in receipt.notes[0].more["answers"]] == ["12 Main St", "12 Main St (south)"]


def test_without_a_geocoder_an_address_waits_in_the_queue(intake: Intake) -> None:
    receipt = intake.take_one(report(x=None, y=None, address="12 Main St"), "app", ACTOR)
    assert receipt.certainty == "unlocated"


def test_without_any_plan_reports_are_kept_all_the_same() -> None:
    from mapsvc.model.task_type import TaskType

    store = MemoryStore()
    store.put_task_types([TaskType("lamp", "Lamp")], at=NOW, post="test")
    receipt = Intake(Stage(store, StillClock())).take_one(report(), "app", ACTOR)
    assert (receipt.grid, receipt.certainty) == ("", "outside")


def test_a_batch_in_a_wrong_datum_is_stored_as_given_with_a_finding_that_names_it(intake: Intake, store: Store) -> None:
    from mapsvc.geo.datum import wgs84_to_bd09

    rng = np.random.default_rng(7)
    lon, lat = rng.uniform(WEST, WEST + 3 * STEP, 200), rng.uniform(SOUTH, SOUTH + 3 * STEP, 200)
    x, y = wgs84_to_bd09(lon, lat)
    for datum, wrong in (("bd09", False), ("wgs84", True)):
        batch = [
            report(ref=f"{datum}{n}", datum=datum, x=float(x[n]), y=float(y[n]), accuracy_m=None) for n in range(200)
        ]
        taken = intake.take(batch, "app", ACTOR)
        assert [note.rule for note in taken.notes] == (["datum"] if wrong else [])
        if wrong:
            assert "bd09" in taken.notes[0].message.lower()
            assert (store.get_incident(taken.ids[3]).place.lon, taken.notes[0].row) == (float(x[3]), -1)


def test_a_position_far_from_its_own_address_is_told(store: Store) -> None:
    from mapsvc.geo.datum import wgs84_to_gcj02

    lon, lat = (float(value) for value in wgs84_to_gcj02(*CENTRE))
    intake = Intake(Stage(store, StillClock()), lambda: Book())
    right = intake.take_one(report(ref="a", address="12 Main St"), "app", ACTOR)
    wrong = intake.take_one(report(ref="b", address="12 Main St", x=lon, y=lat), "app", ACTOR)
    assert right.notes == ()
    assert [note.rule for note in wrong.notes] == ["datum"]
    assert store.get_incident(wrong.id).place.method == "gps"
