"""Proof: what stands on the sheet that says whose a point is, in one language, before it is drawn."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass

from shapely.geometry.base import BaseGeometry

from mapsvc.model.sheet import SheetArea, SheetGround

Said = tuple[str, Mapping[str, str]]
"""A key of the wording and its values."""


@dataclass(frozen=True, slots=True)
class Proof:
    """One page. number: of the incident, "" for a bare point; post: who has it made; issued_at: as it is to be read.

    verdict: whose the point is; reason: why, and what follows. bounds: west, south, east, north in metres of the
    working CRS that the map must show. point: x, y in metres; radius_m: the 68 % radius, None = not stated; foot: the
    nearest place of the line, None without a line; distance_m: to it. facts: label and value, in reading order, half
    of them in each column. working: how it was worked out and what it rests on. seals: who signs. digest: names codes
    and shapes of the edition.
    """

    number: str
    community: str
    post: str
    issued_at: str
    verdict: Said
    reason: Said
    bounds: tuple[float, float, float, float]
    point: tuple[float, float]
    radius_m: float | None
    foot: tuple[float, float] | None
    distance_m: float
    frame: BaseGeometry
    areas: tuple[SheetArea, ...]
    ground: tuple[SheetGround, ...]
    facts: tuple[tuple[str, Said], ...]
    edition: str
    working: Said
    seals: tuple[str, ...]
    seq: int
    digest: str
    synthetic: bool = False
