"""PMTiles version 3: ready tiles in one file, found through directories ordered along a Hilbert curve.

Source: PMTiles specification, version 3 (header of 127 bytes, varint directories, tile ids).
"""

from __future__ import annotations

import gzip
import json
import mmap
import zlib
from bisect import bisect_right
from functools import lru_cache
from pathlib import Path
from typing import NamedTuple

from mapsvc.errors import BadFile

_HEADER = 127
_DEPTH = 4
_MAX_DIRECTORY = 64 * 1024 * 1024
_COMPRESSIONS = {1: "", 2: "gzip"}
_TYPES = {
    1: ("pbf", "application/x-protobuf"),
    2: ("png", "image/png"),
    3: ("jpg", "image/jpeg"),
    4: ("webp", "image/webp"),
}


class Directory(NamedTuple):
    """Entries in order of tile id; run 0 marks an entry that points to a leaf directory."""

    ids: list[int]
    runs: list[int]
    lengths: list[int]
    offsets: list[int]


class PMTiles:
    """A TileSource; safe from several threads. Raises BadFile for a file that cannot be read."""

    def __init__(self, path: Path) -> None:
        self._name = path.name
        if not path.is_file():
            raise BadFile("there is no such basemap file.", file=path.name)
        with path.open("rb") as file:
            if file.seek(0, 2) < _HEADER:
                raise BadFile("it is too short for a PMTiles file.", file=path.name)
            self._map = mmap.mmap(file.fileno(), 0, access=mmap.ACCESS_READ)
        head = self._map[:_HEADER]
        if head[:7] != b"PMTiles" or head[7] != 3:
            self._map.close()
            raise BadFile("it is no PMTiles file of version 3.", file=path.name)
        numbers = [int.from_bytes(head[at : at + 8], "little") for at in range(8, 72, 8)]
        self._root, self._root_length, told, told_length, self._leaves, _, self._tiles, _ = numbers
        self._inner, tile_compression, tile_type = head[97], head[98], head[99]
        if self._inner not in _COMPRESSIONS or tile_compression not in _COMPRESSIONS or tile_type not in _TYPES:
            self._map.close()
            raise BadFile("it uses a compression or a kind of tile that is not read here.", file=path.name)
        self.format, self.content_type = _TYPES[tile_type]
        self.encoding = _COMPRESSIONS[tile_compression]
        self.min_zoom, self.max_zoom = head[100], head[101]
        self._leaf = lru_cache(maxsize=64)(self._read_directory)
        try:
            self.attribution = _attribution(self._unpacked(told, told_length)) if told_length else ""
        except ValueError:
            self.attribution = ""

    def find_tile(self, z: int, x: int, y: int) -> bytes | None:
        """The bytes of one tile as they lie in the file."""
        if not self.min_zoom <= z <= self.max_zoom:
            return None
        wanted = tile_id(z, x, y)
        offset, length = self._root, self._root_length
        for _ in range(_DEPTH):
            directory = self._leaf(offset, length)
            place = bisect_right(directory.ids, wanted) - 1
            if place < 0:
                return None
            run = directory.runs[place]
            if run:
                inside = wanted - directory.ids[place] < run
                start = self._tiles + directory.offsets[place]
                return self._bytes(start, directory.lengths[place]) if inside else None
            offset, length = self._leaves + directory.offsets[place], directory.lengths[place]
        return None

    def close(self) -> None:
        """Release the file."""
        self._map.close()

    def _bytes(self, offset: int, length: int) -> bytes:
        if offset + length > len(self._map):
            raise BadFile("it is cut off.", file=self._name)
        return self._map[offset : offset + length]

    def _unpacked(self, offset: int, length: int) -> bytes:
        data = self._bytes(offset, length)
        if self._inner == 1:
            return data
        try:
            # wbits 31: gzip; a directory that unpacks without end must not fill the memory.
            unpacked = zlib.decompressobj(31).decompress(data, _MAX_DIRECTORY)
        except (zlib.error, gzip.BadGzipFile) as error:
            raise BadFile("a directory in it is damaged.", file=self._name) from error
        return unpacked

    def _read_directory(self, offset: int, length: int) -> Directory:
        try:
            return parse_directory(self._unpacked(offset, length))
        except (IndexError, ValueError) as error:
            raise BadFile("a directory in it is damaged.", file=self._name) from error


def parse_directory(data: bytes) -> Directory:
    """Columns of varints: count, then id deltas, run lengths, lengths, offsets (0 = right behind the one before)."""
    at = 0

    def varint() -> int:
        nonlocal at
        value = shift = 0
        while True:
            byte = data[at]
            at += 1
            value |= (byte & 0x7F) << shift
            if byte < 0x80:
                return value
            shift += 7
            if shift > 63:
                raise ValueError("varint too long")

    count = varint()
    if count > len(data):
        raise ValueError("more entries than bytes")
    ids: list[int] = []
    last = 0
    for _ in range(count):
        last += varint()
        ids.append(last)
    runs = [varint() for _ in range(count)]
    lengths = [varint() for _ in range(count)]
    offsets: list[int] = []
    for number in range(count):
        value = varint()
        if value == 0 and number:
            offsets.append(offsets[number - 1] + lengths[number - 1])
        else:
            offsets.append(value - 1)
    return Directory(ids, runs, lengths, offsets)


def tile_id(z: int, x: int, y: int) -> int:
    """Number of a tile: all tiles of lower zooms, then its place along the Hilbert curve of its zoom."""
    number = ((1 << (2 * z)) - 1) // 3
    step = 1 << z >> 1
    while step:
        right, down = int(bool(x & step)), int(bool(y & step))
        number += step * step * ((3 * right) ^ down)
        if not down:
            if right:
                x, y = step - 1 - x, step - 1 - y
            x, y = y, x
        step >>= 1
    return number


def _attribution(data: bytes) -> str:
    told = json.loads(data)
    return str(told.get("attribution", "")) if isinstance(told, dict) else ""
