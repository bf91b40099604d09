"""Batches of incidents made ready for any store: lists of plain values, checked. No I/O."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from itertools import compress
from typing import Any

import numpy as np
import numpy.typing as npt

from mapsvc.errors import BadInput
from mapsvc.model.incident import BATCH_DEFAULTS, CERTAINTIES, STATUSES, IncidentBatch
from mapsvc.model.place import Method

TEXTS = (
    "channel_ref",
    "task_type",
    "title",
    "text",
    "address",
    "grid_code",
    "datum",
    "method",
    "precision",
    "departments",
    "shares",
)
INTEGERS = ("occurred_at", "reported_at", "dispatched_at", "closed_at", "due_at", "level", "status", "certainty")
REALS = ("grid_share", "accuracy_m")
_METHODS = frozenset(method.value for method in Method)
_UPPER = {"status": len(STATUSES) - 1, "certainty": len(CERTAINTIES) - 1}

BoolArray = npt.NDArray[np.bool_]


class Rows:
    """A checked batch: `text`, `integer` and `real` give any column as n values of one type.

    A scalar column stays a scalar until it is asked for, so that a batch with few columns stays small.
    """

    def __init__(self, batch: IncidentBatch) -> None:
        """Raises BadInput with the column in `field`."""
        self.channel = batch.channel
        self.n = batch.n
        self._batch = batch
        unknown = sorted(set(batch.columns) - set(BATCH_DEFAULTS))
        if unknown:
            raise BadInput(f'Incidents have no column "{unknown[0]}".', field=unknown[0])
        for name in BATCH_DEFAULTS:
            value = batch.column(name)
            if value is None:
                raise BadInput(f'Incidents need the column "{name}".', field=name)
            if not _is_scalar(value) and len(value) != batch.n:
                raise BadInput(f'The column "{name}" has {len(value)} values for {batch.n} rows.', field=name)

    def is_constant(self, name: str) -> bool:
        """True where one value stands for all rows."""
        return _is_scalar(self._batch.column(name))

    def constant(self, name: str) -> Any:
        """The one value of a constant column."""
        return self._batch.column(name)

    def text(self, name: str) -> list[str]:
        """A text column as a list of str."""
        value = self._batch.column(name)
        if _is_scalar(value):
            return [str(value)] * self.n
        plain: Sequence[Any] = value.tolist() if hasattr(value, "tolist") else list(value)
        return [item if type(item) is str else str(item) for item in plain]

    def methods(self) -> list[str]:
        """How the positions came about; BadInput for a word that is no Method."""
        words = self.text("method")
        if unknown := sorted(set(words) - _METHODS):
            raise BadInput(f'"{unknown[0]}" is no known way to find a position.', field="method")
        return words

    def integer(self, name: str) -> npt.NDArray[np.int64]:
        """A column of whole numbers; BadInput where a value is none or not a known code."""
        numbers = self._numbers(name, np.int64)
        if name in _UPPER and self.n and (numbers.min() < 0 or numbers.max() > _UPPER[name]):
            raise BadInput(f'The column "{name}" has a code outside 0 to {_UPPER[name]}.', field=name)
        return numbers

    def real(self, name: str) -> npt.NDArray[np.float64]:
        """A column of floating point numbers, NaN = none."""
        return self._numbers(name, np.float64)

    def flag(self, name: str) -> BoolArray:
        """A column of yes and no."""
        return self._numbers(name, np.bool_)

    def points(self) -> tuple[npt.NDArray[np.float64], npt.NDArray[np.float64]]:
        """lon and lat in degrees, NaN in both while unlocated; BadInput for half a point or an infinite one."""
        return self._pairs("lon", "lat")

    def given(self) -> tuple[npt.NDArray[np.float64], npt.NDArray[np.float64]]:
        """The positions as they came, NaN in both where that is lon, lat; BadInput for half of one."""
        return self._pairs("given_x", "given_y")

    def _pairs(self, first: str, second: str) -> tuple[npt.NDArray[np.float64], npt.NDArray[np.float64]]:
        one, other = self.real(first), self.real(second)
        if np.isinf(one).any() or np.isinf(other).any() or (np.isnan(one) != np.isnan(other)).any():
            raise BadInput(f"A point needs a finite {first} and a finite {second}, or neither.", field=first)
        return one, other

    def _numbers(self, name: str, dtype: Any) -> npt.NDArray[Any]:
        value = self._batch.column(name)
        try:
            given = np.asarray(value)
            if dtype is np.int64 and given.dtype.kind == "f" and not np.isfinite(given).all():
                raise ValueError("not a number")
            numbers = given.astype(dtype, copy=False)
        except (TypeError, ValueError, OverflowError) as error:
            raise BadInput(f'The column "{name}" holds something that is not a number.', field=name) from error
        return np.full(self.n, numbers, dtype=dtype) if numbers.ndim == 0 else numbers


def mark_new(refs: Sequence[str], find_stored: Callable[[list[str]], set[str]]) -> BoolArray:
    """True for each ref that is neither stored nor came earlier in the batch.

    find_stored gets the distinct refs and returns those that are stored already.
    """
    # dict.setdefault keeps the first position of every ref: the later ones are duplicates inside the batch.
    first = dict(zip(reversed(refs), range(len(refs) - 1, -1, -1), strict=True))
    is_new = np.zeros(len(refs), dtype=np.bool_)
    is_new[np.fromiter(first.values(), dtype=np.int64, count=len(first))] = True
    stored = find_stored(list(first))
    if stored:
        is_new[[first[ref] for ref in stored]] = False
    return is_new


def keep(values: Any, is_new: BoolArray) -> list[Any]:
    """The values of the new rows as a list of plain Python values."""
    if isinstance(values, np.ndarray):
        plain: list[Any] = (values if is_new.all() else values[is_new]).tolist()
        return plain
    return list(values) if is_new.all() else list(compress(values, is_new.tolist()))


def _is_scalar(value: Any) -> bool:
    return isinstance(value, str | int | float | bool | np.generic)
