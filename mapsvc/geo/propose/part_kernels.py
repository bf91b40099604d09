"""Parts of grids, for the order of steps: which blocks of a grid hang together (see `kernels` for the arrays)."""

from __future__ import annotations

import numpy as np
import numpy.typing as npt

from mapsvc.geo.propose.jit import maybe_kernel

IntArray = npt.NDArray[np.int64]


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
def sever(block: int, owner: IntArray, first: IntArray, near: IntArray, part: IntArray, queue: IntArray) -> int:
    """Number, in part (n,), the connected parts 1, 2 ... of a block's grid without the block, 0 elsewhere; how many."""
    own = owner[block]
    part[:] = 0
    parts = 0
    for edge in range(first[block], first[block + 1]):
        start = near[edge]
        if owner[start] != own or part[start]:
            continue
        parts += 1
        part[start] = parts
        queue[0] = start
        tail = 1
        at = 0
        while at < tail:
            here = queue[at]
            at += 1
            for way in range(first[here], first[here + 1]):
                other = near[way]
                if other != block and owner[other] == own and not part[other]:
                    part[other] = parts
                    queue[tail] = other
                    tail += 1
    return parts
