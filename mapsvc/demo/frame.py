"""Frame: the community's outline and its partition into grids, from arcs that two neighbours share."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
import shapely
from shapely import LineString, Point, Polygon

from mapsvc.demo.curve import FloatArray
from mapsvc.demo.grids import GRID_ROWS
from mapsvc.demo.plane import to_lonlat
from mapsvc.demo.streets import read_net
from mapsvc.errors import Broken


@dataclass(frozen=True, slots=True)
class Partition:
    """The frame and the seven grids, once on the board (metres) and once in degrees on the 1e-8 lattice.

    Grids are in number order. The degrees are the truth; the board copy places buildings and streets.
    """

    frame_board: Polygon
    grids_board: tuple[Polygon, ...]
    frame: Polygon
    grids: tuple[Polygon, ...]


def make_partition() -> Partition:
    """Arcs first, then every polygon from them, so that neighbours hold the same vertices."""
    net = read_net()
    arcs = [arc for street in (*net.main, net.canal) for arc in street.arcs()] + net.outline.arcs()
    ring = np.vstack([span[:-1] for span in net.outline.spans()])
    return Partition(
        frame_board=Polygon(ring),
        grids_board=_faces(arcs, np.array([row.inside for row in GRID_ROWS], dtype=np.float64)),
        frame=Polygon(to_lonlat(ring)),
        grids=_faces(
            [to_lonlat(arc) for arc in arcs], to_lonlat(np.array([row.inside for row in GRID_ROWS], dtype=np.float64))
        ),
    )


def _faces(arcs: list[FloatArray], inside: FloatArray) -> tuple[Polygon, ...]:
    faces = shapely.get_parts(shapely.polygonize([LineString(arc) for arc in arcs]))
    found = []
    for point in inside:
        holders = [face for face in faces if face.contains(Point(point))]
        if len(holders) != 1:
            raise Broken(f"The drawing of the invented community is broken near {point.tolist()}.")
        found.append(holders[0].normalize())
    if len(faces) != len(found):
        raise Broken(f"The drawing makes {len(faces)} faces where {len(found)} grids are named.")
    return tuple(found)
