from __future__ import annotations

from flask.testing import FlaskClient
from shapely.geometry import shape
from square import square_plan

from mapsvc.model.plan import PlanStatus


def test_full_shapes_are_the_stored_ones_and_coarse_ones_lose_less_than_a_pixel(client: FlaskClient) -> None:
    stored = {grid.code: grid.polygon for grid in square_plan().grids}
    full = client.get("/api/grids").json
    assert [feature["properties"] for feature in full["features"]] == [{"code": code} for code in stored]
    assert all(shape(one["geometry"]).equals(stored[one["properties"]["code"]]) for one in full["features"])
    assert shape(full["frame"]).equals(square_plan().frame)
    coarse = client.get("/api/grids?z=14").json
    pixel_deg = 360 / (256 << 14)
    for feature in coarse["features"]:
        whole = stored[feature["properties"]["code"]]
        assert shape(feature["geometry"]).hausdorff_distance(whole) < pixel_deg


def test_shapes_keep_their_tag_while_incidents_come_in(client: FlaskClient) -> None:
    from square import square_batch

    store = client.application.extensions["mapsvc"].store
    tag = client.get("/api/grids?z=14").headers["ETag"]
    store.add_incidents(
        type(square_batch())("other", 1, {"channel_ref": ["q"], "task_type": ["lamp"], "occurred_at": [1]}),
        at=1,
        post="t",
        source="t",
    )
    assert client.get("/api/grids?z=14", headers={"If-None-Match": tag}).status_code == 304


def test_the_card_counts_what_stands_in_the_grid_and_marks_what_is_missing(client: FlaskClient) -> None:
    card = client.get("/api/grids/11").json
    assert card["sites"] == [{"kind": "building", "count": 1, "households": 30}]
    assert card["neighbours"] == ["12", "21", "22"]
    assert {post["code"]: post["missing"] for post in card["posts"]} == {"chief-11": False, "night-11": True}
    assert card["figures"] == {"open": 1, "overdue": 1, "waiting": 0, "count": 2}
    assert 0.7 < card["compactness"] < 0.8
    assert card["plan"]["id"] == "p1"


def test_the_card_figures_are_those_of_the_desk(client: FlaskClient) -> None:
    desk = client.get("/api/desk?type=lamp").json
    for grid in desk["grids"]:
        figures = client.get(f"/api/grids/{grid['code']}?type=lamp").json["figures"]
        assert figures == {name: grid[name] for name in ("open", "overdue", "waiting", "count")}


def test_a_grid_that_is_not_there_is_a_404(client: FlaskClient) -> None:
    answer = client.get("/api/grids/%3Cscript%3E")
    assert answer.status_code == 404
    assert answer.content_type == "application/problem+json"


def test_the_built_in_basemap_shows_more_the_closer_it_is_seen(client: FlaskClient) -> None:
    far = client.get("/api/base?z=5").json["features"]
    near = client.get("/api/base?z=16").json["features"]
    assert [feature["properties"]["kind"] for feature in far] == ["water"]
    assert [feature["properties"]["kind"] for feature in near] == ["water", "building"]
    assert near[1]["properties"] == {"kind": "building", "name": "Block 1", "name_zh": ""}


def test_posts_with_a_place_are_on_the_map(client: FlaskClient) -> None:
    features = client.get("/api/posts").json["features"]
    assert [feature["properties"]["code"] for feature in features] == ["chief-11"]


def test_plans_and_findings_are_listed(client: FlaskClient) -> None:
    from shapely.geometry import Point

    from mapsvc.model.finding import Finding, Rule, Severity

    found = (
        Finding(Rule.SLIVER, Severity.NOTE, "A sliver <b>", Point(98.5, 39.74), 2.0, "m2", ("11",)),
        Finding(Rule.GAP, Severity.ERROR, "A gap", None, 9.0, "m2", accepted="known"),
        Finding(Rule.OVERLAP, Severity.ERROR, "An overlap", None, 1.0, "m2", ("11", "12")),
    )
    store = client.application.extensions["mapsvc"].store
    store.put_plan(square_plan(id="d", status=PlanStatus.DRAFT, valid_from=None, findings=found), at=1, post="t")
    answer = client.get("/api/findings?plan=d&limit=2").json
    assert (answer["numberMatched"], answer["numberReturned"]) == (3, 2)
    assert [one["properties"]["rule"] for one in answer["features"]] == ["overlap", "gap"]
    heads = client.get("/api/plans").json["plans"]
    assert {head["id"]: head["open_findings"] for head in heads} == {"p1": 0, "d": 1}
