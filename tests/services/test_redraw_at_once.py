"""Many planners at once: no edit is lost, one publication wins, and every reader sees one whole plan."""

from __future__ import annotations

import random
import threading
from collections import Counter
from collections.abc import Callable, Iterator
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

import pytest
from square import SOUTH, STEP, WEST, StillClock, fill

from mapsvc.config import Config
from mapsvc.errors import Behind, Clash, Conflict, MapsvcError, Refused, Stale
from mapsvc.model.query import Query
from mapsvc.ports import Store
from mapsvc.store.memory import MemoryStore
from mapsvc.store.sqlite import SqliteStore
from mapsvc.wiring import Services, assemble

TODAY = "2026-11-23"


@pytest.fixture(params=["memory", "sqlite"])
def store(request: pytest.FixtureRequest, tmp_path: Path) -> Iterator[Store]:
    made: Any = MemoryStore() if request.param == "memory" else SqliteStore.open(tmp_path / "mapsvc.gpkg")
    fill(made)
    yield made
    made.close()


@pytest.fixture
def services(store: Store, tmp_path: Path) -> Services:
    return assemble(Config(tmp_path), store, StillClock())


def run(work: list[Callable[[], None]]) -> None:
    """All at once; what one of them did not expect fails the test."""
    failures: list[BaseException] = []

    def guarded(one: Callable[[], None]) -> None:
        try:
            one()
        except BaseException as error:
            failures.append(error)

    threads = [threading.Thread(target=guarded, args=(one,)) for one in work]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    if failures:
        raise failures[0]


@dataclass
class Hand:
    """One planner at the shared draft: moves junctions to and fro, undoes now and then, merges when late."""

    services: Services
    draft_id: str
    seed: int
    steps: int
    reasons: list[str] = field(default_factory=list)
    told: Counter[str] = field(default_factory=Counter)

    def __call__(self) -> None:
        rng = random.Random(self.seed)
        redraw = self.services.redraw
        for number in range(self.steps):
            state = redraw.desk.sessions.state(self.draft_id)
            reason = f"{self.seed}/{number}"
            try:
                done = redraw.editor.edit(
                    self.draft_id,
                    state.draft.revision,
                    self.command(rng, state),
                    reason,
                    merge=True,
                    post=f"p{self.seed}",
                )
            except (Refused, Clash, Stale) as no:
                self.told[type(no).__name__] += 1
                continue
            self.reasons.append(reason)
            self.told["done"] += 1
            assert done["position"] >= 1

    def command(self, rng: random.Random, state: Any) -> dict[str, Any]:
        row, column = rng.choice([(1, 1), (1, 2), (2, 1), (2, 2)])
        home = (WEST + column * STEP, SOUTH + row * STEP)
        partition = state.partition
        junctions = {
            tuple(arc.steps[end].tolist()): (number, end if end == 0 else len(arc.steps) - 1)
            for number, arc in partition.arcs.items()
            if min(arc.left, arc.right) >= 0
            for end in (0, -1)
        }
        places = partition.degrees(_array(list(junctions)))
        nearest = min(range(len(places)), key=lambda at: abs(places[at][0] - home[0]) + abs(places[at][1] - home[1]))
        arc, index = list(junctions.values())[nearest]
        to = [home[0] + rng.uniform(-0.3, 0.3) * STEP, home[1] + rng.uniform(-0.3, 0.3) * STEP]
        return {"kind": "move", "moves": [{"arc": arc, "index": index, "to": to}]}


def _array(steps: list[tuple[int, int]]) -> Any:
    import numpy as np

    return np.array(steps, dtype=np.int64)


def draw_at_once(services: Services, planners: int, steps: int) -> Counter[str]:
    redraw = services.redraw
    draft_id = redraw.drafts.start("Shared", None, post="planner")["id"]
    hands = [Hand(services, draft_id, seed, steps) for seed in range(planners)]
    run(list(hands))
    acknowledged = [reason for hand in hands for reason in hand.reasons]
    edits = services.store.list_edits(draft_id)
    assert sorted(edit.reason for edit in edits) == sorted(acknowledged)
    assert [edit.position for edit in edits] == list(range(1, len(edits) + 1))
    told: Counter[str] = sum((hand.told for hand in hands), Counter())
    assert sum(told.values()) == planners * steps
    # A second process reads the same shapes from the store alone.
    other = assemble(services.config, services.store, StillClock()).redraw
    ours = redraw.desk.sessions.state(draft_id).partition.plan()
    theirs = other.desk.sessions.state(draft_id).partition.plan()
    assert [grid.polygon.wkb for grid in ours.grids] == [grid.polygon.wkb for grid in theirs.grids]
    assert redraw.maps.effect(draft_id, None)["moved"] == other.maps.effect(draft_id, None)["moved"]
    # Undoing everything gives the first plan back, bit for bit.
    revision = redraw.desk.store.get_draft(draft_id).revision
    redraw.editor.go_to(draft_id, revision, 0, -1, post="planner")
    first = services.store.get_plan("p1")
    back = redraw.desk.sessions.state(draft_id).partition.plan()
    assert [grid.polygon.wkb for grid in back.grids] == [grid.polygon.wkb for grid in first.grids]
    return told


def test_eight_planners_on_one_draft_lose_no_edit(services: Services) -> None:
    told = draw_at_once(services, planners=8, steps=25)
    # The quicker the machine, the more of them meet at one line and clash.
    assert told["done"] > 30


@pytest.mark.slow
def test_eight_planners_do_two_thousand_operations_and_lose_none(services: Services) -> None:
    told = draw_at_once(services, planners=8, steps=250)
    assert told["done"] > 300


def prepared(services: Services, number: int) -> str:
    """A draft in review that moves another junction than its neighbours in the race."""
    redraw = services.redraw
    draft_id = redraw.drafts.start(f"Draft {number}", None, post="planner")["id"]
    hand = Hand(services, draft_id, number, 1)
    rng = random.Random(number)
    while not hand.reasons:
        hand.seed = rng.randrange(10**6)
        hand()
    revision = services.store.get_draft(draft_id).revision
    import datetime as dt

    redraw.review.send(draft_id, revision, dt.date.fromisoformat(TODAY), f"Edition {number}", post="planner")
    return draft_id


def test_of_many_publications_exactly_one_wins_and_every_read_is_one_whole_plan(services: Services) -> None:
    for round_ in range(3):
        drafts = [prepared(services, 10 * round_ + number) for number in range(4)]
        before = services.view.plan(Query()).plan.id
        won, late = [], []
        whole = {before: shapes(services, before)}
        seen: list[tuple[str, tuple[bytes, ...], int]] = []
        stop = threading.Event()

        def publish(draft_id: str, won: list[str] = won, late: list[str] = late) -> None:
            revision = services.store.get_draft(draft_id).revision
            try:
                won.append(services.redraw.review.publish(draft_id, revision, post="reviewer")["plan"])
            except (Behind, Conflict) as no:
                late.append(str(no))

        def read(seen: list[tuple[str, tuple[bytes, ...], int]] = seen, stop: threading.Event = stop) -> None:
            while True:
                scene = services.view.stage.scene(Query())
                plan = scene.plan.plan
                seen.append(
                    (plan.id, tuple(grid.polygon.wkb for grid in plan.grids), int((scene.located.grid >= 0).sum()))
                )
                if stop.is_set():
                    return

        readers = [threading.Thread(target=read) for _ in range(2)]
        for reader in readers:
            reader.start()
        try:
            run([lambda draft_id=draft_id: publish(draft_id) for draft_id in drafts])  # type: ignore[misc]
        finally:
            stop.set()
            for reader in readers:
                reader.join()
        assert len(won) == 1
        assert len(late) == 3
        assert services.view.plan(Query()).plan.id == won[0]
        whole[won[0]] = shapes(services, won[0])
        assert {one[0] for one in seen} <= whole.keys()
        assert all(polygons == whole[plan_id] and located == 7 for plan_id, polygons, located in seen)
        check_assigned(services)


def shapes(services: Services, plan_id: str) -> tuple[bytes, ...]:
    return tuple(grid.polygon.wkb for grid in services.store.get_plan(plan_id).grids)


def check_assigned(services: Services) -> None:
    """What the incidents carry is what a full count of the edition in force gives."""
    plan = services.view.plan(Query())
    columns = services.store.load_columns()
    counted = plan.index.locate(columns.lon, columns.lat)
    carried = [columns.grid_codes[code] if code >= 0 else "" for code in columns.grid.tolist()]
    assert carried == [plan.plan.codes[place] if place >= 0 else "" for place in counted.tolist()]


def test_a_write_that_fails_in_the_store_leaves_draft_and_memory_as_they_were(services: Services) -> None:
    redraw = services.redraw
    draft_id = redraw.drafts.start("Draft", None, post="planner")["id"]
    hand = Hand(services, draft_id, 1, 1)
    hand()
    state = redraw.desk.sessions.state(draft_id)
    command = hand.command(random.Random(5), state)
    original = services.store.add_edit

    def refuse(*args: object, **named: object) -> None:
        raise Conflict("The disk is full.")

    services.store.add_edit = refuse  # type: ignore[method-assign,assignment]
    with pytest.raises(MapsvcError):
        redraw.editor.edit(draft_id, state.draft.revision, command, "", merge=False, post="planner")
    services.store.add_edit = original  # type: ignore[method-assign]
    again = redraw.desk.sessions.state(draft_id)
    assert again.draft == state.draft
    assert again.partition is state.partition
    redraw.editor.edit(draft_id, state.draft.revision, command, "", merge=False, post="planner")


def test_memory_follows_what_another_process_wrote(services: Services) -> None:
    draft_id = services.redraw.drafts.start("Draft", None, post="planner")["id"]
    other = assemble(services.config, services.store, StillClock())
    for turn in range(6):
        Hand((services, other)[turn % 2], draft_id, 100 + turn, 2)()
    ours = services.redraw.desk.sessions.state(draft_id)
    theirs = other.redraw.desk.sessions.state(draft_id)
    assert ours.draft == theirs.draft
    assert [ours.partition.polygon(n).wkb for n in ours.partition.numbers] == [
        theirs.partition.polygon(n).wkb for n in theirs.partition.numbers
    ]
    assert services.redraw.maps.effect(draft_id, None)["moved"] == other.redraw.maps.effect(draft_id, None)["moved"]


def test_a_late_edit_still_merges_after_a_restart(services: Services) -> None:
    draft_id = services.redraw.drafts.start("Draft", None, post="planner")["id"]
    seen = services.redraw.desk.sessions.state(draft_id)
    late = junction(seen, (WEST + STEP, SOUTH + STEP), (WEST + 1.1 * STEP, SOUTH + STEP))
    for row in (2.0, 2.1):
        state = services.redraw.desk.sessions.state(draft_id)
        x, y = WEST + 2 * STEP, SOUTH + row * STEP
        command = junction(state, (x, y), (x, y + 0.1 * STEP))
        services.redraw.editor.edit(draft_id, state.draft.revision, command, "", merge=False, post="planner")
    other = assemble(services.config, services.store, StillClock()).redraw
    with pytest.raises(Stale) as stale:
        other.editor.edit(draft_id, 1, late, "", merge=False, post="planner")
    assert (stale.value.revision, stale.value.details["mergeable"]) == (3, True)
    assert other.editor.edit(draft_id, 1, late, "", merge=True, post="planner")["position"] == 3
    # An undo in between: the edit was drawn on two edits, and there is one now.
    other.editor.go_to(draft_id, 4, 0, -1, post="planner")
    third = assemble(services.config, services.store, StillClock()).redraw
    before = third.desk.sessions.state(draft_id)
    with third.desk.sessions.open(draft_id) as session:
        assert third.desk.sessions.find_state(session, 3).draft.position == 2  # type: ignore[union-attr]
    assert before.draft.position == 0


def junction(state: Any, at: tuple[float, float], to: tuple[float, float]) -> dict[str, Any]:
    partition = state.partition
    step = partition.steps([at])[0]
    for number, arc in partition.arcs.items():
        for index in (0, len(arc.steps) - 1):
            if arc.steps[index].tolist() == step.tolist():
                return {"kind": "move", "moves": [{"arc": number, "index": index, "to": list(to)}]}
    raise AssertionError(at)
