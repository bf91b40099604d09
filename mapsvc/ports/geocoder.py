"""What turns an address into places."""

from __future__ import annotations

from typing import Protocol

from mapsvc.model.address import Geocoded


class Geocoder(Protocol):
    """Finds places for an address as people write it. Never a centroid of something bigger than what was asked."""

    def geocode(self, text: str) -> Geocoded:
        """All equally good answers, best first; none where the address is not known. Raises BadInput for no text."""
