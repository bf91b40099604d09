"""How sure a place of each precision is, as the 68 % radius of its error."""

from __future__ import annotations

from collections.abc import Mapping
from types import MappingProxyType

from mapsvc.model.address import Precision

PRECISIONS: tuple[Precision, ...] = tuple(Precision)
PRECISION_CODE: Mapping[str, int] = MappingProxyType({str(name): code for code, name in enumerate(PRECISIONS)})

RADIUS_M: Mapping[Precision, float] = MappingProxyType(
    {
        Precision.ROOM: 10.0,
        Precision.ENTRANCE: 8.0,
        Precision.BUILDING: 20.0,
        Precision.NUMBER: 20.0,
        Precision.PLACE: 30.0,
        Precision.CROSSING: 15.0,
        Precision.COMPOUND: 120.0,
        Precision.STREET: 300.0,
    }
)
"""Metres, where the entry has no shape to tell; docs/methods/addresses.md says why."""

_WIDE = 30.0
_WIDER_M: Mapping[str, tuple[float, float]] = MappingProxyType(
    {
        **dict.fromkeys(("门口", "大门口", "门前", "门外", "门旁", "楼下", "楼前", "楼后"), (10.0, 0.95)),
        **dict.fromkeys(("里", "内", "楼内", "楼里", "院内", "院里", "处", "outside", "in front of"), (5.0, 0.95)),
        **dict.fromkeys(("旁", "旁边", "边", "边上", "前", "后", "前面", "后面", "下"), (20.0, 0.9)),
        **dict.fromkeys(("beside", "next to", "by", "behind", "close to"), (20.0, 0.9)),
        **dict.fromkeys(("对面", "斜对面", "对过", "opposite", "across from"), (40.0, 0.85)),
        **dict.fromkeys(("附近", "周边", "一带", "near", "on the way to", "on the way", "路口"), (100.0, 0.75)),
    }
)
BESIDE_LANDMARK = (30.0, 0.9)
"""Metres and factor for a thing at the place that the gazetteer does not know: 车棚, a bench."""


def widen(relation: str) -> tuple[float, float]:
    """(metres to add, factor of the score) of how the asked place lies to the one found."""
    return _WIDER_M.get(relation, (_WIDE, 0.9)) if relation else (0.0, 1.0)
