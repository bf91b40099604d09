"""Placing many points, and asking for one: the same grids, certainties and shares; the line beside the point."""

from __future__ import annotations

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from square import NOW, SOUTH, STEP, WEST, StillClock, fill, square_plan

from mapsvc.geo.datum import from_wgs84
from mapsvc.model.incident import CERTAINTIES, CERTAINTY_CODE, Certainty, read_shares
from mapsvc.model.query import Query
from mapsvc.services.scene.datum_check import check_datum
from mapsvc.services.scene.placing import place
from mapsvc.services.scene.plans import PlanInUse
from mapsvc.services.scene.scene import Stage
from mapsvc.services.view.point import AskedPoint, locate_point
from mapsvc.store.memory import MemoryStore

M_EAST, M_NORTH = 85_700.0, 111_040.0
CERTAIN, BOUNDARY, OUTSIDE, UNLOCATED = (CERTAINTY_CODE[one] for one in Certainty)


@pytest.fixture(scope="module")
def plan() -> PlanInUse:
    store = MemoryStore()
    fill(store)
    return Stage(store, StillClock(NOW)).plan(Query())


def test_each_point_gets_grid_certainty_share_and_the_text_of_its_candidates(plan: PlanInUse) -> None:
    lon = WEST + STEP - np.array([300, 5, 5, 0, np.nan, -400]) / M_EAST
    lat = np.array([SOUTH + STEP / 2] * 5 + [SOUTH - STEP])
    placed = place(plan, lon, lat, [20.0, 20.0, np.nan, np.nan, 20.0, 20.0])
    assert placed.grid.tolist() == [0, 0, 0, 0, -1, -1]
    assert placed.certainty.tolist() == [CERTAIN, BOUNDARY, CERTAIN, BOUNDARY, UNLOCATED, OUTSIDE]
    assert placed.grid_share == pytest.approx([1, 0.647, 1, 0.5, 0, 0], abs=2e-3)
    assert [bool(text) for text in placed.shares] == [False, True, False, False, False, False]
    shares = read_shares(placed.shares[1])
    assert [one.grid_code for one in shares] == ["11", "12"]
    assert sum(one.share for one in shares) == pytest.approx(1.0, abs=1e-9)
    assert shares[0].share == pytest.approx(placed.grid_share[1], abs=1e-4)


def test_at_the_frame_a_part_lies_outside_and_is_named_so(plan: PlanInUse) -> None:
    placed = place(plan, WEST + 3 / M_EAST, SOUTH + STEP / 2, 20.0)
    shares = read_shares(placed.shares[0])
    assert [one.grid_code for one in shares] == ["11", ""]
    assert place(plan, [], [], []).shares == []


@settings(max_examples=60, deadline=None)
@given(st.floats(-0.3, 3.3), st.floats(-0.3, 3.3), st.sampled_from([None, 3.0, 40.0, 400.0, 2000.0]))
def test_one_point_asked_alone_is_answered_as_when_placed(
    plan: PlanInUse, across: float, up: float, accuracy_m: float | None
) -> None:
    lon, lat = WEST + across * STEP, SOUTH + up * STEP
    placed = place(plan, lon, lat, np.nan if accuracy_m is None else accuracy_m)
    told = locate_point(AskedPoint(lon, lat, "wgs84", accuracy_m), plan, 1)
    assert told["grid"] == (None if placed.grid[0] < 0 else plan.plan.codes[placed.grid[0]])
    assert told["certainty"] == CERTAINTIES[placed.certainty[0]].value
    assert sum(one["share"] for one in told["shares"]) == pytest.approx(1.0, abs=1e-9)
    if placed.shares[0]:
        stored = [(one.grid_code or None, one.share) for one in read_shares(placed.shares[0])]
        assert [(one["grid"], one["share"]) for one in told["shares"]] == stored
    own = {one["grid"]: one["share"] for one in told["shares"]}.get(told["grid"], 0.0)
    if told["certainty"] == "certain":
        assert own >= 0.9
    beside = 1000 if told["near"] == [] else told["near"][0]["distance_m"]
    assert told["line"]["distance_m"] <= beside + 0.1


def test_the_line_is_told_with_distance_bearing_and_the_grid_beyond_it(plan: PlanInUse) -> None:
    told = locate_point(AskedPoint(WEST + STEP - 9.4 / M_EAST, SOUTH + STEP / 2, "wgs84", 15.0), plan, 1)
    assert told["line"]["distance_m"] == pytest.approx(9.4, abs=0.1)
    assert told["line"]["bearing_deg"] == pytest.approx(90, abs=0.5)
    assert told["line"]["grid"] == "12"
    assert told["shares"][0] == {"grid": "11", "share": pytest.approx(0.829, abs=2e-3)}
    frame = locate_point(AskedPoint(WEST + 9.4 / M_EAST, SOUTH + STEP / 2, "wgs84", 15.0), plan, 1)
    assert frame["line"]["grid"] is None
    assert frame["shares"][1]["grid"] is None
    outside = locate_point(AskedPoint(WEST - 9.4 / M_EAST, SOUTH + STEP / 2), plan, 1)
    assert (outside["line"]["grid"], outside["shares"]) == ("11", [{"grid": None, "share": 1.0}])


def test_a_single_report_in_another_datum_than_it_says_is_told_by_frame_or_address(plan: PlanInUse) -> None:
    lon, lat = WEST + 3 * STEP - 0.001, SOUTH + STEP
    x, y = (float(value) for value in from_wgs84(lon, lat, "bd09"))
    finding = check_datum(plan, x, y, "wgs84")
    assert finding is not None
    assert (finding.rule.value, finding.severity.value) == ("datum", "warning")
    assert finding.message == "The point given as wgs84 lies outside the plan, but inside it if read as BD-09 (bd09)."
    assert check_datum(plan, x, y, "bd09") is None
    x, y = (float(value) for value in from_wgs84(WEST + STEP, SOUTH + STEP, "gcj02"))
    assert check_datum(plan, x, y, "wgs84") is None
    finding = check_datum(plan, x, y, "wgs84", at_lon=WEST + STEP, at_lat=SOUTH + STEP)
    assert finding is not None
    assert "from the address, but 0 m if read as GCJ-02 (gcj02)." in finding.message
    assert 95 < finding.size < 115
    assert check_datum(plan, np.nan, np.nan, "wgs84") is None


def test_a_batch_is_told_by_its_middle(plan: PlanInUse) -> None:
    lon, lat = np.random.default_rng(2).uniform((WEST, SOUTH), (WEST + 3 * STEP, SOUTH + 3 * STEP), (300, 2)).T
    x, y = from_wgs84(lon, lat, "gcj02")
    finding = check_datum(plan, x, y, "wgs84", at_lon=lon, at_lat=np.where(np.arange(300) % 3, lat, np.nan))
    assert finding is not None
    assert finding.message.startswith("The points given as wgs84 lie ")
    assert check_datum(plan, x, y, "gcj02", at_lon=lon, at_lat=lat) is None
    swapped = check_datum(plan, lat, lon, "wgs84")
    assert swapped is not None
    assert "if longitude and latitude were swapped" in swapped.message


def test_a_plan_without_ground_has_no_line(plan: PlanInUse) -> None:
    empty = PlanInUse(square_plan(grids=()), ("none", 1), plan.index_of)
    told = locate_point(AskedPoint(WEST, SOUTH, "wgs84", 10.0), empty, 1)
    assert (told["line"], told["grid"], told["shares"]) == (None, None, [{"grid": None, "share": 1.0}])
