"""Rows: the staged columns of an incident file, mapped into memory and handed out batch by batch."""

from __future__ import annotations

import json
from collections.abc import Iterator, Sequence
from pathlib import Path

import numpy as np

from mapsvc.files import limits, sandbox
from mapsvc.ports import Progress, RowBatch


def iter_rows(path: Path, columns: Sequence[str] | None, progress: Progress) -> Iterator[RowBatch]:
    """Read the whole file in the sandbox first, then yield its batches: a bad file yields nothing at all.

    The arrays lie in a mapped temporary file that is unlinked already: they cost page cache, not memory, and stay
    good for as long as anyone holds them.
    """
    size = sandbox.check_is_file(path, limits.MAX_ROW_FILE)
    task = {"job": "rows", "columns": None if columns is None else list(dict.fromkeys(columns))}
    with sandbox.run(task, path, limits.rows_budget(size), progress) as job:
        meta = json.loads((job / "rows.json").read_text(encoding="utf-8"))
        batches = list(_batches(job / "rows.arrow", meta))
    yield from batches


def _batches(staged: Path, meta: dict[str, object]) -> Iterator[RowBatch]:
    import pyarrow as pa

    listed = meta["refused"]
    assert isinstance(listed, list)
    refused = tuple((int(number), str(reason)) for number, reason in listed)
    crs, encoding = meta["crs"], str(meta["encoding"])
    crs = None if crs is None else str(crs)
    if not staged.exists():
        if refused:
            yield RowBatch(1, 0, {}, refused=refused, crs=crs, encoding=encoding)
        return
    # row numbers count the rows that were set aside too
    gaps = np.sort(np.array([number for number, _ in refused], dtype=np.int64))
    shift = gaps - np.arange(len(gaps))
    first = 0
    for batch in pa.ipc.open_stream(pa.memory_map(str(staged))):
        place = np.arange(first, first + batch.num_rows, dtype=np.int64)
        numbers = place + 1 + np.searchsorted(shift, place + 1, side="right") if len(gaps) else None
        yield RowBatch(
            first_row=int(numbers[0]) if numbers is not None and len(numbers) else first + 1,
            n=batch.num_rows,
            columns=dict(zip(batch.schema.names, batch.columns, strict=True)),
            numbers=numbers,
            refused=refused if first == 0 else (),
            crs=crs,
            encoding=encoding,
        )
        first += batch.num_rows
