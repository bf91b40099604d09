"""Cases: the door to one incident in motion. Each answer is JSON-ready, each change one transaction."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import replace
from typing import Any

from mapsvc.casework.merge import decide_merge, decide_unmerge
from mapsvc.casework.steps import decide, decide_dispatch
from mapsvc.casework.undo import decide_undo
from mapsvc.errors import BadInput, Conflict, NotFound, Overtaken, Stale
from mapsvc.model.account import Actor
from mapsvc.model.case import Case, Change
from mapsvc.model.event import Event
from mapsvc.model.query import Query
from mapsvc.model.step import Step
from mapsvc.services.cases import case_json as told
from mapsvc.services.cases.advice import Advisor, check_targets, tell_advice
from mapsvc.services.cases.areas import Areas
from mapsvc.services.cases.discretion import Discretion, may_see_place
from mapsvc.services.cases.history import find_undoable, merged_of, tell_history, was_heard
from mapsvc.services.cases.likeness import likely_duplicates
from mapsvc.services.cases.pins import Pins, PinTo
from mapsvc.services.cases.settings import Settings
from mapsvc.services.intake.mask import mask
from mapsvc.services.scene.interval import iso
from mapsvc.services.scene.registers import Registers
from mapsvc.services.view.incidents import Asker
from mapsvc.services.view.view import View

_MOST_EVENTS = 2000
_TRIES = 6


class Cases:
    """Everything that is asked of, or done to, incidents after they were reported; safe from several threads."""

    def __init__(self, view: View, *, is_drill: Callable[[], bool] = lambda: False) -> None:
        self._view = view
        self._stage = view.stage
        self._store = view.stage.store
        self._is_drill = is_drill
        self.areas = Areas(self._stage)
        self.settings = Settings(self._stage)
        self.discretion = Discretion(self._store, self._stage.clock)
        self._advisor = Advisor(self._stage, self.areas)
        self._pins = Pins(self._stage, self._advisor)

    def case(self, incident_id: str, actor: Actor) -> dict[str, Any]:
        """CASE as this actor may see it; a look at a sensitive place is written down. Raises NotFound."""
        case = self._get(incident_id)
        shown = may_see_place(case, actor)
        if shown and case.incident.sensitive:
            self.discretion.look([incident_id], actor)
        return self._tell(case, actor, shown)

    def recommend(self, incident_id: str, actor: Actor) -> dict[str, Any]:
        """Who should go, who else can be called, and the limit that would begin now. Raises NotFound."""
        case, registers, now = self._get(incident_id), self._registers(), self._stage.clock.now()
        rules, incident = registers.rules, case.incident
        limit = rules.limit(incident.task_type, incident.level)
        advice = tell_advice(self._advisor.ask(case, shown=may_see_place(case, actor)), registers, rules.tz)
        due_at = rules.due(limit.resolve, limit.unit, now)
        told_limit = {
            "sign_s": told.seconds_of(limit.sign, limit, rules),
            "resolve_s": told.seconds_of(limit.resolve, limit, rules),
            "working": limit.is_working,
            "due_at": iso(due_at, rules.tz),
        }
        departments = told.tell_departments(registers)
        return {
            **advice,
            "departments": departments,
            "undo_s": rules.flow.undo_s,
            "limit": told_limit,
            "revision": case.revision,
            "seq": self._store.seq(),
        }

    def step(self, incident_id: str, step: Step, revision: int, actor: Actor) -> dict[str, Any]:
        """Take one step. Raises NotFound, Stale, IllegalStep, Forbidden, BadInput."""
        if step.name in ("merge", "dispatch"):
            raise BadInput(f'"{step.name}" has an address of its own.', field="step")
        case, rules, now = self._at(incident_id, revision), self._registers().rules, self._stage.clock.now()
        heard = was_heard(self._history(incident_id)) if step.name == "close" else False
        return self._store_all(decide(case, _masked(step), rules, actor, now, heard=heard), incident_id, actor)

    def dispatch(self, incident_id: str, step: Step, revision: int, actor: Actor) -> dict[str, Any]:
        """Accept, file and dispatch in one transaction; without targets to the recommended ones. Raises as `step`."""
        case, registers, now = self._at(incident_id, revision), self._registers(), self._stage.clock.now()
        step = _masked(step)
        if not step.targets:
            step = replace(step, targets=self._advisor.ask(case, shown=may_see_place(case, actor)).targets)
            if not step.targets:
                raise BadInput("Nobody fits this incident: say who is called.", field="targets")
        check_targets(step.targets, registers)
        return self._store_all(decide_dispatch(case, step, registers.rules, actor, now), incident_id, actor)

    def undo(self, incident_id: str, revision: int, actor: Actor) -> dict[str, Any]:
        """Take the last step back, within the time of the workflow. Raises Stale, Conflict, Forbidden."""
        case, rules, now = self._at(incident_id, revision), self._registers().rules, self._stage.clock.now()
        found = find_undoable(self._history(incident_id), rules.flow, now)
        if found is None:
            raise Conflict(f"There is nothing to undo: {rules.flow.undo_s} s have passed, or something came after.")
        change = decide_undo(case, found.event, actor, now)
        return self._store_placed(lambda under: self._pins.replaced(case, change, under), incident_id, actor)

    def move(self, incident_id: str, to: PinTo, reason: str, revision: int, actor: Actor) -> dict[str, Any]:
        """Move the pin; the calls follow it into another grid. Raises BadInput, Stale, Forbidden, Conflict."""
        case = self._at(incident_id, revision)
        told = mask(reason)
        return self._store_placed(lambda under: self._pins.move(case, to, told, actor, under), incident_id, actor)

    def merge(self, incident_id: str, into: str, revision: int, actor: Actor) -> dict[str, Any]:
        """Void a duplicate into another incident. Raises as `step`, Conflict."""
        case, rules = self._at(incident_id, revision), self._registers().rules
        try:
            other = self._get(into)
        except NotFound:
            raise BadInput("There is no incident with this id to merge into.", field="into") from None
        now = self._stage.clock.now()
        return self._store_all(decide_merge(case, other, rules, actor, now), incident_id, actor)

    def unmerge(self, incident_id: str, revision: int, actor: Actor) -> dict[str, Any]:
        """Take a duplicate out again. Raises Conflict, Forbidden, Stale."""
        case = self._at(incident_id, revision)
        try:
            other = self._get(case.incident.merged_into) if case.incident.merged_into else None
        except NotFound:
            other = None
        return self._store_all(decide_unmerge(case, other, actor), incident_id, actor)

    def asker(self, actor: Actor, queue: str = "") -> Asker:
        """How lists of incidents look to this actor."""
        called_to: frozenset[str] = frozenset()
        if queue == "mine" and actor.targets:
            called_to = frozenset(one for one, _ in self._store.list_called(sorted(actor.targets)))
        return Asker(actor, lambda ids: self.discretion.open_of(ids, actor), called_to, queue)

    def place_is_open(self, incident_id: str, actor: Actor) -> bool:
        """Whether this actor may see where it is; of a sensitive one the look is written down. Raises NotFound."""
        case = self._get(incident_id)
        shown = may_see_place(case, actor)
        if shown and case.incident.sensitive:
            self.discretion.look([incident_id], actor)
        return shown

    def _store_all(self, changes: tuple[Change, ...], incident_id: str, actor: Actor) -> dict[str, Any]:
        self._store.change_incidents(changes, at=self._stage.clock.now(), post=actor.code)
        return self.case(incident_id, actor)

    def _store_placed(self, make: Callable[[str | None], Change], incident_id: str, actor: Actor) -> dict[str, Any]:
        """Store a change of place; where an edition came into force since it was looked up, it is looked up again."""
        for attempt in range(_TRIES):
            under = self._store.find_assigned_plan()
            change = make(under)
            try:
                self._store.change_incidents((change,), at=self._stage.clock.now(), post=actor.code, under=under)
                break
            except Overtaken:
                if attempt == _TRIES - 1:
                    raise
        return self.case(incident_id, actor)

    def _history(self, incident_id: str) -> list[Event]:
        return self._store.list_history(incident_id, limit=_MOST_EVENTS)

    def _get(self, incident_id: str) -> Case:
        """The case; one whose type has become sensitive since is so too."""
        case = self._store.get_case(incident_id)
        kind = self._registers().task_types.get(case.incident.task_type)
        if kind is not None and kind.sensitive and not case.incident.sensitive:
            case = replace(case, incident=replace(case.incident, sensitive=True))
        return case

    def _at(self, incident_id: str, revision: int) -> Case:
        case = self._get(incident_id)
        if case.revision != revision:
            raise Stale("Another post changed this incident meanwhile.", revision=case.revision)
        return case

    def _registers(self) -> Registers:
        return self._stage.registers(self._stage.journal.marks())

    def _tell(self, case: Case, actor: Actor, shown: bool) -> dict[str, Any]:
        incident, registers, now = case.incident, self._registers(), self._stage.clock.now()
        rules, events = registers.rules, self._history(case.incident.id)
        scene = self._stage.scene(Query())
        alike = likely_duplicates(case, scene.rows, scene.sensitive, scene.plan.plan.working_epsg) if shown else []
        others = self._store.list_incidents([one.fid for one in alike])
        return {
            "id": incident.id,
            "revision": case.revision,
            "seq": self._store.seq(),
            "feature": self._view.incident(incident.id, Query(), shown=shown),
            "steps": told.tell_steps(case, rules, actor),
            "calls": told.tell_calls(case.calls, registers, rules.tz),
            "shares": told.tell_shares(incident, scene.plan) if shown else [],
            "line": told.tell_line(incident, scene.plan) if shown else None,
            "limit": told.tell_limit(incident, rules, now),
            "dispatched_at": iso(incident.dispatched_at, rules.tz),
            "photos": told.tell_photos(case.photos) if shown else [],
            "history": tell_history(incident, events, rules.flow, rules.tz, shown=shown),
            "duplicates": told.tell_duplicates(alike, others),
            "merged_into": incident.merged_into,
            "merged": merged_of(events),
            "undo": told.tell_undo(case, events, rules, actor, now),
            "hidden": not shown,
            "drill": self._is_drill(),
        }


def _masked(step: Step) -> Step:
    """The step without numbers by which a person could be found."""
    return replace(step, reason=mask(step.reason), note=mask(step.note))
