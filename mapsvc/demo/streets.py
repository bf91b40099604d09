"""Streets: the invented net of roads, lanes and the canal, as control points on the board.

A street that passes nodes (single letters, see NODES) is a grid line between them.
"""

from __future__ import annotations

from dataclasses import dataclass
from itertools import pairwise

import numpy as np
import shapely

from mapsvc.demo.curve import FloatArray, Point, join, spans

NODES: dict[str, Point] = {
    "L": (-758, 22),
    "a": (-228, 486),
    "b": (-258, 92),
    "c": (206, 128),
    "d": (268, 474),
    "e": (752, -50),
    "f": (-270, -186),
    "g": (190, -176),
    "h": (-340, -480),
    "i": (150, -502),
}


@dataclass(frozen=True, slots=True)
class Street:
    """A named line; rank main | side | lane; `within`: numbers of the grids it is cut to, empty = uncut."""

    name: str
    name_zh: str
    rank: str
    through: tuple[Point | str, ...]
    within: tuple[int, ...] = ()

    @property
    def points(self) -> list[Point]:
        """Control points with the nodes looked up."""
        return [NODES[item] if isinstance(item, str) else item for item in self.through]

    def line(self) -> FloatArray:
        """The whole street as (n, 2) metres."""
        return join(spans(self.points))

    def arcs(self) -> list[FloatArray]:
        """Its stretches from node to node: the grid lines it carries."""
        pieces = spans(self.points)
        at = [k for k, item in enumerate(self.through) if isinstance(item, str)]
        return [join(pieces[first:last]) for first, last in pairwise(at)]


OUTLINE: tuple[Point | str, ...] = (
    *("L", (-780, 210), (-744, 424), (-500, 470), "a", (-60, 512), (112, 496), "d", (520, 474), (736, 418)),
    *((784, 190), "e", (770, -250), (692, -450), (440, -492), "i", (-105, -520), "h", (-536, -470), (-722, -398)),
    (-764, -180),
)
CANAL = Street(
    "Willow Canal",
    "柳渠",
    "water",
    (
        (292, 640),
        "d",
        (230, 345),
        (252, 232),
        "c",
        (230, 40),
        (178, -62),
        "g",
        (206, -290),
        (164, -392),
        "i",
        (142, -650),
    ),
)
MILL_ROAD = Street(
    "Mill Road",
    "磨坊路",
    "main",
    ((-214, 640), "a", (-206, 362), (-238, 236), "b", (-236, -16), (-284, -100), "f", (-302, -310), "h", (-352, -640)),
)
WILLOW_ROAD = Street(
    "Willow Road",
    "柳岸路",
    "main",
    (
        (-920, 34),
        "L",
        (-612, 66),
        (-470, 36),
        (-372, 100),
        "b",
        (-118, 50),
        (52, 118),
        "c",
        (372, 92),
        (560, 6),
        "e",
        (920, -70),
    ),
)
LANTERN_ROAD = Street(
    "Lantern Road",
    "灯市路",
    "main",
    (
        (-920, -176),
        (-764, -196),
        (-520, -212),
        "f",
        (-112, -212),
        (46, -150),
        "g",
        (402, -152),
        (620, -200),
        (920, -214),
    ),
)
MAIN = (MILL_ROAD, WILLOW_ROAD, LANTERN_ROAD)


def _row(name: str, name_zh: str, rank: str, within: tuple[int, ...], *through: Point) -> Street:
    return Street(name, name_zh, rank, through, within)


CUT = (
    _row("North Gate Street", "北门街", "main", (1, 2, 3), (-800, 258), (-500, 288), (-225, 300), (10, 322), (268, 296), (500, 282), (810, 244)),
    _row("South Well Street", "南井街", "main", (4, 6, 7), (-780, -318), (-500, -346), (-310, -336), (-80, -352), (180, -334), (430, -328), (790, -352)),
    _row("Orchard Street", "果园街", "side", (1, 4), (-508, 520), (-490, 290), (-512, 60), (-522, -205), (-502, -345), (-520, -520)),
    _row("Lamp Street", "灯花街", "side", (2, 5, 6), (14, 540), (4, 320), (-32, 90), (-46, -190), (-60, -345), (-84, -560)),
    _row("Market Street", "市场街", "side", (3, 7), (512, 520), (498, 285), (470, 50), (454, -145), (440, -330), (428, -540)),
    _row("Apricot Lane", "杏花巷", "lane", (1,), (-820, 160), (-500, 178), (-200, 170)),
    _row("Blossom Lane", "花溪巷", "lane", (1,), (-820, 362), (-500, 384), (-190, 396)),
    _row("Pear Lane", "梨树巷", "lane", (1,), (-352, 540), (-368, 290), (-378, 40)),
    _row("Jujube Lane", "枣园巷", "lane", (1,), (-622, 520), (-634, 260), (-640, 20)),
    _row("Drum Lane", "鼓楼巷", "lane", (2,), (-260, 400), (0, 414), (300, 398)),
    _row("Bell Lane", "钟楼巷", "lane", (2,), (-280, 178), (-20, 204), (290, 216)),
    _row("Postern Lane", "后门巷", "lane", (2,), (-112, 560), (-118, 300), (-130, 20)),
    _row("Archway Lane", "牌坊巷", "lane", (2,), (140, 560), (124, 300), (112, 60)),
    _row("Willow Lane", "柳荫巷", "lane", (3,), (200, 392), (500, 378), (820, 346)),
    _row("Ferry Lane", "渡口巷", "lane", (3,), (190, 204), (480, 186), (820, 132)),
    _row("Reed Lane", "芦苇巷", "lane", (3,), (392, 520), (376, 290), (362, 40)),
    _row("Heron Lane", "白鹭巷", "lane", (3,), (632, 520), (640, 260), (622, -40)),
    _row("Millstone Lane", "磨盘巷", "lane", (4,), (-800, -78), (-520, -86), (-240, -66)),
    _row("Granary Lane", "粮仓巷", "lane", (4,), (-390, 120), (-394, -205), (-420, -540)),
    _row("Waterwheel Lane", "水车巷", "lane", (4,), (-640, 100), (-644, -200), (-622, -520)),
    _row("Silk Lane", "丝灯巷", "lane", (5,), (-300, -42), (-40, -52), (230, -22)),
    _row("Candle Lane", "烛影巷", "lane", (5,), (-146, 120), (-148, -60), (-160, -260)),
    _row("Festival Lane", "元宵巷", "lane", (5,), (84, 160), (78, -40), (70, -220)),
    _row("Brick Lane", "砖巷", "lane", (6,), (-330, -262), (-60, -272), (230, -254)),
    _row("Kiln Lane", "窑口巷", "lane", (6,), (-168, -170), (-186, -340), (-216, -560)),
    _row("Tile Lane", "瓦房巷", "lane", (6,), (80, -120), (66, -340), (34, -560)),
    _row("Yard Lane", "车场巷", "lane", (6,), (-380, -420), (-70, -436), (200, -418)),
    _row("Stall Lane", "摊区巷", "lane", (7,), (150, -252), (440, -240), (820, -276)),
    _row("Park Lane", "公园巷", "lane", (7,), (634, 60), (628, -200), (600, -540)),
    _row("Weigh Lane", "秤行巷", "lane", (7,), (340, 140), (326, -150), (310, -540)),
    _row("Scale Lane", "斗市巷", "lane", (7,), (170, -48), (470, -56), (820, -128)),
)  # fmt: skip
OUTLINE_NAMES = (("Poplar Road", "白杨路"), ("East Dyke Road", "东堤路"), ("Station Road", "站前路"), ("West Field Road", "西田路"))  # fmt: skip
_CORNERS = ((-744, 424), (736, 418), (692, -450), (-722, -398))
CANAL_SIDES = (("Canal East Road", "渠东路", 30.0, (3, 7)), ("Canal West Road", "渠西路", -30.0, (2, 5, 6)))


def outline_spans() -> list[FloatArray]:
    """The frame's ring, one array a span, starting at node L and running clockwise."""
    return spans([NODES[item] if isinstance(item, str) else item for item in OUTLINE], closed=True)


def outline_arcs() -> list[FloatArray]:
    """The ring cut at its nodes."""
    pieces = outline_spans()
    at = [k for k, item in enumerate(OUTLINE) if isinstance(item, str)]
    return [join(pieces[first:last]) for first, last in pairwise([*at, len(pieces)])]


def outline_streets() -> list[tuple[str, str, FloatArray]]:
    """The ring as four named roads: north, east, south, west."""
    pieces = outline_spans()
    at = [OUTLINE.index(corner) for corner in _CORNERS]
    ends = [*at[1:], at[0] + len(pieces)]
    doubled = pieces + pieces
    return [
        (*OUTLINE_NAMES[k], join(doubled[first:last])) for k, (first, last) in enumerate(zip(at, ends, strict=True))
    ]


def canal_side(offset_m: float) -> FloatArray:
    """A road along the canal, offset_m east of its middle (negative: west)."""
    middle = shapely.LineString(CANAL.line())
    # The canal runs north to south, so its left hand is east.
    return np.asarray(shapely.offset_curve(middle, offset_m, join_style="round").coords)
