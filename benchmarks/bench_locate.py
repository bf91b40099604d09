"""Point -> grid: ours (numpy; numba on one and two threads; with and without the build) and the peers, interleaved.

    python benchmarks/bench_locate.py [--points N] [--grids 6|600|20000] [--rounds R] [--json FILE]

Every peer starts from its own points and polygons in memory, so no conversion is counted against it. All answers are
compared: the lowest index counts where a peer reports several polygons for a point on a line. Exit code 1 where a
target is missed or an answer differs.
"""

from __future__ import annotations

import argparse
import json
import sys
import time
from collections.abc import Callable
from pathlib import Path
from statistics import median

import numpy as np
import numpy.typing as npt
import shapely

ROOT = Path(__file__).resolve().parent.parent
sys.path[:0] = [str(ROOT), str(ROOT / "benchmarks")]

from partitions import SHAPES, make_partition, make_points  # noqa: E402

from mapsvc.geo.locate import GridIndex  # noqa: E402

FloatArray = npt.NDArray[np.float64]
IntArray = npt.NDArray[np.int32]
Contender = Callable[[], IntArray]

SJOIN, SEDONA = "geopandas.sjoin, default", "sedonadb, 2 threads"
SHAPELY, SHAPELY_ONE_OFF = "shapely STRtree, prepared", "shapely STRtree, built anew"
NUMPY, NUMBA_1, NUMBA_2 = "ours, numpy + shapely", "ours, numba", "ours, numba, 2 threads"
ONE_OFF = "ours, build + locate"
PEERS = (SHAPELY, SEDONA)
ONE_OFF_PEERS = (SHAPELY_ONE_OFF, SEDONA)


def lowest(point: npt.NDArray[np.integer], polygon: npt.NDArray[np.integer], n: int) -> IntArray:
    """Lowest polygon of each of n points from pairs, -1 where there is none."""
    owner = np.full(n, np.iinfo(np.int32).max, np.int32)
    np.minimum.at(owner, point, polygon.astype(np.int32))
    owner[owner == np.iinfo(np.int32).max] = -1
    return owner


def with_sjoin(polygons: npt.NDArray[np.object_], lon: FloatArray, lat: FloatArray) -> Contender:
    import geopandas

    points = geopandas.GeoDataFrame(geometry=geopandas.points_from_xy(lon, lat), crs="EPSG:4326")
    grids = geopandas.GeoDataFrame(geometry=polygons, crs="EPSG:4326")

    def run() -> IntArray:
        joined = geopandas.sjoin(points, grids)
        return lowest(joined.index.to_numpy(), joined["index_right"].to_numpy(), len(lon))

    return run


def with_shapely(polygons: npt.NDArray[np.object_], lon: FloatArray, lat: FloatArray, *, anew: bool) -> Contender:
    points = shapely.points(lon, lat)

    # Copies, so that preparing them helps nobody else.
    own = shapely.transform(polygons, lambda xy: xy)

    def build() -> shapely.STRtree:
        shapely.destroy_prepared(own)
        shapely.prepare(own)
        return shapely.STRtree(own)

    built = None if anew else build()

    def run() -> IntArray:
        tree = build() if built is None else built
        point, polygon = tree.query(points)
        held = shapely.intersects_xy(own[polygon], lon[point], lat[point])
        return lowest(point[held], polygon[held], len(lon))

    return run


def with_sedona(polygons: npt.NDArray[np.object_], lon: FloatArray, lat: FloatArray) -> Contender | None:
    try:
        import sedonadb
    except ImportError:
        return None
    import geopandas
    import pyarrow

    points = geopandas.GeoDataFrame({"i": np.arange(len(lon))}, geometry=geopandas.points_from_xy(lon, lat))
    grids = geopandas.GeoDataFrame({"g": np.arange(len(polygons), dtype=np.int32)}, geometry=polygons)
    session = sedonadb.connect()
    session.create_data_frame(points).to_memtable().to_view("points", overwrite=True)
    session.create_data_frame(grids).to_memtable().to_view("grids", overwrite=True)
    query = "SELECT p.i, g.g FROM points p JOIN grids g ON ST_Intersects(g.geometry, p.geometry)"

    def run() -> IntArray:
        table = pyarrow.table(session.sql(query))
        return lowest(table["i"].to_numpy(), table["g"].to_numpy(), len(lon))

    return run


def contenders(polygons: npt.NDArray[np.object_], lon: FloatArray, lat: FloatArray) -> dict[str, Contender]:
    listed = list(polygons)
    index = GridIndex.build(listed)
    peers = {
        SJOIN: with_sjoin(polygons, lon, lat),
        SHAPELY: with_shapely(polygons, lon, lat, anew=False),
        SHAPELY_ONE_OFF: with_shapely(polygons, lon, lat, anew=True),
        SEDONA: with_sedona(polygons, lon, lat),
    }
    ours: dict[str, Contender] = {
        NUMPY: lambda: index.locate(lon, lat, engine="numpy", threads=1),
        NUMBA_1: lambda: index.locate(lon, lat, engine="numba", threads=1),
        NUMBA_2: lambda: index.locate(lon, lat, engine="numba", threads=2),
        ONE_OFF: lambda: GridIndex.build(listed).locate(lon, lat, threads=2),
    }
    return {name: run for name, run in peers.items() if run is not None} | ours


def measure(runs: dict[str, Contender], rounds: int) -> tuple[dict[str, list[float]], list[str]]:
    """Seconds of every round by contender, taken in turn; and the contenders whose answers differ from shapely's."""
    truth = runs[SHAPELY]()
    different = [name for name, run in runs.items() if not np.array_equal(run(), truth)]
    seconds: dict[str, list[float]] = {name: [] for name in runs}
    for _ in range(rounds):
        for name, run in runs.items():
            begin = time.perf_counter()
            run()
            seconds[name].append(time.perf_counter() - begin)
    return seconds, different


def targets(mid: dict[str, float], grids: int) -> list[tuple[str, float, float]]:
    """(claim, reached, wanted) as ratios of medians; with 20,000 grids the peers are the measure."""
    peer = min(mid[name] for name in PEERS if name in mid)
    one_off = min(mid[name] for name in ONE_OFF_PEERS if name in mid)
    numba = min(mid[NUMBA_1], mid[NUMBA_2])
    many = grids > 600
    return [
        ("numpy + shapely against geopandas.sjoin", mid[SJOIN] / mid[NUMPY], 0.0 if many else 40.0),
        ("numpy + shapely against the best peer", peer / mid[NUMPY], 3.0 if many else 4.0),
        ("numba against geopandas.sjoin", mid[SJOIN] / numba, 0.0 if many else 100.0),
        ("numba against the best peer", peer / numba, 10.0),
        ("build + locate against the best peer", one_off / mid[ONE_OFF], 2.0),
    ]


def one_point_microseconds(index: GridIndex, lon: FloatArray, lat: FloatArray) -> float:
    """Median time of `locate_one`."""
    taken = []
    for x, y in zip(lon[:20_000].tolist(), lat[:20_000].tolist(), strict=True):
        begin = time.perf_counter()
        index.locate_one(x, y)
        taken.append(time.perf_counter() - begin)
    return median(taken) * 1e6


def main() -> int:
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--points", type=int, default=1_000_000)
    parser.add_argument("--grids", type=int, default=600, choices=sorted(SHAPES))
    parser.add_argument("--rounds", type=int, default=5)
    parser.add_argument("--json", type=Path, help="also write the figures here")
    given = parser.parse_args()

    polygons = make_partition(given.grids)
    lon, lat = make_points(given.points)
    seconds, different = measure(contenders(polygons, lon, lat), given.rounds)
    mid = {name: median(taken) for name, taken in seconds.items()}
    index = GridIndex.build(list(polygons))
    one = one_point_microseconds(index, lon, lat)

    print(f"{given.points:,} points x {given.grids:,} grids, {given.rounds} rounds interleaved")
    for name, value in mid.items():
        print(f"  {name:30} {value * 1e3:9.1f} ms   {given.points / value / 1e6:7.1f} M points/s")
    print(f"  {'ours, one point (p50)':30} {one:9.2f} us\n  {'index':30} {index.nbytes / 1e6:9.1f} MB")
    rows = targets(mid, given.grids)
    for claim, reached, wanted in rows:
        print(f"  {'PASS' if reached >= wanted else 'FAIL'}  {claim:42} {reached:7.1f}x  (wanted {wanted:g}x)")
    print(f"  {'PASS' if one <= 2 else 'FAIL'}  one point in process                       {one:7.2f} us (wanted 2 us)")
    print(
        f"  {'FAIL' if different else 'PASS'}  identical answers{': not ' + ', '.join(different) if different else ''}"
    )
    if given.json:
        figures = {"points": given.points, "grids": given.grids, "median_s": mid, "seconds": seconds, "one_us": one}
        given.json.write_text(json.dumps({**figures, "bytes": index.nbytes, "targets": rows}, indent=1))
    return int(bool(different) or one > 2 or any(reached < wanted for _, reached, wanted in rows))


if __name__ == "__main__":
    sys.exit(main())
