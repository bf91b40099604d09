"""/api/drafts/ID/export and /import: a draft as a file for a desktop GIS, and what came back of it."""

from __future__ import annotations

from pathlib import Path
from tempfile import TemporaryDirectory

from flask import Blueprint, Response, request
from werkzeug.datastructures import FileStorage
from werkzeug.exceptions import UnsupportedMediaType

from mapsvc.errors import BadQuery, NotFound, Stale
from mapsvc.model.account import Right
from mapsvc.model.plan import Plan
from mapsvc.model.redraw import Adopt
from mapsvc.services.exchange.draft_export import ENDINGS, FORMS, export_draft
from mapsvc.services.exchange.draft_import import MOST_FIX_M
from mapsvc.web.access import actor, needs
from mapsvc.web.answers import params, services
from mapsvc.web.api_drafts import MAX_REASON, redraw
from mapsvc.web.params import Params
from mapsvc.web.redraw_answers import draft_answer
from mapsvc.web.redraw_params import revision_tag, wanted_revision

api_draft_files = Blueprint("api_draft_files", __name__)

MAX_FILE_BYTES = 64 * 1024 * 1024
_ENDING_OF = {form: ending for ending, form in ENDINGS.items()}
_FORM_FIELDS = ("reason", "crs", "fix_m")


@api_draft_files.get("/api/drafts/<draft_id>/export")
@needs(Right.SEE)
def export(draft_id: str) -> Response:
    """The draft's grids as GeoPackage, zipped Shapefile or GeoJSON."""
    asked = params()
    asked.check_known(("format",))
    form = asked.choice("format", FORMS) or "gpkg"
    plan = _plan(draft_id)
    with TemporaryDirectory(prefix="mapsvc-draft-") as folder:
        path = Path(folder) / f"draft{_ENDING_OF[form]}"
        export_draft(plan, path, form)
        response = Response(path.read_bytes(), content_type=FORMS[form])
    # The id is made by us, of letters, figures and hyphens.
    name = f"{plan.id}-r{plan.revision}{_ENDING_OF[form]}"
    response.headers["Content-Disposition"] = f'attachment; filename="{name}"'
    response.headers["Cache-Control"] = "private, no-cache"
    response.set_etag(revision_tag(plan.revision))
    return response


@api_draft_files.post("/api/drafts/<draft_id>/import")
@needs(Right.REDRAW)
def take(draft_id: str) -> Response:
    """A file edited elsewhere, taken as one edit; a file that says nothing new makes none."""
    request.max_content_length = MAX_FILE_BYTES
    revision = wanted_revision(request)
    given = _form()
    reason = (given.text("reason") or "").strip()[:MAX_REASON]
    fix_m = given.number("fix_m", 0.0, MOST_FIX_M) or 0.0
    plan = _plan(draft_id)
    file = _file()
    with TemporaryDirectory(prefix="mapsvc-draft-") as folder:
        path = Path(folder) / f"file{_ending(file)}"
        file.save(path)
        edited = services().exchange.read_edited(path, plan, crs=given.text("crs"), fix_m=fix_m)
    told = {"changed": list(edited.changed), "new": list(edited.added), "gone": list(edited.gone)}
    if edited.is_same:
        if revision != plan.revision:
            raise Stale("The draft changed meanwhile.", revision=plan.revision)
        return draft_answer(redraw().drafts.get(draft_id) | {"file": told})
    command = {"kind": "adopt", **told}
    done = redraw().editor.edit_with(draft_id, revision, [Adopt(edited.grids)], command, reason, post=actor().code)
    done["findings"]["features"] += edited.healed
    return draft_answer(done | {"file": told}, status=201)


def _plan(draft_id: str) -> Plan:
    plan = redraw().find_plan(draft_id)
    if plan is None:
        raise NotFound("There is no draft with this id.")
    return plan


def _form() -> Params:
    if request.mimetype != "multipart/form-data":
        raise UnsupportedMediaType("Send the file as multipart/form-data.")
    given = Params(request.form, "UTC")
    given.check_known(_FORM_FIELDS)
    return given


def _file() -> FileStorage:
    files = request.files.getlist("file")
    if len(files) != 1 or len(request.files) != 1 or not files[0].filename:
        raise BadQuery("Send one file, as the member file.", field="file")
    return files[0]


def _ending(file: FileStorage) -> str:
    """The ending among the known ones: it never names anything on this disk but its own kind."""
    ending = Path(file.filename or "").suffix.lower()
    if ending not in (*ENDINGS, ".json"):
        raise BadQuery(f"Send a draft as {', '.join(ENDINGS)}.", field="file")
    return ending
