"""Texts of rows: titles, addresses and categories, cleaned and masked once for each distinct value."""

from __future__ import annotations

import re
from collections.abc import Callable, Mapping
from typing import Any

import numpy as np
import numpy.typing as npt

from mapsvc.services.intake.mask import mask

LONGEST = {"title": 200, "text": 4000, "address": 300, "reference": 120}
# control characters, and the marks that turn the direction of text and so hide what it says
_CONTROL = re.compile(r"[\x00-\x08\x0b-\x1f\x7f-\x9f\u200e\u200f\u202a-\u202e\u2028\u2029\u2066-\u2069\ud800-\udfff]+")
_BLANKS = re.compile(r"[ \t\n]+")

Texts = npt.NDArray[np.object_]


def clean(text: str, longest: int) -> str:
    """One line without control characters, at most `longest` characters."""
    if text.isprintable() and "  " not in text:
        return text.strip()[:longest]
    return _BLANKS.sub(" ", _CONTROL.sub(" ", text)).strip()[:longest]


_UNMASKED = frozenset({"reference"})
"""A reference is its source's own number, by which a row is known again; cities number matters with eleven digits."""
_AHEAD = 10
"""A text is masked before it is cut, so that no half of a number is left at its end."""


def read_texts(column: Any, field: str) -> Texts:
    """Cleaned texts of an Arrow column without phone and identity numbers, "" for missing ones; equal texts are one
    object."""
    longest = LONGEST[field]
    if field in _UNMASKED:
        return map_texts(column, lambda text: clean(text, longest))
    return map_texts(column, lambda text: mask(clean(text, longest * _AHEAD))[:longest].strip())


def map_texts(column: Any, function: Callable[[str], Any]) -> Texts:
    """function(text) for each row, called once for each distinct value; missing is ""."""
    values, index = used_values(column)
    table = np.empty(len(values) + 1, dtype=object)
    for place, value in enumerate(values):
        table[place] = function("" if value is None else _plain(value))
    table[-1] = function("")
    found: Texts = table[index]
    return found


def used_values(column: Any) -> tuple[list[Any], npt.NDArray[np.int64]]:
    """(distinct values, for each row the place of its value; one past the end where it is missing).

    A batch of a Parquet file brings the dictionary of its whole row group; only what the batch uses comes out.
    """
    import pyarrow as pa

    if not pa.types.is_dictionary(column.type):
        column = column.dictionary_encode()
    size = len(column.dictionary)
    index = column.indices.fill_null(size).to_numpy(zero_copy_only=False).astype(np.int64)
    used = np.flatnonzero(np.bincount(index, minlength=size + 1)[:size])
    place = np.empty(size + 1, dtype=np.int64)
    place[used] = np.arange(len(used))
    place[size] = len(used)
    values = column.dictionary.take(pa.array(used)).to_pylist()
    return values, place[index]


def map_codes(column: Any, codes: Mapping[str, int], unknown: int, missing: int) -> npt.NDArray[np.int16]:
    """The code of each row's value, compared without case and outer blanks."""

    def code_of(text: str) -> int:
        key = text.strip().casefold()
        return codes.get(key, unknown) if key else codes.get(key, missing)

    return map_texts(column, code_of).astype(np.int16)


def _plain(value: Any) -> str:
    """A value as people write it: 12.0 in a column of numbers is the code 12."""
    if isinstance(value, float) and value.is_integer() and abs(value) < 1e15:
        return str(int(value))
    return str(value)
