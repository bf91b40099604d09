"""Proposals on the demo: what is shown is what is taken over, step by step, all at once, and after a restart."""

from __future__ import annotations

from typing import Any

import pytest
from square import StillClock

from mapsvc.config import Config
from mapsvc.errors import BadQuery, Refused
from mapsvc.store.memory import MemoryStore
from mapsvc.wiring import Services, assemble, load_demo_into

WITHIN = 0.1


@pytest.fixture(scope="module")
def services(tmp_path_factory: pytest.TempPathFactory) -> Services:
    made = assemble(Config(tmp_path_factory.mktemp("data")), MemoryStore(), StillClock())
    load_demo_into(made)
    return made


def start(services: Services) -> str:
    return str(services.redraw.drafts.start("Balance", None, post="planner")["id"])


def ask(services: Services, draft_id: str, **more: Any) -> dict[str, Any]:
    revision = services.store.get_draft(draft_id).revision
    asked = {"kind": "smallest", "within": WITHIN, **more}
    return services.redraw.proposals.propose(draft_id, revision, asked)


def take(services: Services, draft_id: str, command: dict[str, Any]) -> dict[str, Any]:
    revision = services.store.get_draft(draft_id).revision
    return services.redraw.editor.edit(draft_id, revision, command, "Balance", merge=False, post="planner")


def test_the_same_question_gets_the_same_proposal_and_stores_nothing(services: Services) -> None:
    draft_id = start(services)
    seq = services.store.seq()
    told = ask(services, draft_id)
    assert services.store.seq() == seq
    assert told["reached"]
    assert told["deviation"][0] > WITHIN >= told["deviation"][1]
    other = assemble(services.config, services.store, StillClock())
    again = ask(other, draft_id)
    assert [step["why"] for step in again["steps"]] == [step["why"] for step in told["steps"]]
    assert [step["shape"].wkb for step in again["steps"]] == [step["shape"].wkb for step in told["steps"]]


def test_all_steps_together_bring_the_load_within_what_was_asked(services: Services) -> None:
    draft_id = start(services)
    told = ask(services, draft_id)
    done = take(services, draft_id, {"kind": "proposal", "proposal": told["proposal"], "steps": "all"})
    assert done["effect"]["load"]["ratio"] == pytest.approx(told["ratio"][1])
    assert done["effect"]["load"]["was_ratio"] == pytest.approx(told["ratio"][0])
    loads = {row["code"]: row["load"][1] for row in done["effect"]["grids"]}
    mean = done["effect"]["load"]["mean"]
    assert all(abs(load / mean - 1) <= WITHIN + 1e-9 for load in loads.values())
    assert all(step["applied"] for step in ask(services, draft_id)["steps"])


def test_steps_taken_over_one_by_one_are_the_steps_that_were_shown(services: Services) -> None:
    draft_id = start(services)
    first = ask(services, draft_id)
    for number, step in enumerate(first["steps"], start=1):
        done = take(services, draft_id, step["command"])
        assert done["effect"]["load"]["ratio"] == pytest.approx(step["ratio"][1]), number
        # What a step says of incidents is what the edit then counts.
        assert (done["effect"]["moved"], done["effect"]["open"]) == (step["incidents"], step["open"])
        told = ask(services, draft_id)
        assert told["proposal"] == first["proposal"]
        assert [one["applied"] for one in told["steps"]] == [one["n"] <= number for one in told["steps"]]


def test_a_step_can_be_taken_over_after_a_restart(services: Services) -> None:
    draft_id = start(services)
    told = ask(services, draft_id)
    take(services, draft_id, told["steps"][0]["command"])
    other = assemble(services.config, services.store, StillClock())
    again = ask(other, draft_id)
    assert again["proposal"] == told["proposal"]
    done = take(other, draft_id, told["steps"][1]["command"])
    assert done["effect"]["load"]["ratio"] == pytest.approx(told["steps"][1]["ratio"][1])


def test_a_fresh_plan_from_blocks_keeps_codes_and_fills_the_frame(services: Services) -> None:
    draft_id = start(services)
    codes = services.redraw.desk.sessions.state(draft_id).partition.codes
    told = ask(services, draft_id, kind="fresh")
    assert told["reached"]
    done = take(services, draft_id, told["steps"][0]["command"])
    assert done["effect"]["load"]["ratio"] == pytest.approx(told["ratio"][1])
    assert services.redraw.desk.sessions.state(draft_id).partition.codes == codes
    was, now = services.redraw.drafts.get(draft_id)["checks"]["area_m2"]
    assert now == pytest.approx(was, rel=1e-6)


def test_locked_grids_take_no_part(services: Services) -> None:
    draft_id = start(services)
    told = ask(services, draft_id)
    giver = told["steps"][0]["from"]
    services.redraw.drafts.set(draft_id, 1, {"locked": (giver,)}, post="planner")
    steps = ask(services, draft_id)["steps"]
    assert all(giver not in (step["from"], step["to"]) for step in steps)
    codes = services.redraw.desk.sessions.state(draft_id).partition.codes
    with pytest.raises(BadQuery):
        ask(services, draft_id, grids=[codes[0]])
    with pytest.raises(BadQuery):
        ask(services, draft_id, grids=["none", codes[0]])


def test_whole_blocks_go_to_a_neighbour(services: Services) -> None:
    draft_id = start(services)
    told = ask(services, draft_id)
    step = told["steps"][0]
    blocks = services.redraw.maps.blocks(draft_id, None)["features"]
    inside = [
        one["properties"]["id"]
        for one in blocks
        if one["properties"]["kind"] == "block" and step["shape"].covers(one["geometry"].representative_point())
    ]
    done = take(services, draft_id, {"kind": "transfer_blocks", "ids": inside, "to": step["to"]})
    assert done["effect"]["moved"] == step["incidents"]
    assert done["effect"]["area_m2"] == pytest.approx(step["area_m2"], rel=1e-4)


def test_whole_buildings_go_to_a_neighbour_with_their_households(services: Services) -> None:
    draft_id = start(services)
    revision = services.store.get_draft(draft_id).revision
    partition = services.redraw.desk.sessions.state(draft_id).partition
    grids = {code: partition.polygon(number) for number, code in zip(partition.numbers, partition.codes, strict=True)}
    homes = []
    for one in services.redraw.maps.blocks(draft_id, None)["features"]:
        if one["properties"]["kind"] == "building" and one["properties"]["households"] > 0:
            away = sorted((grid.distance(one["geometry"]), code) for code, grid in grids.items())
            homes.append((away[1], one["properties"]))
    taken = 0
    for (_, code), home in sorted(homes, key=lambda one: one[0])[:25]:
        command = {"kind": "transfer_blocks", "ids": [home["id"]], "to": code}
        try:
            told = services.redraw.editor.preview(draft_id, revision, command, n=None, since=None)
        except Refused:
            continue
        assert told["households"] >= home["households"]
        taken += 1
    assert taken > 10
