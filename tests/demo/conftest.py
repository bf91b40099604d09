"""The demo community, generated once a session, and loaded at a fixed moment."""

from __future__ import annotations

from datetime import datetime
from pathlib import Path
from zoneinfo import ZoneInfo

import numpy as np
import pytest

from mapsvc.demo.load import load_demo
from mapsvc.demo.neighbourhood import Neighbourhood, make_neighbourhood
from mapsvc.demo.write import generate
from mapsvc.model.stocks import Stocks

NOW = int(datetime(2026, 11, 23, 14, 32, 8, tzinfo=ZoneInfo("Asia/Shanghai")).timestamp())


@pytest.fixture(scope="session")
def demo_dir(tmp_path_factory: pytest.TempPathFactory) -> Path:
    folder = tmp_path_factory.mktemp("geodata")
    generate(folder, seed=7)
    return folder


@pytest.fixture(scope="session")
def demo(demo_dir: Path) -> Stocks:
    return load_demo(demo_dir, now=NOW)


@pytest.fixture(scope="session")
def place() -> Neighbourhood:
    return make_neighbourhood(np.random.default_rng(7))
