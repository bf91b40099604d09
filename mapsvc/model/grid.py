"""Grid: one cell of a plan, the unit of responsibility."""

from __future__ import annotations

from dataclasses import dataclass
from enum import StrEnum

from shapely.geometry import MultiPolygon, Polygon


class GridKind(StrEnum):
    """Kinds of grid in the field's own terms (glossary: 基础网格, 专属网格, 微网格)."""

    GENERAL = "general"
    SPECIAL = "special"
    MICRO = "micro"


@dataclass(frozen=True, slots=True)
class Grid:
    """A polygon with a code and the post that answers for it.

    polygon: lon/lat degrees (WGS 84), exactly as imported or as the redraw kernel made it.
    area_m2: measured in the plan's working CRS, never in degrees or Web Mercator.
    id: stable over editions; code: what people read, never reused.
    unit: the responsible body; theme: the grid's own motto; neither names a person.
    """

    id: str
    code: str
    name: str
    polygon: Polygon | MultiPolygon
    area_m2: float
    kind: GridKind = GridKind.GENERAL
    name_zh: str = ""
    theme: str = ""
    theme_zh: str = ""
    unit: str = ""
    unit_zh: str = ""
