"""GridIndex: point -> grid, for one point or many millions, always exactly as shapely `covers` decides.

The owner of a point is the polygon with the lowest index among those that cover it; a boundary counts as inside. Lon
and lat are degrees in the one plane all topology is decided in. See `raster_index` for how it works; a decision that
rounding could have swayed is handed to shapely itself.
"""

from __future__ import annotations

import os
from collections.abc import Sequence
from concurrent.futures import ThreadPoolExecutor
from itertools import pairwise
from pathlib import Path
from typing import Literal

import numpy as np
import numpy.typing as npt
import shapely
from shapely.geometry import MultiPolygon, Polygon

from mapsvc.errors import BadInput
from mapsvc.geo.locate import index_file
from mapsvc.geo.locate.build_numba import build_with_numba
from mapsvc.geo.locate.judge import Judge
from mapsvc.geo.locate.numba_kernel import has_numba, is_numba_loaded
from mapsvc.geo.locate.numpy_path import locate_numpy
from mapsvc.geo.locate.one import PointLocator
from mapsvc.geo.locate.raster_frame import RasterFrame
from mapsvc.geo.locate.raster_index import JUDGE, RasterIndex, build_with_numpy
from mapsvc.geo.locate.rings import Rings, check_polygons

Engine = Literal["auto", "numba", "numpy"]
IntArray = npt.NDArray[np.int32]
FloatArray = npt.NDArray[np.float64]

_WORTH_NUMBA = 200_000
"""From this many points on, importing numba for the first time costs less than it saves."""
_WORTH_THREADS = 100_000


class GridIndex:
    """An index over polygons; immutable, safe to use from several threads."""

    def __init__(self, judge: Judge, raster: RasterIndex) -> None:
        self._judge = judge
        self._raster = raster
        self._one = PointLocator(raster)
        self._numbers = raster.frame.numbers()

    @classmethod
    def build(cls, polygons: Sequence[Polygon | MultiPolygon], *, cells: int | None = None) -> GridIndex:
        """The index of `polygons` (lon/lat degrees); `cells` overrides the number of raster cells.

        Polygons may overlap, leave gaps, repeat or be empty. Raises BadInput naming the index of one that is invalid,
        unless its rings merely touch themselves.
        """
        array = check_polygons(polygons)
        rings = Rings.of(array)
        west, south, east, north = shapely.total_bounds(array) if len(array) else (np.nan,) * 4
        frame = RasterFrame.around(west, south, east, north, cells or _usual_cells(len(rings.start)))
        judge = Judge(array)
        if _use_numba("auto", len(rings.start)):
            return cls(judge, build_with_numba(rings, frame))
        return cls(judge, build_with_numpy(rings, frame, judge.find_around))

    @classmethod
    def load(cls, path: Path, polygons: Sequence[Polygon | MultiPolygon]) -> GridIndex:
        """The index saved at `path` for these same polygons; BadInput if it is another's or damaged."""
        array = np.empty(len(polygons), dtype=object)
        array[:] = list(polygons)
        return cls(Judge(array), index_file.read(path, Rings.of(array)))

    def save(self, path: Path) -> None:
        """Write the index to `path`; the file appears whole or not at all."""
        index_file.write(path, self._raster, Rings.of(self._judge.polygons))

    @property
    def nbytes(self) -> int:
        """Bytes of memory the index holds beside the polygons."""
        return self._raster.nbytes

    def locate(
        self,
        lon: npt.ArrayLike,
        lat: npt.ArrayLike,
        *,
        engine: Engine = "auto",
        threads: int | None = None,
    ) -> IntArray:
        """Index of the polygon of each point (int32), -1 where there is none or a coordinate is not finite.

        lon, lat: n degrees each. engine "auto" takes numba where it is installed and worth its import; both engines
        give the same answers. threads: how many share the work (None = as many as there are processors).
        """
        x, y = (np.ascontiguousarray(np.atleast_1d(v), dtype=np.float64) for v in (lon, lat))
        if x.shape != y.shape or x.ndim != 1:
            raise BadInput("lon and lat must be lists of the same length.")
        out = np.empty(len(x), np.int32)
        count = max(1, min(threads or os.cpu_count() or 1, len(x) // _WORTH_THREADS + 1))
        ends = np.linspace(0, len(x), count + 1).astype(int)
        parts = [slice(at, end) for at, end in pairwise(ends.tolist())]
        use_numba = _use_numba(engine, len(x))

        def locate_part(part: slice) -> None:
            self._locate_part(x[part], y[part], out[part], use_numba)

        if count == 1:
            locate_part(parts[0])
        else:
            with ThreadPoolExecutor(count) as pool:
                list(pool.map(locate_part, parts))
        return out

    def _locate_part(self, lon: FloatArray, lat: FloatArray, out: IntArray, use_numba: bool) -> None:
        raster, frame = self._raster, self._raster.frame
        if use_numba:
            from mapsvc.geo.locate.kernels import locate_points

            arrays = (raster.cell, raster.group, raster.entry, raster.xy)
            if not locate_points(lon, lat, out, self._numbers, raster.label, frame.columns, frame.rows, *arrays):
                return
        else:
            locate_numpy(raster, lon, lat, out)
        close = np.flatnonzero(out == JUDGE)
        if len(close):
            out[close] = self._judge.locate(lon[close], lat[close])

    def locate_one(self, lon: float, lat: float) -> int:
        """Index of the polygon of one point, or -1; the same answer as `locate`, without its overhead."""
        answer = self._one.locate(lon, lat)
        return answer if answer != JUDGE else int(self._judge.locate(np.array([lon]), np.array([lat]))[0])


def _usual_cells(edges: int) -> int:
    """Cells that keep most cells free of edges without outgrowing the processor's cache."""
    return min(max(edges * 16, 1 << 14), 1 << 22)


def _use_numba(engine: Engine, points: int) -> bool:
    if engine not in ("auto", "numba", "numpy"):
        raise BadInput(f'There is no engine "{engine}"; it is auto, numba or numpy.', field="engine")
    if engine == "numba" and not has_numba():
        raise BadInput("numba is not installed; use the numpy engine.", field="engine")
    if engine == "auto":
        worth = points >= _WORTH_NUMBA or is_numba_loaded()
        return worth and has_numba()
    return engine == "numba"
