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

OPEN, WALLED, CORE = 0, 1, 2


@maybe_kernel
def hangs_together(
    block: int,
    owner: IntArray,
    core: IntArray,
    first: IntArray,
    near: IntArray,
    is_open: BoolArray,
    what: int,
    notes: IntArray,
    queue: IntArray,
    stamp: IntArray,
) -> bool:
    """Whether what lies beside a block in its grid hangs together without it. what: OPEN: over open lines; WALLED: over
    walls too; CORE: only the blocks whose `core` is the grid."""
    own = owner[block]
    stamp[0] += 1
    mark = stamp[0]
    wanted = 0
    start = block
    for edge in range(first[block], first[block + 1]):
        other = near[edge]
        if owner[other] == own and (is_open[edge] or what != OPEN) and (what != CORE or core[other] == own):
            wanted += 1
            notes[0, other] = mark
            start = other
    if wanted <= 1:
        return wanted == 1 or what != CORE
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
            if owner[other] != own or notes[1, other] == mark:
                continue
            if (what == OPEN and not is_open[edge]) or (what == CORE and core[other] != own):
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
def can_go(
    block: int,
    taker: int,
    owner: IntArray,
    core: IntArray,
    first: IntArray,
    near: IntArray,
    is_open: BoolArray,
    has_walls: bool,
    bound: bool,
    notes: IntArray,
    queue: IntArray,
    stamp: IntArray,
) -> bool:
    """Whether a grid stays in one piece when the block goes to `taker`; bound: its core too, and that of the taker."""
    if bound and core[block] == taker:
        touches = False
        for edge in range(first[block], first[block + 1]):
            touches |= owner[near[edge]] == taker and core[near[edge]] == taker
        if not touches:
            return False
    if not hangs_together(block, owner, core, first, near, is_open, OPEN, notes, queue, stamp):
        return False
    if has_walls and not hangs_together(block, owner, core, first, near, is_open, WALLED, notes, queue, stamp):
        return False
    if bound and core[block] == owner[block]:
        return hangs_together(block, owner, core, first, near, is_open, CORE, notes, queue, stamp)
    return True


@maybe_kernel
def added_line(block: int, taker: int, owner: IntArray, first: IntArray, near: IntArray, cost: FloatArray) -> float:
    """What it adds to the cost of the lines between grids when a block goes to `taker`."""
    own = owner[block]
    added = 0.0
    for edge in range(first[block], first[block + 1]):
        beside = owner[near[edge]]
        if beside == own:
            added += cost[edge]
        elif beside == taker:
            added -= cost[edge]
    return added


@maybe_kernel
def outside(total: float, low: float, high: float) -> float:
    """How far a load is outside the band."""
    return max(0.0, low - total, total - high)


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
    core: IntArray,
    bound: bool,
    order: IntArray,
    floors: FloatArray,
    ways: IntArray,
    flow: FloatArray,
    tiny: float,
    least: float,
    most: float,
) -> int:
    """Move border blocks along ways with flow left, passes (p, n) of `order` with falling floors (p,) of what a move
    must save of the line; returns how many moved. ways: sorted keys giver * k + taker, flow: load to move there; least,
    most: loads at which giver and taker stop."""
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
                # A grid that passes load on is not to be drained before it gets any, nor flooded.
                if total[own] - load[block] < least or total[taker] + load[block] > most:
                    continue
                gain = -added_line(block, taker, owner, first, near, cost)
                if gain > best_gain:
                    best_gain = gain
                    best_way = way
            if best_way < 0:
                continue
            taker = ways[best_way] - own * k
            if not can_go(block, taker, owner, core, first, near, is_open, has_walls, bound, notes, queue, stamp):
                continue
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
    core: IntArray,
    bound: bool,
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

    A flip costs what it adds to the lines, `change` (n,) when a block leaves its `home` (-1: it has none), and `pull`
    times what it adds to the imbalance. pull < 0: the band [low, high] is hard, nothing leaves it further.
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
            off = outside(now_own, low, high) + outside(now_taker, low, high)
            off -= outside(was_own, low, high) + outside(was_taker, low, high)
            if pull[turn] < 0:
                if off > 1e-9 * middle:
                    continue
                price = -100.0 * off / middle
            else:
                price = (now_own - middle) ** 2 + (now_taker - middle) ** 2
                price -= (was_own - middle) ** 2 + (was_taker - middle) ** 2
                price = pull[turn] * (price / middle**2 + off / middle)
            price += added_line(block, taker, owner, first, near, cost)
            if home[block] == own:
                price += change[block]
            elif home[block] == taker:
                price -= change[block]
            if price > 0.0 and (heat[turn] <= 0.0 or dice[turn, at, 1] >= np.exp(-price / heat[turn])):
                continue
            if not can_go(block, taker, owner, core, first, near, is_open, has_walls, bound, notes, queue, stamp):
                continue
            owner[block] = taker
            size[own] -= 1
            size[taker] += 1
            total[own] = now_own
            total[taker] = now_taker
            moved += 1
    return moved
