"""A sheet is drawn at a round scale, the same bytes every time, with the text of data as text."""

from __future__ import annotations

import re
import zlib
from dataclasses import replace

import pytest
from shapely.geometry import LineString, box

from mapsvc.model.plan import PlanStatus
from mapsvc.model.sheet import Role, Sheet, SheetArea, SheetGround
from mapsvc.render.sheet.draw import draw_sheet
from mapsvc.render.sheet.paper import bar_length_m, lay_out, round_scale
from mapsvc.render.sheet.pen import fitted, printable
from mapsvc.web.i18n import read_messages

WORDS = read_messages().of_language("en")


def sheet(**changes: object) -> Sheet:
    areas = (
        SheetArea("01 West", box(0, 0, 500, 400), (250, 200), Role.OWN),
        SheetArea("02 East", box(500, 0, 1000, 400), (750, 200), Role.NEIGHBOUR),
    )
    street = SheetGround("street", LineString([(0, 100), (1000, 120)]), "Canal Street")
    made = Sheet(
        heading="01 West",
        community="Two squares",
        status=PlanStatus.PUBLISHED,
        edition="First edition",
        plan_id="p1",
        valid_from="2026-01-01",
        valid_to="",
        printed_at="2026-11-23 14:00",
        seq=7,
        digest="abc",
        working_epsg=4542,
        bounds=(-10, -10, 510, 410),
        frame=box(0, 0, 1000, 400),
        areas=areas,
        ground=(street, SheetGround("building", box(20, 20, 60, 40))),
        facts=(("sheet.fact.code", {"code": "01"}),),
        is_grid=True,
    )
    return replace(made, **changes)  # type: ignore[arg-type]


def page_content(pdf: bytes) -> bytes:
    """The unpacked streams of a PDF."""
    found = b""
    for packed in re.findall(rb"stream\r?\n(.*?)\r?\nendstream", pdf, re.DOTALL):
        try:
            found += zlib.decompress(packed)
        except zlib.error:
            continue
    return found


@pytest.mark.parametrize("media", ["pdf", "png"])
def test_the_same_sheet_gives_the_same_bytes(media: str) -> None:
    assert draw_sheet(sheet(), WORDS, media=media) == draw_sheet(sheet(), WORDS, media=media)


def test_a_sheet_is_a_pdf_or_a_png_of_its_paper() -> None:
    assert draw_sheet(sheet(), WORDS).startswith(b"%PDF-1.")
    picture = draw_sheet(sheet(), WORDS, media="png")
    width, height = int.from_bytes(picture[16:20]), int.from_bytes(picture[20:24])
    assert sorted((width, height)) == [1240, 1753]  # A4 at 150 dots an inch


def test_a_draft_says_so_across_its_map() -> None:
    published = page_content(draw_sheet(sheet(), WORDS))
    draft = page_content(draw_sheet(sheet(status=PlanStatus.DRAFT), WORDS))
    assert len(draft) > len(published)


def test_dollar_signs_and_braces_in_names_are_no_formula() -> None:
    hostile = SheetArea(r"$\frac{1}{0}$ {{7*7}} \input{x}", box(0, 0, 500, 400), (250, 200), Role.OWN)
    given = sheet(heading=r"$\bad", community="$", areas=(hostile,))
    assert draw_sheet(given, WORDS).startswith(b"%PDF")


def test_control_characters_do_not_reach_the_page() -> None:
    assert printable("a\x00b\nc\u202ed") == "a b c d"
    assert draw_sheet(sheet(heading="a\x00b\n\u202ec"), WORDS, media="png")


def test_a_plan_of_600_grids_is_drawn() -> None:
    areas = tuple(
        SheetArea(f"{row * 30 + column}", box(x, y, x + 30, y + 30), (x + 15, y + 15), Role.ONE)
        for row, y in enumerate(range(0, 600, 30))
        for column, x in enumerate(range(0, 900, 30))
    )
    assert len(areas) == 600
    assert draw_sheet(sheet(areas=areas, is_grid=False), WORDS).startswith(b"%PDF")


@pytest.mark.parametrize(
    ("least", "scale"), [(1, 1), (987, 1000), (1000, 1000), (1001, 1250), (4100, 5000), (7600, 8000)]
)
def test_scales_are_round(least: float, scale: float) -> None:
    assert round_scale(least) == scale


def test_the_window_holds_the_bounds_at_the_scale() -> None:
    bounds = (100.0, 200.0, 1300.0, 500.0)
    paper = lay_out(bounds)
    west, south, east, north = paper.window(bounds)
    assert (west <= 100, south <= 200, east >= 1300, north >= 500) == (True,) * 4
    assert (east - west) / paper.map.width * 1000 == pytest.approx(paper.scale)


def test_a_wide_plan_lies_on_its_side() -> None:
    wide = lay_out((0, 0, 4000, 800))
    assert wide.width_mm > wide.height_mm
    assert lay_out((0, 0, 800, 900)).width_mm == 210
    assert lay_out((0, 0, 800, 900), "a3").width_mm == 297


def test_the_scale_bar_is_a_round_length_that_fits() -> None:
    for scale in (500, 1250, 4000, 10_000, 250_000):
        length = bar_length_m(scale)
        assert 15 <= length / scale * 1000 <= 45
        assert f"{length:e}"[0] in "125"


def test_a_long_heading_is_cut_with_dots() -> None:
    assert fitted("Lantern", 10, 100) == "Lantern"
    assert fitted("a very long name of a grid" * 9, 10, 60).endswith("…")
