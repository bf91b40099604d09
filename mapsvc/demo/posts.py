"""Posts: duties in the invented grids and how strong they are; no one is named."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

import shapely
from shapely import Point

from mapsvc.demo.grids import GRID_ROWS
from mapsvc.demo.neighbourhood import Neighbourhood
from mapsvc.demo.plane import to_lonlat
from mapsvc.model.post import Post


@dataclass(frozen=True, slots=True)
class Duty:
    """A kind of post and how it is filled in grids 1-7; share: numbers of grids that one post serves together."""

    role: str
    name: str
    name_zh: str
    department: str
    strength: tuple[int, ...]
    required: bool
    duty: str
    duty_zh: str
    hours: str
    share: tuple[tuple[int, ...], ...] = ()
    station: str = ""


DUTIES = (
    Duty(
        "grid_chief",
        "Grid chief",
        "网格长",
        "street_office",
        (1, 1, 1, 1, 1, 1, 1),
        True,
        "Leads the grid",
        "统筹网格工作",
        "mon-sat 08:00-18:00",
    ),
    Duty(
        "worker_full",
        "Full-time workers",
        "专职网格员",
        "street_office",
        (3, 2, 3, 2, 3, 3, 2),
        True,
        "Two on duty by day",
        "日间两人在岗",
        "08:00-18:00",
    ),
    Duty(
        "worker_part",
        "Part-time workers",
        "兼职网格员",
        "street_office",
        (4, 3, 4, 3, 5, 4, 6),
        False,
        "Evenings and weekends",
        "晚间和周末",
        "mon-fri 18:00-22:00; sat,sun 09:00-21:00",
    ),
    Duty(
        "community_police",
        "Community police",
        "社区民警",
        "police",
        (1, 1, 1, 1),
        True,
        "By day and on call",
        "日间值守，随叫随到",
        "08:00-20:00",
        ((1, 4), (2,), (3, 7), (5, 6)),
        "Community police room",
    ),
    Duty(
        "court_liaison",
        "Court liaison",
        "法院联络岗",
        "court",
        (1, 1),
        False,
        "Tuesdays and Thursdays",
        "周二、周四",
        "tue,thu 09:00-17:00",
        ((1, 2, 3, 4), (5, 6, 7)),
        "Court circuit room",
    ),
    Duty(
        "procuratorate_liaison",
        "Procuratorate liaison",
        "检察联络岗",
        "procuratorate",
        (1,),
        False,
        "First Monday of the month",
        "每月第一个周一",
        "mon 09:00-12:00",
        ((1, 2, 3, 4, 5, 6, 7),),
    ),
    Duty(
        "mediation",
        "Mediation room",
        "人民调解室",
        "justice",
        (2, 1, 2, 1, 2, 2, 1),
        False,
        "By appointment",
        "预约办理",
        "mon-fri 09:00-17:00",
    ),
    Duty(
        "night_patrol",
        "Night patrol",
        "夜间治安巡查",
        "police",
        (4, 4, 4, 4, 6, 0, 6),
        True,
        "18:00 to 06:00",
        "18:00 至次日 06:00",
        "18:00-06:00",
    ),
    Duty(
        "volunteers",
        "Volunteer team",
        "志愿服务队",
        "street_office",
        (14, 9, 16, 8, 18, 12, 10),
        False,
        "One team",
        "1 支",
        "09:00-17:00",
    ),
    Duty(
        "building_chiefs",
        "Building chiefs",
        "楼栋长",
        "owners_committee",
        (22, 15, 24, 18, 14, 11, 4),
        False,
        "One for two or three blocks",
        "每两三栋一岗",
        "07:00-21:00",
    ),
    Duty(
        "property_desk",
        "Property desk",
        "物业服务台",
        "property",
        (2, 1, 2, 1, 2, 1, 2),
        False,
        "08:00 to 20:00",
        "8:00 至 20:00",
        "08:00-20:00",
    ),
    Duty(
        "micro_fire",
        "Micro fire post",
        "微型消防站",
        "fire",
        (3, 3),
        True,
        "Day and night",
        "全天值守",
        "",
        ((1, 2, 4, 5), (3, 6, 7)),
        "Fire post",
    ),
)
"""The night patrol of grid 06 has strength 0: the missing force that the grid card marks."""


def make_posts(place: Neighbourhood) -> tuple[Post, ...]:
    """All posts in code order, with a point at their station or inside their (first) grid."""
    stations = {spot.name: spot.shape.centroid for spot in place.spots}
    yards = [grid.point_on_surface() for grid in place.partition.grids_board]
    rows, points = [], []
    for index, duty in enumerate(DUTIES):
        for k, numbers in enumerate(duty.share or [(row.number,) for row in GRID_ROWS]):
            rows.append((duty, k, numbers))
            # Only the first of a shared duty sits in the station; the others stand in their own grid.
            if duty.station and k == 0:
                points.append(stations[duty.station])
            else:
                points.append(_beside(yards[numbers[0] - 1], index))
    lonlat = to_lonlat(shapely.get_coordinates(points), 10**7).tolist()
    posts = [_post(*row, lon, lat) for row, (lon, lat) in zip(rows, lonlat, strict=True)]
    return tuple(sorted(posts, key=lambda post: post.code))


def _beside(point: Point, index: int) -> Point:
    # Posts of one grid would lie on top of each other; they stand in two short rows instead.
    return Point(point.x + 14.0 * (index - len(DUTIES) / 2), point.y + 14.0 * (index % 2))


def _post(duty: Duty, k: int, numbers: Sequence[int], lon: float, lat: float) -> Post:
    short = [GRID_ROWS[number - 1].short for number in numbers]
    shared = len(numbers) > 1
    return Post(
        # The number keeps lists, which go by code, in the order of DUTIES: the chief first.
        code=f"{DUTIES.index(duty) + 1:02d}-{duty.role.replace('_', '-')}-{'-'.join(short)}",
        role=duty.role,
        name=duty.name,
        name_zh=duty.name_zh,
        grid_codes=tuple(GRID_ROWS[number - 1].code for number in numbers),
        department=duty.department,
        strength=duty.strength[k],
        required=duty.required,
        duty=f"{duty.duty}; serves {', '.join(short)}" if shared else duty.duty,
        duty_zh=f"{duty.duty_zh}；{'、'.join(short)} 共用" if shared else duty.duty_zh,
        hours=duty.hours,
        lon=lon,
        lat=lat,
    )
