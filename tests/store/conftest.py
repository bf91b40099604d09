"""One `store` fixture for every implementation of the contract."""

from __future__ import annotations

import shutil
from collections.abc import Iterator
from pathlib import Path

import pytest

from mapsvc.ports import Store
from mapsvc.store.memory import MemoryStore
from mapsvc.store.sqlite import SqliteStore


@pytest.fixture(scope="session")
def empty_file(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A store nobody has written to: migrating a copy of it costs nothing."""
    path = tmp_path_factory.mktemp("empty") / "empty.gpkg"
    SqliteStore.open(path).close()
    return path


@pytest.fixture(params=["memory", "sqlite"])
def store(request: pytest.FixtureRequest, empty_file: Path, tmp_path: Path) -> Iterator[Store]:
    made: Store
    if request.param == "memory":
        made = MemoryStore()
    else:
        made = SqliteStore.open(Path(shutil.copy(empty_file, tmp_path / "store.gpkg")))
    yield made
    made.close()
