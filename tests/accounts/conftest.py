"""Accounts over each store."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

import pytest
from square import StillClock, fill

from mapsvc.ports import Store
from mapsvc.services.accounts.accounts import Accounts
from mapsvc.services.accounts.passwords import Hasher
from mapsvc.store.memory import MemoryStore
from mapsvc.store.sqlite import SqliteStore


@pytest.fixture
def clock() -> StillClock:
    return StillClock()


@pytest.fixture
def store(request: pytest.FixtureRequest, tmp_path: Path) -> Iterator[Store]:
    """In memory; a file where a test is marked for both."""
    made = (
        MemoryStore()
        if getattr(request, "param", "memory") == "memory"
        else SqliteStore.open(tmp_path / "accounts.gpkg")
    )
    yield fill(made)  # type: ignore[arg-type]
    made.close()


@pytest.fixture
def accounts(store: Store, clock: StillClock) -> Accounts:
    return Accounts.over(store, clock, Hasher(rounds=1, memory_kib=8))
