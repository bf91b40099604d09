"""The report page for phones: /report. Posts report from it, and anyone through a channel that is public."""

from __future__ import annotations

from typing import Any

from flask import Blueprint, Response, request

from mapsvc.errors import NoPlan
from mapsvc.model.account import Right
from mapsvc.model.channel import Channel
from mapsvc.model.query import Query
from mapsvc.model.report_in import LONGEST
from mapsvc.services.intake.photos import MOST_PHOTOS
from mapsvc.web.access import PUBLIC, actor, needs
from mapsvc.web.answers import view
from mapsvc.web.i18n import read_messages
from mapsvc.web.pages import TEMPLATE_FOLDER, render_page, request_language, shell
from mapsvc.web.who import accounts

phone_report = Blueprint("phone_report", __name__, template_folder=str(TEMPLATE_FOLDER))

_STYLES = ("tokens", "base", "report")
_WORDS = ("phone.",)
_MOST_GRIDS = 600
"""Names of more grids than these are left to the server's answer: a phone has better uses for its line."""


@phone_report.get("/report")
@needs(PUBLIC)
def page() -> Response:
    """The page; without the right to report and without a public channel it says how to get one."""
    channel = _public_channel()
    may_report = channel is not None or (actor().may(Right.REPORT) and not actor().channel)
    texts = read_messages().of_language(request_language())
    return render_page(
        "report.html",
        usual_theme="sun",
        desk="report",
        styles=_STYLES,
        shell=shell(),
        messages={key: text for key, text in texts.items() if key.startswith(_WORDS)},
        facts=_facts(channel) if may_report else None,
        channel=channel,
    )


def _public_channel() -> Channel | None:
    """The channel that `?c=` names where it takes reports from anyone."""
    code = request.args.get("c", "")
    channel = accounts().channels.find(code) if code else None
    return channel if channel is not None and channel.public and channel.active else None


def _facts(channel: Channel | None) -> dict[str, Any]:
    """What the page works with: types, names of grids, the frame. Nothing of it is secret."""
    stage = view().stage
    types = stage.registers(stage.journal.marks()).task_types.values()
    facts: dict[str, Any] = {
        "channel": channel.code if channel is not None else "",
        "photos": MOST_PHOTOS,
        "longest": {"text": LONGEST["text"], "address": LONGEST["address"], "title": 80},
        "types": [{"code": one.code, "name": one.name, "name_zh": one.name_zh} for one in types],
        "bbox": None,
        "grids": [],
    }
    try:
        plan = stage.plan(Query()).plan
    except NoPlan:
        return facts
    facts["bbox"] = plan.frame.bounds
    if len(plan.grids) <= _MOST_GRIDS:
        facts["grids"] = [{"code": one.code, "name": one.name, "name_zh": one.name_zh} for one in plan.grids]
    return facts
