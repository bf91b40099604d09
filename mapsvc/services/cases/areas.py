"""Areas: the jurisdictions of linked networks, asked which of them hold a point; drawn on the map as lines."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

import shapely

from mapsvc.errors import BadQuery
from mapsvc.model.jurisdiction import NETWORKS, Jurisdiction
from mapsvc.services.scene.memo import Memo
from mapsvc.services.scene.scene import Stage


class Areas:
    """Jurisdictions as of the newest registers."""

    def __init__(self, stage: Stage) -> None:
        self._stage = stage
        self._tree: Memo[tuple[Sequence[Jurisdiction], Any]] = Memo(2)

    def _known(self) -> tuple[Sequence[Jurisdiction], Any]:
        return self._tree.get(self._stage.journal.marks().registers, self._make)

    def _make(self) -> tuple[Sequence[Jurisdiction], Any]:
        areas = self._stage.store.list_jurisdictions()
        return areas, shapely.STRtree([area.geometry for area in areas])

    def holding(self, lon: float | None, lat: float | None) -> tuple[Jurisdiction, ...]:
        """All areas that hold a point in degrees, in order of network and code; () while unlocated."""
        if lon is None or lat is None:
            return ()
        areas, tree = self._known()
        hits = tree.query(shapely.Point(lon, lat), predicate="intersects")
        return tuple(areas[k] for k in sorted(hits.tolist()))

    def listed(self, network: str = "") -> list[Jurisdiction]:
        """Areas of one network, or all, networks in the order they are drawn. Raises BadQuery."""
        areas, _ = self._known()
        known = {area.network for area in areas}
        if network and network not in {*known, *NETWORKS}:
            raise BadQuery(f'"{network}" is no network here.', field="network")
        order = {name: k for k, name in enumerate((*NETWORKS, *sorted(known.difference(NETWORKS))))}
        return sorted(
            (area for area in areas if network in ("", area.network)), key=lambda a: (order[a.network], a.code)
        )
