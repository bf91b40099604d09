"""Redraw over HTTP: edits, previews, arcs and publishing on a stored city of 600 grids and 1,000,000 incidents.

    python benchmarks/bench_redraw_http.py [--incidents N] [--edits N] [--folder DIR] [--json FILE]

A real server of this package in this process, asked through a socket. Exit code 1 where a target is missed.
"""

from __future__ import annotations

import argparse
import gzip
import http.client
import json
import sys
import tempfile
import threading
import time
from dataclasses import replace
from pathlib import Path
from statistics import median
from typing import Any

import numpy as np
import shapely

sys.path.insert(0, str(Path(__file__).resolve().parent.parent))

from benchmarks.partitions import HEIGHT, SOUTH, WEST, WIDTH, make_points
from benchmarks.redraw_edits import made_plan
from mapsvc.app import create_app
from mapsvc.config import Config
from mapsvc.model.community import Community
from mapsvc.model.incident import IncidentBatch
from mapsvc.model.plan import PlanStatus
from mapsvc.model.site import Site
from mapsvc.model.task_type import TaskType
from mapsvc.services.exchange.assigner import Assigner
from mapsvc.store.sqlite import SqliteStore
from mapsvc.wiring import SystemClock, assemble

TARGET_EDIT_MS, TARGET_PUBLISH_S = 150.0, 2.0
_BATCH = 200_000


def stored(folder: Path, incidents: int) -> Any:
    """Services over a new store with a plan in force, its incidents, doors and streets."""
    store = SqliteStore.open(folder / "mapsvc.gpkg")
    clock = SystemClock()
    put: dict[str, Any] = {"at": clock.now(), "post": "bench"}
    rng = np.random.default_rng(7)
    store.put_community(Community("Made", tz="UTC"), **put)
    store.put_task_types([TaskType("any", "Any")], **put)
    plan = replace(made_plan(600), id="base", status=PlanStatus.PUBLISHED, valid_from=_today())
    store.put_plan(plan, **put)
    homes = np.stack([WEST + rng.random(30_000) * WIDTH, SOUTH + rng.random(30_000) * HEIGHT], axis=1)
    ends = rng.random((400, 2, 2)) * (WIDTH, HEIGHT) + (WEST, SOUTH)
    sites = [Site(f"b{i}", "building", shapely.Point(x, y), households=10) for i, (x, y) in enumerate(homes.tolist())]
    sites += [Site(f"s{i}", "street", line, f"Street {i}") for i, line in enumerate(shapely.linestrings(ends))]
    store.put_sites(sites, **put, source="bench")
    lon, lat = make_points(incidents)
    assigner = Assigner(plan)
    for start in range(0, incidents, _BATCH):
        part = slice(start, start + _BATCH)
        found = assigner.assign(lon[part], lat[part], 5.0)
        n = len(lon[part])
        columns = {
            "channel_ref": [f"r{start + i}" for i in range(n)],
            "task_type": "any",
            "occurred_at": clock.now() - rng.integers(0, 360 * 86_400, n),
            "lon": lon[part],
            "lat": lat[part],
            "accuracy_m": 5.0,
            "status": 10,
            "grid_code": assigner.codes[found.grid],
            "grid_share": found.share,
            "certainty": found.certainty,
        }
        store.add_incidents(IncidentBatch("bench", n, columns), **put, source="bench")
    return assemble(Config(folder), store, clock)


def _today() -> Any:
    import datetime as dt

    return dt.datetime.now(dt.UTC).date()


class Asker:
    """One kept connection; `ms` of each request."""

    def __init__(self, port: int) -> None:
        self.connection = http.client.HTTPConnection("127.0.0.1", port, timeout=600)

    def ask(self, method: str, path: str, body: Any = None, revision: int | None = None) -> tuple[Any, float, int]:
        """(answer, milliseconds, bytes)."""
        headers = {"Content-Type": "application/json", "Accept-Encoding": "gzip"}
        if revision is not None:
            headers["If-Match"] = f'"r{revision}"'
        begin = time.perf_counter()
        self.connection.request(method, path, None if body is None else json.dumps(body), headers)
        answer = self.connection.getresponse()
        data = answer.read()
        ms = (time.perf_counter() - begin) * 1e3
        plain = gzip.decompress(data) if answer.headers["Content-Encoding"] == "gzip" else data
        return {"status": answer.status, "body": json.loads(plain)}, ms, len(data)


def junction_moves(arcs: dict[str, Any], count: int, rng: np.random.Generator) -> list[dict[str, Any]]:
    """Commands that move the first junction of inner arcs by some metres."""
    inner = [arc for arc in arcs["arcs"] if arc["left"] >= 0 and arc["right"] >= 0 and len(arc["steps"]) > 8]
    x0, y0 = arcs["origin"]
    found = []
    for place in rng.choice(len(inner), count, replace=False).tolist():
        arc = inner[place]
        to = [(x0 + arc["steps"][0]) / 1e8 + rng.uniform(-1, 1) * 1e-4, (y0 + arc["steps"][1]) / 1e8 + 1e-4]
        found.append({"kind": "move", "moves": [{"arc": arc["id"], "index": 0, "to": to}]})
    return found


def measure(asker: Asker, edits: int) -> dict[str, Any]:
    """The figures, from the start of a draft to its edition."""
    rng = np.random.default_rng(1)
    told: dict[str, Any] = {}
    draft, told["start_ms"], _ = asker.ask("POST", "/api/drafts", {"name": "Bench"})
    path = f"/api/drafts/{draft['body']['id']}"
    arcs, told["arcs_ms"], told["arcs_bytes"] = asker.ask("GET", f"{path}/arcs")
    box = f"{WEST + 0.4 * WIDTH},{SOUTH + 0.4 * HEIGHT},{WEST + 0.5 * WIDTH},{SOUTH + 0.5 * HEIGHT}"
    _, told["view_ms"], told["view_bytes"] = asker.ask("GET", f"{path}/arcs?bbox={box}&z=13")
    revision, kinds = 1, {"preview": [], "edit": [], "undo": []}
    _, told["first_effect_ms"], _ = asker.ask("GET", f"{path}/effect")
    refused = moved = 0
    while len(kinds["edit"]) < edits:
        arcs = asker.ask("GET", f"{path}/arcs")[0]
        for command in junction_moves(arcs["body"], min(10, edits), rng):
            seen, ms, _ = asker.ask("POST", f"{path}/preview", {"command": command}, revision)
            if seen["status"] != 200:
                refused += 1
                continue
            kinds["preview"].append(ms)
            done, ms, _ = asker.ask("POST", f"{path}/edits", {"command": command, "reason": "bench"}, revision)
            if done["status"] != 201:
                continue
            kinds["edit"].append(ms)
            moved += done["body"]["effect"]["moved"]
            revision = done["body"]["revision"]
    for way in ("undo", "redo") * 5:
        done, ms, _ = asker.ask("POST", f"{path}/{way}", {}, revision)
        kinds["undo"].append(ms)
        revision = done["body"]["revision"]
    _, told["draft_ms"], _ = asker.ask("GET", path)
    _, told["effect_ms"], _ = asker.ask("GET", f"{path}/effect")
    _, told["moved_ms"], _ = asker.ask("GET", f"{path}/moved")
    _, told["changes_ms"], _ = asker.ask("GET", f"{path}/changes")
    _, told["draft_desk_ms"], _ = asker.ask("GET", f"/api/desk?plan={draft['body']['id']}")
    sent, _, _ = asker.ask("POST", f"{path}/review", {"valid_from": str(_today()), "edition_name": "New"}, revision)
    done, ms, _ = asker.ask("POST", f"{path}/publish", {}, sent["body"]["revision"])
    told |= {"publish_s": ms / 1e3, "published": done, "refused": refused, "moved": moved}
    _, told["desk_after_ms"], _ = asker.ask("GET", "/api/desk")
    return told | {f"{name}_ms": values for name, values in kinds.items()}


def main() -> int:
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--incidents", type=int, default=1_000_000)
    parser.add_argument("--edits", type=int, default=40)
    parser.add_argument("--folder", type=Path, help="where the store is made; default: a temporary folder")
    parser.add_argument("--json", type=Path, help="also write the figures here")
    given = parser.parse_args()
    from werkzeug.serving import make_server

    with tempfile.TemporaryDirectory() as temporary:
        begin = time.perf_counter()
        services = stored(given.folder or Path(temporary), given.incidents)
        print(f"{given.incidents:,} incidents, 600 grids, stored in {time.perf_counter() - begin:.0f} s")
        app = create_app(services.config, services)
        server = make_server("127.0.0.1", 0, app, threaded=True)
        threading.Thread(target=server.serve_forever, daemon=True).start()
        told = measure(Asker(server.server_port), given.edits)
        server.shutdown()
        services.close()
    for name in ("preview_ms", "edit_ms", "undo_ms"):
        values = told[name]
        print(
            f"  {name[:-3]:10} median {median(values):7.1f} ms, p95 {np.percentile(values, 95):7.1f}, n {len(values)}"
        )
    for name, value in told.items():
        if isinstance(value, float | int):
            print(f"  {name:18} {value:12,.1f}")
    print(f"  published: {told['published']}")
    good = [median(told["edit_ms"]) <= TARGET_EDIT_MS, told["publish_s"] <= TARGET_PUBLISH_S]
    for reached, name in zip(good, ("edit over HTTP", "publish"), strict=True):
        print(f"  {'PASS' if reached else 'FAIL'}  {name}")
    if given.json:
        given.json.write_text(json.dumps(told, indent=1))
    return int(not all(good))


if __name__ == "__main__":
    sys.exit(main())
