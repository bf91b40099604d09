"""Answers about drafts: shapes and findings as GeoJSON, the revision as ETag."""

from __future__ import annotations

from typing import Any

import orjson
from flask import Response
from shapely.geometry import mapping
from shapely.geometry.base import BaseGeometry

from mapsvc.model.finding import Finding
from mapsvc.render import findings as rendered
from mapsvc.services.redraw.finding_key import finding_key
from mapsvc.web.answers import GEOJSON, JSON
from mapsvc.web.redraw_params import revision_tag

_OPTIONS = orjson.OPT_SERIALIZE_NUMPY | orjson.OPT_PASSTHROUGH_DATACLASS


def draft_answer(value: dict[str, Any], revision: int | None = None, *, status: int = 200) -> Response:
    """An answer about a draft. revision: where the value does not carry it itself."""
    media = GEOJSON if value.get("type") == "FeatureCollection" else JSON
    response = Response(orjson.dumps(value, default=_plain, option=_OPTIONS), status, content_type=media)
    tag = value.get("revision") if revision is None else revision
    if tag is not None:
        response.set_etag(revision_tag(int(tag)))
    response.headers["Cache-Control"] = "private, no-cache"
    return response


def feature(finding: Finding) -> dict[str, Any]:
    """A finding as a Feature, with the key that keeps it."""
    where = finding.where
    return {
        "type": "Feature",
        "properties": rendered.properties(finding) | {"key": finding_key(finding), "kept": finding.accepted},
        "geometry": None if where is None or where.is_empty else mapping(where),
    }


def _plain(value: Any) -> Any:
    if isinstance(value, Finding):
        return feature(value)
    if isinstance(value, BaseGeometry):
        return None if value.is_empty else mapping(value)
    raise TypeError(f"{type(value).__name__} has no JSON")
