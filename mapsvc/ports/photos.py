"""What re-encodes pictures and keeps their bytes, which lie outside the store."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from typing import Protocol

MEDIA_TYPE = "image/jpeg"
"""What every kept picture is, whatever was sent."""


@dataclass(frozen=True, slots=True)
class Picture:
    """A re-encoded picture. id: SHA-256 of its bytes (hex); sides in pixels."""

    id: str
    data: bytes
    width_px: int
    height_px: int


class PhotoBook(Protocol):
    """Makes pictures harmless and keeps them by the hash of their bytes."""

    def encode(self, data: bytes) -> Picture:
        """A JPEG, PNG or WebP anew as a JPEG without metadata, upright, no side over 2048 px.

        BadInput (field "photo") for anything else, a picture of too many pixels, a broken one, or one that is another
        kind of file at the same time; Busy while too many wait.
        """

    def keep(self, picture: Picture) -> None:
        """Write its bytes for good; once written they survive a crash. Keeping it again changes nothing."""

    def find(self, photo_id: str) -> bytes | None:
        """The bytes of a kept picture; None for an unknown id or one that is no hash."""

    def iter_ids(self) -> Iterator[str]:
        """Ids of all kept pictures."""
