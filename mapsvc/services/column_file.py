"""Column file: big column sets kept between two starts, valid for one state of one journal only."""

from __future__ import annotations

import contextlib
import hashlib
import os
import zipfile
from dataclasses import fields
from pathlib import Path
from typing import Any

import numpy as np

from mapsvc.model.incident import IncidentColumns
from mapsvc.ports import Store

_FORMAT = "mapsvc columns 1"
_TABLES = ("task_types", "grid_codes")
_ARRAYS = tuple(item.name for item in fields(IncidentColumns) if item.name not in _TABLES)


def fingerprint(store: Store, seq: int) -> str:
    """Names a journal at `seq`: its first and its newest event tell two stores with equal seq apart."""
    events = [*store.list_events(after=0, limit=1), *store.list_events(after=seq - 1, limit=1)]
    text = repr([(event.seq, event.at, event.kind, event.subject, sorted(event.data.items())) for event in events])
    return f"{_FORMAT} {seq} {hashlib.sha256(text.encode()).hexdigest()}"


def save_column_file(path: Path, mark: str, columns: IncidentColumns) -> None:
    """Write the columns beside `path` and move them into place; a full or read-only disk is no error here."""
    arrays: dict[str, Any] = {
        item.name: getattr(columns, item.name) for item in fields(IncidentColumns) if item.name not in _TABLES
    }
    tables: dict[str, Any] = {name: np.array(getattr(columns, name), dtype=np.str_) for name in _TABLES}
    part = path.with_suffix(f".{os.getpid()}.part")
    try:
        path.parent.mkdir(parents=True, exist_ok=True)
        with part.open("wb") as file:
            np.savez(file, mark=np.array(mark), **arrays, **tables)
        part.replace(path)
    except OSError:
        with contextlib.suppress(OSError):
            part.unlink(missing_ok=True)


def load_column_file(path: Path, mark: str) -> IncidentColumns | None:
    """The columns of the file if it is whole and of this mark, else None: the store knows better."""
    try:
        with np.load(path, allow_pickle=False) as file:
            if str(file["mark"]) != mark:
                return None
            arrays: dict[str, Any] = {
                item.name: file[item.name] for item in fields(IncidentColumns) if item.name not in _TABLES
            }
            tables: dict[str, Any] = {name: tuple(str(text) for text in file[name]) for name in _TABLES}
    except (OSError, ValueError, KeyError, EOFError, zipfile.BadZipFile):
        return None
    return IncidentColumns(**arrays, **tables)
