"""Make the screenshots of the desks: `python tests/browser/shots.py --out DIR [--city DATA]`.

Serves the demo community, and a city from its data folder if one is given, and photographs what the issue lists.
"""

from __future__ import annotations

import argparse
import json
import sys
import tempfile
from collections.abc import Iterator
from contextlib import ExitStack
from dataclasses import dataclass, replace
from pathlib import Path
from typing import Any
from urllib.request import Request, urlopen

sys.path.insert(0, str(Path(__file__).resolve().parents[2]))
sys.path.insert(0, str(Path(__file__).resolve().parents[1]))

from dispatcher_hands import WAYS as DISPATCHING
from served import chromium, find_chromium, serving, settled

DESK, LAPTOP, WALL, PHONE = (1920, 1080), (1366, 768), (3840, 1080), (390, 844)


@dataclass(frozen=True)
class Shot:
    """One picture. of: demo, demo_zh, planner or city; press: keys after the page has settled; do: a way of `WAYS`."""

    name: str
    of: str
    path: str
    size: tuple[int, int] = DESK
    press: tuple[str, ...] = ()
    do: str = ""


SHOTS = (
    Shot("command-dark-en", "demo", "/command?theme=dark&lang=en"),
    Shot("command-light-zh-grid-card", "demo_zh", "/command?theme=light&lang=zh&sel=grid:990101001001006"),
    Shot("command-light-en-1366", "demo", "/command?theme=light&lang=en", LAPTOP),
    Shot("command-dark-zh-1366", "demo_zh", "/command?theme=dark&lang=zh", LAPTOP),
    Shot("command-wall-zh", "demo_zh", "/command?lang=zh&wall=1", WALL),
    Shot("command-wall-en-16-9", "demo", "/command?lang=en&wall=1", DESK),
    Shot("command-incident", "demo", "/command?theme=dark&lang=en", DESK, ("q", "Enter")),
    Shot("dispatch-ready", "demo", "/command?theme=dark&lang=en", do="case"),
    Shot("dispatch-ready-zh-1440", "demo_zh", "/command?theme=light&lang=zh", (1440, 900), do="case"),
    Shot("dispatch-ready-1024", "demo", "/command?theme=dark&lang=en", (1024, 768), do="case"),
    Shot("dispatch-who", "demo", "/command?theme=light&lang=en", do="who"),
    Shot("dispatch-pin", "demo", "/command?theme=dark&lang=en", do="pin"),
    Shot("dispatch-compare", "demo", "/command?theme=light&lang=en", do="compare"),
    Shot("dispatch-networks", "demo", "/command?theme=light&lang=en&layers=inc,post,net"),
    Shot("dispatch-done", "demo", "/command?theme=dark&lang=en", do="dispatch"),
    Shot("command-density-posts", "demo", "/command?theme=dark&lang=en&layers=inc,den,post"),
    Shot("command-filter", "demo", "/command?theme=light&lang=en", DESK, ("f",)),
    Shot("command-phone", "demo", "/command?theme=light&lang=en", PHONE),
    Shot("hotspots-light-en", "demo", "/hotspots?theme=light&lang=en"),
    Shot(
        "hotspots-cannot-tell-zh", "demo_zh", "/hotspots?theme=light&lang=zh&type=appeal&from=2020-01-01&to=2020-01-08"
    ),
    Shot("planner-start", "planner", "/planner?lang=en"),
    Shot("planner-drag", "planner", "/planner/DRAFT?lang=en&tool=edge&edge=EDGE", do="drag"),
    Shot("planner-drag-1366", "planner", "/planner/DRAFT?lang=en&tool=edge&edge=EDGE", LAPTOP, do="drag"),
    Shot("planner-compare-proposals", "planner", "/planner/DRAFT?lang=en&cmp=0.30&panel=proposals", do="wait"),
    Shot("planner-history", "planner", "/planner/DRAFT?lang=en&panel=history", do="wait"),
    Shot("planner-before-review", "planner", "/planner/DRAFT?lang=en&panel=review", do="wait"),
    Shot("planner-review-zh", "planner", "/planner/REVIEWED?lang=zh&panel=review", do="review"),
    Shot("planner-refused", "planner", "/planner/DRAFT?lang=en&tool=edge&edge=EDGE", do="refuse"),
    Shot("planner-dark-zh-1366", "planner", "/planner/DRAFT?lang=zh&theme=dark", LAPTOP, do="wait"),
    Shot("login-zh", "door", "/login?lang=zh"),
    Shot("login-en-phone", "door", "/login?lang=en", PHONE),
    Shot("public-en", "door", "/public?lang=en"),
    Shot("admin-en", "demo", "/admin?lang=en"),
    Shot("first-use", "empty", "/command?theme=light&lang=en"),
    Shot("city-counts-light", "city", "/command?theme=light&lang=en"),
    Shot("city-compare-light", "city", "/command?theme=light&lang=en&cmp=0.5"),
    Shot("city-dark-zh-1366", "city", "/command?theme=dark&lang=zh", LAPTOP),
    Shot("city-hotspots-dark", "city", "/hotspots?theme=dark&lang=en"),
    Shot("city-findings", "city", "/findings?theme=light&lang=en"),
)


def serve(stack: ExitStack, city: Path | None) -> Iterator[tuple[str, str]]:
    """(name, address) of each server."""
    from mapsvc.app import create_app
    from mapsvc.config import AccessConfig, Config, read_config
    from mapsvc.store.memory import MemoryStore
    from mapsvc.wiring import SystemClock, assemble, build, load_demo_into

    for name, lang in (("demo", "en"), ("demo_zh", "zh"), ("planner", "en"), ("door", "en"), ("empty", "")):
        config = Config(Path(stack.enter_context(tempfile.TemporaryDirectory())))
        services = assemble(config, MemoryStore(), SystemClock())
        if lang:
            load_demo_into(services, lang=lang)
        role = None if name == "door" else "admin"
        yield name, stack.enter_context(serving(create_app(config, services), as_role=role))
    if city is not None:
        config = replace(read_config(city), access=AccessConfig("viewer"))
        services = build(config)
        stack.callback(services.close)
        yield "city", stack.enter_context(serving(create_app(config, services), as_role=None))


def take(browser: Any, address: str, shot: Shot, out: Path) -> None:
    """One picture as OUT/name.png."""
    context = browser.new_context(viewport={"width": shot.size[0], "height": shot.size[1]})
    page = context.new_page()
    page.goto(address + shot.path)
    if shot.do:
        WAYS[shot.do](page)
    elif not shot.path.startswith(("/findings", "/planner", "/login", "/public", "/admin")):
        settled(page)
    for key in shot.press:
        page.keyboard.press(key)
        page.wait_for_timeout(300)
    if shot.do not in ("drag", "refuse"):
        page.wait_for_load_state("networkidle")
    page.wait_for_timeout(500)
    page.screenshot(path=str(out / f"{shot.name}.png"))
    context.close()


def waited(page: Any) -> None:
    """A draft with its figures, its lines and what its panel shows."""
    page.wait_for_selector("#draftbar .draftchip")
    page.wait_for_selector(".effect-head .fig", state="attached")
    page.wait_for_timeout(1500)
    if "panel=proposals" in page.url:
        page.wait_for_selector(".stepcard", timeout=60_000)
        page.hover(".stepcard >> nth=1")
        page.wait_for_timeout(800)


def pulled(page: Any, down: int = 70, *, drop: bool = False) -> None:
    """The middle vertex of the chosen edge under the hand."""
    waited(page)
    boxes = page.eval_on_selector_all(
        ".handle[class*=vertex]",
        "(all) => all.map((it) => it.getBoundingClientRect()).map((b) => [b.x + b.width / 2, b.y + b.height / 2])",
    )
    x, y = boxes[len(boxes) // 2]
    page.mouse.move(x, y)
    page.mouse.down()
    for step in range(1, 9):
        page.mouse.move(x, y + down * step / 8)
        page.wait_for_timeout(80)
    if drop:
        page.mouse.up()
    page.wait_for_timeout(1200)


WAYS = {
    "wait": waited,
    "drag": pulled,
    "refuse": lambda page: pulled(page, 420, drop=True),
    "review": waited,
    **DISPATCHING,
}


def ask(address: str, path: str, body: Any = None, revision: int = 0) -> Any:
    """One question, or one write of the planner's post, as JSON."""
    headers = {"Content-Type": "application/json", "If-Match": f'"r{revision}"'}
    data = None if body is None else json.dumps(body).encode()
    with urlopen(Request(address + path, data, headers if data else {})) as answer:
        return json.load(answer)


def drafted(address: str) -> dict[str, str]:
    """Two drafts with a few edits, one of them in review: what the shots call DRAFT, REVIEWED and EDGE."""
    words = {}
    for name, title in (("DRAFT", "autumn balance"), ("REVIEWED", "秋季均衡")):
        draft = ask(address, "/api/drafts", {"name": title})["id"]
        words[name] = draft
        wish = {"kind": "smallest", "within": 0.35}
        steps = ask(address, f"/api/drafts/{draft}/proposals", wish, 1)["steps"]
        for revision, step in enumerate(steps[: 1 if name == "DRAFT" else 3], 1):
            given = {"command": step["command"], "reason": ("由灯市路出入", "负荷均衡", "商铺归市场园")[revision - 1]}
            if name == "DRAFT":
                given["reason"] = "The yard is served from Lamp Street"
            ask(address, f"/api/drafts/{draft}/edits", given, revision)
    found = ask(address, f"/api/drafts/{words['REVIEWED']}")
    day = {"valid_from": ask(address, "/api/desk")["now"][:10], "edition_name": "秋季版"}
    ask(address, f"/api/drafts/{found['id']}/review", day, found["revision"])
    arcs = ask(address, f"/api/drafts/{words['DRAFT']}/arcs?bbox=98.4,39.7,98.6,39.8&z=15")
    # Proposals lay lines along streets, which bend little: the drag is shown at the line with most bends.
    between = [it for it in arcs["arcs"] if min(it["left"], it["right"]) >= 0]
    return words | {"EDGE": str(max(between, key=lambda it: len(it["steps"]))["id"])}


def main() -> int:
    """Take all pictures whose server is there."""
    parser = argparse.ArgumentParser(description="Screenshots of the desks.")
    parser.add_argument("--out", type=Path, required=True, help="folder for the pictures")
    parser.add_argument("--city", "--data", type=Path, help="data folder of an imported city")
    parser.add_argument("--only", default="", help="take only pictures whose name holds this")
    given = parser.parse_args()
    if find_chromium() is None:
        print("Chromium is absent: install the Debian package chromium", file=sys.stderr)
        return 1
    given.out.mkdir(parents=True, exist_ok=True)
    with ExitStack() as stack, chromium() as browser:
        addresses = dict(serve(stack, given.city))
        words = (
            drafted(addresses["planner"]) if any(given.only in it.name for it in SHOTS if it.of == "planner") else {}
        )

        def named(shot: Shot) -> Shot:
            path = shot.path
            for word, value in words.items():
                path = path.replace(word, value)
            return replace(shot, path=path)

        for shot in SHOTS:
            if shot.of in addresses and given.only in shot.name:
                take(browser, addresses[shot.of], named(shot), given.out)
                print(given.out / f"{shot.name}.png")
    return 0


if __name__ == "__main__":
    sys.exit(main())
