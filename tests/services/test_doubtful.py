"""Counts with an interval: the doubtful rows of a snapshot, kept while reports come in, and the figures on the desk."""

from __future__ import annotations

import numpy as np
import pytest
from square import DAY, NOW, SOUTH, STEP, WEST, StillClock, fill

from mapsvc.model.incident import IncidentBatch
from mapsvc.model.query import Query
from mapsvc.services.scene.doubtful import Doubtful, DoubtfulBook
from mapsvc.services.scene.placing import place
from mapsvc.services.scene.scene import Scene, Stage
from mapsvc.services.view.desk import desk
from mapsvc.store.memory import MemoryStore

M_EAST = 85_700.0


def add(stage: Stage, metres: list[float], accuracy_m: float, start: int) -> None:
    """Incidents west of the line between 12 and 13."""
    lon = WEST + 2 * STEP - np.array(metres) / M_EAST
    lat = np.full(len(metres), SOUTH + STEP / 2)
    plan = stage.plan(Query())
    placed = place(plan, lon, lat, accuracy_m)
    codes = np.array([*plan.plan.codes, ""], dtype=object)[placed.grid]
    columns = {
        "channel_ref": [f"x{start + number}" for number in range(len(metres))],
        "task_type": "waste",
        "occurred_at": NOW - DAY,
        "lon": lon,
        "lat": lat,
        "accuracy_m": accuracy_m,
        "grid_code": codes,
        "certainty": placed.certainty,
        "grid_share": placed.grid_share,
        "shares": placed.shares,
    }
    stage.store.add_incidents(IncidentBatch("test", len(metres), columns), at=NOW, post="test", source="test")


@pytest.fixture
def stage() -> Stage:
    return Stage(fill(MemoryStore()), StillClock(NOW))


def table(found: Doubtful, n: int) -> np.ndarray:
    filled = np.zeros((len(found.rows), n + 1))
    filled[found.point, found.grid] = found.share
    return filled


def anew(scene: Scene, stage: Stage) -> np.ndarray:
    return table(DoubtfulBook(stage.store).get(scene.columns, scene.located, scene.plan), 9)


def test_rows_near_a_line_have_the_shares_of_their_grids_and_new_ones_join_those_known(stage: Stage) -> None:
    scene = stage.scene(Query())
    first = scene.doubtful()
    assert first.rows.tolist() == [5]
    assert table(first, 9)[0, [1, 2]] == pytest.approx([0.5, 0.5], abs=1e-3)
    add(stage, [3.0, 300.0, -6.0, 8.0], 15.0, 0)
    scene = stage.scene(Query())
    second = scene.doubtful()
    assert len(second.rows) == 4
    assert table(second, 9).sum(axis=1) == pytest.approx([1.0] * 4, abs=1e-9)
    assert table(second, 9) == pytest.approx(anew(scene, stage), abs=1e-4)
    stage.store.reassign(
        "p1", np.array([9]), ["11"], np.array([0], np.int32), np.array([0], np.int8), at=NOW, post="test"
    )
    scene = stage.scene(Query())
    assert len(scene.doubtful().rows) == 3
    assert table(scene.doubtful(), 9) == pytest.approx(anew(scene, stage), abs=1e-4)


def test_only_new_rows_are_worked_out(stage: Stage, monkeypatch: pytest.MonkeyPatch) -> None:
    asked: list[int] = []
    load = stage.store.load_accuracy

    def counted(fids: np.ndarray) -> np.ndarray:
        asked.append(len(fids))
        return load(fids)

    book = DoubtfulBook(stage.store)
    add(stage, [3.0, 4.0], 15.0, 0)
    monkeypatch.setattr(stage.store, "load_accuracy", counted)
    for start in (10, 20):
        scene = stage.scene(Query())
        book.get(scene.columns, scene.located, scene.plan)
        add(stage, [5.0], 15.0, start)
    assert asked == [3, 1]


def test_stored_shares_are_those_worked_out_but_for_their_last_digit(stage: Stage) -> None:
    add(stage, [3.0, -6.0, 8.0], 15.0, 0)
    add(stage, [0.0], float("nan"), 10)
    scene = stage.scene(Query())
    stored = DoubtfulBook(stage.store).get(scene.columns, scene.located, scene.plan, stored=True)
    assert table(stored, 9) == pytest.approx(anew(scene, stage), abs=2e-3)
    assert len(stored.rows) == 5


def test_the_desk_tells_the_interval_of_each_grids_count(stage: Stage) -> None:
    rows = {row["code"]: row for row in desk(stage.scene(Query()), Query(), None, {})["grids"]}
    # The only doubtful one happened before the interval.
    assert [(row["count"], row["count_low"], row["count_high"]) for row in rows.values()] == [
        (row["count"],) * 3 for row in rows.values()
    ]
    add(stage, [2.0] * 10, 15.0, 0)
    add(stage, [200.0] * 3, 15.0, 50)
    rows = {row["code"]: row for row in desk(stage.scene(Query()), Query(), None, {})["grids"]}
    west, east = rows["12"], rows["13"]
    assert (west["count"], east["count"]) == (13, 0)
    # Ten at 2 m with 15 m: each lies in 12 with 0.58.
    assert (west["count_low"], west["count_high"]) == (3 + 3, 3 + 9)
    assert (east["count_low"], east["count_high"]) == (1, 7)
    assert (rows["33"]["count_low"], rows["33"]["count_high"]) == (rows["33"]["count"],) * 2
