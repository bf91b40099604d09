"""Incident import: file -> decided rows -> located -> stored, batch by batch. Nothing is stored before all is read."""

from __future__ import annotations

import time
from collections import Counter
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from itertools import pairwise
from pathlib import Path
from typing import Any

import numpy as np

from mapsvc.errors import BadInput
from mapsvc.model.incident import CERTAINTY_CODE, Certainty, IncidentBatch
from mapsvc.model.profile import Profile
from mapsvc.model.task_type import TaskType
from mapsvc.ports import Clock, FileReader, Progress, Store
from mapsvc.services.exchange.assigner import Assigner
from mapsvc.services.exchange.incident_stage import StagedRows, stage_rows
from mapsvc.services.exchange.rejects import write_rejects
from mapsvc.services.exchange.relocate import relocate
from mapsvc.services.exchange.row_parse import ParsedRows
from mapsvc.services.exchange.row_positions import Positions
from mapsvc.services.exchange.today import today

_MOST_REASONS = 12
_UNLOCATED = CERTAINTY_CODE[Certainty.UNLOCATED]
_OUTSIDE = CERTAINTY_CODE[Certainty.OUTSIDE]


@dataclass(frozen=True, slots=True)
class IncidentImport:
    """What became of the rows: rows = stored + duplicate + rejected; outside and unlocated are among the stored.

    rejects_path: CSV of rejected and unlocated rows with reasons, None when there were none or no path was given.
    """

    rows: int
    stored: int
    duplicate: int
    unlocated: int
    rejected: int
    outside: int
    rejects_path: Path | None
    warnings: tuple[str, ...]
    seconds: float


@dataclass(slots=True)
class _Totals:
    rows: int = 0
    stored: int = 0
    duplicate: int = 0
    unlocated: int = 0
    outside: int = 0


def import_incidents(
    store: Store,
    reader: FileReader,
    clock: Clock,
    path: Path,
    profile: Profile,
    *,
    rejects: Path | None,
    post: str,
    progress: Progress,
) -> IncidentImport:
    """Import one file. Raises BadFile, PersonLabel, BadInput before anything is stored; Cancelled between batches."""
    started = time.perf_counter()
    types = _types_in_use(store, profile)
    plan_id = _plan_carried(store, clock)
    assigner = Assigner(store.get_plan(plan_id)) if plan_id else None
    staged = stage_rows(reader, path, profile, tuple(one.code for one in types), assigner, progress)
    assigned = _assign(staged, assigner, progress)
    _add_task_types(store, profile, clock.now(), post)
    totals, done, first = _Totals(rows=staged.rows), 0, 0
    for place, rows, keys, where in zip(staged.positions, staged.parsed, staged.keys, assigned, strict=True):
        made = _batch(profile, place, rows, keys, types, where)
        if made.n:
            added = store.add_incidents(made, at=clock.now(), post=post, source=path.name)
            _count(totals, made, added.is_new)
            first = first or (added.first_fid if added.event else 0)
        done += len(rows.keep)
        progress("storing", done, staged.rows)
    now = _plan_carried(store, clock)
    if first and now and now != plan_id:
        # An edition was published while the file was read: its rows were located under the one before.
        assigner = Assigner(store.get_plan(now))
        relocate(store, clock, assigner, post=post, progress=progress, after_fid=first - 1)
    return IncidentImport(
        rows=totals.rows,
        stored=totals.stored,
        duplicate=totals.duplicate,
        unlocated=totals.unlocated,
        rejected=totals.rows - totals.stored - totals.duplicate,
        outside=totals.outside,
        rejects_path=write_rejects(staged.rejects, rejects) if rejects is not None else None,
        warnings=_warnings(totals, staged, has_plan=assigner is not None),
        seconds=time.perf_counter() - started,
    )


def _plan_carried(store: Store, clock: Clock) -> str | None:
    """The edition whose grids the stored incidents carry; where the store does not say, the one in force."""
    head = store.find_plan_on(today(store, clock))
    return store.find_assigned_plan() or (head.id if head else None)


def _types_in_use(store: Store, profile: Profile) -> tuple[TaskType, ...]:
    """All task types, the store's before the profile's of equal code; BadInput for a code that neither knows."""
    types = {task_type.code: task_type for task_type in (*profile.task_types, *store.list_task_types())}
    for code in (*profile.types.values(), *([profile.default_type] if profile.default_type else [])):
        if code not in types:
            raise BadInput(
                f'The profile {profile.name} names the task type "{code}", which neither it nor the store defines.',
                field="types",
            )
    return tuple(types.values())


def _add_task_types(store: Store, profile: Profile, at: int, post: str) -> None:
    """Put the profile's task types that the store does not have; one that was edited there stays as it is."""
    known = {task_type.code for task_type in store.list_task_types()}
    if new := [task_type for task_type in profile.task_types if task_type.code not in known]:
        store.put_task_types(new, at=at, post=post)


def _assign(staged: StagedRows, assigner: Assigner | None, progress: Progress) -> list[Mapping[str, Any]]:
    """Grid, share and certainty columns of each batch, worked out for the whole file at once."""
    if assigner is None or not staged.positions:
        # without a plan a point lies in no grid; it is located when a plan is published
        return [
            {"certainty": np.where(np.isnan(place.lon), _UNLOCATED, _OUTSIDE).astype(np.int8)}
            for place in staged.positions
        ]
    lon = np.concatenate([place.lon for place in staged.positions])
    lat = np.concatenate([place.lat for place in staged.positions])
    accuracy = np.concatenate(
        [np.broadcast_to(rows.columns["accuracy_m"], len(rows.keep)).astype(np.float64) for rows in staged.parsed]
    )
    progress("locating", 0, len(lon))
    found = assigner.assign(lon, lat, accuracy)
    progress("locating", len(lon), len(lon))
    borders = np.cumsum([0, *(len(place.lon) for place in staged.positions)]).tolist()
    return [
        {
            "grid_code": assigner.codes[found.grid[start:end]],
            "certainty": found.certainty[start:end],
            "grid_share": found.share[start:end],
            "shares": found.shares[start:end],
        }
        for start, end in pairwise(borders)
    ]


def _batch(
    profile: Profile,
    positions: Positions,
    rows: ParsedRows,
    keys: Any,
    types: Sequence[TaskType],
    assigned: Mapping[str, Any],
) -> IncidentBatch:
    """The rows to keep as columns of the store."""
    keep = rows.keep
    whole = {**rows.columns, **assigned, "channel_ref": keys, **_as_given(positions)}
    taken = {name: value[keep] if isinstance(value, np.ndarray) else value for name, value in whole.items()}
    kind = taken["task_type"]
    taken["task_type"] = np.array([one.code for one in types], dtype=object)[kind]
    taken["sensitive"] = np.array([one.sensitive for one in types], dtype=np.bool_)[kind]
    return IncidentBatch(
        profile.channel, int(np.sum(keep)), {**taken, "datum": profile.datum, "method": profile.method.value}
    )


def _as_given(positions: Positions) -> Mapping[str, Any]:
    """The place and, where it was turned to WGS 84, the numbers it came as."""
    same = (positions.x == positions.lon) & (positions.y == positions.lat)
    located = np.isfinite(positions.lon) & ~same
    return {
        "lon": positions.lon,
        "lat": positions.lat,
        "given_x": np.where(located, positions.x, np.nan),
        "given_y": np.where(located, positions.y, np.nan),
    }


def _count(totals: _Totals, batch: IncidentBatch, is_new: Any) -> None:
    certainty = batch.column("certainty")[is_new]
    totals.stored += int(np.sum(is_new))
    totals.duplicate += batch.n - int(np.sum(is_new))
    totals.unlocated += int(np.sum(certainty == _UNLOCATED))
    totals.outside += int(np.sum(certainty == _OUTSIDE))


def _warnings(totals: _Totals, staged: StagedRows, *, has_plan: bool) -> tuple[str, ...]:
    """Plain sentences on what was let pass or left out."""
    found: list[str] = []
    if not totals.rows:
        found.append("The file has no rows.")
    if not has_plan:
        found.append("No plan is in force: the incidents are stored without a grid until one is published.")
    notes: Counter[str] = Counter()
    for rows in staged.parsed:
        notes.update(rows.notes)
    found += [f"{n:,} {sentence}." for sentence, n in notes.items()]
    for (outcome, column, reason), n in staged.rejects.reasons().most_common(_MOST_REASONS):
        found.append(f"{n:,} {'row' if n == 1 else 'rows'} {outcome}: {f'{column}: ' if column else ''}{reason}.")
    return tuple(found)
