"""Every error the service raises on purpose, as one tree.

    MapsvcError
    ├── BadInput               the caller's words are wrong (field names the place)
    │   ├── BadQuery           a request parameter
    │   ├── BadFile            a file, with row or feature where known
    │   │   └── CrsUnknown     a file whose coordinate system is absent or contradictory
    │   ├── PersonLabel        a category that would label a person
    │   ├── BadRows            some of many rows; none was taken
    │   └── Refused            an edit that would break the map; carries its findings
    ├── NotFound               no such plan, grid, incident, file
    │   └── NoPlan             nothing is stored yet
    ├── Conflict               the thing moved on, or is already there
    │   ├── Stale              the caller's revision is not the newest one
    │   ├── Clash              two changes of the same line; carries both
    │   ├── Behind             the edition that a draft replaces is no longer in force
    │   └── IllegalStep        the workflow has no such step from here
    ├── NotSignedIn            nobody signed in, or the password or key is wrong
    ├── Forbidden              this caller may not do that here
    ├── TooMany                too many requests or tries; wait
    ├── CannotTell             a statistic that the data do not carry; the reason is the message
    ├── Busy                   the store is locked or full for now; try again
    │   └── Overtaken          an edition came into force since a place was looked up
    ├── Cancelled              long work that was stopped by its user
    └── Broken                 the installation is incomplete (asset, dependency, schema)

`web.errors` holds the one table from these classes to HTTP; `cli` the one to exit codes.
Messages are plain sentences for the person who made the request.
"""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any


class MapsvcError(Exception):
    """Base of all errors raised on purpose; `str()` is a sentence for the user."""


class BadInput(MapsvcError):
    """The caller's input is wrong; `field` names the parameter, column or property."""

    def __init__(self, message: str, *, field: str | None = None) -> None:
        super().__init__(message)
        self.field = field


class BadQuery(BadInput):
    """A request parameter cannot be read."""


class BadFile(BadInput):
    """A file cannot be taken; `file` is its name, `where` the row or feature (1-based) if known."""

    def __init__(
        self,
        message: str,
        *,
        file: str,
        where: str | None = None,
        field: str | None = None,
    ) -> None:
        place = f"{file}, {where}" if where else file
        super().__init__(f"{place}: {message}", field=field)
        self.file = file
        self.where = where


class CrsUnknown(BadFile):
    """The coordinate system is neither in the file nor stated, or the two contradict each other."""


class PersonLabel(BadInput):
    """A category that labels a person was offered; mapsvc keeps none."""


class BadRows(BadInput):
    """Some of many rows are wrong, and none was taken. rows: (position from 0, field, sentence) of each wrong one."""

    def __init__(self, message: str, rows: Sequence[tuple[int, str, str]], *, field: str | None = None) -> None:
        super().__init__(message, field=field)
        self.rows = tuple(rows)


class Refused(BadInput):
    """An edit that would break the map; nothing was changed.

    findings: values of model.finding, where and why, at least one.
    """

    def __init__(self, message: str, findings: Sequence[Any] = (), *, field: str | None = None) -> None:
        super().__init__(message, field=field)
        self.findings = tuple(findings)


class NotFound(MapsvcError):
    """What was asked for does not exist."""


class NoPlan(NotFound):
    """No plan is stored yet: the state of a first start."""


class Conflict(MapsvcError):
    """The change does not fit what is stored now."""


class Stale(Conflict):
    """Another change came first. revision: the newest one; details: JSON values for the answer."""

    def __init__(self, message: str, *, revision: int, details: dict[str, Any] | None = None) -> None:
        super().__init__(message)
        self.revision = revision
        self.details = details or {}


class Clash(Conflict):
    """Two changes of the same line.

    findings: values of model.finding, one a line in dispute, `where` showing what each wants.
    """

    def __init__(self, message: str, findings: Sequence[Any] = ()) -> None:
        super().__init__(message)
        self.findings = tuple(findings)


class Behind(Conflict):
    """The edition a draft means to replace is not the one in force. parent, in_force: plan ids, None = no edition."""

    def __init__(self, message: str, *, parent: str | None, in_force: str | None) -> None:
        super().__init__(message)
        self.parent = parent
        self.in_force = in_force


class IllegalStep(Conflict):
    """The workflow has no such step from the state the incident is in. allowed: the steps it has from there."""

    def __init__(self, message: str, *, allowed: Sequence[str] = ()) -> None:
        super().__init__(message)
        self.allowed = tuple(allowed)


class NotSignedIn(MapsvcError):
    """Nobody signed in, or the password or key is wrong. left: tries that remain, None where tries are not counted."""

    def __init__(self, message: str, *, left: int | None = None) -> None:
        super().__init__(message)
        self.left = left


class Forbidden(MapsvcError):
    """This caller may not do that here. right: what it would need ("dispatch"), "" where no right would help."""

    def __init__(self, message: str, *, right: str = "") -> None:
        super().__init__(message)
        self.right = right


class TooMany(MapsvcError):
    """Too many requests or tries. wait_s: seconds until the next one is taken."""

    def __init__(self, message: str, *, wait_s: int) -> None:
        super().__init__(message)
        self.wait_s = wait_s


class CannotTell(MapsvcError):
    """The data do not carry the statistic that was asked for."""


class Busy(MapsvcError):
    """The store cannot take the work right now; the same call may succeed later."""


class Overtaken(Busy):
    """An edition came into force since the grid of a place was looked up; look it up again."""


class Cancelled(MapsvcError):
    """The user stopped the work; nothing of the unfinished batch is kept."""


class Broken(MapsvcError):
    """The installation misses something it needs."""
