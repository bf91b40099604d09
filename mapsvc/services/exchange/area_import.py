"""Area import: the jurisdictions of one linked network from a boundary file."""

from __future__ import annotations

import re
from dataclasses import dataclass
from pathlib import Path

import shapely

from mapsvc.errors import BadFile, BadInput
from mapsvc.model.grid import Grid
from mapsvc.model.jurisdiction import Jurisdiction
from mapsvc.ports import Clock, FileReader, Store

_NETWORK = re.compile(r"[a-z][a-z0-9_]{0,39}")


@dataclass(frozen=True, slots=True)
class Columns:
    """Columns of the file: code, name, Chinese name; None = as for boundaries. crs: where the file does not say it."""

    code: str | None = None
    name: str | None = None
    name_zh: str | None = None
    crs: str | None = None


@dataclass(frozen=True, slots=True)
class AreaImport:
    """How many areas were stored, how many of them had a broken ring that was mended, how many were there before."""

    stored: int
    mended: int
    before: int


def import_areas(
    store: Store,
    reader: FileReader,
    clock: Clock,
    path: Path,
    network: str,
    department: str,
    columns: Columns,
    post: str,
) -> AreaImport:
    """Replace all areas of a network by those of a file, all or none. Raises BadFile, CrsUnknown, BadInput.

    Areas may overlap and leave places out: they are other people's lines, and are kept as they are.
    """
    if not _NETWORK.fullmatch(network):
        raise BadInput("A network's name is 1 to 40 of a-z, 0-9 and _, beginning with a letter.", field="network")
    known = [one.code for one in store.list_departments()]
    if department not in known:
        raise BadInput(
            f'There is no department "{department}"; there are {", ".join(known) or "none yet"}.', field="department"
        )
    read = reader.read_boundaries(path, crs=columns.crs, code=columns.code, name=columns.name, name_zh=columns.name_zh)
    areas = [_area(grid, k, network, department, path.name) for k, grid in enumerate(read.grids, 1)]
    codes = [area.code for area in areas]
    for k, code in enumerate(codes, 1):
        if code in codes[: k - 1]:
            raise BadFile(f'The code "{code}" is used twice.', file=path.name, where=f"feature {k}", field="code")
    mended = sum(not grid.polygon.is_valid for grid in read.grids)
    before = len(store.list_jurisdictions(network))
    store.put_jurisdictions(network, areas, at=clock.now(), post=post)
    return AreaImport(len(areas), mended, before)


def _area(grid: Grid, number: int, network: str, department: str, file: str) -> Jurisdiction:
    shape = grid.polygon if grid.polygon.is_valid else shapely.make_valid(grid.polygon, method="structure")
    if shape.is_empty or shape.geom_type not in ("Polygon", "MultiPolygon"):
        raise BadFile("It has no area.", file=file, where=f"feature {number}")
    return Jurisdiction(network, grid.code, grid.name, shape, department, grid.name_zh)
