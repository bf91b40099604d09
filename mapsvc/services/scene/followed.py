"""Followed arrays: what is costly to make of a million rows is carried on when single rows change or come."""

from __future__ import annotations

import threading
from collections.abc import Callable
from dataclasses import dataclass
from typing import Generic, TypeVar

import numpy as np
import numpy.typing as npt

from mapsvc.services.scene.columns import Key, Snapshot
from mapsvc.services.scene.interval import Days, cut_days

IntArray = npt.NDArray[np.int64]
Value = TypeVar("Value")


class Followed(Generic[Value]):
    """Keeps the newest value; safe from several threads.

    make(snapshot): the value anew. carry(value, snapshot, rows): the value when only these rows changed or came since,
    None = it has to be made anew.
    """

    def __init__(
        self, make: Callable[[Snapshot], Value], carry: Callable[[Value, Snapshot, IntArray], Value | None]
    ) -> None:
        self._make = make
        self._carry = carry
        self._lock = threading.Lock()
        self._kept: tuple[Key, Value] | None = None

    def get(self, snapshot: Snapshot) -> Value:
        """The value of this snapshot."""
        with self._lock:
            if self._kept is not None:
                key, value = self._kept
                if key == snapshot.key:
                    return value
                rows = snapshot.rows_since(key)
                carried = self._carry(value, snapshot, rows) if rows is not None else None
                if carried is not None:
                    self._kept = snapshot.key, carried
                    return carried
            value = self._make(snapshot)
            self._kept = snapshot.key, value
            return value


@dataclass(frozen=True, slots=True, eq=False)
class Order:
    """Rows by time of occurrence, of equal times by row. rows, times: ascending; occurred: the column."""

    rows: IntArray
    times: IntArray
    occurred: IntArray


def make_order(snapshot: Snapshot) -> Order:
    """All rows sorted."""
    occurred = snapshot.columns.occurred_at
    rows = np.argsort(occurred, kind="stable")
    return Order(rows, occurred[rows], occurred)


def carry_order(order: Order, snapshot: Snapshot, rows: IntArray) -> Order:
    """The order with new rows put in, and those moved whose time changed."""
    occurred, n = snapshot.columns.occurred_at, len(order.occurred)
    old = rows[rows < n]
    moved = old[order.occurred[old] != occurred[old]]
    kept_rows, kept_times = order.rows, order.times
    if len(moved):
        stays = ~np.isin(kept_rows, moved)
        kept_rows, kept_times = kept_rows[stays], kept_times[stays]
    put = np.concatenate([moved, rows[rows >= n]])
    put = put[np.argsort(occurred[put], kind="stable")]
    if not len(put):
        return Order(kept_rows, kept_times, occurred)
    # Of equal times the row decides: only rows that moved can come before one that is there.
    places = np.searchsorted(kept_times, occurred[put], side="right")
    for number in np.flatnonzero(put < n):
        first = np.searchsorted(kept_times, occurred[put[number]], side="left")
        places[number] = first + np.searchsorted(kept_rows[first : places[number]], put[number])
    return Order(np.insert(kept_rows, places, put), np.insert(kept_times, places, occurred[put]), occurred)


@dataclass(frozen=True, slots=True, eq=False)
class DaysOf:
    """Days, with the times they were cut of."""

    days: Days
    occurred: IntArray


def follow_days(tz: str) -> Followed[DaysOf]:
    """The calendar day of each row in a zone."""

    def make(snapshot: Snapshot) -> DaysOf:
        occurred = snapshot.columns.occurred_at
        return DaysOf(cut_days(occurred, tz), occurred)

    def carry(kept: DaysOf, snapshot: Snapshot, rows: IntArray) -> DaysOf | None:
        occurred, n = snapshot.columns.occurred_at, len(kept.occurred)
        old, new = rows[rows < n], rows[rows >= n]
        if not n or (kept.occurred[old] != occurred[old]).any():
            return None
        if not len(new):
            return DaysOf(kept.days, occurred)
        days = kept.days
        cut = cut_days(occurred[new], tz)
        shift = (cut.first - days.first).days
        if shift < 0:
            return None
        index = np.concatenate([days.index, cut.index + np.int32(shift)])
        return DaysOf(Days(days.first, max(days.count, shift + cut.count), index), occurred)

    return Followed(make, carry)


def follow_order() -> Followed[Order]:
    """Rows by time of occurrence."""
    return Followed(make_order, carry_order)
