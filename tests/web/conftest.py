"""The 3x3 community in a memory store, served by test clients: signed in as admin, as any role, or as nobody."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path

import pytest
from flask import Flask
from flask.testing import FlaskClient
from signed import sign_in
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
def square_app(square_services: Services) -> Flask:
    app = create_app(square_services.config, square_services)
    app.testing = True
    app.config["PROPAGATE_EXCEPTIONS"] = False
    return app


@pytest.fixture
def client(square_app: Flask) -> FlaskClient:
    """Signed in as admin."""
    return sign_in(square_app)


@pytest.fixture
def client_as(square_app: Flask) -> Callable[..., FlaskClient]:
    """client_as("worker", grid_codes=("11",), post="chief-11") -> a client that is signed in so."""
    return lambda role, **more: sign_in(square_app, role, **more)


@pytest.fixture
def anonymous(square_app: Flask) -> FlaskClient:
    """Nobody."""
    return square_app.test_client()


@pytest.fixture
def empty_client(tmp_path: Path, clock: StillClock) -> FlaskClient:
    services = assemble(Config(tmp_path), MemoryStore(), clock)
    return sign_in(create_app(services.config, services))
