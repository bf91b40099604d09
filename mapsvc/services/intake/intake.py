"""Intake: reports of any channel are checked, masked, located and stored once, in one transaction with their event."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from typing import Any

from mapsvc.errors import BadInput, NoPlan, Overtaken
from mapsvc.model.account import Actor
from mapsvc.model.incident import IncidentBatch
from mapsvc.model.query import Query
from mapsvc.model.report_in import ReportIn
from mapsvc.ports import Geocoder
from mapsvc.services.intake.check import check
from mapsvc.services.intake.doubt import doubt_datums
from mapsvc.services.intake.locating import locate
from mapsvc.services.intake.taken import Note, Receipt, Taken
from mapsvc.services.scene.plans import PlanInUse
from mapsvc.services.scene.scene import Stage

FindGeocoder = Callable[[], Geocoder | None]
MOST_REPORTS = 10_000
_TRIES = 6
DESK = "desk"
"""The channel of what signed-in posts report."""


class Intake:
    """The door for reports; safe from several threads."""

    def __init__(self, stage: Stage, find_geocoder: FindGeocoder = lambda: None) -> None:
        self._stage = stage
        self._store = stage.store
        self._find_geocoder = find_geocoder

    def take(self, reports: Sequence[ReportIn], channel: str, actor: Actor) -> Taken:
        """Store the reports of a channel; those whose reference is known are left as they are.

        Raises BadRows naming every wrong report, BadInput for none or too many; then nothing is stored.
        """
        if not 0 < len(reports) <= MOST_REPORTS:
            raise BadInput(f"Send 1 to {MOST_REPORTS} reports at once.", field="reports")
        now = self._stage.clock.now()
        checked = check(reports, self._stage.registers(self._stage.journal.marks()).task_types, now)
        geocoder = self._find_geocoder() if any(one.address for one in reports) else None
        for attempt in range(_TRIES):
            assigned = self._store.find_assigned_plan()
            plan = self._plan(assigned)
            located = locate(checked, plan, geocoder)
            batch = IncidentBatch(channel, len(reports), {**checked.columns, **located.columns})
            kind = "incident.reported" if batch.n == 1 else "incidents.reported"
            put: dict[str, Any] = {"at": now, "post": actor.code, "source": channel, "kind": kind}
            try:
                added = self._store.add_incidents(batch, **put, under=assigned)
                break
            except Overtaken:
                # An edition came into force between locating and storing: the reports get its grids.
                if attempt == _TRIES - 1:
                    raise
        notes = (*checked.notes, *located.notes, *doubt_datums(checked, plan, geocoder))
        seq = added.event.seq if added.event is not None else self._store.seq()
        ids = tuple(f"i{fid}" for fid in added.fids.tolist())
        return Taken(ids, added.is_new, notes, seq, batch)

    def take_one(self, report: ReportIn, channel: str, actor: Actor) -> Receipt:
        """Store one report and tell what became of it, or of the report that the reference names already."""
        taken = self.take([report], channel, actor)
        return taken.receipt(0) if taken.is_new[0] else self.recall(taken.ids[0], taken.notes, taken.seq)

    def recall(self, incident_id: str, notes: tuple[Note, ...] = (), seq: int = 0) -> Receipt:
        """The receipt of a report stored before, as it stands now; of a sensitive one without its point. NotFound."""
        one = self._store.get_incident(incident_id)
        kind = self._stage.registers(self._stage.journal.marks()).task_types.get(one.task_type)
        hidden = one.sensitive or (kind is not None and kind.sensitive)
        return Receipt(
            id=one.id,
            grid=one.grid_code,
            certainty=one.certainty.value,
            grid_share=1.0 if hidden else one.grid_share,
            shares=() if hidden else one.shares,
            lon=None if hidden else one.place.lon,
            lat=None if hidden else one.place.lat,
            status=one.status.value,
            is_new=False,
            notes=notes,
            seq=seq or self._store.seq(),
        )

    def _plan(self, assigned: str | None) -> PlanInUse | None:
        """The edition whose grids incidents carry; where the store does not say, the one in force; None without any."""
        try:
            return self._stage.plan(Query(plan_id=assigned))
        except NoPlan:
            return None
