"""The "whose is it" sheet over HTTP: what it says, whom it is open to, the same bytes for the same question."""

from __future__ import annotations

import datetime as dt
from collections.abc import Callable
from dataclasses import replace
from typing import Any

import pytest
from flask.testing import FlaskClient
from square import DAY, NOW, SOUTH, STEP, WEST, StillClock, square_plan

from mapsvc.errors import Conflict, Forbidden
from mapsvc.geo.datum import from_wgs84
from mapsvc.model.account import CLI, Actor, Right
from mapsvc.model.case import Call, Change
from mapsvc.model.proof import Proof, Said
from mapsvc.model.site import Site
from mapsvc.services.proof.proofs import Proofs, percent
from mapsvc.services.view.point import AskedPoint
from mapsvc.web.i18n import read_messages
from mapsvc.wiring import Services

M_EAST = 85_700.0
NEAR = (WEST + STEP - 9.4 / M_EAST, SOUTH + STEP / 2)
"""9.4 m west of the line between 11 and 12."""


def ask(services: Services, *, datum: str = "wgs84", accuracy_m: float | None = 15.0, at: int | None = None) -> Proof:
    x, y = (float(value) for value in from_wgs84(*NEAR, datum))
    proofs = Proofs(services.view.stage, services.cases.discretion.look)
    return proofs.of_point(AskedPoint(x, y, datum, accuracy_m), at, CLI, "en")


def said(proof: Proof, label: str) -> str:
    return tell(dict(proof.facts)[f"sheet.proof.{label}"])


def tell(one: Said) -> str:
    return read_messages().of_language("en")[one[0]].format(**one[1])


def test_the_verdict_has_the_shares_and_what_the_rule_asks_for(square_services: Services) -> None:
    proof = ask(square_services)
    assert tell(proof.verdict) == "The point is mostly in 11 Grid 11 (83 %), near the line."
    assert tell(proof.reason).startswith(
        "12 Grid 12 17 %. Below 90 %: the rule asks for a check on site; until then 11"
    )
    assert proof.seals == ("11 Grid 11", "12 Grid 12")
    assert proof.distance_m == pytest.approx(9.4, abs=0.1)
    assert "integrated over 2 candidates, together 100 %" in tell(proof.working)
    certain = ask(square_services, accuracy_m=5.0)
    assert tell(certain.verdict) == "The point is in 11 Grid 11 (> 99 %)."
    wide = ask(square_services, accuracy_m=1500.0)
    assert tell(wide.verdict).startswith("The point is mostly outside the plan")
    silent = ask(square_services, accuracy_m=None)
    assert "not stated" in tell(silent.reason)
    assert said(silent, "accuracy") == "not stated"


def test_the_table_tells_datum_conversion_line_and_time(square_services: Services) -> None:
    proof = ask(square_services, datum="gcj02", at=NOW - DAY)
    assert said(proof, "place") == f"{NEAR[0]:.6f}, {NEAR[1]:.6f}"
    assert said(proof, "source").startswith("GCJ-02: 98.5")
    conversion = said(proof, "conversion")
    assert 100 < float(conversion.split(" m")[0]) < 115
    assert "bearing 30°" in conversion
    assert said(proof, "to_line") == "9.4 m, bearing 90° (east)"
    assert said(proof, "accuracy") == "± 15 m (68 %)"
    assert said(proof, "time") == "2026-11-22 14:00"
    assert said(proof, "edition") == "2026-01-01 (in force on 2026-11-22)"
    assert said(proof, "before") == "none"
    assert said(ask(square_services), "conversion") == "none needed, WGS 84"


def test_the_line_is_named_after_the_street_it_follows(square_services: Services) -> None:
    import shapely

    line = WEST + STEP
    for metres, told in ((0.5, "centre line of Main Street"), (12, "Main Street, 12 m beside its centre line")):
        x = line + metres / M_EAST
        street = Site("st", "street", shapely.LineString([(x, SOUTH), (x, SOUTH + STEP)]), "Main Street", "大街")
        square_services.store.put_sites([street], at=NOW, post="test", source="test")
        assert said(ask(square_services), "along") == told


def test_the_edition_is_that_of_the_day_of_the_matter_and_others_are_told_beside_it(square_services: Services) -> None:
    store = square_services.store
    grids = list(square_plan().grids)
    grids[0], grids[1] = (
        replace(grids[0], polygon=grids[0].polygon.difference(grids[0].polygon.buffer(0).buffer(1e-9).intersection(
            grids[1].polygon.buffer(STEP / 2, join_style="mitre")))),
        replace(grids[1], polygon=grids[1].polygon.union(grids[0].polygon.intersection(
            grids[1].polygon.buffer(STEP / 2, join_style="mitre")))),
    )  # fmt: skip
    moved = square_plan(id="p2", grids=tuple(grids), valid_from=dt.date(2026, 11, 1))
    store.put_plan(moved, at=NOW, post="test")
    now = ask(square_services)
    assert said(now, "edition") == "2026-11-01 (in force on 2026-11-23)"
    assert tell(now.verdict).startswith("The point is in 12 Grid 12")
    assert said(now, "before") == "11 Grid 11 (until 2026-10-31)"
    assert "sheet.proof.now" not in dict(now.facts)
    then = ask(square_services, at=NOW - 30 * DAY)
    assert said(then, "edition") == "2026-01-01 (in force on 2026-10-24)"
    assert said(then, "now") == "12 Grid 12 (since 2026-11-01)"
    assert tell(then.verdict).startswith("The point is mostly in 11 Grid 11")
    before_all = ask(square_services, at=NOW - 2000 * DAY)
    assert said(before_all, "edition").endswith("none was in force on 2021-06-02")


def test_drafts_that_would_give_the_point_away_are_named(square_services: Services) -> None:
    redraw = square_services.redraw
    draft = redraw.drafts.start("West {wing}", None, post="planner")
    assert said(ask(square_services), "draft") == "none"
    command = {"kind": "merge", "codes": ["11", "12"], "survivor": "12"}
    redraw.editor.edit(draft["id"], 1, command, "test", merge=False, post="planner")
    assert said(ask(square_services), "draft") == "West {wing}: 12 Grid 12"


def test_the_same_question_gives_the_same_bytes_in_either_language(client: FlaskClient) -> None:
    asked = f"lon={NEAR[0]}&lat={NEAR[1]}&datum=wgs84&accuracy_m=15&at=2026-11-20"
    pages = set()
    for media, head, lang in (("pdf", b"%PDF", "en"), ("png", b"\x89PNG", "zh")):
        path = f"/print/proof.{media}?{asked}&lang={lang}"
        answer = client.get(path)
        assert answer.status_code == 200
        assert answer.data[:4] == head
        assert answer.headers["Content-Language"] == {"en": "en", "zh": "zh-Hans"}[lang]
        assert answer.data == client.get(path).data
        pages.add(answer.data)
    assert client.get(f"/print/proof.png?{asked}&lang=en").data not in pages


def test_an_incident_is_proved_by_its_id(client: FlaskClient, square_services: Services) -> None:
    assert client.get("/print/proof.pdf?incident=i6").status_code == 200
    proofs = Proofs(square_services.view.stage, square_services.cases.discretion.look)
    proof = proofs.of_incident("i6", CLI, "en")
    assert proof.number == "i6"
    assert said(proof, "to_line") == "exactly on it"
    assert said(proof, "source").startswith("hotline, WGS 84: ")
    assert said(proof, "method") == "from a file"
    with pytest.raises(Conflict):
        proofs.of_incident("i8", CLI, "en")


def test_a_sensitive_place_is_proved_only_to_those_called_to_it_and_the_look_is_kept(
    client: FlaskClient, square_services: Services, clock: StillClock
) -> None:
    assert client.get("/print/proof.png?incident=i7").status_code == 403
    assert square_services.store.list_history("i7") == []
    worker = Actor("w", rights=frozenset({Right.SEE, Right.HANDLE}), post="chief-11")
    proofs = Proofs(square_services.view.stage, square_services.cases.discretion.look)
    with pytest.raises(Forbidden):
        proofs.of_incident("i7", worker, "en")
    called = Change("i7", 0, "incident.dispatched", calls=(Call("post:chief-11", lead=True, called_at=NOW),))
    square_services.store.change_incidents([called], at=NOW, post="test")
    assert proofs.of_incident("i7", worker, "en").number == "i7"
    kinds = [event.kind for event in square_services.store.list_history("i7")]
    assert kinds == ["incident.dispatched", "incident.seen"]


@pytest.mark.parametrize(
    ("asked", "status", "field"),
    [
        ("", 400, "incident"),
        ("lon=98.5&lat=39.73", 400, "datum"),
        ("lon=98.5&datum=wgs84", 400, "lat"),
        ("lon=98.5&lat=nan&datum=wgs84", 400, "lat"),
        ("lon=98.5&lat=139&datum=wgs84", 400, "lon"),
        ("lon=98.5&lat=39.73&datum=mars", 400, "datum"),
        ("lon=98.5&lat=39.73&datum=wgs84&accuracy_m=-1", 400, "accuracy_m"),
        ("lon=98.5&lat=39.73&datum=wgs84&at=yesterday", 400, "at"),
        ("incident=i1&lon=98.5", 400, "lon"),
        ("incident=i99", 404, None),
        ("incident=i8", 409, None),
        ("nonsense=1", 400, "nonsense"),
    ],
)
def test_what_cannot_be_proved_is_refused_by_name(
    client: FlaskClient, asked: str, status: int, field: str | None
) -> None:
    answer = client.get(f"/print/proof.pdf?{asked}")
    assert answer.status_code == status
    assert answer.content_type == "application/problem+json"
    assert answer.json.get("field") == field
    assert client.get("/print/proof.svg?incident=i1").status_code == 404


def test_nobody_gets_no_sheet(anonymous: FlaskClient, client_as: Callable[..., Any]) -> None:
    assert anonymous.get("/print/proof.pdf?incident=i1").status_code == 401
    assert client_as("viewer").get("/print/proof.pdf?incident=i1").status_code == 200


def test_per_cents_are_whole_and_never_say_all_for_nearly_all() -> None:
    assert [percent(share) for share in (1.0, 0.996, 0.99, 0.5, 0.004)] == ["100", "> 99", "99", "50", "< 1"]
