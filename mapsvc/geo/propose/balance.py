"""Proposals that balance load: the smallest change of the plan in force, and a fresh plan.

Balance is a hard phase; inside the band the least load is moved, and after that lines are short. The same seed gives
the same proposal: iteration counts are fixed, no clock is read. Every grid stays in one piece.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace

import numpy as np
import numpy.typing as npt

from mapsvc.errors import BadInput, CannotTell
from mapsvc.geo.propose.blocks import Blocks
from mapsvc.geo.propose.board import Board
from mapsvc.geo.propose.figures import shape_of
from mapsvc.geo.propose.proposal import Proposal, Step
from mapsvc.geo.propose.steps import Ground, Piece, order_steps

FloatArray = npt.NDArray[np.float64]
IntArray = npt.NDArray[np.int64]
BoolArray = npt.NDArray[np.bool_]

AIM = 0.8
"""Share of the band a fresh plan aims at: it costs little shape, and leaves room for what changes next."""


def smallest_change(
    blocks: Blocks,
    load: npt.ArrayLike,
    grid: npt.ArrayLike,
    k: int,
    within: float = 0.05,
    seed: int = 0,
    locked: Sequence[int] = (),
    cross_walls: bool = True,
) -> Proposal:
    """The least change of a plan that brings every load within `within` of the mean.

    grid: (n,) grid of each block, 0 to k - 1. load: (n,) of each block. locked: grids that take no part, in the mean
    neither: locked ones, special ones. cross_walls: where no balance is found between the walls, blocks may go over
    them, and a note says so. Raises BadInput for arrays that do not fit, CannotTell where there is no load.
    """
    from mapsvc.geo.propose.change import least_change

    loads, home = _checked(blocks, load, grid, k, within)
    counts = np.bincount(home, minlength=k) > 0
    counts[_grids(locked, k)] = False
    part, mean = _taking_part(loads, home, counts, int(counts.sum()))
    board = _board(blocks, loads, part, int(counts.sum()), within)
    ground, every = Ground.of(board.pairs, board.load, board.k, mean), np.ones(board.k, dtype=np.bool_)
    start = (np.cumsum(counts) - 1)[home[part]]
    best = least_change(board, start, seed)
    crossed = False
    if cross_walls and board.walls and board.off(best) > 0.0:
        over = least_change(board.without_walls(), start, seed)
        crossed = board.off(over) < board.off(best)
        best = over if crossed else best
    found = order_steps(ground, start, best, every)
    names = np.flatnonzero(counts)
    pieces = [
        replace(p, blocks=part[p.blocks], source=int(names[p.source]), target=int(names[p.target])) for p in found
    ]
    steps, owner = _steps(blocks, loads, home, pieces, counts, mean)
    notes: tuple[str, ...] = (
        ("Blocks go over a wall, because no balance was found between the walls.",) if crossed else ()
    )
    if torn := sum(step.splits for step in steps):
        notes += (f"{torn} of {len(steps)} steps leave a grid in pieces until a later step: take all at once.",)
    return _proposal(blocks, loads, home, owner, (counts, counts), mean, within, steps, part, notes)


def fresh(
    blocks: Blocks,
    load: npt.ArrayLike,
    k: int,
    within: float = 0.05,
    seed: int = 0,
    locked: Sequence[int] = (),
) -> Proposal:
    """k new grids on the ground of all grids but the locked ones, which stay and are not counted in k.

    A new grid has the index of the old one with which it shares most load, or one never used before. A wall is crossed
    only where the ground behind it does not make whole grids. Raises as `smallest_change`.
    """
    from mapsvc.geo.propose.anew import fresh_grids
    from mapsvc.geo.propose.change import as_named_before
    from mapsvc.geo.propose.walls import find_regions

    held = int(blocks.grid.max(initial=-1)) + 1
    loads, home = _checked(blocks, load, blocks.grid, held, within)
    counts = np.bincount(home, minlength=held) > 0
    counts[_grids(locked, held)] = False
    part, mean = _taking_part(loads, home, counts, k)
    if not 1 <= k <= len(part):
        raise BadInput(f"{len(part)} blocks make 1 to {len(part)} grids, not {k}.", field="grids")
    place = np.column_stack([blocks.x, blocks.y])[part]
    pairs, border_m, hard = _pairs_among(blocks, part)
    regions = find_regions(place, loads[part], pairs, border_m, hard, k, within)
    found = np.zeros(len(part), dtype=np.int64)
    begin = 0
    for region, many in enumerate(regions.grids.tolist()):
        inside = np.flatnonzero(regions.region == region)
        rows, renumbered = _rows_among(regions.pairs, inside, len(part))
        xy = (place[inside, 0], place[inside, 1])
        graph = (renumbered, regions.border_m[rows], regions.is_open[rows])
        for aim in (AIM * within, within):
            board = Board.of(many, loads[part][inside], xy, *graph, aim, mean)
            mine = fresh_grids(board, seed)
            if board.deviation(mine) <= within:
                break
        found[inside] = begin + mine
        begin += many
    owner = home.copy()
    named = as_named_before(found, home[part], loads[part] + mean * 1e-6)
    # A number that no grid that takes part had may be that of a locked one.
    owner[part] = np.where(np.isin(named, home[part]), named, named - int(home[part].max()) - 1 + held)
    after = np.bincount(owner, minlength=held) > 0
    after[: len(counts)] &= counts | (np.bincount(home, minlength=held) == 0)
    notes = []
    if regions.crossed:
        notes.append("A grid lies on both sides of a wall, because the ground behind it does not make whole grids.")
    if regions.linked:
        notes.append("Ground without a common line with the rest is too small for a grid of its own.")
    return _proposal(blocks, loads, home, owner, (counts, after), mean, within, (), part, tuple(notes))


def _checked(
    blocks: Blocks, load: npt.ArrayLike, grid: npt.ArrayLike, k: int, within: float
) -> tuple[FloatArray, IntArray]:
    loads, home = np.array(load, dtype=np.float64), np.array(grid, dtype=np.int64)
    if loads.shape != (len(blocks),) or not np.isfinite(loads).all() or (loads < 0).any():
        raise BadInput("Every block needs one load, a number not below 0.", field="load")
    if home.shape != (len(blocks),) or (home < 0).any() or (home >= k).any():
        raise BadInput("Every block needs one grid.", field="grid")
    if not 0 < within <= 1:
        raise BadInput("The balance is a share between 0 and 1, such as 0.05.", field="within")
    return loads, home


def _grids(locked: Sequence[int], k: int) -> IntArray:
    numbers = np.array(list(locked), dtype=np.int64)
    if ((numbers < 0) | (numbers >= k)).any():
        raise BadInput("A locked grid is not in the plan.", field="locked")
    return numbers


def _taking_part(load: FloatArray, home: IntArray, counts: BoolArray, k: int) -> tuple[IntArray, float]:
    """The blocks that take part and the mean load of k grids made of them."""
    part = np.flatnonzero(counts[home]) if len(home) else np.empty(0, dtype=np.int64)
    total = float(load[part].sum())
    if total <= 0 or k < 1:
        raise CannotTell("There is no load to balance in the grids that are not locked.")
    return part, total / k


def _pairs_among(blocks: Blocks, part: IntArray) -> tuple[IntArray, FloatArray, BoolArray]:
    rows, pairs = _rows_among(blocks.pairs, part, len(blocks))
    return pairs, blocks.border_m[rows], blocks.hard[rows]


def _rows_among(pairs: IntArray, chosen: IntArray, n: int) -> tuple[BoolArray, IntArray]:
    """Which pairs have both ends among the chosen of n, and those pairs in the numbers of the chosen."""
    number = np.full(n, -1, dtype=np.int64)
    number[chosen] = np.arange(len(chosen))
    renumbered = number[pairs]
    rows = (renumbered >= 0).all(axis=1)
    return np.asarray(rows), renumbered[rows]


def _board(blocks: Blocks, load: FloatArray, part: IntArray, k: int, within: float) -> Board:
    pairs, border_m, hard = _pairs_among(blocks, part)
    return Board.of(k, load[part], (blocks.x[part], blocks.y[part]), pairs, border_m, ~hard, within)


def _steps(
    blocks: Blocks, load: FloatArray, home: IntArray, pieces: list[Piece], counts: BoolArray, mean: float
) -> tuple[tuple[Step, ...], IntArray]:
    """Steps with their figures, and the plan after them."""
    owner = home.copy()
    total = np.bincount(owner, weights=load, minlength=len(counts))
    before, after = blocks.pairs.T
    steps = []
    is_in = np.zeros(len(owner), dtype=np.bool_)
    for piece in pieces:
        was = total / mean
        is_in[piece.blocks] = True
        edge = is_in[before] != is_in[after]
        outer = np.where(is_in[before[edge]], after[edge], before[edge])
        cut_m = float(blocks.border_m[edge][owner[outer] == piece.source].sum())
        cut_m -= float(blocks.border_m[edge][owner[outer] == piece.target].sum())
        is_in[piece.blocks] = False
        owner[piece.blocks] = piece.target
        total[piece.source] -= piece.load
        total[piece.target] += piece.load
        now = total / mean
        steps.append(
            Step(
                blocks=piece.blocks,
                source=piece.source,
                target=piece.target,
                load=piece.load,
                area_m2=float(blocks.area_m2[piece.blocks].sum()),
                deviation=(float(np.abs(was[counts] - 1).max()), float(np.abs(now[counts] - 1).max())),
                ratio=(float(was[counts].max()), float(now[counts].max())),
                giver=(float(was[piece.source]), float(now[piece.source])),
                taker=(float(was[piece.target]), float(now[piece.target])),
                cut_m=cut_m,
                splits=piece.splits,
            )
        )
    return tuple(steps), owner


def _proposal(
    blocks: Blocks,
    load: FloatArray,
    home: IntArray,
    owner: IntArray,
    counts: tuple[BoolArray, BoolArray],
    mean: float,
    within: float,
    steps: tuple[Step, ...],
    part: IntArray,
    notes: tuple[str, ...] = (),
) -> Proposal:
    was_mean = float(load[part].sum()) / int(counts[0].sum())
    was, now = shape_of(blocks, load, home, counts[0], was_mean), shape_of(blocks, load, owner, counts[1], mean)
    moved = home != owner
    reached = now.deviation <= within
    heaviest = int(part[np.argmax(load[part])])
    share = float(load[heaviest] / mean)
    if not reached:
        notes += (
            f"{now.deviation:.1%} was the best balance found; the heaviest block carries {share:.0%} of the mean.",
        )
    elif share > within:
        notes += (f"The heaviest block carries {share:.0%} of the mean load of a grid.",)
    return Proposal(
        owner=owner,
        steps=steps,
        was=was,
        now=now,
        moved_load=float(load[moved].sum()),
        moved_share=float(load[moved].sum() / load[part].sum()),
        moved_area_m2=float(blocks.area_m2[moved].sum()),
        reached=bool(reached),
        heaviest=heaviest,
        heaviest_share=share,
        notes=notes,
    )
