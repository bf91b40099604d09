"""A planner over HTTP: the calls that the tests of drafts share."""

from __future__ import annotations

from typing import Any

from flask.testing import FlaskClient
from werkzeug.test import TestResponse


class Planner:
    """Speaks about one draft and knows its newest revision, unless told another."""

    def __init__(self, client: FlaskClient, name: str = "Autumn", plan: str | None = None) -> None:
        self.client = client
        body = {"name": name} if plan is None else {"name": name, "plan": plan}
        answer = client.post("/api/drafts", json=body)
        assert answer.status_code == 201, answer.text
        self.id = answer.json["id"]

    @property
    def revision(self) -> int:
        return int(self.get("")["revision"])

    def get(self, rest: str) -> Any:
        answer = self.client.get(f"/api/drafts/{self.id}{rest}")
        assert answer.status_code == 200, answer.text
        return answer.json

    def send(self, rest: str, body: Any = None, *, revision: int | None = None, method: str = "POST") -> TestResponse:
        tag = f'"r{self.revision if revision is None else revision}"'
        return self.client.open(
            f"/api/drafts/{self.id}{rest}",
            method=method,
            json={} if body is None else body,
            headers={"If-Match": tag},
        )

    def edit(self, command: dict[str, Any], reason: str = "", **more: Any) -> TestResponse:
        revision = more.pop("revision", None)
        return self.send("/edits", {"command": command, "reason": reason, **more}, revision=revision)

    def arcs(self) -> dict[frozenset[int], dict[str, Any]]:
        """Arcs by the codes of their two sides; the outline of a grid alone has "" as the other."""
        told = self.get("/arcs")
        codes = {grid["number"]: grid["code"] for grid in told["grids"]}
        return {frozenset({codes.get(arc["left"], ""), codes.get(arc["right"], "")}): arc for arc in told["arcs"]}

    def places(self, arc: dict[str, Any]) -> list[tuple[float, float]]:
        """lon, lat of the vertices of an arc."""
        x0, y0 = self.get("/arcs")["origin"]
        found, x, y = [], x0, y0
        for dx, dy in zip(arc["steps"][::2], arc["steps"][1::2], strict=True):
            x, y = x + dx, y + dy
            found.append((x / 1e8, y / 1e8))
        return found

    def move_end(self, one: str, other: str, lon: float, lat: float, near: tuple[float, float]) -> dict[str, Any]:
        """The command that moves the junction of the edge between two grids that lies nearest to `near`."""
        arc = self.arcs()[frozenset({one, other})]
        places = self.places(arc)
        ends = (0, len(places) - 1)
        index = min(ends, key=lambda at: abs(places[at][0] - near[0]) + abs(places[at][1] - near[1]))
        return {"kind": "move", "moves": [{"arc": arc["id"], "index": index, "to": [lon, lat]}]}

    def to_review(self, day: str, name: str = "New edition") -> TestResponse:
        return self.send("/review", {"valid_from": day, "edition_name": name})
