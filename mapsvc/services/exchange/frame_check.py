"""Frame check: do the points of a file belong to this frame at all, and which lie too far outside?"""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import numpy as np
import numpy.typing as npt
import shapely

from mapsvc.errors import BadFile, BadInput

FloatArray = npt.NDArray[np.float64]
Locate = Callable[[FloatArray, FloatArray], npt.NDArray[np.int32]]
_SAMPLE = 20_000
_MOST = 0.9
"""The share of a file's points that makes a fault the fault of the file and not of its rows."""


def check_stated_datum(file: str, said: str | None, datum: str) -> None:
    """Raise BadFile when a file says another coordinate system (None = says none) than the datum stated for it."""
    if said is None or datum in ("gcj02", "bd09"):
        return
    from mapsvc.geo.crs import parse_crs

    stated = parse_crs(datum)
    try:
        found = parse_crs(said)
    except BadInput as error:
        raise BadFile(str(error), file=file, field="crs") from error
    if not found.equals(stated, ignore_axis_order=True) and found.name.split(" (")[0] != stated.name.split(" (")[0]:
        raise BadFile(
            f"The file says its positions are in {found.name}, but {datum} was stated for them.",
            file=file,
            field="datum",
        )


def check_not_all_zero(file: str, zero: int, given: int) -> None:
    """Raise BadFile when nearly all coordinates that are given are 0, 0."""
    if given and zero >= _MOST * given:
        raise BadFile(
            f"{zero} of {given} points are at (0, 0): the coordinates were lost before the file was written. "
            "Nothing was stored.",
            file=file,
            field="lon",
        )


def check_not_shifted(file: str, lon: FloatArray, lat: FloatArray, locate: Locate | None) -> None:
    """Raise BadFile when an undeclared datum, swapped columns or metres would explain the whole file."""
    from mapsvc.geo.datum import looks_shifted

    known = np.flatnonzero(np.isfinite(lon) & np.isfinite(lat))
    if locate is None or not len(known):
        return
    # every k-th point: the same sample each time, from all over the file
    sample = known[:: max(1, len(known) // _SAMPLE)]
    sentence = looks_shifted(lon[sample], lat[sample], lambda x, y: np.asarray(locate(x, y) >= 0))
    if sentence:
        raise BadFile(f"{sentence} Nothing was stored.", file=file, field="datum")


def find_far(frame: Any, epsg: int, lon: FloatArray, lat: FloatArray, limit_m: float) -> npt.NDArray[np.bool_]:
    """Which points lie more than limit_m outside the frame, measured in the working CRS (metres).

    Distances grow by a few percent far from the zone of the CRS, which does not matter for a limit of this kind.
    """
    from mapsvc.geo.crs import projector

    plane = projector(epsg)
    outline = plane.geometry([frame])[0]
    shapely.prepare(outline)
    x, y = plane.forward(lon, lat)
    finite = np.isfinite(x) & np.isfinite(y)
    far = ~finite
    far[finite] = ~shapely.dwithin(outline, shapely.points(x[finite], y[finite]), limit_m)
    return far


def check_not_all_far(file: str, far: int, given: int, limit_m: float) -> None:
    """Raise BadFile when nearly all points are out of reach: then it is the wrong file or the wrong datum."""
    if given and far >= _MOST * given:
        raise BadFile(
            f"{far} of {given} points lie more than {limit_m / 1000:g} km outside the frame: "
            "this is another place, or another datum than the profile states. Nothing was stored.",
            file=file,
            field="lon",
        )
