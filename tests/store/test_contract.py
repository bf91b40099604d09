"""The contract of `mapsvc.ports.Store`, held by every store: the journal."""

from __future__ import annotations

import numpy as np
import pytest
from store_samples import batch, plan, sites

from mapsvc.errors import BadInput, Conflict
from mapsvc.model.community import Community
from mapsvc.model.incident import IncidentBatch
from mapsvc.model.post import Department, Post
from mapsvc.model.task_type import TaskType
from mapsvc.ports import Store

AT, POST = 1_760_000_000, "cli"


def add(store: Store, given: IncidentBatch):
    return store.add_incidents(given, at=AT, post=POST, source="calls.csv")


def test_an_empty_store_has_seq_0_and_no_events(store: Store):
    assert store.seq() == 0
    assert store.list_events() == []
    assert store.find_community() is None
    assert store.list_plans() == []
    assert store.count_incidents() == 0


def test_every_write_is_one_event_and_seq_has_no_gaps(store: Store):
    written = [
        store.put_community(Community("Elm"), at=AT, post=POST),
        store.put_task_types([TaskType("noise", "Noise")], at=AT, post=POST),
        store.put_departments([Department("pol", "Police")], at=AT, post=POST),
        store.put_posts([Post("c1", "grid_chief", "Chief of grid 1")], at=AT, post=POST),
        store.put_sites(sites(), at=AT, post=POST, source="places.geojson"),
        store.put_plan(plan(), at=AT, post=POST),
        add(store, batch(["a", "b"])).event,
        store.reassign(
            "p1", np.array([1]), ["G00"], np.array([0], np.int32), np.array([0], np.int8), at=AT, post="planner"
        ),
    ]
    assert [event.seq for event in written if event] == [1, 2, 3, 4, 5, 6, 7, 8]
    assert store.seq() == 8
    assert store.list_events() == written
    assert [event.kind for event in store.list_events(after=4)] == [
        "sites.imported",
        "plan.drafted",
        "incidents.imported",
        "incidents.reassigned",
    ]
    assert [event.seq for event in store.list_events(after=2, limit=3)] == [3, 4, 5]
    assert (written[-1].at, written[-1].post, written[-1].subject) == (AT, "planner", "p1")


def test_a_refused_write_leaves_no_event(store: Store):
    store.put_plan(plan(), at=AT, post=POST)
    with pytest.raises(Conflict):
        store.put_plan(plan(), at=AT, post=POST)
    with pytest.raises(BadInput):
        add(store, IncidentBatch("911", 1, {"channel_ref": ["a"], "task_type": "noise"}))
    assert store.seq() == 1
    assert store.count_incidents() == 0


def test_info_names_the_kind_and_whether_it_is_safe(store: Store):
    info = store.info()
    assert info["kind"] in {"memory", "sqlite"}
    assert isinstance(info["is_safe"], bool)
