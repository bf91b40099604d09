"""Drafts, edits and publications for the store tests."""

from __future__ import annotations

from dataclasses import replace
from datetime import date
from typing import Any

import numpy as np
from store_samples import batch, edition

from mapsvc.model.draft import Draft, DraftStatus, Edit, Kept
from mapsvc.model.incident import CERTAINTY_CODE, Certainty
from mapsvc.ports import Basis, Publication, Store

AT, POST = 1_760_000_000, "planner"
FIRST, NEXT = date(2026, 1, 1), date(2026, 12, 1)
SURE = CERTAINTY_CODE[Certainty.CERTAIN]


def edit(name: str = "a", **changes: Any) -> Edit:
    values: dict[str, Any] = {
        "command": {"kind": "split", "code": "G00", "line": [[98.4812345678901, 39.72], [98.485, 39.73]], "n": None},
        "reason": f"因为 {name}",
        "delta": b"\x00\xff" + name.encode(),
        "effect": {"moved": 3, "open": 1},
    }
    return Edit(position=0, revision=0, **(values | changes))


def draft(draft_id: str = "d1", **changes: Any) -> Draft:
    return replace(Draft(draft_id, "Spring 春", base_id="p1", parent_id="p1"), **changes)


def start(store: Store, draft_id: str = "d1") -> Draft:
    """A store with the edition p1, four incidents, and an open draft of p1."""
    if not store.list_plans():
        store.put_plan(edition("p1", FIRST), at=AT, post=POST)
        given = batch(["a", "b", "c", "d"], grid_code=["G00", "G11", "G11", "G22"], certainty=1, grid_share=0.7)
        store.add_incidents(given, at=AT, post=POST, source="x")
    store.add_draft(draft(draft_id), at=AT, post=POST)
    return store.get_draft(draft_id)


def review(store: Store, draft_id: str = "d1", day: date = NEXT) -> Draft:
    """The draft sent to review."""
    stored = store.get_draft(draft_id)
    facts = replace(stored, status=DraftStatus.IN_REVIEW, valid_from=day, edition_name="Edition 2")
    return store.set_draft(facts, kind="draft.submitted", revision=stored.revision, at=AT, post=POST)


def publication(store: Store, draft_id: str = "d1", plan_id: str = "p2", **changes: Any) -> Publication:
    """Moves incidents 2 and 3 to G12, the latter into no grid."""
    stored = store.get_draft(draft_id)
    values: dict[str, Any] = {
        "draft_id": draft_id,
        "revision": stored.revision,
        "plan": edition(plan_id, stored.valid_from or NEXT, parent_id=stored.parent_id, name=stored.edition_name),
        "parent_id": stored.parent_id,
        "basis": Basis(store.seq(), store.count_incidents(), store.find_assigned_plan()),
        "assign": True,
        "fids": np.array([3, 2]),
        "grid": np.array([-1, 5], dtype=np.int32),
        "certainty": np.array([CERTAINTY_CODE[Certainty.OUTSIDE], SURE], dtype=np.int8),
    }
    return Publication(**(values | changes))


NO_ROWS: dict[str, Any] = {
    "assign": False,
    "fids": np.array([], dtype=np.int64),
    "grid": np.array([], dtype=np.int32),
    "certainty": np.array([], dtype=np.int8),
}
KEPT = (Kept("gap:98.48:39.72", "a river", "planner"), Kept("k2", "旧墙", "planner"))
