"""Post: a duty with a place in a grid. Posts and departments, never the people who fill them."""

from __future__ import annotations

from dataclasses import dataclass


@dataclass(frozen=True, slots=True)
class Department:
    """A body that incidents are dispatched to (police, court, property company...)."""

    code: str
    name: str
    name_zh: str = ""


@dataclass(frozen=True, slots=True)
class Post:
    """A duty that serves grids.

    role: "grid_chief", "worker_full", "worker_part", "community_police", "court_liaison",
    "night_patrol", "volunteers", ... (free text; the grid card lists what is required).
    strength: how many stand behind the post now; 0 marks a missing force on the card.
    hours: when it is on duty in the community's zone, "" = always: "08:00-18:00", "mon-fri 08:00-18:00", several
    joined by ";", over midnight as "22:00-06:00" (model.duty).
    required: whether the grid counts as short when strength is 0.
    """

    code: str
    role: str
    name: str
    name_zh: str = ""
    grid_codes: tuple[str, ...] = ()
    department: str = ""
    strength: int = 1
    required: bool = False
    duty: str = ""
    duty_zh: str = ""
    lon: float | None = None
    lat: float | None = None
    hours: str = ""
