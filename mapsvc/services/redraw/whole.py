"""Whole: a draft as one change of the plan it replaces."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

from mapsvc.errors import CannotTell, Refused
from mapsvc.model.effect import Effect
from mapsvc.services.redraw.desk import Desk
from mapsvc.services.redraw.mending import is_mended_from
from mapsvc.services.redraw.session import Session
from mapsvc.services.redraw.state import State
from mapsvc.services.scene.columns import Snapshot
from mapsvc.services.scene.memo import Memo

if TYPE_CHECKING:
    from mapsvc.analysis.ground import Ground
    from mapsvc.analysis.standing import Standing
    from mapsvc.geo.partition.delta import Delta
    from mapsvc.geo.partition.partition import Partition

_KEPT = 12


@dataclass(frozen=True, slots=True, eq=False)
class Step:
    """A change from `before` to `after`; both of one lattice, `first` the partition they grew from."""

    first: Partition
    before: Partition
    after: Partition
    delta: Delta


@dataclass(frozen=True, slots=True, eq=False)
class Weighed:
    """A step with who owns what before and after it. snapshot: the incidents of the ground."""

    step: Step
    ground: Ground
    snapshot: Snapshot
    was: Standing
    now: Standing


class Wholes:
    """Makes and keeps them by state."""

    def __init__(self, desk: Desk) -> None:
        self._desk = desk
        self._adopted: Memo[Step] = Memo(_KEPT)
        self._effects: Memo[tuple[Partition, Effect]] = Memo(_KEPT)

    def step(self, state: State) -> Step:
        """From the plan that the draft replaces to the draft. Raises CannotTell where the two cannot be compared."""
        return self.step_from(state, state.draft.parent_id)

    def step_from(self, state: State, plan_id: str | None) -> Step:
        """From a stored plan to the draft; from the draft's own start where there is no such plan."""
        # A mended plan is compared with its own start: the lines of the plan before fit nothing.
        if plan_id in (None, "", state.draft.base_id) or is_mended_from(state.base, plan_id):
            return Step(state.start, state.start, state.partition, state.delta)
        key = (state.draft.id, state.draft.revision, plan_id)
        return self._adopted.get(key, lambda: self._adopt(str(plan_id), state.partition))

    def from_plan(self, plan_id: str, other_id: str) -> tuple[Step, bool]:
        """(from one stored plan to another, whether nothing of the first could be used so that every row counts)."""
        _, shapes = self._desk.sessions.shapes_of(other_id)
        try:
            return self._adopt(plan_id, shapes), False
        except (CannotTell, Refused):
            return self.between(shapes, shapes, shapes), True

    def between(self, first: Partition, before: Partition, after: Partition) -> Step:
        """From one partition to another of the same lattice."""
        from mapsvc.geo.partition.difference import difference

        return Step(first, before, after, difference(before, after))

    def edit(self, session: Session, position: int) -> Step:
        """One edit of the line."""
        way = session.way(position - 1, position)
        return Step(session.start, session.at(position - 1), session.at(position), way)

    def weigh(self, step: Step) -> Weighed:
        """Who owns what before and after."""
        return Weighed(step, *self._desk.standings.between(step.first, step.before, step.after))

    def effect(self, state: State) -> Effect:
        """The consequences of the whole draft."""
        from mapsvc.analysis.consequences import consequences

        def make() -> tuple[Partition, Effect]:
            weighed = self.weigh(self.step(state))
            # Held together with its shapes: as long as it is known, nothing else can have their id.
            return state.partition, consequences(weighed.ground, weighed.was, weighed.now, weighed.step.delta)

        ground = self._desk.standings.key(state.start.epsg)
        key = (state.draft.id, state.draft.base_id, state.draft.parent_id, id(state.partition), ground)
        return self._effects.get(key, make)[1]

    def _adopt(self, plan_id: str, shapes: Partition) -> Step:
        """Shapes that grew from another plan are laid into the lattice of this one."""
        from mapsvc.geo.edit.apply import apply
        from mapsvc.model.redraw import Adopt

        try:
            _, first = self._desk.sessions.shapes_of(plan_id)
            done = apply(first, Adopt(shapes.plan().grids, shapes.frame, allow_pieces=True, allow_gaps=True))
        except Refused as refused:
            raise CannotTell(f"The draft cannot be compared with the plan {plan_id}: {refused}") from refused
        return Step(first, first, done.partition, done.delta)
