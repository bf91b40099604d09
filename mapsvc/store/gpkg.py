"""GeoPackage geometry blobs: header and WKB, for one geometry and for columns. No I/O.

OGC 12-128 (GeoPackage encoding standard), section 2.1.3: "GP", version 0, flags, srs id, envelope, WKB (ISO).
"""

from __future__ import annotations

import math
import struct
from collections.abc import Callable, Sequence

import numpy as np
import numpy.typing as npt
import shapely
from shapely.geometry.base import BaseGeometry

FloatArray = npt.NDArray[np.float64]

SRS_ID = 4326
_LITTLE, _EMPTY, _BOX = 0x01, 0x10, 0x02
_ENVELOPE_BYTES = (0, 32, 48, 48, 64)
POINT_BYTES = 29
_POINT = np.dtype(
    [("magic", "V4"), ("srs_id", "<i4"), ("order", "u1"), ("type", "<u4"), ("lon", "<f8"), ("lat", "<f8")]
)


def encode_points(lon: FloatArray, lat: FloatArray) -> list[bytes | None]:
    """Blobs of points (n,) in lon/lat degrees, None where a point is NaN."""
    points = np.zeros(len(lon), dtype=_POINT)
    points["magic"] = np.void(b"GP\x00" + bytes([_LITTLE]))
    points["srs_id"] = SRS_ID
    points["order"] = 1
    points["type"] = 1
    points["lon"] = lon
    points["lat"] = lat
    blobs: list[bytes | None] = points.view(f"V{POINT_BYTES}").tolist()
    for i in np.flatnonzero(np.isnan(lon)).tolist():
        blobs[i] = None
    return blobs


def decode_points(blobs: Sequence[bytes]) -> FloatArray:
    """lon, lat in degrees (n, 2) of blobs of points, however they were written; NaN for an empty one."""
    if all(len(blob) == POINT_BYTES and blob[8] == 1 for blob in blobs):
        return np.frombuffer(b"".join([blob[13:] for blob in blobs]), dtype="<f8").reshape(-1, 2)
    boxes = [box_of(blob) for blob in blobs]
    return np.array([box[:2] if box else (math.nan, math.nan) for box in boxes], dtype=np.float64).reshape(-1, 2)


def encode(geometries: Sequence[BaseGeometry]) -> list[bytes]:
    """Blobs of any geometries, with an envelope so that boxes are read without the coordinates."""
    array = np.array(geometries, dtype=object) if len(geometries) else np.empty(0, dtype=object)
    wkb = shapely.to_wkb(array, byte_order=1, flavor="iso")
    boxes = shapely.bounds(array)
    return [_header(*box) + body for box, body in zip(boxes.tolist(), wkb, strict=True)]


def decode(blob: bytes) -> BaseGeometry:
    """The geometry in a blob, coordinates bit for bit."""
    return shapely.from_wkb(blob[_header_bytes(blob) :])


def box_of(blob: bytes) -> tuple[float, float, float, float] | None:
    """minx, miny, maxx, maxy of a blob, None for an empty geometry; read from the header where it is there."""
    flags = blob[3]
    if flags & _EMPTY:
        return None
    if (flags >> 1) & 0x07:
        minx, maxx, miny, maxy = struct.unpack_from("<4d" if flags & _LITTLE else ">4d", blob, 8)
    elif len(blob) == POINT_BYTES:
        minx, miny = struct.unpack_from("<2d" if blob[8] else ">2d", blob, 13)
        maxx, maxy = minx, miny
    else:
        minx, miny, maxx, maxy = decode(blob).bounds
    return None if math.isnan(minx) else (minx, miny, maxx, maxy)


def rtree_functions() -> dict[str, Callable[[bytes | None], float | None]]:
    """The five SQL functions that rtree triggers call (GeoPackage, annex F.3); NULL in, NULL out."""

    def corner(i: int) -> Callable[[bytes | None], float | None]:
        def of(blob: bytes | None) -> float | None:
            box = box_of(blob) if blob else None
            return box[i] if box else None

        return of

    def is_empty(blob: bytes | None) -> float | None:
        return None if blob is None else int(box_of(blob) is None)

    return {"ST_MinX": corner(0), "ST_MinY": corner(1), "ST_MaxX": corner(2), "ST_MaxY": corner(3)} | {
        "ST_IsEmpty": is_empty
    }


def _header(minx: float, miny: float, maxx: float, maxy: float) -> bytes:
    if math.isnan(minx):
        return struct.pack("<2sBBi", b"GP", 0, _LITTLE | _EMPTY, SRS_ID)
    return struct.pack("<2sBBi4d", b"GP", 0, _LITTLE | _BOX, SRS_ID, minx, maxx, miny, maxy)


def _header_bytes(blob: bytes) -> int:
    return 8 + _ENVELOPE_BYTES[(blob[3] >> 1) & 0x07]
