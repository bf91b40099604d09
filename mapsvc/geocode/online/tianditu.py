"""Tianditu, the national map service: geocoder?ds=, positions in CGCS2000."""

from __future__ import annotations

import json

from mapsvc.errors import Busy
from mapsvc.geocode.online.levels import LEVELS, make_answer, told
from mapsvc.geocode.online.web_json import get_json
from mapsvc.model.address import Geocoded

URL = "https://api.tianditu.gov.cn"
_NOTHING_FOUND = ("1", "404", "101")
_LEAST_SCORE = 60.0
"""Of 100; below it the service only understood a part of the address."""


class Tianditu:
    """Asks Tianditu. city: put before addresses that do not begin with it, "" = none."""

    name = "tianditu"

    def __init__(self, key: str, url: str = "", city: str = "") -> None:
        self._key, self._url, self._city = key, url or URL, city

    def geocode(self, text: str) -> Geocoded:
        """Its answer in WGS 84. Raises Busy where it does not answer or refuses."""
        word = text if text.startswith(self._city) else f"{self._city}{text}"
        query = {"ds": json.dumps({"keyWord": word}, ensure_ascii=False), "tk": self._key}
        given = get_json(self._url, "/geocoder", query, service=self.name)
        status = str(given.get("status")) if isinstance(given, dict) else ""
        if status in _NOTHING_FOUND:
            return told(text, (), self.name)
        place = given.get("location") if status == "0" else None
        if not isinstance(place, dict):
            raise Busy(f"{self.name} refuses.")
        score = place.get("score")
        score = float(score) if isinstance(score, int | float) else 0.0
        one = make_answer(
            place.get("lon"),
            place.get("lat"),
            LEVELS.get(str(place.get("level"))) if score >= _LEAST_SCORE else None,
            datum="cgcs2000",
            score=score / 100,
            label=str(place.get("keyWord", text)),
            source=self.name,
        )
        return told(text, (one,), self.name)
