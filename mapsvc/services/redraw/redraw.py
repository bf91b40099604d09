"""Redraw: the door of this room. Every call names a draft; every write names the revision it was made for."""

from __future__ import annotations

from mapsvc.errors import NotFound
from mapsvc.model.plan import Plan
from mapsvc.services.redraw.desk import Desk
from mapsvc.services.redraw.drafts import Drafts
from mapsvc.services.redraw.editor import Editor
from mapsvc.services.redraw.grounds import FindHotCells
from mapsvc.services.redraw.locating import locate_under
from mapsvc.services.redraw.maps import Maps
from mapsvc.services.redraw.proposals import Proposals
from mapsvc.services.redraw.rebase import Rebase
from mapsvc.services.redraw.review import Review
from mapsvc.services.redraw.turn import Turn
from mapsvc.services.redraw.whole import Wholes
from mapsvc.services.scene.columns import Snapshot
from mapsvc.services.scene.located import Located
from mapsvc.services.scene.scene import Stage


class Redraw:
    """drafts: facts; editor: lines; maps: what a draft looks like and does; review: its way to an edition."""

    def __init__(self, stage: Stage, find_hot_cells: FindHotCells | None = None) -> None:
        self.desk = Desk(stage, find_hot_cells)
        self._wholes = wholes = Wholes(self.desk)
        self.turn = Turn(self.desk, wholes)
        self.maps = Maps(self.desk, wholes)
        self.drafts = Drafts(self.desk, self.maps)
        self.proposals = Proposals(self.desk)
        self.editor = Editor(self.desk, self.proposals)
        self.rebase = Rebase(self.desk, self.editor)
        self.review = Review(self.desk, self.maps, wholes, self.turn)

    def find_plan(self, plan_id: str) -> Plan | None:
        """The draft with this id as a plan value, None where there is none."""
        try:
            return self.desk.sessions.state(plan_id).plan
        except NotFound:
            return None

    def locate(self, plan: Plan, snapshot: Snapshot) -> Located | None:
        """Grid and certainty of all incidents under a draft, None where it is not known here."""
        return locate_under(self.desk, self._wholes, plan, snapshot)
