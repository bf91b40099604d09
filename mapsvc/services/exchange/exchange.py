"""Exchange: files in and out. The one door for imports, checks and exports; each way has its own file."""

from __future__ import annotations

from datetime import date
from pathlib import Path

from mapsvc.model.community import Community
from mapsvc.model.profile import Profile
from mapsvc.ports import Clock, FileReader, Progress, Store, no_progress
from mapsvc.services.exchange import boundary_import, export, incident_import, place_import
from mapsvc.services.exchange.boundary_check import BoundaryCheck, checked, read_boundaries
from mapsvc.services.exchange.boundary_import import BoundaryImport
from mapsvc.services.exchange.export import Export
from mapsvc.services.exchange.incident_import import IncidentImport
from mapsvc.services.exchange.place_import import PlacesImport


class Exchange:
    """Imports, checks and exports with one store, one reader and one clock."""

    def __init__(self, store: Store, reader: FileReader, clock: Clock) -> None:
        self._store = store
        self._reader = reader
        self._clock = clock

    def check(
        self,
        path: Path,
        *,
        crs: str | None,
        code: str | None = None,
        name: str | None = None,
        name_zh: str | None = None,
        frame: Path | None = None,
    ) -> BoundaryCheck:
        """Read boundaries and check them; stores nothing and touches no store. Raises BadFile, CrsUnknown."""
        read = read_boundaries(self._reader, path, crs=crs, code=code, name=name, name_zh=name_zh, frame=frame)
        return checked(read)

    def import_boundaries(
        self,
        path: Path,
        *,
        crs: str | None,
        code: str | None,
        name: str | None,
        name_zh: str | None = None,
        frame: Path | None = None,
        fix_m: float | None = None,
        accept: str | None = None,
        plan_name: str | None = None,
        valid_from: date | None = None,
        community: Community | None = None,
        post: str = "cli",
        progress: Progress = no_progress,
    ) -> BoundaryImport:
        """Import a plan: published when no finding is open, else a draft. Raises BadFile, CrsUnknown, BadInput."""
        return boundary_import.import_boundaries(
            self._store,
            self._reader,
            self._clock,
            path,
            crs=crs,
            code=code,
            name=name,
            name_zh=name_zh,
            frame=frame,
            fix_m=fix_m,
            accept=accept,
            plan_name=plan_name,
            valid_from=valid_from,
            community=community,
            post=post,
            progress=progress,
        )

    def import_incidents(
        self,
        path: Path,
        profile: Profile,
        *,
        rejects: Path | None = None,
        post: str = "cli",
        progress: Progress = no_progress,
    ) -> IncidentImport:
        """Import incidents by a profile; every row is accounted for. Raises BadFile, BadInput, Cancelled."""
        return incident_import.import_incidents(
            self._store, self._reader, self._clock, path, profile, rejects=rejects, post=post, progress=progress
        )

    def import_places(
        self, path: Path, *, crs: str | None = None, post: str = "cli", progress: Progress = no_progress
    ) -> PlacesImport:
        """Add or replace places. Raises BadFile, CrsUnknown."""
        return place_import.import_places(
            self._store, self._reader, self._clock, path, crs=crs, post=post, progress=progress
        )

    def export(
        self, path: Path, *, layer: str = "grids", plan_id: str | None = None, progress: Progress = no_progress
    ) -> Export:
        """Write a layer to a file by its ending. Raises BadInput, NotFound."""
        return export.export(self._store, self._clock, path, layer=layer, plan_id=plan_id, progress=progress)
