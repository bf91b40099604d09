"""Who may call a route: every route declares it, and who asks is decided once a request. Undeclared is shut."""

from __future__ import annotations

from collections.abc import Callable
from typing import TypeVar
from urllib.parse import quote

from flask import Flask, Request, current_app, g, has_request_context, redirect, request
from werkzeug.middleware.proxy_fix import ProxyFix
from werkzeug.wrappers import Response

from mapsvc.config import AccessConfig
from mapsvc.errors import Forbidden, NotSignedIn
from mapsvc.model.account import NOBODY, Account, Actor, Right
from mapsvc.web.who import GUEST, Asker, accounts, bearer_of, find_asker, has_key, of_public_channel, session_token
from mapsvc.web.writes import READS, is_same_origin

Function = TypeVar("Function", bound=Callable[..., object])

PUBLIC = "public"
"""The need of a route that answers anyone."""
CHANNEL = "channel"
"""The need of a route that takes a channel's key, or an account that may report."""
SIGNED_IN = "signed-in"
"""The need of a route that every account may call, also one that must change its password first."""
_ANONYMOUS = "MAPSVC_ANONYMOUS"
_LOGIN = "/login"
_PROGRAMS = ("/api/", "/tiles/", "/open311/", "/assets/", "/ui/")
_WHO_MAY = {
    Right.SEE: "Only accounts of this community see this.",
    Right.REPORT: "Reports are taken from workers, dispatchers and planners.",
    Right.HANDLE: "Workers and dispatchers handle incidents.",
    Right.DISPATCH: "Dispatchers may do that.",
    Right.REDRAW: "Planners may do that.",
    Right.ADMINISTER: "Admins may do that.",
}


def needs(need: Right | str) -> Callable[[Function], Function]:
    """Declare who may call a route: a Right, PUBLIC, CHANNEL or SIGNED_IN. Goes below the route's own decorator."""

    def mark(function: Function) -> Function:
        function.access_need = need  # type: ignore[attr-defined]
        return function

    return mark


def need_of(app: Flask, endpoint: str) -> Right | str | None:
    """What a route declared, None where it declared nothing."""
    return getattr(app.view_functions[endpoint], "access_need", None)


def actor() -> Actor:
    """Who asks."""
    return _asker().actor


def account() -> Account | None:
    """The account that is signed in by a session, None for a key and for nobody."""
    return _asker().account


def _asker() -> Asker:
    """Found when first asked for: an answer that is the same for everybody (/health) asks the store nothing."""
    if "asker" not in g:
        g.asker = find_asker(request) if has_request_context() else Asker(NOBODY)
        if g.asker.actor is NOBODY and current_app.config[_ANONYMOUS] == "viewer":
            g.asker = Asker(GUEST)
    found: Asker = g.asker
    return found


def check_right(right: Right) -> None:
    """Raise NotSignedIn or Forbidden unless the asker has the right."""
    asker = actor()
    if asker.may(right):
        return
    if not asker.is_known or asker is GUEST:
        raise NotSignedIn("Sign in first.")
    raise Forbidden(f"{_WHO_MAY[right]} You are signed in as {asker.code}.", right=right.value)


def listener() -> Callable[[], bool]:
    """A question for later, outside of this request: may the asker still see? For streams that outlive it."""
    known = accounts()
    if has_key(request):
        # A key that was taken back, or whose account was disabled, is found out by asking for it again.
        key = bearer_of(request)
        return lambda: (found := known.find_by_key(key)) is not None and found.may(Right.SEE)
    if actor() is GUEST:
        return lambda: True
    token = session_token(request)
    return lambda: (found := known.find(token)) is not None and found.may(Right.SEE)


def guard(app: Flask, access: AccessConfig) -> None:
    """Ask before every request of `app` who it is and whether the route is open to them."""
    app.config[_ANONYMOUS] = access.anonymous
    if access.proxies:
        # Without this every asker has the proxy's address, and wrong passwords of one count for all.
        trusted = access.proxies
        app.wsgi_app = ProxyFix(app.wsgi_app, x_for=trusted, x_proto=trusted, x_host=trusted)  # type: ignore[method-assign]

    @app.before_request
    def _ask() -> Response | None:
        if request.endpoint is None:
            return None  # there is no such route, and Flask says so
        need = need_of(app, request.endpoint)
        if need is None:
            raise Forbidden("This address is open to nobody: its keeper has not said who may call it.")
        if need == CHANNEL:
            _find_channel()
        # A page of another site cannot send a key: that would need our leave (CORS), which nobody gets.
        by_key = has_key(request) or (need == CHANNEL and _asker().by_key)
        if request.method not in READS and not by_key and not is_same_origin(request):
            raise Forbidden("This request comes from a page of another site.")
        return _answer_need(need)


def _find_channel() -> None:
    """Of a route for reports: a key may also stand where Open311 has it, and a public channel needs none."""
    asker = find_asker(request, takes_api_key=True)
    if not asker.actor.may(Right.REPORT):
        asker = of_public_channel(request) or asker
    if asker.actor is not NOBODY:
        g.asker = asker


def _answer_need(need: Right | str) -> Response | None:
    """None where the asker may go on; a page sends who is not signed in to sign in."""
    if need == PUBLIC:
        return None
    told = account()
    try:
        if told is not None and told.must_change and need != SIGNED_IN:
            if _is_page(request):
                return _to_login()
            raise Forbidden("This password was given by someone else: change it first.")
        if need == SIGNED_IN:
            if told is None:
                raise NotSignedIn("Sign in first.")
        else:
            check_right(Right.REPORT if need == CHANNEL else Right(need))
    except NotSignedIn:
        if _is_page(request):
            return _to_login()
        raise
    except Forbidden as error:
        if _is_page(request):
            return _shut(error)
        raise
    return None


def _shut(error: Forbidden) -> Response:
    # The page stands on this module: it is looked up when it is needed.
    from mapsvc.web.account_pages import shut_page

    return shut_page(error, 403)


def _is_page(asked: Request) -> bool:
    """Whether a person is looking at a page, not a program at an answer."""
    return (
        asked.method in READS
        and not asked.path.startswith(_PROGRAMS)
        and "text/html" in asked.headers.get("Accept", "")
    )


def _to_login() -> Response:
    """To the sign-in, and from there back to what was asked for."""
    wanted = request.full_path if request.query_string else request.path
    return redirect(f"{_LOGIN}?next={quote(wanted, safe='/')}", 303)


def is_local_path(path: str) -> bool:
    """Whether a way back after the sign-in stays on this service: "//evil.example" and its kin do not."""
    return path.startswith("/") and not path.startswith(("//", "/\\")) and path.isprintable() and "\\" not in path
