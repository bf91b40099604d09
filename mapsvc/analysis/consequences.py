"""Consequences: what a change of the plan does, from the standing before and the standing after it.

Only grids with a change are measured; totals of all grids come from the two standings. Areas and distances are made
in the working CRS.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

import numpy as np
import numpy.typing as npt
import shapely

from mapsvc.analysis.advice import advise, cut_hot_cells
from mapsvc.analysis.changed_lines import ChangedLines, degree_lines
from mapsvc.analysis.ground import Ground
from mapsvc.analysis.line_shift import line_moved_m
from mapsvc.analysis.reassign import Moved
from mapsvc.analysis.standing import Standing
from mapsvc.geo.measure import area_m2, perimeter_m, thinness
from mapsvc.model.effect import Effect, GridEffect, LoadSpread, Others

if TYPE_CHECKING:
    from mapsvc.geo.partition.delta import Delta
    from mapsvc.geo.partition.partition import Partition

FloatArray = npt.NDArray[np.float64]
IntArray = npt.NDArray[np.int64]
Sizes = dict[int, tuple[float, float, int]]
"""Area in m2, Polsby-Popper and number of pieces by grid number."""


def consequences(
    ground: Ground, was: Standing, now: Standing, delta: Delta, lines: ChangedLines | None = None
) -> Effect:
    """All figures of the change `delta` from `was` to `now`, one edit or a whole draft.

    lines: the delta's changed lines, where they are known already.
    """
    lines = lines or ChangedLines.of(delta)
    moved = ground.only_told(Moved.between(was.owner, now.owner).rows)
    doors = Moved.between(was.door_owner, now.door_owner)
    numbers = _changed_numbers(lines, delta, was, now)
    effects = _grid_effects(ground, was, now, numbers)
    new_lines = _joined(degree_lines(now.partition, lines.came))
    hot_cells = cut_hot_cells(ground, was, now, new_lines)
    is_open = ground.is_open[moved]
    return Effect(
        incidents=len(now.owner),
        moved=len(moved),
        open=int(np.count_nonzero(is_open)),
        rows=moved[np.lexsort((-moved, ~is_open))],
        households=int(ground.doors.households[doors.rows].sum()),
        addresses=int(ground.doors.addresses[doors.rows].sum()),
        area_m2=_changed_area_m2(was.partition, now.partition, lines, ground.epsg),
        line_moved_m=line_moved_m(now.partition, delta, lines, ground.epsg),
        load=_spread(ground, was, now),
        grids=effects,
        others=_others(now, numbers),
        hot_cells=hot_cells,
        findings=advise(ground, lines, now.partition, new_lines, hot_cells, effects),
        lines=new_lines,
    )


def _joined(segments: Any) -> Any:
    """The segments as lines, None without any."""
    return shapely.line_merge(shapely.multilinestrings(segments)) if len(segments) else None


def _changed_numbers(lines: ChangedLines, delta: Delta, was: Standing, now: Standing) -> list[int]:
    """Grids with another shape, name or load, in code order (a grid that is gone by its last code)."""
    # An undone edit leaves room for a number that the state before it does not know.
    size = min(len(was.load), len(now.load))
    changed = {*lines.touched, *delta.before}
    for one in ("load", "households", "addresses"):
        changed |= set(np.flatnonzero(getattr(was, one)[:size] != getattr(now, one)[:size]).tolist())
    return sorted(
        (number for number in changed if _is_living(was, number) or _is_living(now, number)),
        key=lambda number: _facts(was, now, number).code,
    )


def _grid_effects(ground: Ground, was: Standing, now: Standing, numbers: list[int]) -> tuple[GridEffect, ...]:
    old, new = (_sizes(standing, numbers, ground.epsg) for standing in (was, now))
    far_old, far_new = (farthest_doors_m(ground, standing, numbers) for standing in (was, now))
    none = (0.0, 0.0, 0)
    effects = []
    for number in numbers:
        facts = _facts(was, now, number)
        before, after = old.get(number, none), new.get(number, none)
        load, households, addresses = (
            (_value(getattr(was, name), number), _value(getattr(now, name), number))
            for name in ("load", "households", "addresses")
        )
        effects.append(
            GridEffect(
                number,
                facts.code,
                facts.name,
                facts.name_zh,
                load=load,
                households=households,
                addresses=addresses,
                area_m2=(before[0], after[0]),
                compactness=(before[1], after[1]),
                pieces=(before[2], after[2]),
                farthest_m=(far_old.get(number), far_new.get(number)),
            )
        )
    return tuple(effects)


def farthest_doors_m(ground: Ground, standing: Standing, numbers: list[int]) -> dict[int, float]:
    """Distance in metres from the nearest post of each grid to its farthest door, where it has both."""
    asked = [number for number in numbers if number in standing.posts and _is_living(standing, number)]
    if not asked:
        return {}
    flags = np.zeros(len(standing.living) + 1, np.bool_)
    flags[asked] = True
    rows = np.flatnonzero(flags[standing.door_owner])
    owner = standing.door_owner[rows]
    found = {}
    for number in asked:
        own = rows[owner == number]
        if len(own):
            posts = standing.posts[number]
            away = np.hypot(ground.doors.x[own, None] - posts[:, 0], ground.doors.y[own, None] - posts[:, 1])
            found[number] = float(away.min(axis=1).max())
    return found


def _sizes(standing: Standing, numbers: list[int], epsg: int) -> Sizes:
    grids = {number: standing.partition.grid(number) for number in numbers if _is_living(standing, number)}
    polygons = [grid.polygon for grid in grids.values()]
    areas = np.array([grid.area_m2 for grid in grids.values()])
    round_ = thinness(areas, perimeter_m(polygons, epsg)).tolist()
    pieces = shapely.get_num_geometries(np.array([*polygons, None], dtype=object)).tolist()
    return {
        number: (grid.area_m2, thin, count)
        for (number, grid), thin, count in zip(grids.items(), round_, pieces[:-1], strict=True)
    }


def _changed_area_m2(was: Partition, now: Partition, lines: ChangedLines, epsg: int) -> float:
    """Ground that has another grid: what each grid lost, and what nobody had before."""
    touched = sorted(lines.touched)
    old, new = _shapes(was, touched), _shapes(now, touched)
    pieces = [shapely.difference(old, new)]
    if lines.moves_frame:
        pieces.append(np.array([shapely.difference(shapely.union_all(new), shapely.union_all(old))], dtype=object))
    return float(area_m2(np.concatenate(pieces), epsg).sum())


def _shapes(partition: Partition, numbers: list[int]) -> Any:
    shapes = np.empty(len(numbers), dtype=object)
    shapes[:] = [partition.polygon(number) if partition.arcs_of(number) else shapely.Polygon() for number in numbers]
    return shapes


def _spread(ground: Ground, was: Standing, now: Standing) -> LoadSpread:
    _, was_ratio, was_spread = _balance(was)
    mean, ratio, spread = _balance(now)
    return LoadSpread(ground.days, mean, ratio, was_ratio, spread, was_spread)


def _balance(standing: Standing) -> tuple[float, float | None, float | None]:
    """Mean load of a grid, busiest over mean, coefficient of variation."""
    load = standing.load[standing.living]
    mean = float(load.mean()) if len(load) else 0.0
    if mean == 0.0:
        return mean, None, None
    return mean, float(load.max()) / mean, float(load.std()) / mean


def _others(now: Standing, numbers: list[int]) -> Others:
    rest = now.living.copy()
    rest[[number for number in numbers if _is_living(now, number)]] = False
    sums = (int(values[rest].sum()) for values in (now.load, now.households, now.addresses))
    return Others(int(np.count_nonzero(rest)), *sums)


def _facts(was: Standing, now: Standing, number: int) -> Any:
    return (now if _is_living(now, number) else was).partition.grid(number)


def _is_living(standing: Standing, number: int) -> bool:
    return number < len(standing.living) and bool(standing.living[number])


def _value(totals: IntArray, number: int) -> int:
    return int(totals[number]) if number < len(totals) else 0
