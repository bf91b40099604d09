"""Report -> JSON, CSV, GeoJSON or a table for a terminal."""

from __future__ import annotations

import math
from collections.abc import Mapping
from typing import Any

import numpy as np
import orjson

from mapsvc.errors import BadInput
from mapsvc.model.report import Report
from mapsvc.render import geojson
from mapsvc.render.table import as_columns, as_csv, shown

_MAP_ZOOM = 17
FORMATS = ("table", "json", "csv", "geojson")


def as_text(report: Report, form: str) -> str:
    """`form` is table, json, csv or geojson. Raises BadInput for another one."""
    if form == "json":
        return orjson.dumps({**head(report), "columns": list(report.table), "rows": rows(report)}).decode() + "\n"
    if form == "csv":
        return as_csv(list(report.table), rows(report))
    if form == "geojson":
        return _as_geojson(report)
    if form == "table":
        return _as_table(report)
    raise BadInput(f'"{form}" is no format; choose one of {", ".join(FORMATS)}.', field="format")


def head(report: Report) -> dict[str, Any]:
    """All of a report but its table, JSON values only."""
    return {
        "method": report.method,
        "title": report.title,
        "parameters": _plain_map(report.parameters),
        "seed": report.seed,
        "plan": report.plan_id,
        "seq": report.seq,
        "figures": _plain_map(report.figures),
        "units": dict(report.units),
        "notes": list(report.notes),
        "refused": report.refused,
    }


def rows(report: Report) -> list[list[Any]]:
    """The table row by row, JSON values only; a number that is not finite becomes None."""
    columns = [[_plain(value) for value in column] for column in report.table.values()]
    return [list(row) for row in zip(*columns, strict=True)]


def _plain_map(values: Mapping[str, Any]) -> dict[str, Any]:
    return {str(name): _plain(value) for name, value in values.items()}


def _plain(value: Any) -> Any:
    if isinstance(value, np.generic):
        value = value.item()
    if isinstance(value, float):
        return value if math.isfinite(value) else None
    if isinstance(value, Mapping):
        return _plain_map(value)
    if isinstance(value, list | tuple | np.ndarray):
        return [_plain(one) for one in value]
    if value is None or isinstance(value, bool | int | str):
        return value
    return str(value)


def _as_geojson(report: Report) -> str:
    """For maps: coordinates to 6 decimals (11 cm) and numbers to 5 digits; the JSON form has all of them."""
    names = list(report.table)
    properties = [dict(zip(names, map(_short, row), strict=True)) for row in rows(report)]
    given = list(report.geometry) if report.geometry is not None else [None] * len(properties)
    shapes = geojson.rounded(given, _MAP_ZOOM)
    more = {name: orjson.dumps(value) for name, value in head(report).items()}
    return geojson.feature_collection(shapes, properties, more=more).decode() + "\n"


def _short(value: Any) -> Any:
    return float(f"{value:.5g}") if isinstance(value, float) else value


def _as_table(report: Report) -> str:
    lines = [report.title]
    if report.refused:
        lines += ["", f"Cannot tell: {report.refused}"]
    if report.rows:
        lines += ["", as_columns(_with_units(report), rows(report)).rstrip("\n")]
    if report.figures:
        lines.append("")
        for name, value in _plain_map(report.figures).items():
            unit = report.units.get(name, "")
            lines.append(f"{name}: {_figure(value)}{' ' + unit if unit else ''}")
    if report.notes:
        lines += ["", *report.notes]
    told = ", ".join(f"{name} {_figure(value)}" for name, value in _plain_map(report.parameters).items())
    seed = f"; seed {report.seed}" if report.seed is not None else ""
    lines += ["", f"Method {report.method} ({told}){seed}; plan {report.plan_id or '-'}; seq {report.seq}"]
    return "\n".join(lines) + "\n"


def _with_units(report: Report) -> list[str]:
    # A unit that the name tells already (area_m2) is not said twice.
    return [
        f"{name} ({unit})" if (unit := report.units.get(name, "")) and not name.endswith(unit) else name
        for name in report.table
    ]


def _figure(value: Any) -> str:
    if isinstance(value, dict):
        return ", ".join(f"{name} {_figure(one)}" for name, one in value.items())
    if isinstance(value, list):
        return ", ".join(_figure(one) for one in value)
    return shown(value)
