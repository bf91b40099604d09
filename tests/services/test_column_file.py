"""Columns kept between two starts are believed only where they are of this very journal."""

from __future__ import annotations

from pathlib import Path

import numpy as np
import pytest
from column_samples import CountingStore, add, change, same, square_store

from mapsvc.services.scene import columns as columns_module
from mapsvc.services.scene.column_file import load_column_file, save_column_file
from mapsvc.services.scene.columns import ColumnCache
from mapsvc.services.scene.journal import Journal
from mapsvc.store.memory import MemoryStore


def test_a_second_start_reads_the_kept_file_and_only_the_rows_after_it(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(columns_module, "_WORTH_SAVING", 1)
    store = CountingStore()
    add(store, "ab", "waste", "20")
    ColumnCache(store, tmp_path).get(Journal(store).marks())
    add(store, "c", "appeal", "10")
    store.reads.clear()
    change(store, 1, status="closed", task_type="noise")
    got = ColumnCache(store, tmp_path).get(Journal(store).marks()).columns
    assert store.reads == [2]
    same(got, MemoryStore.load_columns(store))
    # What was brought up to date was kept: the next start reads no row.
    store.reads.clear()
    same(ColumnCache(store, tmp_path).get(Journal(store).marks()).columns, got)
    assert store.reads == []


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


def test_a_kept_file_is_not_believed_after_rows_changed_in_place(tmp_path: Path) -> None:
    store = square_store()
    path = tmp_path / "columns.npz"
    save_column_file(path, store, store.seq(), store.load_columns())
    store.reassign("p1", np.array([1]), ["33"], np.array([0], np.int32), np.array([0], np.int8), at=1, post="t")
    assert load_column_file(path, store, store.seq()) is None
