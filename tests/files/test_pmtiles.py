from __future__ import annotations

import gzip
import json
from contextlib import suppress
from itertools import pairwise
from pathlib import Path

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from mapsvc.errors import BadFile
from mapsvc.files.pmtiles import PMTiles, tile_id


def varint(value: int) -> bytes:
    out = b""
    while value > 0x7F:
        out += bytes([value & 0x7F | 0x80])
        value >>= 7
    return out + bytes([value])


def directory(entries: list[tuple[int, int, int, int]]) -> bytes:
    """entries: id, run, length, offset."""
    out = varint(len(entries))
    last = 0
    for number, *_ in entries:
        out += varint(number - last)
        last = number
    out += b"".join(varint(run) for _, run, _, _ in entries)
    out += b"".join(varint(length) for _, _, length, _ in entries)
    return gzip.compress(out + b"".join(varint(offset + 1) for *_, offset in entries), mtime=0)


def archive(path: Path, *, kind: int = 2, compression: int = 1) -> Path:
    """Tiles of z 0 and 1 in the root, those of z 2 in a leaf; id 5 to 8 share one tile."""
    tiles = [b"zero", b"one-a", b"one-b", b"two", b"shared"]
    places = [sum(map(len, tiles[:number])) for number in range(len(tiles))]
    leaf = directory([(5, 4, len(tiles[4]), places[4]), (20, 1, len(tiles[3]), places[3])])
    root = directory(
        [
            (0, 1, len(tiles[0]), places[0]),
            (1, 1, len(tiles[1]), places[1]),
            (3, 1, len(tiles[2]), places[2]),
            (5, 0, len(leaf), 0),
        ]
    )
    told = gzip.compress(json.dumps({"attribution": "us"}).encode(), mtime=0)
    parts = [root, told, leaf, b"".join(tiles)]
    starts = [127 + sum(map(len, parts[:number])) for number in range(4)]
    numbers = [value for start, part in zip(starts, parts, strict=True) for value in (start, len(part))]
    head = b"PMTiles\x03" + b"".join(value.to_bytes(8, "little") for value in numbers) + bytes(24)
    head += bytes([1, 2, compression, kind, 0, 2])
    path.write_bytes(head.ljust(127, b"\0") + b"".join(parts))
    return path


def test_tile_numbers_are_those_of_the_specification() -> None:
    known = {
        (0, 0, 0): 0,
        (1, 0, 0): 1,
        (1, 0, 1): 2,
        (1, 1, 1): 3,
        (1, 1, 0): 4,
        (2, 0, 0): 5,
        (12, 3423, 1763): 19078479,
    }
    assert {place: tile_id(*place) for place in known} == known


@settings(deadline=None)
@given(st.integers(1, 5))
def test_each_tile_of_a_zoom_has_its_own_number_and_steps_are_short(z: int) -> None:
    numbers = {tile_id(z, x, y): (x, y) for x in range(1 << z) for y in range(1 << z)}
    first = (4**z - 1) // 3
    assert sorted(numbers) == list(range(first, first + 4**z))
    path = [numbers[number] for number in sorted(numbers)]
    assert all(abs(a[0] - b[0]) + abs(a[1] - b[1]) == 1 for a, b in pairwise(path))


def test_tiles_are_found_in_the_root_and_in_leaves(tmp_path: Path) -> None:
    source = PMTiles(archive(tmp_path / "a.pmtiles"))
    assert source.find_tile(0, 0, 0) == b"zero"
    assert source.find_tile(1, 0, 0) == b"one-a"
    assert source.find_tile(1, 1, 1) == b"one-b"
    assert source.find_tile(1, 0, 1) is None
    by_number = {tile_id(2, x, y): (x, y) for x in range(4) for y in range(4)}
    assert [source.find_tile(2, *by_number[number]) for number in (5, 8, 9, 20)] == [b"shared", b"shared", None, b"two"]
    assert source.find_tile(3, 0, 0) is None
    assert (source.format, source.content_type, source.encoding, source.attribution) == ("png", "image/png", "", "us")
    assert (source.min_zoom, source.max_zoom) == (0, 2)
    source.close()


def test_vector_tiles_say_how_they_are_packed(tmp_path: Path) -> None:
    source = PMTiles(archive(tmp_path / "a.pmtiles", kind=1, compression=2))
    assert (source.format, source.encoding) == ("pbf", "gzip")
    source.close()


@pytest.mark.parametrize("cut", [10, 126, 127, 140, 180])
def test_a_file_that_is_cut_off_is_refused_by_name(tmp_path: Path, cut: int) -> None:
    path = archive(tmp_path / "cut.pmtiles")
    path.write_bytes(path.read_bytes()[:cut])
    with pytest.raises(BadFile, match=r"cut\.pmtiles"):
        PMTiles(path).find_tile(0, 0, 0)


@settings(deadline=None)
@given(at=st.integers(0, 350), value=st.integers(0, 255))
def test_a_damaged_byte_never_crashes(tmp_path_factory: pytest.TempPathFactory, at: int, value: int) -> None:
    path = archive(tmp_path_factory.mktemp("damaged") / "d.pmtiles")
    data = bytearray(path.read_bytes())
    data[at % len(data)] = value
    path.write_bytes(data)
    with suppress(BadFile):
        source = PMTiles(path)
        for z in range(3):
            for x in range(1 << z):
                source.find_tile(z, x, 0)
