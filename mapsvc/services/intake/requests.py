"""Requests: the incidents that an Open311 client asks for; a channel's key shows what that channel reported."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from typing import Any

import numpy as np
import numpy.typing as npt

from mapsvc.errors import BadInput, Forbidden, NotFound
from mapsvc.model.account import Actor, Right
from mapsvc.model.incident import CLOSED_STATUSES, STATUS_CODE, Incident
from mapsvc.services.intake.open311 import request_of
from mapsvc.services.scene.scene import Stage

MOST = 1000
LONGEST_S = 90 * 86_400
STATES = ("open", "closed")
MOST_LOOKED_AT = 20_000
"""Incidents that are looked through, newest first, for those of one channel."""
_PAGE = 500
_CLOSED = np.array([STATUS_CODE[status] for status in CLOSED_STATUSES])


@dataclass(frozen=True, slots=True)
class Wanted:
    """What a client asks for. ids win over all else; since, until: of the time of reporting, epoch seconds."""

    ids: tuple[str, ...] = ()
    codes: tuple[str, ...] = ()
    states: tuple[str, ...] = ()
    since: int | None = None
    until: int | None = None


class Requests:
    """Reads incidents as service requests."""

    def __init__(self, stage: Stage) -> None:
        self._stage = stage

    def find(self, wanted: Wanted, actor: Actor, datum: str) -> list[dict[str, Any]]:
        """Requests, newest first, at most MOST. Raises BadInput, Forbidden."""
        if not (actor.channel or actor.may(Right.SEE)):
            raise Forbidden("Requests are shown to channels and to accounts that may see.", right=Right.SEE.value)
        marks = self._stage.journal.marks()
        registers = self._stage.registers(marks)
        found = self._named(wanted.ids) if wanted.ids else self._matching(wanted)
        told: list[dict[str, Any]] = []
        for one in found:
            if not actor.channel or one.channel == actor.channel:
                kind = registers.task_types.get(one.task_type)
                told.append(request_of(one, kind, registers.community.tz, datum))
                if len(told) == MOST:
                    break
        return told

    def get(self, request_id: str, actor: Actor, datum: str) -> dict[str, Any]:
        """One request; NotFound, also where it is another channel's."""
        found = self.find(Wanted(ids=(request_id,)), actor, datum)
        if not found:
            raise NotFound("There is no service request with this id.")
        return found[0]

    def _named(self, ids: Sequence[str]) -> list[Incident]:
        fids = [int(one[1:]) for one in ids[:MOST] if _is_id(one)]
        return self._stage.store.list_incidents(fids)

    def _matching(self, wanted: Wanted) -> Iterator[Incident]:
        fids = self._fids(wanted)
        for start in range(0, min(len(fids), MOST_LOOKED_AT), _PAGE):
            yield from self._stage.store.list_incidents(fids[start : start + _PAGE].tolist())

    def _fids(self, wanted: Wanted) -> npt.NDArray[np.int64]:
        """Numbers of the incidents that match, the last reported first."""
        until = wanted.until
        if until is None:
            until = self._stage.clock.now() + 1 if wanted.since is None else wanted.since + LONGEST_S
        since = until - LONGEST_S if wanted.since is None else wanted.since
        if until < since:
            raise BadInput("end_date lies before start_date.", field="end_date")
        if until - since > LONGEST_S:
            raise BadInput("start_date and end_date are at most 90 days apart.", field="end_date")
        columns = self._stage.rows(self._stage.journal.marks()).snapshot.columns
        mask = (columns.reported_at >= since) & (columns.reported_at <= until)
        if wanted.codes:
            numbers = [number for number, code in enumerate(columns.task_types) if code in wanted.codes]
            mask &= np.isin(columns.task_type, numbers)
        if len(set(wanted.states)) == 1:
            mask &= np.isin(columns.status, _CLOSED) == (wanted.states[0] == "closed")
        rows = np.flatnonzero(mask)
        newest = rows[np.argsort(columns.reported_at[rows], kind="stable")[::-1]]
        found: npt.NDArray[np.int64] = columns.fid[newest]
        return found


def _is_id(text: str) -> bool:
    digits = text[1:]
    return text.startswith("i") and digits.isascii() and digits.isdigit() and len(digits) < 19
