"""Commands: what a planner can ask of a partition. Coordinates are lon, lat in degrees; grids are named by code."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass

from shapely.geometry import LineString, MultiPolygon, Polygon

from mapsvc.model.grid import Grid


@dataclass(frozen=True, slots=True)
class VertexMove:
    """Vertex `index` of arc `arc` goes to lon, lat. An end of an arc is a junction: all arcs that meet there follow."""

    arc: int
    index: int
    lon: float
    lat: float


@dataclass(frozen=True, slots=True)
class MoveVertices:
    """Move vertices of shared edges; both neighbours follow. frame: the frame's own line may move too."""

    moves: tuple[VertexMove, ...]
    frame: bool = False


@dataclass(frozen=True, slots=True)
class AddVertex:
    """Put a vertex between `index` and `index + 1` of an arc."""

    arc: int
    index: int
    lon: float
    lat: float
    frame: bool = False


@dataclass(frozen=True, slots=True)
class RemoveVertex:
    """Take a vertex (no junction) out of an arc."""

    arc: int
    index: int
    frame: bool = False


@dataclass(frozen=True, slots=True)
class Reshape:
    """The edge between two grids follows `line` where the line cuts pieces off along it."""

    line: LineString
    between: tuple[str, str]
    allow_pieces: bool = False


@dataclass(frozen=True, slots=True)
class SnapEdge:
    """The edge `arc` follows `street` wherever the two lie within `within_m` metres of each other."""

    arc: int
    street: LineString
    within_m: float
    allow_pieces: bool = False


@dataclass(frozen=True, slots=True)
class Split:
    """Cut a grid in two by a line; the new grid gets `new_code`. Which part keeps the old code: see `apply`."""

    code: str
    line: LineString
    new_code: str
    new_name: str = ""
    new_name_zh: str = ""
    allow_pieces: bool = False


@dataclass(frozen=True, slots=True)
class Merge:
    """Neighbours become one grid; `survivor` keeps its id, code and names."""

    codes: tuple[str, ...]
    survivor: str
    allow_pieces: bool = False


@dataclass(frozen=True, slots=True)
class Transfer:
    """All ground inside `area` goes to grid `to`; givers: only from these grids, () = from any.

    area: a drawn ring, whole blocks, or the cells of whole buildings.
    """

    area: Polygon | MultiPolygon
    to: str
    givers: tuple[str, ...] = ()
    allow_pieces: bool = False


@dataclass(frozen=True, slots=True)
class SetAttributes:
    """Rename or re-staff a grid: new values of code, name, name_zh, kind, theme, theme_zh, unit, unit_zh."""

    code: str
    values: Mapping[str, str]


@dataclass(frozen=True, slots=True)
class SetFrame:
    """A new frame: land outside it is cut off, new land goes to the grid with the longest border."""

    frame: Polygon | MultiPolygon
    allow_pieces: bool = False


@dataclass(frozen=True, slots=True)
class Adopt:
    """The partition becomes these grids (a file edited elsewhere, a fresh proposal), matched by code.

    frame: None keeps the frame; grids must then fill it. allow_gaps: ground of the frame may have no grid where it had
    one, as in another edition.
    """

    grids: tuple[Grid, ...]
    frame: Polygon | MultiPolygon | None = None
    allow_pieces: bool = False
    allow_gaps: bool = False


Command = (
    MoveVertices
    | AddVertex
    | RemoveVertex
    | Reshape
    | SnapEdge
    | Split
    | Merge
    | Transfer
    | SetAttributes
    | SetFrame
    | Adopt
)
