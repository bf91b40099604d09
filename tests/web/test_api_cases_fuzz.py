"""Whatever is sent to the routes of incidents in motion: an answer below 500, and nothing stored half."""

from __future__ import annotations

import json
from typing import Any

import pytest
from casefile import staff
from flask.testing import FlaskClient
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from signed import sign_in
from square import StillClock, fill

from mapsvc.app import create_app
from mapsvc.casework.apply import apply, hear_change
from mapsvc.casework.steps import KINDS
from mapsvc.config import Config
from mapsvc.store.memory import MemoryStore
from mapsvc.web.case_params import DISPATCH_MEMBERS, STEP_MEMBERS
from mapsvc.wiring import Services, assemble

STEPS = [*KINDS, "place", "undo", ""]
VALUES: st.SearchStrategy[Any] = st.one_of(
    st.none(),
    st.booleans(),
    st.integers(-(2**70), 2**70),
    st.floats(),
    st.text(max_size=12),
    st.sampled_from(["wgs84", "gcj02", "EPSG:4542", "post:w22", "department:works", "other", "weather", "i3", "lamp"]),
    st.sampled_from([98.495, 39.735, 24, "2026-11-24T10:00:00+08:00", ["post:w22"], ["department:works", "post:w11"]]),
    st.lists(st.text(max_size=5), max_size=3),
    st.dictionaries(st.text(max_size=4), st.integers(), max_size=2),
)
MEMBERS = st.sampled_from([*STEP_MEMBERS, *DISPATCH_MEMBERS, "lon", "lat", "datum", "accuracy_m", "into", "value", "x"])
BODIES = st.dictionaries(MEMBERS, VALUES, max_size=6)
CALLS = st.sampled_from(["steps", "dispatch", "undo", "place", "merge", "unmerge"])


@pytest.fixture(scope="module")
def made(tmp_path_factory: pytest.TempPathFactory) -> tuple[Services, FlaskClient]:
    services = assemble(Config(tmp_path_factory.mktemp("fuzz")), fill(MemoryStore()), StillClock())
    staff(services.store)
    app = create_app(services.config, services)
    app.testing = True
    app.config["PROPAGATE_EXCEPTIONS"] = False
    return services, sign_in(app)


@settings(max_examples=250, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(CALLS, st.sampled_from(["i3", "i4", "i7", "i8", "i99"]), BODIES, st.sampled_from(STEPS), st.booleans())
def test_no_body_is_answered_by_a_fault_of_ours(
    made: tuple[Services, FlaskClient], call: str, incident_id: str, body: dict[str, Any], name: str, named: bool
) -> None:
    services, client = made
    if call == "steps" and named:
        body = {**{key: value for key, value in body.items() if key in STEP_MEMBERS}, "step": name}
    case = services.store.get_case(incident_id) if incident_id != "i99" else None
    revision = case.revision if case else 0
    before = services.store.seq()
    answer = client.post(
        f"/api/cases/{incident_id}/{call}",
        data=json.dumps(body),
        headers={"If-Match": f'"r{revision}"', "Content-Type": "application/json"},
    )
    assert answer.status_code < 500, answer.text
    if answer.status_code != 200:
        assert services.store.seq() == before
        assert answer.json["detail"]
    elif case is not None:
        state = case
        for event in services.store.list_events(before):
            if event.subject == incident_id:
                state = apply(state, hear_change(incident_id, event.kind, event.data))
        assert state == services.store.get_case(incident_id)


@settings(max_examples=120, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(st.sampled_from(["workflow", "limits", "calendar", "recommend", "escalation"]), VALUES, st.booleans())
def test_no_table_is_answered_by_a_fault_of_ours(
    made: tuple[Services, FlaskClient], name: str, value: Any, nested: bool
) -> None:
    client = made[1]
    found = client.get(f"/api/settings/{name}").json
    key = next(iter(found["value"]), "x")
    body = {"value": {**found["value"], key: value} if nested else value}
    headers = {"If-Match": f'"r{found["revision"]}"', "Content-Type": "application/json"}
    answer = client.put(f"/api/settings/{name}", data=json.dumps(body), headers=headers)
    assert answer.status_code < 500, answer.text
    if answer.status_code != 200:
        assert client.get(f"/api/settings/{name}").json == found
    else:
        assert (
            client.put(f"/api/settings/{name}", json=found, headers={"If-Match": answer.headers["ETag"]}).status_code
            == 200
        )
