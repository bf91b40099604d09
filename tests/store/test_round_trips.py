"""What goes in comes out: any text, any coordinate, any number, in both stores alike."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import fields, replace
from typing import Any

import numpy as np
import pytest
import shapely
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from shapely.geometry import MultiPolygon, Polygon
from shapely.geometry.base import BaseGeometry
from store_samples import plan, sites

from mapsvc.model.incident import IncidentBatch
from mapsvc.store import gpkg
from mapsvc.store.memory import MemoryStore
from mapsvc.store.sqlite import SqliteStore

DEGREES = st.floats(-180, 180, allow_nan=False)
RING = st.lists(st.tuples(DEGREES, DEGREES), min_size=3, max_size=8)
POLYGON = st.one_of(st.just(Polygon()), st.builds(Polygon, RING), st.builds(Polygon, RING, st.lists(RING, max_size=2)))
AREA = st.one_of(POLYGON, st.builds(MultiPolygon, st.lists(st.builds(Polygon, RING), max_size=3)))
SHAPE = st.one_of(
    AREA,
    st.builds(shapely.Point, DEGREES, DEGREES),
    st.just(shapely.Point()),
    st.builds(shapely.LineString, st.lists(st.tuples(DEGREES, DEGREES), min_size=2, max_size=6)),
)
TIME = st.integers(-(2**40), 2**40)
QUICK = settings(
    max_examples=40, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture, HealthCheck.too_slow]
)


@pytest.fixture(scope="module")
def sqlite(tmp_path_factory: pytest.TempPathFactory) -> Iterator[SqliteStore]:
    store = SqliteStore.open(tmp_path_factory.mktemp("trips") / "store.gpkg")
    yield store
    store.close()


def same(one: BaseGeometry, other: BaseGeometry) -> bool:
    return shapely.to_wkb(one) == shapely.to_wkb(other)


@given(shape=SHAPE)
def test_a_blob_gives_the_same_shape_and_its_box(shape: BaseGeometry):
    blob = gpkg.encode([shape])[0]
    assert same(gpkg.decode(blob), shape)
    assert gpkg.box_of(blob) == (None if shape.is_empty else shape.bounds)


@given(points=st.lists(st.tuples(DEGREES, DEGREES), max_size=5))
def test_points_encoded_together_equal_points_encoded_one_by_one(points: list[tuple[float, float]]):
    lon, lat = (np.array([point[i] for point in points], dtype=float) for i in (0, 1))
    for blob, point in zip(gpkg.encode_points(lon, lat), points, strict=True):
        assert blob is not None
        assert same(gpkg.decode(blob), shapely.Point(point))
        assert gpkg.box_of(blob) == (*point, *point)
    assert gpkg.encode_points(np.array([np.nan]), np.array([np.nan])) == [None]


@QUICK
@given(polygons=st.lists(AREA, max_size=4), frame=AREA, text=st.text())
def test_a_plan_keeps_every_coordinate_and_text(
    sqlite: SqliteStore, polygons: list[Any], frame: Any, text: str, request: pytest.FixtureRequest
):
    grids = tuple(replace(plan().grids[0], polygon=polygon, name=text, code=text) for polygon in polygons)
    given_plan = plan(f"p{sqlite.seq()}", frame=frame, grids=grids, name=text, source=text)
    sqlite.put_plan(given_plan, at=5, post=text)
    found = sqlite.get_plan(given_plan.id)
    assert same(found.frame, frame)
    assert all(same(one.polygon, other) for one, other in zip(found.grids, polygons, strict=True))
    blank = shapely.Point()
    without = [
        replace(
            value,
            frame=blank,
            recorded_at=0,
            grids=tuple(replace(grid, polygon=blank) for grid in value.grids),
        )
        for value in (found, given_plan)
    ]
    assert without[0] == without[1]
    assert sqlite.list_events(after=sqlite.seq() - 1)[0].post == text


@QUICK
@given(shape=SHAPE, text=st.text(), households=st.integers(0, 2**31))
def test_a_site_keeps_its_shape_and_is_found_by_its_own_box(
    sqlite: SqliteStore, shape: BaseGeometry, text: str, households: int
):
    site = replace(sites()[0], id="s", geometry=shape, name=text, address_zh=text, households=households)
    sqlite.put_sites([site], at=5, post="cli", source="x")
    found = sqlite.list_sites()[0]
    assert same(found.geometry, shape)
    assert replace(found, geometry=shape) == site
    if not shape.is_empty:
        assert len(sqlite.list_sites((), shape.bounds)) == 1


def rows() -> st.SearchStrategy[dict[str, Any]]:
    return st.fixed_dictionaries(
        {
            "task_type": st.text(max_size=4),
            "title": st.text(max_size=10),
            "address": st.text(max_size=10),
            "precision": st.sampled_from(["", "door", "street"]),
            "method": st.sampled_from(["gps", "file", "area"]),
            "datum": st.sampled_from(["wgs84", "EPSG:4542"]),
            "departments": st.sampled_from(["", "pol", "pol crt"]),
            "grid_code": st.sampled_from(["", "G1", "网格2"]),
            "point": st.one_of(st.just((np.nan, np.nan)), st.tuples(DEGREES, DEGREES)),
            "occurred_at": TIME,
            "reported_at": TIME,
            "due_at": TIME,
            "closed_at": TIME,
            "dispatched_at": TIME,
            "shares": st.sampled_from(["", "0.7130 G1;0.2870 网格2", "1.0000 "]),
            "given": st.one_of(st.just((np.nan, np.nan)), st.tuples(DEGREES, DEGREES)),
            "level": st.integers(0, 9),
            "status": st.integers(0, 11),
            "certainty": st.integers(0, 3),
            "grid_share": st.floats(0, 1),
            "accuracy_m": st.one_of(st.just(np.nan), st.floats(0, 1e6)),
            "sensitive": st.booleans(),
        }
    )


@QUICK
@given(table=st.lists(rows(), max_size=6))
def test_both_stores_give_back_equal_incidents_and_equal_columns(sqlite: SqliteStore, table: list[dict[str, Any]]):
    memory, before = MemoryStore(), sqlite.count_incidents()
    columns: dict[str, Any] = {name: [row[name] for row in table] for name in (table[0] if table else {})}
    points, came = columns.pop("point", []), columns.pop("given", [])
    columns |= {"given_x": [p[0] for p in came], "given_y": [p[1] for p in came]}
    columns |= {"lon": np.array([p[0] for p in points]), "lat": np.array([p[1] for p in points])}
    columns |= {"channel_ref": [f"{before}/{i}" for i in range(len(table))]}
    given_batch = IncidentBatch("911", len(table), {"task_type": "x", "occurred_at": 0, **columns})
    for store in (memory, sqlite):
        assert store.add_incidents(given_batch, at=1, post="cli", source="x").is_new.all()
    one = memory.list_incidents(range(1, len(table) + 1))
    two = sqlite.list_incidents(range(before + 1, before + len(table) + 1))
    assert one == [replace(found, id=f"i{i}") for i, found in enumerate(two, start=1)]
    left, right = memory.load_columns(), sqlite.load_columns(after_fid=before)
    for field in fields(left):
        a, b = getattr(left, field.name), getattr(right, field.name)
        if field.name == "fid":
            b = b - before
        np.testing.assert_array_equal(a, b, err_msg=field.name)
        assert type(a) is type(b)
        assert getattr(a, "dtype", None) == getattr(b, "dtype", None)
