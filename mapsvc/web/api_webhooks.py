"""Other systems that are told of events: /api/webhooks."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any, cast

from flask import Blueprint, Response

from mapsvc.errors import BadQuery
from mapsvc.model.account import Right
from mapsvc.services.live.webhooks import Webhooks
from mapsvc.web.access import actor, needs
from mapsvc.web.answers import JSON, dumps, params, services
from mapsvc.web.redraw_params import body, flag_of, text_of, whole_of

api_webhooks = Blueprint("api_webhooks", __name__)

_MAX_NAME, _MAX_URL, _MAX_KINDS, _MAX_KIND = 100, 2000, 40, 60
_FACTS = ("name", "url", "kinds")


def webhooks() -> Webhooks:
    """The webhook service of this app."""
    return cast(Webhooks, services().background.webhooks)


@api_webhooks.get("/api/webhooks")
@needs(Right.ADMINISTER)
def all_webhooks() -> Response:
    """All of them with where they stand; never a secret."""
    params().check_known(())
    return _answer({"webhooks": webhooks().list()})


@api_webhooks.post("/api/webhooks")
@needs(Right.ADMINISTER)
def add() -> Response:
    """A new one; its secret is in this answer and nowhere else."""
    given = body(_FACTS, ("name", "url"))
    facts = _facts(given)
    return _answer(webhooks().add(facts["name"], facts["url"], facts.get("kinds", ()), post=actor().code), 201)


@api_webhooks.patch("/api/webhooks/<webhook_id>")
@needs(Right.ADMINISTER)
def change(webhook_id: str) -> Response:
    """Change it, switch it on or off, or give it a new secret."""
    given = body((*_FACTS, "active", "renew"))
    facts = _facts(given)
    facts |= {name: flag_of(given, name) for name in ("active", "renew") if name in given}
    return _answer(webhooks().change(webhook_id, facts, post=actor().code))


@api_webhooks.delete("/api/webhooks/<webhook_id>")
@needs(Right.ADMINISTER)
def remove(webhook_id: str) -> Response:
    """Take it away."""
    body(())
    webhooks().remove(webhook_id, post=actor().code)
    return _answer({"webhooks": webhooks().list()})


@api_webhooks.post("/api/webhooks/<webhook_id>/replay")
@needs(Right.ADMINISTER)
def replay(webhook_id: str) -> Response:
    """Send again from an event on."""
    start = whole_of(body(("from",), ("from",)), "from", 1, 2**53)
    if start is None:
        raise BadQuery("from is the number of the event to begin with.", field="from")
    return _answer(webhooks().replay(webhook_id, start))


def _facts(given: Mapping[str, Any]) -> dict[str, Any]:
    facts: dict[str, Any] = {}
    for name, most in (("name", _MAX_NAME), ("url", _MAX_URL)):
        if name in given:
            facts[name] = text_of(given, name, most)
            if not facts[name]:
                raise BadQuery(f"{name} is missing.", field=name)
    if "kinds" in given:
        kinds = given["kinds"]
        if not isinstance(kinds, list) or len(kinds) > _MAX_KINDS or not all(isinstance(one, str) for one in kinds):
            raise BadQuery(f"kinds is a list of at most {_MAX_KINDS} kinds of event.", field="kinds")
        facts["kinds"] = [text_of({"kinds": one}, "kinds", _MAX_KIND) for one in kinds]
    return facts


def _answer(value: Mapping[str, Any], status: int = 200) -> Response:
    response = Response(dumps(value), status=status, content_type=JSON)
    response.headers["Cache-Control"] = "no-store"
    return response
