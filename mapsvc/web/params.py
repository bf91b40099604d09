"""Request parameters -> values, parsed once and the same way everywhere. What is not known is refused by name."""

from __future__ import annotations

import math
import re
from collections.abc import Collection
from dataclasses import dataclass
from datetime import date, datetime
from zoneinfo import ZoneInfo

from werkzeug.datastructures import MultiDict

from mapsvc.errors import BadQuery
from mapsvc.model.query import Query

MAX_LIMIT = 5000
DEFAULT_LIMIT = 100
MAX_TEXT = 200
MAX_VALUES = 500
QUERY_NAMES = (
    "from",
    "to",
    "type",
    "status",
    "grid",
    "light",
    "certainty",
    "bbox",
    "plan",
    "as_of",
    "limit",
    "after",
)
"""The parameters that make a Query."""

_DATE = re.compile(r"\d{4}-\d{2}-\d{2}")
_NUMBER = re.compile(r"[+-]?(\d+\.?\d*|\.\d+)([eE][+-]?\d{1,3})?")
_FAR_DEG = 1000.0
_EARLIEST, _LATEST = date(1800, 1, 1), date(2200, 1, 1)


@dataclass(frozen=True, slots=True)
class Params:
    """The parameters of one request. tz: the community's zone, in which a bare date begins."""

    given: MultiDict[str, str]
    tz: str

    def check_known(self, names: Collection[str]) -> None:
        """Raise BadQuery for a parameter that is not one of `names`."""
        for name in self.given:
            if name not in names:
                raise BadQuery(f'There is no parameter "{name[:40]}" here.', field=name[:40])

    def text(self, name: str) -> str | None:
        """One value, None where it is absent or empty."""
        values = self.given.getlist(name)
        if len(values) > 1:
            raise BadQuery(f"{name} can be given once only.", field=name)
        if not values or not values[0]:
            return None
        if len(values[0]) > MAX_TEXT or "\x00" in values[0]:
            raise BadQuery(f"{name} is longer than {MAX_TEXT} characters or not text.", field=name)
        return values[0]

    def names(self, name: str) -> frozenset[str]:
        """Values that may be repeated or separated by commas."""
        values = [part for text in self.given.getlist(name) for part in text.split(",") if part]
        if len(values) > MAX_VALUES or any(len(value) > MAX_TEXT for value in values):
            raise BadQuery(f"{name} has too many or too long values.", field=name)
        return frozenset(values)

    def number(self, name: str, low: float, high: float) -> float | None:
        """A finite decimal number within low..high."""
        text = self.text(name)
        if text is None:
            return None
        value = float(text) if _NUMBER.fullmatch(text) else math.nan
        # A comparison with NaN is false: what is no number is refused here too.
        if not low <= value <= high:
            raise BadQuery(f"{name} is a number from {low:g} to {high:g}.", field=name)
        return value

    def integer(self, name: str, low: int, high: int) -> int | None:
        """A whole number within low..high."""
        text = self.text(name)
        if text is None:
            return None
        sane = text.isascii() and text.removeprefix("-").isdigit() and len(text) < 20
        if not sane or not low <= int(text) <= high:
            raise BadQuery(f"{name} is a whole number from {low} to {high}.", field=name)
        return int(text)

    def choice(self, name: str, allowed: Collection[str]) -> str | None:
        """One of `allowed`."""
        text = self.text(name)
        if text is not None and text not in allowed:
            raise BadQuery(f"{name} is one of {', '.join(allowed)}.", field=name)
        return text

    def day(self, name: str) -> date | None:
        """An ISO date."""
        text = self.text(name)
        if text is None:
            return None
        return _day(text, name)

    def moment(self, name: str) -> int | None:
        """Epoch seconds of an ISO date (midnight in the zone) or time (in the zone unless it names its own)."""
        text = self.text(name)
        if text is None:
            return None
        if _DATE.fullmatch(text):
            day = _day(text, name)
            return int(datetime(day.year, day.month, day.day, tzinfo=ZoneInfo(self.tz)).timestamp())
        try:
            # A "+" of an offset arrives as a blank where the sender did not escape it.
            moment = datetime.fromisoformat(text.replace(" ", "+") if "T" in text else text)
        except ValueError:
            raise _no_time(name) from None
        _check_range(moment.date(), name)
        return int((moment if moment.tzinfo else moment.replace(tzinfo=ZoneInfo(self.tz))).timestamp())

    def bbox(self) -> tuple[float, float, float, float] | None:
        """west, south, east, north in degrees."""
        text = self.text("bbox")
        if text is None:
            return None
        parts = text.split(",")
        if len(parts) != 4 or not all(_NUMBER.fullmatch(part) for part in parts):
            raise BadQuery("bbox is west,south,east,north in degrees.", field="bbox")
        west, south, east, north = (float(part) for part in parts)
        if not (-_FAR_DEG <= west <= east <= _FAR_DEG and -_FAR_DEG <= south <= north <= _FAR_DEG):
            raise BadQuery("bbox is west,south,east,north in degrees, west and south first.", field="bbox")
        # A map zoomed far out asks for more than the world; the world is what it gets.
        return max(west, -180.0), max(south, -90.0), min(east, 180.0), min(north, 90.0)

    def query(self, also: Collection[str] = ()) -> Query:
        """The Query of the request; `also` names the route's own parameters. Raises BadQuery."""
        self.check_known({*QUERY_NAMES, *also})
        since, until = self.moment("from"), self.moment("to")
        if since is not None and until is not None and since > until:
            raise BadQuery("from lies after to.", field="from")
        return Query(
            bbox=self.bbox(),
            since=since,
            until=until,
            task_types=self.names("type"),
            statuses=self.names("status"),
            grids=self.names("grid"),
            lights=self.names("light"),
            certainties=self.names("certainty"),
            plan_id=self.text("plan"),
            as_of=self.day("as_of"),
            limit=self.integer("limit", 1, MAX_LIMIT) or DEFAULT_LIMIT,
            after=self.text("after"),
        )


def _day(text: str, name: str) -> date:
    try:
        day = date.fromisoformat(text) if _DATE.fullmatch(text) else None
    except ValueError:
        day = None
    if day is None:
        raise _no_time(name)
    _check_range(day, name)
    return day


def _check_range(day: date, name: str) -> None:
    if not _EARLIEST <= day <= _LATEST:
        raise BadQuery(f"{name} lies outside the years {_EARLIEST.year} to {_LATEST.year}.", field=name)


def _no_time(name: str) -> BadQuery:
    return BadQuery(f"{name} is an ISO date or time such as 2026-07-01 or 2026-07-01T08:00:00+08:00.", field=name)
