"""Sheet: what stands on a printed page of a plan or of one grid, in one language, before it is drawn."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from enum import StrEnum

from shapely.geometry.base import BaseGeometry

from mapsvc.model.plan import PlanStatus


class Role(StrEnum):
    """What an area is on a sheet: the grid in question, one beside it, or one of many."""

    OWN = "own"
    NEIGHBOUR = "neighbour"
    ONE = "one"


@dataclass(frozen=True, slots=True)
class SheetArea:
    """A grid as drawn. shape: metres of the working CRS; label: x, y well inside it."""

    title: str
    shape: BaseGeometry
    label: tuple[float, float]
    role: Role


@dataclass(frozen=True, slots=True)
class SheetGround:
    """A thing under the grids: kind as in SITE_KINDS, shape in metres of the working CRS."""

    kind: str
    shape: BaseGeometry
    name: str = ""


@dataclass(frozen=True, slots=True)
class Sheet:
    """One page. heading: the grid's or the plan's name; community: whose plan it is.

    bounds: west, south, east, north in metres of the working CRS that the map must show. frame: the frame in metres.
    facts: (key of the wording, its values) in reading order, for the table under the map.
    valid_from, valid_to, printed_at: as they are to be read. digest: names codes and shapes of the plan.
    """

    heading: str
    community: str
    status: PlanStatus
    edition: str
    plan_id: str
    valid_from: str
    valid_to: str
    printed_at: str
    seq: int
    digest: str
    working_epsg: int
    bounds: tuple[float, float, float, float]
    frame: BaseGeometry
    areas: tuple[SheetArea, ...]
    ground: tuple[SheetGround, ...] = ()
    facts: tuple[tuple[str, Mapping[str, str]], ...] = ()
    synthetic: bool = False
    is_grid: bool = field(default=False)
