"""AMap (Gaode): v3/geocode/geo, positions in GCJ-02."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

from mapsvc.errors import Busy
from mapsvc.geocode.online.levels import LEVELS, make_answer, told
from mapsvc.geocode.online.web_json import get_json
from mapsvc.model.address import Answer, Geocoded

URL = "https://restapi.amap.com"
_SCORE = 0.8
"""AMap tells no score of its own."""


class AMap:
    """Asks AMap. city: name or code that narrows the search, "" = the whole country."""

    name = "amap"

    def __init__(self, key: str, url: str = "", city: str = "") -> None:
        self._key, self._url, self._city = key, url or URL, city

    def geocode(self, text: str) -> Geocoded:
        """Its answers in WGS 84. Raises Busy where it does not answer or refuses."""
        query = {"address": text, "key": self._key, "output": "JSON"}
        if self._city:
            query["city"] = self._city
        given = get_json(self._url, "/v3/geocode/geo", query, service=self.name)
        if not isinstance(given, dict) or given.get("status") != "1":
            raise Busy(f"{self.name} refuses: {_code(given)}.")
        return told(text, self._answers(given), self.name)

    def _answers(self, given: dict[str, Any]) -> Iterator[Answer | None]:
        found = given.get("geocodes")
        for one in found if isinstance(found, list) else []:
            if not isinstance(one, dict):
                continue
            lon, _, lat = str(one.get("location", "")).partition(",")
            yield make_answer(
                lon,
                lat,
                LEVELS.get(str(one.get("level"))),
                datum="gcj02",
                score=_SCORE,
                label=str(one.get("formatted_address", "")),
                source=self.name,
            )


def _code(given: Any) -> str:
    code = str(given.get("infocode", "")) if isinstance(given, dict) else ""
    return f"code {code}" if code.isascii() and code.isdigit() else "without a reason"
