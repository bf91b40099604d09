"""One step's change made ready for any store: plain column values, checked, and its line in the journal. No I/O."""

from __future__ import annotations

import math
from collections.abc import Callable, Mapping
from typing import Any

from mapsvc.errors import BadInput, Stale
from mapsvc.model.case import Change
from mapsvc.model.incident import CERTAINTY_CODE, STATUS_CODE, Certainty, Status, write_shares
from mapsvc.model.place import Method
from mapsvc.store.events import Entry
from mapsvc.store.incident_events import REPORTED


def _text(value: Any) -> str:
    if not isinstance(value, str):
        raise TypeError("no text")
    return value


def _whole(value: Any) -> int:
    if isinstance(value, bool) or int(value) != value or not -(2**63) <= value < 2**63:
        raise TypeError("no whole number")
    return int(value)


def _time(value: Any) -> int | None:
    """None and 0 both say: not yet."""
    return None if value is None else _whole(value) or None


def _real(value: Any) -> float:
    if not math.isfinite(value):
        raise ValueError("not finite")
    return float(value)


def _maybe(read: Callable[[Any], Any]) -> Callable[[Any], Any]:
    return lambda value: None if value is None else read(value)


_READ: Mapping[str, Callable[[Any], Any]] = {
    "task_type": _text,
    "title": _text,
    "text": _text,
    "occurred_at": _whole,
    "reported_at": _whole,
    "dispatched_at": _time,
    "closed_at": _time,
    "due_at": _time,
    "left_s": _maybe(_whole),
    "level": _whole,
    "status": lambda value: STATUS_CODE[Status(value)],
    "certainty": lambda value: CERTAINTY_CODE[Certainty(value)],
    "grid_code": _text,
    "grid_share": _real,
    "sensitive": bool,
    "departments": lambda value: " ".join(map(_text, value)),
    "shares": write_shares,
    "merged_into": _text,
    "lon": _maybe(_real),
    "lat": _maybe(_real),
    "datum": _text,
    "method": lambda value: Method(value).value,
    "accuracy_m": _maybe(_real),
    "address": _text,
    "precision": _text,
}


def values_of(change: Change) -> dict[str, Any]:
    """New values by column (names of BATCH_DEFAULTS, left_s, merged_into), None = none; BadInput names the field."""
    values: dict[str, Any] = {}
    for name, value in change.fields.items():
        try:
            if name == "given":
                x, y = (None, None) if value is None else value
                values |= {"given_x": _maybe(_real)(x), "given_y": _maybe(_real)(y)}
            else:
                values[name] = _READ[name](value)
        except KeyError as error:
            raise BadInput(f'A step cannot change "{name}" of an incident.', field=name) from error
        except (TypeError, ValueError, OverflowError, AttributeError) as error:
            raise BadInput(f'This is no value for "{name}" of an incident.', field=name) from error
    for first, second in (("lon", "lat"), ("given_x", "given_y")):
        if (first in values) != (second in values) or (values.get(first) is None) != (values.get(second) is None):
            raise BadInput(f"A point needs both {first} and {second}, or neither.", field=first)
    return values


def entry_of(change: Change, *, at: int, post: str) -> Entry:
    """The change as the journal tells it; BadInput for an event that caches would not take for one of this incident."""
    if not change.kind.startswith("incident.") or change.kind in (REPORTED, "incident.seen", "incident.overdue"):
        raise BadInput(f'A change of an incident is not told as "{change.kind}".', field="kind")
    return Entry(at, post, change.kind, change.incident_id, {**change.data, "revision": change.revision + 1})


def check_revision(change: Change, stored: int) -> None:
    """Stale where the change was decided on another revision than the stored one."""
    if change.revision != stored:
        raise Stale(
            "This incident was changed meanwhile; look at it again.",
            revision=stored,
            details={"incident": change.incident_id},
        )
