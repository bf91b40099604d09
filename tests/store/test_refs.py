"""Idempotency stays exact when keys collide."""

from __future__ import annotations

import shutil
from collections.abc import Iterator, Sequence
from pathlib import Path

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from store_samples import batch

from mapsvc.store import incident_batch, refs
from mapsvc.store.connection import Database
from mapsvc.store.memory import MemoryStore
from mapsvc.store.sqlite import SqliteStore

LAST = np.iinfo(np.int64).max


def all_the_same(channel: str, given: Sequence[str]) -> np.ndarray:
    return np.full(len(given), LAST, dtype=np.int64)


def three_keys(channel: str, given: Sequence[str]) -> np.ndarray:
    return np.array([len(ref) % 3 for ref in given], dtype=np.int64)


@pytest.fixture
def database(tmp_path: Path) -> Iterator[Database]:
    SqliteStore.open(tmp_path / "a.gpkg").close()
    made = Database(tmp_path / "a.gpkg")
    yield made
    made.close()


def add(database: Database, key_of: refs.KeyOf, given: list[str], channel: str = "911") -> list[bool]:
    with database.write() as connection:
        is_new, _, _ = incident_batch.add(connection, database.module.IntegrityError, batch(given, channel), key_of)
    return is_new.tolist()


def test_keys_are_the_same_on_every_machine():
    keys = refs.keys_of("911", ["a", "网格"])
    assert keys.tolist() == refs.keys_of("911", ["a", "网格"]).tolist()
    assert keys.tolist() == [-823340110474867000, 2153225952335618138]
    assert refs.keys_of("91", ["1a"])[0] != keys[0]


@pytest.mark.parametrize("key_of", [all_the_same, three_keys])
def test_different_references_with_one_key_are_all_kept_and_found_again(database: Database, key_of: refs.KeyOf):
    assert add(database, key_of, ["a", "b", "aa", "a"]) == [True, True, True, False]
    assert add(database, key_of, ["b", "c", "aa", "dddd"]) == [False, True, False, True]
    assert add(database, key_of, ["a", "c", "e"], channel="12345") == [True, True, True]
    assert add(database, key_of, ["a", "b", "aa", "c", "dddd"]) == [False] * 5


def test_a_key_whose_incident_another_program_deleted_does_not_stop_an_import(database: Database):
    add(database, refs.keys_of, ["a", "b"])
    with database.write() as connection:
        connection.exec_driver_sql("DELETE FROM incident WHERE fid = 2")
    assert add(database, refs.keys_of, ["b", "a", "c"]) == [True, False, True]


BATCHES = st.lists(st.tuples(st.sampled_from(["x", "y"]), st.lists(st.text(max_size=3), max_size=12)), max_size=4)


@settings(max_examples=20, deadline=None)
@given(batches=BATCHES)
def test_both_stores_agree_on_what_is_new(
    batches: list[tuple[str, list[str]]], empty_file: Path, tmp_path_factory: pytest.TempPathFactory
):
    path = shutil.copy(empty_file, tmp_path_factory.mktemp("refs") / "a.gpkg")
    memory, sqlite = MemoryStore(), SqliteStore.open(Path(path))
    for channel, given_refs in batches:
        one, two = (
            store.add_incidents(batch(given_refs, channel), at=1, post="cli", source="x") for store in (memory, sqlite)
        )
        assert one.is_new.tolist() == two.is_new.tolist()
        assert (one.first_fid, one.last_fid, one.event) == (two.first_fid, two.last_fid, two.event)
    assert memory.list_events() == sqlite.list_events()
    sqlite.close()
