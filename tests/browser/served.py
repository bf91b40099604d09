"""A real server in a thread and a real Chromium: what browser tests and the screenshot command share."""

from __future__ import annotations

import logging
import shutil
import threading
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from typing import Any
from urllib.parse import urlsplit

from flask import Flask
from signed import account_of, key_of, known_account
from werkzeug.serving import WSGIRequestHandler, make_server

CHROMIUM_FLAGS = ("--no-sandbox", "--disable-gpu", "--disable-dev-shm-usage", "--disable-background-networking")
CSP_RECORDER = """
window.__violations = [];
document.addEventListener('securitypolicyviolation', (it) => {
  window.__violations.push(`${it.violatedDirective} ${it.blockedURI}`);
});
"""


def find_chromium() -> str | None:
    """Path of Debian's Chromium, or None."""
    return shutil.which("chromium")


class KeepAlive(WSGIRequestHandler):
    """Several requests a connection, as a real server does."""

    protocol_version = "HTTP/1.1"


_APPS: dict[str, Flask] = {}


@contextmanager
def serving(app: Flask, *, as_role: str | None = "admin") -> Iterator[str]:
    """The address of `app` on a free port of this machine.

    as_role: what somebody without a session is taken for, so that a test of a desk need not sign in; None = nobody, as
    it really is. `session_cookies` signs a browser in.
    """
    if as_role is not None:
        app.wsgi_app = _taken_for(app, as_role)  # type: ignore[method-assign]
    logging.getLogger("werkzeug").setLevel(logging.ERROR)
    server = make_server("127.0.0.1", 0, app, threaded=True, request_handler=KeepAlive)
    server.daemon_threads = True  # type: ignore[attr-defined]
    thread = threading.Thread(target=server.serve_forever, daemon=True)
    thread.start()
    address = f"http://127.0.0.1:{server.server_port}"
    _APPS[address] = app
    try:
        yield address
    finally:
        del _APPS[address]
        server.shutdown()
        thread.join(timeout=5)
        server.server_close()


def _taken_for(app: Flask, role: str) -> Callable[..., Any]:
    """The application, asked with a key of this role wherever a request brings neither a session nor a key."""
    key, plain = key_of(app.extensions["mapsvc"], role)["Authorization"], app.wsgi_app

    def ask(environ: dict[str, Any], start: Any) -> Any:
        if "HTTP_AUTHORIZATION" not in environ and "mapsvc-" not in environ.get("HTTP_COOKIE", ""):
            environ["HTTP_AUTHORIZATION"] = key
        return plain(environ, start)

    return ask


def session_cookies(address: str, role: str = "admin", **more: object) -> list[dict[str, str]]:
    """What `context.add_cookies` takes to be signed in at `address`; more: as for `signed.account_of`."""
    services = _APPS[address].extensions["mapsvc"]
    account = known_account(services, account_of(role, **more))  # type: ignore[arg-type]
    name = f"mapsvc-{urlsplit(address).port}"
    return [{"name": name, "value": services.accounts.sessions.start(account), "url": address}]


@contextmanager
def chromium() -> Iterator[Any]:
    """A browser of its own profile."""
    from playwright.sync_api import sync_playwright

    with sync_playwright() as play:
        browser = play.chromium.launch(executable_path=find_chromium(), args=list(CHROMIUM_FLAGS))
        try:
            yield browser
        finally:
            browser.close()


@dataclass
class Record:
    """Everything a page asked for and complained about."""

    hosts: set[str] = field(default_factory=set)
    failed: list[str] = field(default_factory=list)
    complaints: list[str] = field(default_factory=list)
    sizes: dict[str, int] = field(default_factory=dict)

    def watch(self, page: Any) -> None:
        page.on("request", lambda it: self.hosts.add(urlsplit(it.url).netloc))
        page.on("requestfailed", self._failed)
        page.on("response", lambda it: self.failed.append(f"{it.status} {it.url}") if it.status >= 400 else None)
        page.on("console", lambda it: self.complaints.append(it.text) if it.type in ("error", "warning") else None)
        page.on("pageerror", lambda it: self.complaints.append(str(it)))
        page.on("dialog", lambda it: (self.complaints.append(f"dialog {it.message}"), it.dismiss()))

    def _failed(self, request: Any) -> None:
        # A question that a newer one replaces is ended by our own hand.
        if request.failure != "net::ERR_ABORTED":
            self.failed.append(f"{request.failure} {request.url}")


def ready(page: Any) -> None:
    """Wait until the desk has its figures, the map its grids and the rail its list."""
    page.wait_for_selector("body.ready, .first-use", timeout=15_000)
    page.wait_for_selector(".pane-fill path, .first-use", state="attached", timeout=15_000)
    page.wait_for_selector("[data-desk=hotspots], #rail .item, body.city, .first-use", state="attached")
    page.wait_for_selector("#panel:not(:empty)", state="attached")


def settled(page: Any) -> None:
    """Wait as `ready`, and until nothing is asked any more."""
    ready(page)
    page.wait_for_load_state("networkidle")
