"""Site: a thing of the place register: building, street, water, school, hydrant. The gazetteer's rows."""

from __future__ import annotations

from dataclasses import dataclass

from shapely.geometry.base import BaseGeometry

SITE_KINDS = (
    "building",
    "street",
    "water",
    "park",
    "school",
    "shop",
    "clinic",
    "hydrant",
    "compound",
    "other",
)
BASE_KINDS = ("water", "park", "street", "building")
"""Kinds drawn under the grids as the built-in basemap, bottom to top."""


@dataclass(frozen=True, slots=True)
class Site:
    """One place with its shape (lon/lat degrees) and address; no resident, ever.

    households: number of dwellings, 0 where none; it weighs plans and coverage.
    """

    id: str
    kind: str
    geometry: BaseGeometry
    name: str = ""
    name_zh: str = ""
    address: str = ""
    address_zh: str = ""
    households: int = 0
