"""Flow: the workflow as data: which steps lead from where to where, who may take them, and what each needs."""

from __future__ import annotations

from collections.abc import Collection, Mapping
from dataclasses import dataclass
from enum import StrEnum
from types import MappingProxyType

from mapsvc.model.incident import Status


class Who(StrEnum):
    """Who may take a step. An administrator without grids of its own may take every one."""

    DISPATCHER = "dispatcher"
    """The centre: an account with the right to dispatch, in its grids."""
    WORKER = "worker"
    """A worker of the incident's grid."""
    HANDLER = "handler"
    """The post or department that is called to it."""


class Need(StrEnum):
    """What a step cannot be taken without."""

    REASON = "reason"
    """One of the step's reasons, or words where it lists none."""
    NOTE = "note"
    EVIDENCE = "evidence"
    """A note, or photos of the incident that the step names."""
    LIMIT = "limit"
    """A limit to resolve: from the table, or given with the step."""
    FEEDBACK = "feedback"
    """Feedback or a return visit since the matter was dispatched last, or a note that tells of it."""


class ClockRule(StrEnum):
    """What becomes of the clock: it runs on, or begins anew with the next dispatch."""

    KEEP = "keep"
    RESTART = "restart"


TARGET_OF: Mapping[str, Status | None] = MappingProxyType(
    {
        "accept": Status.ACCEPTED,
        "reject": Status.REJECTED,
        "fast_close": Status.CLOSED,
        "file": Status.FILED,
        "merge": Status.VOIDED,
        "dispatch": Status.DISPATCHED,
        "take": Status.HANDLING,
        "return": Status.FILED,
        "resolve": Status.RESOLVED,
        "extend": None,
        "suspend": Status.SUSPENDED,
        "resume": Status.HANDLING,
        "verify_ok": Status.VERIFIED,
        "verify_fail": Status.REWORK,
        "close": Status.CLOSED,
        "reopen": Status.FILED,
    }
)
"""Where each step leads: its name decides what it does, the table decides from where, by whom and with what. None =
the state stays."""
ACTS = ("urge", "arrive", "feedback", "visit")
"""Acts change no state; they are events."""


@dataclass(frozen=True, slots=True)
class Reason:
    """A reason to choose from. code: a-z, 0-9 and underscores."""

    code: str
    text: str
    text_zh: str = ""


@dataclass(frozen=True, slots=True)
class Transition:
    """One row of the table. An act has its state as source and target."""

    name: str
    source: Status
    target: Status
    who: tuple[Who, ...]
    needs: tuple[Need, ...] = ()
    reasons: tuple[Reason, ...] = ()
    title: str = ""
    title_zh: str = ""

    def reason(self, code: str) -> Reason | None:
        """The reason with this code."""
        return next((one for one in self.reasons if one.code == code), None)


@dataclass(frozen=True, slots=True)
class Flow:
    """The whole workflow.

    return_clock, rework_clock: what becomes of the clock when a department returns a matter or it failed its check.
    undo_s: seconds in which a dispatch can be undone. soon_share: an open incident turns yellow when this share of its
    limit, or less, is left.
    """

    transitions: tuple[Transition, ...]
    acts: tuple[Transition, ...] = ()
    return_clock: ClockRule = ClockRule.KEEP
    rework_clock: ClockRule = ClockRule.KEEP
    undo_s: int = 60
    soon_share: float = 0.25

    def find(self, status: Status, name: str) -> Transition | None:
        """The step `name` from this state, None where there is none."""
        rows = (*self.transitions, *self.acts)
        return next((row for row in rows if row.source is status and row.name == name), None)

    def steps_from(self, status: Status) -> tuple[Transition, ...]:
        """All steps and acts from a state, in the order of the table."""
        return tuple(row for row in (*self.transitions, *self.acts) if row.source is status)

    def reason_of(self, name: str, code: str) -> Reason | None:
        """The reason that a step of this name was given, from whatever state it was taken."""
        rows = (row for row in (*self.transitions, *self.acts) if row.name == name)
        return next((found for row in rows if (found := row.reason(code))), None)


def joined(names: Collection[str]) -> str:
    """Names as they stand in a sentence: "accept, reject"; "none" where there is none."""
    return ", ".join(names) or "none"
