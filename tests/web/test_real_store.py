from __future__ import annotations

import threading
from collections.abc import Iterator
from pathlib import Path

import pytest
from flask.testing import FlaskClient
from signed import sign_in
from square import DAY, NOW, StillClock, fill

from mapsvc.app import create_app
from mapsvc.config import AccessConfig, Config
from mapsvc.model.incident import IncidentBatch
from mapsvc.model.query import Query
from mapsvc.store.memory import MemoryStore
from mapsvc.store.sqlite import SqliteStore
from mapsvc.wiring import Services, assemble, build, load_demo_into, remove_store

URLS = (
    "/api/desk?from=2026-01-01",
    "/api/incidents?order=urgent",
    "/api/incidents/i6",
    "/api/grids",
    "/api/grids/11",
    "/api/base?z=16",
    "/api/posts",
    "/api/counts",
    "/api/coverage",
    "/api/locate?lon=98.5&lat=39.735&accuracy_m=20",
    "/tiles/density/12/3168/1554.png",
)


@pytest.fixture
def sqlite_services(tmp_path: Path) -> Iterator[Services]:
    store = SqliteStore.open(tmp_path / "mapsvc.gpkg")
    services = assemble(Config(tmp_path), fill(store), StillClock(), cache_dir=tmp_path / "cache")  # type: ignore[arg-type]
    yield services
    services.close()


def test_both_stores_give_the_same_answers(tmp_path: Path, sqlite_services: Services) -> None:
    memory = assemble(Config(tmp_path), fill(MemoryStore()), StillClock())
    one = sign_in(create_app(memory.config, memory))
    other = sign_in(create_app(sqlite_services.config, sqlite_services))
    for url in URLS:
        assert other.get(url).data == one.get(url).data, url


def test_readers_see_whole_batches_while_reports_come_in(sqlite_services: Services) -> None:
    app = create_app(sqlite_services.config, sqlite_services)
    per_batch, batches = 50, 12
    wrong: list[object] = []
    done = threading.Event()

    def watch(client: FlaskClient) -> None:
        last = 0
        while not done.is_set():
            answer = client.get("/api/desk?from=2026-01-01")
            total = answer.json["figures"]["total"] if answer.status_code == 200 else answer.text
            if not isinstance(total, int) or total < last or (total - 8) % per_batch:
                wrong.append(total)
            else:
                last = total

    threads = [threading.Thread(target=watch, args=(sign_in(app),)) for _ in range(4)]
    for thread in threads:
        thread.start()
    for number in range(batches):
        columns = {
            "channel_ref": [f"{number}-{row}" for row in range(per_batch)],
            "task_type": ["lamp"] * per_batch,
            "occurred_at": [NOW - DAY] * per_batch,
            "grid_code": ["11"] * per_batch,
            "lon": 98.495,
            "lat": 39.735,
            "certainty": 0,
        }
        sqlite_services.store.add_incidents(IncidentBatch("app", per_batch, columns), at=NOW, post="t", source="t")
    done.set()
    for thread in threads:
        thread.join()
    assert not wrong
    figures = sqlite_services.view.desk(Query(since=0))["figures"]
    assert figures["total"] == 8 + per_batch * batches


def test_a_store_is_built_from_a_folder_and_removed_with_its_caches(tmp_path: Path) -> None:
    folder = tmp_path / "data"
    services = build(Config(folder))
    services.warm()  # nothing is stored yet: nothing to make
    loaded = load_demo_into(services)
    services.warm()
    assert loaded.grids == 7
    assert services.view.desk(Query())["figures"]["open"] > 20
    services.close()
    (folder / "own.txt").write_text("mine")
    remove_store(folder)
    left = sorted(path.name for path in folder.rglob("*") if path.is_file() and not path.name.endswith(".lock"))
    assert left == ["own.txt"]


def test_the_first_answer_after_a_restart_is_the_last_one_before(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    from mapsvc.services.scene import columns

    monkeypatch.setattr(columns, "_WORTH_SAVING", 1)
    answers = []
    for _ in range(2):
        store = SqliteStore.open(tmp_path / "mapsvc.gpkg")
        if not store.count_incidents():
            fill(store)  # type: ignore[arg-type]
        seen_by_all = Config(tmp_path, access=AccessConfig("viewer"))
        services = assemble(seen_by_all, store, StillClock(), cache_dir=tmp_path / "cache")
        client = create_app(seen_by_all, services).test_client()
        answers.append([client.get(url).data for url in URLS])
        services.close()
    assert answers[0] == answers[1]
    assert list((tmp_path / "cache").glob("columns.npz"))
