"""Shared fixtures: the 3x3 grid you can check by eye, the shared data folder, the slow switch."""

from __future__ import annotations

import os
from pathlib import Path

import pytest

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
