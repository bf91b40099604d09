"""Real cities through the documented profiles: shares inside as measured independently, nothing lost on the way."""

from __future__ import annotations

import json
import os
import subprocess
import sys
import textwrap
from pathlib import Path

import numpy as np
import pytest

from mapsvc.files.reader import SandboxReader
from mapsvc.services.exchange.exchange import Exchange
from mapsvc.services.exchange.profile import read_profile
from mapsvc.store.memory import MemoryStore

pytestmark = pytest.mark.realdata
ROOT = Path(__file__).resolve().parents[2]


class FixedClock:
    """A day in 2026."""

    def now(self) -> int:
        return 1_782_887_520


# grids, code column, points, profile, features, rows, share inside in percent (data/README.md), rows without a point
CITIES = {
    "boston": ("boston_neighborhoods", "name", "boston_311_2015.csv.gz", "boston_311", 26, 121_145, 99.98, 0),
    "chicago": ("chicago_beats_2014", "BEAT_NUM", "chicago_crime_2017_xyt.parquet", "chicago_crime_2017", 275, 165_567,
                99.75, 0),
    "avon": ("avon_somerset_lsoa_2011", "LSOA11CD", "avon_somerset_police_street.csv.gz", "avon_somerset", 1005, 69_096,
             99.81, 7_690),
    "dc": ("dc_ward-2012", None, "dc_crime_2016_30days.geojson", "dc_crime_2016", 8, 2_898, 100.0, 0),
}  # fmt: skip


@pytest.mark.parametrize("city", CITIES)
def test_a_real_city_imports_with_the_known_share_inside(shared: Path, tmp_path: Path, city: str) -> None:
    grids, code, points, profile, features, rows, share, unlocated = CITIES[city]
    store = MemoryStore()
    door = Exchange(store, SandboxReader(), FixedClock())
    plan = door.import_boundaries(
        shared / f"data/boundaries/{grids}.geojson", crs=None, code=code, name=None, fix_m=0, accept="as published"
    )
    assert plan.published
    assert len(plan.plan.grids) == features
    read = read_profile(ROOT / f"profiles/{profile}.toml")
    result = door.import_incidents(shared / "data/points" / points, read, rejects=tmp_path / "rejects.csv")
    assert result.rows == rows == result.stored + result.duplicate + result.rejected
    assert result.unlocated == unlocated
    columns = store.load_columns()
    has_point = ~np.isnan(columns.lon)
    assert 100 * np.mean(columns.grid[has_point] >= 0) == pytest.approx(share, abs=0.1)
    assert (columns.occurred_at > 0).all()
    again = door.import_incidents(shared / "data/points" / points, read)
    assert (again.stored, again.duplicate) == (0, rows - result.rejected)


@pytest.mark.parametrize(("name", "invalid"), [("boston_neighborhoods", 4), ("avon_somerset_lsoa_2011", 4)])
def test_the_invalid_rings_of_real_cities_are_found(shared: Path, name: str, invalid: int) -> None:
    checked = Exchange(MemoryStore(), SandboxReader(), FixedClock()).check(
        shared / f"data/boundaries/{name}.geojson", crs="EPSG:4326"
    )
    assert sum(finding.rule == "invalid_ring" and finding.is_open for finding in checked.findings) == invalid


def test_houston_keeps_its_outliers_out_and_its_missing_points_in(shared: Path, tmp_path: Path) -> None:
    """Points hundreds of km away are rejected by row; missing ones are stored without a place."""
    (tmp_path / "houston.toml").write_text(
        textwrap.dedent("""
        channel = "houston"
        datum = "wgs84"
        default_type = "crime_report"
        [columns]
        occurred = "time"
        lon = "lon"
        lat = "lat"
        [time]
        formats = ["iso"]
        zone = "America/Chicago"
        [[task_types]]
        code = "crime_report"
        name = "Crime report"
        """),
        encoding="utf-8",
    )
    store = MemoryStore()
    door = Exchange(store, SandboxReader(), FixedClock())
    door.import_boundaries(
        shared / "data/boundaries/houston_super_neighborhoods.geojson", crs=None, code=None, name="name", accept="real"
    )
    result = door.import_incidents(
        shared / "data/points/houston_crime_2010.csv.gz",
        read_profile(tmp_path / "houston.toml"),
        rejects=tmp_path / "rejects.csv",
    )
    assert (result.rows, result.unlocated, result.duplicate) == (86_314, 5, 0)
    assert result.rejected == 207
    lon = store.load_columns().lon
    assert np.nanmin(lon) > -97


SCRIPT = """
import json, resource, sys, time
from datetime import date
from pathlib import Path
from mapsvc.files.reader import SandboxReader
from mapsvc.services.exchange.exchange import Exchange
from mapsvc.services.exchange.profile import read_profile
from mapsvc.store.sqlite import SqliteStore

class Clock:
    def now(self): return 1_782_887_520

shared, folder, root, step = map(Path, sys.argv[1:5])
store = SqliteStore.open(folder / "ew.gpkg")
door = Exchange(store, SandboxReader(), Clock())
if str(step) == "plan":
    door.import_boundaries(shared / "data/boundaries/ew_lad_2013.geojson", crs=None, code="LAD13CD", name="LAD13NM",
                           fix_m=0, accept="as published")
    raise SystemExit
stages = {}
started = time.perf_counter()
def progress(stage, done, total): stages[stage] = round(time.perf_counter() - started, 1)
result = door.import_incidents(shared / "data/points/ew_police_street_2018-10_2019-02.parquet",
                               read_profile(root / "profiles/ew_police.toml"), progress=progress)
peak = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss
columns = store.load_columns()
located = columns.lon == columns.lon
print(json.dumps({"rows": result.rows, "stored": result.stored, "unlocated": result.unlocated,
    "rejected": result.rejected,
    "inside": float((columns.grid[located] >= 0).mean()), "seconds": result.seconds, "peak_mb": peak / 1024,
    "stages": stages}))
"""


@pytest.mark.slow
def test_england_and_wales_imports_whole_and_within_its_memory(shared: Path, tmp_path: Path) -> None:
    """1.77 million rows into SQLite, located in 348 healed districts, in a process of its own."""
    environment = {**os.environ, "PYTHONPATH": str(ROOT)}
    for step in ("plan", "rows"):
        done = subprocess.run(
            [sys.executable, "-c", SCRIPT, str(shared), str(tmp_path), str(ROOT), step],
            capture_output=True, text=True, timeout=900, env=environment,
        )  # fmt: skip
        assert done.returncode == 0, done.stderr[-2000:]
    found = json.loads(done.stdout)
    print(found)
    assert (found["rows"], found["stored"], found["unlocated"], found["rejected"]) == (1_771_502, 1_771_502, 41_641, 0)
    assert 100 * found["inside"] == pytest.approx(96.435, abs=0.1)
    assert found["peak_mb"] < 2048
