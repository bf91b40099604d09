"""Publishing on the demo: what the incidents carry afterwards is what a full count of the new edition gives."""

from __future__ import annotations

import random
from collections.abc import Iterator
from datetime import timedelta
from pathlib import Path
from typing import Any

import numpy as np
import pytest
from square import StillClock

from mapsvc.config import Config
from mapsvc.errors import BadQuery, Behind, Refused
from mapsvc.model.incident import write_shares
from mapsvc.model.query import Query
from mapsvc.ports import Store
from mapsvc.services.exchange.assigner import Assigner
from mapsvc.store.memory import MemoryStore
from mapsvc.store.sqlite import SqliteStore
from mapsvc.wiring import Services, assemble, load_demo_into


@pytest.fixture(params=["memory", "sqlite"])
def services(request: pytest.FixtureRequest, tmp_path: Path) -> Iterator[Services]:
    store: Any = MemoryStore() if request.param == "memory" else SqliteStore.open(tmp_path / "mapsvc.gpkg")
    made = assemble(Config(tmp_path), store, StillClock())
    load_demo_into(made)
    yield made
    store.close()


def draw(services: Services, seed: int, edits: int = 6) -> str:
    """A draft with some accepted moves, a split, a merge and a new code."""
    redraw = services.redraw
    rng = random.Random(seed)
    draft_id = str(redraw.drafts.start(f"Draft {seed}", None, post="planner")["id"])
    done = 0
    while done < edits:
        state = redraw.desk.sessions.state(draft_id)
        command = one_of(rng, state, done)
        try:
            redraw.editor.edit(draft_id, state.draft.revision, command, f"Because {done}", merge=False, post="planner")
        except Refused:
            continue
        done += 1
    return draft_id


def one_of(rng: random.Random, state: Any, done: int) -> dict[str, Any]:
    partition = state.partition
    inner = sorted(n for n, arc in partition.arcs.items() if min(arc.left, arc.right) >= 0)
    arc_id = rng.choice(inner)
    arc = partition.arcs[arc_id]
    if done == 2:
        code = rng.choice(partition.codes)
        west, south, east, north = partition.polygon(partition.number_of(code)).bounds
        x = rng.uniform(west, east)
        return {
            "kind": "split",
            "code": code,
            "line": [[x, south - 0.001], [x, north + 0.001]],
            "pieces_reason": "test",
        }
    if done == 3:
        codes = [partition.facts[arc.left].code, partition.facts[arc.right].code]
        return {"kind": "merge", "codes": codes, "survivor": codes[0], "pieces_reason": "test"}
    if done == 4:
        code = rng.choice(partition.codes)
        return {"kind": "attributes", "code": code, "values": {"code": f"X{code}"}}
    index = rng.randrange(len(arc.steps))
    lon, lat = partition.degrees(arc.steps[index : index + 1])[0]
    move = {"arc": arc_id, "index": index, "to": [lon + rng.uniform(-6e-4, 6e-4), lat + rng.uniform(-6e-4, 6e-4)]}
    return {"kind": "move", "moves": [move], "frame": True, "pieces_reason": "test"}


def publish(services: Services, draft_id: str, days: int = 0) -> dict[str, Any]:
    redraw, store = services.redraw, services.store
    day = redraw.desk.today() + timedelta(days=days)
    redraw.review.send(draft_id, store.get_draft(draft_id).revision, day, f"Edition of {draft_id}", post="planner")
    return redraw.review.publish(draft_id, store.get_draft(draft_id).revision, post="reviewer")


def carried(store: Store) -> list[str]:
    columns = store.load_columns()
    return [columns.grid_codes[code] if code >= 0 else "" for code in columns.grid.tolist()]


def check_as_counted(services: Services) -> None:
    """Grid, certainty and shares of every incident, as if all had been located under the edition in force."""
    store = services.store
    plan = services.view.plan(Query()).plan
    columns = store.load_columns()
    incidents = store.list_incidents(columns.fid.tolist())
    accuracy = np.array([one.place.accuracy_m or np.nan for one in incidents], dtype=np.float64)
    found = Assigner(plan).assign(columns.lon, columns.lat, accuracy)
    codes = [plan.codes[place] if place >= 0 else "" for place in found.grid.tolist()]
    assert carried(store) == codes
    assert columns.certainty.tolist() == found.certainty.tolist()
    assert [write_shares(one.shares) for one in incidents] == found.shares.tolist()
    assert [one.grid_share for one in incidents] == pytest.approx(found.share.tolist(), abs=1e-4)


def test_after_publishing_every_incident_carries_what_a_full_count_gives(services: Services) -> None:
    check_as_counted(services)
    for seed in (1, 2, 3):
        draft_id = draw(services, seed)
        before = carried(services.store)
        told = services.redraw.maps.effect(draft_id, None)
        done = publish(services, draft_id)
        after = carried(services.store)
        assert services.view.plan(Query()).plan.id == done["plan"]
        assert done["reassigned"] == sum(a != b for a, b in zip(before, after, strict=True)) > 0
        assert told["moved"] <= done["reassigned"]
        check_as_counted(services)


def test_what_a_draft_shows_is_what_its_edition_shows(services: Services) -> None:
    draft_id = draw(services, 4)
    shown = services.view.stage.scene(Query(plan_id=draft_id))
    told = told_of(shown)
    effect = services.redraw.maps.effect(draft_id, None)
    publish(services, draft_id)
    now = services.view.stage.scene(Query())
    assert told == told_of(now)
    assert effect["incidents"] == len(now.columns)


def named(scene: Any) -> list[str]:
    codes = [*scene.plan.plan.codes, ""]
    return [codes[place] for place in scene.located.grid.tolist()]


def told_of(scene: Any) -> list[tuple[str, int]]:
    """Grid and certainty of all but sensitive matters, of which a draft tells nothing."""
    told = zip(named(scene), scene.located.certainty.tolist(), scene.sensitive.tolist(), strict=True)
    return [(code, certainty) for code, certainty, is_sensitive in told if not is_sensitive]


def test_the_moved_number_is_a_recount_from_scratch(services: Services) -> None:
    before = named(services.view.stage.scene(Query()))
    for seed in (5, 6):
        draft_id = draw(services, seed, edits=2)
        plan = services.redraw.desk.sessions.state(draft_id).plan
        columns = services.store.load_columns()
        found = Assigner(plan).locate(columns.lon, columns.lat)
        codes = [*plan.codes, ""]
        moved = sum(codes[place] != code for place, code in zip(found.tolist(), before, strict=True))
        assert services.redraw.maps.effect(draft_id, None)["moved"] == moved
        assert (
            services.redraw.maps.moved(draft_id, only_open=False, limit=1, after=None, position=None)[0][
                "numberMatched"
            ]
            == moved
        )


def test_an_edition_of_tomorrow_takes_over_tomorrow_for_every_process(services: Services) -> None:
    draft_id = draw(services, 7)
    before = carried(services.store)
    assert publish(services, draft_id, days=1)["reassigned"] == 0
    assert carried(services.store) == before
    services.clock.time += 86_400  # type: ignore[attr-defined]
    others = [assemble(services.config, services.store, services.clock) for _ in range(3)]
    for one in (*others, services):
        shown = one.view.stage.scene(Query())
        assert shown.plan.plan.name == f"Edition of {draft_id}"
        assert named(shown) == carried(services.store)
    check_as_counted(services)
    told = [event for event in services.store.list_events() if event.kind == "incidents.reassigned"]
    # One says whose grids the incidents carry today, one that they moved.
    assert [bool(event.data["n"]) for event in told][-2:] == [False, True]


def test_a_day_before_an_edition_that_waits_for_its_own_is_refused(services: Services) -> None:
    waiting, early = draw(services, 7, edits=1), draw(services, 8, edits=1)
    publish(services, waiting, days=30)
    with pytest.raises(BadQuery, match="published already"):
        publish(services, early, days=2)


def test_a_draft_of_a_replaced_edition_is_not_published(services: Services) -> None:
    one, two = draw(services, 8, edits=1), draw(services, 9, edits=1)
    store = services.store
    services.redraw.review.send(two, store.get_draft(two).revision, services.redraw.desk.today(), "Two", post="planner")
    publish(services, one)
    seq = store.seq()
    with pytest.raises(Behind):
        services.redraw.review.publish(two, store.get_draft(two).revision, post="reviewer")
    assert store.seq() == seq


def test_an_edition_is_the_draft_bit_for_bit(services: Services) -> None:
    draft_id = draw(services, 10)
    shapes = {grid.code: grid for grid in services.redraw.desk.sessions.state(draft_id).plan.grids}
    plan = services.store.get_plan(publish(services, draft_id)["plan"])
    assert [grid.code for grid in plan.grids] == sorted(shapes)
    assert all(grid.polygon.wkb == shapes[grid.code].polygon.wkb for grid in plan.grids)
    assert all(grid.area_m2 == shapes[grid.code].area_m2 and grid.id == shapes[grid.code].id for grid in plan.grids)
    again = services.redraw.drafts.start("Next", None, post="planner")
    assert again["base"]["id"] == plan.id


def test_the_process_that_publishes_does_not_read_all_incidents_again(services: Services) -> None:
    draft_id = draw(services, 11)
    named(services.view.stage.scene(Query()))
    original, asked = services.store.load_columns, []
    services.store.load_columns = lambda *args, **named: asked.append(1) or original(*args, **named)  # type: ignore
    try:
        publish(services, draft_id)
        shown = services.view.stage.scene(Query())
    finally:
        services.store.load_columns = original  # type: ignore[method-assign]
    assert not asked
    assert named(shown) == carried(services.store)
    stored = services.store.load_columns()
    assert shown.columns.certainty.tolist() == stored.certainty.tolist()
    assert shown.columns.lon.tobytes() == stored.lon.tobytes()
