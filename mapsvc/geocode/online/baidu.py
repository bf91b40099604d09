"""Baidu: geocoding/v3, positions in BD-09 as it gives them unasked."""

from __future__ import annotations

from typing import Any

from mapsvc.errors import Busy
from mapsvc.geocode.online.levels import LEVELS, make_answer, told
from mapsvc.geocode.online.web_json import get_json
from mapsvc.model.address import Geocoded, Precision

URL = "https://api.map.baidu.com"
MOST_BYTES = 84
"""Longer addresses are not taken by the service."""
_ERROR_M = ((100, 20.0), (90, 50.0), (80, 100.0), (75, 200.0), (70, 300.0), (60, 500.0), (50, 1000.0))
"""Its confidence, and the error it says this stands for."""
_NOTHING_FOUND = 1


class Baidu:
    """Asks Baidu. city: a name that sorts places of equal name, "" = none."""

    name = "baidu"

    def __init__(self, key: str, url: str = "", city: str = "") -> None:
        self._key, self._url, self._city = key, url or URL, city

    def geocode(self, text: str) -> Geocoded:
        """Its answer in WGS 84. Raises Busy where it does not answer or refuses."""
        if len(text.encode("utf-8", errors="replace")) > MOST_BYTES:
            return Geocoded(text, missing=f"{self.name} takes addresses of at most {MOST_BYTES} bytes.")
        query = {"address": text, "ak": self._key, "output": "json"}
        if self._city:
            query["city"] = self._city
        given = get_json(self._url, "/geocoding/v3/", query, service=self.name)
        status = given.get("status") if isinstance(given, dict) else None
        if status == _NOTHING_FOUND:
            return told(text, (), self.name)
        result = given.get("result") if status == 0 else None
        if not isinstance(result, dict):
            code = f"code {status}" if isinstance(status, int) else "without a reason"
            raise Busy(f"{self.name} refuses: {code}.")
        return self._told(text, result)

    def _told(self, text: str, result: dict[str, Any]) -> Geocoded:
        place = result.get("location")
        place = place if isinstance(place, dict) else {}
        confidence, understood = _share(result.get("confidence")), _share(result.get("comprehension", 80))
        radius_m = next((metres for least, metres in _ERROR_M if confidence >= least), 0.0)
        precision = LEVELS.get(str(result.get("level")))
        # Below its scale the point is a guess; a precise hit of an unlisted kind is a place.
        if precision is None and result.get("precise") == 1 and radius_m:
            precision = Precision.PLACE
        one = make_answer(
            place.get("lng"),
            place.get("lat"),
            precision if radius_m else None,
            datum="bd09",
            score=understood / 100,
            label=text,
            source=self.name,
            radius_m=radius_m,
        )
        return told(text, (one,), self.name)


def _share(value: object) -> float:
    return float(value) if isinstance(value, int | float) and 0 <= value <= 100 else 0.0
