"""SandboxReader: the FileReader of the service, every file read in a child process."""

from __future__ import annotations

import re
from collections.abc import Iterator, Sequence
from pathlib import Path

from mapsvc.files.rows import iter_rows
from mapsvc.files.shapes import read_shapes
from mapsvc.files.sites import read_sites
from mapsvc.model.grid import Grid
from mapsvc.model.site import Site
from mapsvc.ports import BoundaryFile, Progress, RowBatch, no_progress

_CONTROL = re.compile(r"[\x00-\x1f\x7f-\x9f\u200e\u200f\u202a-\u202e\u2066-\u2069]+")
_LONGEST_CODE = 64
_LONGEST_NAME = 200


class SandboxReader:
    """Reads foreign files; stateless, safe from several threads."""

    def read_boundaries(
        self, path: Path, *, crs: str | None, code: str | None, name: str | None, name_zh: str | None = None
    ) -> BoundaryFile:
        """Grids in file order. code None = the feature number, name None = the code. Raises BadFile, CrsUnknown."""
        wanted = [column for column in (code, name, name_zh) if column]
        file = read_shapes(path, crs=crs, columns=wanted, polygons_only=True)
        grids = []
        for place, (number, polygon) in enumerate(zip(file.numbers, file.geometries, strict=True)):
            text = {column: _clean(file.values[column][place]) for column in wanted}
            own = (text[code][:_LONGEST_CODE] if code else "") or str(number)
            grids.append(
                Grid(
                    id="",
                    code=own,
                    name=(text[name][:_LONGEST_NAME] if name else "") or own,
                    polygon=polygon,
                    area_m2=0.0,
                    name_zh=text[name_zh][:_LONGEST_NAME] if name_zh else "",
                )
            )
        return BoundaryFile(file.name, file.crs, file.encoding, tuple(grids), file.numbers)

    def iter_rows(
        self, path: Path, *, columns: Sequence[str] | None = None, progress: Progress = no_progress
    ) -> Iterator[RowBatch]:
        """Batches of an incident file after the whole of it was read. Raises BadFile before the first batch."""
        return iter_rows(path, columns, progress)

    def read_sites(self, path: Path, *, crs: str | None) -> list[Site]:
        """Places with kind, name, address, households. Raises BadFile, CrsUnknown."""
        return read_sites(path, crs)


def _clean(text: str | None) -> str:
    """Control characters and text direction marks out: they hide what a code really is."""
    return _CONTROL.sub(" ", text or "").strip()
