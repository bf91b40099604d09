"""Settling: who gets each face that not exactly one grid claims. The rules of healing, without the reports."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
import numpy.typing as npt

from mapsvc.geo.heal.faces import Borders, Faces, is_narrow, longest_border
from mapsvc.geo.heal.lattice import Lattice

IntArray = npt.NDArray[np.int64]
BoolArray = npt.NDArray[np.bool_]
_PASSES = 100


@dataclass(frozen=True, slots=True)
class Settled:
    """What becomes of n faces.

    owner: grid that a face was given to, -1 = stays as claimed; dropped: cut off at the frame; wide: left for a person.
    """

    owner: IntArray
    dropped: BoolArray
    wide: BoolArray


def settle(faces: Faces, rank: IntArray, lattice: Lattice, epsg: int, tolerance_m: float) -> Settled:
    """Give narrow gaps and overlaps to the grid with the longest border, drop narrow strips outside the frame.

    rank: place of each grid in code order, which breaks ties. Overlaps come first, so that the gaps beside them know
    their neighbours.
    """
    claims = faces.claims
    doubtful = np.where(faces.inside, claims != 1, claims > 0)
    at = np.flatnonzero(doubtful)
    narrow = np.zeros(len(claims), dtype=bool)
    narrow[at] = is_narrow(faces.shapes[at], lattice, epsg, tolerance_m)
    dropped = narrow & ~faces.inside
    waiting = narrow & faces.inside
    # Owners are counted in code order here, so that the lowest number is the lowest code.
    owner = np.full(len(claims), -1, dtype=np.int64)
    sole = (claims[faces.claim_face] == 1) & ~doubtful[faces.claim_face]
    owner[faces.claim_face[sole]] = rank[faces.claim_grid[sole]]
    sure = owner >= 0
    claimants = rank[faces.claim_grid]
    allowed = set(zip(faces.claim_face.tolist(), claimants.tolist(), strict=True))
    borders = Borders.of(faces, waiting, lattice, epsg)
    _spread(borders, owner, waiting & (claims > 1), allowed)
    lowest = np.full(len(claims), len(rank), dtype=np.int64)
    np.minimum.at(lowest, faces.claim_face, claimants)
    enclosed = waiting & (claims > 1) & (owner < 0)
    owner[enclosed] = lowest[enclosed]
    _spread(borders, owner, waiting & (claims == 0), None)
    _give_back(faces, claimants, owner, dropped)
    named = np.where((owner >= 0) & ~sure, np.argsort(rank)[owner], -1)
    return Settled(named, dropped, doubtful & ~dropped & (named < 0))


def _spread(borders: Borders, owner: IntArray, which: BoolArray, allowed: set[tuple[int, int]] | None) -> None:
    """Give each marked face to an owner beside it; again for those that only touch faces settled just now."""
    for _ in range(_PASSES):
        chosen = longest_border(borders.only((which & (owner < 0))[borders.face]), owner, allowed)
        if not chosen:
            return
        owner[list(chosen)] = list(chosen.values())


def _give_back(faces: Faces, claimants: IntArray, owner: IntArray, dropped: BoolArray) -> None:
    """A grid that would lose its last face keeps all it claims; no grid is healed away."""
    face = faces.claim_face
    kept = (owner[face] == claimants) | ((owner[face] < 0) & ~dropped[face])
    holds = np.bincount(faces.claim_grid, weights=kept)
    robbed = face[holds[faces.claim_grid] == 0]
    owner[robbed] = -1
    dropped[robbed] = False
