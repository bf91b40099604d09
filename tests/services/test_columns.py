"""The columns in memory follow the journal: rows that come, rows that change."""

from __future__ import annotations

from dataclasses import fields, replace
from pathlib import Path
from typing import Any

import numpy as np
import pytest
from column_samples import CountingStore, add, as_told, change, same, square_store, told_wholly
from hypothesis import given, settings
from hypothesis import strategies as st
from square import square_plan

from mapsvc.model.account import Account, Role
from mapsvc.model.address import Correction
from mapsvc.model.channel import Channel
from mapsvc.model.incident import IncidentColumns
from mapsvc.services.scene import columns as columns_module
from mapsvc.services.scene.columns import ColumnCache, Snapshot
from mapsvc.services.scene.growing import Growing
from mapsvc.services.scene.journal import Journal, part_of
from mapsvc.store.memory import MemoryStore
from mapsvc.store.sqlite import SqliteStore


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


def test_rows_that_were_reassigned_are_read_anew() -> None:
    store = square_store()
    cache, journal = ColumnCache(store), Journal(store)
    before = cache.get(journal.marks())
    store.reassign("p1", np.array([1]), ["33"], np.array([0], np.int32), np.array([0], np.int8), at=1, post="t")
    after = cache.get(journal.marks())
    assert as_told(before.columns)[0][2] == "11"
    assert as_told(after.columns)[0][2] == "33"
    assert after.key != before.key


def test_rows_appended_to_none_and_none_appended_to_rows() -> None:
    store = MemoryStore()
    empty = store.load_columns()
    add(store, "ab", "waste", "20")
    some = store.load_columns()
    for first, second in ((empty, some), (some, empty)):
        growing = Growing(first)
        growing.append(second)
        same(growing.columns, some)


def test_one_row_more_copies_no_array_and_what_was_handed_out_stays() -> None:
    store = CountingStore()
    cache, journal = ColumnCache(store), Journal(store)
    add(store, "ab", "waste", "20")
    cache.get(journal.marks())
    add(store, "c", "waste", "20")
    before = cache.get(journal.marks())
    add(store, "d", "waste", "20")
    after = cache.get(journal.marks())
    assert all(
        np.shares_memory(getattr(before.columns, name), getattr(after.columns, name))
        for name in ("fid", "lon", "lat", "occurred_at", "grid", "status")
    )
    assert (before.columns.fid.tolist(), after.columns.fid.tolist()) == ([1, 2, 3], [1, 2, 3, 4])


def test_a_changed_row_is_read_alone_and_only_what_differs_is_copied() -> None:
    store = CountingStore()
    cache, journal = ColumnCache(store), Journal(store)
    add(store, "abc", "waste", "20")
    before = cache.get(journal.marks())
    change(store, 2, status="closed", grid_code="10")
    store.add_note("incident.seen", "i1", {}, at=1, post="t")
    after = cache.get(journal.marks())
    assert store.reads == [0]
    assert (before.columns.status.tolist(), after.columns.status.tolist()) == ([0, 0, 0], [0, 10, 0])
    assert as_told(before.columns)[1] == (2, "waste", "20")
    assert as_told(after.columns)[1] == (2, "waste", "10")
    assert np.shares_memory(before.columns.lon, after.columns.lon)
    assert after.key != before.key
    rows = after.rows_since(before.key)
    assert rows is not None
    assert rows.tolist() == [1]


def test_a_look_at_a_matter_an_account_and_a_setting_change_no_row() -> None:
    store = CountingStore()
    cache, journal = ColumnCache(store), Journal(store)
    add(store, "ab", "waste", "20")
    first, marks = cache.get(journal.marks()), journal.marks()
    store.add_note("incident.seen", "i1", {}, at=1, post="t")
    store.put_account(Account("desk", Role.VIEWER, "Desk"), kind="account.added", at=1, post="t")
    store.put_channel(Channel("app", "App"), at=1, post="t")
    assert journal.marks() == replace(marks, seq=marks.seq + 3)
    store.put_setting("limits", {}, revision=0, at=1, post="t")
    store.put_correction(Correction("elm 1", "1 Elm", 1.0, 2.0), at=1, post="t")
    now = journal.marks()
    assert (now.registers, now.sites, now.rewritten, now.changed) == (5, 6, marks.rewritten, marks.changed)
    assert cache.get(now).key == first.key


def test_what_changed_before_the_memory_of_a_snapshot_cannot_be_told(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(columns_module, "_REMEMBERED", 2)
    store = MemoryStore()
    cache, journal = ColumnCache(store), Journal(store)
    add(store, "abcd", "waste", "20")
    keys = [cache.get(journal.marks()).key]
    for fid in (1, 2, 3):
        change(store, fid, level=3, status="closed")
        keys.append(cache.get(journal.marks()).key)
    last = cache.get(journal.marks())
    told = [last.rows_since(key) for key in keys]
    assert told[0] is None
    assert [rows.tolist() for rows in told[1:] if rows is not None] == [[1, 2], [2], []]


STEPS = st.lists(
    st.one_of(
        st.tuples(st.just("add"), st.sampled_from(["waste", "noise", "appeal"]), st.sampled_from(["", "11", "20"])),
        st.tuples(st.just("change"), st.integers(0, 5), st.sampled_from(["", "11", "33"])),
        st.tuples(st.just("move"), st.integers(0, 5), st.sampled_from([None, 98.5])),
        st.tuples(st.just("assign"), st.integers(0, 5), st.just("")),
        st.tuples(st.just("look"), st.just(0), st.just("")),
    ),
    max_size=14,
)


@settings(max_examples=60, deadline=None)
@given(steps=STEPS)
def test_whatever_happens_the_columns_are_those_of_the_store_and_old_ones_stay(
    steps: list[tuple[str, Any, Any]],
) -> None:
    store = MemoryStore()
    store.put_plan(square_plan(), at=1, post="t")
    cache, journal = ColumnCache(store), Journal(store)
    seen: list[tuple[Snapshot, list[Any]]] = []
    for number, (step, what, value) in enumerate(steps):
        n = store.count_incidents()
        if step == "add":
            add(store, chr(0x4E00 + number), what, value)
        elif step == "look":
            snapshot = cache.get(journal.marks())
            same(snapshot.columns, store.load_columns())
            seen.append((snapshot, told_wholly(snapshot)))
        elif what < n and step == "change":
            change(store, what + 1, grid_code=value, status="closed", closed_at=number + 1)
        elif what < n and step == "move":
            change(store, what + 1, lon=value, lat=None if value is None else 39.7)
        elif what < n:
            codes = np.zeros(1, np.int32)
            store.reassign("p1", np.array([what + 1]), ["22"], codes, codes.astype(np.int8), at=1, post="t")
    last = cache.get(journal.marks())
    same(last.columns, store.load_columns())
    now = told_wholly(last)
    for snapshot, then in seen:
        assert told_wholly(snapshot) == then
        rows = last.rows_since(snapshot.key)
        if rows is not None:
            untouched = set(range(len(now))) - set(rows.tolist())
            assert [now[row] for row in sorted(untouched)] == [then[row] for row in sorted(untouched)]


def test_a_second_process_follows_what_the_first_one_did(tmp_path: Path) -> None:
    mine, theirs = (SqliteStore.open(tmp_path / "store.gpkg") for _ in range(2))
    cache, journal = ColumnCache(theirs), Journal(theirs)
    add(mine, "ab", "waste", "20")
    cache.get(journal.marks())
    for number in range(5):
        add(mine, f"{number}", "noise", "33")
        change(mine, number + 1, status="dispatched", dispatched_at=number + 1)
        same(cache.get(journal.marks()).columns, mine.load_columns())
    mine.close()
    theirs.close()


@pytest.mark.parametrize(
    ("kinds", "part"),
    [
        ("incident.reported incidents.reported incidents.imported", "appended"),
        ("incident.dispatched incident.moved incident.merged incident.undone", "changed"),
        ("incidents.reassigned incidents.unheard_of unheard_of", "rewritten"),
        ("community.set task_types.set departments.set posts.set setting.set jurisdictions.set", "registers"),
        ("sites.imported addresses.imported addresses.corrected", "sites"),
        ("plan.published plan.drafted", "plans"),
        ("draft.started draft.edited", "drafts"),
        ("account.signed_in key.made channel.set webhook.set session.ended geocode.asked incident.seen", ""),
    ],
)
def test_each_kind_of_event_moves_the_part_it_touches(kinds: str, part: str) -> None:
    assert {part_of(kind) for kind in kinds.split()} == {part}
