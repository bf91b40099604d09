"""Plans in use: which plan a question is about, with its point-in-grid index and label points made once."""

from __future__ import annotations

import hashlib
from collections.abc import Callable
from dataclasses import dataclass, field
from datetime import date
from functools import cached_property
from pathlib import Path
from typing import TYPE_CHECKING, Any

import numpy as np
import numpy.typing as npt
import shapely
from shapely import affinity
from shapely.geometry import Polygon

from mapsvc.errors import BadQuery, MapsvcError, NoPlan
from mapsvc.model.plan import Plan, PlanStatus
from mapsvc.model.query import Query
from mapsvc.ports import Store
from mapsvc.services.scene.journal import Marks
from mapsvc.services.scene.memo import Memo
from mapsvc.services.scene.nearby import Nearby

if TYPE_CHECKING:
    from mapsvc.geo.locate import GridIndex
    from mapsvc.geo.outlines import Outlines

_DEEP_ENOUGH = 0.8
_LABEL_DETAIL = 64
"""A label point is sought on an outline simplified to this part of the grid's size."""


@dataclass(frozen=True, eq=False)
class PlanInUse:
    """A plan and what is derived from it alone. `key` names the content: equal keys, equal plans."""

    plan: Plan
    key: tuple[str, int]
    index_of: Callable[[Plan], GridIndex] = field(repr=False)

    @property
    def is_draft(self) -> bool:
        """True for a draft in work, whose key carries its revision."""
        return self.key[1] < 0

    @cached_property
    def digest(self) -> str:
        """Names codes and shapes: equal in every process that reads this plan."""
        return digest_of(self.plan)

    @cached_property
    def index(self) -> GridIndex:
        """Point -> grid index of the plan's polygons."""
        return self.index_of(self.plan)

    @cached_property
    def number_of(self) -> dict[str, int]:
        """Grid code -> position in the plan."""
        return {grid.code: number for number, grid in enumerate(self.plan.grids)}

    @cached_property
    def area_m2(self) -> npt.NDArray[np.float64]:
        """Area of each grid."""
        return np.array([grid.area_m2 for grid in self.plan.grids], np.float64)

    @cached_property
    def labels(self) -> list[tuple[float, float]]:
        """A lon, lat well inside each grid, for its label."""
        return label_points(self.plan)

    @cached_property
    def outlines(self) -> Outlines:
        """The edges of the grids in metres."""
        from mapsvc.geo.outlines import Outlines

        # As in the index: a broken ring has no inside.
        polygons = [grid.polygon if grid.polygon.is_valid else Polygon() for grid in self.plan.grids]
        return Outlines.of(polygons, self.plan.working_epsg)

    @cached_property
    def nearby(self) -> Nearby:
        """Distances from points to the grids."""
        return Nearby(self.plan)

    @cached_property
    def neighbours(self) -> list[list[str]]:
        """Codes of the grids that touch each grid, in code order."""
        polygons = np.array([grid.polygon for grid in self.plan.grids], dtype=object)
        tree = shapely.STRtree(polygons)
        own, other = tree.query(polygons, predicate="intersects")
        found: list[list[str]] = [[] for _ in self.plan.grids]
        for a, b in sorted(zip(own.tolist(), other.tolist(), strict=True)):
            if a != b:
                found[a].append(self.plan.grids[b].code)
        return found


def label_points(plan: Plan) -> list[tuple[float, float]]:
    """Centre of the largest circle in each grid, nearly; inside the grid in any case. Degrees."""
    return [label_point(grid.polygon) for grid in plan.grids]


def label_point(polygon: Any) -> tuple[float, float]:
    """The label's lon, lat of one polygon; NaN where it is empty."""
    if polygon.is_empty:
        return float("nan"), float("nan")
    part = max(shapely.get_parts(polygon), key=lambda one: float(one.area))
    west, south, east, north = part.bounds
    step = max(east - west, north - south) / _LABEL_DETAIL
    # A degree of longitude is shorter than one of latitude: without the squeeze labels drift sideways.
    squeeze = float(np.cos(np.radians((south + north) / 2)))
    outline = shapely.simplify(part, step / 4, preserve_topology=False)
    if not outline.is_valid or outline.is_empty:
        # The quick way can break a narrow outline; the careful one takes ten times as long.
        outline = shapely.simplify(part, step / 4)
    flat = affinity.scale(outline, squeeze, 1.0, origin=(0.0, 0.0))
    x, y = _inner_point(flat, step)
    if not polygon.covers(shapely.Point(x / squeeze, y)):
        point = part.representative_point()
        x, y = point.x * squeeze, point.y
    return float(x / squeeze), float(y)


def _inner_point(flat: Polygon, step: float) -> tuple[float, float]:
    """The centroid where it lies nearly as deep inside as any point can, else the deepest point itself."""
    try:
        circle = shapely.maximum_inscribed_circle(flat, tolerance=step)
    except shapely.GEOSException:
        point = flat.representative_point()
        return point.x, point.y
    centre = flat.centroid
    if flat.contains(centre) and flat.boundary.distance(centre) >= _DEEP_ENOUGH * circle.length:
        return centre.x, centre.y
    x, y = circle.coords[0]
    return float(x), float(y)


def digest_of(plan: Plan) -> str:
    """A short hash of a plan's codes, grids and frame."""
    shapes = [plan.frame, *(grid.polygon for grid in plan.grids)]
    parts = ["\x1f".join(plan.codes).encode(), *(shapely.to_wkb(shape) for shape in shapes)]
    return hashlib.sha256(b"".join(parts)).hexdigest()[:24]


FindDraft = Callable[[str], Plan | None]
"""find_draft(id) -> the draft as a plan value at its newest revision, or None where no draft has this id."""


class PlanBook:
    """Finds the plan of a question and keeps the ones used last.

    cache_dir: where point-in-grid indexes of plans are kept between starts; None = only in memory.
    find_draft: how a draft's id becomes a plan; set where drafts are edited.
    """

    def __init__(self, store: Store, cache_dir: Path | None = None) -> None:
        self.find_draft: FindDraft | None = None
        self._store = store
        self._cache_dir = cache_dir
        self._ids: Memo[str] = Memo(64)
        self._plans: Memo[PlanInUse] = Memo(4)
        # Drafts change by the minute: they do not push out the plan that everybody looks at.
        self._drafts: Memo[PlanInUse] = Memo(6)

    def get(self, query: Query, today: date, marks: Marks) -> PlanInUse:
        """The plan that `query` names, or the one in force on `today`; NoPlan if nothing is stored yet."""
        draft = self.find_draft(query.plan_id) if self.find_draft and query.plan_id is not None else None
        if draft is not None:
            # Negative: a revision is never taken for a journal number.
            named = (draft.id, -draft.revision)
            return self._drafts.get(named, lambda: PlanInUse(draft, named, self._index))
        key = (query.plan_id, query.as_of, today, marks.plans)
        plan_id = self._ids.get(key, lambda: self._choose(query, today))
        content = (plan_id, marks.plans)
        return self._plans.get(content, lambda: self._load(plan_id, content))

    def _load(self, plan_id: str, key: tuple[str, int]) -> PlanInUse:
        return PlanInUse(self._store.get_plan(plan_id), key, self._index)

    def _choose(self, query: Query, today: date) -> str:
        if query.plan_id is not None:
            if all(head.id != query.plan_id for head in self._store.list_plans()):
                raise BadQuery("There is no plan with this id.", field="plan")
            return query.plan_id
        head = self._store.find_plan_on(query.as_of or today)
        if head is not None:
            return head.id
        if query.as_of is not None:
            raise BadQuery(f"No edition of the plan was in force on {query.as_of}.", field="as_of")
        heads = self._store.list_plans()
        if not heads:
            raise NoPlan(
                "There is no plan yet. Load the demo (python -m mapsvc demo) or import boundaries "
                "(python -m mapsvc import boundaries FILE)."
            )
        # No edition in force today: the newest edition, or else the newest draft with its findings.
        editions = [head for head in heads if head.status is PlanStatus.PUBLISHED]
        return (editions or heads)[0].id

    def _index(self, plan: Plan) -> GridIndex:
        from mapsvc.geo.locate import GridIndex

        # A draft may hold broken rings, which have no inside: it is shown with its findings, and such a grid is empty.
        polygons = [grid.polygon if grid.polygon.is_valid else Polygon() for grid in plan.grids]
        if self._cache_dir is None or (plan.revision and plan.status is not PlanStatus.PUBLISHED):
            # A draft in work has another shape a minute later: no file is worth it.
            return GridIndex.build(polygons)
        path = self._cache_dir / f"grid-index-{digest_of(plan)}.npz"
        if path.exists():
            try:
                return GridIndex.load(path, polygons)
            except (OSError, ValueError, KeyError, MapsvcError):
                path.unlink(missing_ok=True)
        index = GridIndex.build(polygons)
        try:
            path.parent.mkdir(parents=True, exist_ok=True)
            index.save(path)
        except OSError:
            path.unlink(missing_ok=True)
        return index
