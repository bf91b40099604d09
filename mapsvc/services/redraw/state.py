"""State: one draft at one revision, as values: its facts, its shapes at the start and its shapes now."""

from __future__ import annotations

from dataclasses import dataclass
from functools import cached_property
from typing import TYPE_CHECKING

from mapsvc.model.draft import Draft, DraftStatus
from mapsvc.model.plan import Plan, PlanStatus

if TYPE_CHECKING:
    from mapsvc.geo.partition.delta import Delta
    from mapsvc.geo.partition.partition import Partition

_STATUS = {
    DraftStatus.OPEN: PlanStatus.DRAFT,
    DraftStatus.IN_REVIEW: PlanStatus.IN_REVIEW,
    DraftStatus.PUBLISHED: PlanStatus.PUBLISHED,
    DraftStatus.DISCARDED: PlanStatus.RETIRED,
}


@dataclass(frozen=True, eq=False)
class State:
    """A draft at `draft.revision`. base: the plan its edits apply to; start: its shapes; partition: the shapes now.

    delta: leads from start to partition.
    """

    draft: Draft
    base: Plan
    start: Partition
    partition: Partition
    delta: Delta

    @cached_property
    def plan(self) -> Plan:
        """The draft as a plan value; its id is the draft's."""
        draft = self.draft
        return self.partition.plan(
            id=draft.id,
            name=draft.edition_name or draft.name,
            status=_STATUS[draft.status],
            valid_from=draft.valid_from,
            valid_to=None,
            recorded_at=draft.changed_at,
            revision=draft.revision,
            parent_id=draft.parent_id,
        )

    @cached_property
    def locked(self) -> frozenset[str]:
        """Codes of the grids that nobody may reshape."""
        held = set(self.draft.locked)
        partition = self.partition
        return frozenset(
            code
            for number, code in zip(partition.numbers, partition.codes, strict=True)
            if held and partition.facts[number].id in held
        )
