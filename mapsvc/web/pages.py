"""The pages of the desks, and the browser files they load."""

from __future__ import annotations

from collections.abc import Callable
from functools import lru_cache, partial
from pathlib import Path
from threading import Lock
from typing import Any

from flask import Blueprint, Response, make_response, redirect, render_template, request
from werkzeug.datastructures import MultiDict
from werkzeug.wrappers import Response as BaseResponse

from mapsvc.errors import MapsvcError
from mapsvc.model.account import Right
from mapsvc.model.finding import Finding, Severity
from mapsvc.render.assets import Asset, OwnAssets, read_own_assets, vendor_assets
from mapsvc.render.folium_map import ShellParts, render_shell
from mapsvc.web.access import PUBLIC, needs
from mapsvc.web.answers import params, view
from mapsvc.web.api_session import who_am_i
from mapsvc.web.i18n import LANGUAGES, choose_language, read_messages
from mapsvc.web.params import Params

STATIC_FOLDER = Path(__file__).with_name("static")
TEMPLATE_FOLDER = Path(__file__).resolve().parents[2] / "templates"
STYLES = ("tokens", "base", "desk", "map", "panel", "case", "wall", "account", "narrow")
"""Our stylesheets in cascade order."""
PLANNER_STYLES = ("planner", "planner-map")
"""What the planner's desk adds to them."""
THEMES = ("dark", "light", "sun")
_YEAR_S = 31_536_000
_FINDINGS_SHOWN = 500
_FINDING_ZOOM = 16
_PLANNER_MODULES = "js/planner/"
_OTHER_MODULES = (_PLANNER_MODULES, "js/account/pages/", "js/report/")
"""Modules of pages of their own: the desks need not load them."""
_PLANNER_WORDS, _PAPER_WORDS = ("planner.", "draw."), ("sheet.", "admin.", "login.", "public.", "phone.")

_making = Lock()
pages = Blueprint("pages", __name__, template_folder=str(TEMPLATE_FOLDER))


def own_assets() -> OwnAssets:
    """Our stylesheets and modules, read once a process."""
    with _making:
        return _own_assets()


def shell() -> ShellParts:
    """The folium shell, rendered once a process: a second asker waits instead of rendering beside the first."""
    with _making:
        return _shell()


@lru_cache(maxsize=1)
def _own_assets() -> OwnAssets:
    return read_own_assets(STATIC_FOLDER)


@lru_cache(maxsize=1)
def _shell() -> ShellParts:
    return render_shell(vendor_assets())


def request_language() -> str:
    """The language of this request."""
    accepted = [tag for tag, _ in request.accept_languages]
    return choose_language(request.args.get("lang"), request.cookies.get("lang"), accepted)


def page_text(lang: str) -> Callable[..., str]:
    """t(key, **values) for templates."""
    return partial(_text, lang)


def _text(lang: str, key: str, **values: object) -> str:
    return read_messages().text(key, lang, **values)


def render_page(template: str, *, usual_theme: str = THEMES[0], **context: Any) -> Response:
    """A page in the language and theme of the request; the choice of language is kept in a cookie."""
    lang = request_language()
    theme = next((it for it in (request.args.get("theme"), request.cookies.get("theme")) if it in THEMES), usual_theme)
    own = own_assets()
    html = render_template(
        template,
        lang=lang,
        other_lang=next(it for it in LANGUAGES if it != lang),
        theme=theme,
        is_wall=request.args.get("wall") == "1",
        t=page_text(lang),
        asset_root=f"/ui/{own.version}",
        me=who_am_i(),
        **{"styles": STYLES, **context},
    )
    response = make_response(html)
    # The page names hashed files and holds the language: ask again each time, keep nothing shared.
    response.headers["Cache-Control"] = "private, no-cache"
    response.headers["Vary"] = "Accept-Language, Cookie"
    if request.args.get("lang") in LANGUAGES:
        response.set_cookie("lang", lang, max_age=_YEAR_S, samesite="Lax")
    return response


def _desk(name: str) -> Response:
    # Asked here, so that a first visit is told what to do instead of meeting a question that fails.
    has_plan = bool(view().plans())
    return render_page(
        "desk.html",
        desk=name,
        shell=shell(),
        messages=_messages(of_planner=False),
        modules=[name for name in own_assets().names(".js") if not name.startswith(_OTHER_MODULES)],
        has_plan=has_plan,
        plan=_first_plan() if has_plan else None,
    )


def _messages(*, of_planner: bool) -> dict[str, str]:
    """The sentences a page needs: those of the planner's desk are many, and nobody else shows them."""
    texts = read_messages().of_language(request_language())
    left_out = _PAPER_WORDS if of_planner else (*_PAPER_WORDS, *_PLANNER_WORDS)
    return {key: text for key, text in texts.items() if not key.startswith(left_out)}


def _first_plan() -> dict[str, Any] | None:
    """What the browser needs to ask for the shapes before it has the figures; None where the address names no plan."""
    named = MultiDict((name, request.args[name]) for name in ("plan", "as_of") if name in request.args)
    try:
        plan = view().plan(Params(named, view().tz()).query()).plan
    except MapsvcError:
        return None
    datum = view().basemap.get("datum", "wgs84")
    known = {"id": plan.id, "revision": plan.revision, "bbox": plan.frame.bounds, "grids": len(plan.grids)}
    return known | ({} if datum == "wgs84" else {"datum": datum})


@pages.get("/")
@needs(PUBLIC)
def start() -> BaseResponse:
    """The command desk is where a newcomer begins."""
    return redirect("/command")


@pages.get("/command")
@needs(Right.SEE)
def command() -> Response:
    """The command desk."""
    return _desk("command")


@pages.get("/hotspots")
@needs(Right.SEE)
def hotspots() -> Response:
    """The hot-spot reading."""
    return _desk("hotspots")


@pages.get("/planner", defaults={"draft_id": ""})
@pages.get("/planner/<draft_id>")
@needs(Right.REDRAW)
def planner(draft_id: str) -> Response:
    """The planner's desk: the list of drafts, or one draft. Whether the draft exists, the browser asks."""
    has_plan = bool(view().plans())
    return render_page(
        "planner.html",
        usual_theme="light",
        desk="planner",
        styles=(*STYLES, *PLANNER_STYLES),
        draft_id=draft_id,
        shell=shell(),
        messages=_messages(of_planner=True),
        modules=[name for name in own_assets().names(".js") if name.startswith(_PLANNER_MODULES)] if draft_id else [],
        has_plan=has_plan,
        plan=_first_plan() if has_plan else None,
    )


@pages.get("/findings")
@needs(Right.SEE)
def findings() -> Response:
    """What the checks found in a plan, as a table to read; user text only by escaped Jinja."""
    asked = params()
    query = asked.query(also=("lang", "theme"))
    plan = view().plan(query).plan
    shown = sorted(plan.findings, key=_gravity)[:_FINDINGS_SHOWN]
    accepted = sum(1 for finding in plan.findings if finding.accepted)
    return render_page(
        "findings.html",
        desk="findings",
        plan=plan,
        accepted=accepted,
        size_text=_size_text,
        rows=[(finding, _place(finding)) for finding in shown],
    )


def _gravity(finding: Finding) -> tuple[bool, int, float]:
    """Open errors first, then by severity and size."""
    return not finding.is_open, list(Severity).index(finding.severity), -finding.size


def _size_text(size: float) -> str:
    """A size to read: whole with thousands apart from 10 on, two figures below."""
    return f"{size:,.0f}" if size >= 10 or size == int(size) else f"{size:.2g}"


def _place(finding: Finding) -> str:
    """The `at=` of a view of the finding, empty where its place is the whole file."""
    if finding.where is None or finding.where.is_empty:
        return ""
    point = finding.where.representative_point()
    return f"{point.x:.6f},{point.y:.6f},{_FINDING_ZOOM}"


@pages.get("/assets/<name>")
@needs(PUBLIC)
def vendor_file(name: str) -> Response:
    """A third-party browser file by its hash."""
    shell()  # what the shell needs is what may be served
    return _file(vendor_assets().get(name))


@pages.get("/ui/<version>/<path:name>")
@needs(PUBLIC)
def own_file(version: str, name: str) -> Response:
    """One of our stylesheets or modules. An old version gets today's file, but is not told to keep it."""
    own = own_assets()
    return _file(own.get(name), keep=version == own.version)


def _file(asset: Asset, *, keep: bool = True) -> Response:
    wants_packed = bool(asset.packed) and request.accept_encodings.quality("gzip") > 0
    response = Response(asset.packed if wants_packed else asset.body, content_type=asset.media_type)
    if wants_packed:
        response.headers["Content-Encoding"] = "gzip"
    response.headers["Vary"] = "Accept-Encoding"
    response.headers["Cache-Control"] = f"public, max-age={_YEAR_S}, immutable" if keep else "no-cache"
    response.set_etag(asset.digest)
    return response
