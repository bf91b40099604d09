"""Standing: who owns each point under one partition, and the totals of each grid; a change adds and subtracts."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from typing import TYPE_CHECKING, TypeVar

import numpy as np
import numpy.typing as npt

from mapsvc.analysis.changed_lines import ChangedLines
from mapsvc.analysis.ground import Ground
from mapsvc.analysis.reassign import Moved, Near, owners
from mapsvc.geo.crs import projector

if TYPE_CHECKING:
    from mapsvc.geo.partition.delta import Delta
    from mapsvc.geo.partition.partition import Partition

FloatArray = npt.NDArray[np.float64]
IntArray = npt.NDArray[np.int64]
OwnerArray = npt.NDArray[np.int32]
Number = TypeVar("Number", np.bool_, np.int64)


@dataclass(frozen=True, slots=True, eq=False)
class Standing:
    """The state of a ground under `partition`.

    owner: (n,) number of each incident's grid, -1 = none; door_owner: (m,) of each door's. living, load, households,
    addresses: by grid number: whether there is such a grid, incidents that count, households and addresses in it.
    posts: places (k, 2) in metres of the posts of a grid, by number. Posts go with the number, through any new code.
    """

    partition: Partition
    owner: OwnerArray
    door_owner: OwnerArray
    living: npt.NDArray[np.bool_]
    load: IntArray
    households: IntArray
    addresses: IntArray
    posts: Mapping[int, FloatArray]


def standing_of(partition: Partition, ground: Ground, owner: OwnerArray | None = None) -> Standing:
    """The full count. owner: numbers of the incidents' grids where they are known; None = locate all."""
    cells, doors = ground.incidents, ground.doors
    if owner is None:
        # Both in one go: the index over the grids is what takes long.
        lon, lat = (np.concatenate(pair) for pair in ((cells.lon, doors.cells.lon), (cells.lat, doors.cells.lat)))
        owner, door_owner = np.split(owners(partition, lon, lat), [len(cells)])
    else:
        door_owner = owners(partition, doors.cells.lon, doors.cells.lat)
    size = max(partition.numbers, default=-1) + 1
    living = np.zeros(size, np.bool_)
    living[list(partition.numbers)] = True
    return Standing(
        partition,
        owner,
        door_owner,
        living,
        _tally(owner[ground.counted], None, size),
        _tally(door_owner, doors.households, size),
        _tally(door_owner, doors.addresses, size),
        _post_places(partition, ground),
    )


def advance(
    standing: Standing, ground: Ground, after: Partition, delta: Delta, lines: ChangedLines | None = None
) -> Standing:
    """The state after `delta`, which leads to `after`; equal to a full count. Undo: the same with the inverse delta."""
    lines = lines or ChangedLines.of(delta)
    near = Near.of(standing.partition, after, delta, lines)
    incidents = near.moved(ground.incidents, standing.owner)
    doors = near.moved(ground.doors.cells, standing.door_owner)
    made = {number for number, grid in delta.after.items() if grid is not None}
    gone = {number for number, grid in delta.after.items() if grid is None}
    size = max(len(standing.living), max(made, default=-1) + 1)
    living = _resized(standing.living, size)
    living[list(made)] = True
    living[list(gone)] = False
    counts = ground.counted[incidents.rows].astype(np.int64)
    return Standing(
        after,
        incidents.apply(standing.owner),
        doors.apply(standing.door_owner),
        living,
        _shift(standing.load, size, incidents, counts),
        _shift(standing.households, size, doors, ground.doors.households[doors.rows]),
        _shift(standing.addresses, size, doors, ground.doors.addresses[doors.rows]),
        standing.posts,
    )


def _tally(owner: OwnerArray, weight: IntArray | None, size: int) -> IntArray:
    """Sum of the weights by grid number; points in no grid count nowhere."""
    # Sums of whole numbers below 2 ** 53 are exact in the doubles that bincount adds.
    sums = np.bincount(owner.astype(np.int64) + 1, weights=weight, minlength=size + 1)
    return sums[1:].astype(np.int64)


def _shift(totals: IntArray, size: int, change: Moved, weight: IntArray) -> IntArray:
    shifted = _resized(totals, size)
    for side, sign in ((change.old, -1), (change.new, 1)):
        inside = side >= 0
        np.add.at(shifted, side[inside], sign * weight[inside])
    return shifted


def _resized(values: npt.NDArray[Number], size: int) -> npt.NDArray[Number]:
    """A copy with zeros for grids that are new."""
    larger = np.zeros(size, values.dtype)
    larger[: len(values)] = values
    return larger


def _post_places(partition: Partition, ground: Ground) -> dict[int, FloatArray]:
    number_of = dict(zip(partition.codes, partition.numbers, strict=True))
    places: dict[int, list[tuple[float, float]]] = {}
    for post in ground.posts:
        if post.lon is None or post.lat is None:
            continue
        for code in post.grid_codes:
            if code in number_of:
                places.setdefault(number_of[code], []).append((post.lon, post.lat))
    if not places:
        return {}
    lonlat = np.array([spot for spots in places.values() for spot in spots])
    xy = np.column_stack(projector(ground.epsg).forward(lonlat[:, 0], lonlat[:, 1]))
    cuts = np.cumsum([len(spots) for spots in places.values()])[:-1]
    return dict(zip(places, np.split(xy, cuts), strict=True))
