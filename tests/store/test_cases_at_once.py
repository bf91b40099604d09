"""Several processes change the same incidents, and one of them dies: no step is lost, made twice or half."""

from __future__ import annotations

import os
import signal
import sqlite3
import subprocess
import sys
from collections import Counter
from contextlib import closing
from pathlib import Path

from store_samples import batch

from mapsvc.model.event import chain_hash
from mapsvc.store.sqlite import SqliteStore

ROOT = Path(__file__).resolve().parents[2]
ENVIRONMENT = {**os.environ, "PYTHONPATH": os.pathsep.join([str(ROOT), str(Path(__file__).parent)])}
INCIDENTS = 5
STEPPER = """
import sys
from pathlib import Path
from mapsvc.errors import Stale
from mapsvc.model.case import Call, Change
from mapsvc.store.sqlite import SqliteStore
store, name, n = SqliteStore.open(Path(sys.argv[1])), sys.argv[2], int(sys.argv[3])
print("ready", flush=True)
for i in range(n):
    incident = f"i{i % 5 + 1}"
    while True:
        case = store.get_case(incident)
        calls = (*case.calls, Call(f"post:{name}/{i}", True, i))
        change = Change(incident, case.revision, "incident.dispatched", {"level": case.incident.level + 1}, calls)
        try:
            store.change_incidents([change], at=i, post=name)
            break
        except Stale:
            continue
    print(f"{name}/{i}", flush=True)
store.close()
"""


def stepper(path: Path, name: str, n: int) -> subprocess.Popen[str]:
    words = [sys.executable, "-c", STEPPER, str(path), name, str(n)]
    return subprocess.Popen(words, stdout=subprocess.PIPE, text=True, env=ENVIRONMENT)


def check_whole(store: SqliteStore) -> list[str]:
    """The names of all steps made, after seeing that rows, calls, revisions and journal tell the same."""
    events = [event for event in store.list_events() if event.kind == "incident.dispatched"]
    of = Counter(event.subject for event in events)
    made: list[str] = []
    for fid in range(1, INCIDENTS + 1):
        case = store.get_case(f"i{fid}")
        assert case.revision == case.incident.level - 1 == len(case.calls) == of[f"i{fid}"]
        made += [call.target.removeprefix("post:") for call in case.calls]
    before = ""
    for link in store.iter_links():
        before = chain_hash(before, link.seq, link.at, link.post, link.kind, link.subject, link.data)
        assert before == link.hash
    return made


def test_steps_of_several_processes_are_all_made_once(tmp_path: Path):
    path = tmp_path / "store.gpkg"
    store = SqliteStore.open(path)
    store.add_incidents(batch([f"r{i}" for i in range(INCIDENTS)]), at=1, post="app", source="app")
    children = [stepper(path, name, 10) for name in ("a", "b", "c")]
    for child in children:
        child.communicate(timeout=60)
        assert child.returncode == 0
    assert sorted(check_whole(store)) == sorted(f"{name}/{i}" for name in ("a", "b", "c") for i in range(10))
    store.close()


def test_a_process_killed_amid_its_steps_leaves_whole_ones_and_keeps_what_it_acknowledged(tmp_path: Path):
    path = tmp_path / "store.gpkg"
    store = SqliteStore.open(path)
    store.add_incidents(batch([f"r{i}" for i in range(INCIDENTS)]), at=1, post="app", source="app")
    for round_ in range(3):
        child = stepper(path, f"r{round_}", 10_000)
        assert child.stdout is not None
        told = []
        for line in child.stdout:
            told.append(line.strip())
            if len(told) == 6 + round_:
                break
        child.send_signal(signal.SIGKILL)
        told += child.communicate(timeout=30)[0].split()
        made = check_whole(store)
        assert len(set(made)) == len(made)
        assert set(told) - {"ready"} <= set(made)
    store.close()
    with closing(sqlite3.connect(path)) as other:
        assert other.execute("PRAGMA integrity_check").fetchone() == ("ok",)
