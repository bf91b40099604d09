"""Servers and pages for browser tests; skipped where Chromium is absent."""

from __future__ import annotations

import subprocess
import sys
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any
from urllib.parse import urlsplit

import pytest
from served import CSP_RECORDER, Record, chromium, find_chromium, serving, session_cookies

from mapsvc.app import create_app
from mapsvc.config import Config
from mapsvc.store.memory import MemoryStore
from mapsvc.wiring import SystemClock, assemble, load_demo_into


def pytest_collection_modifyitems(items: list[pytest.Item]) -> None:
    here = Path(__file__).parent
    for item in items:
        if here in item.path.parents:
            item.add_marker(pytest.mark.browser)


@pytest.fixture(scope="session")
def browser() -> Iterator[Any]:
    if find_chromium() is None:
        pytest.skip("Chromium is absent: install the Debian package chromium")
    pytest.importorskip("playwright.sync_api", reason="playwright is absent: pip install -r requirements-dev.txt")
    driver = subprocess.run(
        [sys.executable, "-m", "playwright", "--version"], capture_output=True, text=True, check=False
    )
    if driver.returncode:
        pytest.skip(f"the driver of Chromium does not start: install the Debian package libatomic1 ({driver.stderr})")
    with chromium() as found:
        yield found


@pytest.fixture(scope="session")
def demo(tmp_path_factory: pytest.TempPathFactory) -> Iterator[str]:
    """The address of a server with the demo community."""
    config = Config(tmp_path_factory.mktemp("demo"))
    services = assemble(config, MemoryStore(), SystemClock())
    load_demo_into(services)
    with serving(create_app(config, services)) as address:
        yield address


@pytest.fixture
def record() -> Record:
    return Record()


@pytest.fixture
def open_page(browser: Any, record: Record) -> Iterator[Callable[..., Any]]:
    """open_page(url, **context options) -> page; the contexts are closed after the test.

    role: sign the page in as an account of this role, by a session in its cookie.
    """
    contexts = []

    def open_(url: str, *, role: str = "", **options: Any) -> Any:
        context = browser.new_context(**{"viewport": {"width": 1600, "height": 900}, **options})
        contexts.append(context)
        if role:
            parts = urlsplit(url)
            context.add_cookies(session_cookies(f"{parts.scheme}://{parts.netloc}", role))
        page = context.new_page()
        page.add_init_script(CSP_RECORDER)
        record.watch(page)
        page.goto(url)
        return page

    yield open_
    for context in contexts:
        context.close()
