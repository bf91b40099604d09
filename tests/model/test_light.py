from __future__ import annotations

import numpy as np
import pytest

from mapsvc.model.incident import STATUS_CODE, Status
from mapsvc.model.light import LIGHTS, light_codes

LIMIT = 24 * 3600
NOW = 1_000_000


@pytest.mark.parametrize(
    ("status", "due_at", "light"),
    [
        (Status.HANDLING, NOW + LIMIT, "green"),
        (Status.HANDLING, NOW + LIMIT // 4 + 1, "green"),
        (Status.HANDLING, NOW + LIMIT // 4, "yellow"),
        (Status.HANDLING, NOW + 1, "yellow"),
        (Status.HANDLING, NOW, "red"),
        (Status.HANDLING, NOW - 9, "red"),
        (Status.HANDLING, 0, "green"),
        (Status.REPORTED, 0, "waiting"),
        (Status.FILED, NOW + 1, "waiting"),
        (Status.ACCEPTED, NOW - 1, "red"),
        (Status.CLOSED, NOW - 9, "closed"),
        (Status.REJECTED, 0, "closed"),
        (Status.VOIDED, NOW + LIMIT, "closed"),
    ],
)
def test_the_light_follows_status_and_time_left(status: Status, due_at: int, light: str) -> None:
    codes = light_codes(np.array([STATUS_CODE[status]], np.int8), np.array([due_at]), np.array([LIMIT]), NOW)
    assert LIGHTS[codes[0]] == light
