"""Arcs for the planner's map: those in view whole, so that they can be edited; the others as fine as the zoom shows."""

from __future__ import annotations

import threading
from collections.abc import Iterable, Mapping
from typing import TYPE_CHECKING, Any

import numpy as np
import numpy.typing as npt
import shapely

from mapsvc.services.redraw.answers import arc_json, grids_json, origin_of
from mapsvc.services.redraw.state import State
from mapsvc.services.scene.plans import label_point

if TYPE_CHECKING:
    from mapsvc.geo.partition.arc import Arc
    from mapsvc.geo.partition.partition import Partition

_STEPS = 1e8
_TILE_PX = 256
DEFAULT_ZOOM = 15
_MANY_GRIDS = 3000
_KEPT_LABELS = 50_000
Box = tuple[float, float, float, float]


class ArcDesk:
    """Makes ARCS answers; what costs is kept by arc and by grid, and most of both outlive an edit."""

    def __init__(self) -> None:
        self._labels: dict[int, tuple[Any, tuple[float, float]]] = {}
        self._lock = threading.Lock()

    def arcs(self, state: State, bbox: Box | None, z: int | None) -> dict[str, Any]:
        """The ARCS of a state. bbox: west, south, east, north in degrees, None = everything whole."""
        partition = state.partition
        numbers = list(partition.arcs)
        arcs = [partition.arcs[number] for number in numbers]
        whole = np.ones(len(arcs), np.bool_) if bbox is None else _in_box(partition, arcs, bbox)
        shown = _simplified(arcs, whole, DEFAULT_ZOOM if z is None else z)
        return {
            "revision": state.draft.revision,
            "origin": origin_of(partition),
            "grids": self.grids(state),
            "outside": -1,
            "gap": -2,
            "arcs": [
                arc_json(number, arc, steps, full=bool(full))
                for number, arc, steps, full in zip(numbers, arcs, shown, whole, strict=True)
            ],
        }

    def grids(self, state: State) -> list[dict[str, Any]]:
        """All grids with their label points."""
        numbers = state.partition.numbers
        # A point well inside costs a quarter of a millisecond: a city of thousands gets any point inside.
        quick = len(numbers) > _MANY_GRIDS
        return grids_json(state, {number: self.label(state.partition, number, quick=quick) for number in numbers})

    def added(self, arcs: Mapping[int, Arc]) -> list[dict[str, Any]]:
        """New arcs of an edit, whole."""
        return [arc_json(number, arc, arc.steps, full=True) for number, arc in arcs.items()]

    def label(self, partition: Partition, number: int, *, quick: bool = False) -> tuple[float, float]:
        """lon, lat well inside a grid; quick: anywhere inside."""
        # An unchanged grid keeps its polygon object from edit to edit; held here, its id is given to no other.
        polygon = partition.polygon(number)
        known = self._labels.get(id(polygon))
        if known is None:
            known = polygon, _any_point(polygon) if quick else label_point(polygon)
            with self._lock:
                self._labels[id(polygon)] = known
                while len(self._labels) > _KEPT_LABELS:
                    del self._labels[next(iter(self._labels))]
        return known[1]


def _any_point(polygon: Any) -> tuple[float, float]:
    point = polygon.representative_point()
    return point.x, point.y


def _in_box(partition: Partition, arcs: Iterable[Arc], bbox: Box) -> npt.NDArray[np.bool_]:
    """True where the box of an arc meets bbox."""
    ix, iy = origin_of(partition)
    west, south, east, north = (value * _STEPS - base for value, base in zip(bbox, (ix, iy, ix, iy), strict=True))
    low = np.array([arc.steps.min(axis=0) for arc in arcs]).reshape(-1, 2)
    high = np.array([arc.steps.max(axis=0) for arc in arcs]).reshape(-1, 2)
    met: npt.NDArray[np.bool_] = (
        (low[:, 0] <= east) & (high[:, 0] >= west) & (low[:, 1] <= north) & (high[:, 1] >= south)
    )
    return met


def _simplified(arcs: list[Arc], whole: npt.NDArray[np.bool_], z: int) -> list[Any]:
    """The steps of each arc; those not whole with a tolerance of half a pixel. Ends stay, so arcs still meet."""
    shown: list[Any] = [arc.steps for arc in arcs]
    coarse = np.flatnonzero(~whole).tolist()
    if not coarse:
        return shown
    sizes = np.array([len(shown[place]) for place in coarse])
    xy = np.concatenate([shown[place] for place in coarse]).astype(np.float64)
    lines: Any = shapely.linestrings(xy, indices=np.repeat(np.arange(len(coarse)), sizes))
    half_px = 360.0 * _STEPS / (_TILE_PX * 2.0**z) / 2.0
    simple: Any = shapely.simplify(lines, half_px, preserve_topology=False)
    least = np.where(shapely.is_closed(lines), 4, 2)
    counts = shapely.get_num_coordinates(simple)
    # A closed arc smaller than a pixel would vanish; its own vertices are few.
    kept = np.where(counts >= least, simple, lines)
    places, owner = shapely.get_coordinates(kept, return_index=True)
    cuts = np.flatnonzero(np.diff(owner)) + 1
    for place, steps in zip(coarse, np.split(places.astype(np.int64), cuts), strict=True):
        shown[place] = steps
    return shown
