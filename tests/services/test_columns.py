from __future__ import annotations

from dataclasses import fields
from pathlib import Path

import numpy as np
import pytest

from mapsvc.model.incident import IncidentBatch, IncidentColumns
from mapsvc.services.scene import columns as columns_module
from mapsvc.services.scene.column_file import load_column_file, save_column_file
from mapsvc.services.scene.columns import ColumnCache, append
from mapsvc.services.scene.journal import Journal
from mapsvc.store.memory import MemoryStore


class CountingStore(MemoryStore):
    """A memory store that remembers what was read."""

    def __init__(self) -> None:
        super().__init__()
        self.reads: list[int] = []

    def load_columns(self, after_fid: int = 0) -> IncidentColumns:
        self.reads.append(after_fid)
        return super().load_columns(after_fid)


def add(store: MemoryStore, refs: str, task_type: str, grid: str) -> None:
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


def test_appended_rows_are_read_alone_and_codes_keep_their_meaning() -> None:
    store = CountingStore()
    cache, journal = ColumnCache(store), Journal(store)
    add(store, "ab", "waste", "20")
    cache.get(journal.marks())
    add(store, "cd", "appeal", "10")
    add(store, "e", "waste", "")
    got = cache.get(journal.marks()).columns
    assert store.reads == [0, 2]
    assert got.task_types == ("appeal", "waste")
    assert as_told(got) == [
        (1, "waste", "20"),
        (2, "waste", "20"),
        (3, "appeal", "10"),
        (4, "appeal", "10"),
        (5, "waste", ""),
    ]
    whole = MemoryStore.load_columns(store)
    for item in fields(IncidentColumns):
        assert np.array_equal(getattr(got, item.name), getattr(whole, item.name)), item.name


def test_nothing_is_read_while_the_journal_stands_still_or_tells_of_other_things() -> None:
    from mapsvc.model.post import Post

    store = CountingStore()
    cache, journal = ColumnCache(store), Journal(store)
    add(store, "ab", "waste", "20")
    first = cache.get(journal.marks())
    assert cache.get(journal.marks()) is first
    store.put_posts([Post("p", "r", "n")], at=1, post="t")
    again = cache.get(journal.marks())
    assert again.seq == first.seq + 1
    assert again.key == first.key
    assert store.reads == [0]


def test_rows_that_were_reassigned_are_read_anew(square_store: CountingStore) -> None:
    store = square_store
    cache, journal = ColumnCache(store), Journal(store)
    before = cache.get(journal.marks())
    store.reassign("p1", np.array([1]), ["33"], np.array([0], np.int32), np.array([0], np.int8), at=1, post="t")
    after = cache.get(journal.marks())
    assert as_told(before.columns)[0][2] == "11"
    assert as_told(after.columns)[0][2] == "33"
    assert after.key != before.key


def test_merging_with_an_empty_side_gives_the_other() -> None:
    store = MemoryStore()
    empty = store.load_columns()
    add(store, "ab", "waste", "20")
    some = store.load_columns()
    assert append(empty, some) is some
    assert append(some, empty) is some


def test_a_second_start_reads_the_kept_file_and_only_the_rows_after_it(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(columns_module, "_WORTH_SAVING", 1)
    store = CountingStore()
    add(store, "ab", "waste", "20")
    ColumnCache(store, tmp_path).get(Journal(store).marks())
    add(store, "c", "appeal", "10")
    store.reads.clear()
    got = ColumnCache(store, tmp_path).get(Journal(store).marks()).columns
    assert store.reads == [2]
    assert as_told(got) == as_told(MemoryStore.load_columns(store))


def test_a_kept_file_of_another_store_or_a_damaged_one_is_not_believed(tmp_path: Path) -> None:
    store, other = MemoryStore(), MemoryStore()
    add(store, "ab", "waste", "20")
    add(other, "xyz", "waste", "20")
    path = tmp_path / "columns.npz"
    save_column_file(path, store, store.seq(), store.load_columns())
    assert load_column_file(path, store, store.seq()) is not None
    assert load_column_file(path, other, other.seq()) is None
    whole = path.read_bytes()
    for damaged in (whole[:-40], whole[: len(whole) // 2], b"", b"PK\x03\x04nonsense"):
        path.write_bytes(damaged)
        assert load_column_file(path, store, store.seq()) is None


def test_a_kept_file_is_not_believed_after_rows_changed_in_place(tmp_path: Path, square_store: CountingStore) -> None:
    store = square_store
    path = tmp_path / "columns.npz"
    save_column_file(path, store, store.seq(), store.load_columns())
    store.reassign("p1", np.array([1]), ["33"], np.array([0], np.int32), np.array([0], np.int8), at=1, post="t")
    assert load_column_file(path, store, store.seq()) is None


@pytest.fixture
def square_store() -> CountingStore:
    from square import square_plan

    store = CountingStore()
    store.put_plan(square_plan(), at=1, post="t")
    add(store, "ab", "waste", "11")
    return store
