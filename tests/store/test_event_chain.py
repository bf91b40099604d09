"""The journal's chain: equal journals have equal hashes in every store, and any change of a line shows."""

from __future__ import annotations

import shutil
import sqlite3
from collections.abc import Iterable
from contextlib import closing
from dataclasses import replace
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st
from store_samples import batch, plan

from mapsvc.errors import BadInput
from mapsvc.model.case import Call, Change
from mapsvc.model.channel import Channel
from mapsvc.model.community import Community
from mapsvc.model.event import Link, chain_hash
from mapsvc.ports import Store
from mapsvc.store.chain import event_of, link_of
from mapsvc.store.events import Entry
from mapsvc.store.memory import MemoryStore
from mapsvc.store.sqlite import SqliteStore

AT, POST = 1_760_000_000, "cli"


def fill(store: Store) -> Store:
    store.put_community(Community("榆 <b>"), at=AT, post=POST)
    store.put_plan(plan(), at=AT, post=POST)
    store.add_incidents(batch(["a", "b"]), at=AT, post="app", source="app", kind="incidents.reported")
    store.put_setting("limits", {"z": 1.5, "a": [None, True, "网格"]}, revision=0, at=AT, post=POST)
    calls = (Call("post:p1", True, AT),)
    step = Change("i1", 0, "incident.dispatched", {"level": 2}, calls, data={"why": "近", "n": 1e-7})
    store.change_incidents([step], at=AT, post="desk")
    store.put_channel(Channel("app", "App"), at=AT, post=POST)
    return store


def first_broken(links: Iterable[Link]) -> int | None:
    """seq of the first line that does not fit the lines before it."""
    before = ""
    for seq, link in enumerate(links, start=1):
        told = chain_hash(before, link.seq, link.at, link.post, link.kind, link.subject, link.data)
        if (link.seq, link.hash) != (seq, told):
            return seq
        before = link.hash
    return None


def test_equal_journals_have_equal_hashes_in_every_store(empty_file: Path, tmp_path: Path):
    file = fill(SqliteStore.open(Path(shutil.copy(empty_file, tmp_path / "store.gpkg"))))
    memory = fill(MemoryStore())
    links = list(memory.iter_links())
    assert list(file.iter_links()) == links
    assert first_broken(links) is None
    assert len({link.hash for link in links}) == 6
    file.close()


def test_the_lines_tell_what_the_events_tell_and_can_be_read_from_any_place(store: Store):
    fill(store)
    links = list(store.iter_links())
    assert [event_of(link) for link in links] == store.list_events()
    assert links[3].data == '{"revision":1,"value":{"a":[null,true,"网格"],"z":1.5}}'
    assert list(store.iter_links(after=4)) == links[4:]
    assert list(store.iter_links(after=6)) == []


@pytest.mark.parametrize("column", ["at", "post", "kind", "subject", "data", "hash", "seq"])
def test_a_line_that_another_program_changed_is_found(tmp_path: Path, column: str):
    path = tmp_path / "store.gpkg"
    fill(SqliteStore.open(path)).close()
    with closing(sqlite3.connect(path)) as other, other:
        value = {"at": AT + 1, "seq": 40, "data": '{"channel": "911"}'}.get(column, "x")
        other.execute(f'UPDATE event SET "{column}" = ? WHERE seq = 3', (value,))
    store = SqliteStore.open(path)
    assert first_broken(store.iter_links()) == 3
    store.close()


def test_a_line_that_another_program_took_out_is_found(tmp_path: Path):
    path = tmp_path / "store.gpkg"
    fill(SqliteStore.open(path)).close()
    with closing(sqlite3.connect(path)) as other, other:
        other.execute("DELETE FROM event WHERE seq = 2")
    store = SqliteStore.open(path)
    assert first_broken(store.iter_links()) == 2
    store.close()


JSON = st.recursive(
    st.one_of(st.none(), st.booleans(), st.integers(-(2**53), 2**53), st.floats(allow_nan=False), st.text()),
    lambda inner: st.one_of(st.lists(inner, max_size=3), st.dictionaries(st.text(), inner, max_size=3)),
    max_leaves=6,
)


@given(data=st.dictionaries(st.text(), JSON, max_size=4), text=st.text(), at=st.integers(0, 2**40))
def test_a_line_depends_on_its_content_and_not_on_the_order_it_was_written_in(data: dict, text: str, at: int):
    entry = Entry(at, text, "x.y", text, data)
    link = link_of("before", 7, entry)
    assert link_of("before", 7, replace(entry, data=dict(reversed(data.items())))) == link
    assert event_of(link).data == data
    assert link_of("else", 7, entry).hash != link.hash
    assert link_of("before", 8, entry).hash != link.hash
    # A letter that moves from one field to the next makes another line.
    moved = link_of("before", 7, replace(entry, post=text + "a", subject=text))
    assert moved.hash != link_of("before", 7, replace(entry, post=text, subject="a" + text)).hash


def test_the_history_of_a_thing_is_the_newest_of_its_events_oldest_first(store: Store):
    fill(store)
    for revision in range(1, 6):
        store.change_incidents([Change("i1", revision, "incident.edited", {"level": revision})], at=AT, post=POST)
    history = store.list_history("i1")
    assert [event.data["revision"] for event in history] == [1, 2, 3, 4, 5, 6]
    assert [event.data["revision"] for event in store.list_history("i1", limit=2)] == [5, 6]
    assert store.list_history("i1", limit=0) == store.list_history("i2") == []
    assert [event.kind for event in store.list_history("app")] == ["incidents.reported", "channel.set"]


def test_a_note_tells_of_something_and_changes_nothing(store: Store):
    fill(store)
    event = store.add_note("incident.seen", "i1", {"place": True}, at=AT, post="desk")
    assert store.list_history("i1")[-1] == event
    assert (event.kind, event.data, event.post) == ("incident.seen", {"place": True}, "desk")
    assert store.get_incident("i1").revision == 1
    store.add_note("geocode.asked", "amap", {"n": 1}, at=AT, post="desk")
    assert first_broken(store.iter_links()) is None


@pytest.mark.parametrize("kind", ["incident.closed", "incident.reported", "plan.published", "setting.set", "seen"])
def test_a_note_cannot_pass_for_a_change(store: Store, kind: str):
    with pytest.raises(BadInput) as caught:
        store.add_note(kind, "i1", {}, at=AT, post="desk")
    assert (caught.value.field, store.seq()) == ("kind", 0)


def test_half_a_character_is_refused_by_the_journal(store: Store):
    with pytest.raises(BadInput, match="surrogate"):
        store.add_note("geocode.asked", "\ud800", {}, at=AT, post="desk")
    assert store.seq() == 0
