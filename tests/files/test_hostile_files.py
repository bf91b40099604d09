"""Files that attack: bombs, lies, virtual formats. The main process lives, nothing is called, a sentence comes back."""

from __future__ import annotations

import gzip
import json
import resource
import struct
import threading
from collections.abc import Iterator
from http.server import BaseHTTPRequestHandler, HTTPServer
from pathlib import Path

import pytest
from bombs import (
    SQUARE,
    collection,
    feature,
    lying_zip,
    nested_collection,
    polygon,
    write_json,
    write_shapefile,
    zip_bomb,
)

from mapsvc.errors import BadFile, Cancelled
from mapsvc.files import limits, sandbox
from mapsvc.files.reader import SandboxReader


def refuse(path: Path) -> str:
    """The sentence with which boundaries are refused."""
    with pytest.raises(BadFile) as caught:
        SandboxReader().read_boundaries(path, crs="EPSG:4326", code=None, name=None)
    assert str(caught.value).startswith(path.name)
    return str(caught.value)


@pytest.mark.parametrize("levels", [9, 900, 40_000, 400_000])
def test_nested_collections_are_refused_at_any_depth(tmp_path: Path, levels: int) -> None:
    path = tmp_path / "deep.geojson"
    path.write_text(nested_collection(levels))
    assert "nested" in refuse(path)


def test_brackets_without_end_are_refused(tmp_path: Path) -> None:
    path = tmp_path / "brackets.geojson"
    path.write_text("[" * 2_000_000)
    assert "nested too deeply" in refuse(path)


@pytest.mark.parametrize("word", ["NaN", "Infinity", "-Infinity", "1e999", "1e308"])
def test_numbers_that_are_none_are_refused(tmp_path: Path, word: str) -> None:
    path = tmp_path / "number.geojson"
    path.write_text(json.dumps(collection(feature(polygon(SQUARE)))).replace("1.0", word, 1))
    refuse(path)


def test_too_many_vertices_in_one_geometry_are_refused(tmp_path: Path) -> None:
    ring = [[place / 1e6, 0.0] for place in range(limits.MAX_VERTICES_PER_GEOMETRY)]
    path = write_json(tmp_path / "many.geojson", collection(feature(polygon([*ring, [0, 1], [0, 0]]))))
    assert "feature 1: The geometry has 100002 vertices; 100000 are allowed" in refuse(path)


def test_a_zip_bomb_is_refused_by_its_directory(tmp_path: Path) -> None:
    assert "would unpack to" in refuse(zip_bomb(tmp_path / "bomb.zip", 30))


def test_a_zip_bomb_whose_directory_lies_is_refused_by_what_comes_out(tmp_path: Path) -> None:
    refuse(lying_zip(tmp_path / "liar.zip"))


def test_a_zip_in_a_zip_with_a_path_out_of_the_folder_writes_nothing_outside(tmp_path: Path) -> None:
    import zipfile

    path = tmp_path / "slip.zip"
    with zipfile.ZipFile(path, "w") as archive:
        archive.writestr("../../escaped.geojson", json.dumps(collection(feature(polygon(SQUARE)))))
    file = SandboxReader().read_boundaries(path, crs=None, code=None, name=None)
    assert len(file.grids) == 1
    assert not list(tmp_path.parent.rglob("escaped.geojson"))


def test_a_symbolic_link_in_a_zip_is_refused(tmp_path: Path) -> None:
    import zipfile

    entry = zipfile.ZipInfo("plan.geojson")
    entry.external_attr = 0o120777 << 16
    with zipfile.ZipFile(tmp_path / "link.zip", "w") as archive:
        archive.writestr(entry, "/etc/passwd")
    assert "symbolic link" in refuse(tmp_path / "link.zip")


def test_a_shapefile_that_lies_about_its_length_or_points_is_refused(tmp_path: Path) -> None:
    path = write_shapefile(tmp_path, "honest", "UTF-8", [("a", polygon(SQUARE))])
    data = path.read_bytes()
    (tmp_path / "short.shp").write_bytes(data[:-100])
    assert "damaged or cut off" in refuse(tmp_path / "short.shp")
    lie = bytearray(data)
    struct.pack_into("<i", lie, 100 + 8 + 40, 2_000_000_000)
    (tmp_path / "points.shp").write_bytes(bytes(lie))
    assert "feature 1: The record states more points than it holds" in refuse(tmp_path / "points.shp")


def test_a_damaged_geopackage_is_refused(tmp_path: Path) -> None:
    head = bytearray(b"SQLite format 3\x00".ljust(4096, b"\x7f"))
    head[68:72] = b"GPKG"
    (tmp_path / "broken.gpkg").write_bytes(bytes(head))
    assert "GDAL cannot read it" in refuse(tmp_path / "broken.gpkg")
    (tmp_path / "other.gpkg").write_bytes(b"SQLite format 3\x00".ljust(4096, b"\x00"))
    assert "no GeoPackage" in refuse(tmp_path / "other.gpkg")


@pytest.fixture
def canary() -> Iterator[tuple[str, list[str]]]:
    """A web server on the loopback that remembers who called."""
    hits: list[str] = []

    class Handler(BaseHTTPRequestHandler):
        def do_GET(self) -> None:
            hits.append(self.path)
            self.send_response(200)
            self.end_headers()
            self.wfile.write(b"id,lon,lat\n1,2,3\n")

        do_HEAD = do_GET

        def log_message(self, format: str, *args: object) -> None:
            pass

    server = HTTPServer(("127.0.0.1", 0), Handler)
    thread = threading.Thread(target=server.serve_forever, daemon=True)
    thread.start()
    yield f"http://127.0.0.1:{server.server_port}", hits
    server.shutdown()
    thread.join()
    server.server_close()


VRT = '<OGRVRTDataSource><OGRVRTLayer name="t"><SrcDataSource>{}</SrcDataSource></OGRVRTLayer></OGRVRTDataSource>'


@pytest.mark.parametrize("name", ["v.geojson", "v.json", "v.kml", "v.gpkg", "v.shp", "v.zip", "v.csv", "v.parquet"])
def test_a_virtual_format_reads_nothing_and_calls_nobody(
    tmp_path: Path, canary: tuple[str, list[str]], name: str
) -> None:
    address, hits = canary
    secret = tmp_path / "secret.csv"
    secret.write_text("id,lon,lat\nhidden,1,2\n")
    for source in (str(secret), f"/vsicurl/{address}/x.csv", f"{address}/x.geojson"):
        path = tmp_path / name
        path.write_text(VRT.format(source))
        sentence = refuse(path)
        assert "XML" in sentence
        assert "hidden" not in sentence
        with pytest.raises(BadFile):
            list(SandboxReader().iter_rows(path))
    assert hits == []


def test_the_drivers_that_read_elsewhere_are_off_in_the_child(tmp_path: Path, canary: tuple[str, list[str]]) -> None:
    """Past the magic bytes: GDAL itself, in the child's environment, refuses VRT and the network."""
    import subprocess
    import sys

    address, hits = canary
    (tmp_path / "v.geojson").write_text(VRT.format(f"/vsicurl/{address}/x.csv"))
    script = (
        "import os, sys; sys.path.insert(0, sys.argv[1])\n"
        "from mapsvc.files import guard\n"
        "os.environ.update(guard.GDAL_ENVIRONMENT)\n"
        "import pyogrio\n"
        "print(sorted(pyogrio.list_drivers()))\n"
        "for source in sys.argv[2:]:\n"
        "    try: print('READ', pyogrio.read_info(source))\n"
        "    except Exception as error: print('refused', type(error).__name__)\n"
    )
    root = str(Path(sandbox.__file__).parents[2])
    sources = [str(tmp_path / "v.geojson"), f"/vsicurl/{address}/x.csv", f"{address}/x.geojson"]
    done = subprocess.run([sys.executable, "-c", script, root, *sources], capture_output=True, text=True, timeout=60)
    drivers, *answers = done.stdout.strip().splitlines()
    assert answers == ["refused DataSourceError"] * 3
    assert "'GPKG'" in drivers
    assert not [name for name in ("OGR_VRT", "WFS", "HTTP", "OAPIF", "GeoJSON", "CSV", "KML") if f"'{name}'" in drivers]
    assert hits == []


def test_the_child_can_open_no_socket_and_start_no_program() -> None:
    import platform
    import subprocess
    import sys

    if platform.machine() not in ("x86_64", "aarch64"):
        pytest.skip("the filter of system calls is written for x86_64 and aarch64")
    script = (
        "import os, socket, sys; sys.path.insert(0, sys.argv[1])\n"
        "from mapsvc.files import guard\n"
        "if not guard.close_doors(): print('no seccomp'); raise SystemExit\n"
        "for attempt in (socket.socket, lambda: os.execv('/bin/true', ['true'])):\n"
        "    try: attempt(); print('open')\n"
        "    except PermissionError: print('closed')\n"
    )
    root = str(Path(sandbox.__file__).parents[2])
    done = subprocess.run([sys.executable, "-c", script, root], capture_output=True, text=True, timeout=60)
    if done.stdout.strip() == "no seccomp":
        pytest.skip("this kernel gives no seccomp filter")
    assert done.stdout.split() == ["closed", "closed"]


# rows


def rows_refused(path: Path) -> str:
    with pytest.raises(BadFile) as caught:
        list(SandboxReader().iter_rows(path))
    assert str(caught.value).startswith(path.name)
    return str(caught.value)


def test_a_cut_off_gzip_yields_no_row_at_all(tmp_path: Path) -> None:
    whole = gzip.compress(b"a,b\n" + b"1,2\n" * 100_000)
    path = tmp_path / "cut.csv.gz"
    path.write_bytes(whole[: len(whole) // 2])
    assert "cut off" in rows_refused(path)


def test_a_gzip_bomb_is_refused(tmp_path: Path) -> None:
    path = tmp_path / "bomb.csv.gz"
    path.write_bytes(gzip.compress(b"a,b\n" + b"1,2\n" * 10_000_000))
    assert "unpacks to more than" in rows_refused(path)


def test_nul_bytes_in_a_table_are_refused(tmp_path: Path) -> None:
    (tmp_path / "nul.csv").write_bytes(b"a,b\n1,\x002\n")
    (tmp_path / "late.csv").write_bytes(b"a,b\n" + b"1,2\n" * 100_000 + b"\x00,3\n")
    assert "NUL" in rows_refused(tmp_path / "nul.csv")
    assert "NUL" in rows_refused(tmp_path / "late.csv")


def test_a_damaged_parquet_is_refused(tmp_path: Path) -> None:
    (tmp_path / "bad.parquet").write_bytes(b"PAR1" + b"\xff" * 1000 + b"PAR1")
    assert "Parquet file cannot be read" in rows_refused(tmp_path / "bad.parquet")


def test_a_child_that_dies_is_a_sentence_and_not_a_crash(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    path = write_json(tmp_path / "fine.geojson", collection(feature(polygon(SQUARE))))
    monkeypatch.setattr(sandbox, "_START", "import os; os.abort()")
    assert "breaks its reader" in refuse(path)


def test_a_child_that_hangs_is_ended(tmp_path: Path) -> None:
    path = write_json(tmp_path / "fine.geojson", collection(feature(polygon(SQUARE))))
    budget = limits.Budget(memory=1 << 30, cpu_s=10, wall_s=1, output=1 << 20)
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(sandbox, "_START", "import time; time.sleep(60)")
        with pytest.raises(BadFile, match="more time than is allowed"), sandbox.run({}, path, budget, lambda *_: None):
            pass


def test_a_child_over_its_processor_time_or_memory_is_ended(tmp_path: Path) -> None:
    path = write_json(tmp_path / "fine.geojson", collection(feature(polygon(SQUARE))))
    budget = limits.Budget(memory=1 << 30, cpu_s=1, wall_s=30, output=1 << 20)
    spin = "import sys, json; sys.path.insert(0, sys.argv[1]); from mapsvc.files import guard; guard.limit({}, 1, 9)\n"
    for memory, work, sentence in (
        (1 << 30, "while True: pass", "more time than is allowed"),
        (1 << 30, "open('big', 'wb').write(b'x' * 100)", "breaks its reader"),
        (1 << 28, "x = bytearray(1 << 30)", "breaks its reader"),
    ):
        with pytest.MonkeyPatch.context() as patch:
            patch.setattr(sandbox, "_START", spin.format(memory) + work)
            with pytest.raises(BadFile, match=sentence), sandbox.run({}, path, budget, lambda *_: None):
                pass


def test_cancelling_ends_the_child_and_leaves_no_folder(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("tempfile.tempdir", str(tmp_path / "tmp"))
    (tmp_path / "tmp").mkdir()
    path = tmp_path / "rows.csv"
    path.write_text("a,b\n" + "1,2\n" * 2_000_000)

    def stop(stage: str, done: int, total: int | None) -> None:
        raise Cancelled("stopped")

    with pytest.raises(Cancelled):
        list(SandboxReader().iter_rows(path, progress=stop))
    assert list((tmp_path / "tmp").iterdir()) == []


def test_the_main_process_does_not_grow_while_a_bomb_is_read(tmp_path: Path) -> None:
    path = tmp_path / "wide.geojson"
    path.write_text('{"type":"FeatureCollection","features":[' + ",".join(["[]"] * 2_000_000) + "]}")
    before = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss
    refuse(path)
    assert resource.getrusage(resource.RUSAGE_SELF).ru_maxrss - before < 50 * 1024


def test_the_child_that_reads_geojson_loads_no_library_at_all(tmp_path: Path) -> None:
    """The less is loaded beside a foreign file, the less can be taken over; it also keeps small imports quick."""
    import subprocess
    import sys

    path = write_json(tmp_path / "fine.geojson", collection(feature(polygon(SQUARE))))
    root = str(Path(sandbox.__file__).parents[2])
    script = (
        "import sys; sys.path.insert(0, sys.argv[1])\n"
        "from mapsvc.files import features, rows_csv, rows_geojson, rows_parquet, worker\n"
        "from pathlib import Path\n"
        "features.read(Path(sys.argv[2]), Path('.'), [], True, False)\n"
        "print([name for name in ('numpy', 'shapely', 'pyarrow', 'pyogrio', 'pandas') if name in sys.modules])\n"
    )
    done = subprocess.run(
        [sys.executable, "-I", "-c", script, root, str(path)], capture_output=True, text=True, timeout=60
    )
    assert done.stdout.strip() == "[]", done.stderr
