"""Queues: the open incidents that wait for a certain hand."""

from __future__ import annotations

from collections.abc import Collection

import numpy as np

from mapsvc.errors import BadQuery
from mapsvc.model.account import Actor
from mapsvc.model.incident import CERTAINTY_CODE, STATUS_CODE, WAITING_STATUSES, Certainty
from mapsvc.model.light import LIGHT_CODE, Light
from mapsvc.services.scene.scene import Scene
from mapsvc.services.scene.select import Mask

QUEUES = ("boundary", "unlocated", "outside", "overdue", "unassigned", "mine")
_BY_CERTAINTY = {"boundary": Certainty.BOUNDARY, "unlocated": Certainty.UNLOCATED, "outside": Certainty.OUTSIDE}
_WAITING = [STATUS_CODE[status] for status in WAITING_STATUSES]


def in_queue(scene: Scene, queue: str, actor: Actor, called_to: Collection[str]) -> Mask:
    """Open rows of a queue. called_to: ids with an open call of this actor, for `mine`. Raises BadQuery."""
    if queue not in QUEUES:
        raise BadQuery(f'"{queue}" is no queue; choose one of {", ".join(QUEUES)}.', field="queue")
    mask: Mask = ~scene.rows.closed
    if queue in _BY_CERTAINTY:
        mask &= scene.located.certainty == CERTAINTY_CODE[_BY_CERTAINTY[queue]]
    elif queue == "overdue":
        mask &= scene.lights == LIGHT_CODE[Light.RED]
    elif queue == "unassigned":
        mask &= np.isin(scene.columns.status, _WAITING)
    else:
        mask &= _own(scene, actor, called_to)
    return mask


def _own(scene: Scene, actor: Actor, called_to: Collection[str]) -> Mask:
    """Rows in the actor's grids (without grids of its own: all of them), and those it is called to."""
    if not actor.grid_codes and not actor.targets:
        return np.ones(len(scene.columns), np.bool_)
    own = np.array([*(code in actor.grid_codes for code in scene.plan.plan.codes), False])
    mask: Mask = own[scene.located.grid]
    called = np.array([int(one[1:]) for one in called_to], np.int64)
    mask |= np.isin(scene.columns.fid, called)
    return mask
