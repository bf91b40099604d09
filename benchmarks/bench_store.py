"""Store: bulk load, load_columns, reassign. Run: python benchmarks/bench_store.py [ROWS] [FOLDER]

Prints wall and CPU seconds and rows a second. The peer in the same run is what a store would do without our
layout: the same rows through the driver's executemany into one table with a unique index on the reference
texts, and fetched back row by row.
"""

from __future__ import annotations

import hashlib
import resource
import sys
import tempfile
import time
from collections.abc import Callable, Iterator
from contextlib import closing
from pathlib import Path
from typing import Any

import numpy as np

sys.path.insert(0, str(Path(__file__).resolve().parents[1]))

from shapely.geometry import box

from mapsvc.model.incident import IncidentBatch
from mapsvc.model.plan import Plan
from mapsvc.store.connection import sqlite_module
from mapsvc.store.gpkg import encode_points
from mapsvc.store.sqlite import SqliteStore

ROWS_A_BATCH = 100_000
TYPES = [f"type_{i:02d}" for i in range(14)]
CODES = [f"E07{i:06d}" for i in range(348)]
NAMES = "geom, channel, channel_ref, task_type, occurred_at, status, certainty, grid, address"


def batches(n: int) -> Iterator[IncidentBatch]:
    rng = np.random.default_rng(2)
    for first in range(0, n, ROWS_A_BATCH):
        m = min(ROWS_A_BATCH, n - first)
        # Hashed references in random order: the hardest case for an index.
        refs = [hashlib.blake2b(str(i).encode(), digest_size=16).hexdigest() for i in range(first, first + m)]
        columns = {
            "channel_ref": refs,
            "task_type": [TYPES[i] for i in rng.integers(0, len(TYPES), m)],
            "occurred_at": rng.integers(1_400_000_000, 1_500_000_000, m),
            "lon": rng.uniform(-3, 1, m),
            "lat": rng.uniform(50, 53, m),
            "address": ["On or near Some Street"] * m,
            "status": rng.integers(0, 12, m),
            "certainty": rng.integers(0, 2, m),
            "grid_code": [CODES[i] for i in rng.integers(0, len(CODES), m)],
            "grid_share": 1.0,
        }
        yield IncidentBatch("police", m, columns)


class Watch:
    """Adds up wall and CPU time of the calls given to it."""

    def __init__(self) -> None:
        self.wall = self.cpu = 0.0

    def __call__(self, work: Callable[..., Any], *args: Any, **options: Any) -> Any:
        wall, cpu = time.perf_counter(), time.process_time()
        result = work(*args, **options)
        self.wall += time.perf_counter() - wall
        self.cpu += time.process_time() - cpu
        return result

    def show(self, name: str, n: int) -> None:
        print(f"{name:34s} {self.wall:7.2f} s wall {self.cpu:7.2f} s cpu {n / self.wall:12,.0f} rows/s")


def peer_add(connection: Any, batch: IncidentBatch) -> None:
    column = {name: batch.column(name) for name in batch.columns}
    parts = [
        encode_points(column["lon"], column["lat"]),
        ["police"] * batch.n,
        column["channel_ref"],
        column["task_type"],
        column["occurred_at"].tolist(),
        column["status"].tolist(),
        column["certainty"].tolist(),
        column["grid_code"],
        column["address"],
    ]
    connection.execute("BEGIN IMMEDIATE")
    connection.executemany(f"INSERT INTO incident ({NAMES}) VALUES (?,?,?,?,?,?,?,?,?)", zip(*parts, strict=True))
    connection.execute("COMMIT")


def peer_load(connection: Any) -> list[Any]:
    cursor = connection.execute(f"SELECT fid, {NAMES.rpartition(',')[0]} FROM incident ORDER BY fid")
    columns: list[Any] = []
    while rows := cursor.fetchmany(50_000):
        parts = list(zip(*rows, strict=True))
        numbers = [np.fromiter(part, np.int64, len(rows)) for part in (parts[0], *parts[5:8])]
        columns.append((b"".join(parts[1]), numbers, parts[4], parts[8]))
    return columns


def main(n: int, folder: Path) -> None:
    store = SqliteStore.open(folder / "store.gpkg")
    peer = sqlite_module().connect(folder / "peer.db", isolation_level=None)
    for pragma in ("journal_mode = WAL", "synchronous = FULL", "cache_size = -65536"):
        peer.execute(f"PRAGMA {pragma}")
    peer.execute(f"CREATE TABLE incident (fid INTEGER PRIMARY KEY, {NAMES})")
    peer.execute("CREATE UNIQUE INDEX refs ON incident (channel, channel_ref)")
    print({name: store.info()[name] for name in ("sqlite_version", "journal_mode", "synchronous")})
    with closing(store), closing(peer):
        ours, theirs, again = Watch(), Watch(), Watch()
        for batch in batches(n):
            ours(store.add_incidents, batch, at=1, post="cli", source="bench")
            theirs(peer_add, peer, batch)
        again(store.add_incidents, batch, at=1, post="cli", source="bench")
        ours.show("add_incidents", n)
        theirs.show("  peer: text index, plain rows", n)
        again.show("add_incidents, all stored before", batch.n)
        reads, peer_reads, tail = Watch(), Watch(), Watch()
        for _ in range(3):
            columns = reads(store.load_columns)
            peer_reads(peer_load, peer)
        reads.show("load_columns", 3 * n)
        peer_reads.show("  peer: fetchmany", 3 * n)
        tail(store.load_columns, after_fid=n - n // 20)
        tail.show("load_columns, last 5 %", n // 20)
        store.put_plan(Plan("p", "Bench", box(-3, 50, 1, 53), 27700, ()), at=1, post="cli")
        rng = np.random.default_rng(3)
        grid, certainty = rng.integers(-1, 348, n).astype(np.int32), rng.integers(0, 3, n).astype(np.int8)
        assigning = Watch()
        assigning(store.reassign, "p", columns.fid, CODES, grid, certainty, at=1, post="cli")
        assigning.show("reassign", n)
        print(f"load ratio {theirs.wall / ours.wall:.2f} (cpu {theirs.cpu / ours.cpu:.2f}), ", end="")
        print(f"columns ratio {peer_reads.wall / reads.wall:.2f} (cpu {peer_reads.cpu / reads.cpu:.2f})")
        peak_mb = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss / 1024
        print(
            f"file {(folder / 'store.gpkg').stat().st_size / 1e6:.0f} MB, peak memory {peak_mb:.0f} MB (peer included)"
        )


if __name__ == "__main__":
    rows = int(sys.argv[1]) if len(sys.argv) > 1 else 1_000_000
    with tempfile.TemporaryDirectory(dir=sys.argv[2] if len(sys.argv) > 2 else None) as made:
        main(rows, Path(made))
