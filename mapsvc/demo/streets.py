"""Streets: the invented net of roads, lanes and the canal, read from streets.toml, as lines on the board."""

from __future__ import annotations

import tomllib
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from functools import lru_cache
from itertools import pairwise
from pathlib import Path
from typing import Any

import numpy as np
import shapely

from mapsvc.demo.curve import FloatArray, Point, join, spans


@dataclass(frozen=True, slots=True)
class Street:
    """A named line; rank main | side | lane | water; points: control points in metres.

    nodes: positions in `points` where grid lines meet; within: numbers of the grids it is cut to, empty = uncut.
    """

    name: str
    name_zh: str
    rank: str
    points: tuple[Point, ...]
    nodes: tuple[int, ...] = ()
    within: tuple[int, ...] = ()

    def line(self) -> FloatArray:
        """The whole street as (n, 2) metres."""
        return join(spans(self.points))

    def arcs(self) -> list[FloatArray]:
        """Its stretches from node to node: the grid lines it carries."""
        pieces = spans(self.points)
        return [join(pieces[first:last]) for first, last in pairwise(self.nodes)]


@dataclass(frozen=True, slots=True)
class Outline:
    """The frame's ring, clockwise from its first node; corners part it into the named roads."""

    points: tuple[Point, ...]
    nodes: tuple[int, ...]
    corners: tuple[int, ...]
    names: tuple[tuple[str, str], ...]

    def spans(self) -> list[FloatArray]:
        """One array a span, from point to point, closing the ring."""
        return spans(self.points, closed=True)

    def arcs(self) -> list[FloatArray]:
        """The ring cut at its nodes."""
        pieces = self.spans()
        return [join(pieces[first:last]) for first, last in pairwise([*self.nodes, len(pieces)])]

    def roads(self) -> list[tuple[str, str, FloatArray]]:
        """Name, Chinese name and line of the roads: north, east, south, west."""
        pieces = self.spans()
        ends = [*self.corners[1:], self.corners[0] + len(pieces)]
        parts = zip(self.names, self.corners, ends, strict=True)
        return [(name, name_zh, join((pieces + pieces)[first:last])) for (name, name_zh), first, last in parts]


@dataclass(frozen=True, slots=True)
class CanalSide:
    """A road along the canal, offset_m east of its middle (negative: west)."""

    name: str
    name_zh: str
    offset_m: float
    within: tuple[int, ...]


@dataclass(frozen=True, slots=True)
class Net:
    """All of streets.toml. main: streets that carry grid lines; cut: the others."""

    outline: Outline
    canal: Street
    main: tuple[Street, ...]
    cut: tuple[Street, ...]
    canal_sides: tuple[CanalSide, ...]

    def canal_side(self, side: CanalSide) -> FloatArray:
        """The line of a road along the canal, (n, 2) metres."""
        # The canal runs north to south, so its left hand is east.
        middle = shapely.LineString(self.canal.line())
        return np.asarray(shapely.offset_curve(middle, side.offset_m, join_style="round").coords)


@lru_cache(maxsize=1)
def read_net() -> Net:
    """The table beside this file."""
    table = tomllib.loads(Path(__file__).with_name("streets.toml").read_text(encoding="utf-8"))
    nodes = {letter: _point(at) for letter, at in table["node"].items()}
    ring = table["outline"]
    points, at = _through(ring["through"], nodes)
    return Net(
        outline=Outline(
            points=points,
            nodes=at,
            corners=tuple(points.index(_point(corner)) for corner in ring["corners"]),
            names=tuple((name, name_zh) for name, name_zh in ring["names"]),
        ),
        canal=_street(table["canal"], nodes),
        main=tuple(_street(row, nodes) for row in table["main"]),
        cut=tuple(_street(row, nodes) for row in table["cut"]),
        canal_sides=tuple(CanalSide(**{**row, "within": tuple(row["within"])}) for row in table["canal_side"]),
    )


def _street(row: Mapping[str, Any], nodes: Mapping[str, Point]) -> Street:
    points, at = _through(row["through"], nodes)
    return Street(row["name"], row["name_zh"], row["rank"], points, at, tuple(row.get("within", ())))


def _through(items: Sequence[Any], nodes: Mapping[str, Point]) -> tuple[tuple[Point, ...], tuple[int, ...]]:
    points = tuple(nodes[item] if isinstance(item, str) else _point(item) for item in items)
    return points, tuple(k for k, item in enumerate(items) if isinstance(item, str))


def _point(pair: Sequence[float]) -> Point:
    return float(pair[0]), float(pair[1])
