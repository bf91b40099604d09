"""Turn: an edition published for a later day moves the incidents on its day, when the first question is asked."""

from __future__ import annotations

import logging
import threading

from mapsvc.errors import MapsvcError
from mapsvc.model.query import Query
from mapsvc.ports import Basis
from mapsvc.services.exchange.relocate import declare
from mapsvc.services.redraw.assignment import assign
from mapsvc.services.redraw.desk import Desk
from mapsvc.services.redraw.whole import Wholes
from mapsvc.services.scene.columns import Rewrite
from mapsvc.services.scene.placing import locator

_log = logging.getLogger(__name__)
_POST = "calendar"


class Turn:
    """Several processes may do it at once: each writes the same rows in one transaction, so nothing is lost."""

    def __init__(self, desk: Desk, wholes: Wholes) -> None:
        self._desk = desk
        self._wholes = wholes
        self._lock = threading.Lock()

    def catch_up(self) -> bool:
        """Give the incidents the grids of the edition in force, if they carry those of another; whether it was so.

        A store that never said whose grids they carry is left alone. What cannot be done now is done by a later
        question; until then incidents are located as they are asked for.
        """
        store = self._desk.store
        # Who comes while it is being done does not wait: the answer is the same, only made on the fly.
        if not self._lock.acquire(blocking=False):
            return False
        try:
            carried, in_force = store.find_assigned_plan(), self._desk.in_force(self._desk.today())
            if carried is None or in_force is None or carried == in_force:
                return False
            try:
                self._carry(carried, in_force)
            except MapsvcError as error:
                _log.warning("incidents keep the grids of %s for now: %s", carried, error)
                return False
            return True
        finally:
            self._lock.release()

    def declare(self) -> None:
        """Have the store say whose grids the incidents carry, before an edition of a later day is stored.

        Without it nobody could tell on that day that they carry those of the edition before.
        """
        desk = self._desk
        if (in_force := desk.in_force(desk.today())) is not None:
            declare(desk.store, in_force, at=desk.now(), post=_POST)

    def _carry(self, carried: str, in_force: str) -> None:
        desk = self._desk
        step, everything = self._wholes.from_plan(carried, in_force)
        rows = assign(desk, self._wholes.weigh(step), everything=everything)
        codes = step.after.codes
        basis = Basis(rows.seq, rows.last_fid, carried, locator(desk.stage.plan(Query(plan_id=in_force))))
        event = desk.store.reassign(
            in_force,
            rows.fids,
            codes,
            rows.grid,
            rows.certainty,
            grid_share=rows.grid_share,
            shares=rows.shares,
            basis=basis,
            at=desk.now(),
            post=_POST,
        )
        desk.stage.follow(Rewrite(event.seq, rows.seq, rows.rows, codes, rows.grid, rows.certainty))
