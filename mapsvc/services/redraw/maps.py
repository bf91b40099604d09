"""Maps: what a draft looks like and what it does as a whole; nothing here is stored."""

from __future__ import annotations

from mapsvc.services.redraw.arcs import Box
from mapsvc.services.redraw.desk import Desk, Json


class Maps:
    """Raises NotFound."""

    def __init__(self, desk: Desk) -> None:
        self._desk = desk

    def arcs(self, draft_id: str, bbox: Box | None, z: int | None) -> Json:
        """ARCS."""
        return self._desk.arcs.arcs(self._desk.sessions.state(draft_id), bbox, z)
