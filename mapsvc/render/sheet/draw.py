"""Draw a sheet as PDF or PNG. The same sheet gives the same bytes: nothing of the day or the machine is written."""

from __future__ import annotations

import io
from collections.abc import Mapping
from typing import Any

from mapsvc.model.plan import PlanStatus
from mapsvc.model.sheet import Sheet
from mapsvc.render.sheet.map import draw_map
from mapsvc.render.sheet.paper import MARGIN_MM, MM_PER_INCH, lay_out
from mapsvc.render.sheet.pen import GREY, INK, RULE, Pen, fitted, has_chinese, needs_chinese

MEDIA = {"pdf": "application/pdf", "png": "image/png"}
_DPI = 150
_SIGNATURES = ("sheet.sign.responsible", "sheet.sign.neighbour", "sheet.sign.date")


def draw_sheet(sheet: Sheet, words: Mapping[str, str], *, media: str = "pdf", size: str = "a4") -> bytes:
    """The page. words: the texts named `sheet.*` in the language of the sheet; media: "pdf" or "png"."""
    from matplotlib.figure import Figure

    paper = lay_out(sheet.bounds, size)
    inches = (paper.width_mm / MM_PER_INCH, paper.height_mm / MM_PER_INCH)
    pen = Pen(Figure(figsize=inches, facecolor="#ffffff"), paper)
    _head(pen, sheet, words)
    draw_map(pen, sheet, words)
    if sheet.status is not PlanStatus.PUBLISHED:
        _watermark(pen, words["sheet.draft"])
    _facts(pen, sheet, words)
    _signatures(pen, words)
    _foot(pen, sheet, words)
    out = io.BytesIO()
    # What would tell the day or the machine is left out.
    nothing: dict[str, Any] = {"CreationDate": None} if media == "pdf" else {"Software": None}
    pen.figure.savefig(out, format=media, dpi=_DPI, metadata=nothing)
    return out.getvalue()


def _head(pen: Pen, sheet: Sheet, words: Mapping[str, str]) -> None:
    left, right, top = MARGIN_MM, pen.paper.width_mm - MARGIN_MM, pen.paper.height_mm - MARGIN_MM
    room = right - left - 62
    pen.text(left, top - 9, fitted(sheet.heading, 20, room), 20, weight="bold")
    kind = words["sheet.of_grid" if sheet.is_grid else "sheet.of_plan"]
    since = words["sheet.since"].format(date=sheet.valid_from) if sheet.valid_from else words["sheet.undated"]
    edition = fitted(f"{kind} · {sheet.edition}", 10, room)
    pen.text(left, top - 16, edition, 10)
    pen.text(left, top - 21, since if sheet.status is PlanStatus.PUBLISHED else words["sheet.draft"], 10, color=GREY)
    pen.text(right, top - 6, fitted(sheet.community, 10, 60), 10, ha="right")
    pen.text(right, top - 11, words["sheet.printed"].format(time=sheet.printed_at), 9, ha="right", color=GREY)
    if sheet.synthetic:
        pen.text(right, top - 16, words["sheet.synthetic"], 9, ha="right", color=GREY)
    if not has_chinese() and needs_chinese(sheet.heading + "".join(area.title for area in sheet.areas)):
        pen.text(right, top - 21, "No font on this machine holds Chinese characters.", 8, ha="right", color=GREY)
    pen.rule(left, right, top - 23.5, 2.0)


def _watermark(pen: Pen, words: str) -> None:
    box = pen.paper.map
    x, y = box.left + box.width / 2, box.bottom + box.height / 2
    pen.text(x, y, words, 44, color="#777777", alpha=0.28, rotation=30, ha="center", va="center", weight="bold")


def _facts(pen: Pen, sheet: Sheet, words: Mapping[str, str]) -> None:
    left, right = MARGIN_MM, pen.paper.width_mm - MARGIN_MM
    y = pen.paper.map.bottom - 5
    pen.text(left, y, words["sheet.legend.grid" if sheet.is_grid else "sheet.legend.plan"], 8, color=GREY)
    for key, values in sheet.facts:
        y -= 6
        label, _, text = words[key].partition("|")
        pen.text(left + 1, y, label, 9, color=GREY)
        pen.text(left + 42, y, fitted(text.format(**values), 9, right - left - 44), 9, weight="bold")
        pen.rule(left, right, y - 1.8, 0.5, RULE)


def _signatures(pen: Pen, words: Mapping[str, str]) -> None:
    left, right, y = MARGIN_MM, pen.paper.width_mm - MARGIN_MM, MARGIN_MM + 15
    gap = 6.0
    width = (right - left - gap * (len(_SIGNATURES) - 1)) / len(_SIGNATURES)
    for place, key in enumerate(_SIGNATURES):
        x = left + place * (width + gap)
        pen.rule(x, x + width, y, 1.0)
        pen.text(x, y - 4.5, words[key], 9)


def _foot(pen: Pen, sheet: Sheet, words: Mapping[str, str]) -> None:
    left, right = MARGIN_MM, pen.paper.width_mm - MARGIN_MM
    pen.rule(left, right, MARGIN_MM + 5, 0.5, RULE)
    traced = words["sheet.traced"].format(
        plan=sheet.plan_id[:40], seq=sheet.seq, digest=sheet.digest, epsg=sheet.working_epsg
    )
    pen.text(left, MARGIN_MM + 1, fitted(traced, 7.5, right - left - 20), 7.5, color=INK)
    pen.text(right, MARGIN_MM + 1, "mapsvc", 7.5, ha="right", color=GREY)
