"""What an installation puts under the grids: tile files, a tile service; and what their makers ask to be told."""

from __future__ import annotations

import gzip
import json
import sqlite3
import threading
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from pathlib import Path
from typing import Any
from urllib.parse import urlsplit

import numpy as np
import pytest
from hostile import ATTACKS
from served import Record, serving, settled
from square import SOUTH, WEST, StillClock, fill

from mapsvc.app import create_app
from mapsvc.config import Config, MapConfig
from mapsvc.files.pmtiles import tile_id
from mapsvc.geo.tiling import lonlat_to_tile
from mapsvc.render.png import encode_palette
from mapsvc.store.memory import MemoryStore
from mapsvc.wiring import assemble

ZOOM = 12
BLUE = encode_palette(np.zeros((256, 256), np.uint8), [(10, 60, 200, 255)])
ATTRIBUTION = "<img src=x onerror=alert(1)><a href='javascript:alert(2)'>us</a> " + " ".join(ATTACKS)


def around() -> list[tuple[int, int]]:
    """The tile that holds the plan's corner and those that touch it."""
    x, y = (int(value) for value in lonlat_to_tile(WEST, SOUTH, ZOOM))
    return [(x + right, y + down) for right in (-1, 0, 1) for down in (-1, 0, 1)]


def mbtiles(path: Path, form: str = "png", tile: bytes = BLUE) -> Path:
    with sqlite3.connect(path) as connection:
        connection.execute("CREATE TABLE metadata (name TEXT, value TEXT)")
        connection.execute("CREATE TABLE tiles (zoom_level INT, tile_column INT, tile_row INT, tile_data BLOB)")
        connection.executemany("INSERT INTO metadata VALUES (?, ?)", [("format", form), ("attribution", ATTRIBUTION)])
        rows = [(ZOOM, x, (1 << ZOOM) - 1 - y, tile) for x, y in around()]
        connection.executemany("INSERT INTO tiles VALUES (?, ?, ?, ?)", rows)
    connection.close()
    return path


def varint(value: int) -> bytes:
    return bytes([value]) if value < 128 else bytes([value & 127 | 128]) + varint(value >> 7)


def pmtiles(path: Path) -> Path:
    """One picture for all tiles, each its own entry of the root directory."""
    ids = sorted(tile_id(ZOOM, x, y) for x, y in around())
    steps = [after - before for before, after in zip([0, *ids], ids, strict=False)]
    columns = [[len(ids)], steps, [1] * len(ids), [len(BLUE)] * len(ids), [1] * len(ids)]
    root = gzip.compress(b"".join(varint(value) for column in columns for value in column), mtime=0)
    told = gzip.compress(json.dumps({"attribution": ATTRIBUTION}).encode(), mtime=0)
    parts = [root, told, b"", BLUE]
    starts = [127 + sum(map(len, parts[:number])) for number in range(4)]
    numbers = [value for start, part in zip(starts, parts, strict=True) for value in (start, len(part))]
    head = b"PMTiles\x03" + b"".join(value.to_bytes(8, "little") for value in numbers) + bytes(24)
    head += bytes([1, 2, 1, 2, ZOOM, ZOOM])
    path.write_bytes(head.ljust(127, b"\0") + b"".join(parts))
    return path


@contextmanager
def served_with(folder: Path, shown: MapConfig) -> Iterator[str]:
    services = assemble(Config(folder, map=shown), fill(MemoryStore()), StillClock())
    with serving(create_app(services.config, services)) as address:
        yield address
    services.close()


@contextmanager
def tile_service() -> Iterator[str]:
    """Another host that gives the same picture for every tile."""

    class Tiles(BaseHTTPRequestHandler):
        def do_GET(self) -> None:
            self.send_response(200)
            self.send_header("Content-Type", "image/png")
            self.end_headers()
            self.wfile.write(BLUE)

        def log_message(self, format: str, *args: object) -> None:
            """Silent."""

    server = ThreadingHTTPServer(("127.0.0.1", 0), Tiles)
    threading.Thread(target=server.serve_forever, daemon=True).start()
    yield f"http://127.0.0.1:{server.server_port}"
    server.shutdown()
    server.server_close()


def assert_drawn(page: Any, record: Record) -> None:
    page.wait_for_selector("img.leaflet-tile-loaded", state="attached")
    assert page.evaluate("document.querySelector('img.leaflet-tile-loaded').naturalWidth") == 256
    assert page.locator("body.has-tiles").count() == 1
    assert page.text_content(".attribution") == ATTRIBUTION
    assert page.locator(".attribution *").count() == 0
    assert record.complaints == []
    assert page.evaluate("[window.__violations, window.__hit ?? null]") == [[], None]


@pytest.mark.parametrize("make", [mbtiles, pmtiles])
def test_a_tile_file_is_drawn_and_its_attribution_is_text(
    tmp_path: Path, open_page: Callable[..., Any], record: Record, make: Callable[[Path], Path]
) -> None:
    path = make(tmp_path / f"base.{make.__name__}")
    with served_with(tmp_path, MapConfig(basemap=str(path))) as address:
        page = open_page(f"{address}/command?layers=inc")
        settled(page)
        assert_drawn(page, record)
        # Where the file ends, nothing is reported as broken.
        page.evaluate("window.mapsvc.map.setView([0, 0], 14, {animate: false})")
        page.wait_for_load_state("networkidle")
        assert record.hosts == {urlsplit(address).netloc}
        assert (record.complaints, record.failed) == ([], [])


def test_a_tile_service_is_asked_only_where_the_configuration_names_it(
    tmp_path: Path, open_page: Callable[..., Any], record: Record
) -> None:
    with tile_service() as tiles:
        shown = MapConfig(xyz_url=f"{tiles}/{{z}}/{{x}}/{{y}}.png", xyz_attribution=ATTRIBUTION)
        with served_with(tmp_path, shown) as address:
            page = open_page(f"{address}/command?layers=inc")
            settled(page)
            assert_drawn(page, record)
            assert record.hosts == {urlsplit(address).netloc, urlsplit(tiles).netloc}


def test_vector_tiles_are_served_but_the_desk_draws_its_own_ground(
    tmp_path: Path, open_page: Callable[..., Any], record: Record
) -> None:
    path = mbtiles(tmp_path / "vector.mbtiles", "pbf", b"vector tile")
    with served_with(tmp_path, MapConfig(basemap=str(path))) as address:
        page = open_page(f"{address}/command?layers=inc")
        settled(page)
        assert page.locator("body.has-tiles").count() == 0
        assert page.locator(".land").count() > 0
        assert (record.complaints, record.failed) == ([], [])
