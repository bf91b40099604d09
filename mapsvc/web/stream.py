"""What happens, as it happens: /api/stream (SSE) and /api/events (polling)."""

from __future__ import annotations

import time
from collections.abc import Callable, Iterator

from flask import Blueprint, Response, request

from mapsvc.errors import BadQuery, MapsvcError
from mapsvc.model.account import Right
from mapsvc.services.live.day import replay_day
from mapsvc.services.live.live import HEARTBEAT_S, RETRY_MS, Bell, Live
from mapsvc.web.access import actor, listener, needs
from mapsvc.web.answers import JSON, dumps, params, services, tagged, view
from mapsvc.web.writes import READS

stream = Blueprint("stream", __name__)

_MOST = 1000
_FAR_BEHIND = 20_000
"""Who missed more than this reads the page anew; that is quicker than being told each event."""
_ENDING = ("account.", "key.", "session.")
"""Kinds after which somebody who listens may no longer be allowed to."""


@stream.after_app_request
def _wake(response: Response) -> Response:
    # A write of this process is told at once, not at the next look at the journal.
    if request.method not in READS and response.status_code < 400:
        live().wake()
    return response


@stream.app_context_processor
def _say_drill() -> dict[str, bool]:
    return {"is_drill": live().drill.is_on}


def live() -> Live:
    """The live service of this app."""
    found: Live = services().live
    return found


@stream.get("/api/events")
@needs(Right.SEE)
def events() -> Response:
    """Events after a number, for who cannot hold a stream."""
    asked = params()
    asked.check_known(("after", "limit"))
    after, limit = asked.integer("after", 0, 2**53) or 0, asked.integer("limit", 1, _MOST) or 500
    told = live().events(after, limit)
    seq = told[-1].seq if told else min(after, live().seq())
    body = b'{"events":[%b],"seq":%d}' % (b",".join(one.body for one in told), seq)
    response = Response(body, content_type=JSON)
    response.headers["Cache-Control"] = "no-store"
    return response


@stream.get("/api/replay")
@needs(Right.SEE)
def replay() -> Response:
    """A day again: the light of every incident that was open then, from moment to moment."""
    asked = params()
    asked.check_known(("day",))
    day = asked.day("day")
    if day is None:
        raise BadQuery("day is a date such as 2026-07-01.", field="day")
    stage = view().stage
    tag = f"replay-{day}-{view().seq()}-{stage.clock.now() // 60}"
    return tagged(tag, lambda: dumps(replay_day(stage, day)))


@stream.get("/api/stream")
@needs(Right.SEE)
def listen() -> Response:
    """Server-sent events from a number on, or from now on."""
    params().check_known(("after",))
    service, newest = live(), live().seq()
    after = _after(newest)
    login = actor().code
    bell = service.take_place(login)
    if newest - after > _FAR_BEHIND or after > newest:
        # Another store, or a very long break: there is no way to tell what was missed.
        first, after = b'id: %d\nevent: reset\ndata: {"seq":%d}\n\n' % (newest, newest), newest
    else:
        first = b": from %d\n\n" % after
    response = Response(
        _frames(service, bell, after, b"retry: %d\n%b" % (RETRY_MS, first), listener()),
        content_type="text/event-stream",
    )
    response.call_on_close(lambda: service.leave_place(login, bell))
    response.headers["Cache-Control"] = "no-store"
    response.headers["X-Accel-Buffering"] = "no"
    return response


def _after(newest: int) -> int:
    """Where the listener stands: its last event, else `after`, else now."""
    given = request.headers.get("Last-Event-ID") or request.args.get("after")
    if given is None:
        return newest
    if not (given.isascii() and given.isdigit() and len(given) < 17):
        raise BadQuery("after is the number of the last event that was heard.", field="after")
    return int(given)


def _is_let(may_listen: Callable[[], bool]) -> bool:
    try:
        return may_listen()
    except MapsvcError:
        return False


def _frames(service: Live, bell: Bell, after: int, first: bytes, may_listen: Callable[[], bool]) -> Iterator[bytes]:
    """The bytes of one stream, until the service stops or the listener may no longer hear."""
    yield first
    said = time.monotonic()
    while not service.is_stopped():
        told = service.wait(after, max(0.0, said + HEARTBEAT_S - time.monotonic()), bell)
        if service.is_stopped():
            return
        if (not told or any(one.kind.startswith(_ENDING) for one in told)) and not _is_let(may_listen):
            return
        yield b"".join(one.frame for one in told) or b":\n\n"
        after = told[-1].seq if told else after
        said = time.monotonic()
