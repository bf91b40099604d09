"""Walls in a fresh plan: ground they part is planned apart, unless it cannot make whole grids."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
import numpy.typing as npt

FloatArray = npt.NDArray[np.float64]
IntArray = npt.NDArray[np.int64]
BoolArray = npt.NDArray[np.bool_]


@dataclass(frozen=True, slots=True)
class Regions:
    """Where grids may grow. pairs, border_m, is_open: (m,) pairs, with links of 0 m added between islands.

    region: (n,) number of each block's region; grids: how many grids each region makes. crossed: walls had to be
    opened; linked: ground without any common line had to be joined.
    """

    pairs: IntArray
    border_m: FloatArray
    is_open: BoolArray
    region: IntArray
    grids: IntArray
    crossed: int
    linked: int


def find_regions(
    place: FloatArray, load: FloatArray, pairs: IntArray, border_m: FloatArray, hard: BoolArray, k: int, within: float
) -> Regions:
    """Regions that make k grids within the band; place: (n, 2) centres in metres.

    Ground that cannot (the least loaded first) is joined over its longest wall, an island to the nearest block.
    """
    is_open = ~hard
    crossed = linked = 0
    mean = load.sum() / k
    while True:
        count, region = _components(len(load), pairs[is_open])
        total = np.bincount(region, weights=load, minlength=count)
        grids = np.maximum(np.rint(total / mean), 0).astype(np.int64)
        wrong = (grids == 0) | (np.abs(total - grids * mean) > within * grids * mean)
        wrong |= np.bincount(region, minlength=count) < grids
        if count == 1 or (not wrong.any() and grids.sum() == k):
            return Regions(pairs, border_m, is_open, region, grids if count > 1 else np.array([k]), crossed, linked)
        least = int(np.lexsort((np.arange(count), total, ~wrong))[0])
        one, two = region[pairs[:, 0]], region[pairs[:, 1]]
        touching = ~is_open & (one != two) & ((one == least) | (two == least))
        if touching.any():
            other = np.where(one == least, two, one)
            border = np.bincount(other[touching], weights=border_m[touching], minlength=count)
            is_open |= touching & (other == int(np.argmax(border)))
            crossed += 1
        else:
            link = _nearest_link(place, region == least)
            pairs = np.concatenate([pairs, link])
            border_m = np.append(border_m, 0.0)
            is_open = np.append(is_open, True)
            linked += 1


def _components(n: int, pairs: IntArray) -> tuple[int, IntArray]:
    from scipy.sparse import coo_array
    from scipy.sparse.csgraph import connected_components

    graph = coo_array((np.ones(len(pairs)), (pairs[:, 0], pairs[:, 1])), shape=(n, n))
    count, label = connected_components(graph, directed=False)
    return int(count), label.astype(np.int64)


def _nearest_link(place: FloatArray, inside: BoolArray) -> IntArray:
    from scipy.spatial import cKDTree

    mine, others = np.flatnonzero(inside), np.flatnonzero(~inside)
    distance, which = cKDTree(place[others]).query(place[mine])
    at = int(np.argmin(distance))
    return np.sort(np.array([[mine[at], others[which[at]]]], dtype=np.int64))
