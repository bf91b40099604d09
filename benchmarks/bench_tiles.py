"""Density tiles at z 6-16: milliseconds a tile, over tiles that hold data.

    python -m benchmarks.bench_tiles [--points FILE.parquet --lon COLUMN --lat COLUMN] [--frame FILE.geojson]
                                     [--tiles N] [--json FILE]

Without --points: 1.77 million seeded points in 400 towns. --frame: polygons whose union the tiles are clipped to, else
a box around the points. Drawing is timed alone (the layer is built first, and its
time is printed); each tile is drawn once, cold, as the first viewer of a place gets it.
"""

from __future__ import annotations

import argparse
import json
import statistics
import sys
import time
from pathlib import Path

import numpy as np
import shapely
from shapely.geometry import MultiPolygon, Polygon, box, shape

sys.path.insert(0, str(Path(__file__).resolve().parents[1]))

from mapsvc.geo.tiling import morton_decode, morton_of
from mapsvc.render.density import DensityLayer
from mapsvc.render.frame_mask import FrameMask

TARGET_MS = 5.0
ZOOMS = range(6, 17)


def made_points(n: int = 1_770_000, seed: int = 7) -> tuple[np.ndarray, np.ndarray]:
    rng = np.random.default_rng(seed)
    towns = rng.uniform((-5, 50.2), (1.5, 55), (400, 2))
    sizes = rng.pareto(1.2, 400) + 0.2
    town = rng.choice(400, n, p=sizes / sizes.sum())
    spread = 0.01 + 0.02 * np.sqrt(sizes / sizes.max())
    lon = towns[town, 0] + rng.normal(size=n) * spread[town]
    lat = towns[town, 1] + rng.normal(size=n) * spread[town] * 0.6
    return lon.round(6), lat.round(6)


def read_points(path: Path, lon: str, lat: str) -> tuple[np.ndarray, np.ndarray]:
    import pyarrow.parquet as pq

    table = pq.read_table(path, columns=[lon, lat])
    x, y = (np.array(table[name].to_numpy(zero_copy_only=False), np.float64) for name in (lon, lat))
    known = np.isfinite(x) & np.isfinite(y)
    return x[known], y[known]


def read_frame(path: Path) -> Polygon | MultiPolygon:
    features = json.loads(path.read_text(encoding="utf-8"))["features"]
    grids = [shapely.make_valid(shape(feature["geometry"]), method="structure") for feature in features]
    parts = [part for part in shapely.get_parts(shapely.union_all(grids)) if isinstance(part, Polygon)]
    return MultiPolygon(parts)


def occupied(lon: np.ndarray, lat: np.ndarray, z: int) -> np.ndarray:
    """Columns and rows of the tiles that hold points."""
    codes = np.unique(morton_of(lon, lat) >> np.uint64(64 - 2 * z))
    return np.stack(morton_decode(codes), axis=1).astype(int)


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("--points", type=Path)
    parser.add_argument("--lon", default="Longitude")
    parser.add_argument("--lat", default="Latitude")
    parser.add_argument("--frame", type=Path)
    parser.add_argument("--tiles", type=int, default=60, help="tiles a zoom")
    parser.add_argument("--json", type=Path)
    args = parser.parse_args()
    lon, lat = read_points(args.points, args.lon, args.lat) if args.points else made_points()
    frame = read_frame(args.frame) if args.frame else box(lon.min(), lat.min(), lon.max(), lat.max())
    start = time.perf_counter()
    layer = DensityLayer(lon, lat, FrameMask(frame))
    built = time.perf_counter() - start
    print(f"{len(lon):,} points; layer built in {built * 1000:.0f} ms")
    layer.tile(6, 31, 20)
    rng = np.random.default_rng(1)
    every: list[float] = []
    rows = []
    print(f"{'z':>3} {'tiles':>6} {'median ms':>10} {'p95 ms':>8} {'bytes':>7} {'legend ms':>10}")
    for z in ZOOMS:
        start = time.perf_counter()
        layer.legend(z)
        legend_ms = (time.perf_counter() - start) * 1000
        places = occupied(lon, lat, z)
        chosen = places[rng.choice(len(places), min(args.tiles, len(places)), replace=False)]
        times, sizes = [], []
        for x, y in chosen:
            start = time.perf_counter()
            tile = layer.tile(z, int(x), int(y))
            times.append((time.perf_counter() - start) * 1000)
            sizes.append(len(tile))
        every += times
        row = {
            "z": z,
            "tiles": len(times),
            "median_ms": round(statistics.median(times), 3),
            "p95_ms": round(float(np.quantile(times, 0.95)), 3),
            "bytes": int(statistics.median(sizes)),
            "legend_ms": round(legend_ms, 1),
        }
        rows.append(row)
        print(
            f"{z:>3} {row['tiles']:>6} {row['median_ms']:>10} {row['p95_ms']:>8} {row['bytes']:>7} {legend_ms:>10.1f}"
        )
    median = statistics.median(every)
    verdict = "PASS" if median <= TARGET_MS else "FAIL"
    print(f"median over all: {median:.2f} ms a tile; target {TARGET_MS:.0f} ms: {verdict}")
    if args.json:
        args.json.write_text(json.dumps({"median_ms": median, "built_s": built, "zooms": rows}, indent=1))


if __name__ == "__main__":
    main()
