from __future__ import annotations

from typing import Any

import pytest
from flask.testing import FlaskClient
from square import DAY, NOW, TZ, StillClock, square_plan

from mapsvc.model.plan import PlanStatus
from mapsvc.wiring import Services


def desk(client: FlaskClient, query: str = "") -> dict[str, Any]:
    response = client.get(f"/api/desk{query}")
    assert response.status_code == 200, response.text
    return dict(response.json)


def row(answer: dict[str, Any], code: str) -> dict[str, Any]:
    return next(grid for grid in answer["grids"] if grid["code"] == code)


def test_the_figures_are_those_you_count_by_eye(client: FlaskClient) -> None:
    figures = desk(client)["figures"]
    assert figures["total"] == 7  # the one of 40 days ago is out of the last 30 days
    assert figures["open"] == 7  # but it is open, and so it counts here
    assert (figures["closed"], figures["overdue"], figures["waiting"]) == (1, 1, 2)
    assert (figures["inside"], figures["unlocated"], figures["outside"], figures["boundary"]) == (6, 1, 0, 0)
    assert (figures["open_boundary"], figures["open_unlocated"], figures["open_sensitive"]) == (1, 1, 1)
    assert figures["reported_today"] == 3
    assert figures["on_time"] is None


def test_figures_add_up(client: FlaskClient) -> None:
    answer = desk(client, "?from=2026-01-01")
    figures = answer["figures"]
    assert figures["inside"] + figures["outside"] + figures["unlocated"] == figures["total"] == 8
    assert sum(grid["count"] for grid in answer["grids"]) == figures["inside"]
    assert sum(answer["timeline"]["counts"]) == figures["total"]
    assert sum(kind["count"] for kind in answer["types"]) == figures["total"]
    assert sum(kind["open"] for kind in answer["types"]) == figures["open"]


def test_each_grid_has_its_own_counts(client: FlaskClient) -> None:
    answer = desk(client)
    first = row(answer, "11")
    assert (first["count"], first["open"], first["overdue"], first["waiting"]) == (2, 1, 1, 0)
    middle = row(answer, "22")
    assert (middle["count"], middle["open"], middle["waiting"]) == (3, 3, 1)
    assert first["per_km2"] == pytest.approx(2 / (first["area_m2"] / 1e6), rel=1e-3)
    assert first["label"] == pytest.approx([98.495, 39.735], abs=1e-6)


@pytest.mark.parametrize(
    ("query", "total", "opened"),
    [
        ("?type=lamp", 4, 3),
        ("?type=lamp,waste", 6, 6),
        ("?type=lamp&type=waste", 6, 6),
        ("?status=handling", 3, 4),
        ("?grid=22", 3, 3),
        ("?light=red", 1, 1),
        ("?light=waiting,yellow", 3, 3),
        ("?certainty=boundary", 0, 1),
        ("?certainty=unlocated", 1, 1),
        ("?from=2026-11-23", 3, 7),
        ("?to=2026-11-01", 1, 7),
        ("?from=2026-11-23&grid=22&type=lamp", 2, 2),
        ("?bbox=98.49,39.73,98.50,39.74", 7, 7),  # a desk has no box
    ],
)
def test_every_filter_filters(client: FlaskClient, query: str, total: int, opened: int) -> None:
    figures = desk(client, query)["figures"]
    assert (figures["total"], figures["open"]) == (total, opened)


def test_classes_and_breaks_fit_the_grids(client: FlaskClient) -> None:
    for measure in ("count", "per_km2", "open", "overdue"):
        shown = desk(client, f"?measure={measure}")["measure"]
        assert shown["name"] == measure
        assert len(shown["breaks"]) == 6
        assert len(shown["classes"]) == 9
        assert set(shown["classes"]) <= {0, 1, 2, 3, 4}


def test_the_plan_and_the_community_are_told(client: FlaskClient) -> None:
    answer = desk(client)
    assert answer["community"] == {
        "name": "Nine {{7*191}}",
        "name_zh": "九格",
        "tz": TZ,
        "synthetic": True,
        "note": "Invented",
    }
    assert answer["plan"]["bbox"] == [98.49, 39.73, 98.52, 39.76]
    assert answer["plan"]["valid_from"] == "2026-01-01"
    assert answer["now"] == "2026-11-23T14:00:00+08:00"
    assert answer["interval"]["from"] == "2026-10-25T00:00:00+08:00"
    assert answer["interval"]["days"] == 30


def test_the_answer_keeps_its_tag_within_a_minute_and_changes_it_with_time_and_events(
    client: FlaskClient, clock: StillClock, square_services: Services
) -> None:
    first = client.get("/api/desk")
    tag = first.headers["ETag"]
    assert client.get("/api/desk", headers={"If-None-Match": tag}).status_code == 304
    clock.time += 60
    later = client.get("/api/desk", headers={"If-None-Match": tag})
    assert later.status_code == 200
    square_services.store.put_community(square_services.store.find_community(), at=1, post="t")  # type: ignore[arg-type]
    assert client.get("/api/desk", headers={"If-None-Match": later.headers["ETag"]}).status_code == 200
    assert client.get("/api/desk?type=lamp").headers["ETag"] != client.get("/api/desk").headers["ETag"]


def test_lights_follow_the_clock(client: FlaskClient, clock: StillClock) -> None:
    assert desk(client)["figures"]["overdue"] == 1
    clock.time = NOW + 10 * DAY
    assert desk(client)["figures"]["overdue"] == 5


def test_another_plan_locates_anew(client: FlaskClient, square_services: Services) -> None:
    from dataclasses import replace

    from shapely import unary_union

    plan = square_plan(id="p0", name="One square of all", status=PlanStatus.DRAFT, valid_from=None)
    whole = replace(plan.grids[0], code="ALL", polygon=unary_union([grid.polygon for grid in plan.grids]))
    square_services.store.put_plan(replace(plan, grids=(whole,)), at=1, post="t")
    answer = desk(client, "?plan=p0&from=2026-01-01")
    assert [grid["code"] for grid in answer["grids"]] == ["ALL"]
    assert answer["grids"][0]["count"] == 7
    assert answer["figures"]["boundary"] == 0
    assert answer["figures"]["unlocated"] == 1
    assert desk(client)["plan"]["id"] == "p1"


def test_an_edition_of_another_day_is_found_by_date(client: FlaskClient) -> None:
    assert desk(client, "?as_of=2026-06-01")["plan"]["id"] == "p1"
    refused = client.get("/api/desk?as_of=2025-06-01")
    assert refused.status_code == 400
    assert refused.json["field"] == "as_of"


def test_a_community_without_any_incident_has_zeros_and_no_error(empty_client: FlaskClient) -> None:
    store = empty_client.application.extensions["mapsvc"].store
    store.put_plan(square_plan(), at=1, post="t")
    answer = desk(empty_client)
    assert answer["figures"]["total"] == 0
    assert answer["interval"]["data_from"] is None
    assert answer["concentration"] == {"half_in": 0, "tenth_in": 0}
    assert answer["measure"]["classes"] == [0] * 9


def test_before_anything_is_stored_the_answer_names_the_command_to_run(empty_client: FlaskClient) -> None:
    for url in ("/api/desk", "/api/grids?z=3", "/api/incidents", "/api/counts", "/api/locate?lon=1&lat=1"):
        answer = empty_client.get(url)
        assert answer.status_code == 404, url
        assert answer.json["type"] == "/problems/no-plan"
        assert "python -m mapsvc demo" in answer.json["detail"]
