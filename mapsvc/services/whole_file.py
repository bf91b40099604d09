"""Whole file: an output that appears complete or not at all."""

from __future__ import annotations

import contextlib
import os
from collections.abc import Iterator
from pathlib import Path

from mapsvc.errors import BadInput


@contextlib.contextmanager
def whole_file(path: Path, *, field: str) -> Iterator[Path]:
    """A name beside `path` to write to; it takes the place of `path` when the block ends without an error.

    The name keeps the ending, by which some writers choose the format. Raises BadInput where it cannot be written.
    """
    part = path.with_name(f".{path.stem}.part{path.suffix}")
    try:
        part.unlink(missing_ok=True)
        yield part
        os.replace(part, path)
    except OSError as error:
        raise BadInput(f"{path.name} cannot be written: {error.strerror or error}.", field=field) from error
    finally:
        with contextlib.suppress(OSError):
            part.unlink(missing_ok=True)
