"""Shared fixtures: the shared data folder, what a password costs, the slow switch."""

from __future__ import annotations

import os
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest

from mapsvc.services.accounts.passwords import Hasher

ROOT = Path(__file__).resolve().parent.parent


def pytest_addoption(parser: pytest.Parser) -> None:
    parser.addoption("--runslow", action="store_true", default=False, help="run slow and soak tests too")


def pytest_collection_modifyitems(config: pytest.Config, items: list[pytest.Item]) -> None:
    if config.getoption("--runslow"):
        return
    skip = pytest.mark.skip(reason="slow; run with --runslow")
    for item in items:
        if "slow" in item.keywords:
            item.add_marker(skip)


@pytest.fixture(scope="session")
def shared() -> Path:
    """The folder with real data and fixtures; the test is skipped where it is absent."""
    path = Path(os.environ.get("MAPSVC_SHARED", ROOT.parent / "shared"))
    if not (path / "data").is_dir():
        pytest.skip("the shared data folder (../shared or MAPSVC_SHARED) is absent")
    return path


@pytest.fixture(scope="session", autouse=True)
def usual_cost() -> Iterator[Any]:
    """What a hash costs outside the tests; in them it is the cheapest, since each demo hashes six passwords."""
    usual = Hasher.__init__.__kwdefaults__
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(Hasher.__init__, "__kwdefaults__", {"rounds": 1, "memory_kib": 8})
        yield usual


@pytest.fixture
def costly_hashes(usual_cost: Any, monkeypatch: pytest.MonkeyPatch) -> None:
    """Hashes as dear as outside the tests, for those that are about the cost."""
    monkeypatch.setattr(Hasher.__init__, "__kwdefaults__", usual_cost)
