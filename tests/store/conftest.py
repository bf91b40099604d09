"""One `store` fixture for every implementation of the contract."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

import pytest

from mapsvc.ports import Store
from mapsvc.store.memory import MemoryStore
from mapsvc.store.sqlite import SqliteStore


@pytest.fixture(params=["memory", "sqlite"])
def store(request: pytest.FixtureRequest, tmp_path: Path) -> Iterator[Store]:
    made: Store = MemoryStore() if request.param == "memory" else SqliteStore.open(tmp_path / "store.gpkg")
    yield made
    made.close()
