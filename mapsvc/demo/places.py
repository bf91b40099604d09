"""Places: schools, shops, clinics, hydrants, parks and the rest of the invented register, on the board."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass

import numpy as np
import shapely
from shapely import LineString, Point, Polygon

from mapsvc.demo.addresses import Address
from mapsvc.demo.blocks import Block, Way
from mapsvc.demo.buildings import Building
from mapsvc.demo.frame import Partition
from mapsvc.demo.streets import read_net

SHOPS = (
    ("Noodle shop", "面馆"),
    ("Grocery", "便利店"),
    ("Bakery", "烘焙店"),
    ("Pharmacy", "药店"),
    ("Hardware shop", "五金店"),
    ("Fruit shop", "水果店"),
    ("Barber", "理发店"),
    ("Tea shop", "茶庄"),
    ("Bicycle repair", "自行车修理铺"),
    ("Laundry", "洗衣店"),
    ("Bookshop", "书店"),
    ("Dumpling shop", "饺子馆"),
    ("Phone repair", "手机维修店"),
    ("Tailor", "裁缝铺"),
    ("Snack bar", "小吃店"),
    ("Grain and oil shop", "粮油店"),
    ("Flower shop", "花店"),
    ("Parcel pick-up", "快递驿站"),
    ("Stationery", "文具店"),
    ("Tyre shop", "轮胎店"),
)
NAMED_BLOCKS: dict[tuple[str, int], tuple[tuple[str, str], ...]] = {
    ("school", 1): (("Orchard Primary School", "果园里小学"),),
    ("school", 3): (("Canal Bank Middle School", "渠畔中学"),),
    ("school", 5): (("Lantern Primary School", "灯市小学"),),
    ("school", 6): (("Brick Lane Primary School", "砖巷小学"),),
    ("nursery", 2): (("North Gate Nursery", "北门幼儿园"),),
    ("nursery", 4): (("Old Mill Nursery", "磨坊幼儿园"),),
    ("park", 1): (("Pear Tree Garden", "梨树园"),),
    ("park", 2): (("Canal Bend Garden", "渠湾绿地"),),
    ("park", 3): (("East Dyke Park", "东堤公园"),),
    ("park", 4): (("Millpond Park", "磨塘公园"),),
    ("park", 7): (("Market Green", "市场绿地"),),
    ("yard", 6): (("Willow Bank bus yard", "柳岸公交停车场"),),
    ("depot", 7): (("Sanitation depot", "环卫停车场"),),
    ("mill", 4): (("Old flour mill", "老面粉厂"),),
    ("market", 7): (("Grain hall", "粮食大厅"), ("Cloth hall", "布匹大厅"), ("Vegetable hall", "蔬菜大厅")),
}
BUS_YARD = "Willow Bank bus yard"
POINTS = (
    ("other", "Street office", "街道办事处", (-200, 312)),
    ("other", "Community service station", "社区服务站", (-60, 70)),
    ("other", "Community police room", "社区警务室", (40, -190)),
    ("other", "Fire post", "微型消防站", (470, -170)),
    ("other", "Court circuit room", "巡回法庭工作室", (-20, -222)),
    ("other", "Hall of hundred families", "百家议事厅", (-290, -225)),
    ("other", "Market management office", "市场管理所", (440, -120)),
    ("other", "Public toilet, Canal Street", "渠边公厕", (255, -210)),
    ("other", "Public toilet, North Gate", "北门公厕", (30, 335)),
    ("clinic", "Orchard clinic", "果园里卫生服务站", (-485, 180)),
    ("clinic", "Lantern clinic", "灯市卫生服务站", (-60, -62)),
    ("clinic", "Canal Bank clinic", "渠畔卫生服务站", (520, 200)),
    ("clinic", "Old Mill clinic", "磨坊卫生服务站", (-505, -230)),
    ("clinic", "Brick Lane clinic", "砖巷卫生服务站", (-75, -280)),
)
HYDRANT_EVERY_M = 230.0


@dataclass(frozen=True, slots=True)
class Spot:
    """A place on the board, not yet in degrees. grid: number, 0 for what runs through several."""

    kind: str
    shape: Polygon | Point | LineString
    name: str
    name_zh: str
    grid: int = 0
    address: Address | None = None


def make_spots(
    partition: Partition,
    blocks: Sequence[Block],
    buildings: Sequence[Building],
    addresses: Sequence[Address],
    ways: Sequence[Way],
    rng: np.random.Generator,
) -> tuple[Spot, ...]:
    """Everything but buildings, compounds and streets."""
    canal = read_net().canal
    water = shapely.buffer(LineString(canal.line()), 9.0, cap_style="flat")
    spots = [Spot("water", water, canal.name, canal.name_zh)]
    spots += _block_spots(blocks)
    spots += _shops(buildings, addresses, rng)
    for kind, name, name_zh, (x, y) in POINTS:
        spots.append(Spot(kind, Point(x, y), name, name_zh, grid_of(partition, Point(x, y))))
    spots += _hydrants(partition, ways)
    return tuple(spots)


def grid_of(partition: Partition, point: Point) -> int:
    """Number of the grid that holds a board point, 0 outside."""
    return next((k for k, grid in enumerate(partition.grids_board, 1) if grid.contains(point)), 0)


def _block_spots(blocks: Sequence[Block]) -> Iterator[Spot]:
    used: dict[tuple[str, int], int] = {}
    for block in blocks:
        key = (block.use, block.grid)
        names = NAMED_BLOCKS.get(key)
        if names is None:
            continue
        k = used.get(key, 0)
        used[key] = k + 1
        name, name_zh = names[k % len(names)]
        kind = {"school": "school", "nursery": "school", "park": "park"}.get(block.use, "other")
        yield Spot(kind, block.ground.buffer(-1.0), name, name_zh, block.grid)
        if name == "Millpond Park":
            pond = shapely.buffer(block.ground.centroid, min(22.0, (block.ground.area / 12) ** 0.5))
            yield Spot("water", pond, "Millpond", "磨塘", block.grid)


def _shops(buildings: Sequence[Building], addresses: Sequence[Address], rng: np.random.Generator) -> Iterator[Spot]:
    for building, address in zip(buildings, addresses, strict=True):
        if building.use not in ("shop", "hall"):
            continue
        for _ in range(1 if building.use == "shop" else 3):
            name, name_zh = SHOPS[int(rng.integers(len(SHOPS)))]
            west, south, east, north = building.footprint.centroid.buffer(2.0).bounds
            point = Point(rng.uniform(west, east), rng.uniform(south, north))
            yield Spot("shop", point, name, name_zh, building.grid, address)


def _hydrants(partition: Partition, ways: Sequence[Way]) -> Iterator[Spot]:
    number = 0
    for way in ways:
        if way.rank == "ring":
            continue
        beside = shapely.offset_curve(way.line, -6.5)
        for at in np.arange(70.0, beside.length, HYDRANT_EVERY_M):
            point = beside.interpolate(at)
            grid = grid_of(partition, point)
            if grid and min(polygon.exterior.distance(point) for polygon in partition.grids_board) > 3:
                number += 1
                yield Spot("hydrant", point, f"Hydrant {number:03d}", f"{number:03d}号消火栓", grid)
