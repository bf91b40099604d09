"""Cell: what a partition knows of one side: its arcs, and what was worked out from them so far."""

from __future__ import annotations

from dataclasses import dataclass

from shapely.geometry import MultiPolygon, Polygon

from mapsvc.model.grid import Grid


@dataclass(slots=True, eq=False)
class Cell:
    """arcs: ids, never changed. The rest is filled in when first asked for, and is the same whoever fills it.

    grid: the facts it was made with, and the grid.
    """

    arcs: frozenset[int]
    polygon: Polygon | MultiPolygon | None = None
    area_m2: float | None = None
    grid: tuple[Grid, Grid] | None = None
