"""Locating: the grids of all incidents under a draft, from what is known already, without asking every point again."""

from __future__ import annotations

from mapsvc.errors import CannotTell, NotFound
from mapsvc.model.plan import Plan
from mapsvc.services.redraw.assignment import assign, places_of
from mapsvc.services.redraw.desk import Desk
from mapsvc.services.redraw.mending import is_mended_from
from mapsvc.services.redraw.whole import Wholes
from mapsvc.services.scene.columns import Snapshot
from mapsvc.services.scene.located import Located


def locate_under(desk: Desk, wholes: Wholes, plan: Plan, snapshot: Snapshot) -> Located | None:
    """What the incidents would carry were the draft published now; None where it must be worked out point by point.

    plan: the draft as a plan value; another revision than the newest, or other incidents than those of now, are not
    answered here.
    """
    try:
        state = desk.sessions.state(plan.id)
    except NotFound:
        return None
    carried = desk.store.find_assigned_plan() or desk.in_force(desk.today())
    if state.draft.revision != plan.revision or carried is None or is_mended_from(state.base, carried):
        return None
    try:
        weighed = wholes.weigh(wholes.step_from(state, carried))
    except CannotTell:
        return None
    if weighed.snapshot.key != snapshot.key:
        return None
    changed = assign(desk, weighed)
    certainty = snapshot.columns.certainty.copy()
    certainty[changed.rows] = changed.certainty
    return Located(places_of(weighed.step.after)[weighed.now.owner], certainty)
