"""Findings as text: GeoJSON for a GIS, CSV for a table, JSON for a program."""

from __future__ import annotations

import csv
import io
import json
from collections.abc import Sequence
from typing import Any

from shapely.geometry import mapping

from mapsvc.model.finding import Finding, Severity

FIELDS = ("rule", "severity", "open", "message", "size", "unit", "grids", "feature", "accepted")


def worst_first(findings: Sequence[Finding]) -> list[Finding]:
    """Open errors first, then by severity and size."""
    order = list(Severity)
    return sorted(findings, key=lambda f: (not f.is_open, order.index(f.severity), -f.size))


def properties(finding: Finding) -> dict[str, Any]:
    """A finding without its geometry, JSON values only."""
    return {
        "rule": finding.rule.value,
        "severity": finding.severity.value,
        "open": finding.is_open,
        "message": finding.message,
        "size": round(finding.size, 6),
        "unit": finding.unit,
        "grids": list(finding.grids),
        "feature": finding.feature,
        "accepted": finding.accepted,
    }


def feature_collection(findings: Sequence[Finding]) -> dict[str, Any]:
    """GeoJSON in lon/lat, worst first; geometry null where the place is the whole file."""
    return {
        "type": "FeatureCollection",
        "features": [
            {
                "type": "Feature",
                "properties": properties(finding),
                "geometry": None if finding.where is None or finding.where.is_empty else mapping(finding.where),
            }
            for finding in worst_first(findings)
        ],
    }


def as_text(findings: Sequence[Finding], form: str) -> str:
    """`form` is geojson, json or csv; CSV has the place as lon, lat of a point on it."""
    if form == "geojson":
        return json.dumps(feature_collection(findings), ensure_ascii=False) + "\n"
    if form == "json":
        rows = [properties(finding) for finding in worst_first(findings)]
        return json.dumps(rows, ensure_ascii=False, indent=1) + "\n"
    return _as_csv(findings)


def _as_csv(findings: Sequence[Finding]) -> str:
    out = io.StringIO()
    writer = csv.writer(out, lineterminator="\n")
    writer.writerow((*FIELDS, "lon", "lat"))
    for finding in worst_first(findings):
        values = properties(finding)
        lon = lat = ""
        if finding.where is not None and not finding.where.is_empty:
            point = finding.where.representative_point()
            lon, lat = f"{point.x:.7f}", f"{point.y:.7f}"
        cells = [" ".join(values[name]) if name == "grids" else values[name] for name in FIELDS]
        writer.writerow([*(_inert(cell) for cell in cells), lon, lat])
    return out.getvalue()


def _inert(cell: Any) -> Any:
    """A spreadsheet must not run a grid code: text that starts like a formula gets a quote in front."""
    if isinstance(cell, str) and cell[:1] in ("=", "+", "-", "@", "\t", "\r"):
        return f"'{cell}"
    return "" if cell is None else cell
