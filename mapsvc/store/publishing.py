"""What a publication must meet, in one wording for every store. No I/O."""

from __future__ import annotations

from collections.abc import Iterable

from mapsvc.errors import BadInput, Conflict
from mapsvc.model.plan import PlanHead, PlanStatus
from mapsvc.ports import Publication
from mapsvc.store.assignment import Assignment


def assignment_of(publication: Publication) -> Assignment | None:
    """The rows that change grid, checked; None where the edition assigns nothing yet. BadInput for a bad one."""
    if publication.plan.status is not PlanStatus.PUBLISHED:
        raise BadInput("Only a plan with the status published can be published.", field="status")
    if not publication.assign:
        if len(publication.fids):
            raise BadInput("An edition that takes effect later assigns no incidents now.", field="fids")
        return None
    return Assignment(
        publication.fids,
        publication.plan.codes,
        publication.grid,
        publication.certainty,
        publication.grid_share,
        publication.shares,
    )


def check_parent(publication: Publication, in_force: PlanHead | None) -> None:
    """Conflict where the edition in force on the first day is not the one that the draft means to replace."""
    if (in_force.id if in_force else None) != publication.parent_id:
        raise Conflict("Another edition was published since this draft was started; rebase the draft first.")


def check_last(publication: Publication, heads: Iterable[PlanHead]) -> None:
    """Conflict where a published edition takes effect after this one: it does not hold the draft's changes, so they
    would be gone on its day without a word.
    """
    first_day = publication.plan.valid_from
    later = [
        head.valid_from
        for head in heads
        if head.status is PlanStatus.PUBLISHED and head.valid_from and first_day and head.valid_from > first_day
    ]
    if later:
        raise Conflict(
            f"An edition that takes effect on {min(later)} is published already and does not hold these changes. "
            "Let the draft take effect on that day or later, and bring it onto that edition first."
        )
