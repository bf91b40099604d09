"""One `store` fixture for every implementation of the contract."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

import pytest

from mapsvc.ports import Store
from mapsvc.store.memory import MemoryStore


@pytest.fixture(params=["memory"])
def store(request: pytest.FixtureRequest, tmp_path: Path) -> Iterator[Store]:
    made: Store = MemoryStore()
    yield made
    made.close()
