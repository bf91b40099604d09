"""Re-assignment along chains of real edits: equal to a full count after each, and undone bit for bit."""

from __future__ import annotations

import numpy as np
import pytest

from benchmarks.redraw_edits import EDITS, EPSG, made_plan
from mapsvc.analysis.changed_lines import ChangedLines
from mapsvc.analysis.consequences import consequences
from mapsvc.analysis.ground import Doors, Ground
from mapsvc.analysis.point_cells import PointCells
from mapsvc.analysis.reassign import owners
from mapsvc.analysis.regrade import regrade
from mapsvc.analysis.standing import Standing, advance, standing_of
from mapsvc.errors import Refused
from mapsvc.geo.certainty import grade
from mapsvc.geo.edit.apply import apply
from mapsvc.geo.edit.edited import Edited
from mapsvc.geo.partition.partition import Partition
from mapsvc.model.redraw import Command, SetAttributes


@pytest.fixture(scope="module")
def partition() -> Partition:
    return Partition.of(made_plan(6))


def renamed(partition: Partition, rng: np.random.Generator) -> Command:
    """A new code, which may be the first or the last."""
    return SetAttributes(str(rng.choice(partition.codes)), {"code": f"{rng.integers(10**5):05d}"})


def chain(partition: Partition, length: int, seed: int) -> list[Edited]:
    """Accepted edits of all kinds, each on what the last one left."""
    rng = np.random.default_rng(seed)
    edits: list[Edited] = []
    for _ in range(20 * length):
        if len(edits) == length:
            break
        # Enough grids must be left to go on with.
        makers = [make for name, make in EDITS.items() if name != "merge" or len(partition.numbers) > 6]
        make = renamed if rng.random() < 0.15 else makers[rng.integers(len(makers))]
        try:
            command = make(partition, rng)
            edits.append(apply(partition, command))
        except (Refused, LookupError):
            continue
        partition = edits[-1].partition
    assert len(edits) == length
    return edits


def aimed_ground(partition: Partition, edits: list[Edited], seed: int) -> Ground:
    """Incidents on vertices of the lines that come and go, between them, near them, and anywhere; a third are doors."""
    rng = np.random.default_rng(seed)
    spots = [rng.uniform(*partition.frame.bounds[i::2], 2000) for i in (0, 1)]
    on_line = [np.zeros((0, 2))]
    for edit in edits:
        for arc in (*edit.delta.removed.values(), *edit.delta.added.values()):
            lonlat = partition.degrees(arc.steps)
            on_line += [lonlat[[0, -1]], lonlat[rng.integers(0, len(lonlat), 6)], (lonlat[1:] + lonlat[:-1])[:6] / 2]
            on_line.append(lonlat[rng.integers(0, len(lonlat), 6)] + rng.normal(0, 1e-3, (6, 2)))
    lon, lat = (np.concatenate([spot, *(part[:, i] for part in on_line), [np.nan]]) for i, spot in enumerate(spots))
    n = len(lon)
    third = slice(None, None, 3)
    doors = Doors.of(lon[third], lat[third], rng.integers(0, 9, len(lon[third])), 1, EPSG)
    return Ground(EPSG, PointCells.of(lon, lat), rng.random(n) < 0.3, rng.random(n) < 0.5, doors)


def assert_equal(one: Standing, other: Standing) -> None:
    np.testing.assert_array_equal(one.owner, other.owner)
    np.testing.assert_array_equal(one.door_owner, other.door_owner)
    for name in ("load", "households", "addresses", "living"):
        long, short = sorted((getattr(one, name), getattr(other, name)), key=len, reverse=True)
        np.testing.assert_array_equal(long[: len(short)], short)
        assert not long[len(short) :].any()


@pytest.mark.parametrize("seed", [1, 2, 3])
def test_every_edit_gives_the_full_count_and_undo_of_all_the_first_owners(partition: Partition, seed: int) -> None:
    edits = chain(partition, 25, seed)
    ground = aimed_ground(partition, edits, seed)
    first = standing = standing_of(partition, ground)
    states, total = [partition], 0
    for edit in edits:
        lines = ChangedLines.of(edit.delta)
        assert lines.touched <= edit.touched
        after = advance(standing, ground, edit.partition, edit.delta, lines)
        assert_equal(after, standing_of(edit.partition, ground))
        effect = consequences(ground, standing, after, edit.delta, lines)
        assert sum(grid.load[1] - grid.load[0] for grid in effect.grids) == after.load.sum() - standing.load.sum()
        assert effect.moved == np.count_nonzero(after.owner != standing.owner)
        total += effect.moved
        standing = after
        states.append(edit.partition)
    assert total > 500
    for edit, before in zip(edits[::-1], states[-2::-1], strict=True):
        standing = advance(standing, ground, before, edit.delta.inverse())
    assert_equal(standing, first)


def test_a_whole_draft_at_once_moves_what_its_edits_moved_one_by_one(partition: Partition) -> None:
    edits = chain(partition, 12, 9)
    ground = aimed_ground(partition, edits, 9)
    first = standing_of(partition, ground)
    delta = edits[0].delta
    for edit in edits[1:]:
        delta = delta.then(edit.delta)
    last = edits[-1].partition
    now = advance(first, ground, last, delta)
    assert_equal(now, standing_of(last, ground))
    effect = consequences(ground, first, now, delta)
    area = {grid.number: grid.area_m2 for grid in effect.grids}
    assert sum(was for was, _ in area.values()) == pytest.approx(sum(new for _, new in area.values()), rel=1e-6)


def test_a_grading_of_points_in_two_corners_equals_one_against_all_grids() -> None:
    whole = Partition.of(made_plan(600))
    rng = np.random.default_rng(5)
    corners = np.repeat([[98.35, 39.62], [98.66, 39.88]], 300, axis=0)
    lon, lat = (corners + rng.uniform(-0.015, 0.015, corners.shape)).T
    vertices = np.concatenate([np.array(whole.polygon(number).exterior.coords)[:9] for number in (0, 599)])
    lon, lat = np.append(lon, vertices[:, 0]), np.append(lat, vertices[:, 1])
    accuracy = np.where(rng.random(len(lon)) < 0.6, rng.uniform(1, 150, len(lon)), np.nan)
    owner = owners(whole, lon, lat)
    polygons = [whole.polygon(number) for number in whole.numbers]
    expected = grade(polygons, whole.epsg, lon, lat, owner, accuracy)
    assert 0 < np.count_nonzero(expected) < len(lon)
    np.testing.assert_array_equal(regrade(whole, lon, lat, owner, accuracy).codes, expected)
