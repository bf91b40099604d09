"""A stored city for benchmarks over HTTP (a plan in force, incidents, doors, streets), and a server process over it."""

from __future__ import annotations

import datetime as dt
import gzip
import http.client
import json
import os
import shutil
import socket
import subprocess
import sys
import tempfile
import time
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import replace
from pathlib import Path
from typing import Any

import numpy as np
import shapely

sys.path.insert(0, str(Path(__file__).resolve().parent.parent))

from benchmarks.partitions import HEIGHT, SOUTH, WEST, WIDTH, make_points
from benchmarks.redraw_edits import made_plan
from mapsvc.config import Config
from mapsvc.model.community import Community
from mapsvc.model.incident import STATUS_CODE, IncidentBatch, Status
from mapsvc.model.plan import PlanStatus
from mapsvc.model.post import Post
from mapsvc.model.site import Site
from mapsvc.model.task_type import TaskType
from mapsvc.services.exchange.assigner import Assigner
from mapsvc.store.sqlite import SqliteStore
from mapsvc.wiring import STORE_NAME, build

DOORS, STREETS = 30_000, 400
_BATCH = 200_000
_ACCURACY_M = 5.0
_ROOT = Path(__file__).resolve().parent.parent


def make_store(folder: Path, grids: int, incidents: int) -> None:
    """The store of a data folder; one that is kept from an earlier run is left as it is."""
    if (folder / STORE_NAME).exists():
        return
    made = folder / "made"
    made.mkdir(parents=True, exist_ok=True)
    (made / STORE_NAME).unlink(missing_ok=True)
    store = SqliteStore.open(made / STORE_NAME)
    _fill(store, grids, incidents)
    store.close()
    # Under its own name only when it is whole.
    os.replace(made / STORE_NAME, folder / STORE_NAME)
    shutil.rmtree(made)


def _fill(store: SqliteStore, grids: int, incidents: int) -> None:
    now = int(time.time())
    put: dict[str, Any] = {"at": now, "post": "bench"}
    rng = np.random.default_rng(7)
    store.put_community(Community("Made", tz="UTC"), **put)
    store.put_task_types([TaskType("any", "Any")], **put)
    since = dt.datetime.fromtimestamp(now, dt.UTC).date() - dt.timedelta(days=300)
    plan = replace(made_plan(grids), id="base", status=PlanStatus.PUBLISHED, valid_from=since)
    store.put_plan(plan, **put)
    middles = [grid.polygon.centroid for grid in plan.grids]
    posts = [
        Post(f"p{grid.code}", "grid_chief", "Post", grid_codes=(grid.code,), lon=spot.x, lat=spot.y)
        for grid, spot in zip(plan.grids, middles, strict=True)
    ]
    store.put_posts(posts, **put)
    homes = rng.random((DOORS, 2)) * (WIDTH, HEIGHT) + (WEST, SOUTH)
    ends = rng.random((STREETS, 2, 2)) * (WIDTH, HEIGHT) + (WEST, SOUTH)
    sites = [Site(f"b{i}", "building", spot, households=10) for i, spot in enumerate(shapely.points(homes))]
    sites += [Site(f"s{i}", "street", line, f"Street {i}") for i, line in enumerate(shapely.linestrings(ends))]
    store.put_sites(sites, **put, source="bench")
    lon, lat = make_points(incidents)
    assigner = Assigner(plan)
    for start in range(0, incidents, _BATCH):
        part = slice(start, start + _BATCH)
        found = assigner.assign(lon[part], lat[part], _ACCURACY_M)
        n = len(lon[part])
        closed, handled = STATUS_CODE[Status.CLOSED], STATUS_CODE[Status.HANDLING]
        columns = {
            "channel_ref": [f"r{start + i}" for i in range(n)],
            "task_type": "any",
            "occurred_at": now - rng.integers(0, 360 * 86_400, n),
            "lon": lon[part],
            "lat": lat[part],
            "accuracy_m": _ACCURACY_M,
            "status": np.where(rng.random(n) < 0.05, handled, closed),
            "grid_code": assigner.codes[found.grid],
            "grid_share": found.share,
            "certainty": found.certainty,
        }
        store.add_incidents(IncidentBatch("bench", n, columns), **put, source="bench")


@contextmanager
def copied(folder: Path) -> Iterator[Path]:
    """A data folder with a copy of a store, gone afterwards."""
    with tempfile.TemporaryDirectory() as temporary:
        shutil.copy(folder / STORE_NAME, temporary)
        yield Path(temporary)


def _way_in(data: Path) -> tuple[str, str]:
    """A key and the password of a planner in a store that is a copy for this run."""
    services = build(Config(data))
    try:
        book = services.accounts.book
        if book.find("bench") is None:
            book.add("bench", {"role": "planner", "name": "Bench"}, post="bench")
        _, password = book.reset("bench", post="bench")
        return services.accounts.keys.make("bench", account="bench", post="bench")[1], password
    finally:
        services.close()


class Server:
    """`mapsvc serve` in a process of its own, and one kept connection to it."""

    def __init__(self, data: Path) -> None:
        self._key, self.password = _way_in(data)
        with socket.socket() as probe:
            probe.bind(("127.0.0.1", 0))
            self._port = int(probe.getsockname()[1])
        verb = [sys.executable, "-m", "mapsvc", "serve", "--data", str(data), "--port", str(self._port)]
        self._process = subprocess.Popen(verb, cwd=_ROOT, stdout=subprocess.DEVNULL)
        self._connection = http.client.HTTPConnection("127.0.0.1", self._port, timeout=600)

    def __enter__(self) -> Server:
        for _ in range(600):
            try:
                self.ask("GET", "/health")
            except OSError:
                if self._process.poll() is not None:
                    raise
                self._connection.close()
                time.sleep(0.1)
            else:
                return self
        raise TimeoutError("the server does not answer")

    def __exit__(self, *error: object) -> None:
        self._connection.close()
        self._process.terminate()
        self._process.wait(30)

    def ask(self, method: str, path: str, body: Any = None, revision: int | None = None) -> Answer:
        """One request, as a browser asks."""
        headers = {"Content-Type": "application/json", "Accept-Encoding": "gzip"}
        headers["Authorization"] = f"Bearer {self._key}"
        if revision is not None:
            headers["If-Match"] = f'"r{revision}"'
        sent = None if body is None else json.dumps(body)
        begin = time.perf_counter()
        self._connection.request(method, path, sent, headers)
        answer = self._connection.getresponse()
        data = answer.read()
        ms = (time.perf_counter() - begin) * 1e3
        plain = gzip.decompress(data) if answer.headers["Content-Encoding"] == "gzip" else data
        return Answer(answer.status, plain, ms, len(data))

    def settle(self) -> float:
        """Wait until the server has made what it makes unasked; its memory then, in MB."""
        before = now = self.cpu_ms()
        for _ in range(60):
            time.sleep(1.0)
            before, now = now, self.cpu_ms()
            if now - before < 50.0:
                break
        return self.memory_mb()

    @property
    def port(self) -> int:
        """Where it listens."""
        return self._port

    def memory_mb(self) -> float:
        """Resident memory of the process that answers."""
        status = (self._worker() / "status").read_text()
        return next(int(line.split()[1]) / 1024 for line in status.splitlines() if line.startswith("VmRSS:"))

    def cpu_ms(self) -> float:
        """Processor time it has used; unlike the time a client waits, it hardly depends on what else runs."""
        user, system = (self._worker() / "stat").read_text().rpartition(")")[2].split()[11:13]
        return (int(user) + int(system)) * 1000.0 / os.sysconf("SC_CLK_TCK")

    def _worker(self) -> Path:
        own = Path(f"/proc/{self._process.pid}")
        children = (own / "task" / str(self._process.pid) / "children").read_text().split()
        return Path(f"/proc/{children[0]}") if children else own


class Answer:
    """status, body (bytes as unpacked), ms from the request to the last byte, size on the wire."""

    def __init__(self, status: int, body: bytes, ms: float, size: int) -> None:
        self.status, self.body, self.ms, self.size = status, body, ms, size

    def json(self) -> Any:
        """The value. RuntimeError for a refusal."""
        if self.status >= 400:
            raise RuntimeError(f"{self.status}: {self.body[:500]!r}")
        return json.loads(self.body)
