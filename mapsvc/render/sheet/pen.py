"""Pen: text and lines on a page in millimetres, in fonts that hold Chinese where the machine has one."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from functools import lru_cache
from typing import Any

from mapsvc.render.sheet.paper import MM_PER_INCH, Paper

INK, GREY, RULE = "#111111", "#4a4a4a", "#9a9a9a"
_CHINESE = (
    "Noto Sans CJK SC",
    "Source Han Sans SC",
    "Source Han Sans CN",
    "Noto Sans SC",
    "WenQuanYi Zen Hei",
    "WenQuanYi Micro Hei",
    "Microsoft YaHei",
    "PingFang SC",
    "SimHei",
    "Droid Sans Fallback",
)
_LATIN = "DejaVu Sans"
"""Comes with matplotlib, so it is always there."""
_EAST_ASIAN = (0x2E80, 0x9FFF)
_NEVER_FIRST = "，。；：、）％%!?！？"


@lru_cache(maxsize=1)
def families() -> tuple[str, ...]:
    """Font families to try for each glyph, the Chinese one of this machine first if there is one."""
    from matplotlib import font_manager

    known = {font.name for font in font_manager.fontManager.ttflist}
    return (*(name for name in _CHINESE if name in known), _LATIN)


def has_chinese() -> bool:
    """True where this machine has a font with Chinese glyphs."""
    return len(families()) > 1


def needs_chinese(text: str) -> bool:
    """True when a text holds East Asian characters."""
    return any(_EAST_ASIAN[0] <= ord(mark) <= _EAST_ASIAN[1] for mark in text)


@dataclass(frozen=True, slots=True)
class Pen:
    """Draws on a matplotlib figure; places are mm from the lower left corner, type sizes in points."""

    figure: Any
    paper: Paper

    def text(self, x: float, y: float, words: str, size: float, **style: Any) -> Any:
        """A line of text with its baseline at y. Words are never read as formulas."""
        width, height = self.paper.width_mm, self.paper.height_mm
        given = {"color": INK, "va": "baseline", "family": list(families()), "parse_math": False, **style}
        return self.figure.text(x / width, y / height, printable(words), fontsize=size, **given)

    def rule(self, x0: float, x1: float, y: float, width_pt: float, color: str = INK) -> None:
        """A horizontal line."""
        from matplotlib.lines import Line2D

        width, height = self.paper.width_mm, self.paper.height_mm
        line = Line2D([x0 / width, x1 / width], [y / height] * 2, linewidth=width_pt, color=color)
        self.figure.add_artist(line)

    def width_mm(self, words: str, size: float, **style: Any) -> float:
        """How wide a line of text is on the paper."""
        text = self.text(0.0, 0.0, words, size, **style)
        width = float(text.get_window_extent().width)
        text.remove()
        return width / float(self.figure.dpi) * MM_PER_INCH

    def wrapped(self, words: str, size: float, room_mm: float, lines: int, **style: Any) -> list[str]:
        """The words in so many lines at most, broken at blanks or after East Asian glyphs; what is left is cut."""
        found: list[str] = []
        rest = words.strip()
        while rest:
            at = self._fitting(rest, size, room_mm, style)
            if at == len(rest):
                return [*found, rest]
            if len(found) == lines - 1:
                return [*found, rest[: max(at - 2, 1)].rstrip() + "…"]
            at = next((n for n in range(at, 0, -1) if _may_break(rest, n)), at)
            found.append(rest[:at].rstrip())
            rest = rest[at:].lstrip()
        return found

    def _fitting(self, words: str, size: float, room_mm: float, style: Mapping[str, Any]) -> int:
        """How many of the marks fit, at least one."""
        if self.width_mm(words, size, **style) <= room_mm:
            return len(words)
        low, high = 1, len(words) - 1
        while low < high:
            middle = (low + high + 1) // 2
            fits = self.width_mm(words[:middle], size, **style) <= room_mm
            low, high = (middle, high) if fits else (low, middle - 1)
        return low

    def axes(self, left: float, bottom: float, width: float, height: float) -> Any:
        """Axes in a rectangle of the page."""
        page = self.paper
        place = (left / page.width_mm, bottom / page.height_mm, width / page.width_mm, height / page.height_mm)
        return self.figure.add_axes(place)


def printable(words: str) -> str:
    """One line without control characters; glyphs that no font here has become a box, never an error."""
    return "".join(mark if mark.isprintable() else " " for mark in words)


def _may_break(words: str, at: int) -> bool:
    """Whether a line may end before this mark: at a blank, or between East Asian glyphs, but never before a stop."""
    return words[at] == " " or (needs_chinese(words[at - 1]) and words[at] not in _NEVER_FIRST)


def fitted(words: str, size: float, room_mm: float) -> str:
    """The words, cut with dots where they would be wider than the room (East Asian glyphs count double)."""
    per_mark_mm = size / 72 * MM_PER_INCH * 0.5
    used = 0.0
    for place, mark in enumerate(words):
        used += per_mark_mm * (1.8 if needs_chinese(mark) else 1.0)
        if used > room_mm:
            return words[: max(1, place - 1)].rstrip() + "…"
    return words
