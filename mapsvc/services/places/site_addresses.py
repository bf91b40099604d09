"""Site addresses: what the register of places says in words, as entries of the gazetteer, in both languages."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from math import cos, radians
from typing import Any

import shapely
from shapely import Point

from mapsvc.model.address import KnownAddress, Precision
from mapsvc.model.site import Site

_M_PER_DEG = 111_320.0
_NAMED_KINDS = {
    "street": Precision.STREET,
    "compound": Precision.COMPOUND,
    **dict.fromkeys(("water", "park", "school", "shop", "clinic", "hydrant", "other"), Precision.PLACE),
}
"""Kinds known by their name; the name of a building is its number, which means nothing alone."""
_ROUND = 0.68 / 3.141592653589793
_ALONG = 0.34


def list_known(sites: Iterable[Site]) -> Iterator[KnownAddress]:
    """Addresses and names of all sites, and the crossings of their streets."""
    streets: list[Site] = []
    for site in sites:
        if site.geometry.is_empty:
            continue
        yield from _known(site)
        if site.kind == "street":
            streets.append(site)
    yield from _crossings(streets)


def _known(site: Site) -> Iterator[KnownAddress]:
    point, radius_m = _place(site)
    named = _NAMED_KINDS.get(site.kind)
    for text in dict.fromkeys((site.address, site.address_zh)):
        if text:
            is_own_name = text in (site.name, site.name_zh)
            yield KnownAddress(text, point.x, point.y, str(named) if named and is_own_name else "", radius_m)
    if named is None:
        return
    for text in dict.fromkeys((site.name, site.name_zh)):
        if text and text not in (site.address, site.address_zh):
            yield KnownAddress(text, point.x, point.y, named, radius_m)


def _place(site: Site) -> tuple[Point, float]:
    """A point on the site and the 68 % radius about it, 0 where the site is a point itself."""
    shape = site.geometry
    if isinstance(shape, Point):
        return shape, 0.0
    if shape.area > 0:
        point = shape.representative_point()
        return point, max(5.0, (_ROUND * shape.area * _M_PER_DEG**2 * cos(radians(point.y))) ** 0.5)
    if "Line" in shape.geom_type:
        line = max(shapely.get_parts(shape), key=lambda part: float(part.length))
        return Point(line.interpolate(0.5, normalized=True)), max(10.0, _ALONG * _length_m(shape))
    return shape.representative_point(), 0.0


def _length_m(shape: Any) -> float:
    squeeze = cos(radians(shape.centroid.y))
    flat = shapely.transform(shape, lambda at: at * [squeeze * _M_PER_DEG, _M_PER_DEG])
    return float(flat.length)


def _crossings(streets: list[Site]) -> Iterator[KnownAddress]:
    """Where two streets of different names meet, one entry a place and language."""
    if len(streets) < 2:
        return
    shapes = [street.geometry for street in streets]
    tree = shapely.STRtree(shapes)
    first, second = tree.query(shapes, predicate="intersects")
    for one, other in zip(first.tolist(), second.tolist(), strict=True):
        if one >= other:
            continue
        meet = shapely.intersection(shapes[one], shapes[other])
        for part in shapely.get_parts(meet):
            point = part.representative_point()
            for text in _crossing_texts(streets[one], streets[other]):
                yield KnownAddress(text, point.x, point.y, Precision.CROSSING)


def _crossing_texts(one: Site, other: Site) -> Iterator[str]:
    if one.name and other.name and one.name != other.name:
        yield f"{one.name} & {other.name}"
    if one.name_zh and other.name_zh and one.name_zh != other.name_zh:
        yield f"{one.name_zh}与{other.name_zh}路口"
