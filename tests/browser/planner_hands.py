"""What tests of the planner's map do: find a place, take a handle, draw; and what they look up without the page."""

from __future__ import annotations

import json
from collections.abc import Callable
from dataclasses import dataclass, field
from typing import Any
from urllib.request import Request, urlopen

Place = tuple[float, float]
ORCHARD, NORTH_GATE, OLD_MILL, LANTERN, BRICK_LANE, MARKET_PARK = (f"99010100100100{n}" for n in (1, 2, 4, 5, 6, 7))
HANDLES = """
[...document.querySelectorAll('.handle')].map((it) => {
  const box = it.querySelector('.h-body').getBoundingClientRect();
  return {kind: it.classList[1].slice(7), held: it.classList.contains('held'), x: box.x + box.width / 2,
    y: box.y + box.height / 2};
})
"""


def ask(address: str, path: str) -> Any:
    with urlopen(f"{address}{path}") as answer:
        return json.load(answer)


def grids_of_incidents(address: str, plan: str = "") -> dict[str, str]:
    """Every incident's grid under a plan, asked anew: what the panel's number is compared with."""
    body = ask(address, f"/api/incidents?limit=5000{f'&plan={plan}' if plan else ''}")
    assert body["numberReturned"] == body["numberMatched"]
    # Of sensitive matters no draft tells anything.
    return {it["id"]: it["properties"]["grid"] for it in body["features"] if not it["properties"]["sensitive"]}


@dataclass
class Hands:
    """One draft on one page."""

    page: Any
    address: str
    draft: str
    writes: list[dict[str, Any]] = field(default_factory=list)

    def __post_init__(self) -> None:
        self.page.on("response", self._note)

    def _note(self, response: Any) -> None:
        request = response.request
        if request.method == "POST" and not request.url.endswith("/preview"):
            said = {"status": response.status, "what": request.url.rsplit("/", 1)[-1]}
            self.writes.append(said | json.loads(request.post_data or "{}"))

    def facts(self) -> Any:
        return ask(self.address, f"/api/drafts/{self.draft}")

    def arcs(self) -> Any:
        return ask(self.address, f"/api/drafts/{self.draft}/arcs?bbox=98,39,99,40&z=18")

    def lines(self) -> dict[tuple[str, str], set[tuple[int, int]]]:
        """Vertices of the edges by the pair of grid codes at their sides ("" = outside), as whole steps."""
        body = self.arcs()
        codes = {it["number"]: it["code"] for it in body["grids"]}
        found: dict[tuple[str, str], set[tuple[int, int]]] = {}
        for arc in body["arcs"]:
            pair = tuple(sorted((codes.get(arc["left"], ""), codes.get(arc["right"], ""))))
            found.setdefault(pair, set()).update(vertices(arc))  # type: ignore[arg-type]
        return found

    def label(self, code: str) -> Place:
        lon, lat = next(it["label"] for it in self.arcs()["grids"] if it["code"] == code)
        return lon, lat

    def at(self, place: Place) -> Place:
        """Pixels of a place on the page."""
        x, y = self.page.evaluate(
            """([lon, lat]) => {
              const point = mapsvc.map.latLngToContainerPoint([lat, lon]);
              const box = mapsvc.map.getContainer().getBoundingClientRect();
              return [point.x + box.x, point.y + box.y];
            }""",
            list(place),
        )
        return x, y

    def middle_of(self, pair: tuple[str, str]) -> Place:
        """A vertex in the middle of the edge between two grids."""
        body = self.arcs()
        number = {it["code"]: it["number"] for it in body["grids"]} | {"": body["outside"]}
        sides = {number[code] for code in pair}
        arc = next(it for it in body["arcs"] if {it["left"], it["right"]} == sides)
        places = vertices(arc)
        x, y = places[len(places) // 2]
        return (body["origin"][0] + x) / 1e8, (body["origin"][1] + y) / 1e8

    def come_near(self, place: Place, zoom: float = 18.0) -> None:
        """So near that every vertex has its handle."""
        move = "([lon, lat, z]) => { mapsvc.map.setView([lat, lon], z, {animate: false}); }"
        self.page.evaluate(move, [*place, zoom])
        self.page.wait_for_timeout(150)

    def handles(self, kind: str = "vertex") -> list[Place]:
        return [(it["x"], it["y"]) for it in self.page.evaluate(HANDLES) if it["kind"] == kind and not it["held"]]

    def handle_at(self, place: Place, kind: str = "vertex") -> Place:
        """Point at a place on an edge and give the handle nearest to it."""
        x, y = self.at(place)
        self.page.mouse.move(x + 9, y + 3)
        self.page.mouse.move(x, y)
        self.page.wait_for_selector(f".handle-{kind}", state="attached")
        return min(self.handles(kind), key=lambda it: (it[0] - x) ** 2 + (it[1] - y) ** 2)

    def drag(self, start: Place, by: Place, *, release: bool = True) -> None:
        mouse = self.page.mouse
        mouse.move(*start)
        mouse.down()
        for k in range(1, 9):
            mouse.move(start[0] + by[0] * k / 8, start[1] + by[1] * k / 8)
            self.page.wait_for_timeout(25)
        if release:
            self.after(mouse.up)

    def click(self, place: Place) -> None:
        self.page.mouse.click(*self.at(place))

    def after(self, act: Callable[[], None]) -> None:
        """Do something that writes, and wait for the answer and what the page makes of it."""
        before = len(self.writes)
        act()
        for _ in range(100):
            self.page.wait_for_timeout(50)
            if len(self.writes) > before:
                break
        assert len(self.writes) > before, "nothing was written"
        self.page.wait_for_timeout(250)

    def press(self, key: str) -> None:
        self.after(lambda: self.page.keyboard.press(key))


def vertices(arc: dict[str, Any]) -> list[tuple[int, int]]:
    """Whole steps from the origin."""
    x = y = 0
    found = []
    for dx, dy in zip(arc["steps"][::2], arc["steps"][1::2], strict=True):
        x, y = x + dx, y + dy
        found.append((x, y))
    return found


def start_draft(address: str, name: str) -> str:
    body = json.dumps({"name": name}).encode()
    request = Request(f"{address}/api/drafts", body, {"Content-Type": "application/json"}, method="POST")
    with urlopen(request) as answer:
        return str(json.load(answer)["id"])
