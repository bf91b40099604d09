"""Addresses: street numbers by side and position, block numbers in compounds, in both languages."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np
import shapely
from shapely import Polygon

from mapsvc.demo.blocks import Way
from mapsvc.demo.buildings import Building
from mapsvc.demo.compounds import Compound

COMMUNITY_ZH = "柳岸社区"


@dataclass(frozen=True, slots=True)
class Address:
    """How a building is found: text in both languages; name: what its door plate says."""

    text: str
    text_zh: str
    name: str = ""
    name_zh: str = ""


def make_addresses(
    buildings: Sequence[Building], compounds: Sequence[Compound], ways: Sequence[Way]
) -> tuple[Address, ...]:
    """One address a building, no two alike. Slabs count within their compound, all else along its nearest street."""
    yards = {compound.index: compound for compound in compounds}
    addresses: dict[int, Address] = {}
    for k, building in enumerate(buildings):
        if building.compound >= 0:
            yard = yards[building.compound]
            addresses[k] = Address(
                text=f"Block {building.number}, {yard.name}",
                text_zh=f"{COMMUNITY_ZH}{yard.name_zh}{building.number}号楼",
                name=f"Block {building.number}",
                name_zh=f"{building.number}号楼",
            )
    plain = [k for k in range(len(buildings)) if k not in addresses]
    numbers = number_along([buildings[k].footprint for k in plain], ways)
    for k, (way, number) in zip(plain, numbers, strict=True):
        addresses[k] = Address(f"{way.name} {number}", f"{COMMUNITY_ZH}{way.name_zh}{number}号", "", f"{number}号")
    return tuple(addresses[k] for k in range(len(buildings)))


def number_along(footprints: Sequence[Polygon], ways: Sequence[Way]) -> list[tuple[Way, int]]:
    """The street and house number of each: odd on the left hand of the street, even on the right, counted along it."""
    centres = shapely.centroid(np.asarray(footprints, dtype=object))
    lines = np.asarray([way.line for way in ways], dtype=object)
    nearest = [int(np.argmin(shapely.distance(lines, centre))) for centre in centres]
    place = []
    for k, (centre, at) in enumerate(zip(centres, nearest, strict=True)):
        line = ways[at].line
        along = float(line.project(centre))
        behind, ahead = line.interpolate(max(0.0, along - 1)), line.interpolate(min(line.length, along + 1))
        turn = (ahead.x - behind.x) * (centre.y - behind.y) - (ahead.y - behind.y) * (centre.x - behind.x)
        # A lane in two pieces counts on from the first piece: at orders the pieces.
        place.append((ways[at].name, turn > 0, at, along, k))
    numbers: dict[int, tuple[Way, int]] = {}
    count: dict[tuple[str, bool], int] = {}
    for name, is_left, at, _, k in sorted(place):
        rank = count.get((name, is_left), 0)
        count[name, is_left] = rank + 1
        numbers[k] = (ways[at], 2 * rank + (1 if is_left else 2))
    return [numbers[k] for k in range(len(footprints))]
