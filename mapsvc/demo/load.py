"""Load: the files of geodata/ as values, with all times moved so that the last day is today."""

from __future__ import annotations

import csv
import gzip
import io
import json
from collections.abc import Sequence
from datetime import date, datetime
from pathlib import Path
from typing import Any
from zoneinfo import ZoneInfo

import numpy as np
import numpy.typing as npt
import shapely
from shapely import Polygon

from mapsvc.demo.draft import END
from mapsvc.demo.first_edition import first_edition
from mapsvc.demo.networks import read_networks
from mapsvc.demo.plane import WORKING_EPSG
from mapsvc.demo.rhythm import DAY_S
from mapsvc.demo.tables import read_tables
from mapsvc.demo.task_types import read_task_types
from mapsvc.errors import BadFile, BadInput
from mapsvc.geo.measure import area_m2
from mapsvc.model.community import Community
from mapsvc.model.grid import Grid, GridKind
from mapsvc.model.incident import CLOSED_STATUSES, STATUS_CODE, IncidentBatch, Status
from mapsvc.model.plan import Plan, PlanStatus
from mapsvc.model.post import Department, Post
from mapsvc.model.site import Site
from mapsvc.model.stocks import Stocks
from mapsvc.model.task_type import TaskType

CHANNEL = "demo"
EDITION_FROM = date(2026, 7, 1)
LANGS = ("en", "zh")
TIMES = ("occurred_at", "reported_at", "due_at", "closed_at")
_TEXTS = ("task_type", "method", "precision", "address", "title", "text", "departments")


def load_demo(geodata: Path, *, now: int, lang: str = "en") -> Stocks:
    """Read geodata/; now: epoch seconds UTC. Raises BadInput for another language, BadFile for a broken file."""
    if lang not in LANGS:
        raise BadInput(f'The demo speaks "en" and "zh", not "{lang}".', field="lang")
    head = _read_json(geodata / "community.json")
    community = Community(
        name=head["name"], name_zh=head["name_zh"], tz=head["tz"], synthetic=head["synthetic"], note=head["note"]
    )
    task_types = read_task_types(geodata / "task_types.toml")
    posts = _read_json(geodata / "posts.json")["posts"]
    plan = _read_plan(geodata, min(EDITION_FROM, datetime.fromtimestamp(now, ZoneInfo(community.tz)).date()))
    return Stocks(
        community=community,
        plan=plan,
        earlier=(first_edition(plan),),
        sites=_read_sites(geodata / "sites.geojson"),
        departments=tuple(Department(**row) for row in _read_json(geodata / "departments.json")["departments"]),
        posts=tuple(Post(**{**row, "grid_codes": tuple(row["grid_codes"])}) for row in posts),
        task_types=task_types,
        batch=_read_batch(geodata / f"incidents_{lang}.csv.gz", task_types, now, community.tz),
        areas=read_networks(geodata),
        settings=read_tables(geodata),
    )


def shift_to(
    now: int, tz: str, times: dict[str, npt.NDArray[np.int64]], settled: npt.NDArray[np.bool_]
) -> tuple[dict[str, npt.NDArray[np.int64]], npt.NDArray[np.bool_]]:
    """Times moved to the present, and which rows to keep.

    Settled rows move by whole days, so that the day of END becomes the day of `now` and hours of the day stay; a row
    with a time after `now` is not kept (a due time may lie ahead). Open rows move by now - END exactly: what is
    two minutes old or an hour late stays so. 0 = none stays 0.
    """
    zone = ZoneInfo(tz)
    days = (datetime.fromtimestamp(now, zone).date() - datetime.fromtimestamp(END, zone).date()).days
    move = np.where(settled, days * DAY_S, now - END)
    moved = {name: np.where(values > 0, values + move, 0) for name, values in times.items()}
    happened = np.maximum.reduce([moved[name] for name in moved if name != "due_at"])
    return moved, np.asarray(happened <= now)


def _read_batch(path: Path, task_types: Sequence[TaskType], now: int, tz: str) -> IncidentBatch:
    rows = _read_rows(path)
    status = np.array([STATUS_CODE[Status(row["status"])] for row in rows], dtype=np.int8)
    closed = [STATUS_CODE[state] for state in CLOSED_STATUSES]
    times = {name: np.array([_epoch(row[name]) for row in rows], dtype=np.int64) for name in TIMES}
    moved, keep = shift_to(now, tz, times, np.isin(status, closed))
    sensitive = {task_type.code: task_type.sensitive for task_type in task_types}
    unknown = sorted({row["task_type"] for row in rows} - sensitive.keys())
    if unknown:
        raise BadFile(f"The task types {', '.join(unknown)} are not in task_types.toml.", file=path.name)
    columns: dict[str, Any] = {name: np.array([row[name] for row in rows], dtype=object)[keep] for name in _TEXTS}
    columns |= {name: values[keep] for name, values in moved.items()}
    columns |= {
        name: np.array([float(row[name] or "nan") for row in rows], dtype=np.float64)[keep]
        for name in ("lon", "lat", "accuracy_m")
    }
    columns["channel_ref"] = np.array([row["ref"] for row in rows], dtype=object)[keep]
    columns["level"] = np.array([int(row["level"]) for row in rows], dtype=np.int64)[keep]
    columns["status"] = status[keep]
    columns["sensitive"] = np.array([sensitive[row["task_type"]] for row in rows], dtype=np.bool_)[keep]
    return IncidentBatch(channel=CHANNEL, n=int(keep.sum()), columns=columns)


def _read_rows(path: Path) -> list[dict[str, str]]:
    try:
        text = gzip.decompress(path.read_bytes()).decode("utf-8")
    except (OSError, EOFError, UnicodeDecodeError) as error:
        raise BadFile(f"The demo's incidents cannot be read: {error}.", file=path.name) from error
    return list(csv.DictReader(io.StringIO(text)))


def _epoch(text: str) -> int:
    return int(datetime.fromisoformat(text).timestamp()) if text else 0


def _read_json(path: Path) -> Any:
    try:
        return json.loads(path.read_text(encoding="utf-8"))
    except (OSError, ValueError) as error:
        raise BadFile(f"The demo's file cannot be read: {error}.", file=path.name) from error


def _read_plan(geodata: Path, valid_from: date) -> Plan:
    features = _read_json(geodata / "grids.geojson")["features"]
    polygons = [_polygon(feature, "grids.geojson") for feature in features]
    areas = area_m2(polygons, WORKING_EPSG)
    grids = []
    for feature, polygon, area in zip(features, polygons, areas, strict=True):
        given = feature["properties"]
        words = {name: given[name] for name in ("name", "name_zh", "theme", "theme_zh", "unit", "unit_zh")}
        kind, code = GridKind(given["kind"]), given["code"]
        grids.append(Grid(id=f"demo-{code}", code=code, polygon=polygon, area_m2=float(area), kind=kind, **words))
    frame = _read_json(geodata / "frame.geojson")["features"][0]
    return Plan(
        id="willow-bank-1",
        name="Willow Bank community",
        frame=_polygon(frame, "frame.geojson"),
        working_epsg=WORKING_EPSG,
        grids=tuple(grids),
        status=PlanStatus.PUBLISHED,
        valid_from=valid_from,
        code_scheme="cn15",
        source="mapsvc demo generator (synthetic)",
    )


def _polygon(feature: Any, file: str) -> Polygon:
    shape = shapely.geometry.shape(feature["geometry"])
    if not isinstance(shape, Polygon):
        raise BadFile("A boundary of the demo is not a polygon.", file=file)
    return shape


def _read_sites(path: Path) -> tuple[Site, ...]:
    features = _read_json(path)["features"]
    return tuple(
        Site(geometry=shapely.geometry.shape(feature["geometry"]), **feature["properties"]) for feature in features
    )
