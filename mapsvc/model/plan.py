"""Plan: a dated partition of a frame into grids. Published plans never change."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date
from enum import StrEnum

from shapely.geometry import MultiPolygon, Polygon

from mapsvc.model.finding import Finding
from mapsvc.model.grid import Grid


class PlanStatus(StrEnum):
    """The life of a plan; `published` plans are called editions."""

    DRAFT = "draft"
    IN_REVIEW = "in_review"
    PUBLISHED = "published"
    RETIRED = "retired"


@dataclass(frozen=True, slots=True)
class Plan:
    """A partition of `frame` into `grids`, valid from a date.

    frame: lon/lat degrees, the region the grids must cover.
    working_epsg: projected CRS in metres that measures every area and distance of this plan.
    grids: in code order; a grid's position here is its index in all bulk columns.
    valid_from, valid_to: the edition is in force on valid_from <= day < valid_to.
    recorded_at: epoch seconds UTC when the store took it.
    """

    id: str
    name: str
    frame: Polygon | MultiPolygon
    working_epsg: int
    grids: tuple[Grid, ...]
    status: PlanStatus = PlanStatus.DRAFT
    valid_from: date | None = None
    valid_to: date | None = None
    recorded_at: int = 0
    revision: int = 0
    parent_id: str | None = None
    code_scheme: str = "free"
    source: str = ""
    findings: tuple[Finding, ...] = ()

    @property
    def codes(self) -> tuple[str, ...]:
        """Grid codes in index order."""
        return tuple(grid.code for grid in self.grids)

    @property
    def open_findings(self) -> tuple[Finding, ...]:
        """The findings that still block publishing."""
        return tuple(finding for finding in self.findings if finding.is_open)


@dataclass(frozen=True, slots=True)
class PlanHead:
    """A plan without its geometry, for lists."""

    id: str
    name: str
    status: PlanStatus
    valid_from: date | None
    valid_to: date | None
    grids: int
    working_epsg: int
    open_findings: int
