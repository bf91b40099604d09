"""A gazetteer small enough to know by heart, and what asks it."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence

from mapsvc.geocode.maker import GazetteerKeeper
from mapsvc.geocode.offline import OfflineGeocoder
from mapsvc.model.address import Correction, KnownAddress

STEP = 0.001
"""About 100 m: no two of the places below are within each other's radius."""


def known(texts: Iterable[str], **more: object) -> list[KnownAddress]:
    """One address a step apart from the next, to the east."""
    return [KnownAddress(text, 98.49 + k * STEP, 39.73, **more) for k, text in enumerate(texts)]  # type: ignore[arg-type]


def geocoder(
    texts: Iterable[str],
    corrections: Sequence[Correction] = (),
    words: Mapping[str, Sequence[str]] | None = None,
    **more: object,
) -> OfflineGeocoder:
    """A geocoder that knows these texts."""
    return GazetteerKeeper().build(known(texts, **more), words or {}).geocoder(corrections)


def labels(found: OfflineGeocoder, text: str) -> list[str]:
    """What is answered to a text, best first."""
    return [answer.label for answer in found.geocode(text).answers]
