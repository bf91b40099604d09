"""Row parse: one batch of source columns -> the columns of IncidentBatch, with a reason for each row left out."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Any

import numpy as np
import numpy.typing as npt

from mapsvc.model.incident import STATUS_CODE, Status
from mapsvc.model.profile import Profile
from mapsvc.ports import RowBatch
from mapsvc.services.exchange.rejects import Rejects
from mapsvc.services.exchange.row_positions import REASONS, Fault, Positions
from mapsvc.services.exchange.row_texts import Texts, map_codes, read_texts
from mapsvc.services.exchange.row_times import Times, read_times

_MAX_ACCURACY_M = 1e6


@dataclass(frozen=True, slots=True)
class ParsedRows:
    """Rows of one batch. keep: which are stored; columns: arrays over all rows of the batch.

    reference: "" where the row has none. notes: how often something was let pass, by sentence.
    """

    keep: npt.NDArray[np.bool_]
    columns: Mapping[str, Any]
    reference: Texts | None
    notes: Mapping[str, int] = field(default_factory=dict)


def row_numbers(batch: RowBatch) -> npt.NDArray[np.int64]:
    """The number of each row in its file, from 1."""
    if batch.numbers is not None:
        return batch.numbers
    return np.arange(batch.first_row, batch.first_row + batch.n, dtype=np.int64)


def parse_rows(
    batch: RowBatch, profile: Profile, positions: Positions, type_codes: tuple[str, ...], rejects: Rejects
) -> ParsedRows:
    """Decide each row of a batch. type_codes: the task types in use; a row's first fault is the one reported."""
    rows, source = row_numbers(batch), {name: batch.columns[column] for name, column in profile.columns.items()}
    keep = np.ones(batch.n, dtype=np.bool_)
    notes: dict[str, int] = {}
    times: dict[str, Times] = {
        name: read_times(source[name], profile.time_formats, profile.tz)
        for name in ("occurred", "reported", "closed", "due")
        if name in source
    }
    _reject_times(keep, times["occurred"], rows, source["occurred"], profile.columns["occurred"], rejects)
    _reject_places(keep, positions, rows, profile, source, rejects)
    kind = _types(batch.n, source, profile, type_codes)
    unknown = keep & (kind < 0)
    column = profile.columns.get("type", "")
    rejects.add(rows[unknown], "rejected", column, "no task type for this value", _shown(source.get("type"), unknown))
    keep &= ~unknown
    for name in ("reported", "closed", "due"):
        if name in times and (bad := int(np.sum(times[name].unreadable & keep))):
            sentence = f'rows have an unreadable time in "{profile.columns[name]}"; they are stored without it'
            notes[sentence] = notes.get(sentence, 0) + bad
    closed = times["closed"].at if "closed" in times else 0
    columns: dict[str, Any] = {
        "occurred_at": times["occurred"].at,
        "reported_at": _reported(times),
        "closed_at": closed,
        "due_at": times["due"].at if "due" in times else 0,
        "task_type": kind,
        "status": _statuses(batch.n, source, profile, closed, keep, notes),
        "accuracy_m": _accuracy(batch.n, source, profile),
        "title": _titles(source),
        "text": read_texts(source["text"], "text") if "text" in source else "",
        "address": read_texts(source["address"], "address") if "address" in source else "",
    }
    reference = read_texts(source["reference"], "reference") if "reference" in source else None
    return ParsedRows(keep, columns, reference, notes)


def _shown(column: Any, mask: npt.NDArray[np.bool_]) -> list[str] | None:
    """Texts of the masked rows, for the rejects file."""
    if column is None:
        return None
    import pyarrow as pa

    return ["" if value is None else str(value)[:200] for value in column.filter(pa.array(mask)).to_pylist()]


def _reject_times(
    keep: npt.NDArray[np.bool_],
    times: Times,
    rows: npt.NDArray[np.int64],
    source: Any,
    column: str,
    rejects: Rejects,
) -> None:
    missing, bad = ~times.given, times.unreadable
    rejects.add(rows[missing], "rejected", column, "the time is missing")
    rejects.add(rows[bad], "rejected", column, "the time cannot be read", _shown(source, bad) if bad.any() else None)
    keep &= times.known


def _reject_places(
    keep: npt.NDArray[np.bool_],
    positions: Positions,
    rows: npt.NDArray[np.int64],
    profile: Profile,
    source: Mapping[str, Any],
    rejects: Rejects,
) -> None:
    if "lon" not in source:
        return
    pair = f"{profile.columns['lon']}, {profile.columns['lat']}"
    for fault, reason in REASONS.items():
        hit = keep & (positions.fault == fault)
        if not hit.any():
            continue
        kept = fault in (Fault.MISSING, Fault.ZERO)
        shown = None
        if not kept:
            x, y = _shown(source["lon"], hit) or [], _shown(source["lat"], hit) or []
            shown = [f"{one}, {two}" for one, two in zip(x, y, strict=True)]
            keep &= ~hit
        rejects.add(rows[hit], "unlocated" if kept else "rejected", pair, reason, shown)


def _types(n: int, source: Mapping[str, Any], profile: Profile, type_codes: tuple[str, ...]) -> npt.NDArray[np.int16]:
    """Index into type_codes, -1 where the value has no task type."""
    place = {code: number for number, code in enumerate(type_codes)}
    default = place.get(profile.default_type, -1)
    if "type" not in source:
        return np.full(n, default, dtype=np.int16)
    codes = {value: place[code] for value, code in profile.types.items()}
    return map_codes(source["type"], codes, default, default)


def _titles(source: Mapping[str, Any]) -> Texts | str:
    """The title, or else the source's own category."""
    if "title" in source:
        return read_texts(source["title"], "title")
    return read_texts(source["type"], "title") if "type" in source else ""


def _reported(times: Mapping[str, Times]) -> npt.NDArray[np.int64]:
    """When it was reported, or else when it occurred."""
    if "reported" not in times:
        return times["occurred"].at
    return np.where(times["reported"].known, times["reported"].at, times["occurred"].at)


def _statuses(
    n: int,
    source: Mapping[str, Any],
    profile: Profile,
    closed: Any,
    keep: npt.NDArray[np.bool_],
    notes: dict[str, int],
) -> npt.NDArray[np.int8]:
    if profile.default_status is not None:
        default = np.full(n, STATUS_CODE[profile.default_status], dtype=np.int8)
    else:
        has_end = np.broadcast_to(np.asarray(closed) != 0, n)
        default = np.where(has_end, STATUS_CODE[Status.CLOSED], STATUS_CODE[Status.REPORTED]).astype(np.int8)
    if "status" not in source:
        return default
    codes = {value: STATUS_CODE[status] for value, status in profile.statuses.items()}
    found = map_codes(source["status"], codes, -2, -1)
    if strange := int(np.sum((found == -2) & keep)):
        sentence = f'rows have a value in "{profile.columns["status"]}" that the profile does not map'
        notes[sentence] = notes.get(sentence, 0) + strange
    return np.where(found >= 0, found, default).astype(np.int8)


def _accuracy(n: int, source: Mapping[str, Any], profile: Profile) -> Any:
    if "accuracy" not in source:
        return np.nan if profile.accuracy_m is None else profile.accuracy_m
    from mapsvc.services.exchange.row_positions import read_numbers

    value = read_numbers(source["accuracy"])
    with np.errstate(invalid="ignore"):
        usable = (value >= 0) & (value <= _MAX_ACCURACY_M)
    return np.where(usable, value, np.nan if profile.accuracy_m is None else profile.accuracy_m)
