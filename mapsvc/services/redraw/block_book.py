"""Block book: blocks and buildings of a draft, cut once a revision; proposals and whole-block moves use them."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, field, replace
from functools import cached_property
from typing import TYPE_CHECKING, Any

import numpy as np
import numpy.typing as npt
import shapely

from mapsvc.errors import BadQuery
from mapsvc.model.site import Site
from mapsvc.services.redraw.arcs import Box
from mapsvc.services.redraw.state import State
from mapsvc.services.scene.memo import Memo
from mapsvc.services.scene.scene import Stage

if TYPE_CHECKING:
    from mapsvc.analysis.ground import Ground
    from mapsvc.geo.partition.partition import Partition
    from mapsvc.geo.propose import Blocks

_KEPT = 6
_BLOCK, _BUILDING = "b", "s"


@dataclass(frozen=True, eq=False)
class BlockSet:
    """Blocks of one state. Ids: "b" and the index of a block, "s" and the id of a building's site."""

    blocks: Blocks
    partition: Partition
    buildings: tuple[Site, ...]
    ground: Ground
    walls: tuple[Any, ...] = ()
    _cells: dict[int, Any] = field(default_factory=dict)

    def split(
        self, load: npt.NDArray[np.float64], owner: npt.NDArray[np.int64], within: float, locked: Sequence[int]
    ) -> BlockSet:
        """The same with blocks cut midway between their buildings, those too coarse for the balance `owner` misses.

        load, owner: of each block; locked: indices of grids that take no part. The numbers of blocks change.
        """
        from mapsvc.geo.propose import coarse_blocks, split_blocks

        free = ~np.isin(self.blocks.grid, locked)
        mean = float(load[free].sum()) / (len(self.codes) - len(locked))
        coarse = coarse_blocks(self.blocks, load, owner, within, mean)
        shapes = [site.geometry for site in self.buildings]
        return replace(self, blocks=split_blocks(self.blocks, coarse[free[coarse]], shapes, self.walls), _cells={})

    @property
    def codes(self) -> tuple[str, ...]:
        """Codes of the grids, by the index that blocks name them with."""
        return self.partition.codes

    @cached_property
    def of_incident(self) -> npt.NDArray[np.int32]:
        """Block of each incident, -1 = none."""
        from mapsvc.geo.locate import GridIndex

        cells = self.ground.incidents
        found: npt.NDArray[np.int32] = GridIndex.build(list(self.blocks.polygons)).locate(cells.lon, cells.lat)
        return found

    @cached_property
    def households(self) -> npt.NDArray[np.int64]:
        """Households of each block."""
        from mapsvc.geo.propose import weigh_blocks

        doors = self.ground.doors
        return weigh_blocks(self.blocks, doors.cells.lon, doors.cells.lat, doors.households).astype(np.int64)

    @cached_property
    def building_grids(self) -> list[str | None]:
        """Code of the grid that each building stands in, by a point inside it."""
        if not self.buildings:
            return []
        from mapsvc.geo.locate import GridIndex

        points: Any = shapely.point_on_surface([site.geometry for site in self.buildings])
        index = GridIndex.build([self.partition.polygon(number) for number in self.partition.numbers])
        found = index.locate(shapely.get_x(points), shapely.get_y(points))
        return [self.codes[place] if place >= 0 else None for place in found.tolist()]

    @cached_property
    def _homes(self) -> npt.NDArray[np.int64]:
        """Block of each building, -1 = none."""
        from mapsvc.geo.propose.buildings import home_blocks

        return home_blocks(self.blocks, [site.geometry for site in self.buildings])

    def cell(self, place: int) -> Any:
        """The ground of one building: what of its block lies nearer to it than to any other; None without a block."""
        from mapsvc.geo.propose.buildings import cells_in

        block = int(self._homes[place])
        if block < 0:
            return None
        mine = np.flatnonzero(self._homes == block)
        if block not in self._cells:
            # Block by block: the cells of all buildings of a town would take seconds.
            self._cells[block] = cells_in(self.blocks, block, [self.buildings[i].geometry for i in mine.tolist()])
        return self._cells[block][int(np.searchsorted(mine, place))]

    def count(self, rows: npt.NDArray[np.bool_]) -> npt.NDArray[np.int64]:
        """Chosen incidents in each block; rows: one flag an incident."""
        block = self.of_incident[rows]
        return np.bincount(block[block >= 0], minlength=len(self.blocks))

    def area_of(self, ids: Sequence[str]) -> Any:
        """The ground of blocks and buildings as one shape. Raises BadQuery for an unknown id."""
        place = {site.id: number for number, site in enumerate(self.buildings)}
        shapes = []
        for name in dict.fromkeys(ids):
            kind, rest = name[:1], name[1:]
            shape = None
            if kind == _BLOCK and rest.isascii() and rest.isdigit() and len(rest) < 9 and int(rest) < len(self.blocks):
                shape = self.blocks.polygons[int(rest)]
            elif kind == _BUILDING and rest in place:
                shape = self.cell(place[rest])
            if shape is None:
                raise BadQuery(f'There is no block "{name[:40]}" in this revision.', field="command.ids")
            shapes.append(shape)
        return shapely.union_all(shapes)

    def features(self, bbox: Box | None) -> dict[str, Any]:
        """Blocks and buildings that meet bbox, as GeoJSON."""
        box = None if bbox is None else shapely.box(*bbox)
        found = []
        for number, shape in enumerate(self.blocks.polygons):
            if box is None or shape.intersects(box):
                grid = self.codes[int(self.blocks.grid[number])]
                told = {"kind": "block", "id": f"{_BLOCK}{number}", "households": int(self.households[number])}
                found.append({"type": "Feature", "properties": told | {"grid": grid}, "geometry": shape})
        for site, code in zip(self.buildings, self.building_grids, strict=True):
            if box is None or site.geometry.intersects(box):
                told = {"kind": "building", "id": f"{_BUILDING}{site.id}", "households": site.households}
                found.append({"type": "Feature", "properties": told | {"grid": code}, "geometry": site.geometry})
        return {"type": "FeatureCollection", "features": found}


class BlockBook:
    """Keeps the block sets used last."""

    def __init__(self, stage: Stage) -> None:
        self._stage = stage
        self._sets: Memo[BlockSet] = Memo(_KEPT)

    def get(self, state: State, ground: Ground) -> BlockSet:
        """The blocks of a state."""
        sites = self._stage.journal.marks().sites
        # Shapes alone decide: a draft that was only renamed keeps its blocks. The set holds what the ids are of.
        key = (state.draft.id, state.draft.base_id, id(state.partition), sites, id(ground))
        return self._sets.get(key, lambda: self._make(state, ground))

    def _make(self, state: State, ground: Ground) -> BlockSet:
        from mapsvc.geo.propose import make_blocks

        partition = state.partition
        near = shapely.box(*partition.frame.bounds)
        sites = [site for site in self._stage.sites(self._stage.journal.marks()) if site.geometry.intersects(near)]
        streets = [site.geometry for site in sites if site.kind == "street"]
        water = [site.geometry for site in sites if site.kind == "water"]
        shapes = [partition.polygon(number) for number in partition.numbers]
        blocks = make_blocks(shapes, partition.epsg, streets, water)
        buildings = tuple(site for site in sites if site.kind == "building" and not site.geometry.is_empty)
        return BlockSet(blocks, partition, buildings, ground, tuple(water))
