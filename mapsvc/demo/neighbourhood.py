"""Neighbourhood: the whole invented place put together, and its register of sites in degrees."""

from __future__ import annotations

from collections import Counter
from dataclasses import dataclass

import numpy as np

from mapsvc.demo.addresses import Address, make_addresses
from mapsvc.demo.blocks import Block, Way, make_blocks, make_ways
from mapsvc.demo.buildings import Building, make_buildings, settle
from mapsvc.demo.compounds import Compound, make_compounds
from mapsvc.demo.frame import Partition, make_partition
from mapsvc.demo.places import Spot, make_spots
from mapsvc.demo.plane import shapes_to_lonlat
from mapsvc.model.site import Site


@dataclass(frozen=True, slots=True)
class Neighbourhood:
    """All parts, on the board; addresses go with buildings by position."""

    partition: Partition
    ways: tuple[Way, ...]
    blocks: tuple[Block, ...]
    buildings: tuple[Building, ...]
    compounds: tuple[Compound, ...]
    addresses: tuple[Address, ...]
    spots: tuple[Spot, ...]


def make_neighbourhood(rng: np.random.Generator) -> Neighbourhood:
    """Streets and grids are fixed; land use, footprints and shops follow the seed."""
    partition = make_partition()
    ways = make_ways(partition)
    blocks = make_blocks(partition, ways, rng)
    buildings = settle(make_buildings(blocks, rng))
    compounds = make_compounds(blocks, buildings)
    addresses = make_addresses(buildings, compounds, ways)
    spots = make_spots(partition, blocks, buildings, addresses, ways, rng)
    return Neighbourhood(partition, ways, blocks, buildings, compounds, addresses, spots)


def list_sites(place: Neighbourhood) -> list[Site]:
    """The place register in degrees on whole 1e-7 (1 cm), ids a kind and a number."""
    rows: list[tuple[str, object, str, str, str, str, int]] = [
        ("street", way.line, way.name, way.name_zh, "", "", 0) for way in place.ways
    ]
    for spot in place.spots:
        found = (spot.address.text, spot.address.text_zh) if spot.address else ("", "")
        rows.append((spot.kind, spot.shape, spot.name, spot.name_zh, *found, 0))
    rows += [("compound", c.plot, c.name, c.name_zh, c.name, c.name_zh, c.households) for c in place.compounds]
    for building, address in zip(place.buildings, place.addresses, strict=True):
        named = (address.name, address.name_zh, address.text, address.text_zh)
        rows.append(("building", building.footprint, *named, building.households))
    shapes = shapes_to_lonlat([row[1] for row in rows])
    count: Counter[str] = Counter()
    sites = []
    for (kind, _, name, name_zh, address_en, address_zh, households), shape in zip(rows, shapes, strict=True):
        count[kind] += 1
        sites.append(Site(f"{kind}-{count[kind]:04d}", kind, shape, name, name_zh, address_en, address_zh, households))
    return sites
