"""Incidents: all invented ones in order of time, each with an opaque reference."""

from __future__ import annotations

import hashlib
from collections.abc import Sequence

import numpy as np

from mapsvc.demo.anchors import Ground, make_anchors
from mapsvc.demo.draft import END, LAST_MIDNIGHT, Draft
from mapsvc.demo.history import is_settled, iter_history
from mapsvc.demo.neighbourhood import Neighbourhood
from mapsvc.demo.open_set import make_open_set
from mapsvc.demo.planted import iter_hot_spot, iter_near_lines, iter_trend
from mapsvc.demo.rhythm import DAY_S
from mapsvc.demo.texts import read_phrases
from mapsvc.model.task_type import TaskType

END_OF_DAY = LAST_MIDNIGHT + DAY_S


def make_incidents(place: Neighbourhood, types: Sequence[TaskType], rng: np.random.Generator) -> list[Draft]:
    """Settled matters of 18 months and the open set, by time of report.

    What would still be open at the end of the last day is left out: the open set stands for it.
    """
    phrases, anchors = read_phrases(), make_anchors(place)
    ground = Ground(place.partition.grids_board)
    settled = [
        *iter_history(types, anchors, ground, phrases, rng),
        *iter_hot_spot(types, anchors, ground, phrases, rng),
        *iter_trend(types, anchors, ground, phrases, rng),
        *iter_near_lines(types, anchors, ground, phrases, rng),
    ]
    drafts = [draft for draft in settled if is_settled(draft, END_OF_DAY)]
    drafts += make_open_set(types, anchors, ground, phrases, rng)
    return sorted(drafts, key=lambda draft: (draft.clock.reported_at, draft.clock.occurred_at, draft.title))


def make_ref(draft: Draft, number: int, seed: int) -> str:
    """An opaque reference: the channel and eight letters that tell nothing."""
    digest = hashlib.sha256(f"{seed}/{number}/{END}".encode()).hexdigest()
    return f"{draft.source}-{digest[:8]}"
