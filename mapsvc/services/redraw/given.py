"""Given: one JSON object of a request, read strictly; what is wrong is refused by the name of its member."""

from __future__ import annotations

from collections.abc import Collection, Mapping
from dataclasses import dataclass
from typing import Any, NoReturn

import numpy as np
from shapely.geometry import LineString, MultiPolygon, Polygon

from mapsvc.errors import BadQuery, Refused
from mapsvc.model.finding import Finding, Rule, Severity

MAX_TEXT = 200
_PLANE = (180.0, 90.0)
_MAX_LIST = 100_000


@dataclass(frozen=True, slots=True)
class Given:
    """values: the members; path: how to get here, for the sentences."""

    values: Mapping[str, Any]
    path: str = "command"

    @classmethod
    def of(cls, value: Any, path: str) -> Given:
        """An object; BadQuery for anything else."""
        if not isinstance(value, dict):
            raise BadQuery(f"{path} is an object.", field=path)
        return cls(value, path)

    def check_known(self, names: Collection[str]) -> None:
        """Raise BadQuery for a member that is not one of `names`."""
        for name in self.values:
            if name not in names:
                raise BadQuery(f'There is no member "{name[:40]}" in {self.path}.', field=f"{self.path}.{name[:40]}")

    def fail(self, name: str, told: str) -> NoReturn:
        """Raise BadQuery about a member."""
        raise BadQuery(f"{self.path}.{name} {told}.", field=f"{self.path}.{name}")

    def text(self, name: str, default: str | None = None) -> str:
        """A text without control characters; required where there is no default."""
        value = self.values.get(name, default)
        if not isinstance(value, str) or len(value) > MAX_TEXT or any(ord(letter) < 32 for letter in value):
            self.fail(name, f"is a text of at most {MAX_TEXT} characters")
        return value

    def texts(self, name: str) -> tuple[str, ...]:
        """A list of texts that is not empty."""
        value = self.values.get(name)
        if not isinstance(value, list) or not 0 < len(value) <= _MAX_LIST:
            self.fail(name, "is a list of texts that is not empty")
        if not all(isinstance(one, str) and len(one) <= MAX_TEXT for one in value):
            self.fail(name, "is a list of texts")
        return tuple(value)

    def whole(self, name: str) -> int:
        """A whole number from 0."""
        value = self.values.get(name)
        if not isinstance(value, int) or isinstance(value, bool) or not 0 <= value < 2**53:
            self.fail(name, "is a whole number from 0")
        return value

    def number(self, name: str, low: float, high: float, default: float | None = None) -> float:
        """A number within low..high."""
        value = self.values.get(name, default)
        if not isinstance(value, int | float) or isinstance(value, bool) or not low <= value <= high:
            self.fail(name, f"is a number from {low:g} to {high:g}")
        return float(value)

    def flag(self, name: str) -> bool:
        """true or false; absent is false."""
        value = self.values.get(name, False)
        if not isinstance(value, bool):
            self.fail(name, "is true or false")
        return value

    def lonlat(self, name: str) -> tuple[float, float]:
        """[lon, lat] in degrees."""
        return self._place(self.values.get(name), name)

    def line(self, name: str) -> LineString:
        """A list of two or more [lon, lat]."""
        return LineString(self._places(self.values.get(name), name, 2))

    def area(self, name: str) -> Polygon | MultiPolygon:
        """A GeoJSON Polygon or MultiPolygon. Raises Refused, with the place, where it crosses itself."""
        value = self.values.get(name)
        kind = value.get("type") if isinstance(value, dict) else None
        if not isinstance(value, dict) or kind not in ("Polygon", "MultiPolygon"):
            self.fail(name, "is a GeoJSON Polygon or MultiPolygon")
        parts = value.get("coordinates")
        listed = parts if kind == "MultiPolygon" else [parts]
        if not isinstance(listed, list) or not 0 < len(listed) <= _MAX_LIST:
            self.fail(name, "has no coordinates")
        polygons = [self._polygon(one, name) for one in listed]
        shape: Polygon | MultiPolygon = polygons[0] if kind == "Polygon" else MultiPolygon(polygons)
        if not shape.is_valid:
            told = "The drawn area crosses itself."
            finding = Finding(Rule.INVALID_RING, Severity.ERROR, told, where=shape.boundary)
            raise Refused(told, [finding], field=f"{self.path}.{name}")
        return shape

    def _polygon(self, rings: Any, name: str) -> Polygon:
        if not isinstance(rings, list) or not rings:
            self.fail(name, "is a GeoJSON polygon: a list of rings")
        read = [self._places(ring, name, 4) for ring in rings]
        if any(not np.array_equal(ring[0], ring[-1]) for ring in read):
            self.fail(name, "has a ring that does not end where it begins")
        return Polygon(read[0], read[1:])

    def _places(self, value: Any, name: str, least: int) -> Any:
        if not isinstance(value, list) or len(value) < least:
            self.fail(name, f"is a list of at least {least} places [lon, lat]")
        if len(value) > _MAX_LIST:
            self.fail(name, f"has more than {_MAX_LIST} places")
        return np.array([self._place(one, name) for one in value], np.float64)

    def _place(self, value: Any, name: str) -> tuple[float, float]:
        if not isinstance(value, list) or len(value) != 2:
            self.fail(name, "holds places [lon, lat]")
        for number, most in zip(value, _PLANE, strict=True):
            if not isinstance(number, int | float) or isinstance(number, bool) or not -most <= number <= most:
                self.fail(name, "holds places [lon, lat] in degrees, lon from -180 to 180, lat from -90 to 90")
        return float(value[0]), float(value[1])
