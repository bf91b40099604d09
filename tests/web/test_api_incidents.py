from __future__ import annotations

from typing import Any

from flask.testing import FlaskClient


def page(client: FlaskClient, query: str = "") -> dict[str, Any]:
    response = client.get(f"/api/incidents{query}")
    assert response.status_code == 200, response.text
    return dict(response.json)


def ids(answer: dict[str, Any]) -> list[str]:
    return [feature["id"] for feature in answer["features"]]


def one(answer: dict[str, Any], incident_id: str) -> dict[str, Any]:
    return next(feature for feature in answer["features"] if feature["id"] == incident_id)


def test_the_newest_come_first(client: FlaskClient) -> None:
    assert ids(page(client)) == ["i4", "i3", "i8", "i5", "i2", "i7", "i1", "i6"]


def test_the_most_urgent_come_first_when_asked(client: FlaskClient) -> None:
    # overdue, waiting (newest first), soon due, in time by limit and those without one, closed
    assert ids(page(client, "?order=urgent")) == ["i2", "i4", "i8", "i5", "i3", "i7", "i6", "i1"]


def test_pages_follow_each_other_without_a_gap_or_a_repeat(client: FlaskClient) -> None:
    for order in ("newest", "urgent"):
        whole = ids(page(client, f"?order={order}"))
        seen: list[str] = []
        url: str | None = f"/api/incidents?order={order}&limit=3&type=lamp&type=waste&type=dispute"
        pages = 0
        while url:
            answer = client.get(url).json
            assert answer["numberMatched"] == 8
            assert answer["numberReturned"] == len(answer["features"])
            seen += ids(answer)
            url = answer["next"]
            pages += 1
        assert seen == whole
        assert pages == 3


def test_a_page_after_an_unknown_incident_is_refused(client: FlaskClient) -> None:
    for after in ("i99", "x", "i", "i-1", "i1'--", "i" + "9" * 30, "i١"):
        answer = client.get("/api/incidents", query_string={"after": after})
        assert answer.status_code == 400
        assert answer.json["field"] == "after"


def test_a_sensitive_incident_shows_its_grid_and_nothing_else_of_its_place(client: FlaskClient) -> None:
    hidden = one(page(client), "i7")
    assert hidden["geometry"] is None
    assert hidden["properties"]["grid"] == "22"
    assert hidden["properties"]["certainty"] == "certain"
    assert hidden["properties"]["sensitive"] is True
    alone = client.get("/api/incidents/i7")
    for secret in ("Dispute at 7", "Main St", "script", "98.505"):
        assert secret not in alone.text
        assert secret not in str(hidden)


def test_no_box_tells_where_a_sensitive_incident_is(client: FlaskClient) -> None:
    around = page(client, "?bbox=98.50,39.74,98.51,39.75")
    assert sorted(ids(around)) == ["i3", "i4"]


def test_a_type_that_becomes_sensitive_hides_the_incidents_stored_before(client: FlaskClient) -> None:
    from mapsvc.model.task_type import TaskType

    store = client.application.extensions["mapsvc"].store
    assert one(page(client), "i3")["geometry"]
    store.put_task_types([TaskType("lamp", "Street lamp", sensitive=True)], at=1, post="t")
    assert one(page(client), "i3")["geometry"] is None


def test_unlocated_incidents_have_no_point(client: FlaskClient) -> None:
    lost = one(page(client), "i8")
    assert lost["geometry"] is None
    assert (lost["properties"]["grid"], lost["properties"]["certainty"]) == ("", "unlocated")


def test_an_incident_on_a_line_names_the_grid_beside_it(client: FlaskClient) -> None:
    near = one(page(client), "i6")["properties"]
    assert (near["grid"], near["certainty"], near["near"]) == ("12", "boundary", "13")
    assert one(page(client), "i1")["properties"]["near"] is None


def test_one_incident_comes_with_its_text_as_it_was_written(client: FlaskClient) -> None:
    got = client.get("/api/incidents/i1").json["properties"]
    assert got["title"] == "Lamp {{7*191}}"
    assert got["text"] == "<script>alert(1)</script>"
    assert (got["accuracy_m"], got["datum"], got["channel"]) == (5.0, "wgs84", "hotline")


def test_an_incident_that_is_not_there_is_a_404(client: FlaskClient) -> None:
    for name in ("i99", "nonsense", "i0", "i" + "1" * 40, "1", "i１"):
        assert client.get(f"/api/incidents/{name}").status_code == 404, name


def test_open_list_and_open_figure_agree(client: FlaskClient) -> None:
    figures = client.get("/api/desk").json["figures"]
    answer = page(client, "?light=green,yellow,red,waiting")
    assert answer["numberMatched"] == figures["open"]
    assert page(client, "?light=red")["numberMatched"] == figures["overdue"]
