"""Incident stage: a whole file read and every row decided, before the first one is stored."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import numpy as np

from mapsvc.model.profile import Profile
from mapsvc.ports import FileReader, Progress, RowBatch
from mapsvc.services.exchange import frame_check
from mapsvc.services.exchange.assigner import Assigner
from mapsvc.services.exchange.rejects import Rejects
from mapsvc.services.exchange.row_keys import choose_keys, hash_rows, key_texts, ordinals
from mapsvc.services.exchange.row_parse import ParsedRows, parse_rows
from mapsvc.services.exchange.row_positions import Fault, Positions, blank, read_positions


@dataclass(frozen=True, slots=True)
class StagedRows:
    """The decided rows, parallel lists by batch; rows: all of the file, also those that could not be read."""

    rows: int
    positions: list[Positions]
    parsed: list[ParsedRows]
    keys: list[Any]
    rejects: Rejects


def stage_rows(
    reader: FileReader,
    path: Path,
    profile: Profile,
    type_codes: tuple[str, ...],
    assigner: Assigner | None,
    progress: Progress,
) -> StagedRows:
    """Read and decide all rows. Raises BadFile when the file as a whole is not what the profile says."""
    whole = list(reader.iter_rows(path, columns=profile.source_columns, progress=progress))
    for said in {batch.crs for batch in whole}:
        frame_check.check_stated_datum(path.name, said, profile.datum)
    rejects = Rejects()
    for batch in whole:
        for number, reason in batch.refused:
            rejects.add(np.array([number]), "rejected", "", f"the row {reason}")
    batches = [batch for batch in whole if batch.n]
    total = sum(batch.n for batch in batches)
    positions = _positions(path.name, batches, profile, assigner)
    parsed: list[ParsedRows] = []
    done = 0
    for batch, place in zip(batches, positions, strict=True):
        parsed.append(parse_rows(batch, profile, place, type_codes, rejects))
        done += batch.n
        progress("checking", done, total)
    keys = _keys(batches, parsed, profile)
    return StagedRows(total + sum(len(batch.refused) for batch in whole), positions, parsed, keys, rejects)


def _positions(file: str, batches: Sequence[RowBatch], profile: Profile, assigner: Assigner | None) -> list[Positions]:
    """Positions of each batch, after the file as a whole was found believable and far points were marked."""
    if "lon" not in profile.columns:
        none = [np.full(batch.n, np.nan) for batch in batches]
        return [Positions(one, one, np.full(len(one), Fault.MISSING, dtype=np.int8), one, one) for one in none]
    x, y = profile.columns["lon"], profile.columns["lat"]
    found = [read_positions(batch.columns[x], batch.columns[y], profile.datum) for batch in batches]
    if not found:
        return []
    fault = np.concatenate([one.fault for one in found])
    given = int(np.sum(fault != Fault.MISSING))
    frame_check.check_not_all_zero(file, int(np.sum(fault == Fault.ZERO)), given)
    if assigner is not None:
        lon, lat = np.concatenate([one.lon for one in found]), np.concatenate([one.lat for one in found])
        frame_check.check_not_shifted(file, lon, lat, assigner.locate)
        far = _mark_far(found, lon, lat, profile, assigner)
        frame_check.check_not_all_far(file, far, given, profile.outside_limit_m)
    return [blank(one) for one in found]


def _mark_far(found: Sequence[Positions], lon: Any, lat: Any, profile: Profile, assigner: Assigner) -> int:
    """Mark points beyond the limit in the fault arrays; how many there are."""
    sound = np.concatenate([one.fault for one in found]) == Fault.NONE
    outside = np.flatnonzero(sound & (assigner.locate(lon, lat) < 0))
    # points repeat in open data: each distinct one is measured once
    points, back = np.unique(lon[outside] + 1j * lat[outside], return_inverse=True)
    plan = assigner.plan
    far = frame_check.find_far(plan.frame, plan.working_epsg, points.real, points.imag, profile.outside_limit_m)[back]
    starts = np.cumsum([0, *(len(one.lon) for one in found)])
    hit = outside[far]
    for number, one in enumerate(found):
        mine = hit[(hit >= starts[number]) & (hit < starts[number + 1])] - starts[number]
        one.fault[mine] = Fault.FAR
    return len(hit)


def _keys(batches: Sequence[RowBatch], parsed: Sequence[ParsedRows], profile: Profile) -> list[Any]:
    """channel_ref of each row, batch by batch; ordinals count over the whole file."""
    if not batches:
        return []
    lanes = [hash_rows({name: batch.columns[name] for name in profile.source_columns}, batch.n) for batch in batches]
    whole = np.concatenate([one[0] for one in lanes]), np.concatenate([one[1] for one in lanes])
    split = np.cumsum([batch.n for batch in batches])[:-1]
    ordinal = np.split(ordinals(whole), split)
    return [
        choose_keys(rows.reference, key_texts(lane, place))
        for rows, lane, place in zip(parsed, lanes, ordinal, strict=True)
    ]
