"""A clock that stands, a 3x3 plan and small profiles for the tests of exchange."""

from __future__ import annotations

import json
from pathlib import Path
from typing import Any

from mapsvc.files.reader import SandboxReader
from mapsvc.model.profile import Profile
from mapsvc.ports import Store
from mapsvc.services.exchange.exchange import Exchange
from mapsvc.services.exchange.profile import read_profile
from mapsvc.store.memory import MemoryStore

STEP = 0.01
WEST, SOUTH = 98.0, 39.0
PROFILE = """
channel = "desk"
datum = "wgs84"
[columns]
occurred = "when"
lon = "lon"
lat = "lat"
type = "kind"
[time]
formats = ["%Y-%m-%d %H:%M", "iso"]
zone = "Asia/Shanghai"
[types]
Light = "light"
[[task_types]]
code = "light"
name = "Street lights"
"""


class FixedClock:
    """2026-07-01T06:32:00Z for ever."""

    def now(self) -> int:
        return 1_782_887_520


def exchange(store: Store | None = None) -> tuple[Exchange, Store]:
    store = store or MemoryStore()
    return Exchange(store, SandboxReader(), FixedClock()), store


def square(column: int, row: int, *, columns: int = 1) -> list[list[float]]:
    """Ring of the cell in that column and row of the 3x3 grid; coordinates of shared corners are equal bit for bit."""
    xs, ys = [WEST + n * STEP for n in range(5)], [SOUTH + n * STEP for n in range(5)]
    west, east, south, north = xs[column], xs[column + columns], ys[row], ys[row + 1]
    return [[west, south], [east, south], [east, north], [west, north], [west, south]]


def write_grids(path: Path, rings: dict[str, list[list[float]]]) -> Path:
    features = [
        {
            "type": "Feature",
            "properties": {"code": code.split("#")[0], "name": f"Grid {code.split('#')[0]}"},
            "geometry": {"type": "Polygon", "coordinates": [ring]},
        }
        for code, ring in rings.items()
    ]
    path.write_text(json.dumps({"type": "FeatureCollection", "features": features}), encoding="utf-8")
    return path


def nine(path: Path) -> Path:
    """A1 A2 A3 in the south, B in the middle, C in the north; stored in reverse order."""
    cells = {f"{letter}{column + 1}": square(column, row) for row, letter in enumerate("ABC") for column in range(3)}
    return write_grids(path, dict(reversed(cells.items())))


def with_plan(tmp_path: Path) -> tuple[Exchange, Store]:
    door, store = exchange()
    assert door.import_boundaries(nine(tmp_path / "nine.geojson"), crs=None, code="code", name="name").published
    return door, store


def profile(tmp_path: Path, text: str = PROFILE, **replaced: Any) -> Profile:
    """The profile above, with lines like `datum = ...` replaced."""
    lines = []
    for line in text.splitlines():
        key = line.split(" =")[0]
        lines.append(f"{key} = {replaced.pop(key)}" if key in replaced else line)
    head = [f"{key} = {value}" for key, value in replaced.items()]
    path = tmp_path / "profile.toml"
    path.write_text("\n".join([*head, *lines]), encoding="utf-8")
    return read_profile(path)


def write_rows(path: Path, *rows: str, header: str = "when,lon,lat,kind") -> Path:
    path.write_text("\n".join([header, *rows]) + "\n", encoding="utf-8")
    return path
