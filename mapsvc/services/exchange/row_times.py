"""Times of rows: a column of texts or stamps -> epoch seconds UTC, each distinct value parsed once."""

from __future__ import annotations

import re
from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

import numpy as np
import numpy.typing as npt

_EARLIEST, _LATEST = -2_208_988_800, 4_102_444_800
"""1900-01-01 and 2100-01-01 UTC: a time outside is a slip of the pen."""
_ZONED = r"(Z|[+-]\d\d:?(\d\d)?)\s*$"


@dataclass(frozen=True, slots=True)
class Times:
    """n times: epoch seconds UTC (0 where not known), which are given at all and which could be read."""

    at: npt.NDArray[np.int64]
    given: npt.NDArray[np.bool_]
    known: npt.NDArray[np.bool_]

    @property
    def unreadable(self) -> npt.NDArray[np.bool_]:
        """Given, but no time."""
        return self.given & ~self.known


def find_format_fault(pattern: str) -> str | None:
    """Why a pattern can read no time at all, None where it can."""
    if "%" not in pattern:
        return None

    import pandas as pd

    try:
        pd.to_datetime(pd.Series(["2026"]), format=pattern, errors="coerce")
    except (ValueError, re.error) as error:
        return str(error).rstrip(".")
    return None


def read_times(column: Any, formats: Sequence[str], tz: str) -> Times:
    """Times of an Arrow column. A time without zone is on the clock of `tz`.

    An hour that the clock shows twice is taken as the first; one that it skips, as the moment it jumps. A format
    with less than a day ("%Y-%m") gives the first instant of its month.
    """
    import pyarrow as pa

    if isinstance(column, pa.ChunkedArray):
        column = column.combine_chunks()
    if not pa.types.is_dictionary(column.type):
        column = column.dictionary_encode()
    values = column.dictionary
    kind = values.type
    if pa.types.is_timestamp(kind) or pa.types.is_date(kind):
        at, given, known = _of_stamps(values, tz)
    elif pa.types.is_integer(kind) or pa.types.is_floating(kind):
        at, given, known = _of_numbers(values, formats)
    else:
        at, given, known = _of_texts(values.cast(pa.string()), formats, tz)
    known &= (at >= _EARLIEST) & (at < _LATEST)
    at[~known] = 0
    place = column.indices.fill_null(len(values)).to_numpy(zero_copy_only=False).astype(np.int64)
    return Times(np.append(at, 0)[place], np.append(given, False)[place], np.append(known, False)[place])


def _of_stamps(values: Any, tz: str) -> tuple[Any, Any, Any]:
    import pandas as pd
    import pyarrow as pa

    zoned = pa.types.is_timestamp(values.type) and values.type.tz is not None
    given = np.asarray(values.is_valid())
    seconds = values.cast(pa.timestamp("s", values.type.tz if zoned else None), safe=False)
    at = np.asarray(seconds.cast(pa.int64()).fill_null(0))
    if not zoned:
        at = _local_to_utc(pd.DatetimeIndex(at.astype("datetime64[s]")), tz)
    return at.copy(), given, given.copy()


def _of_numbers(values: Any, formats: Sequence[str]) -> tuple[Any, Any, Any]:
    import pyarrow as pa

    number = np.asarray(values.cast(pa.float64(), safe=False).fill_null(np.nan), dtype=np.float64)
    given = ~np.isnan(number)
    scale = next((scale for name, scale in (("epoch_s", 1.0), ("epoch_ms", 1e-3)) if name in formats), None)
    known = given & np.isfinite(number) & (np.abs(number * (scale or 0.0)) < 1e11) & (scale is not None)
    return np.where(known, number * (scale or 0.0), 0).astype(np.int64), given, known


def _of_texts(values: Any, formats: Sequence[str], tz: str) -> tuple[Any, Any, Any]:
    import pandas as pd
    import pyarrow as pa
    import pyarrow.compute as pc

    values = pc.utf8_trim_whitespace(values)
    given = np.asarray(pc.fill_null(pc.not_equal(values, ""), False))
    at, known = np.zeros(len(values), dtype=np.int64), np.zeros(len(values), dtype=np.bool_)
    for one in formats:
        left = np.flatnonzero(given & ~known)
        if not len(left):
            break
        part = values.take(pa.array(left))
        if one.startswith("epoch"):
            numeric = pc.match_substring_regex(part, r"^-?\d{1,15}$")
            part = pc.if_else(numeric, part, None).cast(pa.float64())
            at[left], _, known[left] = _of_numbers(part, [one])
            continue
        if one == "iso":
            zoned = np.asarray(pc.match_substring_regex(part, r"\d[T ].*" + _ZONED))
        else:
            zoned = np.full(len(part), "%z" in one)
        texts = np.array(part.to_pylist(), dtype=object)
        for mask, has_zone in ((zoned, True), (~zoned, False)):
            if not mask.any():
                continue
            pattern = "ISO8601" if one == "iso" else one
            stamps = pd.to_datetime(pd.Series(texts[mask]), format=pattern, errors="coerce", utc=has_zone)
            index = pd.DatetimeIndex(stamps).as_unit("s")
            readable = ~np.asarray(index.isna())
            where = left[mask][readable]
            index = index[readable]
            at[where] = index.asi8 if has_zone else _local_to_utc(index, tz)
            known[where] = True
    return at, given, known


def _local_to_utc(index: Any, tz: str) -> Any:
    """Epoch seconds of wall-clock times in `tz`."""
    first = np.ones(len(index), dtype=np.bool_)
    zoned = index.tz_localize(tz, ambiguous=first, nonexistent="shift_forward")
    return np.asarray(zoned.as_unit("s").asi8)
