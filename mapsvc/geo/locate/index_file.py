"""The index of published grids as a file beside them: written whole, read only for the polygons it was made from."""

from __future__ import annotations

import hashlib
import os
import zipfile
from dataclasses import astuple
from pathlib import Path

import numpy as np
import numpy.typing as npt

from mapsvc.errors import BadInput
from mapsvc.geo.locate.raster_frame import RasterFrame
from mapsvc.geo.locate.raster_index import RasterIndex
from mapsvc.geo.locate.rings import Rings

_VERSION = 1
_ARRAYS = ("label", "cell", "group", "entry")


def write(path: Path, raster: RasterIndex, rings: Rings) -> None:
    """Write `raster`, made from `rings`, to `path` (an .npz whatever its name); raises OSError."""
    draft = path.with_name(f"{path.name}.{os.getpid()}.part")
    frame = np.array(astuple(raster.frame), dtype=np.float64)
    arrays = {name: getattr(raster, name) for name in _ARRAYS}
    try:
        with draft.open("wb") as file:
            np.savez(file, version=np.int64(_VERSION), frame=frame, print=_fingerprint(rings), **arrays)
        os.replace(draft, path)
    finally:
        draft.unlink(missing_ok=True)


def read(path: Path, rings: Rings) -> RasterIndex:
    """The index at `path`; BadInput if it is damaged, of another version or made from other polygons."""
    try:
        with path.open("rb") as file, np.load(file, allow_pickle=False) as stored:
            if stored["version"] != _VERSION:
                raise BadInput(f"{path.name} is an index of another version of mapsvc; build it again.")
            if not np.array_equal(stored["print"], _fingerprint(rings)):
                raise BadInput(f"{path.name} is the index of other grids; build it again.")
            west, south, east, north, columns, rows, *sizes = stored["frame"].tolist()
            frame = RasterFrame(west, south, east, north, int(columns), int(rows), *sizes)
            label, cell, group, entry = (stored[name] for name in _ARRAYS)
            raster = RasterIndex(frame, label, cell, group, entry, rings.xy)

    except (zipfile.BadZipFile, ValueError, KeyError, EOFError, TypeError) as error:
        raise BadInput(f"{path.name} is no readable index; build it again.") from error
    if not _is_sound(raster):
        raise BadInput(f"{path.name} is no readable index; build it again.")
    return raster


def _is_sound(raster: RasterIndex) -> bool:
    """Whether no number in the arrays leads outside another: the kernels read them without looking."""
    label, cell, group, entry = raster.label, raster.cell, raster.group, raster.entry
    if any(array.dtype != np.int32 for array in (label, cell, group, entry)):
        return False
    if len(label) != raster.frame.cells or cell.shape[1:] != (2,) or group.shape[1:] != (2,):
        return False
    return (
        bool(label.min() >= -len(cell))
        and _climbs(cell[:, 0], len(group) - 1)
        and _climbs(group[:, 1], len(entry) - 1)
        and bool(entry.min() >= 0 and entry[:-1].max(initial=0) >> 1 < max(len(raster.xy) - 1, 1))
    )


def _climbs(first: npt.NDArray[np.int32], end: int) -> bool:
    """Whether ranges begin at 0, end at `end` and never go back."""
    return bool(len(first) and first[0] == 0 and first[-1] == end and (np.diff(first) >= 0).all())


def _fingerprint(rings: Rings) -> npt.NDArray[np.uint8]:
    """32 bytes that change with any vertex or with which polygon it belongs to."""
    digest = hashlib.blake2b(digest_size=32)
    for array in (rings.xy, rings.start, rings.polygon):
        digest.update(array.tobytes())
    return np.frombuffer(digest.digest(), np.uint8)
