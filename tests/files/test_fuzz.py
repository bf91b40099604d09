"""Random and mutated bytes into everything the child runs before a library: only a Refusal ever comes out."""

from __future__ import annotations

import contextlib
import io
import json
import tempfile
import zipfile
from pathlib import Path
from typing import Any

import pytest
from bombs import SQUARE, collection, feature, nine_squares, polygon
from hypothesis import given, settings
from hypothesis import strategies as st

from mapsvc.files import archive, encoding, features, magic
from mapsvc.files.gdal import check_shp
from mapsvc.files.refusal import Refusal

KEYS = ("type", "features", "geometry", "coordinates", "properties", "crs", "geometries", "name")
KINDS = ("Feature", "FeatureCollection", "Polygon", "MultiPolygon", "Point")
JSON = st.recursive(
    st.none() | st.booleans() | st.integers() | st.floats() | st.text(max_size=6),
    lambda inner: (
        st.lists(inner, max_size=4) | st.dictionaries(st.sampled_from(KEYS), inner | st.sampled_from(KINDS), max_size=4)
    ),
    max_leaves=20,
)
WHOLE = json.dumps(nine_squares()).encode()


def run(data: bytes, name: str = "x") -> None:
    with tempfile.TemporaryDirectory() as folder:
        path = Path(folder) / name
        path.write_bytes(data)
        try:
            found = features.read(path, Path(folder), ["code"], False, True)
        except Refusal as refusal:
            sentence = refusal.message
        else:
            sentence = "Read."
            assert len(found.numbers) == len(found.shapes) > 0
    assert sentence[:1].isupper()


@settings(max_examples=200, deadline=None)
@given(JSON)
def test_any_json_is_read_or_refused(document: Any) -> None:
    run(json.dumps(document).encode())


@settings(max_examples=200, deadline=None)
@given(JSON, st.sampled_from(["geometry", "coordinates", "properties", "type"]))
def test_any_json_in_the_place_of_a_member_is_read_or_refused(value: Any, member: str) -> None:
    one = feature(polygon(SQUARE))
    if member == "coordinates":
        one["geometry"][member] = value
    else:
        one[member] = value
    run(json.dumps(collection(one)).encode())


@settings(max_examples=200, deadline=None)
@given(st.integers(0, len(WHOLE) - 1), st.binary(max_size=4), st.integers(0, 8))
def test_a_damaged_geojson_is_read_or_refused(place: int, put: bytes, cut: int) -> None:
    data = WHOLE[:place] + put + WHOLE[place + cut :]
    if magic_of(data) == "geojson":
        run(data)


def magic_of(data: bytes) -> str:
    with tempfile.NamedTemporaryFile() as file:
        file.write(data)
        file.flush()
        try:
            return magic.sniff(Path(file.name))
        except Refusal:
            return ""


@settings(max_examples=300, deadline=None)
@given(st.binary(max_size=300))
def test_the_format_of_any_bytes_is_told_or_refused(data: bytes) -> None:
    assert magic_of(data) in {"", "geojson", "gpkg", "zip", "gzip", "shp", "parquet", "text"}


def packed() -> bytes:
    memory = io.BytesIO()
    with zipfile.ZipFile(memory, "w", zipfile.ZIP_DEFLATED) as out:
        out.writestr("plan.geojson", WHOLE)
        out.writestr("readme.txt", "hello")
    return memory.getvalue()


ZIP = packed()


@settings(max_examples=200, deadline=None)
@given(st.lists(st.tuples(st.integers(0, len(ZIP) - 1), st.integers(0, 255)), min_size=1, max_size=6))
def test_a_damaged_zip_is_unpacked_or_refused(changes: list[tuple[int, int]]) -> None:
    data = bytearray(ZIP)
    for place, value in changes:
        data[place] = value
    with tempfile.TemporaryDirectory() as folder:
        job = Path(folder) / "job"
        job.mkdir()
        path = Path(folder) / "x.zip"
        path.write_bytes(bytes(data))
        with contextlib.suppress(Refusal):
            archive.unpack_zip(path, job)
        assert {found.name for found in Path(folder).rglob("*")} <= {
            "job",
            "x.zip",
            "in.geojson",
            "in.json",
            "in.gpkg",
            "in.shp",
        }


SHP = (
    bytes.fromhex("0000270a")
    + bytes(20)
    + (118).to_bytes(4, "big")
    + bytes(72)
    + (1).to_bytes(4, "big")
    + (64).to_bytes(4, "big")
)
SHP += (5).to_bytes(4, "little") + bytes(32) + (1).to_bytes(4, "little") + (5).to_bytes(4, "little") + bytes(84)


@settings(max_examples=300, deadline=None)
@given(st.lists(st.tuples(st.integers(0, len(SHP) - 1), st.integers(0, 255)), max_size=8), st.integers(0, len(SHP)))
def test_a_damaged_shp_is_walked_or_refused(changes: list[tuple[int, int]], cut: int) -> None:
    data = bytearray(SHP)
    for place, value in changes:
        data[place] = value
    with tempfile.NamedTemporaryFile(suffix=".shp") as file:
        file.write(bytes(data[:cut]) if cut < len(SHP) // 2 else bytes(data))
        file.flush()
        with contextlib.suppress(Refusal):
            check_shp(Path(file.name))


@given(st.binary(max_size=400))
def test_any_bytes_as_a_dbase_table_give_some_text(data: bytes) -> None:
    assert isinstance(encoding.dbf_text(data), bytes)


@given(st.text(max_size=20))
def test_any_label_of_a_cpg_gives_a_codec_or_none(label: str) -> None:
    codec = encoding.name_codec(label)
    assert codec is None or isinstance(b"abcd".decode(codec, errors="replace"), str)


@pytest.mark.parametrize("label", ["zip", "idna", "unicode_escape", "rot13", "hex", "", "\x00", "路"])
def test_what_is_no_character_set_is_no_codec(label: str) -> None:
    assert encoding.name_codec(label) is None


@pytest.mark.parametrize(
    ("label", "codec"),
    [
        ("UTF-8", "utf-8"), ("936", "gb18030"), ("GBK", "gb18030"), ("Big-5", "big5"), ("ANSI 1251", "cp1251"),
        ("874", "cp874"), ("koi8r", "koi8-r"), ("88591", "latin-1"), ("ISO-8859-2", "iso8859-2"),
        ("shiftjis", "shift_jis"), ("EUC-KR", "euc_kr"),
    ],
)  # fmt: skip
def test_the_labels_of_real_cpg_files_are_known(label: str, codec: str) -> None:
    assert encoding.name_codec(label) == codec


@given(st.binary(max_size=200), st.integers(1, 7))
def test_a_text_is_told_the_same_however_it_is_cut(data: bytes, size: int) -> None:
    chunks = [data[start : start + size] for start in range(0, len(data), size)]
    outcomes = []
    for parts in ([data], chunks):
        try:
            outcomes.append(encoding.detect_text(iter(parts), data[:4])[0])
        except Refusal:
            outcomes.append("refused")
    assert outcomes[0] == outcomes[1] or {"gb18030", "cp1252"} == set(outcomes)
