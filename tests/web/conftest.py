"""The 3x3 community in a memory store, served by a test client."""

from __future__ import annotations

from pathlib import Path

import pytest
from flask.testing import FlaskClient
from square import StillClock, fill

from mapsvc.app import create_app
from mapsvc.config import Config
from mapsvc.store.memory import MemoryStore
from mapsvc.wiring import Services, assemble


@pytest.fixture
def clock() -> StillClock:
    return StillClock()


@pytest.fixture
def square_services(tmp_path: Path, clock: StillClock) -> Services:
    return assemble(Config(tmp_path), fill(MemoryStore()), clock)


@pytest.fixture
def client(square_services: Services) -> FlaskClient:
    app = create_app(square_services.config, square_services)
    app.testing = True
    app.config["PROPAGATE_EXCEPTIONS"] = False
    return app.test_client()


@pytest.fixture
def empty_client(tmp_path: Path, clock: StillClock) -> FlaskClient:
    services = assemble(Config(tmp_path), MemoryStore(), clock)
    return create_app(services.config, services).test_client()
