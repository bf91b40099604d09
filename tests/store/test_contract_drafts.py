"""The contract of drafts and their edits."""

from __future__ import annotations

from dataclasses import replace

import pytest
from draft_samples import AT, FIRST, KEPT, NEXT, POST, draft, edit, review, start
from store_samples import edition

from mapsvc.errors import BadInput, Conflict, NotFound, Stale
from mapsvc.model.draft import DraftStatus
from mapsvc.ports import Store


def add(store: Store, name: str):
    return store.add_edit("d1", edit(name), revision=store.get_draft("d1").revision, at=AT + 1, post="second")


def line(store: Store) -> list[str]:
    return [one.delta[2:].decode() for one in store.list_edits("d1")]


def lost(store: Store) -> list[str]:
    return [one.delta[2:].decode() for one in store.list_lost_edits("d1")]


def test_a_new_draft_comes_back_as_it_was_given_with_its_times_and_post(store: Store):
    store.put_plan(edition("p1", FIRST), at=AT, post=POST)
    given = draft(locked=("g00", "网格"), kept=KEPT, note="n", valid_from=NEXT, edition_name="二版", parent_id="p0")
    event = store.add_draft(given, at=AT, post=POST)
    assert store.get_draft("d1") == replace(given, post=POST, created_at=AT, changed_at=AT)
    assert (event.kind, event.subject, event.data["base"], event.data["parent"]) == ("draft.started", "d1", "p1", "p0")
    assert store.list_events()[-1] == event


def test_a_draft_needs_its_base_and_a_free_id(store: Store):
    with pytest.raises(NotFound, match="p1"):
        store.add_draft(draft(), at=AT, post=POST)
    start(store)
    for taken in ("d1", "p1"):
        with pytest.raises(Conflict, match=taken):
            store.add_draft(draft(taken), at=AT, post=POST)
    with pytest.raises(Conflict, match="draft"):
        store.put_plan(edition("d1", NEXT), at=AT, post=POST)
    assert [one.id for one in store.list_drafts()] == ["d1"]


def test_an_unknown_draft_is_not_found_by_any_method(store: Store):
    start(store)
    changes = {"revision": 1, "at": AT, "post": POST}
    for call in (
        lambda: store.get_draft("nope"),
        lambda: store.list_edits("nope"),
        lambda: store.list_lost_edits("nope"),
        lambda: store.add_edit("nope", edit(), **changes),
        lambda: store.move_in_draft("nope", 0, **changes),
        lambda: store.replace_edits("nope", [], draft(), **changes),
        lambda: store.set_reason("nope", 1, "why", **changes),
        lambda: store.set_draft(draft("nope"), kind="draft.renamed", **changes),
    ):
        with pytest.raises(NotFound, match="nope"):
            call()


def test_drafts_are_listed_last_changed_first(store: Store):
    for name in ("d1", "d2", "d3"):
        start(store, name)
    store.add_edit("d2", edit(), revision=1, at=AT + 5, post=POST)
    assert [one.id for one in store.list_drafts()] == ["d2", "d3", "d1"]


def test_an_edit_comes_back_whole_with_its_place_time_and_post(store: Store):
    start(store)
    changed = store.add_edit("d1", edit(), revision=1, at=AT + 1, post="second")
    assert (changed.revision, changed.position, changed.edits, changed.changed_at) == (2, 1, 1, AT + 1)
    assert changed == store.get_draft("d1")
    assert store.list_edits("d1") == [replace(edit(), position=1, revision=2, at=AT + 1, post="second")]
    event = store.list_events()[-1]
    told = {"revision": 2, "position": 1, "status": "draft", "command": "split"}
    assert (event.kind, event.subject, event.post, event.data) == ("draft.edited", "d1", "second", told)


def test_edits_are_listed_by_position(store: Store):
    start(store)
    for name in "abcde":
        add(store, name)
    assert [one.position for one in store.list_edits("d1", after=1, until=4)] == [2, 3, 4]
    assert [one.revision for one in store.list_edits("d1", after=3)] == [5, 6]


def test_undo_and_redo_move_the_position_and_keep_the_edits(store: Store):
    start(store)
    for name in "abc":
        add(store, name)
    back = store.move_in_draft("d1", 1, revision=4, at=AT + 2, post=POST)
    assert (back.position, back.edits, back.revision) == (1, 3, 5)
    forth = store.move_in_draft("d1", 3, revision=5, at=AT + 2, post=POST)
    assert (forth.position, forth.edits, forth.revision) == (3, 3, 6)
    assert line(store) == ["a", "b", "c"]
    assert [event.kind for event in store.list_events()[-2:]] == ["draft.undone", "draft.redone"]


def test_a_step_that_is_not_there_is_refused(store: Store):
    start(store)
    add(store, "a")
    for position in (-1, 2):
        with pytest.raises(BadInput, match="no step"):
            store.move_in_draft("d1", position, revision=2, at=AT, post=POST)
    with pytest.raises(Conflict):
        store.move_in_draft("d1", 1, revision=2, at=AT, post=POST)
    assert store.get_draft("d1").revision == 2


def test_an_edit_after_an_undo_takes_the_place_of_what_was_undone_which_is_never_deleted(store: Store):
    start(store)
    for name in "abc":
        add(store, name)
    store.move_in_draft("d1", 1, revision=4, at=AT, post=POST)
    changed = add(store, "x")
    assert (changed.position, changed.edits) == (2, 2)
    assert (line(store), lost(store)) == (["a", "x"], ["c", "b"])
    store.move_in_draft("d1", 0, revision=changed.revision, at=AT, post=POST)
    add(store, "y")
    assert (line(store), lost(store)) == (["y"], ["x", "a", "c", "b"])


def test_a_rebase_puts_a_new_line_in_and_keeps_the_old_one_as_lost(store: Store):
    start(store)
    store.put_plan(edition("p2", NEXT), at=AT, post=POST)
    for name in "abc":
        add(store, name)
    facts = replace(store.get_draft("d1"), base_id="p2", parent_id="p2", locked=("g11",), post="other", edits=99)
    given = [replace(edit("ab"), at=AT + 7, post="first", revision=3), edit("c2")]
    changed = store.replace_edits("d1", given, facts, revision=4, at=AT + 9, post=POST)
    assert (changed.base_id, changed.parent_id, changed.locked) == ("p2", "p2", ("g11",))
    assert (changed.revision, changed.position, changed.edits, changed.post) == (5, 2, 2, POST)
    assert (line(store), lost(store)) == (["ab", "c2"], ["c", "b", "a"])
    first = store.list_edits("d1")[0]
    assert (first.position, first.revision, first.at, first.post) == (1, 3, AT + 7, "first")
    assert store.list_events()[-1].kind == "draft.rebased"


def test_a_rebase_onto_an_unknown_plan_changes_nothing(store: Store):
    start(store)
    add(store, "a")
    facts = replace(store.get_draft("d1"), base_id="p9")
    with pytest.raises(NotFound, match="p9"):
        store.replace_edits("d1", [], facts, revision=2, at=AT, post=POST)
    assert (line(store), store.get_draft("d1").revision) == (["a"], 2)


def test_a_reason_is_written_later_for_one_edit_only(store: Store):
    start(store)
    add(store, "a")
    add(store, "b")
    changed = store.set_reason("d1", 2, "a new school", revision=3, at=AT, post=POST)
    assert changed.revision == 4
    assert [one.reason for one in store.list_edits("d1")] == ["因为 a", "a new school"]
    with pytest.raises(BadInput, match="no edit 3"):
        store.set_reason("d1", 3, "x", revision=4, at=AT, post=POST)


def test_facts_change_and_edits_base_and_start_stay(store: Store):
    start(store)
    add(store, "a")
    facts = replace(store.get_draft("d1"), name="Autumn", kept=KEPT, base_id="p7", position=9, created_at=1, post="x")
    changed = store.set_draft(facts, kind="draft.renamed", revision=2, at=AT + 3, post=POST)
    assert changed == store.get_draft("d1")
    assert (changed.name, changed.kept, changed.revision, changed.changed_at) == ("Autumn", KEPT, 3, AT + 3)
    assert (changed.base_id, changed.position, changed.created_at, changed.post) == ("p1", 1, AT, POST)
    assert store.list_events()[-1].kind == "draft.renamed"


def test_a_stale_revision_is_refused_with_the_newest_and_nothing_is_kept(store: Store):
    start(store)
    add(store, "a")
    seq, before = store.seq(), store.get_draft("d1")
    stale = {"revision": 1, "at": AT, "post": POST}
    for call in (
        lambda: store.add_edit("d1", edit(), **stale),
        lambda: store.move_in_draft("d1", 0, **stale),
        lambda: store.replace_edits("d1", [], draft(), **stale),
        lambda: store.set_reason("d1", 1, "why", **stale),
        lambda: store.set_draft(draft(), kind="draft.renamed", **stale),
    ):
        with pytest.raises(Stale) as caught:
            call()
        assert caught.value.revision == 2
    assert (store.seq(), store.get_draft("d1"), line(store)) == (seq, before, ["a"])


def test_a_draft_in_review_takes_no_edits_until_it_is_sent_back(store: Store):
    start(store)
    add(store, "a")
    sent = review(store)
    now = {"revision": sent.revision, "at": AT, "post": POST}
    for call in (
        lambda: store.add_edit("d1", edit(), **now),
        lambda: store.move_in_draft("d1", 0, **now),
        lambda: store.set_reason("d1", 1, "why", **now),
    ):
        with pytest.raises(Conflict, match="in_review"):
            call()
    back = replace(sent, status=DraftStatus.OPEN, note="Look at the pond again.")
    store.set_draft(back, kind="draft.returned", **now)
    assert add(store, "b").edits == 2


def test_a_discarded_draft_is_history(store: Store):
    stored = start(store)
    gone = replace(stored, status=DraftStatus.DISCARDED)
    store.set_draft(gone, kind="draft.discarded", revision=1, at=AT, post=POST)
    with pytest.raises(Conflict, match="history"):
        store.set_draft(stored, kind="draft.renamed", revision=2, at=AT, post=POST)
    with pytest.raises(Conflict, match="history"):
        store.replace_edits("d1", [], stored, revision=2, at=AT, post=POST)


def test_no_change_of_facts_makes_an_edition(store: Store):
    stored = start(store)
    with pytest.raises(Conflict, match="publishing"):
        store.set_draft(
            replace(stored, status=DraftStatus.PUBLISHED), kind="draft.renamed", revision=1, at=AT, post=POST
        )


def test_an_edit_that_json_cannot_say_is_refused(store: Store):
    start(store)
    for command in ({"kind": "move", "to": float("nan")}, {"kind": object()}):
        with pytest.raises(BadInput, match="JSON"):
            store.add_edit("d1", edit(command=command), revision=1, at=AT, post=POST)
    assert store.get_draft("d1").revision == 1


def test_a_value_handed_in_or_out_is_no_door_into_the_store(store: Store):
    start(store)
    command = {"kind": "merge", "codes": ("G00", "G01")}
    store.add_edit("d1", edit(command=command), revision=1, at=AT, post=POST)
    command["kind"] = "changed"
    assert store.list_edits("d1")[0].command == {"kind": "merge", "codes": ["G00", "G01"]}
