"""Publishing: several at once, and killed in the middle. Old or new, never between."""

from __future__ import annotations

import itertools
import os
import random
import signal
import sqlite3
import subprocess
import sys
import time
from concurrent.futures import ThreadPoolExecutor
from contextlib import closing
from pathlib import Path

import numpy as np
import pytest
from draft_samples import AT, FIRST, POST, edit, publication, review, start
from store_samples import batch, edition

from mapsvc.errors import Conflict, Stale
from mapsvc.model.draft import DraftStatus
from mapsvc.ports import Store
from mapsvc.store.sqlite import SqliteStore

ROOT = Path(__file__).resolve().parents[2]
ENVIRONMENT = {**os.environ, "PYTHONPATH": os.pathsep.join([str(ROOT), str(Path(__file__).parent)])}
INCIDENTS = 3000


def outcome(store: Store, draft_id: str, plan_id: str) -> str:
    try:
        store.publish_draft(publication(store, draft_id, plan_id), at=AT, post=POST)
    except Stale:
        return "stale"
    except Conflict:
        return "conflict"
    return "published"


def test_eight_threads_that_publish_one_draft_have_one_winner(store: Store):
    start(store)
    review(store)
    given = [publication(store, plan_id=f"p2-{i}") for i in range(8)]

    def publish(i: int) -> str:
        try:
            store.publish_draft(given[i], at=AT, post=POST)
        except Stale:
            return "stale"
        return "published"

    with ThreadPoolExecutor(8) as pool:
        found = sorted(pool.map(publish, range(8)))
    assert found == ["published"] + ["stale"] * 7
    assert len(store.list_plans()) == 2


def test_eight_drafts_of_one_parent_published_at_once_have_one_winner(store: Store):
    names = [f"d{i}" for i in range(8)]
    for name in names:
        start(store, name)
        review(store, name)
    with ThreadPoolExecutor(8) as pool:
        found = list(pool.map(lambda name: outcome(store, name, f"p-{name}"), names))
    assert sorted(found) == ["conflict"] * 7 + ["published"]
    winner = names[found.index("published")]
    assert [one.id for one in store.list_drafts() if one.status is DraftStatus.PUBLISHED] == [winner]
    assert store.find_assigned_plan() == f"p-{winner}"


def test_eight_planners_edit_one_draft_and_no_edit_is_lost(store: Store):
    start(store)

    def work(planner: int) -> int:
        stale = 0
        for i in range(5):
            while True:
                try:
                    seen = store.get_draft("d1").revision
                    store.add_edit("d1", edit(f"{planner}/{i}"), revision=seen, at=AT, post=POST)
                    break
                except Stale:
                    stale += 1
        return stale

    with ThreadPoolExecutor(8) as pool:
        list(pool.map(work, range(8)))
    line = store.list_edits("d1")
    assert [one.position for one in line] == list(range(1, 41))
    assert {one.delta[2:].decode() for one in line} == {f"{p}/{i}" for p in range(8) for i in range(5)}
    assert store.get_draft("d1").revision == 41


RACER = """
import sys
from pathlib import Path
from draft_samples import AT, POST, publication
from mapsvc.errors import Conflict
from mapsvc.store.sqlite import SqliteStore
store = SqliteStore.open(Path(sys.argv[1]))
given = publication(store, sys.argv[2], "p-" + sys.argv[2])
print("ready", flush=True)
sys.stdin.readline()
try:
    store.publish_draft(given, at=AT, post=POST)
    print("published", flush=True)
except Conflict:
    print("conflict", flush=True)
store.close()
"""


def child(code: str, *words: object) -> subprocess.Popen[str]:
    command = [sys.executable, "-c", code, *map(str, words)]
    return subprocess.Popen(command, stdin=subprocess.PIPE, stdout=subprocess.PIPE, text=True, env=ENVIRONMENT)


def test_two_processes_that_publish_at_once_have_one_winner(tmp_path: Path):
    path = tmp_path / "store.gpkg"
    store = SqliteStore.open(path)
    for name in ("d1", "d2"):
        start(store, name)
        review(store, name)
    store.close()
    racers = [child(RACER, path, name) for name in ("d1", "d2")]
    for racer in racers:
        assert racer.stdout is not None
        assert racer.stdout.readline() == "ready\n"
    found = [racer.communicate("go\n", timeout=60)[0].strip() for racer in racers]
    assert sorted(found) == ["conflict", "published"]
    check_whole(path)


PUBLISHER = """
import sys
from dataclasses import replace
from datetime import date, timedelta
from pathlib import Path
import numpy as np
from draft_samples import AT, FIRST, POST, edit, publication, review
from mapsvc.model.draft import Draft
from mapsvc.store.sqlite import SqliteStore
store = SqliteStore.open(Path(sys.argv[1]))
n = store.count_incidents()
print("ready", flush=True)
while True:
    i = len(store.list_plans())
    name, parent = f"d{i}-{store.seq()}", f"e{i - 1}"
    store.add_draft(Draft(name, "x", parent, parent), at=AT, post=POST)
    store.add_edit(name, edit(), revision=1, at=AT, post=POST)
    review(store, name, date(2026, 1, 1) + timedelta(days=i))
    # Edition e_i has every incident in its grid number i mod 9.
    rows = {"fids": np.arange(1, n + 1), "grid": np.full(n, i % 9, np.int32), "certainty": np.zeros(n, np.int8)}
    given = publication(store, name, f"e{i}", **rows)
    print("publishing", flush=True)
    store.publish_draft(given, at=AT, post=POST)
    print(f"e{i}", flush=True)
"""


def check_file(path: Path) -> None:
    """SQLite finds nothing wrong, and the file is a GeoPackage whose layers and indexes are whole."""
    import pyogrio

    with closing(sqlite3.connect(path)) as other:
        assert other.execute("PRAGMA integrity_check").fetchall() == [("ok",)]
        assert other.execute("PRAGMA foreign_key_check").fetchall() == []
        assert other.execute("PRAGMA application_id").fetchone() == (0x47504B47,)
        listed = {name for (name,) in other.execute("SELECT table_name FROM gpkg_contents")}
        there = {name for (name,) in other.execute("SELECT name FROM sqlite_master WHERE type IN ('table', 'view')")}
        assert listed <= there
        for layer in ("plan", "grid"):
            assert other.execute(f"SELECT rtreecheck('rtree_{layer}_geom')").fetchone() == ("ok",)
            counts = f"SELECT (SELECT count(*) FROM {layer}) - (SELECT count(*) FROM rtree_{layer}_geom)"
            assert other.execute(counts).fetchone() == (0,)
    assert {"plan", "grid", "draft", "draft_edit", "incident"} <= {name for name, _ in pyogrio.list_layers(path)}


def check_whole(path: Path) -> int:
    """One state of a chain of publications, whole; returns the number of editions."""
    check_file(path)
    store = SqliteStore.open(path)
    heads = sorted(store.list_plans(), key=lambda head: head.valid_from)
    told = [event for event in store.list_events(limit=10**6) if event.kind == "plan.published"]
    assert {event.subject for event in told} == {head.id for head in heads}
    for head, later in itertools.pairwise(heads):
        assert head.valid_to == later.valid_from
    assert heads[-1].valid_to is None
    assert [head.grids for head in heads] == [9] * len(heads)
    drafts = store.list_drafts()
    assert sum(one.status is DraftStatus.PUBLISHED for one in drafts) == len(heads) - 1
    assert all(len(store.list_edits(one.id)) == one.edits for one in drafts)
    assert store.find_assigned_plan() in {heads[-1].id, None}
    store.close()
    return len(heads)


def check_incidents(path: Path, editions: int) -> None:
    store = SqliteStore.open(path)
    columns = store.load_columns()
    assert store.find_assigned_plan() == (f"e{editions - 1}" if editions > 1 else None)
    if editions > 1:
        index = (editions - 1) % 9
        assert columns.grid_codes == (f"G{index // 3}{index % 3}",)
    assert np.array_equal(columns.grid, np.zeros(INCIDENTS))
    store.close()


def kill_while_publishing(path: Path, times: int, seed: int) -> None:
    """Kill a writer again and again, until so many of them died while a publication was under way."""
    chance = random.Random(seed)
    store = SqliteStore.open(path)
    store.put_plan(edition("e0", FIRST), at=AT, post=POST)
    refs = [str(i) for i in range(INCIDENTS)]
    store.add_incidents(batch(refs, grid_code="G00", certainty=0), at=AT, post=POST, source="x")
    store.close()
    under_way, newest, rounds = 0, 0, 0
    while under_way < times:
        rounds += 1
        assert rounds < 10 * times
        said = kill_after(child(PUBLISHER, path), chance.randint(1, 3), chance.uniform(0, 0.04))
        editions = check_whole(path)
        check_incidents(path, editions)
        newest = max([newest, *(int(word[1:]) for word in said if word.startswith("e"))])
        # What was acknowledged is there; of what was under way, all or nothing.
        under_way += said[-1] == "publishing"
        assert editions - 1 in ((newest, newest + 1) if said[-1] == "publishing" else (newest,))
        newest = editions - 1


def kill_after(publisher: subprocess.Popen[str], publications: int, pause_s: float) -> list[str]:
    """Kill the child some time after it began its n-th publication; what it said until then."""
    assert publisher.stdout is not None
    said: list[str] = []
    while said.count("publishing") < publications:
        said.append(publisher.stdout.readline().strip())
    time.sleep(pause_s)
    publisher.send_signal(signal.SIGKILL)
    return said + publisher.communicate(timeout=30)[0].split()


def test_a_server_killed_in_the_middle_of_5_publishes_leaves_old_or_new(tmp_path: Path):
    kill_while_publishing(tmp_path / "store.gpkg", 5, seed=1)


@pytest.mark.slow
def test_a_server_killed_in_the_middle_of_50_publishes_leaves_old_or_new(tmp_path: Path):
    kill_while_publishing(tmp_path / "store.gpkg", 50, seed=2)
