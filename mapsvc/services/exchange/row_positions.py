"""Positions of rows: two columns -> WGS 84 lon/lat, and for each row without one the reason."""

from __future__ import annotations

from dataclasses import dataclass
from enum import IntEnum
from typing import Any

import numpy as np
import numpy.typing as npt

from mapsvc.geo.datum import to_wgs84

FloatArray = npt.NDArray[np.float64]
_NUMBER = r"^[+-]?(\d+\.?\d*|\.\d+)([eE][+-]?\d{1,3})?$"
_BLANKS = ("", "na", "n/a", "null", "none", "-")


class Fault(IntEnum):
    """Why a row has no usable position. MISSING and ZERO are stored unlocated, the others are rejected."""

    NONE = 0
    MISSING = 1
    ZERO = 2
    UNREADABLE = 3
    NOT_FINITE = 4
    BEYOND = 5
    FAR = 6


REASONS = {
    Fault.MISSING: "the coordinates are missing; stored without a place",
    Fault.ZERO: "the coordinates are 0, 0, which stands for none; stored without a place",
    Fault.UNREADABLE: "a coordinate is not a number",
    Fault.NOT_FINITE: "a coordinate is not finite",
    Fault.BEYOND: "the position does not lie on the globe in the stated datum",
    Fault.FAR: "the position is farther outside the frame than the limit",
}


@dataclass(frozen=True, slots=True)
class Positions:
    """lon, lat: WGS 84 degrees, NaN where there is none; fault: codes of Fault; x, y: the numbers as they came."""

    lon: FloatArray
    lat: FloatArray
    fault: npt.NDArray[np.int8]
    x: FloatArray
    y: FloatArray


def read_positions(x: Any, y: Any, datum: str) -> Positions:
    """Positions of two Arrow columns (longitude and latitude, or easting and northing of an EPSG code).

    In a column of numbers NaN means missing, as pandas writes it; the text "nan" is refused as not finite.
    """
    x_value, x_fault = _numbers(x)
    y_value, y_fault = _numbers(y)
    # the graver fault of the two counts, except that a missing half makes the pair missing
    fault = np.maximum(x_fault, y_fault)
    fault[(x_fault == Fault.MISSING) | (y_fault == Fault.MISSING)] = Fault.MISSING
    sound = fault == Fault.NONE
    fault[sound & (np.abs(x_value) < 1e-9) & (np.abs(y_value) < 1e-9)] = Fault.ZERO
    sound = fault == Fault.NONE
    lon, lat = np.full(len(fault), np.nan), np.full(len(fault), np.nan)
    lon[sound], lat[sound] = to_wgs84(x_value[sound], y_value[sound], datum)
    with np.errstate(invalid="ignore"):
        on_globe = (np.abs(lon) <= 180.0) & (np.abs(lat) <= 90.0)
    fault[sound & ~on_globe] = Fault.BEYOND
    return Positions(lon, lat, fault, x_value, y_value)


def blank(positions: Positions) -> Positions:
    """The same with NaN wherever there is a fault."""
    bad = positions.fault != Fault.NONE
    lon, lat = positions.lon.copy(), positions.lat.copy()
    lon[bad], lat[bad] = np.nan, np.nan
    return Positions(lon, lat, positions.fault, positions.x, positions.y)


def _numbers(column: Any) -> tuple[FloatArray, npt.NDArray[np.int8]]:
    import pyarrow as pa
    import pyarrow.compute as pc

    if pa.types.is_dictionary(column.type):
        column = column.dictionary_decode()
    fault = np.zeros(len(column), dtype=np.int8)
    if pa.types.is_integer(column.type) or pa.types.is_floating(column.type):
        value = np.array(column.cast(pa.float64(), safe=False).fill_null(np.nan), dtype=np.float64)
        fault[np.isnan(value)] = Fault.MISSING
        fault[np.isinf(value)] = Fault.NOT_FINITE
        return value, fault
    text = pc.utf8_lower(pc.utf8_trim_whitespace(column.cast(pa.string()).fill_null("")))
    is_number = np.asarray(pc.match_substring_regex(text, _NUMBER))
    value = np.array(pc.if_else(pa.array(is_number), text, None).cast(pa.float64()).fill_null(np.nan), dtype=np.float64)
    fault[~is_number] = Fault.UNREADABLE
    fault[np.asarray(pc.match_substring_regex(text, r"^[+-]?(nan|inf|infinity)$"))] = Fault.NOT_FINITE
    fault[np.asarray(pc.is_in(text, pa.array(_BLANKS)))] = Fault.MISSING
    fault[is_number & ~np.isfinite(value)] = Fault.NOT_FINITE
    return value, fault


def read_numbers(column: Any) -> FloatArray:
    """Numbers of an Arrow column of numbers or texts, NaN for everything else."""
    value, fault = _numbers(column)
    value[fault != Fault.NONE] = np.nan
    return value
