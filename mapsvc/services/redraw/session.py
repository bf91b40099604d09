"""Session: the working memory of one draft. What it holds can always be made again from the store."""

from __future__ import annotations

from collections import OrderedDict
from dataclasses import dataclass, field, replace
from typing import TYPE_CHECKING

from mapsvc.model.draft import Draft, Edit
from mapsvc.model.plan import Plan
from mapsvc.services.redraw.state import State

if TYPE_CHECKING:
    from mapsvc.geo.partition.delta import Delta
    from mapsvc.geo.partition.partition import Partition

_KEPT_STATES = 40
"""Revisions kept for planners who look at an older one; each shares its arcs with the next."""


@dataclass(eq=False)
class Session:
    """One draft. Used under its lock; the states it hands out are values and need none.

    edits: the whole line, also what was undone and can be redone. shapes[p]: the partition at position p and
    the change that leads there from the start, where they were needed so far.
    """

    base: Plan
    start: Partition
    draft: Draft
    edits: list[Edit]
    shapes: dict[int, tuple[Partition, Delta]] = field(default_factory=dict)
    states: OrderedDict[int, State] = field(default_factory=OrderedDict)

    def state(self) -> State:
        """The newest state."""
        return self._keep(State(self.draft, self.base, self.start, *self.led(self.draft.position)))

    def find_state(self, revision: int) -> State | None:
        """The state at an older revision, if it is still in memory."""
        return self.states.get(revision)

    def at(self, position: int) -> Partition:
        """The shapes after the first `position` edits."""
        return self.led(position)[0]

    def led(self, position: int) -> tuple[Partition, Delta]:
        """As `at`, with the change that leads there from the start."""
        from mapsvc.geo.partition.delta import Delta

        if position == 0:
            return self.start, Delta()
        if position not in self.shapes:
            nearest = max((known for known in self.shapes if known < position), default=0)
            shapes, whole = self.shapes[nearest] if nearest else (self.start, Delta())
            for edit in self.edits[nearest:position]:
                delta = delta_of(edit)
                shapes, whole = shapes.after(delta), whole.then(delta)
            self._remember(position, shapes, whole)
        return self.shapes[position]

    def way(self, origin: int, target: int) -> Delta:
        """The change from the shapes at one position to those at another."""
        from mapsvc.geo.partition.delta import Delta

        way = Delta()
        for edit in self.edits[min(origin, target) : max(origin, target)]:
            way = way.then(delta_of(edit))
        return way if target >= origin else way.inverse()

    def added(self, draft: Draft, edit: Edit, shapes: Partition, delta: Delta) -> State:
        """An edit was stored: the line ends with it now."""
        keep = edit.position - 1
        whole = self.led(keep)[1].then(delta)
        self.edits = [*self.edits[:keep], edit]
        self.shapes = {position: known for position, known in self.shapes.items() if position <= keep}
        self._remember(edit.position, shapes, whole)
        self.draft = draft
        return self.state()

    def explained(self, position: int, reason: str) -> None:
        """The reason of an edit was stored."""
        self.edits = [replace(edit, reason=reason) if edit.position == position else edit for edit in self.edits]

    def changed(self, draft: Draft) -> State:
        """Facts or the position of the draft changed in the store."""
        self.draft = draft
        return self.state()

    def _keep(self, state: State) -> State:
        revision = state.draft.revision
        known = self.states.get(revision)
        if known is not None and known.draft == state.draft and known.partition is state.partition:
            return known
        self.states[revision] = state
        while len(self.states) > _KEPT_STATES:
            self.states.popitem(last=False)
        return state

    def _remember(self, position: int, shapes: Partition, whole: Delta) -> None:
        self.shapes[position] = shapes, whole
        while len(self.shapes) > _KEPT_STATES:
            del self.shapes[next(iter(self.shapes))]


def delta_of(edit: Edit) -> Delta:
    """The change of shapes that an edit made."""
    from mapsvc.geo.partition.delta import Delta

    return Delta.from_bytes(edit.delta)
