"""Findings as text: GeoJSON for a GIS, CSV for a table, JSON for a program."""

from __future__ import annotations

import json
from collections.abc import Sequence
from typing import Any

from shapely.geometry import mapping

from mapsvc.model.finding import Finding, Severity
from mapsvc.render.table import as_csv

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
    rows = []
    for finding in worst_first(findings):
        values = properties(finding)
        lon = lat = ""
        if finding.where is not None and not finding.where.is_empty:
            point = finding.where.representative_point()
            lon, lat = f"{point.x:.7f}", f"{point.y:.7f}"
        rows.append([*(" ".join(values[name]) if name == "grids" else values[name] for name in FIELDS), lon, lat])
    return as_csv((*FIELDS, "lon", "lat"), rows)
