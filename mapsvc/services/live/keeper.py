"""Keeper: what time itself does to incidents: overdue ones are named, untaken ones climb the ladder."""

from __future__ import annotations

from collections.abc import Mapping, Sequence

import numpy as np
import numpy.typing as npt

from mapsvc.casework.escalate import DEFAULT_LADDER, Rung, escalate, read_ladder, sign_due
from mapsvc.errors import BadInput, NotFound, Stale
from mapsvc.model.case import Change
from mapsvc.model.incident import STATUS_CODE, Incident, IncidentColumns, Status
from mapsvc.model.light import closed_mask
from mapsvc.services.scene.interval import iso
from mapsvc.services.scene.registers import Registers
from mapsvc.services.scene.scene import Stage

OVERDUE = "incident.overdue"
POST = "keeper"
LADDER = "escalation"
"""Name of the setting."""
_AT_ONCE = 200
_LOOK_AGAIN_S = 3600
"""A call whose type has no limit to sign is looked at again after this: limits may have been set."""


class Keeper:
    """One round of it is `turn`.

    since: due dates up to this moment were seen to by an earlier keeper; those of old imported data are nobody's news.
    """

    def __init__(self, stage: Stage, since: int) -> None:
        self._stage = stage
        self._since = since
        self._seen_due: npt.NDArray[np.int64] = np.zeros(0, np.int64)
        self._look_at: dict[int, int] = {}

    def turn(self) -> int:
        """Do what is due now; how many incidents it changed. Cheap while nothing is due."""
        columns = self._stage.rows(self._stage.journal.marks()).snapshot.columns
        now = self._stage.clock.now()
        return self._name_overdue(columns, now) + self._climb(columns, now)

    def _name_overdue(self, columns: IncidentColumns, now: int) -> int:
        if len(self._seen_due) > len(columns):
            self._seen_due = np.zeros(0, np.int64)
        start = len(self._seen_due)
        if start < len(columns):
            new = columns.due_at[start:]
            self._seen_due = np.concatenate([self._seen_due, np.where(new <= self._since, new, 0)])
        late = (columns.due_at > 0) & (columns.due_at <= now) & (columns.due_at != self._seen_due)
        rows = np.flatnonzero(late)
        rows = rows[~closed_mask(columns.status[rows])][:_AT_ONCE]
        if not len(rows):
            return 0
        incidents = self._stage.store.list_incidents(columns.fid[rows].tolist())
        named = sum(self._name(one, now) for one in incidents)
        self._seen_due[rows] = columns.due_at[rows]
        return named

    def _name(self, incident: Incident, now: int) -> bool:
        """Note that it is overdue; False where that was done for this due date. Nothing of the incident changes, so
        nobody who acts on it this moment is late."""
        due = iso(incident.due_at, self._registers().community.tz)
        said = self._stage.store.list_history(incident.id)
        if any(event.kind == OVERDUE and event.data.get("due_at") == due for event in said):
            return False
        self._stage.store.add_note(OVERDUE, incident.id, {"due_at": due}, at=now, post=POST)
        return True

    def _climb(self, columns: IncidentColumns, now: int) -> int:
        waiting = np.flatnonzero(columns.status == STATUS_CODE[Status.DISPATCHED])
        fids = columns.fid[waiting].tolist()
        self._look_at = {fid: at for fid in fids if (at := self._look_at.get(fid)) is not None}
        due = [fid for fid in fids if self._look_at.get(fid, 0) <= now][:_AT_ONCE]
        return sum(self._climb_one(fid, now) for fid in due)

    def _climb_one(self, fid: int, now: int) -> bool:
        registers, ladder = self._registers(), self._ladder()
        targets = [f"department:{code}" for code in registers.departments]
        try:
            case = self._stage.store.get_case(f"i{fid}")
        except NotFound:
            return False
        change = escalate(case, registers.rules, registers.posts, targets, ladder, now)
        if change is not None:
            # The next look is at the call just made.
            self._look_at[fid] = now
            return self._store([change], now)
        due = sign_due(case, registers.rules)
        self._look_at[fid] = due if due is not None and due > now else now + _LOOK_AGAIN_S
        return False

    def _registers(self) -> Registers:
        return self._stage.registers(self._stage.journal.marks())

    def _ladder(self) -> Sequence[Rung]:
        found: tuple[Mapping[str, object], int] | None = self._stage.store.find_setting(LADDER)
        if found is None:
            return DEFAULT_LADDER
        try:
            return read_ladder(found[0])
        except BadInput:
            return DEFAULT_LADDER

    def _store(self, changes: Sequence[Change], now: int) -> bool:
        try:
            if changes:
                self._stage.store.change_incidents(changes, at=now, post=POST)
        except Stale:
            # Somebody acts on one of them this moment: next time.
            return False
        return True
