"""Redraw: the door of this room. Every call names a draft; every write names the revision it was made for."""

from __future__ import annotations

from mapsvc.errors import NotFound
from mapsvc.model.plan import Plan
from mapsvc.services.redraw.desk import Desk
from mapsvc.services.redraw.drafts import Drafts
from mapsvc.services.redraw.editor import Editor
from mapsvc.services.redraw.grounds import FindHotCells
from mapsvc.services.redraw.maps import Maps
from mapsvc.services.redraw.whole import Wholes
from mapsvc.services.scene.scene import Stage


class Redraw:
    """drafts: facts; editor: lines; maps: what a draft looks like and does."""

    def __init__(self, stage: Stage, find_hot_cells: FindHotCells | None = None) -> None:
        self.desk = Desk(stage, find_hot_cells)
        self.maps = Maps(self.desk, Wholes(self.desk))
        self.drafts = Drafts(self.desk, self.maps)
        self.editor = Editor(self.desk)

    def find_plan(self, plan_id: str) -> Plan | None:
        """The draft with this id as a plan value, None where there is none."""
        try:
            return self.desk.sessions.state(plan_id).plan
        except NotFound:
            return None
