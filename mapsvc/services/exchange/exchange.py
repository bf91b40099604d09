"""Exchange: files in and out. The one door for imports, checks and exports; each way has its own file."""

from __future__ import annotations

from collections.abc import Callable
from datetime import date
from pathlib import Path

from mapsvc.model.community import Community
from mapsvc.model.plan import Plan
from mapsvc.model.profile import Profile
from mapsvc.model.query import Query
from mapsvc.ports import Clock, FileReader, Geocoder, Progress, Store, no_progress
from mapsvc.services.exchange import (
    area_import,
    boundary_import,
    draft_import,
    export,
    incident_import,
    place_import,
    staff_import,
)
from mapsvc.services.exchange.boundary_check import BoundaryCheck, checked, read_boundaries
from mapsvc.services.exchange.boundary_import import BoundaryImport
from mapsvc.services.exchange.draft_import import EditedFile
from mapsvc.services.exchange.export import Export
from mapsvc.services.exchange.incident_import import IncidentImport
from mapsvc.services.exchange.place_import import PlacesImport
from mapsvc.services.places import address_import, region_import
from mapsvc.services.places.address_import import AddressImport
from mapsvc.services.places.geocode_file import GeocodedFile, geocode_file
from mapsvc.services.scene.plans import PlanInUse
from mapsvc.services.scene.scene import Stage


class Exchange:
    """Imports, checks and exports with one store, one reader and one clock."""

    def __init__(
        self, store: Store, reader: FileReader, clock: Clock, find_plan: Callable[[Query], PlanInUse] | None = None
    ) -> None:
        """find_plan: the plan of a question, drafts included; by default the plans of the store alone."""
        self._find_plan = find_plan or Stage(store, clock).plan
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

    def import_areas(
        self, path: Path, network: str, department: str, columns: area_import.Columns, *, post: str = "cli"
    ) -> area_import.AreaImport:
        """Replace the areas of a linked network. Raises BadFile, CrsUnknown, BadInput."""
        return area_import.import_areas(
            self._store, self._reader, self._clock, path, network, department, columns, post
        )

    def import_departments(self, path: Path, *, post: str = "cli") -> int:
        """Add or replace the departments of a table; how many it holds. Raises BadFile."""
        return staff_import.import_departments(self._store, self._clock, path, post)

    def import_posts(self, path: Path, *, post: str = "cli") -> int:
        """Add or replace the posts of a table; how many it holds. Raises BadFile."""
        return staff_import.import_posts(self._store, self._clock, path, post)

    def import_addresses(
        self,
        path: Path,
        precision_of: address_import.PrecisionOf,
        *,
        crs: str | None = None,
        text: str | None = None,
        x: str | None = None,
        y: str | None = None,
        post: str = "cli",
        progress: Progress = no_progress,
    ) -> AddressImport:
        """Replace the addresses of this file's name in the gazetteer; text, x, y name columns. Raises BadFile."""
        return address_import.import_addresses(
            self._store,
            self._reader,
            self._clock,
            path,
            crs=crs,
            text=text,
            x=x,
            y=y,
            precision_of=precision_of,
            post=post,
            progress=progress,
        )

    def import_regions(self, path: Path, *, post: str = "cli") -> dict[str, list[str]]:
        """Replace the region words of the place by those of a file. Raises BadFile."""
        return region_import.import_regions(self._store, self._clock, path, post=post)

    def geocode_file(
        self, path: Path, out: Path, geocoder: Geocoder, *, text: str | None = None, progress: Progress = no_progress
    ) -> GeocodedFile:
        """Add what a geocoder finds to every row of a file. text: the column. Raises BadFile, BadInput."""
        return geocode_file(self._reader, geocoder, path, out, text=text, progress=progress)

    def read_edited(self, path: Path, plan: Plan, *, crs: str | None = None, fix_m: float = 0.0) -> EditedFile:
        """A draft that was edited elsewhere, against its present grids. Raises BadFile, CrsUnknown, Refused."""
        return draft_import.read_edited(self._reader, path, plan, crs=crs, fix_m=fix_m)

    def export(
        self,
        path: Path,
        *,
        layer: str = "grids",
        plan_id: str | None = None,
        as_of: date | None = None,
        progress: Progress = no_progress,
    ) -> Export:
        """Write a layer to a file by its ending; plan_id may be a draft's. Raises BadInput, NotFound."""
        asked = Query(plan_id=plan_id, as_of=as_of)
        named = plan_id is not None or as_of is not None
        plan = self._find_plan(asked) if named or layer in export.PLAN_LAYERS else None
        return export.export(self._store, path, layer=layer, plan=plan, progress=progress)
