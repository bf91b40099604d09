"""The inner loops: one block after the other goes to a neighbour, and no grid ever falls apart.

Arrays of n blocks and k grids: owner (n,), load (n,), size and total (k,): blocks and load of each grid. The neighbours
of block b are near[first[b]:first[b + 1]], with the cost of a line between grids there and whether the way is open (no
wall). notes (2, n) and queue (n,) are scratch, stamp (1,) numbers their uses. All chance comes in as arrays.
"""

from __future__ import annotations

import numpy as np
import numpy.typing as npt

from mapsvc.geo.propose.jit import maybe_kernel

FloatArray = npt.NDArray[np.float64]
IntArray = npt.NDArray[np.int64]
BoolArray = npt.NDArray[np.bool_]


@maybe_kernel
def can_leave(
    block: int,
    owner: IntArray,
    first: IntArray,
    near: IntArray,
    is_open: BoolArray,
    over_walls: bool,
    notes: IntArray,
    queue: IntArray,
    stamp: IntArray,
) -> bool:
    """Whether the neighbours of a block within its grid hang together without it; over_walls: a wall joins too."""
    own = owner[block]
    stamp[0] += 1
    mark = stamp[0]
    wanted = 0
    start = block
    for edge in range(first[block], first[block + 1]):
        other = near[edge]
        if owner[other] == own and (over_walls or is_open[edge]):
            wanted += 1
            notes[0, other] = mark
            start = other
    if wanted <= 1:
        return True
    notes[1, block] = mark
    notes[1, start] = mark
    queue[0] = start
    tail = 1
    found = 1
    at = 0
    while at < tail:
        here = queue[at]
        at += 1
        for edge in range(first[here], first[here + 1]):
            other = near[edge]
            if owner[other] != own or notes[1, other] == mark or not (over_walls or is_open[edge]):
                continue
            notes[1, other] = mark
            if notes[0, other] == mark:
                found += 1
                if found == wanted:
                    return True
            queue[tail] = other
            tail += 1
    return False


@maybe_kernel
def parts_of(grid: int, owner: IntArray, first: IntArray, near: IntArray, seen: IntArray, queue: IntArray) -> int:
    """Into how many connected parts the blocks of a grid fall, walls crossed too; seen (n,): zeros, used up."""
    parts = 0
    for block in range(len(owner)):
        if owner[block] != grid or seen[block]:
            continue
        parts += 1
        seen[block] = 1
        queue[0] = block
        tail = 1
        at = 0
        while at < tail:
            here = queue[at]
            at += 1
            for edge in range(first[here], first[here + 1]):
                other = near[edge]
                if owner[other] == grid and not seen[other]:
                    seen[other] = 1
                    queue[tail] = other
                    tail += 1
    return parts


@maybe_kernel
def push(
    owner: IntArray,
    load: FloatArray,
    size: IntArray,
    total: FloatArray,
    first: IntArray,
    near: IntArray,
    cost: FloatArray,
    is_open: BoolArray,
    has_walls: bool,
    notes: IntArray,
    queue: IntArray,
    stamp: IntArray,
    order: IntArray,
    floors: FloatArray,
    ways: IntArray,
    flow: FloatArray,
    tiny: float,
) -> int:
    """Move border blocks along ways with flow left, passes (p, n) of `order` with falling floors (p,) of what a move
    must save of the line; returns how many moved. ways: sorted keys giver * k + taker, flow: load still to move there."""
    k = len(size)
    moved = 0
    for turn in range(len(floors)):
        for block in order[turn]:
            own = owner[block]
            if size[own] == 1:
                continue
            best_gain = floors[turn]
            best_way = -1
            for edge in range(first[block], first[block + 1]):
                taker = owner[near[edge]]
                if taker == own or not is_open[edge]:
                    continue
                way = np.searchsorted(ways, own * k + taker)
                if way == len(ways) or ways[way] != own * k + taker:
                    continue
                # Half a block too much is as near as half a block too little.
                if flow[way] <= tiny or load[block] > 2.0 * flow[way]:
                    continue
                gain = 0.0
                for side in range(first[block], first[block + 1]):
                    beside = owner[near[side]]
                    if beside == taker:
                        gain += cost[side]
                    elif beside == own:
                        gain -= cost[side]
                if gain > best_gain:
                    best_gain = gain
                    best_way = way
            if best_way < 0 or not can_leave(block, owner, first, near, is_open, False, notes, queue, stamp):
                continue
            if has_walls and not can_leave(block, owner, first, near, is_open, True, notes, queue, stamp):
                continue
            taker = ways[best_way] - own * k
            owner[block] = taker
            size[own] -= 1
            size[taker] += 1
            total[own] -= load[block]
            total[taker] += load[block]
            flow[best_way] -= max(load[block], tiny)
            moved += 1
    return moved


@maybe_kernel
def flip(
    owner: IntArray,
    load: FloatArray,
    size: IntArray,
    total: FloatArray,
    first: IntArray,
    near: IntArray,
    cost: FloatArray,
    is_open: BoolArray,
    has_walls: bool,
    notes: IntArray,
    queue: IntArray,
    stamp: IntArray,
    home: IntArray,
    change: FloatArray,
    picks: IntArray,
    dice: FloatArray,
    heat: FloatArray,
    pull: FloatArray,
    low: float,
    high: float,
) -> int:
    """Flips by simulated annealing; sweeps (s, n) of picks, dice (s, n, 2), heat and pull (s,); returns how many.

    A flip costs what it adds to the lines, `change` (n,) when a block leaves its `home` (-1: none, nothing is kept), and
    `pull` times what it adds to the imbalance. pull < 0: the band [low, high] is hard, nothing leaves it further.
    """
    middle = (low + high) / 2
    moved = 0
    for turn in range(len(heat)):
        for at in range(picks.shape[1]):
            block = picks[turn, at]
            own = owner[block]
            start = first[block]
            degree = first[block + 1] - start
            if degree == 0 or size[own] == 1:
                continue
            edge = start + min(int(dice[turn, at, 0] * degree), degree - 1)
            taker = owner[near[edge]]
            if taker == own or not is_open[edge]:
                continue
            was_own, was_taker = total[own], total[taker]
            now_own, now_taker = was_own - load[block], was_taker + load[block]
            off = max(0.0, low - now_own, now_own - high) + max(0.0, low - now_taker, now_taker - high)
            off -= max(0.0, low - was_own, was_own - high) + max(0.0, low - was_taker, was_taker - high)
            if pull[turn] < 0:
                if off > 1e-9 * middle:
                    continue
                price = -100.0 * off / middle
            else:
                price = (now_own - middle) ** 2 + (now_taker - middle) ** 2
                price -= (was_own - middle) ** 2 + (was_taker - middle) ** 2
                price = pull[turn] * (price / middle**2 + off / middle)
            for side in range(start, start + degree):
                beside = owner[near[side]]
                if beside == own:
                    price += cost[side]
                elif beside == taker:
                    price -= cost[side]
            if home[block] == own:
                price += change[block]
            elif home[block] == taker:
                price -= change[block]
            if price > 0.0 and (heat[turn] <= 0.0 or dice[turn, at, 1] >= np.exp(-price / heat[turn])):
                continue
            if not can_leave(block, owner, first, near, is_open, False, notes, queue, stamp):
                continue
            if has_walls and not can_leave(block, owner, first, near, is_open, True, notes, queue, stamp):
                continue
            owner[block] = taker
            size[own] -= 1
            size[taker] += 1
            total[own] = now_own
            total[taker] = now_taker
            moved += 1
    return moved
