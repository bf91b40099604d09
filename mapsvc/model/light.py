"""Light: how an open incident stands against its limit."""

from __future__ import annotations

from enum import StrEnum

import numpy as np
import numpy.typing as npt

from mapsvc.model.incident import CLOSED_STATUSES, STATUS_CODE, STATUSES, WAITING_STATUSES, IntArray, Status


class Light(StrEnum):
    """What the symbol on the map says; the order is the code number in columns."""

    GREEN = "green"
    YELLOW = "yellow"
    RED = "red"
    WAITING = "waiting"
    CLOSED = "closed"
    SUSPENDED = "suspended"


LIGHTS = tuple(Light)
LIGHT_CODE = {light: code for code, light in enumerate(LIGHTS)}
SOON_SHARE = 0.25
"""An open incident turns yellow when this share of its limit, or less, is left, unless the workflow says otherwise."""

_IS_CLOSED = np.array([status in CLOSED_STATUSES for status in STATUSES])
_IS_WAITING = np.array([status in WAITING_STATUSES for status in STATUSES])


def closed_mask(status: npt.NDArray[np.int8]) -> npt.NDArray[np.bool_]:
    """True where a status code ends the incident."""
    mask: npt.NDArray[np.bool_] = _IS_CLOSED[status]
    return mask


def light_codes(
    status: npt.NDArray[np.int8], due_at: IntArray, limit_s: IntArray, now: int, soon_share: float = SOON_SHARE
) -> npt.NDArray[np.int8]:
    """Light codes of n incidents at `now`.

    due_at: epoch seconds UTC, 0 = no clock; limit_s: seconds from start of the clock to due_at.
    Overdue beats waiting: a matter nobody was sent to is late all the same. Suspended ones have no other light.
    """
    left = due_at - now
    has_clock = due_at > 0
    codes = np.zeros(len(status), np.int8)
    codes[has_clock & (left <= soon_share * limit_s)] = LIGHT_CODE[Light.YELLOW]
    codes[_IS_WAITING[status]] = LIGHT_CODE[Light.WAITING]
    codes[has_clock & (left <= 0)] = LIGHT_CODE[Light.RED]
    codes[status == STATUS_CODE[Status.SUSPENDED]] = LIGHT_CODE[Light.SUSPENDED]
    codes[_IS_CLOSED[status]] = LIGHT_CODE[Light.CLOSED]
    return codes
