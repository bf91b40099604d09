"""Draw a proof as PDF or PNG: A4, upright. The same proof gives the same bytes: nothing of the machine is written."""

from __future__ import annotations

import io
from collections.abc import Mapping
from typing import Any

from mapsvc.model.proof import Proof, Said
from mapsvc.render.sheet.map import draw_around, write_name
from mapsvc.render.sheet.paper import MM_PER_INCH, Box, Paper, round_scale
from mapsvc.render.sheet.pen import GREY, INK, RULE, Pen, has_chinese, needs_chinese

_WIDTH, _HEIGHT, _SIDE = 210.0, 297.0, 13.5
_MAP_TOP, _MAP_HEIGHT = 58.0, 104.0
_ROW_MM, _LINE_MM, _LABEL_MM, _GAP_MM = 6.0, 4.2, 29.0, 7.0
_MOST_LINES = 3
_DPI = 150
_BLUE = "#003a8c"

Words = Mapping[str, str]


def draw_proof(proof: Proof, words: Words, other: Words, *, media: str = "pdf") -> bytes:
    """The page. words: the texts named `sheet.*` in its language, other: in the other one; media: "pdf" or "png"."""
    from matplotlib.figure import Figure

    pen = Pen(Figure(figsize=(_WIDTH / MM_PER_INCH, _HEIGHT / MM_PER_INCH), facecolor="#ffffff"), _paper(proof))
    _head(pen, proof, words, other)
    _verdict(pen, proof, words)
    _map(pen, proof, words)
    y = _facts(pen, proof, words, _HEIGHT - _MAP_TOP - _MAP_HEIGHT - 4.5)
    y = _working(pen, proof, words, y - 9.5)
    _seals(pen, proof, words, y - 16.0)
    out = io.BytesIO()
    # What would tell the day or the machine is left out.
    nothing: dict[str, Any] = {"CreationDate": None} if media == "pdf" else {"Software": None}
    pen.figure.savefig(out, format=media, dpi=_DPI, metadata=nothing)
    return out.getvalue()


def say(said: Said, words: Words) -> str:
    """A sentence with its values."""
    key, values = said
    return words[key].format(**values)


def _one(pen: Pen, words: str, size: float, room_mm: float, **style: Any) -> str:
    return next(iter(pen.wrapped(words, size, room_mm, 1, **style)), "")


def _paper(proof: Proof) -> Paper:
    room = Box(_SIDE, _HEIGHT - _MAP_TOP - _MAP_HEIGHT, _WIDTH - 2 * _SIDE, _MAP_HEIGHT)
    west, south, east, north = proof.bounds
    least = max((east - west) / room.width, (north - south) / room.height) * 1000
    return Paper(_WIDTH, _HEIGHT, room, round_scale(least))


def _head(pen: Pen, proof: Proof, words: Words, other: Words) -> None:
    left, right = _SIDE, _WIDTH - _SIDE
    pen.text(left, _HEIGHT - 20, words["sheet.proof.title"], 21, weight="bold")
    number = f" · {proof.number}" if proof.number else ""
    pen.text(left, _HEIGHT - 26, _one(pen, f"{other['sheet.proof.title']}{number}", 10.5, 110), 10.5)
    issued = words["sheet.proof.issued"].format(time=proof.issued_at, post=proof.post)
    notes = [proof.community, issued, words["sheet.synthetic" if proof.synthetic else "sheet.proof.internal"]]
    for place, note in enumerate(notes):
        pen.text(right, _HEIGHT - 17 - 4.4 * place, _one(pen, note, 9, 75), 9, ha="right")
    if not has_chinese() and needs_chinese("".join([proof.community, *(area.title for area in proof.areas)])):
        pen.text(right, _HEIGHT - 31.5, "No font on this machine holds Chinese characters.", 7, ha="right", color=GREY)
    pen.rule(left, right, _HEIGHT - 29, 2.0)


def _verdict(pen: Pen, proof: Proof, words: Words) -> None:
    from matplotlib.patches import Rectangle

    left, bottom, width, height = _SIDE, _HEIGHT - 54.0, _WIDTH - 2 * _SIDE, 20.5
    place = (left / _WIDTH, bottom / _HEIGHT)
    frame = Rectangle(place, width / _WIDTH, height / _HEIGHT, fill=False, edgecolor=INK, linewidth=2.2)
    pen.figure.add_artist(frame)
    verdict = say(proof.verdict, words)
    room = width - 9
    size = 16.0 if pen.width_mm(verdict, 16, weight="bold") <= room else 12.0
    pen.text(left + 4.5, bottom + 12.8, _one(pen, verdict, size, room, weight="bold"), size, weight="bold")
    lines = pen.wrapped(say(proof.reason, words), 10, room, 2)
    for number, line in enumerate(lines):
        pen.text(left + 4.5, bottom + (5.4 if len(lines) == 1 else 7.2) - 4.4 * number, line, 10)


def _map(pen: Pen, proof: Proof, words: Words) -> None:
    from matplotlib.patches import Circle

    axes = draw_around(pen, proof.bounds, proof.frame, proof.areas, proof.ground, words)
    mm = pen.paper.scale / 1000
    x, y = proof.point
    if proof.radius_m:
        axes.add_patch(Circle((x, y), proof.radius_m, facecolor=_BLUE, alpha=0.14, linewidth=0, zorder=5))
        axes.add_patch(Circle((x, y), proof.radius_m, fill=False, edgecolor=_BLUE, linewidth=1.4, zorder=6))
    if proof.foot is not None:
        to_x, to_y = proof.foot
        axes.plot([x, to_x], [y, to_y], color=INK, linewidth=1.6, linestyle=(0, (2.2, 1.4)), zorder=7)
        west, south, east, north = pen.paper.window(proof.bounds)
        if west < to_x < east and south < to_y < north:
            side = 1.0 if to_x >= x else -1.0
            metres = f"{proof.distance_m:.1f}" if proof.distance_m < 100 else f"{proof.distance_m:,.0f}"
            label = words["sheet.proof.metres"].format(m=metres)
            write_name(axes, to_x + side * 9 * mm, to_y - 3 * mm, label, 10.0, weight="bold", color=INK, zorder=9)
    axes.plot([x], [y], marker="o", markersize=7, color=INK, markeredgecolor="#ffffff", markeredgewidth=1.4, zorder=8)
    legend = words["sheet.proof.legend" if proof.radius_m else "sheet.proof.legend_point"]
    told = legend.format(m=f"{proof.radius_m or 0:,.0f}", edition=proof.edition)
    pen.text(_SIDE, pen.paper.map.bottom - 4.2, _one(pen, told, 8, _WIDTH - 2 * _SIDE), 8)


def _facts(pen: Pen, proof: Proof, words: Words, top: float) -> float:
    """Two columns of rows; the height where the longer one ends."""
    width = (_WIDTH - 2 * _SIDE - _GAP_MM) / 2
    half = (len(proof.facts) + 1) // 2
    ends = []
    for column, facts in enumerate((proof.facts[:half], proof.facts[half:])):
        left, y = _SIDE + column * (width + _GAP_MM), top - 2.0
        for label, said in facts:
            lines = pen.wrapped(say(said, words), 9, width - _LABEL_MM, _MOST_LINES, weight="bold")
            y -= _ROW_MM
            pen.text(left + 1, y, _one(pen, words[label], 9, _LABEL_MM - 2), 9, color=GREY)
            for number, line in enumerate(lines):
                y -= _LINE_MM if number else 0.0
                pen.text(left + _LABEL_MM, y, line, 9, weight="bold")
            pen.rule(left, left + width, y - 1.9, 0.6, RULE)
        ends.append(y)
    return min(ends)


def _working(pen: Pen, proof: Proof, words: Words, y: float) -> float:
    pen.text(_SIDE, y, words["sheet.proof.how"], 10.5, weight="bold")
    digest = " ".join(proof.digest[at : at + 4] for at in range(0, len(proof.digest), 4))
    rests = words["sheet.proof.rests"].format(seq=f"{proof.seq:,}", digest=digest)
    for line in pen.wrapped(f"{say(proof.working, words)} {rests}", 9, _WIDTH - 2 * _SIDE, 4):
        y -= 4.6
        pen.text(_SIDE, y, line, 9)
    return y


def _seals(pen: Pen, proof: Proof, words: Words, y: float) -> None:
    titles = [words["sheet.proof.seal"].format(grid=name) for name in proof.seals]
    titles.append(words["sheet.proof.seal_date"])
    gap = 5.0
    width = (_WIDTH - 2 * _SIDE - gap * (len(titles) - 1)) / len(titles)
    for place, title in enumerate(titles):
        x = _SIDE + place * (width + gap)
        pen.rule(x, x + width, y, 1.0)
        pen.text(x, y - 4.5, _one(pen, title, 9, width), 9)
