"""Address: how people say a place, what was understood of it, and where it is."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from enum import StrEnum

import numpy as np
import numpy.typing as npt


class Precision(StrEnum):
    """What an answer points at, finest first. Nothing coarser than a street is ever an answer."""

    ROOM = "room"
    ENTRANCE = "entrance"
    BUILDING = "building"
    NUMBER = "number"
    PLACE = "place"
    CROSSING = "crossing"
    COMPOUND = "compound"
    STREET = "street"


@dataclass(frozen=True, slots=True)
class AddressBook:
    """Addresses of the gazetteer as columns. lon, lat: WGS 84 degrees; precision: of Precision; ids may be ""."""

    texts: Sequence[str]
    lon: npt.NDArray[np.float64]
    lat: npt.NDArray[np.float64]
    precisions: Sequence[str]
    ids: Sequence[str]

    def __len__(self) -> int:
        return len(self.texts)


@dataclass(frozen=True, slots=True)
class KnownAddress:
    """A place the gazetteer shall know by these words. lon, lat: WGS 84 degrees.

    precision: of Precision, "" = what the words say; radius_m: 68 % error radius, 0 = by precision.
    """

    text: str
    lon: float
    lat: float
    precision: str = ""
    radius_m: float = 0.0


@dataclass(frozen=True, slots=True)
class Correction:
    """What a post taught: the address read as `key` (the geocoder's normal form) lies here. text: as it was written."""

    key: str
    text: str
    lon: float
    lat: float
    precision: str = Precision.BUILDING


@dataclass(frozen=True, slots=True)
class Answer:
    """One place. radius_m: 68 % error radius; score: 0-1, 1 = every part of the address was met exactly.

    source: "gazetteer", "correction", or the name of an online service. label: the gazetteer's own words.
    """

    lon: float
    lat: float
    precision: Precision
    radius_m: float
    score: float
    label: str
    source: str = "gazetteer"


@dataclass(frozen=True, slots=True)
class Geocoded:
    """The answers, and how the address was read (parts by name: compound, building, entrance, road, number ...).

    Several answers of equal score are several: the caller does not choose. missing: the part that was not found.
    """

    text: str
    reading: Mapping[str, str] = field(default_factory=dict)
    answers: tuple[Answer, ...] = ()
    missing: str = ""

    @property
    def is_single(self) -> bool:
        """Whether exactly one answer is best."""
        return bool(self.answers) and (len(self.answers) == 1 or self.answers[0].score > self.answers[1].score)
