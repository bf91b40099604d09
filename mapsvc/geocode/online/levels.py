"""Levels: what online services say they matched, as precision; and what of it may be an answer."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from math import isfinite
from types import MappingProxyType

from mapsvc.geo.datum import to_wgs84
from mapsvc.geocode.reader import read_address
from mapsvc.model.address import Answer, Geocoded, Precision

LEVELS: Mapping[str, Precision] = MappingProxyType(
    {
        **dict.fromkeys(("房间", "室"), Precision.ROOM),
        **dict.fromkeys(("单元号", "单元"), Precision.ENTRANCE),
        **dict.fromkeys(("楼层", "楼栋", "楼栋号"), Precision.BUILDING),
        **dict.fromkeys(("门牌号", "门址", "门牌"), Precision.NUMBER),
        **dict.fromkeys(("兴趣点", "商务大厦", "政府机构", "交通设施", "餐饮", "酒店"), Precision.PLACE),
        **dict.fromkeys(("教育", "医疗", "购物", "生活服务", "休闲娱乐"), Precision.PLACE),
        **dict.fromkeys(("旅游景点", "公司企业", "金融", "房地产"), Precision.PLACE),
        **dict.fromkeys(("道路交叉路口", "交叉路口", "路口"), Precision.CROSSING),
        **dict.fromkeys(("住宅区", "小区", "宿舍"), Precision.COMPOUND),
        **dict.fromkeys(("道路", "街道", "小巷", "街"), Precision.STREET),
    }
)
"""Words of AMap, Baidu and Tianditu; what is not here (towns, districts) is too coarse to be an answer."""

RADIUS_M: Mapping[Precision, float] = MappingProxyType(
    {
        Precision.ROOM: 30.0,
        Precision.ENTRANCE: 30.0,
        Precision.BUILDING: 40.0,
        Precision.NUMBER: 50.0,
        Precision.PLACE: 80.0,
        Precision.CROSSING: 40.0,
        Precision.COMPOUND: 200.0,
        Precision.STREET: 500.0,
    }
)
"""Wider than our own, metres: how such a service came to its point is not known."""
_COARSE = frozenset({Precision.COMPOUND, Precision.STREET})


def make_answer(
    lon: object, lat: object, precision: Precision | None, *, datum: str, score: float, label: str, source: str,
    radius_m: float = 0.0,
) -> Answer | None:  # fmt: skip
    """An answer in WGS 84, None where the service says no usable place or one too coarse."""
    try:
        x, y = float(str(lon)), float(str(lat))
    except ValueError:
        return None
    if precision is None or not (isfinite(x) and isfinite(y)) or (x == 0 and y == 0):
        return None
    lons, lats = to_wgs84([x], [y], datum)
    wgs_lon, wgs_lat = float(lons[0]), float(lats[0])
    if not (abs(wgs_lon) <= 180 and abs(wgs_lat) <= 90):
        return None
    score = max(0.0, min(1.0, score))
    return Answer(wgs_lon, wgs_lat, precision, radius_m or RADIUS_M[precision], round(score, 4), label[:200], source)


def told(text: str, answers: Iterable[Answer | None], source: str) -> Geocoded:
    """What a service said, without answers coarser than the address: a compound is none for a building of it."""
    reading = read_address(text)
    counted = {"building", "number", "entrance", "room"} & reading.numbers.keys()
    kept = [one for one in answers if one is not None and not (counted and one.precision in _COARSE)]
    kept.sort(key=lambda one: -one.score)
    missing = "" if kept else f"{source} knows no such place."
    return Geocoded(text, reading.parts, tuple(kept), missing)
