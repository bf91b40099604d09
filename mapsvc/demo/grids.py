"""Grids: the register of the seven invented grids: codes, names, themes, responsible units, sizes."""

from __future__ import annotations

from dataclasses import dataclass

from mapsvc.demo.curve import Point
from mapsvc.model.grid import GridKind

COMMUNITY_CODE = "990101001001"
"""cn15: county 990101 (no such county), street 001, community 001; a grid adds three digits."""


@dataclass(frozen=True, slots=True)
class GridRow:
    """A grid before it has a polygon. inside: a board point in it; households: what the generator aims at."""

    number: int
    name: str
    name_zh: str
    kind: GridKind
    inside: Point
    households: int
    theme: str
    theme_zh: str
    unit: str
    unit_zh: str

    @property
    def code(self) -> str:
        """15 digits."""
        return f"{COMMUNITY_CODE}{self.number:03d}"

    @property
    def short(self) -> str:
        """The two digits people say: 06."""
        return f"{self.number:02d}"


_G, _S = GridKind.GENERAL, GridKind.SPECIAL
GRID_ROWS = (
    GridRow(1, "Orchard", "果园里", _G, (-480, 240), 452, "Old trees, good neighbours", "老树新邻，守望果园",
            "Orchard residents' work station", "果园里居民工作站"),
    GridRow(2, "North Gate", "北门", _G, (10, 300), 418, "An open gate, a calm street", "敞开门，静街巷",
            "North Gate residents' work station", "北门居民工作站"),
    GridRow(3, "Canal Bank", "渠畔", _G, (500, 230), 436, "Clear water, clean banks", "水清岸净，渠畔人家",
            "Canal Bank residents' work station", "渠畔居民工作站"),
    GridRow(4, "Old Mill", "磨坊", _G, (-510, -200), 397, "Grind slowly, settle fully", "慢磨细理，事事有结",
            "Old Mill residents' work station", "磨坊居民工作站"),
    GridRow(5, "Lantern", "灯市", _G, (-30, -40), 468, "A lamp at every door", "家家有灯，事事有应",
            "Lantern residents' work station", "灯市居民工作站"),
    GridRow(6, "Brick Lane", "砖巷", _G, (-70, -340), 431, "Safe lanes, quick repairs", "平安里巷，快修快办",
            "Brick Lane residents' work station", "砖巷居民工作站"),
    GridRow(7, "Market Park", "市场园", _S, (480, -200), 96, "Fair scales, free passage", "公平秤，畅通道",
            "Market Park joint management office", "市场园联合管理办公室"),
)  # fmt: skip
