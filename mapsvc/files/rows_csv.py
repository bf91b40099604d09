"""CSV (also gzip) -> staged columns of text; runs in the child. Any encoding in, UTF-8 to Arrow."""

from __future__ import annotations

import codecs
import csv
import io
from collections.abc import Iterable, Iterator, Sequence
from pathlib import Path
from typing import TYPE_CHECKING, Any

from mapsvc.files import archive, encoding, magic
from mapsvc.files.refusal import Refusal
from mapsvc.files.staged import StageWriter, pick_columns

if TYPE_CHECKING:  # ports brings numpy and shapely, which the child can do without
    from mapsvc.ports import Progress

_CHUNK = 1 << 20
_BLOCK = 8 << 20
"""Bytes Arrow parses at once; a row must fit."""
_MAX_REFUSED = 100_000
_DELIMITERS = ",;\t|"


def read(path: Path, job: Path, wanted: Sequence[str] | None, report: Progress) -> None:
    """Stage the wanted columns (None = all) of a CSV as text, blanks kept; rows of a wrong width are set aside."""
    from pyarrow import ArrowInvalid, ArrowKeyError

    if magic.sniff(path) == "gzip":
        path = _unpack(path, job)
    codec, how = encoding.detect_text(_chunks(path), path.open("rb").read(4))
    if codec not in ("utf-8", "utf-8-sig"):
        path = _to_utf8(path, job, codec)
    names, delimiter = _header(path)
    columns = pick_columns(names, wanted)
    refused: list[tuple[int, str]] = []
    stage = StageWriter(job)
    try:
        reader, renamed = _open(path, names, columns, delimiter, refused)
        for batch in reader:
            if batch.num_rows:
                stage.write(batch.rename_columns(renamed))
            report("reading", stage.rows, None)
    except (ArrowInvalid, ArrowKeyError, UnicodeDecodeError) as error:
        if "Empty CSV file" not in str(error):
            raise Refusal(f"The CSV cannot be read: {_plain(error)}.") from error
    stage.close(encoding=encoding.show(codec, how), refused=refused)


def _chunks(path: Path) -> Iterator[bytes]:
    with path.open("rb") as file:
        while chunk := file.read(_CHUNK):
            yield chunk


def _unpack(path: Path, job: Path) -> Path:
    target = job / "table.csv"
    with target.open("wb") as out:
        out.writelines(archive.iter_gunzip(path))
    if magic.sniff(target) != "text":
        raise Refusal("The gzip file holds no CSV.")
    return target


def _to_utf8(path: Path, job: Path, codec: str) -> Path:
    """A copy in UTF-8; bytes outside the code become U+FFFD, which a reader of the names will see."""
    target = job / "utf8.csv"
    decoder = codecs.getincrementaldecoder(codec)(errors="replace")
    with target.open("wb") as out:
        for chunk in _chunks(path):
            out.write(decoder.decode(chunk).encode("utf-8", errors="replace"))
        out.write(decoder.decode(b"", final=True).encode("utf-8", errors="replace"))
    if b"\x00" in target.open("rb").read(_CHUNK):
        raise Refusal("The table holds NUL characters.")
    return target


def _header(path: Path) -> tuple[list[str], str]:
    """(column names, delimiter): the delimiter is the one that cuts the first record into the most fields."""
    with path.open("rb") as file:
        text = file.read(_CHUNK).decode("utf-8-sig", errors="ignore")
    best: tuple[list[str], str] = ([], ",")
    try:
        for delimiter in _DELIMITERS:
            rows: Iterable[list[str]] = csv.reader(io.StringIO(text, newline=""), delimiter=delimiter)
            names = next((row for row in rows if row), [])
            if len(names) > len(best[0]):
                best = names, delimiter
    except csv.Error as error:
        raise Refusal(f"The header cannot be read: {error}.") from error
    return [name.strip() for name in best[0]], best[1]


def _open(
    path: Path, names: Sequence[str], columns: Sequence[str], delimiter: str, refused: list[tuple[int, str]]
) -> tuple[Any, list[str]]:
    """(streaming reader, names of its columns). Columns are read by position, so odd header names do no harm."""
    import pyarrow as pa
    from pyarrow import csv as arrow_csv

    def set_aside(row: Any) -> str:
        if len(refused) < _MAX_REFUSED:
            # Arrow counts the header as row 1
            refused.append((row.number - 1, f"has {row.actual_columns} fields, {row.expected_columns} are needed"))
        return "skip"

    places = [f"c{place}" for place in range(len(names))]
    include = [f"c{names.index(name)}" for name in columns]
    reader = arrow_csv.open_csv(
        str(path),
        read_options=arrow_csv.ReadOptions(
            use_threads=False, block_size=_BLOCK, column_names=places, skip_rows_after_names=1
        ),
        parse_options=arrow_csv.ParseOptions(
            delimiter=delimiter, newlines_in_values=True, invalid_row_handler=set_aside
        ),
        convert_options=arrow_csv.ConvertOptions(
            column_types={name: pa.string() for name in include}, include_columns=include, strings_can_be_null=False
        ),
    )
    return reader, list(columns)


def _plain(error: Exception) -> str:
    return str(error).splitlines()[0][:300].rstrip(".") if str(error) else type(error).__name__
