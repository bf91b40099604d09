"""Operations on drafts, comparison and print sheets, for the OpenAPI document."""

from __future__ import annotations

from mapsvc.web.openapi_operation import Operation

_GEOJSON, _JSON = "application/geo+json", "application/json"
_BYTES = {"application/geopackage+sqlite3": "", "application/zip": "", _GEOJSON: "FeatureCollection"}
_REPORT = {_JSON: "Report", "text/csv": "", _GEOJSON: "FeatureCollection"}
_SHEET = {"application/pdf": "", "image/png": ""}


_DRAFT = "/api/drafts/{draft_id}"


def _read(rest: str, name: str, summary: str, schema: str, *parameters: str, media: str = _JSON) -> Operation:
    return Operation("get", _DRAFT + rest, name, summary, {media: schema}, ("draft_id", *parameters))


def _write(rest: str, name: str, summary: str, schema: str, body: str = "", *, status: int = 200) -> Operation:
    more = tuple(part[1:-1] for part in rest.split("/") if part.startswith("{"))
    return Operation(
        "post", _DRAFT + rest, name, summary, {_JSON: schema}, ("draft_id", *more), body, status, needs_revision=True
    )


PLAN_ROUTES: tuple[Operation, ...] = (
    Operation("get", "/api/drafts", "drafts", "All drafts", {_JSON: "Drafts"}),
    Operation("post", "/api/drafts", "start_draft", "Start a draft", {_JSON: "Draft"}, (), "StartDraft", 201),
    _read("", "draft", "One draft with its edits and checks", "DraftWhole"),
    Operation(
        "patch",
        _DRAFT,
        "change_draft",
        "Name, date, edition name, locks",
        {_JSON: "Draft"},
        ("draft_id",),
        "DraftFacts",
        needs_revision=True,
    ),
    Operation("delete", _DRAFT, "discard_draft", "Discard", {_JSON: "Draft"}, ("draft_id",), "", needs_revision=True),
    _read("/arcs", "draft_arcs", "Edges; those in bbox whole", "Arcs", "bbox", "z"),
    _read("/blocks", "draft_blocks", "Blocks and buildings", "FeatureCollection", "bbox", media=_GEOJSON),
    _read("/effect", "draft_effect", "What the whole draft does", "Effect", "since"),
    _read(
        "/moved",
        "draft_moved",
        "Incidents that change grid",
        "MovedPage",
        "open",
        "limit",
        "after",
        "edit",
        media=_GEOJSON,
    ),
    _read("/changes", "draft_changes", "Ground and lines that change", "FeatureCollection", media=_GEOJSON),
    _read("/findings", "draft_findings", "Findings of the draft", "FeatureCollection", media=_GEOJSON),
    _write("/findings/{key}", "keep_finding", "Keep a finding on purpose", "Draft", "Reason"),
    _write("/preview", "preview_edit", "What an edit would do; nothing is stored", "Effect", "Preview"),
    _write("/edits", "make_edit", "Do an edit", "Change", "NewEdit", status=201),
    _write("/edits/{position}", "explain_edit", "Say why an edit was made", "Draft", "Reason"),
    _write("/undo", "undo_edit", "One step back, or back to a position", "Change", "StepTo"),
    _write("/redo", "redo_edit", "One step forth, or forth to a position", "Change", "StepTo"),
    _write("/proposals", "proposals", "Balanced proposals; nothing is stored", "Proposals", "AskProposals"),
    _write("/review", "review_draft", "Send to review", "Draft", "SendToReview"),
    _write("/return", "return_draft", "Back to the planner with a note", "Draft", "Note"),
    _write("/publish", "publish_draft", "Publish as an edition", "Published", "Publish", status=201),
    _write("/rebase", "rebase_draft", "Bring the draft onto the edition in force", "Draft"),
    _write("/merge", "merge_draft", "Take over another draft's changes", "Change", "MergeDraft"),
    Operation("get", f"{_DRAFT}/export", "export_draft", "The draft as a file", _BYTES, ("draft_id", "file_format")),
    Operation(
        "post",
        f"{_DRAFT}/import",
        "import_draft",
        "A file edited elsewhere, taken as one edit",
        {_JSON: "Change"},
        ("draft_id",),
        status=201,
        needs_revision=True,
        file=True,
    ),
    Operation(
        "get",
        "/api/compare",
        "compare",
        "What really moved",
        _REPORT,
        ("plan", "as_of", "with", "tolerance_m", "format"),
    ),
    Operation(
        "get",
        "/api/crosswalk",
        "crosswalk",
        "What follows which grid",
        _REPORT,
        ("plan", "as_of", "with", "walk_by", "format"),
    ),
    Operation(
        "get",
        "/api/lineage",
        "lineage",
        "Where each grid came from",
        {**_REPORT, _JSON: "Any"},
        ("plan", "as_of", "tolerance_m", "format"),
    ),
    Operation(
        "get",
        "/print/plan.{media}",
        "plan_sheet",
        "Sheet of a plan",
        _SHEET,
        ("media", "plan", "as_of", "lang", "size"),
    ),
    Operation(
        "get",
        "/print/grid/{code}.{media}",
        "grid_sheet",
        "Sheet of one grid",
        _SHEET,
        ("code", "media", "plan", "as_of", "lang", "size"),
    ),
)
