"""Column file: big column sets kept between two starts, valid for one state of one journal only."""

from __future__ import annotations

import contextlib
import hashlib
import os
import zipfile
from dataclasses import dataclass, fields
from pathlib import Path
from typing import Any

import numpy as np

from mapsvc.model.incident import IncidentColumns
from mapsvc.ports import Store
from mapsvc.services.scene.journal import Marks, advance, changed_fids, iter_events

_FORMAT = "mapsvc columns 2"
_MAX_BEHIND = 5000
_TABLES = ("task_types", "grid_codes")
_ARRAYS = tuple(item.name for item in fields(IncidentColumns) if item.name not in _TABLES)


def fingerprint(store: Store, seq: int) -> str:
    """Names a journal at `seq`: its first event and the one at `seq` tell two stores with equal seq apart."""
    events = [*store.list_events(after=0, limit=1), *store.list_events(after=seq - 1, limit=1)]
    text = repr([(event.seq, event.at, event.kind, event.subject, sorted(event.data.items())) for event in events])
    return f"{_FORMAT} {seq} {hashlib.sha256(text.encode()).hexdigest()}"


def save_column_file(path: Path, store: Store, seq: int, columns: IncidentColumns) -> None:
    """Write the columns beside `path` and move them into place; a full or read-only disk is no error here."""
    arrays: dict[str, Any] = {
        item.name: getattr(columns, item.name) for item in fields(IncidentColumns) if item.name not in _TABLES
    }
    tables: dict[str, Any] = {name: np.array(getattr(columns, name), dtype=np.str_) for name in _TABLES}
    part = path.with_suffix(f".{os.getpid()}.part")
    try:
        path.parent.mkdir(parents=True, exist_ok=True)
        with part.open("wb") as file:
            np.savez(file, mark=np.array(fingerprint(store, seq)), seq=np.array(seq), **arrays, **tables)
        part.replace(path)
    except OSError:
        with contextlib.suppress(OSError):
            part.unlink(missing_ok=True)


@dataclass(frozen=True, slots=True, eq=False)
class Kept:
    """Columns of a file, and what happened since: whether rows came, and the fids of those that changed."""

    columns: IncidentColumns
    appended: bool
    changed: list[int]


def load_column_file(path: Path, store: Store, seq: int) -> Kept | None:
    """The columns of the file, if they can be brought to `seq`; else None.

    They can if the file is whole, of this very journal, and nothing but single rows was rewritten since.
    """
    try:
        with path.open("rb") as stream, np.load(stream, allow_pickle=False) as file:
            mark, held = str(file["mark"]), int(file["seq"])
            if not seq - _MAX_BEHIND < held <= seq or mark != fingerprint(store, held):
                return None
            events = list(iter_events(store, held, seq))
            since = advance(Marks(held, 0, 0, 0, 0, 0), events)
            if since.rewritten:
                return None
            arrays: dict[str, Any] = {
                item.name: file[item.name] for item in fields(IncidentColumns) if item.name not in _TABLES
            }
            tables: dict[str, Any] = {name: tuple(str(text) for text in file[name]) for name in _TABLES}
    except (OSError, ValueError, KeyError, EOFError, zipfile.BadZipFile):
        return None
    return Kept(IncidentColumns(**arrays, **tables), bool(since.appended), changed_fids(events))
