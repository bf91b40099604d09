"""Rebuilding: faces with their new grids back to arcs, as a delta."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import replace

import numpy as np

from mapsvc.geo.edit.cut import BARE, FOREIGN, BoolArray, Cut, Rows, combine
from mapsvc.geo.edit.ground import Ground, box_of, bystanders
from mapsvc.geo.edit.noding import IntArray, Knotted, Pieces, node
from mapsvc.geo.edit.refuse import refusal
from mapsvc.geo.partition.assemble import relabel
from mapsvc.geo.partition.delta import Delta
from mapsvc.geo.partition.exact import pack
from mapsvc.model.finding import Rule
from mapsvc.model.grid import Grid

_NEAR = 32
_TOO_CLOSE = "The line meets the edges of other grids too closely to be cut cleanly; draw it a little aside."


def rebuild(
    cut: Cut,
    owner: IntArray,
    before: Mapping[int, Grid | None] | None = None,
    after: Mapping[int, Grid | None] | None = None,
) -> Delta:
    """The delta that gives each face (f,) of the cut to its new owner; faces of others (FOREIGN) keep theirs.

    Nodes are kept only where a new edge ends: an old edge that a dropped part of the drawn line crossed is as it was.
    Refused where the new edges come too close to those of other grids.
    """
    rows = _relabelled(cut, owner)
    rows = _straightened(rows, cut.ground.ends)
    new = _is_new(rows, cut.ground.ends)
    arc_ids = set(cut.ground.arc.tolist())
    if not new.any():
        return relabel(cut.partition, arc_ids, rows.ends, rows.left, rows.right, before, after)
    near = bystanders(cut.partition, cut.edited, arc_ids, box_of(rows.ends[new], _NEAR))
    ground = Ground.of(cut.partition, near)
    count = len(rows.ends)
    segments = np.concatenate([rows.ends, ground.ends])
    left, right = np.concatenate([rows.left, ground.left]), np.concatenate([rows.right, ground.right])
    try:
        pieces = node(segments, np.concatenate([new, np.zeros(len(ground.ends), dtype=bool)]))
        joined = combine(pieces, left, right, len(segments))
    except Knotted as error:
        raise refusal(Rule.CROSSING, _TOO_CLOSE, cut.where) from error
    touched = _touched(pieces, joined, ground, count)
    arc = np.concatenate([np.full(count, -1), ground.arc, [-1]])[joined.source]
    joined = joined.only(np.isin(arc, [-1, *touched]))
    return relabel(cut.partition, arc_ids | touched, joined.ends, joined.left, joined.right, before, after)


def _relabelled(cut: Cut, owner: IntArray) -> Rows:
    """The pieces that part two sides afterwards, with those sides."""
    rows, left, right = cut.rows, cut.faces.left, cut.faces.right
    new_left = np.where(cut.owner[left] == FOREIGN, rows.left, owner[left])
    new_right = np.where(cut.owner[right] == FOREIGN, rows.right, owner[right])
    keep = (new_left != new_right) & (new_left != BARE) & (new_right != BARE)
    return replace(rows, left=new_left, right=new_right).only(keep)


def _is_new(rows: Rows, old: IntArray) -> BoolArray:
    """True for pieces that are no whole old segment."""
    if not len(old):
        return np.ones(len(rows.ends), dtype=bool)
    is_new: BoolArray = (rows.source < 0) | (rows.ends != old[rows.source]).any(axis=1)
    return is_new


def _straightened(rows: Rows, old: IntArray) -> Rows:
    """The pieces of one old segment joined again where nothing else ends and the sides are the same."""
    bent = np.flatnonzero((rows.source >= 0) & _is_new(rows, old))
    if not len(bent):
        return rows
    vertex = pack(rows.ends.reshape(-1, 2))
    keys, degree = np.unique(vertex, return_counts=True)
    ends, keep = rows.ends.copy(), np.ones(len(rows.ends), dtype=bool)
    last = int(bent[0])
    for row in bent.tolist()[1:]:
        is_free = (
            rows.source[row] == rows.source[last]
            and (ends[last, 2:] == ends[row, :2]).all()
            and rows.left[row] == rows.left[last]
            and rows.right[row] == rows.right[last]
            and degree[np.searchsorted(keys, vertex[2 * row])] == 2
        )
        if is_free:
            ends[row, :2] = ends[last, :2]
            keep[last] = False
        last = row
    return replace(rows, ends=ends).only(keep)


def _touched(pieces: Pieces, joined: Rows, ground: Ground, count: int) -> set[int]:
    """Ids of the bystanders' arcs that were bent, or that another piece fell together with."""
    times = np.bincount(pieces.source, minlength=count + len(ground.ends))[count:]
    alone = np.bincount(joined.source[joined.source >= 0], minlength=count + len(ground.ends))[count:]
    return set(ground.arc[(times != 1) | (alone != 1)].tolist())
