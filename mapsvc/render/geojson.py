"""GeoJSON bytes from shapely geometries and plain properties (RFC 7946)."""

from __future__ import annotations

import math
from collections.abc import Mapping, Sequence
from typing import Any

import numpy as np
import numpy.typing as npt
import orjson
import shapely

_FULL_DECIMALS = 8
_TILE_PX = 256


def decimals_for_zoom(z: int) -> int:
    """Decimals of a degree that keep a coordinate within a tenth of a pixel at zoom z."""
    pixel_deg = 360.0 / (_TILE_PX * 2.0**z)
    return min(_FULL_DECIMALS, max(2, math.ceil(-math.log10(pixel_deg / 10))))


def rounded(geometries: Sequence[Any] | npt.NDArray[np.object_], z: int | None) -> npt.NDArray[np.object_]:
    """Geometries with the decimals that zoom z can show; z None = as they are."""
    shapes = np.empty(len(geometries), dtype=object)
    shapes[:] = geometries
    if z is None:
        return shapes
    decimals = decimals_for_zoom(z)
    coarse: npt.NDArray[np.object_] = shapely.transform(shapes, lambda xy: np.round(xy, decimals))
    return coarse


def feature_collection(
    geometries: Sequence[Any] | npt.NDArray[np.object_],
    properties: Sequence[Mapping[str, Any]],
    ids: Sequence[str] | None = None,
    more: Mapping[str, bytes] | None = None,
) -> bytes:
    """A FeatureCollection; geometry null for None and empty ones. `more`: further members, JSON already."""
    features = []
    for number, (shape, held) in enumerate(zip(geometries, properties, strict=True)):
        head = b'{"type":"Feature",'
        if ids is not None:
            head += b'"id":' + orjson.dumps(ids[number]) + b","
        features.append(head + b'"properties":' + orjson.dumps(dict(held)) + b',"geometry":' + geometry(shape) + b"}")
    members = b"".join(b"," + orjson.dumps(name) + b":" + value for name, value in (more or {}).items())
    return b'{"type":"FeatureCollection","features":[' + b",".join(features) + b"]" + members + b"}"


def geometry(shape: Any) -> bytes:
    """One geometry as JSON, null for None and empty ones."""
    if shape is None or shapely.is_empty(shape):
        return b"null"
    return str(shapely.to_geojson(shape)).encode()
