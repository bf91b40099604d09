"""Reading: what was understood of an address: names, numbers, region words, and what stands beside it."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field, replace
from types import MappingProxyType

from mapsvc.geocode.writing import Lifted
from mapsvc.model.address import Precision

REGIONS = ("province", "city", "county", "street", "community", "state", "postcode")
"""Parts that say in which region, widest first; they choose between places and are none."""
NUMBERS = ("phase", "zone", "group", "number", "building", "entrance", "floor", "room", "unit")
"""Parts that count; they match exactly or not at all. In the order in which they are said."""
_SHORT = {part: part[0] for part in NUMBERS}
_NONE: Mapping[str, str] = MappingProxyType({})


@dataclass(frozen=True, slots=True)
class Name:
    """The name of a street, a compound or a place. core: what is its own; kind: what sort it is (路, 小区, st, ln).

    side: points of the compass said with it ("n", "sw"), Western streets only. shown: as it was written.
    """

    core: str
    kind: str = ""
    side: str = ""
    shown: str = ""

    @property
    def key(self) -> str:
        """One text for equal names."""
        return f"{self.core}\t{self.kind}\t{self.side}"


@dataclass(frozen=True, slots=True)
class Reading:
    """parts: by name, as the asker is shown them. names: one, or the two streets of a crossing, or none.

    numbers: of NUMBERS; regions: of REGIONS; landmark: a thing at the place that has no address itself; relation: how
    the place lies to it (旁边, opposite).
    """

    parts: Mapping[str, str]
    names: tuple[Name, ...] = ()
    numbers: Mapping[str, str] = field(default_factory=lambda: _NONE)
    regions: Mapping[str, str] = field(default_factory=lambda: _NONE)
    landmark: str = ""
    relation: str = ""

    def number_key(self, *, without: frozenset[str] = frozenset()) -> str:
        """One text for equal numbers, "" for none. A landmark takes part: a gate is not its compound."""
        said = [_SHORT[part] + self.numbers[part] for part in NUMBERS if part in self.numbers and part not in without]
        if self.landmark and not self.numbers:
            said.append(f"l{self.landmark}")
        return ".".join(said).casefold()

    @property
    def key(self) -> str:
        """The normal form: equal for two texts that say the same place in the same region."""
        regions = ",".join(f"{part}={self.regions[part].casefold()}" for part in REGIONS if part in self.regions)
        names = "&".join(sorted(f"{name.core}/{name.kind}/{name.side}" for name in self.names))
        grid = self.parts.get("grid", "")
        said = ";".join((names, self.number_key(), regions, grid, self.landmark, self.relation))
        return said if said.strip(";") else ""

    @property
    def precision(self) -> Precision:
        """What an entry of the gazetteer so written points at, where it does not say so itself."""
        if len(self.names) > 1:
            return Precision.CROSSING
        for part, precision in _FINEST:
            if part in self.numbers:
                return precision
        if "road" in self.parts:
            return Precision.STREET
        return Precision.COMPOUND if "compound" in self.parts and not self.landmark else Precision.PLACE

    def filled(self, lifted: Lifted) -> Reading:
        """The reading of a lifted text with its numbers put back."""
        put = lifted.put_back
        reading = replace(
            self,
            parts={part: put(text, zeros=part in REGIONS) for part, text in self.parts.items()},
            names=tuple(Name(put(name.core), name.kind, name.side, put(name.shown)) for name in self.names),
            numbers={part: put(text) for part, text in self.numbers.items()},
            regions={part: put(text, zeros=True) for part, text in self.regions.items()},
            landmark=put(self.landmark),
        )
        return _undashed(reading)


_FINEST = (
    ("room", Precision.ROOM),
    ("unit", Precision.ROOM),
    ("entrance", Precision.ENTRANCE),
    ("building", Precision.BUILDING),
    ("number", Precision.NUMBER),
)
_ROOM_DIGITS = 3


def _undashed(reading: Reading) -> Reading:
    """3-501 is building and room, 3-2 building and entrance: only the digits tell which."""
    second = reading.numbers.get("room")
    if second is None or "dash" not in reading.parts:
        return reading
    parts = {part: text for part, text in reading.parts.items() if part != "dash"}
    numbers = dict(reading.numbers)
    if len(second) < _ROOM_DIGITS:
        numbers["entrance"] = numbers.pop("room")
        parts["entrance"] = parts.pop("room")
    return replace(reading, parts=parts, numbers=numbers)
