"""Compounds: named yards of apartment blocks with one gate."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

import shapely
from shapely.geometry.base import BaseGeometry

from mapsvc.demo.blocks import Block
from mapsvc.demo.buildings import Building

NAMES: dict[int, tuple[tuple[str, str], ...]] = {
    1: (
        ("Orchard Garden", "果园里小区"),
        ("Apricot Court", "杏苑小区"),
        ("Pear Blossom Yard", "梨花苑"),
        ("Jujube Yard", "枣园小区"),
        ("Plum Court", "梅苑小区"),
        ("Old Orchard Estate", "老果园新村"),
        ("Peach Yard", "桃园小区"),
        ("Walnut Court", "核桃苑"),
    ),
    2: (
        ("North Gate Estate", "北门小区"),
        ("Drum Tower Court", "鼓楼苑"),
        ("Archway Yard", "牌坊小区"),
        ("Postern Court", "后门苑"),
        ("Bell Tower Estate", "钟楼新村"),
        ("City Wall Yard", "城垣小区"),
        ("Gate View", "望门小区"),
        ("Watchtower Yard", "望楼小区"),
    ),
    3: (
        ("Canal Bank Estate", "渠畔小区"),
        ("Heron Court", "白鹭苑"),
        ("Reed Garden", "芦苇小区"),
        ("Ferry Yard", "渡口小区"),
        ("Willow Shade", "柳荫苑"),
        ("Clearwater Estate", "清水湾小区"),
        ("Lotus Court", "莲苑小区"),
        ("Bridge View", "望桥小区"),
        ("Duckweed Yard", "浮萍小区"),
        ("Sluice Court", "水闸苑"),
    ),
    4: (
        ("Old Mill Estate", "磨坊小区"),
        ("Granary Court", "粮仓苑"),
        ("Waterwheel Yard", "水车小区"),
        ("Millstone Garden", "磨石苑"),
        ("Wheat Court", "麦苑小区"),
        ("Threshing Yard", "麦场小区"),
        ("Barley Estate", "青稞新村"),
        ("Sieve Court", "罗底小区"),
    ),
    5: (
        ("Lantern Estate", "灯市小区"),
        ("Silk Lamp Court", "丝灯苑"),
        ("Festival Yard", "元宵小区"),
        ("Candle Court", "烛影苑"),
        ("Lamp Flower Garden", "灯花小区"),
        ("Bright Yard", "明光小区"),
        ("Moon Gate Court", "月门苑"),
    ),
    6: (
        ("Brick Lane Estate", "砖巷小区"),
        ("Kiln Court", "窑口苑"),
        ("Tile Yard", "瓦房小区"),
        ("Red Brick Garden", "红砖苑"),
        ("Mason Court", "石匠小区"),
        ("South Well Yard", "南井小区"),
        ("Clay Court", "陶苑小区"),
    ),
    7: (("Market Park Flats", "市场园公寓"), ("Weighhouse Court", "秤行苑"), ("Stallholders' Yard", "摊区小区")),
}


@dataclass(frozen=True, slots=True)
class Compound:
    """A named yard; index is what Building.compound refers to."""

    index: int
    name: str
    name_zh: str
    grid: int
    plot: BaseGeometry
    households: int


def make_compounds(blocks: Sequence[Block], buildings: Sequence[Building]) -> tuple[Compound, ...]:
    """One compound for each block with slabs, named from its grid's list in the order of the blocks."""
    used: dict[int, int] = {}
    found = []
    for index in sorted({building.compound for building in buildings if building.compound >= 0}):
        own = [building for building in buildings if building.compound == index]
        block = blocks[own[0].block]
        k = used.get(block.grid, 0)
        used[block.grid] = k + 1
        names = NAMES[block.grid]
        name, name_zh = names[k % len(names)]
        if k >= len(names):
            name, name_zh = f"{name} Phase {k // len(names) + 1}", f"{name_zh}{'二三四'[k // len(names) - 1]}期"
        if block.use == "compound":
            plot: BaseGeometry = block.ground.buffer(-1.5)
        else:
            # Behind a row of shops the yard is only what lies round its slabs.
            plot = shapely.union_all([building.footprint for building in own]).convex_hull.buffer(3)
            plot = plot.intersection(block.ground)
        found.append(Compound(index, name, name_zh, block.grid, plot, sum(b.households for b in own)))
    return tuple(found)
