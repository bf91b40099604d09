"""The map of a sheet: ground, grids, names, scale bar and north arrow, in metres at a stated scale."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from itertools import pairwise
from typing import Any

import numpy as np
import shapely
from shapely.geometry.base import BaseGeometry

from mapsvc.model.sheet import Role, Sheet, SheetArea, SheetGround
from mapsvc.render.sheet.paper import MM_PER_INCH, bar_length_m
from mapsvc.render.sheet.pen import GREY, INK, Pen, families, printable

_FILL = {"water": "#dfe7ec", "park": "#eef0ea", "building": "#dcdcdc"}
_STREET_MM, _STREET_EDGE_MM = 1.5, 1.8
_LEAST_NAME_MM = 3.0
_NAME_ROOM_MM = 14.0
_MANY = 150
"""With more grids than this names would cover the map: numbers alone would too, so only lines are drawn."""


def draw_map(pen: Pen, sheet: Sheet, words: Mapping[str, str]) -> None:
    """Draw the map into its frame on the paper."""
    window = pen.paper.window(sheet.bounds)
    axes = map_axes(pen, window)
    _ground(axes, sheet.ground)
    _grids(axes, sheet)
    _names(pen, axes, window, sheet.areas, sheet.ground, words)


def draw_around(
    pen: Pen,
    bounds: Sequence[float],
    frame: BaseGeometry,
    areas: Sequence[SheetArea],
    ground: Sequence[SheetGround],
    words: Mapping[str, str],
) -> Any:
    """Draw the map around a place into its frame on the paper; its axes, in metres, for what stands on it."""
    window = pen.paper.window((bounds[0], bounds[1], bounds[2], bounds[3]))
    axes = map_axes(pen, window)
    _ground(axes, ground)
    _stroke(axes, [area.shape for area in areas], INK, 2.2)
    _stroke(axes, [frame], INK, 2.8)
    _names(pen, axes, window, areas, ground, words)
    return axes


def map_axes(pen: Pen, window: Sequence[float]) -> Any:
    """Axes in the map's frame that show a window of the ground (metres)."""
    box = pen.paper.map
    axes = pen.axes(box.left, box.bottom, box.width, box.height)
    axes.set_xlim(window[0], window[2])
    axes.set_ylim(window[1], window[3])
    axes.set_xticks([])
    axes.set_yticks([])
    for side in axes.spines.values():
        side.set_linewidth(1.0)
        side.set_color(INK)
    return axes


def _names(
    pen: Pen,
    axes: Any,
    window: Sequence[float],
    areas: Sequence[SheetArea],
    ground: Sequence[SheetGround],
    words: Mapping[str, str],
) -> None:
    seen = shapely.box(window[0], window[1], window[2], window[3])
    mm = pen.paper.scale / 1000
    west, south, east, north = window
    # The scale bar and the north arrow have their corners to themselves.
    corners = (
        shapely.box(west, south, west + 48 * mm, south + 14 * mm),
        shapely.box(east - 16 * mm, north - 22 * mm, east, north),
    )
    taken = _area_names(axes, areas, seen.difference(shapely.union_all(corners)), mm)
    _street_names(axes, ground, seen, mm, taken)
    _scale_bar(axes, window, pen.paper.scale)
    _north(axes, window, mm, words["sheet.north"])


def _ground(axes: Any, ground: Sequence[SheetGround]) -> None:
    for kind in ("water", "park"):
        _fill(axes, [one.shape for one in ground if one.kind == kind], _FILL[kind])
    streets = [one.shape for one in ground if one.kind == "street"]
    # A street is white between two thin lines: the outline is the wider line below.
    for width_mm, color in ((_STREET_EDGE_MM, "#c4c4c4"), (_STREET_MM, "#ffffff")):
        _stroke(axes, streets, color, width_mm / MM_PER_INCH * 72)
    _fill(axes, [one.shape for one in ground if one.kind == "building"], _FILL["building"], "#b8b8b8")


def _grids(axes: Any, sheet: Sheet) -> None:
    if any(area.role is Role.OWN for area in sheet.areas):
        others = shapely.box(*axes.viewLim.extents).difference(
            shapely.union_all([area.shape for area in sheet.areas if area.role is Role.OWN])
        )
        # What is not the grid in question steps back.
        _fill(axes, [others], "#ffffff", alpha=0.55)
    _stroke(axes, [area.shape for area in sheet.areas], GREY if sheet.is_grid else INK, 1.1)
    _stroke(axes, [sheet.frame], INK, 2.2)
    _stroke(axes, [area.shape for area in sheet.areas if area.role is Role.OWN], INK, 2.8)


def _area_names(axes: Any, areas: Sequence[SheetArea], seen: BaseGeometry, mm: float) -> list[BaseGeometry]:
    """Write the names; the boxes they take, in metres."""
    taken: list[BaseGeometry] = []
    if len(areas) > _MANY:
        return taken
    few = sum(1 for area in areas if area.title) <= 40
    for area in areas:
        own = area.role is Role.OWN
        size = (15.0 if own else 11.0) if few else 6.0
        x, y = _label_place(area, seen, mm)
        half_x, half_y = _half_extent_m(area.title, size, mm)
        if not area.title or (not few and np.sqrt(area.shape.area) < 2 * half_x):
            continue
        write_name(axes, x, y, area.title, size, weight="bold", color=INK)
        taken.append(shapely.box(x - half_x, y - half_y, x + half_x, y + half_y))
    return taken


def _label_place(area: SheetArea, seen: BaseGeometry, mm: float) -> tuple[float, float]:
    """The label point, or the middle of the widest place of `seen` (free to write on) where it lies off that."""
    inner = seen.buffer(-_NAME_ROOM_MM * mm)
    if inner.covers(shapely.Point(area.label)):
        return area.label
    parts = [
        part
        for part in shapely.get_parts(area.shape.intersection(inner))
        if part.geom_type == "Polygon" and part.area > 0
    ]
    if not parts:
        point = shapely.intersection(area.shape, seen).representative_point()
        return (point.x, point.y) if not point.is_empty else area.label
    part = max(parts, key=lambda one: float(one.area))
    centre = shapely.maximum_inscribed_circle(part, tolerance=mm).coords[0]
    return float(centre[0]), float(centre[1])


def _street_names(
    axes: Any, ground: Sequence[SheetGround], seen: BaseGeometry, mm: float, taken: list[BaseGeometry]
) -> None:
    """One name a street, along its longest straight stretch, where nothing is written yet."""
    done: set[str] = set()
    named = [(_longest_stretch(one.shape, seen), one.name) for one in ground if one.kind == "street" and one.name]
    for stretch, name in sorted(named, key=lambda it: -(it[0].length if it[0] is not None else 0.0)):
        half_x, half_y = _half_extent_m(name, 7.0, mm)
        if stretch is None or name in done or stretch.length < max(2.2 * half_x, _LEAST_NAME_MM * mm):
            continue
        (x0, y0), (x1, y1) = stretch.coords[0], stretch.coords[-1]
        x, y = (x0 + x1) / 2, (y0 + y1) / 2
        along = np.array([x1 - x0, y1 - y0]) / stretch.length * half_x
        place = shapely.LineString([(x - along[0], y - along[1]), (x + along[0], y + along[1])]).buffer(half_y)
        if any(place.intersects(other) for other in taken):
            continue
        angle = (np.degrees(np.arctan2(y1 - y0, x1 - x0)) + 90) % 180 - 90
        write_name(axes, x, y, name, 7.0, rotation=float(angle), rotation_mode="anchor", color=GREY)
        taken.append(place)
        done.add(name)


def _longest_stretch(shape: BaseGeometry, seen: BaseGeometry) -> Any:
    """The longest straight piece of a line within the window, None where it is not in view."""
    line = shapely.intersection(shape if shape.geom_type.endswith("LineString") else shape.boundary, seen)
    best = None
    for part in shapely.get_parts(line):
        points = shapely.get_coordinates(part)
        for ends in pairwise(points):
            piece = shapely.LineString(ends)
            if best is None or piece.length > best.length:
                best = piece
    return best


def _half_extent_m(words: str, size: float, mm: float) -> tuple[float, float]:
    """Half the width and height that words take on the ground, nearly: glyphs are about 0.6 of their height."""
    height_mm = size / 72 * MM_PER_INCH
    width_mm = sum(height_mm * (1.0 if ord(mark) > 0x2E80 else 0.6) for mark in words)
    return width_mm * mm / 2, height_mm * mm * 0.7


def write_name(axes: Any, x: float, y: float, words: str, size: float, **style: Any) -> None:
    """Words on the map, their middle at x, y (metres), with a white edge so that lines do not cross them out."""
    from matplotlib import patheffects

    halo = [patheffects.withStroke(linewidth=size * 0.28, foreground="#ffffff")]
    axes.text(
        x,
        y,
        printable(words),
        fontsize=size,
        ha="center",
        va="center",
        family=list(families()),
        parse_math=False,
        clip_on=True,
        path_effects=halo,
        **style,
    )


def _scale_bar(axes: Any, window: Sequence[float], scale: float) -> None:
    mm = scale / 1000
    length = bar_length_m(scale)
    x, y = window[0] + 6 * mm, window[1] + 7 * mm
    axes.fill(
        [x - 3 * mm, x + length + 22 * mm, x + length + 22 * mm, x - 3 * mm],
        [y - 4 * mm, y - 4 * mm, y + 7 * mm, y + 7 * mm],
        color="#ffffff",
        alpha=0.85,
        linewidth=0,
    )
    axes.plot([x, x, x + length, x + length], [y + 1.2 * mm, y, y, y + 1.2 * mm], color=INK, linewidth=1.2)
    text = f"{length / 1000:g} km" if length >= 1000 else f"{length:g} m"
    write_name(axes, x + length + 9 * mm, y, text, 8.0, color=INK)
    write_name(axes, x + max(length / 2, 11 * mm), y + 4.2 * mm, f"1 : {scale:,.0f}", 8.0, color=INK)


def _north(axes: Any, window: Sequence[float], mm: float, word: str) -> None:
    x, y = window[2] - 8 * mm, window[3] - 14 * mm
    axes.fill([x - 2 * mm, x, x + 2 * mm, x], [y - 4 * mm, y + 5 * mm, y - 4 * mm, y - 2 * mm], color=INK, linewidth=0)
    write_name(axes, x, y + 8 * mm, word, 10.0, weight="bold", color=INK)


def _fill(axes: Any, shapes: Sequence[BaseGeometry], color: str, edge: str = "none", alpha: float = 1.0) -> None:
    from matplotlib.collections import PathCollection

    paths = [path for shape in shapes for path in _paths(shape, closed=True)]
    axes.add_collection(
        PathCollection(paths, facecolor=color, edgecolor=edge, linewidth=0.4, alpha=alpha), autolim=False
    )


def _stroke(axes: Any, shapes: Sequence[BaseGeometry], color: str, width_pt: float) -> None:
    from matplotlib.collections import PathCollection

    paths = [path for shape in shapes for path in _paths(shape, closed=False)]
    axes.add_collection(
        PathCollection(paths, facecolor="none", edgecolor=color, linewidth=width_pt, capstyle="round"), autolim=False
    )


def _paths(shape: BaseGeometry, *, closed: bool) -> list[Any]:
    """A path for each polygon (rings and holes together) and line; points have none."""
    from matplotlib.path import Path

    found = []
    for part in shapely.get_parts(shape):
        if part.geom_type == "Polygon":
            rings = [shapely.get_coordinates(ring) for ring in (part.exterior, *part.interiors)]
            found.append(Path.make_compound_path(*(Path(ring, closed=True) for ring in rings if len(ring))))
        elif part.geom_type in ("LineString", "LinearRing") and not closed:
            found.append(Path(shapely.get_coordinates(part)))
    return found
