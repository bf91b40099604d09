"""Shapes: what the child handed over, as shapely geometries in WGS 84 lon/lat with the CRS decided."""

from __future__ import annotations

import json
from collections.abc import Sequence
from dataclasses import dataclass
from itertools import pairwise
from pathlib import Path
from typing import Any

import numpy as np
import numpy.typing as npt
import shapely

from mapsvc.errors import BadFile, BadInput, CrsUnknown
from mapsvc.files import limits, sandbox
from mapsvc.files.crs_claim import Claim, decide
from mapsvc.geo.datum import to_wgs84
from mapsvc.ports import no_progress

_SAME_NUMBERS = frozenset({"wgs84", "cgcs2000", "EPSG:4326", "OGC:CRS84", "EPSG:4490"})


@dataclass(frozen=True, slots=True)
class ShapeFile:
    """n features: geometries in lon/lat degrees, their numbers in the file, texts by column.

    crs: what the coordinates were read in; columns: all columns of the file, read or not.
    """

    name: str
    crs: str
    encoding: str
    columns: tuple[str, ...]
    numbers: tuple[int, ...]
    geometries: npt.NDArray[np.object_]
    values: dict[str, list[str | None]]


def read_shapes(
    path: Path, *, crs: str | None, columns: Sequence[str], polygons_only: bool, optional: bool = False
) -> ShapeFile:
    """Features of a GeoJSON, GeoPackage or Shapefile. Raises BadFile, CrsUnknown.

    crs: stated by the user, a CRS or a datum ("EPSG:4542", "gcj02"), or None. Coordinates that are WGS 84 already
    come back bit for bit.
    """
    size = sandbox.check_is_file(path, limits.MAX_FEATURE_FILE)
    task = {
        "job": "features",
        "columns": list(dict.fromkeys(columns)),
        "polygons_only": polygons_only,
        "optional": optional,
    }
    with sandbox.run(task, path, limits.features_budget(size), no_progress) as job:
        meta: dict[str, Any] = json.loads((job / "meta.json").read_text(encoding="utf-8"))
        blob = (job / "shapes.wkb").read_bytes()
    geometries = _decode(path, blob, meta)
    claim = decide(path.name, meta["crs"], crs, is_geojson=meta["format"] == "geojson")
    _check_plausible(path, claim, geometries, meta["numbers"])
    if claim.datum not in _SAME_NUMBERS:
        geometries = _to_degrees(path, claim, geometries, meta["numbers"])
    return ShapeFile(
        name=path.name,
        crs=claim.shown,
        encoding=meta["encoding"],
        columns=tuple(meta["columns"]),
        numbers=tuple(meta["numbers"]),
        geometries=geometries,
        values=meta["values"],
    )


def _decode(path: Path, blob: bytes, meta: dict[str, Any]) -> npt.NDArray[np.object_]:
    """Geometries from the concatenated WKB; the child has checked types, rings and counts."""
    ends = np.cumsum([0, *meta["sizes"]])
    view = [blob[start:end] for start, end in pairwise(ends.tolist())]
    try:
        shapes: npt.NDArray[np.object_] = shapely.from_wkb(view)
    except shapely.errors.ShapelyError as error:
        raise BadFile(f"A geometry cannot be read: {str(error)[:200]}.", file=path.name) from error
    return shapes


def _check_plausible(path: Path, claim: Claim, shapes: npt.NDArray[np.object_], numbers: Sequence[int]) -> None:
    """Degrees must look like degrees, and metres must not."""
    bounds = shapely.bounds(shapes)
    known = ~np.isnan(bounds).any(axis=1)
    if not known.any():
        return
    # a hair of room: rounding puts honest vertices at 180.0000001
    limit = np.array([180.0, 90.0, 180.0, 90.0]) + 1e-6
    beyond = known & (np.abs(bounds) > limit).any(axis=1)
    if claim.is_degrees and beyond.any():
        place = int(np.argmax(beyond))
        worst = bounds[place][np.argmax(np.abs(bounds[place]))]
        raise CrsUnknown(
            f"{claim.because}, but a coordinate is {worst:g}, beyond longitude and latitude in degrees. "
            "State the coordinate system the numbers are in (--crs EPSG:n).",
            file=path.name,
            where=f"feature {numbers[place]}",
        )
    if not claim.is_degrees and not beyond.any() and np.abs(bounds[known]).max() <= 180.0:
        raise CrsUnknown(
            f"{claim.because}, which counts in metres or feet, but every coordinate looks like degrees.", file=path.name
        )


def _to_degrees(
    path: Path, claim: Claim, shapes: npt.NDArray[np.object_], numbers: Sequence[int]
) -> npt.NDArray[np.object_]:
    xy = shapely.get_coordinates(shapes)
    try:
        lon, lat = to_wgs84(xy[:, 0], xy[:, 1], claim.datum)
    except BadInput as error:
        raise CrsUnknown(str(error), file=path.name, field="crs") from error
    lost = ~(np.isfinite(lon) & np.isfinite(lat) & (np.abs(lon) <= 180.0 + 1e-9) & (np.abs(lat) <= 90.0))
    if lost.any():
        vertex = int(np.argmax(lost))
        owner = int(np.searchsorted(np.cumsum(shapely.get_num_coordinates(shapes)), vertex, side="right"))
        raise CrsUnknown(
            f"The position {xy[vertex, 0]:g}, {xy[vertex, 1]:g} cannot lie in {claim.shown}.",
            file=path.name,
            where=f"feature {numbers[owner]}",
        )
    moved: npt.NDArray[np.object_] = shapely.set_coordinates(shapes.copy(), np.column_stack([lon, lat]))
    return moved
