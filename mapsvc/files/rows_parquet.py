"""Parquet -> staged columns with their own types, repeated texts as dictionaries; runs in the child."""

from __future__ import annotations

from collections.abc import Sequence
from pathlib import Path
from typing import TYPE_CHECKING, Any

from mapsvc.files import limits
from mapsvc.files.refusal import Refusal
from mapsvc.files.staged import BATCH_ROWS, StageWriter, pick_columns

if TYPE_CHECKING:  # ports brings numpy and shapely, which the child can do without
    from mapsvc.ports import Progress

_MAX_BYTES = 16 << 30


def read(path: Path, job: Path, wanted: Sequence[str] | None, report: Progress) -> None:
    """Stage the wanted columns (None = all flat ones) of a Parquet file."""
    import pyarrow as pa
    import pyarrow.parquet as pq

    try:
        with pq.ParquetFile(path) as probe:
            columns = _check(probe, wanted)
            texts = [name for name in columns if _is_text(probe.schema_arrow.field(name).type)]
            total = probe.metadata.num_rows
        with pq.ParquetFile(path, read_dictionary=texts) as file:
            stage = StageWriter(job)
            for batch in file.iter_batches(batch_size=BATCH_ROWS, columns=columns, use_threads=False):
                stage.write(batch)
                report("reading", stage.rows, total)
    except (pa.ArrowException, OSError, ValueError) as error:
        raise Refusal(f"The Parquet file cannot be read: {str(error).splitlines()[0][:300]}.") from error
    stage.close(encoding="UTF-8, as Parquet demands")


def _check(file: Any, wanted: Sequence[str] | None) -> list[str]:
    """The flat columns to read; refuses files that state more than is allowed."""
    meta = file.metadata
    if meta.num_rows > limits.MAX_ROWS:
        raise Refusal(f"The file states {meta.num_rows} rows; {limits.MAX_ROWS} are allowed.")
    if sum(meta.row_group(group).total_byte_size for group in range(meta.num_row_groups)) > _MAX_BYTES:
        raise Refusal("The file states more data than is allowed.")
    schema = file.schema_arrow
    columns = pick_columns(list(schema.names), wanted)
    flat = [name for name in columns if schema.field(name).type.num_fields == 0]
    for name in wanted or ():
        if name not in flat:
            raise Refusal(f'The column "{name}" is nested; plain values are needed.', field=name)
    return flat


def _is_text(kind: Any) -> bool:
    import pyarrow as pa

    return bool(pa.types.is_string(kind) or pa.types.is_large_string(kind))
