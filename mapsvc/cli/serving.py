"""Verbs that serve: `demo` and `serve`."""

from __future__ import annotations

import argparse
import socket
import sys
from dataclasses import replace
from typing import TYPE_CHECKING, Any

from mapsvc.cli.say import ProgressBar, put, say
from mapsvc.config import Config, read_config
from mapsvc.errors import BadInput, Conflict

if TYPE_CHECKING:
    from collections.abc import Iterator

    from flask import Flask

    from mapsvc.model.event import Event
    from mapsvc.ports import Store
    from mapsvc.wiring import Services


_DEMO_POSTS = frozenset({"demo", "keeper"})
_LOOKING = frozenset({"account.signed_in", "account.signed_out", "account.refused", "incident.seen"})
"""Who looks at a demo does not add to it."""
_SWITCH_S = 0.001
DEMO_FRESH_S = 8 * 3600
"""A shift: after it, a demo that nobody touched is loaded anew."""


def demo(args: argparse.Namespace) -> int:
    """Load the invented community into an empty store, then serve it."""
    from mapsvc import wiring

    config = _configured(args)
    _clear_demo(config, fresh=args.fresh)
    services = wiring.build(config)
    try:
        known = services.store.find_community()
        if known is None:
            with ProgressBar() as progress:
                loaded = wiring.load_demo_into(services, lang=args.lang, progress=progress)
            say(
                f"Loaded the demo: {loaded.grids} grids, {loaded.sites:,} places, "
                f"{loaded.incidents:,} invented incidents."
            )
        elif not known.synthetic:
            raise Conflict(f'{config.data_dir} holds "{known.name}", not the demo; choose another --data folder.')
        codes, password = wiring.add_demo_accounts(services)
        _note_head(services)
    finally:
        services.close()
    say(f"Sign in by a click on the page, or as one of {', '.join(codes)}; the password of all is {password}")
    if args.no_serve:
        return 0
    if args.port is None:
        config = replace(config, server=replace(config.server, port=_free_port(config.server.host, config.server.port)))
    return _serve(config)


def serve(args: argparse.Namespace) -> int:
    """Serve what is stored. A store without accounts gets its first one; its password is told here and nowhere else."""
    from mapsvc import wiring

    config = _configured(args)
    _check_port(config)
    services = wiring.build(config)
    try:
        if not services.accounts.book.list():
            _, password = services.accounts.book.add("admin", {"role": "admin", "name": "Admin"}, post="cli")
            say("This is the first start. Sign in as admin with the one-time password")
            say(f"    {password}")
            say("It is asked for once; the page then asks for a password of your own.")
        _note_head(services)
    finally:
        services.close()
    return _serve(config)


def _note_head(services: Services) -> None:
    """Note the newest line of the journal beside the store; say where the line noted last is no longer in it."""
    noted = services.heads.note()
    if not noted.is_whole:
        say(f"Careful: {noted.why}")


def _configured(args: argparse.Namespace) -> Config:
    config = read_config(args.data)
    server = config.server
    if args.port is not None:
        if not 0 < args.port < 65536:
            raise BadInput(f"{args.port} is no port; choose one from 1 to 65535.", field="port")
        server = replace(server, port=args.port)
    if args.host:
        server = replace(server, host=args.host)
    return replace(config, server=server)


def _clear_demo(config: Config, *, fresh: bool) -> None:
    """Remove an earlier demo when asked to, or when its open matters have grown old and nobody added to it.

    Raises Conflict when asked to remove what the demo did not put there.
    """
    from mapsvc import wiring

    if not (config.data_dir / wiring.STORE_NAME).exists():
        return
    services = wiring.build(config)
    try:
        known = services.store.find_community()
        events = list(_all_events(services.store))
        now = services.clock.now()
    finally:
        services.close()
    # The load ends with the community; what its posts did before that is part of it.
    loaded = next((k for k, one in enumerate(events) if (one.kind, one.post) == ("community.set", "demo")), 0)
    untouched = all(event.post in _DEMO_POSTS or event.kind in _LOOKING for event in events[loaded:])
    if fresh and known is not None and not (known.synthetic and untouched):
        raise Conflict(f'{config.data_dir} holds "{known.name}" and more than the demo put there; it is left as it is.')
    stale = untouched and bool(events) and now - events[0].at > DEMO_FRESH_S
    if stale and not fresh:
        say("The demo here is from an earlier day: loading it anew, so that it ends today.")
    if stale or fresh:
        wiring.remove_store(config.data_dir)


def _all_events(store: Store) -> Iterator[Event]:
    after = 0
    while events := store.list_events(after=after):
        yield from events
        after = events[-1].seq


def _find_trouble(host: str, port: int) -> OSError | None:
    """Why a port cannot be listened on, None where it can."""
    with socket.socket() as probe:
        probe.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
        try:
            probe.bind((host, port))
        except OSError as error:
            return error
    return None


def _free_port(host: str, first: int) -> int:
    """`first`, or the next port nobody listens on."""
    return next((port for port in range(first, first + 50) if _find_trouble(host, port) is None), first)


def _check_port(config: Config) -> None:
    host, port = config.server.host, config.server.port
    if error := _find_trouble(host, port):
        raise Conflict(
            f"Port {port} on {host} cannot be used ({error.strerror}); choose another with --port."
        ) from error


def _serve(config: Config) -> int:
    _check_port(config)
    host, port = config.server.host, config.server.port
    put(f"mapsvc is serving http://{host}:{port}/command  (Ctrl+C stops it)")
    sys.stdout.flush()
    _run_server(config)
    return 0


def _run_server(config: Config) -> None:
    """gunicorn with threads in one process: one column cache, and a thread for every stream beside those that work."""
    from gunicorn.app.base import BaseApplication

    class Server(BaseApplication):  # type: ignore[misc]
        def load_config(self) -> None:
            threads = config.server.threads + config.server.streams
            settings: dict[str, Any] = {
                "bind": f"{config.server.host}:{config.server.port}",
                "workers": 1,
                "worker_class": _worker(),
                "threads": threads,
                "worker_connections": threads + 1000,
                "timeout": 120,
                "graceful_timeout": 10,
                "keepalive": 30,
                "loglevel": "warning",
                "proc_name": "mapsvc",
                "control_socket_disable": True,
            }
            for name, value in settings.items():
                if name in self.cfg.settings:
                    self.cfg.set(name, value)

        def load(self) -> Flask:
            # Called after the fork: connections to the store must not cross it.
            from mapsvc import wiring
            from mapsvc.app import create_app
            from mapsvc.web.gate import gated
            from mapsvc.web.warm import start_warming

            services = wiring.build(config)
            app = create_app(config, services)
            app.wsgi_app = gated(app.wsgi_app, config.server.threads)  # type: ignore[assignment]
            services.live.drill.begin(at=services.clock.now())
            services.background.start()
            start_warming(app)
            return app

    # Hundreds of threads that only pass bytes on should not wait 5 ms each for one that computes.
    sys.setswitchinterval(_SWITCH_S)
    Server().run()


def _worker() -> type:
    """gunicorn's threaded worker, which also ends the streams when it is told to stop: they would never end alone."""
    from gunicorn.workers.gthread import ThreadWorker

    class Worker(ThreadWorker):  # type: ignore[misc]
        def handle_exit(self, sig: int, frame: Any) -> None:
            super().handle_exit(sig, frame)
            # Not in the signal's own frame: a lock may be held by what it interrupted.
            services = self.wsgi.extensions["mapsvc"]
            self.method_queue.defer(services.live.stop)
            self.method_queue.defer(services.background.stop)

    return Worker
