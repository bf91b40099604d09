"""The 3x3 community with everything that works beside the requests."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path

import pytest
from square import NOW, StillClock, fill

from mapsvc.config import Config
from mapsvc.model.case import Change
from mapsvc.model.incident import Status
from mapsvc.store.memory import MemoryStore
from mapsvc.wiring import Services, assemble


@pytest.fixture
def clock() -> StillClock:
    return StillClock()


@pytest.fixture
def square(tmp_path: Path, clock: StillClock) -> Services:
    return assemble(Config(tmp_path), fill(MemoryStore()), clock)


@pytest.fixture
def happen(square: Services) -> Callable[..., int]:
    """happen("i4", Status.HANDLING) -> the event's number."""

    def happen_(incident_id: str = "i4", status: Status = Status.HANDLING, **fields: object) -> int:
        revision = square.store.get_incident(incident_id).revision
        change = Change(incident_id, revision, f"incident.{status.value}", fields={"status": status, **fields})
        return square.store.change_incidents([change], at=NOW, post="test")[0].seq

    return happen_
