"""Import of the England and Wales file, located in its 348 districts, against a plain geopandas script.

    python benchmarks/bench_import.py [--shared FOLDER] [--json FILE]

Runs the documented commands as whole processes on an empty folder: boundaries (read, check, heal, publish), then
1,771,502
incidents (sandboxed read, parse, locate, grade, idempotency keys, store with synchronous=FULL, caches). The peer is
what one would write by hand: read_parquet, sjoin, write a GeoPackage; it checks nothing, knows no row twice and stores
no event. Memory is the sum over the process and its children, sampled. Exit code 1 where a target is missed.
"""

from __future__ import annotations

import argparse
import json
import os
import subprocess
import sys
import tempfile
import threading
import time
from dataclasses import dataclass
from pathlib import Path

ROOT = Path(__file__).resolve().parent.parent
TARGET_S, TARGET_GB = 60.0, 2.0

PEER = """
import sys, geopandas, pandas
boundaries, points, out = sys.argv[1:]
grids = geopandas.read_file(boundaries)
grids.geometry = grids.geometry.make_valid(method="structure")
rows = pandas.read_parquet(points)
located = geopandas.GeoDataFrame(rows, geometry=geopandas.points_from_xy(rows.Longitude, rows.Latitude), crs=4326)
joined = geopandas.sjoin(located, grids[["LAD13CD", "geometry"]], how="left")
joined.to_file(out, driver="GPKG", engine="pyogrio")
print(f"{len(joined):,} rows, {joined.LAD13CD.notna().sum():,} inside")
"""


@dataclass(frozen=True)
class Run:
    seconds: float
    peak_gb: float
    said: str


def rss_bytes(root: int) -> int:
    """Resident bytes of a process and all its descendants."""
    parents: dict[int, list[int]] = {}
    size: dict[int, int] = {}
    for entry in Path("/proc").iterdir():
        if not entry.name.isdigit():
            continue
        try:
            fields = (entry / "stat").read_text().rpartition(")")[2].split()
        except OSError:
            continue
        parents.setdefault(int(fields[1]), []).append(int(entry.name))
        size[int(entry.name)] = int(fields[21]) * os.sysconf("SC_PAGE_SIZE")
    total, open_ = 0, [root]
    while open_:
        pid = open_.pop()
        total += size.get(pid, 0)
        open_ += parents.get(pid, [])
    return total


def run(command: list[str]) -> Run:
    """One process, timed, with the peak of its tree's memory."""
    peak = 0
    start = time.perf_counter()
    process = subprocess.Popen(command, cwd=ROOT, stdout=subprocess.PIPE, stderr=subprocess.DEVNULL, text=True)
    done = threading.Event()

    def watch() -> None:
        nonlocal peak
        while not done.wait(0.1):
            peak = max(peak, rss_bytes(process.pid))

    watcher = threading.Thread(target=watch)
    watcher.start()
    said, _ = process.communicate()
    seconds = time.perf_counter() - start
    done.set()
    watcher.join()
    if process.returncode:
        raise SystemExit(f"{' '.join(command)} ended with {process.returncode}:\n{said}")
    return Run(seconds, peak / 2**30, said)


def main() -> int:
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("--shared", type=Path, default=ROOT.parent / "shared")
    parser.add_argument("--json", type=Path)
    args = parser.parse_args()
    boundaries = args.shared / "data/boundaries/ew_lad_2013.geojson"
    points = args.shared / "data/points/ew_police_street_2018-10_2019-02.parquet"
    if not points.exists():
        print(f"skipped: {points} is absent")
        return 0
    mapsvc = [sys.executable, "-m", "mapsvc"]
    with tempfile.TemporaryDirectory() as folder:
        data = ["--data", f"{folder}/ew"]
        given = ["--code", "LAD13CD", "--name", "LAD13NM", "--fix", "0", "--accept", "generalised coast"]
        frame = run([*mapsvc, "import", "boundaries", str(boundaries), *given, "--tz", "Europe/London", *data])
        profile = str(ROOT / "profiles/ew_police.toml")
        ours = run([*mapsvc, "import", "incidents", str(points), "--profile", profile, *data])
        again = run([*mapsvc, "import", "incidents", str(points), "--profile", profile, *data])
        peer = run([sys.executable, "-c", PEER, str(boundaries), str(points), f"{folder}/peer.gpkg"])
    print(ours.said)
    for name, one in (
        ("boundaries, healed", frame),
        ("incidents", ours),
        ("incidents again", again),
        ("geopandas by hand", peer),
    ):
        print(f"{name:<20} {one.seconds:>6.1f} s   peak {one.peak_gb:.2f} GB")
    print(f"geopandas by hand takes {peer.seconds / ours.seconds:.1f} times as long; it says: {peer.said.strip()}")
    passed = ours.seconds <= TARGET_S and ours.peak_gb <= TARGET_GB
    print(f"target {TARGET_S:.0f} s and {TARGET_GB:.0f} GB: {'PASS' if passed else 'FAIL'}")
    if args.json:
        figures = {"boundaries": frame, "incidents": ours, "again": again, "peer": peer}
        args.json.write_text(
            json.dumps({k: {"s": v.seconds, "peak_gb": v.peak_gb} for k, v in figures.items()}, indent=1)
        )
    return 0 if passed else 1


if __name__ == "__main__":
    sys.exit(main())
