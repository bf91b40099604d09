"""OfflineGeocoder: the Geocoder over a gazetteer and what posts taught it."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from math import cos, hypot, radians

from mapsvc.errors import BadInput
from mapsvc.geocode.gazetteer import Gazetteer
from mapsvc.geocode.match import Found, Matcher
from mapsvc.geocode.precision import BESIDE_LANDMARK, PRECISIONS, RADIUS_M, widen
from mapsvc.geocode.reader import iter_readings, normal_form
from mapsvc.geocode.reading import Reading
from mapsvc.geocode.writing import LONGEST, tidy
from mapsvc.model.address import Answer, Correction, Geocoded, Precision

MOST_ANSWERS = 20
_M_PER_DEG = 111_320.0
_DIGITS = 4


class IndexedAddresses:
    """The KnownAddresses over columns."""

    def __init__(self, columns: Gazetteer) -> None:
        self.columns = columns

    def __len__(self) -> int:
        return len(self.columns)

    def geocoder(self, corrections: Sequence[Correction]) -> OfflineGeocoder:
        """A geocoder over it. Of two corrections of one address the later one holds."""
        taught: dict[str, Correction] = {}
        for correction in corrections:
            # Read anew: what is known of regions may have grown since it was taught.
            for key in (correction.key, self.normal_form(correction.text)):
                taught.pop(key, None)
                taught[key] = correction
        return OfflineGeocoder(self.columns, taught)

    def normal_form(self, text: str) -> str:
        """The key of a correction of this address."""
        return normal_form(text, self.columns.words)


class OfflineGeocoder:
    """Finds addresses without a network. Immutable; safe from any thread. corrections: by their key."""

    def __init__(self, gazetteer: Gazetteer, corrections: Mapping[str, Correction] | None = None) -> None:
        self.gazetteer = gazetteer
        self._corrections = corrections or {}
        self._matcher = Matcher(gazetteer)
        # Made now, so that no question waits for it.
        gazetteer.names.prepare()

    def geocode(self, text: str) -> Geocoded:
        """All equally good answers, best first; none where the address is not known. Raises BadInput for no text."""
        if len(text) > LONGEST:
            return Geocoded(text[:LONGEST], missing=f"An address has at most {LONGEST} characters.")
        if not tidy(text):
            raise BadInput("Give an address.", field="address")
        first: Geocoded | None = None
        first_key = ""
        for reading in iter_readings(text, self.gazetteer.words):
            if first and reading.key == first_key:
                break
            taught = self._corrections.get(reading.key or tidy(text).casefold())
            if taught is not None:
                return Geocoded(text, reading.parts, (_from_correction(taught),))
            matched = self._matcher.match(reading)
            if matched.found:
                return Geocoded(text, reading.parts, self._answers(reading, matched.found), matched.missing)
            if matched.known:
                return Geocoded(text, reading.parts, (), matched.missing)
            if first is None:
                first, first_key = Geocoded(text, reading.parts, (), matched.missing), reading.key
        return first or Geocoded(text)

    def _answers(self, reading: Reading, found: tuple[Found, ...]) -> tuple[Answer, ...]:
        wider_m, factor = widen(reading.relation)
        if reading.landmark and reading.numbers:
            wider_m, factor = max(wider_m, BESIDE_LANDMARK[0]), min(factor, BESIDE_LANDMARK[1])
        columns = self.gazetteer
        ranked = sorted(found, key=lambda one: (-one.score, float(columns.radius_m[one.row])))
        kept: list[Answer] = []
        for one in ranked:
            lon, lat = float(columns.lon[one.row]), float(columns.lat[one.row])
            if any(_distance_m(lon, lat, other) <= other.radius_m for other in kept):
                continue
            kept.append(
                Answer(
                    lon,
                    lat,
                    PRECISIONS[int(columns.precision[one.row])],
                    round(float(columns.radius_m[one.row]) + wider_m, 1),
                    round(one.score * factor, _DIGITS),
                    columns.text(one.row),
                )
            )
            if len(kept) == MOST_ANSWERS:
                break
        return tuple(kept)


def _distance_m(lon: float, lat: float, answer: Answer) -> float:
    """Metres between a point and an answer; close enough for telling one house from the next."""
    return hypot((lon - answer.lon) * cos(radians(lat)), lat - answer.lat) * _M_PER_DEG


def _from_correction(taught: Correction) -> Answer:
    precision = Precision(taught.precision)
    return Answer(taught.lon, taught.lat, precision, RADIUS_M[precision], 1.0, taught.text, "correction")
