"""View: Query -> what the map and its panels show."""

from __future__ import annotations

import hashlib
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any

import numpy as np
import numpy.typing as npt

from mapsvc.model.finding import Finding
from mapsvc.model.plan import PlanHead
from mapsvc.model.post import Post
from mapsvc.model.query import Query
from mapsvc.model.site import BASE_KINDS, Site
from mapsvc.services.scene.memo import Memo
from mapsvc.services.scene.plans import PlanInUse
from mapsvc.services.scene.scene import Scene, Stage
from mapsvc.services.scene.select import matching, occurred
from mapsvc.services.view import card, desk, point
from mapsvc.services.view.dispatching import JointCalls
from mapsvc.services.view.incidents import ANYBODY, Asker, Near, Page, page, whole_feature

OWN_BASEMAP: Mapping[str, Any] = {"kind": "own"}


@dataclass(frozen=True, slots=True, eq=False)
class PointSet:
    """Points of a density map. key names the content; lon, lat in degrees."""

    key: str
    seq: int
    lon: npt.NDArray[np.float64]
    lat: npt.NDArray[np.float64]
    plan: PlanInUse


@dataclass(eq=False)
class View:
    """Answers of the command map. basemap is what /api/desk says about the ground under the grids."""

    stage: Stage
    basemap: Mapping[str, Any] = field(default_factory=lambda: OWN_BASEMAP)
    _sites: Memo[list[Site]] = field(default_factory=lambda: Memo(2), init=False, repr=False)
    _site_counts: Memo[Sequence[card.KindTally]] = field(default_factory=lambda: Memo(4), init=False, repr=False)
    _points: Memo[PointSet] = field(default_factory=lambda: Memo(3), init=False, repr=False)
    _joint: Memo[list[dict[str, Any]]] = field(default_factory=lambda: Memo(1), init=False, repr=False)
    _whistles: JointCalls = field(init=False, repr=False)
    _near: Memo[str | None] = field(default_factory=lambda: Memo(4096), init=False, repr=False)

    def __post_init__(self) -> None:
        self._whistles = JointCalls(self.stage.store)

    def seq(self) -> int:
        """Number of the newest event."""
        return self.stage.journal.marks().seq

    def tz(self) -> str:
        """The community's zone, in which dates of a request are read."""
        return self.stage.registers(self.stage.journal.marks()).community.tz

    def tag(self, query: Query, *parts: object, timed: bool = True) -> str:
        """An opaque name of the answer to `query`: it changes with the journal, the day and, if timed, the minute."""
        marks = self.stage.journal.marks()
        now = self.stage.clock.now() // 60 if timed else self.stage.today(marks)
        # Sets have no order of their own, and a tag must be the same in every process.
        told = [
            sorted(value) if isinstance(value, frozenset) else value
            for value in (getattr(query, name) for name in Query.__dataclass_fields__)
        ]
        text = repr((marks.seq, self.stage.plan(query, marks).key, now, told, parts))
        return hashlib.sha256(text.encode()).hexdigest()[:20]

    def plan_tag(self, query: Query, *parts: object) -> str:
        """As `tag`, for answers that follow the plan and the registers only."""
        marks = self.stage.journal.marks()
        text = repr((self.stage.plan(query, marks).key, marks.sites, marks.registers, parts))
        return hashlib.sha256(text.encode()).hexdigest()[:20]

    def sites_tag(self, *parts: object) -> str:
        """As `tag`, for answers that follow the registers only."""
        marks = self.stage.journal.marks()
        return hashlib.sha256(repr((marks.sites, marks.registers, parts)).encode()).hexdigest()[:20]

    def warm(self) -> None:
        """Load columns, the plan's index and labels, so that the first visitor does not wait. Raises NoPlan."""
        scene = self.stage.scene(Query())
        _ = scene.plan.index, scene.plan.labels, scene.plan.outlines

    def desk(self, query: Query, measure: str | None = None) -> dict[str, Any]:
        """All figures of the desk. Raises BadQuery, NotFound."""
        scene = self.stage.scene(query)
        joint = self._joint.get(scene.marks.seq, lambda: self._whistles.tell(scene))
        return {**desk.desk(scene, query, measure, self.basemap), "whistles": joint}

    def incidents(self, query: Query, order: str = "newest", asker: Asker = ANYBODY) -> Page:
        """One page of incidents as `asker` may see them. Raises BadQuery."""
        scene = self.stage.scene(query)
        return page(scene, self.stage.store, query, order, self._beside(scene), asker)

    def incident(self, incident_id: str, query: Query, *, shown: bool = False) -> dict[str, Any]:
        """One incident whole; shown: with its place even if it is sensitive. Raises NotFound."""
        scene = self.stage.scene(query)
        return whole_feature(scene, self.stage.store, incident_id, self._beside(scene), shown=shown)

    def grid_card(self, code: str, query: Query) -> dict[str, Any]:
        """One grid with posts, places and figures. Raises NotFound."""
        scene = self.stage.scene(query)
        places = self._site_counts.get(
            (scene.marks.sites, scene.plan.key), lambda: card.count_sites(self._all_sites(), scene.plan)
        )
        return card.grid_card(scene, code, query, places, self.stage.store.count_open_calls())

    def plan(self, query: Query) -> PlanInUse:
        """The plan of a question."""
        return self.stage.plan(query)

    def plans(self) -> list[PlanHead]:
        """All plans, without geometry."""
        return self.stage.store.list_plans()

    def findings(self, query: Query) -> tuple[Finding, ...]:
        """What the checks found in the plan."""
        return self.stage.plan(query).plan.findings

    def base_sites(self) -> list[Site]:
        """Sites drawn under the grids, bottom to top."""
        order = {kind: place for place, kind in enumerate(BASE_KINDS)}
        return sorted((site for site in self._all_sites() if site.kind in order), key=lambda site: order[site.kind])

    def posts(self) -> list[Post]:
        """Posts that stand somewhere."""
        marks = self.stage.journal.marks()
        return [post for post in self.stage.registers(marks).posts if post.lon is not None and post.lat is not None]

    def locate(self, asked: point.AskedPoint, query: Query) -> dict[str, Any]:
        """Grid, certainty and neighbours of one point. Raises BadInput."""
        return point.locate_point(asked, self.stage.plan(query), self.seq())

    def points(self, query: Query) -> PointSet:
        """Located points of `query` for a density map, sensitive ones left out."""
        query = query.without_page()
        key = self.tag(query, "points", timed=bool(query.lights))
        return self._points.get(key, lambda: self._point_set(key, query))

    def _point_set(self, key: str, query: Query) -> PointSet:
        scene = self.stage.scene(query)
        mask = matching(scene, query) & ~scene.sensitive & np.isfinite(scene.columns.lon)
        within = occurred(scene, query.since, query.until)
        if within is not None:
            mask &= within
        return PointSet(key, scene.marks.seq, scene.columns.lon[mask], scene.columns.lat[mask], scene.plan)

    def _all_sites(self) -> list[Site]:
        return self._sites.get(self.stage.journal.marks().sites, self.stage.store.list_sites)

    def _beside(self, scene: Scene) -> Near:
        def near(lon: float, lat: float, own: str) -> str | None:
            return self._near.get(
                (scene.plan.key, lon, lat, own), lambda: point.nearest_other(lon, lat, own, scene.plan)
            )

        return near
