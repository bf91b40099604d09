"""Staged: the file of Arrow batches that the child leaves for the parent, with the rows that could not be read."""

from __future__ import annotations

import json
from collections.abc import Sequence
from pathlib import Path
from typing import Any

from mapsvc.files import limits
from mapsvc.files.refusal import Refusal

BATCH_ROWS = 100_000


class StageWriter:
    """Writes batches of equal columns as an Arrow stream (dictionaries may differ from batch to batch)."""

    def __init__(self, job: Path) -> None:
        self.job = job
        self.rows = 0
        self._out: Any = None

    def write(self, batch: Any) -> None:
        """Append a pyarrow.RecordBatch."""
        import pyarrow as pa

        if self._out is None:
            self._out = pa.ipc.new_stream(str(self.job / "rows.arrow"), batch.schema)
        self.rows += batch.num_rows
        if self.rows > limits.MAX_ROWS:
            raise Refusal(f"The file has more than {limits.MAX_ROWS} rows.")
        self._out.write_batch(batch)

    def close(self, *, encoding: str, crs: str | None = None, refused: Sequence[tuple[int, str]] = ()) -> None:
        """Finish with the facts about the whole; refused: (row number from 1, reason) of rows not in the stream."""
        if self._out is not None:
            self._out.close()
        meta = {"encoding": encoding, "crs": crs, "rows": self.rows, "refused": list(refused)}
        (self.job / "rows.json").write_text(json.dumps(meta), encoding="utf-8")


def pick_columns(have: Sequence[str], wanted: Sequence[str] | None) -> list[str]:
    """The columns to read (None = all), in the order of the file; Refusal naming one that is absent or there twice."""
    if len(have) > limits.MAX_COLUMNS:
        raise Refusal(f"The file has {len(have)} columns; {limits.MAX_COLUMNS} are allowed.")
    for name in wanted or ():
        if name not in have:
            shown = ", ".join(have[:30]) or "none"
            raise Refusal(f'There is no column "{name}"; the file has: {shown}.', field=name)
    # blank names come from commas at the ends of lines: such columns are nothing to ask for
    for name in have if wanted is None else wanted:
        if name and have.count(name) > 1:
            raise Refusal(f'The column "{name}" is there {have.count(name)} times.', field=name)
    chosen = set(have if wanted is None else wanted)
    return [name for name in dict.fromkeys(have) if name in chosen and have.count(name) == 1]
