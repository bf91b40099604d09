"""JSON -> commands, strict: an unknown kind or member, a wrong type or a place off the globe is refused by name."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Callable, Mapping, Sequence
from typing import Any, Protocol

from shapely.geometry import LineString, MultiPolygon, Polygon

from mapsvc.errors import BadQuery
from mapsvc.model.redraw import (
    AddVertex,
    Command,
    Merge,
    MoveVertices,
    RemoveVertex,
    Reshape,
    SetAttributes,
    SetFrame,
    SnapEdge,
    Split,
    Transfer,
    VertexMove,
)
from mapsvc.services.redraw.given import Given

_MAX_MOVES = 1000
_ATTRIBUTES = ("code", "name", "name_zh", "kind", "theme", "theme_zh", "unit", "unit_zh")
_WIDEST_SNAP_M = 200.0


class Needs(Protocol):
    """What a command cannot say by itself: it is looked up in the draft it is meant for."""

    def new_code(self, given: str) -> str:
        """The code of a new grid: `given`, or the next free one where it is empty."""

    def street(self, arc: int, site_id: str | None, within_m: float) -> LineString:
        """The street with this id, or the one nearest to an arc. Raises BadQuery, Refused."""

    def area_of(self, ids: Sequence[str]) -> Polygon | MultiPolygon:
        """The ground of blocks and buildings. Raises BadQuery for an unknown id."""

    def proposed(self, given: Given) -> tuple[Command, ...]:
        """The transfers of a proposal's steps."""


def read_commands(value: Any, needs: Needs) -> tuple[Command, ...]:
    """The commands of one edit, in order; most edits are one. Raises BadQuery, Refused."""
    given = Given.of(value, "command")
    kind = given.text("kind")
    reader = _READERS.get(kind)
    if reader is None:
        raise BadQuery(f"command.kind is one of {', '.join(_READERS)}.", field="command.kind")
    names, read = reader
    given.check_known((*names, "kind", "pieces_reason"))
    found = read(given, needs)
    return found if isinstance(found, tuple) else (found,)


def title_of(command: Mapping[str, Any]) -> str:
    """What an edit did, in a few words; grid codes stand as they are."""
    kind = str(command.get("kind", ""))
    if kind == "move" and len(command["moves"]) > 1:
        return f"{len(command['moves'])} vertices moved"
    listed = {name: ", ".join(map(str, value)) for name, value in command.items() if isinstance(value, list)}
    counted = {f"n_{name}": len(value) for name, value in command.items() if isinstance(value, list)}
    return _TITLES.get(kind, kind).format_map(defaultdict(str, {**command, **listed, **counted}))


_TITLES: Mapping[str, str] = {
    "move": "One vertex moved",
    "add_vertex": "Vertex added",
    "remove_vertex": "Vertex removed",
    "reshape": "Edge of {between} reshaped",
    "snap": "Edge laid on a street",
    "split": "{code} split by a line",
    "merge": "{codes} merged into {survivor}",
    "transfer": "Ground given to {to}",
    "transfer_blocks": "{n_ids} blocks given to {to}",
    "attributes": "{code} renamed or re-staffed",
    "frame": "Frame changed",
    "proposal": "Steps of a proposal taken over",
    "adopt": "Taken from a file",
    "rebase": "{edits} edits brought onto a newer edition",
    "merge_draft": "Changes of draft {draft} taken over",
}


def _pieces(given: Given) -> bool:
    return bool(given.text("pieces_reason", "").strip())


def _move(given: Given, needs: Needs) -> Command:
    moves = given.values.get("moves")
    if not isinstance(moves, list) or not 0 < len(moves) <= _MAX_MOVES:
        given.fail("moves", f"is a list of 1 to {_MAX_MOVES} moves")
    read = []
    for number, one in enumerate(moves):
        move = Given.of(one, f"command.moves[{number}]")
        move.check_known(("arc", "index", "to"))
        read.append(VertexMove(move.whole("arc"), move.whole("index"), *move.lonlat("to")))
    return MoveVertices(tuple(read), given.flag("frame"))


def _add_vertex(given: Given, needs: Needs) -> Command:
    return AddVertex(given.whole("arc"), given.whole("index"), *given.lonlat("at"), frame=given.flag("frame"))


def _remove_vertex(given: Given, needs: Needs) -> Command:
    return RemoveVertex(given.whole("arc"), given.whole("index"), frame=given.flag("frame"))


def _reshape(given: Given, needs: Needs) -> Command:
    between = given.texts("between")
    if len(between) != 2 or between[0] == between[1]:
        given.fail("between", "names two grids")
    return Reshape(given.line("line"), (between[0], between[1]), _pieces(given))


def _snap(given: Given, needs: Needs) -> Command:
    arc, within_m = given.whole("arc"), given.number("within_m", 0.1, _WIDEST_SNAP_M)
    if "line" in given.values:
        if "street" in given.values:
            given.fail("line", "and command.street cannot both be given")
        street = given.line("line")
    else:
        street = needs.street(arc, given.text("street") if "street" in given.values else None, within_m)
    return SnapEdge(arc, street, within_m, _pieces(given))


def _split(given: Given, needs: Needs) -> Command:
    return Split(
        given.text("code"),
        given.line("line"),
        needs.new_code(given.text("new_code", "").strip()),
        given.text("new_name", "").strip(),
        given.text("new_name_zh", "").strip(),
        _pieces(given),
    )


def _merge(given: Given, needs: Needs) -> Command:
    codes, survivor = given.texts("codes"), given.text("survivor")
    if len(set(codes)) != len(codes) or len(codes) < 2:
        given.fail("codes", "names two or more different grids")
    if survivor not in codes:
        given.fail("survivor", "is one of command.codes")
    return Merge(codes, survivor, _pieces(given))


def _transfer(given: Given, needs: Needs) -> Command:
    givers = given.texts("givers") if given.values.get("givers") else ()
    return Transfer(given.area("area"), given.text("to"), givers, _pieces(given))


def _transfer_blocks(given: Given, needs: Needs) -> Command:
    return Transfer(needs.area_of(given.texts("ids")), given.text("to"), (), _pieces(given))


def _attributes(given: Given, needs: Needs) -> Command:
    values = Given.of(given.values.get("values"), "command.values")
    values.check_known(_ATTRIBUTES)
    if not values.values:
        given.fail("values", "names what changes")
    return SetAttributes(given.text("code"), {name: values.text(name) for name in values.values})


def _frame(given: Given, needs: Needs) -> Command:
    return SetFrame(given.area("frame"), _pieces(given))


def _proposal(given: Given, needs: Needs) -> tuple[Command, ...]:
    return needs.proposed(given)


_Reader = Callable[[Given, Needs], Command | tuple[Command, ...]]
_READERS: Mapping[str, tuple[tuple[str, ...], _Reader]] = {
    "move": (("moves", "frame"), _move),
    "add_vertex": (("arc", "index", "at", "frame"), _add_vertex),
    "remove_vertex": (("arc", "index", "frame"), _remove_vertex),
    "reshape": (("line", "between"), _reshape),
    "snap": (("arc", "street", "line", "within_m"), _snap),
    "split": (("code", "line", "new_code", "new_name", "new_name_zh"), _split),
    "merge": (("codes", "survivor"), _merge),
    "transfer": (("area", "to", "givers"), _transfer),
    "transfer_blocks": (("ids", "to"), _transfer_blocks),
    "attributes": (("code", "values"), _attributes),
    "frame": (("frame",), _frame),
    "proposal": (("proposal", "steps"), _proposal),
}
