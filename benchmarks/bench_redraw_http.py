"""Redraw over HTTP: previews, edits, arcs and publishing, asked of `mapsvc serve` over a stored city.

    python benchmarks/bench_redraw_http.py [--incidents N] [--edits N] [--grids 600 20000] [--folder DIR] [--json FILE]

The server is a process of its own over a SQLite store; the client keeps one connection and times from the request to
the last byte. After each edit the number of moved incidents is compared with a full count, after publishing the
stored grid of every incident. --folder keeps the made stores for the next run. Exit code 1 where a target is missed.
"""

from __future__ import annotations

import argparse
import json
import sys
import tempfile
import time
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from pathlib import Path
from statistics import median
from typing import Any

import numpy as np
import shapely

sys.path.insert(0, str(Path(__file__).resolve().parent.parent))

from benchmarks.partitions import HEIGHT, SOUTH, WEST, WIDTH
from benchmarks.redraw_edits import EDITS
from benchmarks.redraw_store import Server, copied, make_store
from mapsvc.analysis.reassign import owners
from mapsvc.geo.partition.partition import Partition
from mapsvc.model.redraw import Command, Merge, MoveVertices, Reshape, Split
from mapsvc.services.redraw.sessions import Sessions
from mapsvc.store.sqlite import SqliteStore
from mapsvc.wiring import STORE_NAME

TARGET_MS, TARGET_PUBLISH_S, TARGET_OPEN_S = 150.0, 2.0, 3.0


@dataclass
class Times:
    """Milliseconds of each call of one kind of edit; moved: incidents that changed grid."""

    preview: list[float] = field(default_factory=list)
    edit: list[float] = field(default_factory=list)
    moved: int = 0
    refused: int = 0


def as_json(command: Command) -> dict[str, Any]:
    """A command as it stands in a request."""
    if isinstance(command, MoveVertices):
        moves = [{"arc": one.arc, "index": one.index, "to": [one.lon, one.lat]} for one in command.moves]
        return {"kind": "move", "moves": moves}
    if isinstance(command, Reshape):
        line = [list(at) for at in command.line.coords]
        return {"kind": "reshape", "line": line, "between": list(command.between)}
    if isinstance(command, Split):
        return {"kind": "split", "code": command.code, "line": [list(at) for at in command.line.coords]}
    if isinstance(command, Merge):
        return {"kind": "merge", "codes": list(command.codes), "survivor": command.survivor}
    return {"kind": "transfer", "area": shapely.geometry.mapping(command.area), "to": command.to}  # type: ignore[union-attr]


class Recount:
    """Reads the server's store beside it: the draft's shapes for the next command, and every incident anew."""

    def __init__(self, data: Path) -> None:
        self._store = SqliteStore.open(data / STORE_NAME)
        self._sessions = Sessions(self._store)
        columns = self._store.load_columns()
        self._lon, self._lat = columns.lon, columns.lat

    def shapes(self, draft_id: str) -> Partition:
        return self._sessions.state(draft_id).partition

    def owners(self, shapes: Partition) -> Any:
        return owners(shapes, self._lon, self._lat)

    def is_assigned(self, shapes: Partition) -> bool:
        """Whether every incident carries the grid that a full count gives it."""
        columns = self._store.load_columns()
        stored = np.array([*columns.grid_codes, ""])[columns.grid]
        code_of = dict(zip(shapes.numbers, shapes.codes, strict=True)) | {-1: ""}
        numbers, places = np.unique(self.owners(shapes), return_inverse=True)
        return bool(np.array_equal(stored, np.array([code_of[one] for one in numbers.tolist()])[places]))

    def close(self) -> None:
        self._store.close()


@contextmanager
def recounting(data: Path) -> Iterator[Recount]:
    recount = Recount(data)
    try:
        yield recount
    finally:
        recount.close()


def edits(server: Server, recount: Recount, draft: dict[str, Any], each: int) -> tuple[dict[str, Times], int, bool]:
    """(times by kind, newest revision, whether every moved number equals a full count); edits of all kinds in turn."""
    rng, path = np.random.default_rng(1), f"/api/drafts/{draft['id']}"
    times, revision, same = {name: Times() for name in EDITS}, int(draft["revision"]), True
    shapes = recount.shapes(draft["id"])
    before = recount.owners(shapes)
    for _ in range(4 * each):
        for name, make in EDITS.items():
            kept = times[name]
            if len(kept.edit) == each:
                continue
            command = as_json(make(shapes, rng))
            seen = server.ask("POST", f"{path}/preview", {"command": command, "n": 1}, revision)
            if seen.status == 422:
                kept.refused += 1
                continue
            seen.json()
            done = server.ask("POST", f"{path}/edits", {"command": command, "reason": "bench"}, revision)
            told = done.json()
            kept.preview.append(seen.ms)
            kept.edit.append(done.ms)
            kept.moved += told["effect"]["moved"]
            revision, shapes = told["revision"], recount.shapes(draft["id"])
            after = recount.owners(shapes)
            same &= int(np.count_nonzero(before != after)) == told["effect"]["moved"]
            before = after
    return times, revision, same


def undone(server: Server, path: str, revision: int) -> tuple[list[float], int]:
    """Five times one step back and forth again."""
    times = []
    for way in ("undo", "redo") * 5:
        done = server.ask("POST", f"{path}/{way}", {}, revision)
        revision = done.json()["revision"]
        times.append(done.ms)
    return times, revision


def view(share: float, z: float) -> str:
    """The arcs in a part of the width, as the planner's map asks for them."""
    west, south = WEST + (0.5 - share / 2) * WIDTH, SOUTH + (0.5 - share / 2) * HEIGHT
    return f"arcs?bbox={west},{south},{west + share * WIDTH},{south + share * HEIGHT}&z={z:g}"


def opened(server: Server, told: dict[str, Any]) -> dict[str, Any]:
    """Start a draft and look at it for the first time; all times of it into `told`."""
    server.ask("GET", "/api/desk").json()
    told["memory_before_mb"] = server.settle()
    answer = server.ask("POST", "/api/drafts", {"name": "Bench"})
    draft: dict[str, Any] = answer.json()
    path = f"/api/drafts/{draft['id']}"
    told["start_ms"] = answer.ms
    for name, asked in (("first_view", view(0.2, 15)), ("first_effect", "effect"), ("view", view(0.2, 15))):
        told[f"{name}_ms"] = server.ask("GET", f"{path}/{asked}").ms
    for name, asked in (("view_10", view(0.1, 16)), ("view_20", view(0.2, 15)), ("view_40", view(0.4, 14))):
        answer = server.ask("GET", f"{path}/{asked}")
        told[f"{name}_ms"], told[f"{name}_kb"] = answer.ms, answer.size / 1000
    answer = server.ask("GET", f"{path}/arcs")
    told["arcs_ms"], told["arcs_kb"] = answer.ms, answer.size / 1000
    told["memory_opened_mb"] = server.memory_mb()
    return draft


def published(server: Server, path: str, revision: int, told: dict[str, Any]) -> None:
    """Keep every finding, send to review, publish."""
    findings = server.ask("GET", f"{path}/findings").json()["features"]
    for one in findings:
        if not one["properties"]["kept"]:
            key = one["properties"]["key"]
            revision = server.ask("POST", f"{path}/findings/{key}", {"reason": "bench"}, revision).json()["revision"]
    today = time.strftime("%Y-%m-%d", time.gmtime())
    answer = server.ask("POST", f"{path}/review", {"valid_from": today, "edition_name": "New"}, revision)
    told["review_ms"] = answer.ms
    answer = server.ask("POST", f"{path}/publish", {"password": server.password}, answer.json()["revision"])
    told["publish_s"], told["reassigned"] = answer.ms / 1e3, answer.json()["reassigned"]
    told["desk_after_ms"] = server.ask("GET", "/api/desk").ms


def measure(data: Path, each: int) -> tuple[dict[str, Any], dict[str, Times]]:
    """All figures of one store."""
    told: dict[str, Any] = {}
    with Server(data) as server, recounting(data) as recount:
        draft = opened(server, told)
        path = f"/api/drafts/{draft['id']}"
        begin = server.cpu_ms()
        times, revision, told["same"] = edits(server, recount, draft, each)
        calls = sum(2 * len(kept.edit) + kept.refused for kept in times.values())
        told["cpu_ms"] = (server.cpu_ms() - begin) / calls
        told["undo_ms"], revision = undone(server, path, revision)
        for name in ("", "/effect", "/moved", "/changes", "/findings"):
            told[f"{name[1:] or 'draft'}_ms"] = server.ask("GET", f"{path}{name}").ms
        told["draft_desk_ms"] = server.ask("GET", f"/api/desk?plan={draft['id']}").ms
        told["memory_edited_mb"] = server.memory_mb()
        second = server.ask("POST", "/api/drafts", {"name": "Second"}).json()["id"]
        for asked in (view(0.2, 15), "effect"):
            server.ask("GET", f"/api/drafts/{second}/{asked}").json()
        told["memory_second_mb"] = server.memory_mb()
    with Server(data) as server, recounting(data) as recount:
        server.ask("GET", "/api/desk").json()
        server.settle()
        told["reopen_ms"] = server.ask("GET", f"{path}/{view(0.2, 15)}").ms
        told["reopen_effect_ms"] = server.ask("GET", f"{path}/effect").ms
        published(server, path, revision, told)
        told["assigned"] = recount.is_assigned(recount.shapes(draft["id"]))
    return told, times


def show(told: dict[str, Any], times: dict[str, Times]) -> None:
    print(f"  {'':18} preview ms    p95    edit ms    p95     moved  n / refused")
    for name, kept in times.items():
        if kept.edit:
            print(
                f"  {name:18} {median(kept.preview):10.1f} {np.percentile(kept.preview, 95):6.1f} "
                f"{median(kept.edit):10.1f} {np.percentile(kept.edit, 95):6.1f} {kept.moved // len(kept.edit):9,}  "
                f"{len(kept.edit)} / {kept.refused}"
            )
    print(f"  undo, redo         median {median(told['undo_ms']):.1f} ms")
    print(f"  processor time of the server per preview or edit: {told['cpu_ms']:.1f} ms on average")
    print(
        f"  first: start {told['start_ms']:,.0f} ms, view {told['first_view_ms']:,.0f}, "
        f"effect {told['first_effect_ms']:,.0f}; after a new start of the server: view {told['reopen_ms']:,.0f}, "
        f"effect {told['reopen_effect_ms']:,.0f}"
    )
    views = ", ".join(f"{s} % {told[f'view_{s}_ms']:.0f} ms {told[f'view_{s}_kb']:,.0f} kB" for s in (10, 20, 40))
    print(f"  arcs in view of the width: {views}; whole {told['arcs_ms']:.0f} ms {told['arcs_kb']:,.0f} kB")
    asked = ("draft", "effect", "moved", "changes", "findings", "draft_desk", "review", "desk_after")
    print("  " + ", ".join(f"{name} {told[f'{name}_ms']:,.0f} ms" for name in asked))
    steps = (told[f"memory_{name}_mb"] for name in ("before", "opened", "edited", "second"))
    print("  server memory in MB: {:,.0f}, with a draft {:,.0f}, edited {:,.0f}, with another {:,.0f}".format(*steps))


def judged(told: dict[str, Any], times: dict[str, Times]) -> list[tuple[bool, str]]:
    """What was wanted, and whether it was reached."""
    edit, preview = (
        median([ms for kept in times.values() for ms in getattr(kept, name)]) for name in ("edit", "preview")
    )
    told |= {"edit_ms": edit, "preview_ms": preview}
    first_s = (told["start_ms"] + told["first_view_ms"]) / 1e3
    return [
        (edit <= TARGET_MS, f"edit over HTTP: median {edit:.1f} ms (wanted {TARGET_MS:g})"),
        (preview <= TARGET_MS, f"preview over HTTP: median {preview:.1f} ms (wanted {TARGET_MS:g})"),
        (first_s <= TARGET_OPEN_S, f"a new draft in view: {first_s:.2f} s (wanted {TARGET_OPEN_S:g})"),
        (told["publish_s"] <= TARGET_PUBLISH_S, f"publish, {told['reassigned']:,} incidents to another grid: "
         f"{told['publish_s']:.2f} s (wanted {TARGET_PUBLISH_S:g})"),
        (told["same"], "after every edit the number moved is that of a full count"),
        (told["assigned"], "after publishing every incident carries the grid of a full count"),
    ]  # fmt: skip


def main() -> int:
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--incidents", type=int, default=1_000_000)
    parser.add_argument("--edits", type=int, default=10, help="of each kind")
    parser.add_argument("--grids", type=int, nargs="+", default=[600], choices=(6, 600, 20_000))
    parser.add_argument("--folder", type=Path, help="where made stores are kept; default: a temporary folder")
    parser.add_argument("--json", type=Path, help="also write the figures here")
    given = parser.parse_args()
    figures: dict[str, Any] = {"incidents": given.incidents}
    missed = False
    with tempfile.TemporaryDirectory() as temporary:
        for grids in given.grids:
            made = (given.folder or Path(temporary)) / f"{grids}-{given.incidents}"
            begin = time.perf_counter()
            make_store(made, grids, given.incidents)
            print(f"{given.incidents:,} incidents, {grids:,} grids (store in {time.perf_counter() - begin:.0f} s)")
            with copied(made) as data:
                told, times = measure(data, given.edits)
            show(told, times)
            for reached, wanted in judged(told, times):
                # The targets are for 600 grids; larger plans are told only, but must be right.
                counts = grids == 600 or wanted.startswith("after")
                missed |= counts and not reached
                print(f"  {'    ' if not counts else 'PASS' if reached else 'FAIL'}  {wanted}")
            figures[str(grids)] = told | {"edits": {name: vars(kept) for name, kept in times.items()}}
    if given.json:
        given.json.write_text(json.dumps(figures, indent=1))
    return int(missed)


if __name__ == "__main__":
    sys.exit(main())
