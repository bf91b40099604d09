"""Writing and loading: the same bytes for the same seed, and a desk that looks live at any hour."""

from __future__ import annotations

import shutil
from datetime import date, datetime
from pathlib import Path
from zoneinfo import ZoneInfo

import numpy as np
import pytest
import shapely

from mapsvc.demo.draft import END
from mapsvc.demo.load import load_demo, shift_to
from mapsvc.demo.write import generate
from mapsvc.errors import BadFile, BadInput
from mapsvc.model.incident import CLOSED_STATUSES, STATUS_CODE
from mapsvc.model.plan import PlanStatus

ROOT = Path(__file__).resolve().parents[2]
ZONE = ZoneInfo("Asia/Shanghai")
NOW = int(datetime(2026, 11, 23, 14, 32, 8, tzinfo=ZONE).timestamp())


def test_the_same_seed_gives_the_same_bytes_and_another_seed_does_not(demo_dir: Path, tmp_path: Path) -> None:
    generate(tmp_path / "again", seed=7)
    generate(tmp_path / "other", seed=8)
    for path in sorted(demo_dir.iterdir()):
        assert (tmp_path / "again" / path.name).read_bytes() == path.read_bytes(), path.name
    for name in ("sites.geojson", "incidents_en.csv.gz"):
        assert (tmp_path / "other" / name).read_bytes() != (demo_dir / name).read_bytes()
    assert load_demo(tmp_path / "other", now=NOW).batch.n > 4000


def test_the_files_in_geodata_are_what_the_generator_writes(demo_dir: Path) -> None:
    for path in sorted(demo_dir.iterdir()):
        assert (ROOT / "geodata" / path.name).read_bytes() == path.read_bytes(), path.name


def test_the_files_are_small_and_each_says_that_it_is_synthetic(demo_dir: Path) -> None:
    shapes = [path for path in demo_dir.iterdir() if path.suffix == ".geojson"]
    assert sum(path.stat().st_size for path in shapes) < 1_500_000
    assert all((demo_dir / f"incidents_{lang}.csv.gz").stat().st_size < 400_000 for lang in ("en", "zh"))
    for path in [*shapes, *demo_dir.glob("*.json")]:
        assert "Synthetic" in path.read_text(encoding="utf-8"), path.name


def test_an_edited_task_type_table_is_kept_and_used(demo_dir: Path, tmp_path: Path) -> None:
    edited = (demo_dir / "task_types.toml").read_text(encoding="utf-8").replace("limit_hours = 24", "limit_hours = 12")
    (tmp_path / "task_types.toml").write_text(edited, encoding="utf-8")
    generate(tmp_path)
    assert (tmp_path / "task_types.toml").read_text(encoding="utf-8") == edited
    columns = load_demo(tmp_path, now=NOW).batch.columns
    danger = (columns["task_type"] == "hidden_danger") & (columns["due_at"] > 0) & (columns["closed_at"] > 0)
    assert np.median(columns["due_at"][danger] - columns["reported_at"][danger]) < 13 * 3600


@pytest.mark.parametrize("hour", [0, 3, 9, 14, 20, 23])
def test_the_desk_is_the_same_at_any_hour(demo_dir: Path, hour: int) -> None:
    now = int(datetime(2027, 3, 5, hour, 17, tzinfo=ZONE).timestamp())
    columns = load_demo(demo_dir, now=now).batch.columns
    is_open = ~np.isin(columns["status"], [STATUS_CODE[status] for status in CLOSED_STATUSES])
    assert is_open.sum() == 47
    assert (is_open & (columns["due_at"] > 0) & (columns["due_at"] < now)).sum() == 4
    newest = columns["reported_at"].max()
    assert now - 180 <= newest <= now
    for name in ("occurred_at", "reported_at", "closed_at"):
        assert columns[name].max() <= now


def test_settled_rows_move_by_whole_days_and_open_ones_to_the_minute() -> None:
    now = END + 10 * 86_400 - 5 * 3600
    times = {
        "occurred_at": np.array([END - 7 * 86_400, END - 60, END - 3600]),
        "reported_at": np.array([END - 7 * 86_400, END - 60, END - 3600]),
        "due_at": np.array([END - 5 * 86_400, END + 60, END]),
        "closed_at": np.array([END - 6 * 86_400, 0, END - 1800]),
    }
    moved, keep = shift_to(now, "Asia/Shanghai", times, np.array([True, False, True]))
    assert keep.tolist() == [True, True, False]
    assert moved["occurred_at"].tolist()[:2] == [END + 3 * 86_400, now - 60]
    assert moved["due_at"].tolist()[1] == now + 60
    assert moved["closed_at"].tolist()[1] == 0


def test_the_plan_is_published_and_in_force_now(demo_dir: Path) -> None:
    for now, day in ((NOW, date(2026, 7, 1)), (NOW - 300 * 86_400, date(2026, 1, 27))):
        plan = load_demo(demo_dir, now=now).plan
        assert (plan.status, plan.valid_from, plan.valid_to) == (PlanStatus.PUBLISHED, day, None)
        assert plan.working_epsg == 4542
        assert plan.open_findings == ()


def test_another_language_is_refused_in_a_sentence(demo_dir: Path) -> None:
    with pytest.raises(BadInput, match='"en" and "zh", not "fr"'):
        load_demo(demo_dir, now=NOW, lang="fr")


def test_a_missing_or_torn_file_is_named(demo_dir: Path, tmp_path: Path) -> None:
    folder = tmp_path / "geodata"
    shutil.copytree(demo_dir, folder)
    (folder / "incidents_en.csv.gz").write_bytes((demo_dir / "incidents_en.csv.gz").read_bytes()[:5000])
    with pytest.raises(BadFile, match=r"incidents_en\.csv\.gz"):
        load_demo(folder, now=NOW)
    (folder / "community.json").unlink()
    with pytest.raises(BadFile, match=r"community\.json"):
        load_demo(folder, now=NOW)


def test_the_edition_before_had_six_grids_that_cover_the_same_frame() -> None:
    stocks = load_demo(ROOT / "geodata", now=NOW)
    (first,) = stocks.earlier
    assert len(first.grids) == 6
    assert first.valid_from is not None
    assert first.valid_from < stocks.plan.valid_from
    assert shapely.coverage_is_valid([grid.polygon for grid in first.grids])
    assert sum(grid.area_m2 for grid in first.grids) == pytest.approx(sum(grid.area_m2 for grid in stocks.plan.grids))
    own = {tuple(xy) for xy in shapely.get_coordinates([grid.polygon for grid in stocks.plan.grids])}
    assert {tuple(xy) for xy in shapely.get_coordinates([grid.polygon for grid in first.grids])} <= own
