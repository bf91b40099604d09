"""Seeded random commands on a partition, nasty ones among them: through vertices, along edges, grazing, far too far."""

from __future__ import annotations

import random
from dataclasses import dataclass, field, replace

import numpy as np
import shapely
from shapely.geometry import LineString, Polygon

from mapsvc.geo.partition.arc import OUTSIDE
from mapsvc.geo.partition.partition import Partition
from mapsvc.model.redraw import (
    AddVertex,
    Adopt,
    Command,
    Merge,
    MoveVertices,
    RemoveVertex,
    Reshape,
    SetAttributes,
    SetFrame,
    SnapEdge,
    Split,
    Transfer,
    VertexMove,
)

METRE = 1e-5
"""About a metre in degrees."""
KINDS = ("move",) * 4 + ("junction",) * 3 + (
    "several", "add", "remove", "split", "split", "merge", "transfer", "transfer", "reshape", "reshape", "snap",
    "attributes", "frame", "set_frame", "adopt",
)  # fmt: skip


@dataclass
class RandomEdits:
    """Draws commands; the same seed and the same partitions give the same commands."""

    seed: int
    random: random.Random = field(init=False)
    made: int = 0

    def __post_init__(self) -> None:
        self.random = random.Random(self.seed)

    def draw(self, partition: Partition) -> tuple[str, Command]:
        """A kind and a command of it."""
        kind = self.random.choice(KINDS)
        return kind, getattr(self, f"_{kind}")(partition)

    def _distance(self) -> float:
        return METRE * self.random.choice([0.001, 0.003, 0.05, 1, 5, 20, 50, 120, 600])

    def _arc(self, partition: Partition, inner: bool = True) -> int:
        choices = sorted(partition.arcs)
        while True:
            number = self.random.choice(choices)
            arc = partition.arcs[number]
            if not inner or (arc.left != OUTSIDE and arc.right != OUTSIDE):
                return number

    def _shifted(self, partition: Partition, number: int, index: int) -> VertexMove:
        lon, lat = partition.degrees(partition.arcs[number].steps[index : index + 1])[0]
        distance, angle = self._distance(), self.random.uniform(0, 6.3)
        return VertexMove(number, index, lon + distance * np.cos(angle), lat + distance * np.sin(angle))

    def _move(self, partition: Partition) -> Command:
        number = self._arc(partition, inner=self.random.random() < 0.9)
        index = self.random.randrange(len(partition.arcs[number].steps))
        return MoveVertices((self._shifted(partition, number, index),))

    def _frame(self, partition: Partition) -> Command:
        number = self.random.choice(sorted(partition.arcs_of(OUTSIDE)))
        index = self.random.randrange(len(partition.arcs[number].steps))
        return MoveVertices((self._shifted(partition, number, index),), frame=True)

    def _junction(self, partition: Partition) -> Command:
        number = self._arc(partition)
        return MoveVertices(
            (self._shifted(partition, number, self.random.choice([0, -1]) % len(partition.arcs[number].steps)),)
        )

    def _several(self, partition: Partition) -> Command:
        number = self._arc(partition)
        length = len(partition.arcs[number].steps)
        dx, dy = self._distance(), self._distance()
        moves = []
        # Now and then a whole closed arc goes, which may carry an enclave over a line.
        for index in range(0 if self.random.random() < 0.5 else 1, length - (self.random.random() < 0.5)):
            lon, lat = partition.degrees(partition.arcs[number].steps[index : index + 1])[0]
            moves.append(VertexMove(number, index, lon + dx, lat + dy))
        return MoveVertices(tuple(moves) or (self._shifted(partition, number, 0),))

    def _add(self, partition: Partition) -> Command:
        number = self._arc(partition)
        index = self.random.randrange(len(partition.arcs[number].steps) - 1)
        middle = partition.degrees(partition.arcs[number].steps[index : index + 2]).mean(axis=0)
        lon, lat = middle + self.random.choice([0, 0, 1]) * self._distance()
        return AddVertex(number, index, float(lon), float(lat))

    def _remove(self, partition: Partition) -> Command:
        number = self._arc(partition)
        return RemoveVertex(number, self.random.randrange(len(partition.arcs[number].steps)))

    def _code(self, partition: Partition) -> str:
        return self.random.choice(partition.codes)

    def _split(self, partition: Partition) -> Command:
        code = self._code(partition)
        shape = partition.polygon(partition.number_of(code))
        self.made += 1
        pieces = self.random.random() < 0.3
        return Split(code, self._line(partition, shape), f"N{self.seed}-{self.made}", allow_pieces=pieces)

    def _line(self, partition: Partition, shape: Polygon) -> LineString:
        """A line across a shape: anywhere, through its vertices, along its edge, beside it by millimetres, or long."""
        way = self.random.randrange(6)
        points = shapely.get_coordinates(shape)
        west, south, east, north = shape.bounds
        if way <= 1:
            spots = [(self.random.uniform(west, east), self.random.uniform(south, north)) for _ in range(2)]
            (x0, y0), (x1, y1) = spots
            return LineString([(2 * x0 - x1, 2 * y0 - y1), *spots, (2 * x1 - x0, 2 * y1 - y0)])
        if way == 2:
            return LineString(points[self.random.sample(range(len(points) - 1), 2)])
        if way == 3:
            first = self.random.randrange(len(points) - 3)
            shift = METRE * self.random.choice([0, 0.001, 0.002, 0.003])
            along = points[first : first + 12] + shift
            far = np.array([[self.random.uniform(west, east), self.random.uniform(south, north)]])
            return LineString(np.concatenate([along, far + self.random.choice([0, 0.01])]))
        if way == 4:
            x, y = points[self.random.randrange(len(points))]
            return LineString([(x - 0.01, y + self.random.choice([0, 1e-8])), (x + 0.01, y)])
        t = np.linspace(-0.3, 1.3, 120)
        wave = (north - south) * 0.2 * np.sin(t * self.random.uniform(5, 40))
        return LineString(np.column_stack([west + t * (east - west), (south + north) / 2 + wave]))

    def _merge(self, partition: Partition) -> Command:
        arc = partition.arcs[self._arc(partition)]
        codes = [partition.facts[n].code for n in (arc.left, arc.right) if n >= 0]
        if len(codes) < 2 or self.random.random() < 0.05:
            codes = [self._code(partition), self._code(partition)]
        return Merge(tuple(codes), codes[0], allow_pieces=self.random.random() < 0.3)

    def _transfer(self, partition: Partition) -> Command:
        number = partition.arcs[self._arc(partition)]
        to = max(number.left, number.right)
        points = shapely.get_coordinates(partition.polygon(to))
        x, y = points[self.random.randrange(len(points))]
        size = METRE * self.random.choice([0.01, 1, 30, 100, 300])
        corners = self.random.choice([3, 4, 9])
        angle = self.random.random() + np.arange(corners) * 2 * np.pi / corners
        area = Polygon(np.column_stack([x + size * np.cos(angle), y + size * np.sin(angle)]))
        return Transfer(area, partition.facts[to].code, allow_pieces=self.random.random() < 0.3)

    def _reshape(self, partition: Partition) -> Command:
        while True:
            number = self._arc(partition)
            arc = partition.arcs[number]
            if arc.left >= 0 and arc.right >= 0:
                break
        points = partition.degrees(arc.steps)
        between = (partition.facts[arc.left].code, partition.facts[arc.right].code)
        i, j = sorted(self.random.sample(range(len(points)), 2)) if len(points) > 2 else (0, 1)
        step = points[j] - points[i]
        across = np.array([-step[1], step[0]]) * self.random.choice([0.001, 0.05, 0.2, 0.5, -0.2, -0.5])
        middle = (points[i] + points[j]) / 2 + across
        reach = self.random.choice([0, 0.05, 0.3]) * step
        return Reshape(LineString([points[i] - reach, middle, points[j] + reach]), between, self.random.random() < 0.3)

    def _snap(self, partition: Partition) -> Command:
        number = self._arc(partition)
        points = partition.degrees(partition.arcs[number].steps)
        noise = np.array([[self.random.gauss(0, 1), self.random.gauss(0, 1)] for _ in points])
        street = points + noise * METRE * self.random.choice([0.01, 1, 10]) + METRE * self.random.choice([0, 3])
        return SnapEdge(number, LineString(street), self.random.choice([1.0, 15.0, 60.0]))

    def _set_frame(self, partition: Partition) -> Command:
        """Land won or lost about a place on the frame's line."""
        points = shapely.get_coordinates(partition.frame)
        x, y = points[self.random.randrange(len(points))]
        size, corners = METRE * self.random.choice([0.01, 10, 80, 200]), self.random.choice([3, 4, 9])
        angle = self.random.random() + np.arange(corners) * 2 * np.pi / corners
        land = Polygon(np.column_stack([x + size * np.cos(angle), y + size * np.sin(angle)]))
        join = self.random.choice([shapely.union, shapely.difference])
        return SetFrame(join(partition.frame, land), allow_pieces=self.random.random() < 0.5)

    def _adopt(self, partition: Partition) -> Command:
        """The grids as they are, two of them with each other's ground."""
        grids = list(partition.plan().grids)
        one, two = self.random.sample(range(len(grids)), 2)
        grids[one], grids[two] = (
            replace(grids[one], polygon=grids[two].polygon),
            replace(grids[two], polygon=grids[one].polygon),
        )
        return Adopt(tuple(grids), allow_pieces=True)

    def _attributes(self, partition: Partition) -> Command:
        self.made += 1
        values = {"name": f"Name {self.made}"}
        if self.random.random() < 0.3:
            values["code"] = f"R{self.seed}-{self.made}"
        return SetAttributes(self._code(partition), values)
