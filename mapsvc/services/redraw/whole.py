"""Whole: a draft as one change of the plan it replaces."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

from mapsvc.errors import CannotTell, Refused
from mapsvc.model.effect import Effect
from mapsvc.services.redraw.desk import Desk
from mapsvc.services.redraw.session import Session
from mapsvc.services.redraw.state import State
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
    """A step with who owns what before and after it."""

    step: Step
    ground: Ground
    was: Standing
    now: Standing


class Wholes:
    """Makes and keeps them by state."""

    def __init__(self, desk: Desk) -> None:
        self._desk = desk
        self._adopted: Memo[Step] = Memo(_KEPT)
        self._effects: Memo[Effect] = Memo(_KEPT)

    def step(self, state: State) -> Step:
        """From the plan that the draft replaces to the draft. Raises CannotTell where the two cannot be compared."""
        parent_id = state.draft.parent_id
        if parent_id in ("", state.draft.base_id):
            return Step(state.start, state.start, state.partition, state.delta)
        key = (state.draft.id, state.draft.revision, parent_id)
        return self._adopted.get(key, lambda: self._adopt(state, parent_id))

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
        standings = self._desk.standings
        ground, was = standings.under(step.first, step.before)
        return Weighed(step, ground, was, standings.under(step.first, step.after)[1])

    def effect(self, state: State) -> Effect:
        """The consequences of the whole draft."""
        from mapsvc.analysis.consequences import consequences

        def make() -> Effect:
            weighed = self.weigh(self.step(state))
            return consequences(weighed.ground, weighed.was, weighed.now, weighed.step.delta)

        ground = self._desk.standings.key(state.start.epsg)
        return self._effects.get((state.draft.id, state.draft.revision, ground), make)

    def _adopt(self, state: State, parent_id: str) -> Step:
        """History restored: the draft grew from another edition, so its grids are laid into the parent's lattice."""
        from mapsvc.geo.edit.apply import apply
        from mapsvc.model.redraw import Adopt

        _, parent = self._desk.sessions.shapes_of(parent_id)
        shapes = state.partition
        try:
            done = apply(parent, Adopt(shapes.plan().grids, shapes.frame, allow_pieces=True))
        except Refused as refused:
            raise CannotTell(f"The draft cannot be compared with the plan it replaces: {refused}") from refused
        return Step(parent, parent, done.partition, done.delta)
