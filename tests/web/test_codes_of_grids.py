"""A grid's code belongs to it for ever: no draft gives it to another grid."""

from __future__ import annotations

import pytest
from drafting import Planner
from flask.testing import FlaskClient
from square import SOUTH, STEP, WEST

MIDDLE_LON = WEST + 1.5 * STEP
LINE = [[MIDDLE_LON, SOUTH + 0.9 * STEP], [MIDDLE_LON, SOUTH + 2.1 * STEP]]


@pytest.fixture
def merged(client: FlaskClient) -> Planner:
    """A draft in which grid 33 is gone."""
    planner = Planner(client)
    assert planner.edit({"kind": "merge", "codes": ["32", "33"], "survivor": "32"}).status_code == 201
    return planner


@pytest.mark.parametrize(
    "command",
    [
        {"kind": "split", "code": "22", "line": LINE, "new_code": "33"},
        {"kind": "attributes", "code": "22", "values": {"code": "33"}},
    ],
)
def test_the_code_of_a_grid_that_is_gone_is_not_given_again(merged: Planner, command: dict[str, object]) -> None:
    refused = merged.edit(command)
    assert refused.status_code == 422, refused.text
    assert refused.json["findings"]["features"][0]["properties"]["rule"] == "duplicate_code"
    assert merged.edit({**command, **_with_code(command, "40")}).status_code == 201


def _with_code(command: dict[str, object], code: str) -> dict[str, object]:
    return {"new_code": code} if command["kind"] == "split" else {"values": {"code": code}}


def test_a_grid_may_take_its_own_code_back(merged: Planner) -> None:
    assert merged.edit({"kind": "attributes", "code": "22", "values": {"code": "40"}}).status_code == 201
    assert merged.edit({"kind": "attributes", "code": "40", "values": {"code": "22"}}).status_code == 201
