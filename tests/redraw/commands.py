"""Drawn commands as the JSON that a planner's page sends."""

from __future__ import annotations

import json
from typing import Any

import shapely

from mapsvc.model import redraw


def line(shape: Any) -> list[list[float]]:
    return [[float(x), float(y)] for x, y in shapely.get_coordinates(shape)]


def area(shape: Any) -> Any:
    return json.loads(json.dumps(shapely.geometry.mapping(shape)))


def command_of(drawn: Any) -> dict[str, Any] | None:
    """None for what only comes as a file."""
    found = _bare(drawn)
    if found is not None and getattr(drawn, "allow_pieces", False):
        found["pieces_reason"] = "as drawn"
    return found


def _bare(drawn: Any) -> dict[str, Any] | None:
    match drawn:
        case redraw.MoveVertices():
            moves = [{"arc": it.arc, "index": it.index, "to": [float(it.lon), float(it.lat)]} for it in drawn.moves]
            return {"kind": "move", "moves": moves, "frame": drawn.frame}
        case redraw.AddVertex():
            place = [float(drawn.lon), float(drawn.lat)]
            return {"kind": "add_vertex", "arc": drawn.arc, "index": drawn.index, "at": place, "frame": drawn.frame}
        case redraw.RemoveVertex():
            return {"kind": "remove_vertex", "arc": drawn.arc, "index": drawn.index, "frame": drawn.frame}
        case redraw.Split():
            return {"kind": "split", "code": drawn.code, "line": line(drawn.line), "new_code": drawn.new_code}
        case redraw.Merge():
            return {"kind": "merge", "codes": list(drawn.codes), "survivor": drawn.survivor}
        case redraw.Transfer():
            return {"kind": "transfer", "area": area(drawn.area), "to": drawn.to}
        case redraw.Reshape():
            return {"kind": "reshape", "line": line(drawn.line), "between": list(drawn.between)}
        case redraw.SnapEdge():
            return {"kind": "snap", "arc": drawn.arc, "line": line(drawn.street), "within_m": drawn.within_m}
        case redraw.SetAttributes():
            return {"kind": "attributes", "code": drawn.code, "values": dict(drawn.values)}
        case redraw.SetFrame():
            return {"kind": "frame", "frame": area(drawn.frame)}
    return None
