"""Needs: what a command looks up in the draft it is meant for: a free code, a street, the ground of blocks."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

import shapely
from shapely.geometry import LineString, MultiPolygon, Polygon

from mapsvc.errors import BadQuery, Refused
from mapsvc.model.finding import Finding, Rule, Severity
from mapsvc.model.redraw import Command
from mapsvc.model.site import Site
from mapsvc.services.redraw.desk import Desk
from mapsvc.services.redraw.given import Given
from mapsvc.services.redraw.new_code import next_code
from mapsvc.services.redraw.proposals import Proposals
from mapsvc.services.redraw.state import State

_DEGREE_M = 111_000.0


@dataclass(frozen=True, slots=True)
class DraftNeeds:
    """As `command_json.Needs` asks, of one state of a draft."""

    state: State
    desk: Desk
    proposals: Proposals

    def new_code(self, given: str) -> str:
        """`given`, or the next free code of the draft."""
        return given or next_code(self.state.partition.codes, self.desk.used_codes())

    def street(self, arc: int, site_id: str | None, within_m: float) -> LineString:
        """One line of the street, the one nearest to the arc."""
        arcs = self.state.partition.arcs
        if arc not in arcs:
            told = f"There is no edge {arc} in this draft."
            raise Refused(told, [Finding(Rule.NO_SUCH_PLACE, Severity.ERROR, told)], field="command.arc")
        edge = LineString(self.state.partition.degrees(arcs[arc].steps))
        lines = _lines(self._streets(site_id, edge, within_m))
        if not lines:
            told = f"No street lies within {within_m:g} m of this edge."
            raise Refused(told, [Finding(Rule.NO_CUT, Severity.ERROR, told, where=edge)], field="command.street")
        reach = within_m / _DEGREE_M
        # The longest company wins: a crossing street is near in one point only.
        along = [float(line.intersection(edge.buffer(reach)).length) for line in lines]
        return lines[along.index(max(along))]

    def _streets(self, site_id: str | None, edge: LineString, within_m: float) -> list[Site]:
        streets = [site for site in self.desk.stage.sites(self.desk.stage.journal.marks()) if site.kind == "street"]
        if site_id is not None:
            found = [site for site in streets if site.id == site_id]
            if not found:
                raise BadQuery(f'There is no street "{site_id[:40]}".', field="command.street")
            return found
        # A degree of longitude is shorter than one of latitude, so this box is wide enough up to 60 degrees.
        near = shapely.box(*edge.buffer(2 * within_m / _DEGREE_M).bounds)
        return [site for site in streets if site.geometry.intersects(near)]

    def area_of(self, ids: Sequence[str]) -> Polygon | MultiPolygon:
        """The ground of blocks and buildings of this revision."""
        ground = self.desk.standings.ground(self.state.start.epsg)
        area: Polygon | MultiPolygon = self.desk.blocks.get(self.state, ground).area_of(ids)
        return area

    def proposed(self, given: Given) -> tuple[Command, ...]:
        """The transfers of a proposal's steps."""
        return self.proposals.commands(given, self.state)


def _lines(sites: Sequence[Site]) -> list[LineString]:
    parts = [part for site in sites for part in shapely.get_parts(site.geometry)]
    return [part for part in parts if isinstance(part, LineString) and not part.is_empty]
