"""Pages to sign in and to keep accounts: /login, /admin; the public map: /public; and what a page says that is shut."""

from __future__ import annotations

from typing import Any

from flask import Blueprint, Response, redirect, request
from werkzeug.wrappers import Response as BaseResponse

from mapsvc.errors import MapsvcError, NoPlan
from mapsvc.model.account import Account, Right, Role
from mapsvc.model.query import Query
from mapsvc.services.scene.plans import PlanInUse
from mapsvc.web.access import PUBLIC, account, actor, is_local_path, needs
from mapsvc.web.answers import services, view
from mapsvc.web.i18n import read_messages
from mapsvc.web.pages import TEMPLATE_FOLDER, render_page, request_language
from mapsvc.web.who import GUEST, accounts

account_pages = Blueprint("account_pages", __name__, template_folder=str(TEMPLATE_FOLDER))

_STYLES = ("tokens", "base", "account")
_HOME = "/command"
_LONGEST_NEXT = 2000
_WORDS = ("account.", "error.", "close", "comma", "list_comma")


def _words(*more: str) -> dict[str, str]:
    """The sentences that a page's modules need."""
    texts = read_messages().of_language(request_language())
    return {key: text for key, text in texts.items() if key.startswith((*_WORDS, *more))}


def _plan_in_force() -> PlanInUse | None:
    try:
        return view().plan(Query())
    except NoPlan:
        return None


@account_pages.get("/login")
@needs(PUBLIC)
def login() -> BaseResponse:
    """Sign in; or, with a password that someone else gave, choose one of your own."""
    wanted = _way_back()
    signed = account()
    if signed is not None and not signed.must_change:
        return redirect(wanted, 303)
    return render_page(
        "login.html",
        usual_theme="light",
        desk="login",
        styles=_STYLES,
        messages=_words("login."),
        community=services().store.find_community(),
        plan=_plan_in_force(),
        wanted=wanted,
        must_change=signed,
        demo=_offered() if signed is None else [],
    )


def _way_back() -> str:
    """Where to go after the sign-in: only ever a page of this service."""
    wanted = request.args.get("next", "")
    return wanted if len(wanted) <= _LONGEST_NEXT and is_local_path(wanted) else _HOME


def _offered() -> list[tuple[Account, str]]:
    """Demo accounts with their password, where the community says of itself that it is invented."""
    from mapsvc.demo.accounts import DEMO_PASSWORD

    community = services().store.find_community()
    if community is None or not community.synthetic:
        return []
    found = [one for one in accounts().book.list() if one.demo and not one.disabled]
    order = [Role.DISPATCHER, Role.WORKER, Role.PLANNER, Role.VIEWER, Role.ADMIN]
    return [(one, DEMO_PASSWORD) for one in sorted(found, key=lambda one: order.index(one.role))]


@account_pages.get("/public")
@needs(PUBLIC)
def public() -> Response:
    """What anyone may see: lines and names of the grids in force."""
    plan = _plan_in_force()
    return render_page(
        "public.html",
        usual_theme="light",
        desk="public",
        styles=_STYLES,
        messages=_words("public."),
        community=services().store.find_community(),
        plan=plan,
        grids=[] if plan is None else plan.plan.grids,
    )


@account_pages.get("/admin")
@needs(Right.ADMINISTER)
def admin() -> Response:
    """Accounts, keys, channels, webhooks and settings."""
    store = services().store
    plan = _plan_in_force()
    names = {
        "posts": [_named(post) for post in store.list_posts()],
        "departments": [_named(department) for department in store.list_departments()],
        "grids": [] if plan is None else [_named(grid) for grid in plan.plan.grids],
        "types": [_named(one) for one in store.list_task_types()],
        "roles": [role.value for role in Role],
    }
    return render_page(
        "admin.html",
        usual_theme="light",
        desk="admin",
        styles=_STYLES,
        messages=_words("admin."),
        community=store.find_community(),
        names=names,
    )


def _named(thing: Any) -> dict[str, str]:
    return {"code": thing.code, "name": thing.name, "name_zh": thing.name_zh}


def shut_page(error: MapsvcError, status: int) -> Response:
    """The page of a person who may not see the one that was asked for: which post may, and what to do."""
    response = render_page(
        "shut.html",
        usual_theme="light",
        desk="shut",
        styles=_STYLES,
        messages=_words(),
        right=getattr(error, "right", ""),
        signed=accounts().book.find(actor().code) if actor().role is not None and actor() is not GUEST else None,
    )
    response.status_code = status
    return response
