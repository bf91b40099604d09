"""Cell groups: the edges of one polygon in one cell, gathered and then cut down to what can decide an answer."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
import numpy.typing as npt

from mapsvc.geo.locate.edge_cells import LEFT, UNSURE
from mapsvc.geo.locate.rings import Rings

IntArray = npt.NDArray[np.int32]
BoolArray = npt.NDArray[np.bool_]

_MIX_ONE, _MIX_TWO = np.uint64(0x9E3779B97F4A7C15), np.uint64(0xD6E8FEB86659FD93)


@dataclass(frozen=True, slots=True)
class Groups:
    """Groups by cell, then polygon. first: (groups + 1) where a group's entries begin.

    entry: vertex * 2 + (reference point left of the edge); edge: the entry's edge in `Rings`.
    unsure: some edge of the group runs too near the reference point.
    """

    cell: IntArray
    polygon: IntArray
    first: IntArray
    entry: IntArray
    edge: IntArray
    unsure: BoolArray


def gather(rings: Rings, edge: IntArray, cell: IntArray, side: npt.NDArray[np.int8]) -> Groups:
    """Sort the edges by cell; edges come in the order of their polygons and keep it."""
    order = (np.sort(cell.astype(np.int64) << 32 | np.arange(len(cell))) & 0xFFFFFFFF).astype(np.int64)
    edge, cell, side = edge[order], cell[order], side[order]
    polygon = rings.polygon[edge]
    is_first = np.ones(len(cell), np.bool_)
    is_first[1:] = (cell[1:] != cell[:-1]) | (polygon[1:] != polygon[:-1])
    first = np.flatnonzero(is_first)
    unsure = np.logical_or.reduceat(side == UNSURE, first) if len(first) else np.empty(0, np.bool_)
    entry = rings.start[edge] * 2 + (side == LEFT)
    ends = np.append(first, len(cell)).astype(np.int32)
    return Groups(cell[first], polygon[first], ends, entry.astype(np.int32), edge, unsure)


def reduce(
    groups: Groups, inside: BoolArray, cells: IntArray, base: IntArray, rings: Rings
) -> tuple[Groups, BoolArray, IntArray]:
    """Leave out groups that cannot change an answer: (groups, inside, base), equal in meaning and smaller.

    Left out are polygons after the cell's base, all of a cell that shapely judges anyway, and the second of two
    polygons that share every edge in the cell and of which exactly one holds the reference point: then each point off
    the edges lies in exactly one of the two, and the second becomes the base.
    """
    if not len(cells):
        return groups, inside, base
    at = np.searchsorted(cells, groups.cell)
    kept = (base[at] == -1) | (groups.polygon < base[at])
    base = base.copy()
    low, high = _pairs(groups, at, inside, base)
    matched = _is_matched(groups, low, high, rings)
    kept[high[matched]] = False
    base[at[high[matched]]] = groups.polygon[high[matched]]
    return _keep(groups, kept), inside[kept], base


def _pairs(
    groups: Groups, at: npt.NDArray[np.intp], inside: BoolArray, base: IntArray
) -> tuple[npt.NDArray[np.intp], npt.NDArray[np.intp]]:
    """First and second group of the cells that hold two of equal size and nothing else, one around the point."""
    first = np.flatnonzero(np.append(True, at[1:] != at[:-1]))
    count = np.diff(np.append(first, len(at)))
    low = first[(count == 2) & (base == -1)]
    high = low + 1
    size = np.diff(groups.first)
    fits = (inside[low] ^ inside[high]) & (size[low] == size[high])
    return low[fits], high[fits]


def _is_matched(groups: Groups, low: npt.NDArray[np.intp], high: npt.NDArray[np.intp], rings: Rings) -> BoolArray:
    """Whether each edge of a low group is an edge of its high group."""
    if not len(low):
        return np.empty(0, np.bool_)
    twin = _twins(rings)
    size = np.diff(groups.first)[low]
    ends = np.cumsum(size)
    entry = np.arange(ends[-1]) + np.repeat(groups.first[low] - (ends - size), size)
    other = twin[groups.edge[entry]]
    fits = (other >= 0) & (rings.polygon[other] == np.repeat(groups.polygon[high], size))
    return np.asarray(np.logical_and.reduceat(fits, ends - size), dtype=np.bool_)


def _twins(rings: Rings) -> IntArray:
    """For each edge the one other edge between the same two vertices, -1 if there is none or more than one.

    Edges are sorted by a hash of their ends and then compared themselves: a clash of hashes only loses a twin.
    """
    a, b = rings.xy[rings.start], rings.xy[rings.start + 1]
    code = _hash(a) + _hash(b)
    order = np.argsort(code)
    code = code[order]
    same = code[1:] == code[:-1]
    lone = same & ~np.append(False, same[:-1]) & ~np.append(same[1:], False)
    pair = np.flatnonzero(lone)
    one, two = order[pair], order[pair + 1]
    found = (a[one] == b[two]).all(axis=1) & (b[one] == a[two]).all(axis=1)
    other = np.flatnonzero(~found)
    found[other] = (a[one[other]] == a[two[other]]).all(axis=1) & (b[one[other]] == b[two[other]]).all(axis=1)
    twin = np.full(len(code), -1, np.int32)
    twin[one[found]], twin[two[found]] = two[found], one[found]
    return twin


def _hash(xy: npt.NDArray[np.float64]) -> npt.NDArray[np.uint64]:
    bits = np.ascontiguousarray(xy).view(np.uint64)
    mixed = (bits[:, 0] * _MIX_ONE) ^ (bits[:, 1] * _MIX_TWO)
    mixed ^= mixed >> np.uint64(29)
    mixed *= _MIX_TWO
    return np.asarray(mixed ^ (mixed >> np.uint64(32)))


def _keep(groups: Groups, kept: BoolArray) -> Groups:
    size = np.diff(groups.first)
    entries = np.repeat(kept, size)
    first = np.append(0, np.cumsum(size[kept])).astype(np.int32)
    return Groups(
        groups.cell[kept], groups.polygon[kept], first, groups.entry[entries], groups.edge[entries], groups.unsure[kept]
    )
