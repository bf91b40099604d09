"""Proposals: balance in the band, grids in one piece, little moved, the same for the same seed, steps that hold."""

from __future__ import annotations

import hashlib
import subprocess
import sys
from pathlib import Path

import numpy as np
import pytest
import shapely
from hypothesis import given, settings
from hypothesis import strategies as st

from benchmarks.propose_ground import make_ground, surge
from mapsvc.errors import BadInput, CannotTell
from mapsvc.geo.propose import Blocks, Proposal, fresh, smallest_change
from tests.geo.nine import EPSG, polygon

ROOT = Path(__file__).resolve().parents[2]


def board(columns: int, rows: int, grid: list[int] | np.ndarray, walls: list = []) -> Blocks:  # noqa: B006
    """Square blocks row by row from the south-west; block (column, row) has number row * columns + column."""
    shapes = [polygon((c, r), (c + 1, r), (c + 1, r + 1), (c, r + 1)) for r in range(rows) for c in range(columns)]
    blocks = Blocks.of(shapes, np.zeros(len(shapes), dtype=np.int64), EPSG, walls)
    # Blocks.of sorts by west and south; here rows are wanted.
    lon, lat = shapely.get_coordinates(shapely.centroid(blocks.polygons)).round(5).T
    order = np.lexsort((lon, lat))
    number = np.empty(len(order), dtype=np.int64)
    number[order] = np.arange(len(order))
    pairs = np.sort(number[blocks.pairs], axis=1)
    return Blocks(
        blocks.polygons[order],
        np.asarray(grid, dtype=np.int64),
        pairs,
        blocks.border_m,
        blocks.hard,
        blocks.perimeter_m[order],
        blocks.area_m2[order],
        blocks.x[order],
        blocks.y[order],
        EPSG,
    )


def pieces(pairs: np.ndarray, owner: np.ndarray, grid: int) -> int:
    """Connected parts of a grid, counted by a plain search."""
    left = set(np.flatnonzero(owner == grid).tolist())
    near: dict[int, list[int]] = {}
    for one, two in pairs.tolist():
        near.setdefault(one, []).append(two)
        near.setdefault(two, []).append(one)
    count = 0
    while left:
        count += 1
        open_ = [left.pop()]
        while open_:
            for other in near.get(open_.pop(), []):
                if other in left:
                    left.remove(other)
                    open_.append(other)
    return count


def assert_whole(blocks: Blocks, owner: np.ndarray) -> None:
    assert {pieces(blocks.pairs, owner, grid) for grid in np.unique(owner).tolist()} == {1}


def assert_band(load: np.ndarray, owner: np.ndarray, within: float) -> None:
    total = np.array([load[owner == grid].sum() for grid in np.unique(owner)])
    assert np.abs(total / total.mean() - 1).max() <= within


def assert_steps_lead_there(blocks: Blocks, load: np.ndarray, home: np.ndarray, proposal: Proposal) -> None:
    """One by one, every grid in one piece after each, figures as told, ending at the owner."""
    owner = home.copy()
    mean = load.sum() / len(np.unique(home))
    for step in proposal.steps:
        before = np.bincount(owner, weights=load)
        assert (owner[step.blocks] == step.source).all()
        owner[step.blocks] = step.target
        after = np.bincount(owner, weights=load)
        assert_whole(blocks, owner)
        assert len(np.unique(owner)) == len(np.unique(home))
        assert step.load == pytest.approx(load[step.blocks].sum())
        assert step.deviation == pytest.approx((abs(before / mean - 1).max(), abs(after / mean - 1).max()))
        assert step.ratio == pytest.approx((before.max() / mean, after.max() / mean))
        assert step.giver == pytest.approx((before[step.source] / mean, after[step.source] / mean))
        assert not step.splits
    assert (owner == proposal.owner).all()


def test_one_block_too_many_goes_to_the_neighbour() -> None:
    """Six blocks in a row, four in grid 0 and two in grid 1: the third or fourth goes over, and only that one."""
    home = np.array([0, 0, 0, 0, 1, 1])
    blocks = board(6, 1, home)
    found = smallest_change(blocks, np.ones(6), home, 2)
    assert found.owner.tolist() == [0, 0, 0, 1, 1, 1]
    assert found.reached
    assert (found.was.deviation, found.now.deviation) == pytest.approx((1 / 3, 0.0))
    assert found.moved_load == 1.0
    assert found.moved_share == pytest.approx(1 / 6)
    assert len(found.steps) == 1
    assert found.steps[0].blocks.tolist() == [3]
    assert found.steps[0].why(["11", "12"]) == ("11 goes from 1.33 to 1.00 of the mean load, 12 from 0.67 to 1.00.")


def test_a_plan_in_balance_is_left_alone() -> None:
    home = np.repeat([0, 1, 2], 4)
    found = smallest_change(board(12, 1, home), np.ones(12), home, 3)
    assert (found.owner == home).all()
    assert found.steps == ()
    assert found.moved_load == 0.0


def test_load_passes_through_the_grid_between() -> None:
    """Grid 0 is heavy and touches only grid 1, grid 2 is light: 1 takes from 0 and gives to 2."""
    home = np.repeat([0, 1, 2], [12, 6, 6])
    blocks = board(4, 6, home)
    load = np.where(home == 0, 1.0, np.where(home == 1, 10 / 6, 2 / 6))
    found = smallest_change(blocks, load, home, 3, within=0.2)
    assert found.reached
    assert_band(load, found.owner, 0.2)
    assert_steps_lead_there(blocks, load, home, found)


def test_a_locked_grid_keeps_every_block_and_counts_in_no_mean() -> None:
    home = np.repeat([0, 1, 2], [8, 4, 4])
    blocks = board(4, 4, home)
    load = np.where(home == 2, 50.0, 1.0)
    found = smallest_change(blocks, load, home, 3, locked=[2])
    assert (found.owner[home == 2] == 2).all()
    assert np.bincount(found.owner).tolist() == [6, 6, 4]
    assert found.reached
    assert found.was.deviation == pytest.approx(1 / 3)


def test_a_block_goes_over_a_wall_only_where_nothing_else_balances() -> None:
    """Two rows of blocks with a river between them: what the south has too much stays there."""
    home = np.repeat([0, 1], 6)
    river = polygon((-1, 1), (7, 1), (7, 1.0001), (-1, 1.0001))
    blocks = board(6, 2, home, [river])
    assert blocks.hard.sum() == 6
    load = np.where(home == 0, 2.0, 1.0)
    found = smallest_change(blocks, load, home, 2, within=0.15, cross_walls=False)
    assert not found.reached
    assert (found.owner == home).all()
    assert any("heaviest block" in note for note in found.notes)
    # Only where nothing else balances, and it is said.
    over = smallest_change(blocks, load, home, 2, within=0.15)
    assert over.reached
    assert any("wall" in note for note in over.notes)
    assert_steps_lead_there(blocks, load, home, over)


def test_a_block_too_heavy_for_any_balance_is_named() -> None:
    home = np.array([0, 0, 0, 1, 1, 1])
    found = smallest_change(board(6, 1, home), np.array([9.0, 1, 1, 1, 1, 1]), home, 2)
    assert not found.reached
    assert found.heaviest == 0
    assert found.heaviest_share == pytest.approx(9 / 7)
    # What can be had is had: the heavy block alone.
    assert found.now.deviation == pytest.approx(2 / 7)


def test_what_needs_not_move_does_not() -> None:
    """A surge in a corner: no more load moves than a fifth above what the flows between the grids need."""
    blocks, load = make_ground(300, 4)
    home = fresh(blocks, load, 4).owner
    now = surge(blocks, load)
    found = smallest_change(blocks, now, home, 4)
    mean = now.sum() / 4
    total = np.bincount(home, weights=now)
    needed = np.maximum(total - 1.05 * mean, 0).sum()
    assert found.reached
    assert_band(now, found.owner, 0.05)
    assert needed <= found.moved_load <= 2 * needed
    assert found.moved_load == pytest.approx(now[found.owner != home].sum())
    assert_steps_lead_there(blocks, now, home, found)


@pytest.mark.parametrize(("count", "k"), [(120, 6), (600, 6), (1500, 20)])
def test_a_fresh_plan_is_balanced_and_in_one_piece(count: int, k: int) -> None:
    blocks, load = make_ground(count, 2)
    found = fresh(blocks, load, k, within=0.08 if count == 120 else 0.05)
    assert found.reached
    assert len(np.unique(found.owner)) == k
    assert_whole(blocks, found.owner)
    assert_band(load, found.owner, 0.08 if count == 120 else 0.05)
    assert found.now.compactness > 0.45
    one, two = found.owner[blocks.pairs].T
    assert found.now.cut_edges == (one != two).sum()


def test_compactness_is_that_of_the_shapes() -> None:
    from mapsvc.geo.measure import polsby_popper

    blocks, load = make_ground(120, 2)
    found = fresh(blocks, load, 5, within=0.1)
    shapes = [blocks.union(np.flatnonzero(found.owner == grid)) for grid in range(5)]
    assert found.now.compactness == pytest.approx(polsby_popper(shapes, EPSG).mean(), rel=1e-6)


def test_a_fresh_plan_keeps_the_names_of_grids_that_stay_near() -> None:
    home = np.repeat([0, 1, 2, 3], 16)
    blocks = board(8, 8, home)
    found = fresh(blocks, np.ones(64), 4)
    assert np.unique(found.owner).tolist() == [0, 1, 2, 3]
    assert found.moved_share < 0.7
    more = fresh(blocks, np.ones(64), 5, within=0.1)
    assert np.unique(more.owner).tolist() == [0, 1, 2, 3, 4]
    assert_whole(blocks, more.owner)


def test_a_fresh_plan_leaves_locked_grids_alone() -> None:
    home = np.repeat([0, 1, 2, 3], 16)
    found = fresh(board(8, 8, home), np.ones(64), 4, within=0.1, locked=[3])
    assert (found.owner[home == 3] == 3).all()
    assert np.unique(found.owner).tolist() == [0, 1, 2, 3, 4]
    assert found.reached


def test_a_fresh_plan_crosses_a_wall_only_where_it_must() -> None:
    wall = polygon((4, -1), (4.0001, -1), (4.0001, 9), (4, 9))
    home = np.zeros(64, dtype=np.int64)
    blocks = board(8, 8, home, [wall])
    east = np.arange(64) % 8 >= 4
    apart = fresh(blocks, np.ones(64), 4)
    assert {frozenset(east[apart.owner == grid].tolist()) for grid in range(4)} == {frozenset([0]), frozenset([1])}
    assert apart.notes == () or "wall" not in " ".join(apart.notes)
    crossing = fresh(blocks, np.ones(64), 3, within=0.1)
    assert any("wall" in note for note in crossing.notes)
    assert crossing.reached


def test_islands_go_to_a_grid_nearby_and_it_is_said() -> None:
    shapes = [polygon((c, r), (c + 1, r), (c + 1, r + 1), (c, r + 1)) for r in range(4) for c in range(4)]
    shapes += [polygon((6, 0), (7, 0), (7, 1), (6, 1))]
    blocks = Blocks.of(shapes, np.zeros(17, dtype=np.int64), EPSG)
    found = fresh(blocks, np.ones(17), 2, within=0.1)
    assert found.reached
    assert any("common line" in note for note in found.notes)


def _fingerprint() -> str:
    blocks, load = make_ground(400, 5)
    plan = fresh(blocks, load, 6, seed=3)
    change = smallest_change(blocks, surge(blocks, load), plan.owner, 6, seed=3)
    told = plan.owner.tobytes() + change.owner.tobytes() + b"".join(step.blocks.tobytes() for step in change.steps)
    return hashlib.sha256(told).hexdigest()


def test_the_same_seed_gives_the_same_proposal_in_another_process() -> None:
    code = "from tests.geo.test_propose import _fingerprint; print(_fingerprint())"
    other = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, check=True, cwd=ROOT)
    assert _fingerprint() == _fingerprint() == other.stdout.split()[-1]


def test_plain_python_gives_the_same_proposal_as_numba() -> None:
    code = (
        "import sys; sys.modules['numba'] = None\n"
        "from tests.geo.test_propose import _small; print(_small())\n"
        "from mapsvc.geo.locate.numba_kernel import has_numba; assert not has_numba()"
    )
    other = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, check=True, cwd=ROOT)
    assert other.stdout.split()[-1] == _small()


def _small() -> str:
    from mapsvc.geo.propose import change

    change.TRIES = 20_000
    blocks, load = make_ground(60, 5)
    home = np.where(blocks.x < np.quantile(blocks.x, 0.6), 0, 1)
    found = smallest_change(blocks, load, home, 2, seed=3)
    return hashlib.sha256(found.owner.tobytes()).hexdigest()


@settings(max_examples=30, deadline=None)
@given(st.integers(2, 5), st.integers(0, 10_000), st.sampled_from([0.05, 0.1, 0.3]))
def test_any_loads_leave_grids_whole_and_figures_true(k: int, seed: int, within: float) -> None:
    """Loads with zeros and towers: reached or not, the plan is sound and never worse than it was."""
    rng = np.random.default_rng(seed)
    home = np.minimum(np.arange(64) // (64 // k), k - 1)
    blocks = board(8, 8, home)
    load = rng.choice([0.0, 1.0, 1.0, 2.0, 3.0, 12.0], 64)
    found = smallest_change(blocks, load, home, k, within, seed)
    assert_whole(blocks, found.owner)
    assert found.reached == (found.now.deviation <= within)
    assert found.now.deviation <= found.was.deviation + 1e-12 or found.reached
    total = np.bincount(found.owner, weights=load, minlength=k)
    assert found.now.deviation == pytest.approx(np.abs(total / total.mean() - 1).max())
    owner = home.copy()
    for step in found.steps:
        owner[step.blocks] = step.target
    assert (owner == found.owner).all()


def test_what_does_not_fit_is_refused_by_name() -> None:
    home = np.repeat([0, 1], 3)
    blocks = board(6, 1, home)
    for load in (np.ones(5), np.full(6, np.nan), -np.ones(6)):
        with pytest.raises(BadInput) as caught:
            smallest_change(blocks, load, home, 2)
        assert caught.value.field == "load"
    with pytest.raises(BadInput) as caught:
        smallest_change(blocks, np.ones(6), home, 2, within=0.0)
    assert caught.value.field == "within"
    with pytest.raises(BadInput) as caught:
        smallest_change(blocks, np.ones(6), home + 5, 2)
    assert caught.value.field == "grid"
    with pytest.raises(BadInput) as caught:
        smallest_change(blocks, np.ones(6), home, 2, locked=[7])
    assert caught.value.field == "locked"
    with pytest.raises(BadInput) as caught:
        fresh(blocks, np.ones(6), 7)
    assert caught.value.field == "grids"
    with pytest.raises(CannotTell):
        smallest_change(blocks, np.zeros(6), home, 2)
    with pytest.raises(CannotTell):
        smallest_change(blocks, np.ones(6), home, 2, locked=[0, 1])


@pytest.mark.slow
@pytest.mark.parametrize(("count", "k"), [(5_000, 60), (20_000, 600)])
def test_large_plans_are_balanced_after_a_surge(count: int, k: int) -> None:
    blocks, load = make_ground(count, 1)
    plan = fresh(blocks, load, k)
    now = surge(blocks, load)
    found = smallest_change(blocks, now, plan.owner, k)
    for owner, weights in ((plan.owner, load), (found.owner, now)):
        assert_band(weights, owner, 0.05)
        assert_whole(blocks, owner)
