"""Buildings: what stands on each block, with compounds, storeys and households."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, replace

import numpy as np
from shapely import Polygon

from mapsvc.demo.blocks import Block
from mapsvc.demo.grids import GRID_ROWS
from mapsvc.demo.packing import Row, fill_edge, fill_rows

SLABS = Row(12.0, (26, 46), 9, 26)
HOUSES = Row(9.5, (11, 18), 5, 19)
SHOPS = Row(11.0, (10, 19), 3, 19)
HALLS = Row(24.0, (34, 52), 12, 40)
SCHOOL = Row(13.0, (36, 52), 16, 36)
SHEDS = Row(15.0, (18, 30), 14, 46)
ENTRANCE_M = 18.0
MARKET_GRID = 7


@dataclass(frozen=True, slots=True)
class Building:
    """A footprint on the board. use: slab | house | shop | hall | school | shed; compound: index or -1.

    entrances: stairways of a slab; street_number and address come later.
    """

    footprint: Polygon
    grid: int
    block: int
    use: str
    compound: int = -1
    number: int = 0
    entrances: int = 0
    households: int = 0


def make_buildings(blocks: Sequence[Block], rng: np.random.Generator) -> tuple[Building, ...]:
    """All buildings, block by block; slabs numbered within their compound, households set per grid."""
    found: list[Building] = []
    compounds = 0
    for k, block in enumerate(blocks):
        placed = _on_block(block, rng)
        is_compound = any(use == "slab" for use, _ in placed)
        number = 0
        for use, footprint in placed:
            slab = use == "slab"
            number += slab
            found.append(
                Building(
                    footprint=footprint,
                    grid=block.grid,
                    block=k,
                    use=use,
                    compound=compounds if slab else -1,
                    number=number if slab else 0,
                    entrances=max(1, round(_length(footprint) / ENTRANCE_M)) if slab else 0,
                )
            )
        compounds += is_compound
    return tuple(found)


def settle(buildings: Sequence[Building]) -> tuple[Building, ...]:
    """Households: one a house, none over shops, the rest in slabs of 2-6 storeys, near the target of each grid."""
    targets = {row.number: row.households for row in GRID_ROWS}
    left = {number: float(target) for number, target in targets.items()}
    doors = dict.fromkeys(targets, 0)
    for building in buildings:
        left[building.grid] -= building.use == "house"
        doors[building.grid] += building.entrances
    settled = []
    for building in buildings:
        grid, households = building.grid, int(building.use == "house")
        if building.entrances:
            # Two homes on a landing: a stairway of s storeys holds 2 s. What rounding leaves goes to the next slab.
            storeys = max(2, min(6, round(left[grid] / doors[grid] / 2)))
            households = 2 * storeys * building.entrances
            left[grid] -= households
            doors[grid] -= building.entrances
        settled.append(replace(building, households=households))
    return tuple(settled)


def _length(footprint: Polygon) -> float:
    (x0, y0), (x1, y1), (x2, y2) = footprint.exterior.coords[:3]
    return float(max(np.hypot(x1 - x0, y1 - y0), np.hypot(x2 - x1, y2 - y1)))


def _on_block(block: Block, rng: np.random.Generator) -> list[tuple[str, Polygon]]:
    ground = block.ground
    if block.use == "compound":
        return [("slab", shape) for shape in fill_rows(ground.buffer(-5), SLABS, rng)]
    if block.use == "houses":
        edge = fill_edge(ground, HOUSES, rng, share=0.68)
        inner = [shape for shape in fill_rows(ground.buffer(-14), HOUSES, rng, edge) if rng.random() < 0.3]
        return [("house", shape) for shape in edge + inner]
    if block.use == "mixed":
        edge = fill_edge(ground, SHOPS, rng, share=0.62)
        inside, kind = (HALLS, "hall") if block.grid == MARKET_GRID else (SLABS, "slab")
        return [("shop", shape) for shape in edge] + [
            (kind, shape) for shape in fill_rows(ground.buffer(-17), inside, rng, edge)
        ]
    if block.use in ("school", "nursery"):
        return [("school", shape) for shape in fill_rows(ground.buffer(-8), SCHOOL, rng)[:4]]
    if block.use == "market":
        return [("hall", shape) for shape in fill_rows(ground.buffer(-6), HALLS, rng)]
    if block.use in ("yard", "depot", "mill"):
        return [("shed", shape) for shape in fill_rows(ground.buffer(-6), SHEDS, rng)[:5]]
    return []
