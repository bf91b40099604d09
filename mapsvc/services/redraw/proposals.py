"""Proposals: how the load of a draft could be balanced, step by step; nothing is stored until a step is taken over."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace
from typing import TYPE_CHECKING, Any

import numpy as np
import numpy.typing as npt
import shapely

from mapsvc.errors import BadQuery
from mapsvc.model.draft import Edit
from mapsvc.model.redraw import Adopt, Command, Transfer
from mapsvc.services.redraw.block_book import BlockSet
from mapsvc.services.redraw.desk import Desk, Json
from mapsvc.services.redraw.given import Given
from mapsvc.services.redraw.regroup import regrouped
from mapsvc.services.redraw.session import Session
from mapsvc.services.redraw.state import State
from mapsvc.services.scene.memo import Memo

if TYPE_CHECKING:
    from mapsvc.analysis.ground import Ground
    from mapsvc.geo.propose import Proposal, Step

FloatArray = npt.NDArray[np.float64]

_KINDS = ("smallest", "fresh")
_KEPT = 12
_MOST_SEED = 2**31 - 1


@dataclass(frozen=True, slots=True)
class Wish:
    """What is asked for. grids: codes that take part, () = all that are not locked; revision: the draft it is for."""

    kind: str
    within: float
    seed: int
    grids: tuple[str, ...]
    revision: int

    @classmethod
    def of(cls, given: Given, revision: int) -> Wish:
        """Read `{kind, within?, seed?, grids?, revision?}`. Raises BadQuery."""
        given.check_known(("kind", "within", "seed", "grids", "revision"))
        kind = given.text("kind")
        if kind not in _KINDS:
            given.fail("kind", f"is one of {', '.join(_KINDS)}")
        seed = given.whole("seed") if given.values.get("seed") is not None else 1
        if seed > _MOST_SEED:
            given.fail("seed", f"is a whole number up to {_MOST_SEED}")
        grids = given.texts("grids") if given.values.get("grids") else ()
        wanted = given.whole("revision") if given.values.get("revision") is not None else revision
        return cls(kind, given.number("within", 0.001, 1.0, 0.05), seed, tuple(sorted(set(grids))), wanted)

    def as_json(self) -> Json:
        """The wish as it is sent back, and as a command repeats it."""
        told: Json = {"kind": self.kind, "within": self.within, "seed": self.seed, "revision": self.revision}
        return told | ({"grids": list(self.grids)} if self.grids else {})


@dataclass(frozen=True, slots=True, eq=False)
class Worked:
    """A proposal with the blocks it is made of and the draft it is for. by_households: what the load counts."""

    wish: Wish
    state: State
    blocks: BlockSet
    proposal: Proposal
    by_households: bool


class Proposals:
    """Works them out and keeps them: a step taken over later is the step that was shown."""

    def __init__(self, desk: Desk) -> None:
        self._desk = desk
        self._kept: Memo[Worked] = Memo(_KEPT)

    def propose(self, draft_id: str, revision: int, asked: Mapping[str, Any]) -> Json:
        """PROPOSALS."""
        with self._desk.sessions.open(draft_id) as session:
            now = self._desk.newest(session, revision)
            wish = _continued(Wish.of(Given(asked, "body"), revision), asked, session)
            state = self._state_for(session, wish)
        return self._told(self._work(state, wish), now) | {"revision": revision}

    def commands(self, given: Given, now: State) -> tuple[Command, ...]:
        """The commands that take over steps of a proposal on the state `now`."""
        wish = Wish.of(Given.of(given.values.get("proposal"), "command.proposal"), now.draft.revision)
        state = now
        if wish.revision != now.draft.revision:
            with self._desk.sessions.open(now.draft.id) as session:
                state = self._state_for(session, wish)
        worked = self._work(state, wish)
        from mapsvc.geo.edit.frame_nodes import with_nodes

        allowed = bool(given.text("pieces_reason", "").strip())
        if wish.kind == "fresh":
            grids = regrouped(state, worked.blocks, worked.proposal.owner)
            # A street that meets the frame puts a vertex on it: the frame gets the same one.
            frame = with_nodes(state.partition.frame, [grid.polygon for grid in grids])
            return (Adopt(grids, frame, allow_pieces=allowed),)
        steps = worked.proposal.steps
        chosen = _chosen(given, len(steps))
        codes = worked.blocks.codes
        # A step may leave a grid in two pieces until a later one mends it; all steps together never do.
        allowed = allowed or (len(chosen) == len(steps) and any(step.splits for step in steps))
        found = [
            Transfer(_area(worked, steps[place]), codes[steps[place].target], (codes[steps[place].source],), allowed)
            for place in chosen
        ]
        if not found:
            raise BadQuery("The proposal has no step to take over.", field="command.steps")
        return tuple(found)

    def _state_for(self, session: Session, wish: Wish) -> State:
        """The draft as the proposal saw it. Raises BadQuery where that is no longer known."""
        now = session.state()
        state = now if wish.revision == now.draft.revision else self._desk.sessions.find_state(session, wish.revision)
        if state is None or state.start is not session.start:
            raise BadQuery("The revision of this proposal is no longer known.", field="proposal.revision")
        return state

    def _work(self, state: State, wish: Wish) -> Worked:
        ground_key = self._desk.standings.key(state.start.epsg)
        key = (state.draft.id, state.draft.revision, wish, ground_key)
        return self._kept.get(key, lambda: self._make(state, wish))

    def _make(self, state: State, wish: Wish) -> Worked:
        from mapsvc.geo.propose import fresh, smallest_change

        ground = self._desk.standings.ground(state.start.epsg)
        blocks = self._desk.blocks.get(state, ground)
        by_households = not blocks.count(ground.counted).any()
        load = _load(blocks, ground, by_households)
        locked = _resting(state, wish)
        k = len(blocks.codes)
        if wish.kind == "fresh":
            made = fresh(blocks.blocks, load, k - len(locked), wish.within, wish.seed, locked)
        else:
            rules = (k, wish.within, wish.seed, locked)
            made = smallest_change(blocks.blocks, load, blocks.blocks.grid, *rules)
            if not made.reached:
                finer = blocks.split(load, made.owner, wish.within, locked)
                again = smallest_change(finer.blocks, _load(finer, ground, by_households), finer.blocks.grid, *rules)
                if again.now.deviation < made.now.deviation:
                    blocks, made = finer, again
        return Worked(wish, state, blocks, made, by_households)

    def _told(self, worked: Worked, now: State) -> Json:
        proposal = worked.proposal
        was, new = proposal.was, proposal.now
        notes = list(proposal.notes)
        if worked.by_households:
            notes.append("There are no incidents of the last 90 days: households are balanced instead.")
        return {
            "proposal": worked.wish.as_json(),
            "seed": worked.wish.seed,
            "reached": proposal.reached,
            "deviation": [was.deviation, new.deviation],
            "ratio": [was.ratio, new.ratio],
            "moved_load": proposal.moved_load,
            "moved_share": proposal.moved_share,
            "area_m2": round(proposal.moved_area_m2, 1),
            "cut_m": [was.cut_m, new.cut_m],
            "compactness": [was.compactness, new.compactness],
            "heaviest_share": proposal.heaviest_share,
            "notes": notes,
            "steps": _fresh_step(worked) if worked.wish.kind == "fresh" else _steps(worked, now),
        }


def _is_of(edit: Edit, wish: Wish) -> bool:
    """Whether an edit took over steps of this wish, at whatever revision it was worked out."""
    told = edit.command.get("proposal")
    if edit.command.get("kind") != "proposal" or not isinstance(told, dict):
        return False
    return Wish.of(Given(told, "proposal"), wish.revision) == replace(
        wish, revision=told.get("revision", wish.revision)
    )


def _taken_over(session: Session, wish: Wish) -> list[Edit]:
    """The last edits in effect, as far back as all of them are steps of this wish."""
    found: list[Edit] = []
    for edit in reversed(session.edits[: session.draft.position]):
        if not _is_of(edit, wish):
            break
        found.insert(0, edit)
    return found


def _continued(wish: Wish, asked: Mapping[str, Any], session: Session) -> Wish:
    """The same question again, after steps of its answer were taken over, is about that answer."""
    taken = _taken_over(session, wish) if asked.get("revision") is None else []
    return replace(wish, revision=int(taken[0].command["proposal"]["revision"])) if taken else wish


def _resting(state: State, wish: Wish) -> tuple[int, ...]:
    """Indices of the grids that take no part: locked ones, and those not named where some are. Raises BadQuery."""
    codes = state.partition.codes
    for code in wish.grids:
        if code not in codes:
            raise BadQuery(f'There is no grid "{code[:40]}" in this draft.', field="grids")
    resting = {code for code in codes if wish.grids and code not in wish.grids} | state.locked
    if len(codes) - len(resting) < 2:
        raise BadQuery("A proposal needs two grids or more that are not locked.", field="grids")
    return tuple(number for number, code in enumerate(codes) if code in resting)


def _load(blocks: BlockSet, ground: Ground, by_households: bool) -> FloatArray:
    """What is balanced, by block."""
    return (blocks.households if by_households else blocks.count(ground.counted)).astype(np.float64)


def _chosen(given: Given, count: int) -> Sequence[int]:
    """Places of the steps that are asked for, in order."""
    steps = given.values.get("steps")
    if steps == "all":
        return range(count)
    if not isinstance(steps, list) or not steps or not all(type(one) is int and 1 <= one <= count for one in steps):
        given.fail("steps", f'is "all" or a list of numbers from 1 to {count}')
    return [one - 1 for one in sorted(set(steps))]


def _area(worked: Worked, step: Step) -> Any:
    return worked.blocks.blocks.union(step.blocks)


def _steps(worked: Worked, now: State) -> list[Json]:
    blocks, codes = worked.blocks, worked.blocks.codes
    told_of = blocks.ground.told
    if told_of is None:
        told_of = np.ones(len(blocks.of_incident), np.bool_)
    incidents, still_open = blocks.count(told_of), blocks.count(told_of & blocks.ground.is_open)
    told = []
    for number, step in enumerate(worked.proposal.steps, start=1):
        source, target, shape = codes[step.source], codes[step.target], _area(worked, step)
        told.append(
            {
                "n": number,
                "title": f"From {source} to {target}",
                "from": source,
                "to": target,
                "households": int(blocks.households[step.blocks].sum()),
                "incidents": int(incidents[step.blocks].sum()),
                "open": int(still_open[step.blocks].sum()),
                "area_m2": round(step.area_m2, 1),
                "deviation": list(step.deviation),
                "ratio": list(step.ratio),
                "cut_m": round(step.cut_m, 1),
                "why": step.why(codes),
                "shape": shape,
                "command": {"kind": "proposal", "proposal": worked.wish.as_json(), "steps": [number]},
                "applied": _lies_in(now, target, shape),
            }
        )
    return told


def _fresh_step(worked: Worked) -> list[Json]:
    proposal = worked.proposal
    return [
        {
            "n": 1,
            "title": "Fresh plan from blocks",
            "from": None,
            "to": None,
            "households": None,
            "incidents": None,
            "open": None,
            "area_m2": round(proposal.moved_area_m2, 1),
            "deviation": [proposal.was.deviation, proposal.now.deviation],
            "ratio": [proposal.was.ratio, proposal.now.ratio],
            "why": "All grids are drawn anew from whole blocks.",
            "shape": None,
            "command": {"kind": "proposal", "proposal": worked.wish.as_json(), "steps": "all"},
            "applied": False,
        }
    ]


def _lies_in(now: State, code: str, shape: Any) -> bool:
    """Whether the ground of a step is the receiver's already."""
    if code not in now.partition.codes:
        return False
    taker = now.partition.polygon(now.partition.number_of(code))
    return all(bool(shapely.covers(taker, part.representative_point())) for part in shapely.get_parts(shape))
