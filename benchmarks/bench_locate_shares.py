"""Shares of the grids around a point: one point as the API asks it, and batches as imports do.

    python -m benchmarks locate_shares
    python benchmarks/bench_locate_shares.py [--points N] [--grids 6|20000] [--json FILE]

Prints p50 and p95 of `locate` with accuracy in process at each number of grids (target: p95 <= 2 ms), and the time of a
batch (target: 20,000 points in less than a second). Accuracies are spread over 3 to 100 m as phones state them, and
again 500 m for addresses known by their street only. Exit code 1 where a target is missed.
"""

from __future__ import annotations

import argparse
import json
import sys
import time
from datetime import date
from pathlib import Path

import numpy as np

ROOT = Path(__file__).resolve().parent.parent
sys.path[:0] = [str(ROOT), str(ROOT / "benchmarks")]

from partitions import SHAPES, make_partition, make_points  # noqa: E402
from shapely.geometry import box  # noqa: E402

from mapsvc.geo.locate import GridIndex  # noqa: E402
from mapsvc.model.grid import Grid  # noqa: E402
from mapsvc.model.plan import Plan, PlanStatus  # noqa: E402
from mapsvc.services.scene.placing import place  # noqa: E402
from mapsvc.services.scene.plans import PlanInUse  # noqa: E402
from mapsvc.services.view.point import AskedPoint, locate_point  # noqa: E402

EPSG = 4542
P95_MS, BATCH_S = 2.0, 1.0


def plan_of(grids: int) -> PlanInUse:
    shapes = list(make_partition(grids))
    given = tuple(Grid(f"g{n}", f"{n:05d}", f"Grid {n}", shape, 0.0) for n, shape in enumerate(shapes))
    west, south = min(one.bounds[0] for one in shapes), min(one.bounds[1] for one in shapes)
    east, north = max(one.bounds[2] for one in shapes), max(one.bounds[3] for one in shapes)
    plan = Plan("p", "Made", box(west, south, east, north), EPSG, given, PlanStatus.PUBLISHED, date(2026, 1, 1))
    return PlanInUse(plan, ("p", 1), lambda one: GridIndex.build([grid.polygon for grid in one.grids]))


def measure(grids: int, points: int) -> dict[str, float]:
    plan = plan_of(grids)
    started = time.perf_counter()
    _ = plan.index, plan.outlines
    told = {"grids": grids, "build_s": time.perf_counter() - started}
    lon, lat = make_points(max(points, 20_000), 4)
    radius = 10.0 ** np.random.default_rng(4).uniform(np.log10(3.0), 2.0, len(lon))
    locate_point(AskedPoint(lon[0], lat[0], "wgs84", 10.0), plan, 1)
    for name, accuracy in (("phones", radius), ("streets", np.full(len(lon), 500.0))):
        taken = []
        for x, y, r in zip(lon[:points].tolist(), lat[:points].tolist(), accuracy.tolist(), strict=False):
            begun = time.perf_counter()
            locate_point(AskedPoint(x, y, "wgs84", r), plan, 1)
            taken.append((time.perf_counter() - begun) * 1000)
        told[f"{name}_p50_ms"], told[f"{name}_p95_ms"] = (float(v) for v in np.percentile(taken, [50, 95]))
    begun = time.perf_counter()
    placed = place(plan, lon[:20_000], lat[:20_000], radius[:20_000])
    told["batch_s"] = time.perf_counter() - begun
    told["boundary_share"] = float(np.mean(placed.certainty == 1))
    return told


def main() -> int:
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--points", type=int, default=3000, help="single points a number of grids")
    parser.add_argument("--grids", type=int, choices=list(SHAPES), nargs="*", default=[6, 20_000])
    parser.add_argument("--json", type=Path)
    given = parser.parse_args()
    rows, missed = [], False
    for grids in given.grids:
        row = measure(grids, given.points)
        rows.append(row)
        good = row["phones_p95_ms"] <= P95_MS and row["batch_s"] <= BATCH_S
        missed |= not good
        print(
            f"{grids:>6} grids: locate p50 {row['phones_p50_ms']:.2f} p95 {row['phones_p95_ms']:.2f} ms "
            f"(at 500 m p95 {row['streets_p95_ms']:.2f} ms), 20,000 points {row['batch_s']:.2f} s "
            f"({row['boundary_share']:.0%} boundary), build {row['build_s']:.1f} s  {'PASS' if good else 'FAIL'}"
        )
    if given.json:
        given.json.write_text(json.dumps(rows, indent=1))
    return int(missed)


if __name__ == "__main__":
    sys.exit(main())
