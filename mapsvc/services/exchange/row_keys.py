"""Keys of rows: what makes a row of a file recognisable when the file comes again.

A row without a reference of its own is known by a hash of its mapped columns and by its ordinal among equal rows:
police files hold equal rows that are different matters, so equal rows are counted and not merged.
"""

from __future__ import annotations

import hashlib
from collections.abc import Mapping, Sequence
from typing import Any

import numpy as np
import numpy.typing as npt

from mapsvc.services.exchange.row_texts import used_values

Lanes = tuple[npt.NDArray[np.uint64], npt.NDArray[np.uint64]]
_ALPHABET = np.frombuffer(b"0123456789abcdefghjkmnpqrstvwxyz", dtype=np.uint8)
_NULL = (np.uint64(0x9E3779B97F4A7C15), np.uint64(0xC2B2AE3D27D4EB4F))


def hash_rows(columns: Mapping[str, Any], n: int) -> Lanes:
    """Two 64-bit hashes a row over all columns (Arrow arrays), independent of batch borders and dictionaries."""
    first, second = np.zeros(n, dtype=np.uint64), np.zeros(n, dtype=np.uint64)
    for name in sorted(columns):
        salt = np.frombuffer(hashlib.blake2b(name.encode(), digest_size=16).digest(), dtype=np.uint64)
        one, two = _hash_column(columns[name])
        # the row hash so far goes through the mixer with each column, so that the order of columns matters
        first = mix(first ^ mix(one + salt[0]))
        second = mix(second ^ mix(two + salt[1]))
    return first, second


def _hash_column(column: Any) -> Lanes:
    import pyarrow as pa

    kind = column.type
    if pa.types.is_floating(kind) or pa.types.is_integer(kind) or pa.types.is_timestamp(kind) or pa.types.is_date(kind):
        plain = column.cast(
            pa.float64() if pa.types.is_floating(kind) else pa.int64() if kind != pa.date32() else pa.int32()
        )
        bits = np.asarray(plain.fill_null(0)).astype(np.float64 if pa.types.is_floating(kind) else np.int64)
        lane = mix(bits.view(np.uint64))
        lanes = lane, mix(lane ^ np.uint64(0xD6E8FEB86659FD93))
        missing = np.asarray(column.is_null())
        return np.where(missing, _NULL[0], lanes[0]), np.where(missing, _NULL[1], lanes[1])
    values, place = used_values(column)
    digests = b"".join(
        hashlib.blake2b(str(value).encode("utf-8", "replace"), digest_size=16).digest() for value in values
    )
    table = np.frombuffer(digests, dtype=np.uint64).reshape(-1, 2)
    table = np.vstack([table, np.array([_NULL], dtype=np.uint64)])
    return table[place, 0], table[place, 1]


def mix(bits: npt.NDArray[np.uint64]) -> npt.NDArray[np.uint64]:
    """The finaliser of splitmix64 (Steele, Lea and Flood 2014): every bit of the input touches every bit out."""
    with np.errstate(over="ignore"):
        bits = (bits ^ (bits >> np.uint64(30))) * np.uint64(0xBF58476D1CE4E5B9)
        bits = (bits ^ (bits >> np.uint64(27))) * np.uint64(0x94D049BB133111EB)
    return bits ^ (bits >> np.uint64(31))


def ordinals(lanes: Lanes) -> npt.NDArray[np.int64]:
    """0 for the first row of each hash in file order, 1 for the second equal one, and so on."""
    order = np.lexsort((lanes[1], lanes[0]))
    first, second = lanes[0][order], lanes[1][order]
    starts = np.ones(len(order), dtype=np.bool_)
    starts[1:] = (first[1:] != first[:-1]) | (second[1:] != second[:-1])
    group_start = np.maximum.accumulate(np.where(starts, np.arange(len(order)), 0))
    found = np.empty(len(order), dtype=np.int64)
    found[order] = np.arange(len(order)) - group_start
    return found


def key_texts(lanes: Lanes, ordinal: npt.NDArray[np.int64]) -> npt.NDArray[np.object_]:
    """Sixteen letters of 80 hash bits for each row, with ".1", ".2" ... for the later ones of equal rows."""
    letters = np.empty((len(ordinal), 16), dtype=np.uint8)
    for digit in range(16):
        lane, shift = (lanes[0], 5 * digit) if digit < 12 else (lanes[1], 5 * (digit - 12))
        letters[:, digit] = _ALPHABET[((lane >> np.uint64(shift)) & np.uint64(31)).astype(np.intp)]
    keys = letters.view("S16").ravel().astype("U16").astype(object)
    for place in np.flatnonzero(ordinal):
        keys[place] = f"{keys[place]}.{ordinal[place]}"
    return np.asarray(keys, dtype=object)


def choose_keys(references: Sequence[str] | npt.NDArray[np.object_] | None, rows: npt.NDArray[np.object_]) -> Any:
    """The reference where the row has one, else its row key."""
    if references is None:
        return rows
    given = np.asarray(references, dtype=object)
    return np.where(given == "", rows, given)
