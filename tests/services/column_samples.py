"""What the tests of the columns share: stores to follow, rows to put in, and columns as words."""

from __future__ import annotations

from dataclasses import fields
from typing import Any

import numpy as np

from mapsvc.model.case import Change
from mapsvc.model.incident import IncidentBatch, IncidentColumns
from mapsvc.ports import Store
from mapsvc.services.scene.columns import Snapshot
from mapsvc.store.memory import MemoryStore


class CountingStore(MemoryStore):
    """A memory store that remembers what was read."""

    def __init__(self) -> None:
        super().__init__()
        self.reads: list[int] = []

    def load_columns(self, after_fid: int = 0) -> IncidentColumns:
        self.reads.append(after_fid)
        return super().load_columns(after_fid)


def add(store: Store, refs: str, task_type: str, grid: str) -> None:
    n = len(refs)
    batch = IncidentBatch(
        "c",
        n,
        {
            "channel_ref": list(refs),
            "task_type": [task_type] * n,
            "occurred_at": np.arange(n) + 1000,
            "lon": 1.0,
            "lat": 2.0,
            "grid_code": [grid] * n,
        },
    )
    store.add_incidents(batch, at=1, post="t", source="t")


def as_told(columns: IncidentColumns) -> list[tuple[int, str, str]]:
    """fid, task type and grid as words: equal however the codes are numbered."""
    grids = [*columns.grid_codes, ""]
    return [
        (int(fid), columns.task_types[kind], grids[grid])
        for fid, kind, grid in zip(columns.fid, columns.task_type, columns.grid, strict=True)
    ]


def same(got: IncidentColumns, whole: IncidentColumns) -> None:
    """The same rows; tables may hold words that no row uses any more."""
    for item in fields(IncidentColumns):
        one, other = getattr(got, item.name), getattr(whole, item.name)
        if item.name in ("task_type", "grid"):
            table = {"task_type": "task_types", "grid": "grid_codes"}[item.name]
            one, other = (np.array([*getattr(each, table), ""])[getattr(each, item.name)] for each in (got, whole))
        elif item.name in ("task_types", "grid_codes"):
            assert list(one) == sorted({*one, *other})
            continue
        np.testing.assert_array_equal(one, other, err_msg=item.name)
        assert getattr(got, item.name).dtype == getattr(whole, item.name).dtype


def change(store: Store, fid: int, **values: object) -> None:
    revision = store.get_incident(f"i{fid}").revision
    store.change_incidents([Change(f"i{fid}", revision, "incident.moved", values)], at=1, post="t")


def told_wholly(snapshot: Snapshot) -> list[Any]:
    """Every row as plain values, NaN as a word."""
    columns = snapshot.columns
    types, grids = np.array([*columns.task_types, ""]), np.array([*columns.grid_codes, ""])
    skipped = ("task_type", "grid", "task_types", "grid_codes")
    parts = [getattr(columns, item.name).tolist() for item in fields(columns) if item.name not in skipped]
    rows = zip(*parts, types[columns.task_type].tolist(), grids[columns.grid].tolist(), strict=True)
    return [tuple(map(str, row)) for row in rows]


def square_store() -> CountingStore:
    """Two incidents in the square's first grid."""
    from square import square_plan

    store = CountingStore()
    store.put_plan(square_plan(), at=1, post="t")
    add(store, "ab", "waste", "11")
    return store
