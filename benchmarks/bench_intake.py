"""Intake: batches and single reports into SQLite, located. Run: python benchmarks/bench_intake.py [REPORTS] [FOLDER]

A batch is measured from the bytes of its body to the event of its transaction (synchronous=FULL): strict JSON, checks,
masking, datums, location with shares, storing. A third of the reports is in GCJ-02, one text in twenty holds a phone
number, one point in ten lies near a line. Prints the parts of the work, reports a second, and p50/p95 of single ones.
"""

from __future__ import annotations

import json
import sys
import tempfile
import time
from contextlib import closing
from pathlib import Path
from typing import Any

import numpy as np
from flask import Flask, request

sys.path.insert(0, str(Path(__file__).resolve().parents[1]))

from mapsvc.config import Config
from mapsvc.geo.datum import wgs84_to_gcj02
from mapsvc.model.account import Actor, Right
from mapsvc.model.query import Query
from mapsvc.services.intake.check import check, read_reports
from mapsvc.services.intake.intake import MOST_REPORTS, Intake
from mapsvc.services.intake.locating import locate
from mapsvc.web.intake_params import read_reports_body
from mapsvc.wiring import build, load_demo_into

ACTOR = Actor("channel:app", rights=frozenset({Right.REPORT}), channel="app")
SINGLES = 500
APP = Flask("bench")


def bodies(intake: Intake, n: int, size: int, name: str = "b") -> list[bytes]:
    plan = intake._stage.plan(query()).plan
    types = list(intake._stage.registers(intake._stage.journal.marks()).task_types)
    west, south, east, north = plan.frame.bounds
    rng = np.random.default_rng(4)
    made = []
    for first in range(0, n, size):
        m = min(size, n - first)
        lon, lat = rng.uniform(west, east, m), rng.uniform(south, north, m)
        shifted = wgs84_to_gcj02(lon, lat)
        rows = []
        for k in range(m):
            gcj = k % 3 == 0
            rows.append(
                {
                    "ref": f"{name}{first + k}",
                    "type": types[k % len(types)],
                    "title": "Street lamp does not light up at the gate",
                    "text": "电话13812345678，三天了"
                    if k % 20 == 0
                    else "Dark since Monday, seen on the evening round.",
                    "datum": "gcj02" if gcj else "wgs84",
                    "lon": float(shifted[0][k] if gcj else lon[k]),
                    "lat": float(shifted[1][k] if gcj else lat[k]),
                    "accuracy_m": 8.0,
                    "occurred_at": "2026-01-02T03:04:05+08:00",
                    "level": 1 + k % 4,
                }
            )
        made.append(json.dumps({"reports": rows} if size > 1 else rows[0], ensure_ascii=False).encode())
    return made


def query() -> Query:
    return Query()


def parse(body: bytes) -> list[Any]:
    with APP.test_request_context("/", method="POST", data=body, content_type="application/json"):
        return read_reports_body(request)[0]


def main() -> None:
    n = int(sys.argv[1]) if len(sys.argv) > 1 else 100_000
    with tempfile.TemporaryDirectory(dir=sys.argv[2] if len(sys.argv) > 2 else None) as folder:
        services = build(Config(Path(folder)))
        with closing(services):
            load_demo_into(services)
            intake = services.intake
            warm(intake)
            batches(intake, n)
            singles(intake)


def warm(intake: Intake) -> None:
    for body in bodies(intake, 200, 100, "w"):
        intake.take(read_reports(parse(body)), "app", ACTOR)


def batches(intake: Intake, n: int) -> None:
    spent = dict.fromkeys(("parse", "read", "take"), 0.0)
    for body in bodies(intake, n, MOST_REPORTS):
        marks = [time.perf_counter()]
        given = parse(body)
        marks.append(time.perf_counter())
        reports = read_reports(given)
        marks.append(time.perf_counter())
        taken = intake.take(reports, "app", ACTOR)
        marks.append(time.perf_counter())
        assert taken.is_new.all()
        for name, start, end in zip(spent, marks, marks[1:], strict=False):
            spent[name] += end - start
    whole = sum(spent.values())
    print(f"batches of {MOST_REPORTS}: {told(spent)}, in all {whole:.2f} s: {n / whole:.0f} reports/s")
    types = intake._stage.registers(intake._stage.journal.marks()).task_types
    started = time.perf_counter()
    checked = check(reports, types, int(time.time()))
    middle = time.perf_counter()
    locate(checked, intake._stage.plan(query()), None)
    ended = time.perf_counter()
    print(f"of the last one: check {middle - started:.3f} s, locate {ended - middle:.3f} s")


def told(spent: dict[str, float]) -> str:
    return ", ".join(f"{name} {seconds:.2f} s" for name, seconds in spent.items())


def singles(intake: Intake) -> None:
    took = []
    for body in bodies(intake, SINGLES, 1, "s"):
        started = time.perf_counter()
        intake.take_one(read_reports(parse(body))[0], "app", ACTOR)
        took.append(time.perf_counter() - started)
    p50, p95 = np.percentile(np.array(took) * 1000, [50, 95])
    print(f"single reports: p50 {p50:.2f} ms, p95 {p95:.2f} ms, in process")


if __name__ == "__main__":
    main()
