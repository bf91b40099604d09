"""MBTiles 1.3: ready tiles in a SQLite file, read only."""

from __future__ import annotations

import sqlite3
import threading
from pathlib import Path
from urllib.parse import quote

from mapsvc.errors import BadFile

_TYPES = {
    "png": "image/png",
    "jpg": "image/jpeg",
    "jpeg": "image/jpeg",
    "webp": "image/webp",
    "pbf": "application/x-protobuf",
}
_GZIP = b"\x1f\x8b"
_DEEPEST = 24


class MBTiles:
    """A TileSource; safe from several threads. Raises BadFile for a file that is no MBTiles."""

    def __init__(self, path: Path) -> None:
        if not path.is_file():
            raise BadFile("there is no such basemap file.", file=path.name)
        self._lock = threading.Lock()
        # A path of the configuration is quoted: "?" and "#" in a name must not become options of the address.
        address = f"file:{quote(str(path.resolve()))}?mode=ro"
        self._connection = sqlite3.connect(address, uri=True, check_same_thread=False)
        try:
            self._connection.execute("PRAGMA trusted_schema=OFF")
            told = dict(self._connection.execute("SELECT name, value FROM metadata"))
            zooms = self._connection.execute("SELECT min(zoom_level), max(zoom_level) FROM tiles").fetchone()
            first = self._connection.execute("SELECT tile_data FROM tiles LIMIT 1").fetchone()
        except sqlite3.Error as error:
            self._connection.close()
            raise BadFile("it is no MBTiles file (no tables tiles and metadata).", file=path.name) from error
        if first is None:
            self._connection.close()
            raise BadFile("it holds no tiles.", file=path.name)
        self.format = "jpg" if (form := str(told.get("format", "png")).lower()) == "jpeg" else form
        if self.format not in _TYPES:
            self._connection.close()
            raise BadFile("its tiles are neither png, jpg, webp nor pbf.", file=path.name)
        self.content_type = _TYPES[self.format]
        self.encoding = "gzip" if self.format == "pbf" and bytes(first[0])[:2] == _GZIP else ""
        self.min_zoom, self.max_zoom = int(zooms[0]), min(int(zooms[1]), _DEEPEST)
        self.attribution = str(told.get("attribution", ""))

    def find_tile(self, z: int, x: int, y: int) -> bytes | None:
        """The bytes of one tile; MBTiles counts rows from the south."""
        with self._lock:
            row = self._connection.execute(
                "SELECT tile_data FROM tiles WHERE zoom_level = ? AND tile_column = ? AND tile_row = ?",
                (z, x, (1 << z) - 1 - y),
            ).fetchone()
        return bytes(row[0]) if row else None

    def close(self) -> None:
        """Close the file."""
        with self._lock:
            self._connection.close()
