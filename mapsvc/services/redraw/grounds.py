"""Grounds: what an edit is weighed with: incidents, doors, posts, streets, hot cells, read again when they change."""

from __future__ import annotations

from collections.abc import Callable, Hashable
from dataclasses import dataclass, replace
from datetime import timedelta
from typing import TYPE_CHECKING

import numpy as np
import numpy.typing as npt
import shapely

from mapsvc.errors import MapsvcError
from mapsvc.model.report import Report
from mapsvc.services.scene.columns import Snapshot
from mapsvc.services.scene.interval import midnight
from mapsvc.services.scene.journal import Marks
from mapsvc.services.scene.memo import Memo
from mapsvc.services.scene.scene import Rows, Stage, sensitive_rows

if TYPE_CHECKING:
    from mapsvc.analysis.ground import Ground, HotCell
    from mapsvc.analysis.point_cells import PointCells

_KEPT = 3
FindHotCells = Callable[[], Report]
"""The hot spot report of the plan in force; errors and refusals count as none."""


@dataclass(frozen=True, slots=True, eq=False)
class Footing:
    """A ground, the incidents that it was made of, and a key that names its content."""

    key: Hashable
    ground: Ground
    snapshot: Snapshot


class Grounds:
    """Makes the Ground of a working CRS and keeps it until incidents, places, posts or the day change."""

    def __init__(self, stage: Stage, find_hot_cells: FindHotCells | None = None) -> None:
        self._stage = stage
        self._find_hot_cells = find_hot_cells
        self._grounds: Memo[Ground] = Memo(_KEPT)
        self._cells: Memo[PointCells] = Memo(1)

    def get(self, epsg: int) -> Footing:
        """The ground of now."""
        stage = self._stage
        marks = stage.journal.marks()
        rows = stage.rows(marks)
        key = (rows.snapshot.key, marks.sites, marks.registers, stage.today(marks), epsg)
        ground = self._grounds.get(key, lambda: self._make(rows, marks, epsg))
        # What is kept under an equal key may have been read earlier: nothing happened to the incidents since.
        snapshot = replace(rows.snapshot, seq=max(rows.snapshot.seq, marks.seq))
        return Footing(key, ground, snapshot)

    def _make(self, rows: Rows, marks: Marks, epsg: int) -> Ground:
        from mapsvc.analysis.ground import LOAD_DAYS, Doors, Ground, Streets
        from mapsvc.analysis.point_cells import PointCells

        stage = self._stage
        columns, sites = rows.snapshot.columns, stage.sites(marks)
        since = midnight(stage.today(marks) - timedelta(days=LOAD_DAYS), rows.tz)
        newest = int(columns.occurred_at.max(initial=0))
        if newest < since:
            # Records of years ago still tell where the work lies: their own last days count then.
            since = newest - LOAD_DAYS * 86_400
        cells = self._cells.get(rows.snapshot.key, lambda: PointCells.of(columns.lon, columns.lat))
        posts = tuple(post for post in stage.registers(marks).posts if post.lon is not None and post.lat is not None)
        told = ~sensitive_rows(columns, stage.registers(marks))
        return Ground(
            epsg=epsg,
            incidents=cells,
            is_open=~rows.closed,
            counted=(columns.occurred_at >= since) & (columns.occurred_at > 0) & told,
            told=told,
            doors=Doors.of_sites(sites, epsg),
            posts=posts,
            streets=Streets.of_sites(sites, epsg),
            hot_cells=self._hot_cells(cells, told),
        )

    def _hot_cells(self, cells: PointCells, told: npt.NDArray[np.bool_]) -> tuple[HotCell, ...]:
        from mapsvc.analysis.ground import HotCell

        if self._find_hot_cells is None:
            return ()
        try:
            report = self._find_hot_cells().only("kind", ("hot",))
        except MapsvcError:
            return ()
        if report.refused or report.geometry is None:
            return ()
        found = []
        for row, col, shape in zip(report.table["row"], report.table["col"], report.geometry, strict=True):
            near = cells.in_box(*shape.bounds)
            inside = shapely.intersects_xy(shape, cells.lon[near], cells.lat[near])
            within = near[inside].astype(np.int64)
            found.append(HotCell(f"{row}-{col}", shape, within[told[within]]))
        return tuple(found)
