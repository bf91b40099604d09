"""Chinese addresses: region words, then road and number, or compound, phase, building, entrance and room."""

from __future__ import annotations

import re

from mapsvc.geocode.reading import Name, Reading
from mapsvc.geocode.region_words import RegionWords
from mapsvc.geocode.writing import RUN as N

ROADS = ("大道", "大街", "公路", "胡同", "路", "街", "巷", "道", "弄")
DWELLINGS = ("小区", "家属院", "住宅区", "大院")
"""Kinds that people leave out: 广厦3号楼 is said for 广厦小区3号楼."""
_SHORT_COMPOUNDS = ("苑", "园", "庭", "府", "城")
COMPOUNDS = (
    *DWELLINGS,
    *("花园", "家园", "新村", "公寓", "新苑", "嘉园", "公馆", "大厦", "广场", "庄园", "山庄"),
    *_SHORT_COMPOUNDS,
)
PLACES = (
    *("小学", "中学", "幼儿园", "大学", "学校", "医院", "卫生服务站", "卫生院", "派出所", "公园", "绿地"),
    *("市场", "超市", "车站", "停车场", "加油站", "大厅", "体育场", "消火栓", "药店"),
)
_KINDS = tuple(sorted({*ROADS, *COMPOUNDS, *PLACES}, key=lambda kind: -len(kind)))
_ROAD = "|".join(ROADS)
_TYPED = "|".join(sorted({*COMPOUNDS, *PLACES} - {*_SHORT_COMPOUNDS}, key=lambda kind: -len(kind)))

_BLANK = re.compile(r"[\s,,。;;:、()()\[\]【】\"'“”]+")
_LEAD = re.compile(r"^(?:地址|位置|地点|位于|在)")
_GRID = re.compile(rf"^第?({N})(?:号)?网格")
_ENDS = "号楼|#楼|楼栋|栋|幢|座|楼|#"
_BUILDING = rf"[甲乙丙丁戊]?{N}[甲乙丙丁A-Za-z]?|[A-Za-z]{N}?"
_ZONE = "[A-Z东西南北中\ue000-\ue0ff]"
_GROUP = re.compile(rf"(?<=.)第?({N})(?:村民)?(?:组|队|社(?!区))")
# 3-4号楼 are two buildings, 3-4 and 3-4号 are a building and its entrance.
_NOT_DASHED = f"-?{N}?(?:{_ENDS})"
_NOT_COUNTED = "(?![时点日月年分人个米元次辆处条度])"
_CROSSING = re.compile(
    rf"^(.+?(?:{_ROAD}))(?:与|和|跟|及|/|&|-)(.+?(?:{_ROAD}))(?:的?(?:交叉路口|十字路口|丁字路口|交叉口|交汇处|交界处|交口|路口))?(?=$|\D)"
)
_ROAD_NUMBER = re.compile(
    rf"^(.+?(?:{_ROAD}))((?:{N}弄)?[甲乙丙丁]?{N}(?:[-之]{N})?[甲乙丙丁A-Za-z]?)(号院|号|院|$|(?=旁|对面|门|附近))(?!楼|栋|幢|座|单元)"
)
_TAIL = re.compile(
    rf"(?=第?{N}期|{_ZONE}区(?:{_BUILDING})|第?(?:{_BUILDING})(?:{_ENDS})|{N}单元|{N}-{N}(?!{_NOT_DASHED}))"
    rf"(?:第?(?P<phase>{N})期)?(?:(?P<zone>{_ZONE})区)?"
    rf"(?:(?P<d1>{N})-(?P<d2>{N})(?:-(?P<d3>{N}))?(?!{_NOT_DASHED})(?:号|室)?|"
    rf"(?:第?(?P<building>{_BUILDING})(?:{_ENDS}))?"
    rf"(?:(?P<entrance>{N}|[A-Z])(?:单元|号?门(?!面)|梯))?"
    rf"(?:(?P<floor>{N})(?:层|楼))?"
    rf"(?:(?P<room>{N}[A-Z]?){_NOT_COUNTED}(?:号房|室|房间?|户|号)?)?)"
)
_NUMBER = re.compile(rf"([甲乙丙丁]?{N}(?:[-之]{N})?[甲乙丙丁A-Za-z]?)号(?!楼|栋|幢|座|单元|消火栓)")
_BESIDE = (
    r"斜?对面|对过|旁边|边上|隔壁|附近|周边|一带|大?门口|门前|门外|门旁|楼下|楼前|楼后|楼内|楼里|院内|院里|前面|后面|"
    r"[东西南北](?:侧|边|面|头|端)|路口|旁"
)
_RELATION = re.compile(rf"(?:的)?({_BESIDE})$")
_RELATION_AT_NUMBER = re.compile(rf"(?:的)?({_BESIDE}|前|后|里|内|边|处|下)$")
_NAMED = re.compile(rf"^(.*(?:{_TYPED}))(.*)$")


def read_chinese(text: str, words: RegionWords, *, by_shape: bool = True) -> Reading:
    """The reading of a lifted Chinese text; names may be empty where only regions were said.

    by_shape: also take for a region what only ends like one (斗市 of 斗市巷 would be a city).
    """
    text = _BLANK.sub("", text)
    # 我家在...: what stands before is no address; but a name may hold the letter, and then it is read whole first
    text = _LEAD.sub("", text) if by_shape else text[text.rfind("在") + 1 :]
    regions, rest = words.peel(text, by_shape=by_shape)
    parts = dict(regions)
    if grid := _GRID.match(rest):
        parts["grid"] = grid.group(1)
        rest = rest[grid.end() :]
    if crossing := _CROSSING.match(rest):
        names = tuple(_name(crossing.group(side)) for side in (1, 2))
        parts |= {"road": names[0].shown, "crossing": names[1].shown}
        return _finished(parts, regions, names, {}, rest[crossing.end() :])
    if road := _ROAD_NUMBER.match(rest):
        return _read_road(road, rest, parts, regions)
    return _read_compound(rest, parts, regions)


def _read_road(road: re.Match[str], rest: str, parts: dict[str, str], regions: dict[str, str]) -> Reading:
    """盘旋西路12号, 幸福路5号院3号楼; a compound named after the number wins where a building of it is said."""
    number = road.group(2).replace("之", "-")
    after = rest[road.end() :]
    parts |= {"road": road.group(1), "number": number}
    tail = _TAIL.search(after)
    if tail is None:
        return _finished(parts, regions, (_name(road.group(1)),), {"number": number}, after)
    counted = _counted(tail, parts)
    if tail.start():
        parts["compound"] = after[: tail.start()]
        return _finished(parts, regions, (_name(parts["compound"]),), counted, after[tail.end() :])
    return _finished(parts, regions, (_name(road.group(1)),), {"number": number, **counted}, after[tail.end() :])


def _read_compound(rest: str, parts: dict[str, str], regions: dict[str, str]) -> Reading:
    grouped: dict[str, str] = {}
    if group := _GROUP.search(rest):
        # 李家村三组12号: houses count within a group of the village
        grouped = {"group": group.group(1)}
        rest = rest[: group.start()] + rest[group.end() :]
        parts |= grouped
    if tail := _TAIL.search(rest):
        counted = grouped | _counted(tail, parts)
        named, after = rest[: tail.start()], rest[tail.end() :]
        if named:
            parts["compound"] = named
        elif "community" in regions:
            # 李家村委会3号楼: nothing nearer is said
            named = regions["community"]
        return _finished(parts, regions, (_name(named),) if named else (), counted, after)
    if (number := _NUMBER.search(rest)) and number.start():
        parts |= {"compound": rest[: number.start()], "number": number.group(1)}
        names = (_name(parts["compound"]),)
        return _finished(parts, regions, names, grouped | {"number": number.group(1)}, rest[number.end() :])
    if grouped:
        parts["compound"] = rest
        return _finished(parts, regions, (_name(rest),), grouped, "")
    return _read_name(rest, parts, regions)


def _read_name(rest: str, parts: dict[str, str], regions: dict[str, str]) -> Reading:
    """A name without a number: a compound, a street or a place, perhaps with what stands at it."""
    typed = _NAMED.match(rest)
    named, after = (typed.group(1), typed.group(2)) if typed else (rest, "")
    if typed is None and (beside := _RELATION.search(named)):
        named, after = named[: beside.start()], beside.group(1)
    if "grid" in parts and named:
        # a thing in a grid, not a place of the register
        return _finished(parts, regions, (), {}, rest)
    if not named:
        return _finished(parts, regions, (), {}, after)
    name = _name(named)
    part = "road" if name.kind in ROADS else "compound" if name.kind in COMPOUNDS else "place"
    parts[part] = named
    return _finished(parts, regions, (name,), {}, after)


def _counted(tail: re.Match[str], parts: dict[str, str]) -> dict[str, str]:
    found = {part: text for part, text in tail.groupdict().items() if text}
    if "d1" in found:
        first, second, third = found.pop("d1"), found.pop("d2"), found.pop("d3", None)
        found |= {"building": first, "room": third or second}
        if third:
            found["entrance"] = second
        else:
            parts["dash"] = "1"
    if "building" in found:
        found["building"] = found["building"].upper()
    parts |= found
    return found


def _finished(
    parts: dict[str, str],
    regions: dict[str, str],
    names: tuple[Name, ...],
    counted: dict[str, str],
    after: str,
) -> Reading:
    relation = ""
    if after and (found := (_RELATION_AT_NUMBER if counted else _RELATION).search(after)):
        relation, after = found.group(1), after[: found.start()]
    if relation == "门口" and "entrance" in counted and not after:
        # the entrance is the door
        relation = ""
    if after:
        parts["landmark"] = after
    if relation:
        parts["relation"] = relation
    return Reading(parts, names, counted, regions, after, relation)


def _name(text: str) -> Name:
    text = text.removesuffix("的")
    kind = next((kind for kind in _KINDS if text.endswith(kind) and len(text) > len(kind)), "")
    return Name(text[: len(text) - len(kind)].casefold(), kind, "", text)


def other_names(name: Name) -> list[Name]:
    """Other ways to divide a name into core and kind: 枣园 may be said for 枣园小区, and 枣园小区 for 枣园."""
    if name.kind in _SHORT_COMPOUNDS:
        return [Name(name.core + name.kind, "", "", name.shown)]
    if name.kind in DWELLINGS and (shorter := _name(name.core)).kind in _SHORT_COMPOUNDS:
        return [shorter]
    return []
