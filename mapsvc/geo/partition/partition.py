"""Partition: a plan as arcs, with polygons that follow from them. Never changed; an edit makes another that shares."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass, replace

import numpy as np
import numpy.typing as npt
import shapely
from shapely.geometry import MultiPolygon, Polygon

from mapsvc.errors import Conflict, Refused
from mapsvc.geo.measure import area_m2
from mapsvc.geo.partition.arc import OUTSIDE, Arc
from mapsvc.geo.partition.cell import Cell
from mapsvc.geo.partition.delta import Delta, same_facts
from mapsvc.geo.partition.exact import Int, pack, pack_one
from mapsvc.geo.partition.lattice import Lattice
from mapsvc.geo.partition.rings import lines_around, lines_of, polygon_of
from mapsvc.geo.partition.roll import Roll
from mapsvc.geo.partition.table import Table
from mapsvc.model.finding import Finding, Rule, Severity
from mapsvc.model.grid import Grid
from mapsvc.model.plan import Plan


@dataclass(frozen=True, slots=True, eq=False)
class Base:
    """What a partition was made of: the plan, its lattice, its arcs, and the cells of its own polygons.

    total_m2: the area of its frame, once somebody asked for it.
    """

    plan: Plan
    lattice: Lattice
    cells: Mapping[int, Cell]
    arcs: Table[Arc]
    total_m2: list[float]


@dataclass(frozen=True, slots=True, eq=False)
class Partition:
    """Arcs are the truth; polygons are made when asked for and kept.

    arcs: by id; ids are never used for another arc of the same line of edits. cells: by side (grid number, OUTSIDE,
    GAP), the ids of its arcs. junctions: by packed step, ids of the arcs that end there. facts: by grid number; their
    polygons may be old. next_arc, next_number: free ids.
    """

    base: Base
    arcs: Table[Arc]
    cells: Table[Cell]
    junctions: Table[tuple[int, ...]]
    facts: Table[Grid]
    roll: Roll
    next_arc: int
    next_number: int

    @classmethod
    def of(cls, plan: Plan) -> Partition:
        """The partition of a plan. Refused, with findings, where grids overlap, rings are broken or vertices do not
        match; gaps are allowed and become ground of nobody (GAP).
        """
        from mapsvc.geo.partition.build import build

        return build(plan)

    @property
    def epsg(self) -> int:
        """The working CRS that measures."""
        return self.base.plan.working_epsg

    @property
    def lattice(self) -> Lattice:
        """Origin and imported doubles."""
        return self.base.lattice

    @property
    def numbers(self) -> tuple[int, ...]:
        """Grid numbers in code order."""
        return self.roll.numbers

    @property
    def codes(self) -> tuple[str, ...]:
        """Grid codes in order, parallel to `numbers`."""
        return self.roll.codes

    def number_of(self, code: str) -> int:
        """The number of a grid; Refused (NO_SUCH_PLACE) for an unknown code."""
        number = self.roll.find(code)
        if number is None:
            message = f"There is no grid {code[:40]!r} in this plan."
            raise Refused(message, [Finding(Rule.NO_SUCH_PLACE, Severity.ERROR, message)], field="code")
        return number

    def grid(self, number: int) -> Grid:
        """A grid with its polygon and area; one that has not changed is the object of the first plan."""
        facts, cell = self.facts[number], self.cells[number]
        own = self.base.cells.get(number)
        if cell is own and number < len(self.base.plan.grids) and facts is self.base.plan.grids[number]:
            return facts
        known = cell.grid
        if known is None or known[0] is not facts:
            self.measure([number])
            grid = replace(facts, polygon=self.polygon(number), area_m2=cell.area_m2 or 0.0)
            cell.grid = known = (facts, grid)
        return known[1]

    def polygon(self, number: int) -> Polygon | MultiPolygon:
        """The polygon of a grid, or of the GAPs, in lon/lat. Raises rings.Tangled for arcs that enclose nothing."""
        cell = self.cells[number]
        if cell.polygon is None:
            arcs = self.arcs
            cell.polygon = polygon_of(lines_of((arcs[i] for i in cell.arcs), number), self.degrees)
        return cell.polygon

    def measure(self, numbers: Iterable[int]) -> None:
        """Measure the areas of these grids, where not yet known, in one go."""
        cells = [(number, self.cells[number]) for number in numbers]
        missing = [(number, cell) for number, cell in cells if cell.area_m2 is None]
        if not missing:
            return
        areas = area_m2([self.polygon(number) for number, _ in missing], self.epsg).tolist()
        for (_, cell), area in zip(missing, areas, strict=True):
            cell.area_m2 = area

    def area_m2(self, number: int) -> float:
        """Area of a grid in the working CRS."""
        self.measure([number])
        return self.cells[number].area_m2 or 0.0

    def total_m2(self) -> float:
        """Area of the first plan's frame in the working CRS: the measure of what is a small area here."""
        known = self.base.total_m2
        if not known:
            known.append(float(area_m2([self.base.plan.frame], self.epsg)[0]))
        return known[0]

    def arcs_of(self, number: int) -> frozenset[int]:
        """Ids of the arcs around a grid, OUTSIDE or GAP."""
        cell = self.cells.get(number)
        return cell.arcs if cell is not None else frozenset()

    def arcs_at(self, step: tuple[int, int]) -> tuple[int, ...]:
        """Ids of the arcs that end at a lattice point, ascending."""
        return self.junctions.get(pack_one(int(step[0]), int(step[1]))) or ()

    def neighbours(self, number: int) -> frozenset[int]:
        """Numbers of the grids that share an edge with this one."""
        arcs = [self.arcs[i] for i in self.arcs_of(number)]
        return frozenset(side for arc in arcs for side in (arc.left, arc.right) if side >= 0) - {number}

    def degrees(self, steps: Int) -> npt.NDArray[np.float64]:
        """(n, 2) steps to lon/lat degrees: imported doubles where there are some."""
        return self.base.lattice.degrees(steps)

    def steps(self, lonlat: npt.ArrayLike) -> Int:
        """(n, 2) lon/lat degrees to the nearest steps; Refused for bad coordinates."""
        return self.base.lattice.steps(lonlat)

    @property
    def frame(self) -> Polygon | MultiPolygon:
        """The ground that is not OUTSIDE; the plan's own frame while none of its arcs changed."""
        cell = self.cells[OUTSIDE]
        if cell.polygon is None:
            arcs = self.arcs
            cell.polygon = polygon_of(lines_around((arcs[i] for i in cell.arcs), OUTSIDE), self.degrees)
        return cell.polygon

    def after(self, delta: Delta) -> Partition:
        """The partition with a delta applied, unchecked; Conflict where the delta is not of this partition."""
        arcs = self.arcs
        if any(i not in arcs for i in delta.removed) or any(
            i in arcs for i in delta.added.keys() - delta.removed.keys()
        ):
            raise Conflict("The change does not fit this state of the map.")
        return Partition(
            self.base,
            # An arc of the plan that comes back from storage is that arc, not its copy.
            arcs.changed(delta.removed, {i: self.base.arcs.get(i, arc) for i, arc in delta.added.items()}),
            self._cells_after(delta),
            self._junctions_after(delta),
            self._facts_after(delta),
            self.roll.after(delta),
            max(self.next_arc, *(i + 1 for i in delta.added)) if delta.added else self.next_arc,
            max(self.next_number, *(i + 1 for i in delta.after)) if delta.after else self.next_number,
        )

    def plan(self, **changes: object) -> Plan:
        """The partition as a plan value, grids in code order; keywords replace other fields of the first plan."""
        grids = tuple(self.grid(number) for number in self.numbers)
        return replace(self.base.plan, **{"frame": self.frame, "grids": grids, **changes})  # type: ignore[arg-type]

    def _cells_after(self, delta: Delta) -> Table[Cell]:
        lost: dict[int, set[int]] = {}
        won: dict[int, set[int]] = {}
        for side, arcs in ((lost, delta.removed), (won, delta.added)):
            for i, arc in arcs.items():
                side.setdefault(arc.left, set()).add(i)
                side.setdefault(arc.right, set()).add(i)
        come: dict[int, Cell] = {}
        gone = []
        for number in sorted(lost.keys() | won.keys()):
            around = self.arcs_of(number) - lost.get(number, set()) | won.get(number, set())
            own = self.base.cells.get(number)
            if own is not None and own.arcs == around:
                come[number] = own
            elif around or number < 0:
                come[number] = Cell(around)
            elif number in self.cells:
                gone.append(number)
        return self.cells.changed(gone, come)

    def _junctions_after(self, delta: Delta) -> Table[tuple[int, ...]]:
        ends: dict[int, set[int]] = {}
        for add, arcs in ((False, delta.removed), (True, delta.added)):
            for i, arc in arcs.items():
                for key in pack(arc.steps[[0, -1]]).tolist():
                    if key not in ends:
                        ends[key] = set(self.junctions.get(key) or ())
                    (ends[key].add if add else ends[key].discard)(i)
        gone = [key for key, arcs_there in ends.items() if not arcs_there and key in self.junctions]
        return self.junctions.changed(gone, {key: tuple(sorted(there)) for key, there in ends.items() if there})

    def _facts_after(self, delta: Delta) -> Table[Grid]:
        if not delta.after:
            return self.facts
        first = self.base.plan.grids
        gone = [number for number, facts in delta.after.items() if facts is None and number in self.facts]
        come = {
            number: first[number] if number < len(first) and same_facts(first[number], facts) else facts
            for number, facts in delta.after.items()
            if facts is not None
        }
        return self.facts.changed(gone, come)


def piece_count(shape: Polygon | MultiPolygon) -> int:
    """How many separate parts a polygon has."""
    return int(shapely.get_num_geometries(shape)) if not shape.is_empty else 0
