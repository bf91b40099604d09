"""Paper: the size of a sheet, where its parts stand, and the scale at which the map is drawn. Millimetres; no I/O."""

from __future__ import annotations

from dataclasses import dataclass

MARGIN_MM = 10.0
_HEAD_MM = 26.0
_FOOT_MM = 74.0
_SIDES_MM = {"a4": (210.0, 297.0), "a3": (297.0, 420.0)}
PAPERS = tuple(_SIDES_MM)
_STEPS = (1.0, 1.25, 1.5, 2.0, 2.5, 3.0, 4.0, 5.0, 6.0, 7.5, 8.0, 10.0)
_BAR_MM = 45.0
MM_PER_INCH = 25.4


@dataclass(frozen=True, slots=True)
class Box:
    """A rectangle on the page in mm from its lower left corner."""

    left: float
    bottom: float
    width: float
    height: float


@dataclass(frozen=True, slots=True)
class Paper:
    """width_mm, height_mm: the page; map: the frame of the map; scale: 1 mm on paper is scale / 1000 m."""

    width_mm: float
    height_mm: float
    map: Box
    scale: float

    def window(self, bounds: tuple[float, float, float, float]) -> tuple[float, float, float, float]:
        """What the map's frame shows at its scale: `bounds` (metres) in the middle of it."""
        west, south, east, north = bounds
        x, y = (west + east) / 2, (south + north) / 2
        half_x, half_y = self.map.width * self.scale / 2000, self.map.height * self.scale / 2000
        return x - half_x, y - half_y, x + half_x, y + half_y


def lay_out(bounds: tuple[float, float, float, float], size: str = "a4") -> Paper:
    """The page for a map of `bounds` (metres): upright or on its side, whichever shows it larger."""
    short, long = _SIDES_MM[size]
    upright, lying = (_paper(bounds, *sides) for sides in ((short, long), (long, short)))
    return upright if upright.scale <= lying.scale else lying


def _paper(bounds: tuple[float, float, float, float], width_mm: float, height_mm: float) -> Paper:
    room = Box(
        MARGIN_MM,
        MARGIN_MM + _FOOT_MM,
        width_mm - 2 * MARGIN_MM,
        height_mm - 2 * MARGIN_MM - _HEAD_MM - _FOOT_MM,
    )
    west, south, east, north = bounds
    least = max((east - west) / room.width, (north - south) / room.height) * 1000
    return Paper(width_mm, height_mm, room, round_scale(least))


def round_scale(least: float) -> float:
    """The smallest scale denominator of a usual step (1:1,000, 1:1,250 ... 1:7,500, 1:8,000) not below `least`."""
    power = 1.0
    while power * 10 <= least:
        power *= 10
    return next(step * power for step in _STEPS if step * power >= least * (1 - 1e-12))


def bar_length_m(scale: float) -> float:
    """Length of a scale bar in metres: 1, 2 or 5 times a power of ten, at most 45 mm long on paper."""
    most = _BAR_MM * scale / 1000
    power = 1e-3
    while power * 10 <= most:
        power *= 10
    return next(step * power for step in (5.0, 2.0, 1.0) if step * power <= most)
