"""Nominatim, of OpenStreetMap, public or one's own: /search, positions in WGS 84."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

from mapsvc.errors import Busy
from mapsvc.geocode.online.levels import make_answer, told
from mapsvc.geocode.online.web_json import get_json
from mapsvc.model.address import Answer, Geocoded, Precision

URL = "https://nominatim.openstreetmap.org"
_MOST = "5"
_SCORE = 0.8
_HOUSE_RANK, _STREET_RANK = 28, 26
_HOUSES = frozenset({"house", "building", "house_number", "apartments"})


class Nominatim:
    """Asks Nominatim. city: put behind addresses, "" = none. The key, if any, goes to services that want one."""

    name = "nominatim"

    def __init__(self, key: str = "", url: str = "", city: str = "") -> None:
        self._key, self._url, self._city = key, url or URL, city

    def geocode(self, text: str) -> Geocoded:
        """Its answers. Raises Busy where it does not answer."""
        query = {"q": f"{text}, {self._city}" if self._city else text, "format": "jsonv2", "limit": _MOST}
        if self._key:
            query["key"] = self._key
        given = get_json(self._url, "/search", query, service=self.name)
        if not isinstance(given, list):
            raise Busy(f"{self.name} refuses.")
        return told(text, self._answers(given), self.name)

    def _answers(self, given: list[Any]) -> Iterator[Answer | None]:
        for one in given:
            if isinstance(one, dict):
                yield make_answer(
                    one.get("lon"),
                    one.get("lat"),
                    _precision(one),
                    datum="wgs84",
                    score=_SCORE,
                    label=str(one.get("display_name", "")),
                    source=self.name,
                )


def _precision(one: dict[str, Any]) -> Precision | None:
    """By the rank of its address: 30 houses and places, 26 and 27 streets, less a quarter or a town."""
    rank = one.get("place_rank")
    if not isinstance(rank, int):
        return None
    if rank >= _HOUSE_RANK:
        is_house = one.get("type") in _HOUSES or one.get("addresstype") in _HOUSES or one.get("category") == "building"
        return Precision.NUMBER if is_house else Precision.PLACE
    return Precision.STREET if rank >= _STREET_RANK else None
