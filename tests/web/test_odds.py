"""The odds of a report near a line, as lists read them: its grid's share, and that of the grid beside it."""

from __future__ import annotations

from flask import Flask
from reporting import REPORT, channel_client
from signed import sign_in
from square import SOUTH, STEP, WEST


def test_the_grid_beside_gets_its_own_share_and_not_the_whole_rest(square_app: Flask) -> None:
    near_corner = {"lon": WEST + 1.98 * STEP, "lat": SOUTH + 1.97 * STEP, "accuracy_m": 60}
    told = channel_client(square_app).post("/api/reports", json=REPORT | near_corner).json
    shares = {one["grid"]: one["share"] for one in told["shares"]}
    assert len(shares) > 2
    desk = sign_in(square_app, "dispatcher")
    [one] = [it["properties"] for it in desk.get("/api/incidents").json["features"] if it["id"] == told["id"]]
    assert one["certainty"] == "boundary"
    assert one["near_share"] == shares[one["near"]]
    assert one["grid_share"] + one["near_share"] < 0.99


def test_where_nothing_is_in_doubt_no_share_of_a_neighbour_is_told(square_app: Flask) -> None:
    told = channel_client(square_app).post("/api/reports", json=REPORT).json
    desk = sign_in(square_app, "viewer")
    one = desk.get(f"/api/incidents/{told['id']}").json["properties"]
    assert (one["near"], one["near_share"]) == (None, None)
