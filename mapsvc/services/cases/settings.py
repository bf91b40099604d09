"""Settings: the editable tables of incidents in motion, read whole before they are stored."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from typing import Any

from mapsvc.casework.escalate import DEFAULT_LADDER, read_ladder, write_ladder
from mapsvc.casework.flow_json import read_flow, write_flow
from mapsvc.casework.limits_json import read_calendar, read_limits, write_calendar, write_limits
from mapsvc.casework.weights import Weights, read_weights, write_weights
from mapsvc.errors import BadInput, NotFound
from mapsvc.model.calendar import Calendar
from mapsvc.model.default_flow import DEFAULT_FLOW
from mapsvc.model.limit import ANY
from mapsvc.services.scene.scene import Stage

Clean = Callable[[Any], dict[str, Any]]
_CLEAN: Mapping[str, Clean] = {
    "workflow": lambda value: write_flow(read_flow(value)),
    "limits": lambda value: write_limits(read_limits(value)),
    "calendar": lambda value: write_calendar(read_calendar(value)),
    "recommend": lambda value: write_weights(read_weights(value)),
    "escalation": lambda value: write_ladder(read_ladder(value)),
}
_DEFAULTS: Mapping[str, Callable[[], dict[str, Any]]] = {
    "workflow": lambda: write_flow(DEFAULT_FLOW),
    "limits": lambda: write_limits(()),
    "calendar": lambda: write_calendar(Calendar()),
    "recommend": lambda: write_weights(Weights()),
    "escalation": lambda: write_ladder(DEFAULT_LADDER),
}
NAMES = tuple(_CLEAN)


class Settings:
    """Reads and replaces settings; each change is kept in the journal with its whole value."""

    def __init__(self, stage: Stage) -> None:
        self._stage = stage

    def get(self, name: str) -> dict[str, Any]:
        """The value and its revision; while nobody set it, the one that holds, with revision 0. Raises NotFound."""
        if name not in _CLEAN:
            raise NotFound(f"There is no such setting; there are {', '.join(NAMES)}.")
        found = self._stage.store.find_setting(name)
        value, revision = found if found is not None else (_DEFAULTS[name](), 0)
        return {"name": name, "revision": revision, "value": dict(value)}

    def put(self, name: str, value: Any, revision: int, *, post: str) -> dict[str, Any]:
        """Set it if `revision` is the newest. Raises NotFound, BadInput naming the field, PersonLabel, Stale."""
        if name not in _CLEAN:
            raise NotFound(f"There is no such setting; there are {', '.join(NAMES)}.")
        clean = _CLEAN[name](value)
        if name == "limits":
            self._check_types(clean)
        now = self._stage.clock.now()
        self._stage.store.put_setting(name, clean, revision=revision, at=now, post=post)
        return self.get(name)

    def _check_types(self, clean: Mapping[str, Any]) -> None:
        known = self._stage.registers(self._stage.journal.marks()).task_types
        for k, row in enumerate(clean["limits"]):
            if row["type"] != ANY and row["type"] not in known:
                raise BadInput(f'There is no task type "{row["type"][:40]}".', field=f"limits[{k}].type")
