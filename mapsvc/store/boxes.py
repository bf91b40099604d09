"""Boxes: west, south, east, north in degrees. No I/O."""

from __future__ import annotations

from mapsvc.model.site import Site

Box = tuple[float, float, float, float]


def meets(site: Site, bbox: Box | None) -> bool:
    """True where the box of the site and bbox share a point; an empty shape meets nothing."""
    if bbox is None:
        return True
    west, south, east, north = site.geometry.bounds
    return bool(west <= bbox[2] and east >= bbox[0] and south <= bbox[3] and north >= bbox[1])
