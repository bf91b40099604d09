"""Threads, processes, locks and sudden death."""

from __future__ import annotations

import os
import signal
import sqlite3
import subprocess
import sys
import time
from concurrent.futures import ThreadPoolExecutor
from contextlib import closing
from datetime import date, timedelta
from pathlib import Path

import numpy as np
import pytest
from store_samples import batch, edition

from mapsvc.errors import Broken, Busy, Cancelled
from mapsvc.ports import Store
from mapsvc.store.connection import sqlite_module
from mapsvc.store.sqlite import SqliteStore

ROOT = Path(__file__).resolve().parents[2]
ENVIRONMENT = {**os.environ, "PYTHONPATH": os.pathsep.join([str(ROOT), str(Path(__file__).parent)])}


def test_eight_threads_write_and_read_and_seq_has_no_gaps(store: Store):
    def work(thread: int) -> int:
        new = 0
        for i in range(10):
            # Every reference is offered by two threads: one of them is late.
            given = batch([f"{thread // 2}/{i}/{k}" for k in range(5)])
            new += int(store.add_incidents(given, at=1, post="cli", source="x").is_new.sum())
            seen = store.load_columns()
            assert seen.fid.tolist() == list(range(1, len(seen) + 1))
            assert store.count_incidents() >= len(seen)
        return new

    with ThreadPoolExecutor(8) as pool:
        assert sum(pool.map(work, range(8))) == 4 * 10 * 5
    assert store.count_incidents() == 200
    events = store.list_events()
    assert [event.seq for event in events] == list(range(1, len(events) + 1))
    ranges = [(event.data["first_fid"], event.data["last_fid"]) for event in events]
    assert [first for first, _ in ranges] == [1, *(last + 1 for _, last in ranges[:-1])]


def test_editions_put_at_once_leave_one_in_force_a_day(store: Store):
    days = [date(2026, 1, 1) + timedelta(days=i) for i in range(8)]
    with ThreadPoolExecutor(4) as pool:
        list(pool.map(lambda day: store.put_plan(edition(day.isoformat(), day), at=1, post="cli"), days))
    for day in days:
        found = store.find_plan_on(day)
        assert found is not None
        assert found.id == day.isoformat()


WRITER = """
import sys
from pathlib import Path
from store_samples import batch
from mapsvc.store.connection import sqlite_module
from mapsvc.store.sqlite import SqliteStore
store = SqliteStore.open(Path(sys.argv[1]))
name = sys.argv[2]
print("ready", flush=True)
for i in range(int(sys.argv[3])):
    store.add_incidents(batch([f"{name}/{i}/{k}" for k in range(400)]), at=i, post="cli", source=name)
    print(i, flush=True)
store.close()
"""


def writer(path: Path, name: str, n: int) -> subprocess.Popen[str]:
    words = [sys.executable, "-c", WRITER, str(path), name, str(n)]
    return subprocess.Popen(words, stdout=subprocess.PIPE, text=True, env=ENVIRONMENT)


def check_whole(path: Path) -> SqliteStore:
    with closing(sqlite3.connect(path)) as other:
        assert other.execute("PRAGMA integrity_check").fetchone() == ("ok",)
    store = SqliteStore.open(path)
    events = store.list_events()
    assert [event.seq for event in events] == list(range(1, len(events) + 1))
    # One event a batch and 400 rows a batch: neither is ever there without the other.
    assert store.count_incidents() == sum(event.data["n"] for event in events) == 400 * len(events)
    return store


def test_three_processes_write_one_file(tmp_path: Path):
    path = tmp_path / "store.gpkg"
    SqliteStore.open(path).close()
    children = [writer(path, name, 8) for name in ("a", "b", "c")]
    for child in children:
        child.communicate(timeout=60)
        assert child.returncode == 0
    store = check_whole(path)
    assert store.seq() == 24
    store.close()


def test_a_writer_killed_at_any_moment_leaves_whole_batches_and_no_lock(tmp_path: Path):
    path = tmp_path / "store.gpkg"
    SqliteStore.open(path).close()
    acknowledged = 0
    for round_, pause in enumerate((0.004, 0.011, 0.023)):
        child = writer(path, f"r{round_}", 10_000)
        assert child.stdout is not None
        for line in child.stdout:
            acknowledged += line.strip() != "ready"
            if line.strip() == str(3 + round_):
                break
        time.sleep(pause)
        child.send_signal(signal.SIGKILL)
        acknowledged += len(child.communicate(timeout=30)[0].split())
        store = check_whole(path)
        assert store.seq() >= acknowledged
        # The next writer is not kept waiting by the dead one.
        store.add_incidents(batch([f"after/{round_}/{k}" for k in range(400)]), at=1, post="cli", source="x")
        acknowledged += 1
        store.close()


def test_a_store_that_another_program_keeps_locked_is_busy_and_keeps_nothing(tmp_path: Path):
    path = tmp_path / "store.gpkg"
    store = SqliteStore.open(path, timeout_s=0.2)
    # The same library as the store's: locks of two libraries in one process do not see each other.
    with closing(sqlite_module().connect(path, isolation_level=None)) as other:
        other.execute("BEGIN IMMEDIATE")
        with pytest.raises(Busy, match="locked"):
            store.add_incidents(batch(["a"]), at=1, post="cli", source="x")
        assert store.count_incidents() == 0
        other.execute("ROLLBACK")
    assert store.add_incidents(batch(["a"]), at=1, post="cli", source="x").is_new.all()
    store.close()


def test_a_second_store_waits_for_the_first_and_then_is_busy(tmp_path: Path):
    first = SqliteStore.open(tmp_path / "store.gpkg")
    second = SqliteStore.open(tmp_path / "store.gpkg", timeout_s=0.1)
    with first._db.write():
        with pytest.raises(Busy, match="Another process"):
            second.add_incidents(batch(["a"]), at=1, post="cli", source="x")
        assert second.seq() == 0
    second.add_incidents(batch(["a"]), at=1, post="cli", source="x")
    assert first.count_incidents() == 1
    second.close()
    first.close()


def test_a_full_disk_is_busy_and_the_store_goes_on_when_there_is_room(tmp_path: Path):
    store = SqliteStore.open(tmp_path / "store.gpkg")
    store.add_incidents(batch(["a"]), at=1, post="cli", source="x")
    with store._db.write() as connection:
        pages = connection.exec_driver_sql("PRAGMA page_count").scalar_one()
        connection.exec_driver_sql(f"PRAGMA max_page_count = {pages + 20}")
    big = batch([f"b{i}" for i in range(5000)], text="long " * 100)
    with pytest.raises(Busy, match="full"):
        store.add_incidents(big, at=1, post="cli", source="x")
    assert (store.count_incidents(), store.seq()) == (1, 1)
    with store._db.write() as connection:
        connection.exec_driver_sql("PRAGMA max_page_count = 1000000")
    assert store.add_incidents(big, at=1, post="cli", source="x").first_fid == 2
    store.close()


def test_an_error_inside_a_write_undoes_it(tmp_path: Path):
    store = SqliteStore.open(tmp_path / "store.gpkg")

    def half() -> None:
        with store._db.write() as connection:
            connection.exec_driver_sql("INSERT INTO incident (title) VALUES ('half')")
            raise Cancelled("stopped")

    with pytest.raises(Cancelled):
        half()
    assert store.count_incidents() == 0
    store.close()


def test_readers_cannot_write(tmp_path: Path):
    store = SqliteStore.open(tmp_path / "store.gpkg")
    with pytest.raises((Busy, Broken), match="readonly"), store._db.read() as connection:
        connection.exec_driver_sql("DELETE FROM event")
    store.close()


def test_a_snapshot_does_not_move_while_it_is_read(tmp_path: Path):
    store = SqliteStore.open(tmp_path / "store.gpkg")
    store.add_incidents(batch(["a"]), at=1, post="cli", source="x")
    with store._db.read() as connection:
        count = "SELECT count(*) FROM incident"
        assert connection.exec_driver_sql(count).scalar_one() == 1
        store.add_incidents(batch(["b", "c"]), at=1, post="cli", source="x")
        assert connection.exec_driver_sql(count).scalar_one() == 1
    assert np.array_equal(store.load_columns().fid, [1, 2, 3])
    store.close()
