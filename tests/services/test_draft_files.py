"""A draft leaves as a file, is edited in a desktop GIS, and comes back as what was changed and nothing else."""

from __future__ import annotations

import json
import subprocess
from dataclasses import replace
from pathlib import Path

import geopandas
import numpy as np
import pytest
import shapely
from square import SOUTH, STEP, WEST, square_plan

from mapsvc.errors import BadFile, BadInput, Refused
from mapsvc.files.reader import SandboxReader
from mapsvc.model.plan import Plan
from mapsvc.services.exchange.draft_export import export_draft
from mapsvc.services.exchange.draft_import import EditedFile, read_edited

FORMS = ("grids.gpkg", "grids.zip", "grids.geojson")
CORNER = (WEST + STEP, SOUTH + STEP)
"""Where grids 11, 12, 21 and 22 meet."""


@pytest.fixture
def plan() -> Plan:
    """The nine squares at odd doubles, as an imported file would have them."""
    squares = square_plan()

    def odd(xy: np.ndarray) -> np.ndarray:
        return xy + np.array([1.23456789e-7, 7.7e-11])

    grids = tuple(replace(grid, polygon=shapely.transform(grid.polygon, odd)) for grid in squares.grids)
    return replace(squares, grids=grids, frame=shapely.transform(squares.frame, odd))


def read(path: Path, plan: Plan, fix_m: float = 0.0, crs: str | None = None) -> EditedFile:
    return read_edited(SandboxReader(), path, plan, crs=crs, fix_m=fix_m)


def moved(shape: shapely.Polygon, at: tuple[float, float], by: tuple[float, float]) -> shapely.Polygon:
    """The shape with its vertex at `at` elsewhere."""

    def shift(xy: np.ndarray) -> np.ndarray:
        near = np.hypot(*(xy - at).T) < STEP / 10
        return np.where(near[:, None], xy + by, xy)

    return shapely.transform(shape, shift)


@pytest.mark.parametrize("name", FORMS)
def test_a_file_that_nobody_edited_changes_nothing(tmp_path: Path, plan: Plan, name: str) -> None:
    assert export_draft(plan, tmp_path / name) == 9
    assert read(tmp_path / name, plan).is_same


@pytest.mark.parametrize("name", FORMS)
def test_two_exports_of_a_draft_hold_the_same_grids(tmp_path: Path, plan: Plan, name: str) -> None:
    for folder in ("one", "two"):
        (tmp_path / folder).mkdir()
        export_draft(plan, tmp_path / folder / name)
    if not name.endswith("gpkg"):  # a GeoPackage holds the time it was made
        assert (tmp_path / "one" / name).read_bytes() == (tmp_path / "two" / name).read_bytes()


def test_order_ring_start_and_a_projected_round_trip_change_nothing(tmp_path: Path, plan: Plan) -> None:
    export_draft(plan, tmp_path / "grids.gpkg")
    table = geopandas.read_file(tmp_path / "grids.gpkg").iloc[::-1].to_crs(plan.working_epsg)
    table.geometry = [shapely.Polygon(np.roll(np.array(one.exterior.coords)[:-1], 2, axis=0)) for one in table.geometry]
    table.to_file(tmp_path / "back.gpkg", driver="GPKG")
    assert read(tmp_path / "back.gpkg", plan).is_same


def test_ogr2ogr_to_another_format_and_crs_changes_nothing(tmp_path: Path, plan: Plan) -> None:
    export_draft(plan, tmp_path / "grids.gpkg")
    command = ["ogr2ogr", "-t_srs", f"EPSG:{plan.working_epsg}", "back.shp", "grids.gpkg"]
    try:
        subprocess.run(command, cwd=tmp_path, check=True, capture_output=True)
    except FileNotFoundError:
        pytest.skip("ogr2ogr is absent: install the Debian package gdal-bin")
    assert read(tmp_path / "back.shp", plan).is_same


def test_a_vertex_moved_in_all_its_grids_is_one_change(tmp_path: Path, plan: Plan) -> None:
    export_draft(plan, tmp_path / "grids.gpkg")
    table = geopandas.read_file(tmp_path / "grids.gpkg")
    table.geometry = [moved(one, CORNER, (0.002, 0.001)) for one in table.geometry]
    table.to_file(tmp_path / "back.gpkg", driver="GPKG")
    found = read(tmp_path / "back.gpkg", plan)
    assert found.changed == ("11", "12", "21", "22")
    assert (found.added, found.gone, found.healed) == ((), (), ())
    by_code = {grid.code: grid for grid in found.grids}
    own = {grid.code: grid for grid in plan.grids}
    assert all(by_code[code] is own[code] for code in ("13", "23", "31", "32", "33"))
    assert sum(grid.area_m2 for grid in found.grids) == pytest.approx(
        sum(grid.area_m2 for grid in plan.grids), rel=1e-6
    )
    # a vertex nobody moved keeps its doubles
    kept = {tuple(xy) for xy in shapely.get_coordinates(own["11"].polygon)}
    assert len(kept & {tuple(xy) for xy in shapely.get_coordinates(by_code["11"].polygon)}) == 3


def test_a_vertex_moved_in_one_grid_alone_is_refused_with_its_place(tmp_path: Path, plan: Plan) -> None:
    export_draft(plan, tmp_path / "grids.gpkg")
    table = geopandas.read_file(tmp_path / "grids.gpkg")
    table.loc[table.code == "11", "geometry"] = [moved(plan.grids[0].polygon, CORNER, (-0.002, 0.0))]
    table.to_file(tmp_path / "back.gpkg", driver="GPKG")
    with pytest.raises(Refused, match="Nothing was changed") as refused:
        read(tmp_path / "back.gpkg", plan)
    finding = refused.value.findings[0]
    assert finding.where is not None
    assert finding.where.distance(shapely.Point(CORNER)) < 0.003


def test_a_small_gap_is_closed_and_reported_when_asked(tmp_path: Path, plan: Plan) -> None:
    export_draft(plan, tmp_path / "grids.gpkg")
    table = geopandas.read_file(tmp_path / "grids.gpkg")
    table.loc[table.code == "11", "geometry"] = [moved(plan.grids[0].polygon, CORNER, (-2e-6, 0.0))]  # 17 cm
    table.to_file(tmp_path / "back.gpkg", driver="GPKG")
    with pytest.raises(Refused):
        read(tmp_path / "back.gpkg", plan)
    found = read(tmp_path / "back.gpkg", plan, fix_m=1.0)
    assert found.healed


def test_grids_that_came_and_went_are_named(tmp_path: Path, plan: Plan) -> None:
    export_draft(plan, tmp_path / "grids.gpkg")
    table = geopandas.read_file(tmp_path / "grids.gpkg")
    both = table[table.code.isin(["11", "12"])]
    joined = table[~table.code.isin(["11", "12"])].copy()
    new = both.iloc[[0]].copy()
    new["code"], new["geometry"] = "10", [both.geometry.union_all()]
    geopandas.GeoDataFrame(geopandas.pd.concat([joined, new]), crs=table.crs).to_file(
        tmp_path / "b.gpkg", driver="GPKG"
    )
    found = read(tmp_path / "b.gpkg", plan)
    assert (found.added, found.gone) == (("10",), ("11", "12"))


def test_a_new_name_is_a_change_and_an_absent_one_is_not(tmp_path: Path, plan: Plan) -> None:
    export_draft(plan, tmp_path / "grids.geojson")
    body = json.loads((tmp_path / "grids.geojson").read_text())
    body["features"][4]["properties"].update(name="Middle", name_zh="")
    (tmp_path / "back.geojson").write_text(json.dumps(body))
    found = read(tmp_path / "back.geojson", plan)
    assert found.changed == ("22",)
    assert (found.grids[4].name, found.grids[4].name_zh) == ("Middle", "网格22")


def test_a_file_without_codes_is_refused_by_the_missing_column(tmp_path: Path, plan: Plan) -> None:
    table = geopandas.GeoDataFrame({"geometry": [grid.polygon for grid in plan.grids]}, crs="EPSG:4326")
    table.to_file(tmp_path / "bare.gpkg", driver="GPKG")
    with pytest.raises(BadFile, match='no column "code"'):
        read(tmp_path / "bare.gpkg", plan)


def test_an_unknown_ending_is_refused(tmp_path: Path, plan: Plan) -> None:
    with pytest.raises(BadInput, match="gpkg"):
        export_draft(plan, tmp_path / "grids.dxf")
