"""Networks: areas of police, court, procuratorate, justice, owners and property in the invented community."""

from __future__ import annotations

import json
from pathlib import Path
from typing import Any

import shapely
from shapely.geometry.base import BaseGeometry

from mapsvc.demo.neighbourhood import Neighbourhood
from mapsvc.demo.plane import shapes_to_lonlat
from mapsvc.errors import BadFile
from mapsvc.model.jurisdiction import Jurisdiction

FILE = "networks.geojson"
_FAR = 5000.0
_BEAT_LINE = [(-_FAR, 40.0), (-420.0, 55.0), (-60.0, 10.0), (300.0, 30.0), (_FAR, 60.0)]
"""Board metres: the beats of the police meet near the middle streets, on a line of their own."""
_WHOLE = (
    ("court", "court-2", "Second circuit room", "第二法庭", "court"),
    ("procuratorate", "procuratorate-1", "District procuratorate", "区检察院", "procuratorate"),
    ("justice", "justice-1", "Street justice office", "街道司法所", "justice"),
)
_HEDGE_M = 3.0
"""A company also looks after the strip along its yard."""


def make_networks(place: Neighbourhood) -> tuple[Jurisdiction, ...]:
    """All areas in degrees. Other people's lines: they leave places out, and a yard has two bodies."""
    frame = place.partition.frame_board
    line = shapely.LineString(_BEAT_LINE)
    north = shapely.Polygon([*line.coords, (_FAR, _FAR), (-_FAR, _FAR)])
    rows: list[tuple[str, str, str, str, str, BaseGeometry]] = [
        ("police", "beat-north", "North beat", "北片警务区", "police", frame.intersection(north)),
        ("police", "beat-south", "South beat", "南片警务区", "police", frame.difference(north)),
    ]
    rows += [(*words, frame) for words in _WHOLE]
    for yard in place.compounds:
        name, name_zh, number = yard.name, yard.name_zh, f"{yard.index:03d}"
        rows.append(
            (
                "owners",
                f"owners-{number}",
                f"Owners' committee, {name}",
                f"{name_zh}业委会",
                "owners_committee",
                yard.plot,
            )
        )
        strip = yard.plot.buffer(_HEDGE_M, join_style="mitre").intersection(frame)
        rows.append(("property", f"property-{number}", f"Property, {name}", f"{name_zh}物业", "property", strip))
    shapes = shapes_to_lonlat([row[5] for row in rows])
    return tuple(
        Jurisdiction(network, code, name, shape, department, name_zh)
        for (network, code, name, name_zh, department, _), shape in zip(rows, shapes, strict=True)
    )


def read_networks(folder: Path) -> tuple[Jurisdiction, ...]:
    """The areas of `networks.geojson`; () where the folder has none. Raises BadFile."""
    path = folder / FILE
    if not path.exists():
        return ()
    try:
        features: list[dict[str, Any]] = json.loads(path.read_text(encoding="utf-8"))["features"]
        return tuple(
            Jurisdiction(geometry=shapely.geometry.shape(one["geometry"]), **one["properties"]) for one in features
        )
    except (OSError, ValueError, KeyError, TypeError) as error:
        raise BadFile(f"The areas of networks cannot be read: {error}.", file=FILE) from error
