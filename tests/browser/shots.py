"""Make the screenshots of the desks: `python tests/browser/shots.py --out DIR [--city DATA]`.

Serves the demo community, and a city from its data folder if one is given, and photographs what the issue lists.
"""

from __future__ import annotations

import argparse
import sys
import tempfile
from collections.abc import Iterator
from contextlib import ExitStack
from dataclasses import dataclass
from pathlib import Path
from typing import Any

sys.path.insert(0, str(Path(__file__).resolve().parents[2]))

from served import chromium, find_chromium, serving, settled

DESK, LAPTOP, WALL, PHONE = (1920, 1080), (1366, 768), (3840, 1080), (390, 844)


@dataclass(frozen=True)
class Shot:
    """One picture. of: demo, demo_zh or city; press: keys after the page has settled."""

    name: str
    of: str
    path: str
    size: tuple[int, int] = DESK
    press: tuple[str, ...] = ()


SHOTS = (
    Shot("command-dark-en", "demo", "/command?theme=dark&lang=en"),
    Shot("command-light-zh-grid-card", "demo_zh", "/command?theme=light&lang=zh&sel=grid:990101001001006"),
    Shot("command-light-en-1366", "demo", "/command?theme=light&lang=en", LAPTOP),
    Shot("command-dark-zh-1366", "demo_zh", "/command?theme=dark&lang=zh", LAPTOP),
    Shot("command-wall-zh", "demo_zh", "/command?lang=zh&wall=1", WALL),
    Shot("command-wall-en-16-9", "demo", "/command?lang=en&wall=1", DESK),
    Shot("command-incident", "demo", "/command?theme=dark&lang=en", DESK, ("q", "Enter")),
    Shot("command-density-posts", "demo", "/command?theme=dark&lang=en&layers=inc,den,post"),
    Shot("command-filter", "demo", "/command?theme=light&lang=en", DESK, ("f",)),
    Shot("command-phone", "demo", "/command?theme=light&lang=en", PHONE),
    Shot("hotspots-light-en", "demo", "/hotspots?theme=light&lang=en"),
    Shot(
        "hotspots-cannot-tell-zh", "demo_zh", "/hotspots?theme=light&lang=zh&type=appeal&from=2020-01-01&to=2020-01-08"
    ),
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
    from mapsvc.config import Config, read_config
    from mapsvc.store.memory import MemoryStore
    from mapsvc.wiring import SystemClock, assemble, build, load_demo_into

    for name, lang in (("demo", "en"), ("demo_zh", "zh"), ("empty", "")):
        config = Config(Path(stack.enter_context(tempfile.TemporaryDirectory())))
        services = assemble(config, MemoryStore(), SystemClock())
        if lang:
            load_demo_into(services, lang=lang)
        yield name, stack.enter_context(serving(create_app(config, services)))
    if city is not None:
        config = read_config(city)
        services = build(config)
        stack.callback(services.close)
        yield "city", stack.enter_context(serving(create_app(config, services)))


def take(browser: Any, address: str, shot: Shot, out: Path) -> None:
    """One picture as OUT/name.png."""
    context = browser.new_context(viewport={"width": shot.size[0], "height": shot.size[1]})
    page = context.new_page()
    page.goto(address + shot.path)
    if not shot.path.startswith("/findings"):
        settled(page)
    for key in shot.press:
        page.keyboard.press(key)
        page.wait_for_timeout(300)
    page.wait_for_load_state("networkidle")
    page.wait_for_timeout(500)
    page.screenshot(path=str(out / f"{shot.name}.png"))
    context.close()


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
        for shot in SHOTS:
            if shot.of in addresses and given.only in shot.name:
                take(browser, addresses[shot.of], shot, given.out)
                print(given.out / f"{shot.name}.png")
    return 0


if __name__ == "__main__":
    sys.exit(main())
