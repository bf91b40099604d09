"""Drafts: what each change of a draft does to its facts, and when it is refused; one rule for every store. No I/O."""

from __future__ import annotations

import json
from collections.abc import Mapping, Sequence
from dataclasses import replace
from typing import Any

from mapsvc.errors import BadInput, Conflict, Stale
from mapsvc.model.draft import Draft, DraftStatus, Edit

_HISTORY = frozenset({DraftStatus.PUBLISHED, DraftStatus.DISCARDED})


def started(draft: Draft, *, at: int, post: str) -> Draft:
    """A draft as it is first stored: no edits, started by `post` at `at`."""
    return replace(draft, position=0, edits=0, post=post, created_at=at, changed_at=at)


def edited(stored: Draft, edit: Edit, *, revision: int, at: int, post: str) -> tuple[Draft, Edit]:
    """The draft after one more edit, and the edit as it is stored."""
    check_open(stored, revision)
    place = stored.position + 1
    changed = replace(stored, revision=revision + 1, position=place, edits=place, changed_at=at)
    return changed, plain(replace(edit, position=place, revision=changed.revision, at=at, post=post))


def moved(stored: Draft, position: int, *, revision: int, at: int) -> Draft:
    """The draft with `position` edits in effect."""
    check_open(stored, revision)
    if not 0 <= position <= stored.edits:
        raise BadInput(f"The draft has the steps 0 to {stored.edits}; there is no step {position}.", field="to")
    if position == stored.position:
        raise Conflict("The draft stands at this step already.")
    return replace(stored, revision=revision + 1, position=position, changed_at=at)


def explained(stored: Draft, position: int, *, revision: int, at: int) -> Draft:
    """The draft after the reason of an edit was written."""
    check_open(stored, revision)
    if not 1 <= position <= stored.edits:
        raise BadInput(f"The draft has no edit {position}.", field="position")
    return replace(stored, revision=revision + 1, changed_at=at)


def revised(stored: Draft, given: Draft, *, revision: int, at: int) -> Draft:
    """The draft with the facts of `given`; its base and its edits stay."""
    changed = _restated(stored, given, revision=revision, at=at)
    return replace(changed, base_id=stored.base_id, position=stored.position, edits=stored.edits)


def rebased(
    stored: Draft, edits: Sequence[Edit], given: Draft, *, revision: int, at: int
) -> tuple[Draft, tuple[Edit, ...]]:
    """The draft with the facts of `given` and a new line of edits, all of them in effect."""
    changed = _restated(stored, given, revision=revision, at=at)
    line = tuple(plain(replace(edit, position=place)) for place, edit in enumerate(edits, 1))
    return replace(changed, position=len(line), edits=len(line)), line


def published(stored: Draft, *, revision: int, at: int) -> Draft:
    """The draft once its edition is stored; Conflict where it is not in review."""
    check_revision(stored, revision)
    if stored.status is not DraftStatus.IN_REVIEW:
        raise Conflict("A draft is published from review; this one is not in review.")
    return replace(stored, status=DraftStatus.PUBLISHED, revision=revision + 1, changed_at=at)


def plain(edit: Edit) -> Edit:
    """The edit with its command and effect as any store gives them back: JSON values only. BadInput for others."""
    return replace(edit, command=_plain(edit.command, "command"), effect=_plain(edit.effect, "effect"))


def check_revision(stored: Draft, revision: int) -> None:
    """Stale where `revision` is not the newest one."""
    if stored.revision != revision:
        raise Stale("Another change of this draft came first.", revision=stored.revision)


def check_open(stored: Draft, revision: int) -> None:
    """Stale where `revision` is not the newest one, Conflict where the draft takes no edits."""
    check_revision(stored, revision)
    if not stored.is_open:
        raise Conflict(f"The draft takes no edits; its status is {stored.status.value}.")


def _restated(stored: Draft, given: Draft, *, revision: int, at: int) -> Draft:
    check_revision(stored, revision)
    if stored.status in _HISTORY:
        raise Conflict(f"The draft is history and never changes; its status is {stored.status.value}.")
    if given.status is DraftStatus.PUBLISHED:
        raise Conflict("Only publishing makes an edition of a draft.")
    return replace(
        given,
        id=stored.id,
        revision=revision + 1,
        post=stored.post,
        created_at=stored.created_at,
        changed_at=at,
    )


def _plain(values: Mapping[str, Any], name: str) -> dict[str, Any]:
    try:
        found: dict[str, Any] = json.loads(json.dumps(dict(values), ensure_ascii=False, allow_nan=False))
    except (TypeError, ValueError) as error:
        raise BadInput(f"The {name} of an edit holds something that JSON cannot say.", field=name) from error
    return found
