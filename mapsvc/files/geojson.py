"""GeoJSON text -> features with their numbers (RFC 7946), every surprise refused. Standard library only."""

from __future__ import annotations

import json
from collections.abc import Iterator
from pathlib import Path
from typing import Any, NoReturn

from mapsvc.files import encoding, limits
from mapsvc.files.refusal import Refusal

_GEOMETRIES = frozenset(
    {"Point", "LineString", "Polygon", "MultiPoint", "MultiLineString", "MultiPolygon", "GeometryCollection"}
)


def load(path: Path) -> tuple[dict[str, Any], str]:
    """(document, encoding as shown) of a GeoJSON file."""
    data = path.read_bytes()
    if len(data) > limits.MAX_FEATURE_FILE:
        raise Refusal(f"The file has {len(data)} bytes; {limits.MAX_FEATURE_FILE} are allowed.")
    codec, how = encoding.detect_text(iter([data]), data[:4])
    try:
        text = data.decode(codec)
    except UnicodeDecodeError as error:
        raise Refusal(f"The text is not {codec}: byte {error.start} cannot be read.") from error
    try:
        document = json.loads(text, parse_constant=_no_constant)
    except RecursionError as error:
        raise Refusal("The JSON is nested too deeply.") from error
    except json.JSONDecodeError as error:
        raise Refusal(f"This is not JSON: {error.msg}.", where=f"line {error.lineno}") from error
    except ValueError as error:  # an integer of thousands of digits
        raise Refusal("The JSON holds a number that cannot be read.") from error
    if not isinstance(document, dict):
        raise Refusal("This is JSON but no GeoJSON object.")
    return document, encoding.show(codec, how)


def _no_constant(name: str) -> NoReturn:
    raise Refusal(f"The JSON holds {name}, which is not a number.")


def crs_text(document: dict[str, Any]) -> str | None:
    """The name in an old-style `crs` member, "" where the member says nothing that can be read, None without one."""
    member = document.get("crs")
    if member is None:
        return None
    properties = member.get("properties") if isinstance(member, dict) else None
    name = properties.get("name") if isinstance(properties, dict) else None
    return name if isinstance(name, str) else ""


def iter_features(document: dict[str, Any]) -> Iterator[tuple[int, Any, dict[str, Any]]]:
    """(number from 1, geometry or None, properties) of each feature.

    A bare geometry is one feature, a bare collection one for each member.
    """
    kind = document.get("type")
    if kind == "Topology":
        raise Refusal("This is TopoJSON; export it as GeoJSON.")
    if kind == "GeometryCollection" and isinstance(members := document.get("geometries"), list) and members:
        # some tools write a layer without properties as one collection: each member is a feature
        yield from ((number, member, {}) for number, member in enumerate(members, 1))
        return
    if isinstance(kind, str) and kind in _GEOMETRIES:
        yield 1, document, {}
        return
    if kind == "Feature":
        yield 1, *_feature(document, "feature 1")
        return
    if kind != "FeatureCollection":
        raise Refusal(
            f"The type of the document is {json.dumps(kind)[:40]}; FeatureCollection is needed.", field="type"
        )
    features = document.get("features")
    if not isinstance(features, list):
        raise Refusal("The FeatureCollection has no list of features.", field="features")
    if len(features) > limits.MAX_FEATURES:
        raise Refusal(f"The file has {len(features)} features; {limits.MAX_FEATURES} are allowed.")
    for number, feature in enumerate(features, 1):
        yield number, *_feature(feature, f"feature {number}")


def _feature(feature: Any, where: str) -> tuple[Any, dict[str, Any]]:
    if not isinstance(feature, dict) or feature.get("type") != "Feature":
        raise Refusal('This is not an object of type "Feature".', where=where)
    if "geometry" not in feature:
        raise Refusal("The feature has no geometry member.", where=where, field="geometry")
    properties = feature.get("properties")
    if properties is None:
        properties = {}
    if not isinstance(properties, dict):
        raise Refusal("The properties are not an object.", where=where, field="properties")
    return feature["geometry"], properties


def as_text(value: Any) -> str | None:
    """A property value as text; whole floats lose their ".0" because codes are often stored as numbers."""
    if value is None or isinstance(value, str):
        return value
    if isinstance(value, float) and value.is_integer() and abs(value) < 1e15:
        return str(int(value))
    return json.dumps(value, ensure_ascii=False) if isinstance(value, bool | list | dict) else str(value)
