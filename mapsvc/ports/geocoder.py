"""What turns an address into places."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from pathlib import Path
from typing import Protocol

from mapsvc.model.address import Correction, Geocoded, KnownAddress, Precision


class Geocoder(Protocol):
    """Finds places for an address as people write it. Never a centroid of something bigger than what was asked."""

    def geocode(self, text: str) -> Geocoded:
        """All equally good answers, best first; none where the address is not known. Raises BadInput for no text."""


class GazetteerMaker(Protocol):
    """Makes gazetteers, keeps them in files, and the geocoders over them."""

    def build(self, known: Iterable[KnownAddress], words: Mapping[str, Sequence[str]]) -> KnownAddresses:
        """A gazetteer of these addresses. words: region words by level (province, city, county, street, community)."""

    def precision_of(self, text: str) -> Precision:
        """What an address so written points at, where its source does not say."""

    def save(self, path: Path, gazetteer: KnownAddresses, mark: str) -> None:
        """Keep it in a file, moved into place when whole; a full or read-only disk is no error."""

    def load(self, path: Path) -> tuple[KnownAddresses, str] | None:
        """The gazetteer of a file and its mark; None where it is absent, damaged or of another release."""


class KnownAddresses(Protocol):
    """A gazetteer: immutable, safe from any thread."""

    def __len__(self) -> int:
        """How many entries it has."""

    def geocoder(self, corrections: Sequence[Correction]) -> Geocoder:
        """A geocoder over it. Of two corrections of one address the later one holds."""

    def normal_form(self, text: str) -> str:
        """The key of a correction of this address: equal for two ways to write it, "" where nothing is said."""


class OnlineGeocoder(Geocoder, Protocol):
    """A service elsewhere that is asked over the network. `geocode` raises Busy where it does not answer."""

    name: str
    """As the journal and the answers call it."""
