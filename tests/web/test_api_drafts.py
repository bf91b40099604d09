"""Drafts over HTTP, on the nine squares."""

from __future__ import annotations

from typing import Any

import pytest
from drafting import Planner
from flask.testing import FlaskClient
from signed import PASSWORD
from square import SOUTH, STEP, WEST, StillClock

from mapsvc.model.plan import PlanStatus
from mapsvc.wiring import Services

MIDDLE = (WEST + STEP, SOUTH + 2 * STEP)
"""The junction of 21, 22, 31 and 32."""
INTO_22 = (WEST + 1.6 * STEP, SOUTH + 1.55 * STEP)
"""Beyond the centre of 22, where three incidents are, one of them sensitive: of that one no draft tells."""


@pytest.fixture
def planner(client: FlaskClient) -> Planner:
    return Planner(client)


def counts(client: FlaskClient, query: str = "") -> dict[str, int]:
    """Incidents by grid, of all time, as the desk tells them."""
    rows = client.get(f"/api/counts?by=grid{query}").json["rows"]
    return {row[0]: row[-1] for row in rows}


def move_middle(planner: Planner) -> dict[str, Any]:
    return planner.move_end("21", "22", *INTO_22, near=MIDDLE)


def test_a_draft_starts_from_the_plan_in_force(client: FlaskClient, planner: Planner) -> None:
    told = planner.get("")
    assert (told["id"], told["status"], told["revision"], told["position"]) == ("autumn", "draft", 1, 0)
    assert told["base"]["id"] == told["parent"]["id"] == told["in_force"] == "p1"
    assert not told["is_behind"]
    assert told["checks"]["whole"]
    assert told["checks"]["gaps"] == 0
    assert [one["id"] for one in client.get("/api/drafts").json["drafts"]] == ["autumn"]


def test_names_that_are_equal_or_have_no_letters_make_ids_of_their_own(client: FlaskClient) -> None:
    ids = [Planner(client, name).id for name in ("Autumn", "autumn!", "秋天", "p1", "a" * 200)]
    assert ids == ["autumn", "autumn-2", "draft", "p1-2", "a" * 40]


def test_arcs_meet_at_their_ends_and_give_back_the_squares(planner: Planner) -> None:
    told = planner.get("/arcs")
    assert len(told["grids"]) == 9
    assert all(arc["full"] for arc in told["arcs"])
    inner = planner.arcs()[frozenset({"21", "22"})]
    ends = [value for place in sorted(planner.places(inner)) for value in place]
    assert ends == pytest.approx([WEST + STEP, SOUTH + STEP, WEST + STEP, SOUTH + 2 * STEP], abs=1e-8)


def test_only_arcs_in_view_are_whole(planner: Planner) -> None:
    box = f"{WEST - 0.001},{SOUTH - 0.001},{WEST + 0.005},{SOUTH + 0.005}"
    told = planner.get(f"/arcs?bbox={box}&z=10")
    whole = [arc for arc in told["arcs"] if arc["full"]]
    assert 0 < len(whole) < len(told["arcs"])


def test_a_junction_that_moves_takes_both_neighbours_along_and_counts_what_moved(
    client: FlaskClient, planner: Planner
) -> None:
    before = counts(client)
    answer = planner.edit(move_middle(planner), "To the canal")
    assert answer.status_code == 201
    change = answer.json
    assert answer.headers["ETag"] == '"r2"'
    assert (change["revision"], change["position"], change["can_undo"]) == (2, 1, True)
    assert len(change["removed"]) == len(change["added"]) == 4
    after = counts(client, f"&plan={planner.id}")
    assert {code: n for code, n in after.items() if before.get(code, 0) != n} == {
        "21": 2,
        "22": 0,
        "(unlocated)": before["(unlocated)"] + 1,
    }
    assert change["effect"]["moved"] == 2
    assert change["effect"]["open"] == 2
    assert change["effect"]["moved_ids"] == ["i4", "i3"]
    rows = {row["code"]: row for row in change["effect"]["grids"]}
    assert sum(now - was for was, now in (row["load"] for row in rows.values())) == 0
    assert sum(now - was for was, now in (row["area_m2"] for row in rows.values())) == pytest.approx(0, abs=20)


def test_a_preview_tells_the_same_and_stores_nothing(planner: Planner, square_services: Services) -> None:
    seq = square_services.store.seq()
    command = move_middle(planner)
    seen = planner.send("/preview", {"command": command, "n": 7})
    assert seen.status_code == 200
    assert square_services.store.seq() == seq
    assert (seen.json["n"], seen.json["revision"], seen.json["moved"]) == (7, 1, 2)
    assert seen.json["lines"]["type"] in ("LineString", "MultiLineString")
    done = planner.edit(command).json["effect"]
    for name in ("moved", "open", "area_m2", "line_moved_m", "load", "grids", "others"):
        assert done[name] == seen.json[name]


def test_the_whole_draft_is_told_against_the_plan_it_replaces(planner: Planner) -> None:
    planner.edit(move_middle(planner))
    whole = planner.get("/effect")
    assert whole["moved"] == 2
    listed = planner.get("/moved")
    assert listed["numberMatched"] == 2
    assert {(one["properties"]["from"], one["properties"]["to"]) for one in listed["features"]} == {("22", "21")}
    page = planner.get("/moved?limit=1&open=1")
    assert [one["id"] for one in page["features"]] == ["i4"]
    rest = planner.client.get(page["next"]).json
    assert [one["id"] for one in rest["features"]] == ["i3"]
    assert rest["next"] is None
    assert planner.get("/moved?edit=1")["numberMatched"] == 2


def test_the_changed_ground_is_drawn_with_its_size_and_its_incidents(planner: Planner) -> None:
    planner.edit(move_middle(planner))
    features = planner.get("/changes")["features"]
    areas = [one["properties"] for one in features if one["properties"]["kind"] == "area"]
    assert {(one["from"], one["to"]) for one in areas} >= {("22", "21")}
    assert sum(one["incidents"] for one in areas) == 2
    assert sum(one["area_m2"] for one in areas) == pytest.approx(planner.get("/effect")["area_m2"], rel=1e-4)
    assert all(one["width_m"] > 0 for one in areas)
    assert {one["properties"]["kind"] for one in features} == {"area", "old_line", "new_line"}


def test_undo_brings_every_shape_back_and_redo_the_edit(client: FlaskClient, planner: Planner) -> None:
    first = client.get(f"/api/grids?plan={planner.id}").json["features"]
    arcs = planner.get("/arcs")["arcs"]
    planner.edit(move_middle(planner))
    moved = client.get(f"/api/grids?plan={planner.id}").json["features"]
    assert moved != first
    back = planner.send("/undo")
    assert back.status_code == 200
    assert (back.json["position"], back.json["can_redo"], back.json["effect"]["moved"]) == (0, True, 2)
    assert client.get(f"/api/grids?plan={planner.id}").json["features"] == first
    assert sorted(planner.get("/arcs")["arcs"], key=str) == sorted(arcs, key=str)
    assert planner.send("/redo").json["position"] == 1
    assert client.get(f"/api/grids?plan={planner.id}").json["features"] == moved


def test_undo_goes_to_a_named_place_and_not_beyond(planner: Planner) -> None:
    for lon in (0.1, 0.2, 0.3):
        planner.edit(planner.move_end("21", "22", WEST + (1 + lon) * STEP, SOUTH + 2 * STEP, near=MIDDLE))
    assert planner.send("/undo", {"to": 1}).json["position"] == 1
    assert planner.send("/redo", {"to": 3}).json["position"] == 3
    assert planner.send("/redo").status_code == 409
    assert planner.send("/undo", {"to": 4}).status_code == 409
    assert planner.send("/undo", {"to": -1}).status_code == 400


def test_the_history_keeps_each_reason(planner: Planner) -> None:
    planner.edit(move_middle(planner))
    assert planner.send("/edits/1", {"reason": "The canal is the border"}).status_code == 200
    edits = planner.get("")["edits"]
    assert [(one["position"], one["reason"], one["moved"], one["in_effect"]) for one in edits] == [
        (1, "The canal is the border", 2, True)
    ]
    assert planner.send("/edits/2", {"reason": "none"}).status_code == 404
    assert planner.send("/edits/1", {"reason": "  "}).status_code == 400


def test_a_move_across_a_neighbour_is_refused_with_the_place_and_changes_nothing(planner: Planner) -> None:
    command = planner.move_end("21", "22", WEST + 2.5 * STEP, SOUTH + 0.5 * STEP, near=MIDDLE)
    answer = planner.edit(command)
    assert answer.status_code == 422
    assert answer.content_type == "application/problem+json"
    features = answer.json["findings"]["features"]
    assert features
    assert features[0]["geometry"]
    assert planner.revision == 1


def test_split_merge_transfer_and_names_work_end_to_end(client: FlaskClient, planner: Planner) -> None:
    lon = WEST + 1.5 * STEP + 0.0001
    line = [[lon, SOUTH + 0.9 * STEP], [lon, SOUTH + 2.1 * STEP]]
    done = planner.edit({"kind": "split", "code": "22", "line": line})
    assert done.status_code == 201, done.text
    assert [grid["code"] for grid in done.json["grids"]] == ["11", "12", "13", "21", "22", "23", "31", "32", "33", "34"]
    # The part with more load keeps the code: the incidents lie west of the line.
    assert counts(client, f"&plan={planner.id}")["22"] == 2
    area = {"type": "Polygon", "coordinates": [_ring(WEST, SOUTH + 0.5 * STEP, WEST + STEP, SOUTH + 1.2 * STEP)]}
    assert planner.edit({"kind": "transfer", "area": area, "to": "11"}).status_code == 201
    merged = planner.edit({"kind": "merge", "codes": ["32", "33"], "survivor": "33"})
    assert "32" not in [grid["code"] for grid in merged.json["grids"]]
    named = planner.edit({"kind": "attributes", "code": "33", "values": {"name": "North", "unit": "Desk 3"}})
    assert next(grid for grid in named.json["grids"] if grid["code"] == "33")["name"] == "North"
    back = planner.send("/undo", {"to": 0})
    assert back.status_code == 200, back.text
    assert len(planner.get("/arcs")["grids"]) == 9


def _ring(west: float, south: float, east: float, north: float) -> list[list[float]]:
    return [[west, south], [east, south], [east, north], [west, north], [west, south]]


def test_a_locked_grid_keeps_its_shape(planner: Planner) -> None:
    assert planner.send("", {"locked": ["22"]}, method="PATCH").json["locked"] == ["22"]
    assert planner.edit(move_middle(planner)).status_code == 422
    assert planner.send("", {"locked": []}, method="PATCH").json["locked"] == []
    assert planner.edit(move_middle(planner)).status_code == 201
    assert planner.send("", {"locked": ["99"]}, method="PATCH").status_code == 400


def test_a_write_without_a_revision_is_428_and_with_an_old_one_412(planner: Planner) -> None:
    command = move_middle(planner)
    bare = planner.client.post(f"/api/drafts/{planner.id}/edits", json={"command": command})
    assert bare.status_code == 428
    assert planner.edit(command).status_code == 201
    late = planner.edit(command, revision=1)
    assert late.status_code == 412
    assert (late.json["revision"], late.json["mergeable"]) == (2, True)


def test_edits_of_different_edges_merge_and_of_the_same_edge_show_both_lines(client: FlaskClient) -> None:
    planner = Planner(client)
    mine = planner.move_end("12", "13", WEST + 2.2 * STEP, SOUTH, near=(WEST + 2 * STEP, SOUTH)) | {"frame": True}
    mine["moves"][0]["to"] = [WEST + 2.2 * STEP, SOUTH + 1.1 * STEP]
    mine = planner.move_end("12", "13", WEST + 2.2 * STEP, SOUTH + 1.1 * STEP, near=(WEST + 2 * STEP, SOUTH + STEP))
    far = planner.move_end("21", "31", WEST + 0.9 * STEP, SOUTH + 2.1 * STEP, near=MIDDLE)
    same = planner.move_end("12", "13", WEST + 1.8 * STEP, SOUTH + 0.9 * STEP, near=(WEST + 2 * STEP, SOUTH + STEP))
    assert planner.edit(far).status_code == 201
    late = planner.edit(mine, revision=1)
    assert (late.status_code, late.json["mergeable"]) == (412, True)
    merged = planner.edit(mine, revision=1, merge=True)
    assert merged.status_code == 201
    assert merged.json["position"] == 2
    clash = planner.edit(same, revision=1)
    assert (clash.status_code, clash.json["mergeable"]) == (412, False)
    assert len(clash.json["findings"]["features"]) >= 2
    refused = planner.edit(same, revision=1, merge=True)
    assert (refused.status_code, refused.json["type"]) == (409, "/problems/clash")
    assert len(refused.json["findings"]["features"]) >= 2
    assert planner.get("")["position"] == 2


def test_a_draft_goes_to_review_when_every_edit_has_a_reason(client: FlaskClient, planner: Planner) -> None:
    assert planner.to_review("2026-11-23").json["detail"] == "The draft changes nothing yet."
    planner.edit(move_middle(planner))
    missing = planner.to_review("2026-11-23")
    assert (missing.status_code, missing.json["field"]) == (422, "reasons")
    planner.send("/edits/1", {"reason": "The canal"})
    assert planner.to_review("2026-11-22").json["field"] == "valid_from"
    assert planner.send("/review", {"valid_from": "2026-11-23"}).json["field"] == "edition_name"
    sent = planner.to_review("2026-11-23")
    assert (sent.status_code, sent.json["status"]) == (200, "in_review")
    assert planner.edit(move_middle(planner)).status_code == 409
    assert planner.send("/undo").status_code == 409
    back = planner.send("/return", {"note": "Why so far?"})
    assert (back.json["status"], back.json["note"]) == ("draft", "Why so far?")


def publish(planner: Planner, day: str, name: str = "New edition") -> Any:
    edits = planner.get("")["edits"]
    for one in edits:
        if not one["reason"]:
            planner.send(f"/edits/{one['position']}", {"reason": "Test"})
    assert planner.to_review(day, name).status_code == 200
    return planner.send("/publish", {"password": PASSWORD})


def test_publishing_moves_only_what_changed_and_the_old_map_can_still_be_asked_for(
    client: FlaskClient, planner: Planner, square_services: Services
) -> None:
    before = counts(client)
    planner.edit(move_middle(planner))
    draft = client.get(f"/api/grids?plan={planner.id}").json["features"]
    answer = publish(planner, "2026-11-23", "Canal edition")
    assert answer.status_code == 201
    assert (answer.json["plan"], answer.json["reassigned"]) == ("canal-edition", 3)
    assert client.get("/api/desk").json["plan"]["id"] == "canal-edition"
    assert client.get("/api/grids").json["features"] == draft
    assert counts(client)["21"] == 3
    assert counts(client, "&as_of=2026-11-22") == before
    assert square_services.store.find_assigned_plan() == "canal-edition"
    stored = {one.id: one.grid_code for one in square_services.store.list_incidents(range(1, 9))}
    assert stored == {"i1": "11", "i2": "11", "i3": "21", "i4": "21", "i5": "33", "i6": "12", "i7": "21", "i8": ""}
    assert planner.get("")["status"] == "published"
    assert planner.send("", {"name": "x"}, method="PATCH").status_code == 409
    assert planner.send("", method="DELETE").status_code == 409


def test_an_edition_of_a_later_day_changes_nothing_before_that_day(
    client: FlaskClient, planner: Planner, square_services: Services, clock: StillClock
) -> None:
    before = counts(client)
    planner.edit(move_middle(planner))
    assert publish(planner, "2026-11-25").json["reassigned"] == 0
    assert counts(client) == before
    # The incidents carry the grids of some edition only once a first one was assigned.
    clock.time += 2 * 86_400
    assert client.get("/api/desk").json["plan"]["id"] == "new-edition"
    assert counts(client)["21"] == 3


def test_the_first_question_on_its_day_moves_the_incidents(
    client: FlaskClient, square_services: Services, clock: StillClock
) -> None:
    first = Planner(client, "First")
    first.edit(first.move_end("12", "13", WEST + 2.1 * STEP, SOUTH + 1.05 * STEP, near=(WEST + 2 * STEP, SOUTH + STEP)))
    assert publish(first, "2026-11-23", "One").status_code == 201
    second = Planner(client, "Second")
    second.edit(move_middle(second))
    assert publish(second, "2026-11-24", "Two").status_code == 201
    store = square_services.store
    client.get("/api/desk")
    assert store.find_assigned_plan() == "one"
    clock.time += 86_400
    client.get("/api/desk")
    assert store.find_assigned_plan() == "two"
    turned = [event for event in store.list_events() if event.kind == "incidents.reassigned"][-1]
    assert (turned.subject, turned.data["n"]) == ("two", 3)
    assert {one.grid_code for one in store.list_incidents([3, 4, 7])} == {"21"}
    seq = store.seq()
    client.get("/api/desk")
    assert store.seq() == seq


def test_a_draft_whose_parent_moved_on_is_told_so_and_rebased(client: FlaskClient) -> None:
    one, two = Planner(client, "One"), Planner(client, "Two")
    one.edit(one.move_end("12", "13", WEST + 2.1 * STEP, SOUTH + 1.05 * STEP, near=(WEST + 2 * STEP, SOUTH + STEP)))
    two.edit(move_middle(two), "The canal")
    two.to_review("2026-11-23")
    assert publish(one, "2026-11-23", "First").status_code == 201
    late = two.send("/publish", {"password": PASSWORD})
    assert (late.status_code, late.json["parent"], late.json["in_force"]) == (409, "p1", "first")
    assert two.get("")["is_behind"]
    two.send("/return", {"note": "Bring it up to date"})
    based = two.send("/rebase")
    assert based.status_code == 200, based.text
    assert (based.json["base"]["id"], based.json["parent"]["id"], based.json["is_behind"]) == ("first", "first", False)
    assert [(edit["reason"], edit["moved"]) for edit in two.get("")["edits"]] == [("The canal", 2)]
    assert two.get("/effect")["moved"] == 2
    assert two.send("/rebase").status_code == 409
    assert publish(two, "2026-11-23", "Second").json["reassigned"] == 3


def test_a_rebase_that_cannot_be_done_shows_both_lines_and_keeps_the_draft(client: FlaskClient) -> None:
    one, two = Planner(client, "One"), Planner(client, "Two")
    one.edit(one.move_end("21", "22", WEST + 0.8 * STEP, SOUTH + 2 * STEP, near=MIDDLE))
    two.edit(move_middle(two), "The canal")
    publish(one, "2026-11-23", "First")
    clash = two.send("/rebase")
    assert (clash.status_code, clash.json["type"]) == (409, "/problems/clash")
    assert len(clash.json["findings"]["features"]) >= 2
    assert (two.get("")["base"]["id"], two.get("")["position"]) == ("p1", 1)


def test_another_drafts_changes_can_be_taken_over(client: FlaskClient) -> None:
    one, two = Planner(client, "One"), Planner(client, "Two")
    one.edit(one.move_end("12", "13", WEST + 2.1 * STEP, SOUTH + 1.05 * STEP, near=(WEST + 2 * STEP, SOUTH + STEP)))
    two.edit(move_middle(two))
    both = two.send("/merge", {"draft": one.id})
    assert both.status_code == 200, both.text
    assert both.json["position"] == 2
    areas = [one["properties"] for one in two.get("/changes")["features"] if one["properties"]["kind"] == "area"]
    assert {"12", "13", "21", "22"} <= {code for one in areas for code in (one["from"], one["to"])}
    assert two.send("/merge", {"draft": two.id}).status_code == 400
    assert two.send("/merge", {"draft": "none"}).status_code == 404


def test_history_is_restored_as_a_draft_of_an_older_edition(client: FlaskClient, planner: Planner) -> None:
    planner.edit(move_middle(planner))
    publish(planner, "2026-11-23", "Canal")
    back = Planner(client, "Back", plan="p1")
    told = back.get("")
    assert (told["base"]["id"], told["parent"]["id"], told["is_behind"]) == ("p1", "canal", False)
    assert back.get("/effect")["moved"] == 2
    assert {one["properties"]["to"] for one in back.get("/moved")["features"]} == {"22"}
    assert publish(back, "2026-11-23", "As before").json["reassigned"] == 3
    assert counts(client)["22"] == 3


def test_a_draft_is_a_plan_wherever_plan_is_taken(client: FlaskClient, planner: Planner) -> None:
    first = client.get(f"/api/desk?plan={planner.id}")
    planner.edit(move_middle(planner))
    second = client.get(f"/api/desk?plan={planner.id}", headers={"If-None-Match": first.headers["ETag"]})
    assert second.status_code == 200
    assert (second.json["plan"]["id"], second.json["plan"]["status"]) == (planner.id, "draft")
    card = client.get(f"/api/grids/21?plan={planner.id}").json
    assert card["figures"]["count"] == 2
    where = client.get(f"/api/locate?lon={WEST + 1.5 * STEP}&lat={SOUTH + 1.5 * STEP}&plan={planner.id}").json
    assert where["grid"] == "21"
    assert client.get("/api/desk?plan=nobody").status_code == 400


def test_a_discarded_draft_is_history(client: FlaskClient, planner: Planner) -> None:
    gone = planner.send("", method="DELETE")
    assert gone.json["status"] == "discarded"
    assert client.get("/api/drafts").json == {"drafts": []}
    assert planner.edit(move_middle(planner)).status_code == 409


def test_a_draft_that_nobody_changed_is_not_sent_again(planner: Planner) -> None:
    path = f"/api/drafts/{planner.id}"
    tag = planner.client.get(path).headers["ETag"]
    assert planner.client.get(path, headers={"If-None-Match": tag}).status_code == 304
    planner.edit(move_middle(planner))
    assert planner.client.get(path, headers={"If-None-Match": tag}).status_code == 200


def test_incidents_and_posts_are_no_longer_read_anew_because_a_draft_changed(
    planner: Planner, square_services: Services
) -> None:
    journal = square_services.view.stage.journal
    before = journal.marks()
    planner.edit(move_middle(planner))
    after = journal.marks()
    assert after.seq > before.seq
    assert (after.rewritten, after.plans, after.registers) == (before.rewritten, before.plans, before.registers)


def test_a_plan_with_a_gap_between_two_grids_is_mended_before_it_is_redrawn(
    client: FlaskClient, square_services: Services
) -> None:
    from dataclasses import replace

    from shapely.geometry import box
    from square import square_plan

    plan = square_plan(id="torn", name="Torn", status=PlanStatus.DRAFT, valid_from=None)
    grids = list(plan.grids)
    # 22 ends a metre short of 23.
    grids[4] = replace(grids[4], polygon=box(WEST + STEP, SOUTH + STEP, WEST + 2 * STEP - 1e-5, SOUTH + 2 * STEP))
    square_services.store.put_plan(replace(plan, grids=tuple(grids)), at=1, post="test")
    seq = square_services.store.seq()
    refused = client.post("/api/drafts", json={"name": "Mend", "plan": "torn"})
    assert refused.status_code == 422
    assert refused.json["findings"]["features"]
    assert square_services.store.seq() == seq
    assert client.post("/api/drafts", json={"name": "Mend", "plan": "torn", "fix_m": 1e9}).status_code == 400
    mended = client.post("/api/drafts", json={"name": "Mend", "plan": "torn", "fix_m": 2})
    assert mended.status_code == 201, mended.text
    assert mended.json["base"]["id"] == "torn-mended"
    assert client.get(f"/api/drafts/{mended.json['id']}").json["checks"]["gaps"] == 0


def test_blocks_and_buildings_say_whose_they_are(planner: Planner) -> None:
    told = planner.get(f"/blocks?bbox={WEST},{SOUTH},{WEST + 0.005},{SOUTH + 0.005}")["features"]
    home = next(one["properties"] for one in told if one["properties"]["kind"] == "building")
    assert home == {"kind": "building", "id": "ss1", "households": 30, "grid": "11"}
    blocks = [one["properties"] for one in told if one["properties"]["kind"] == "block"]
    assert {one["grid"] for one in blocks} == {"11"}
    assert sum(one["households"] for one in blocks) == 30


def test_records_of_years_ago_still_tell_where_the_work_lies(planner: Planner, clock: StillClock) -> None:
    loads = [planner.send("/preview", {"command": move_middle(planner)}).json["load"]["mean"]]
    clock.time += 3 * 365 * 86_400
    loads.append(planner.send("/preview", {"command": move_middle(planner)}).json["load"]["mean"])
    assert loads[0] == loads[1] == pytest.approx(6 / 9)
