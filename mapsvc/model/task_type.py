"""TaskType: what an incident is about. Matters and places, never kinds of people."""

from __future__ import annotations

from dataclasses import dataclass


@dataclass(frozen=True, slots=True)
class TaskType:
    """A row of the editable table of task types.

    limit_hours: time to resolve, from dispatch; None = no clock.
    sensitive: others than the handling post see the grid, never the point.
    """

    code: str
    name: str
    name_zh: str = ""
    limit_hours: float | None = None
    lead_department: str = ""
    sensitive: bool = False
    icon: str = "dot"
