"""Schemas of drafts for the OpenAPI document."""

from __future__ import annotations

from typing import Any

Schema = dict[str, Any]

_TEXT: Schema = {"type": "string"}
_WHOLE: Schema = {"type": "integer"}
_NUMBER: Schema = {"type": "number"}
_FLAG: Schema = {"type": "boolean"}
_DAY: Schema = {"type": ["string", "null"], "format": "date"}
_COMMAND: Schema = {"type": "object", "required": ["kind"], "properties": {"kind": _TEXT}}
_PAIR: Schema = {"type": "array", "items": {"type": ["number", "null"]}, "minItems": 2, "maxItems": 2}


def _object(**properties: Schema) -> Schema:
    return {"type": "object", "properties": properties, "required": list(properties)}


def _body(*required: str, **properties: Schema) -> Schema:
    return {
        "type": "object",
        "properties": properties,
        "required": list(required),
        "additionalProperties": False,
    }


def _list(items: Schema) -> Schema:
    return {"type": "array", "items": items}


def _ref(name: str) -> Schema:
    return {"$ref": f"#/components/schemas/{name}"}


_HEAD: Schema = {"oneOf": [_object(id=_TEXT, name=_TEXT, valid_from=_DAY), {"type": "null"}]}
_DRAFT = {
    "id": _TEXT,
    "name": _TEXT,
    "status": {"type": "string", "enum": ["draft", "in_review", "published", "discarded"]},
    "revision": _WHOLE,
    "position": _WHOLE,
    "can_undo": _FLAG,
    "can_redo": _FLAG,
    "base": _HEAD,
    "parent": _HEAD,
    "in_force": {"type": ["string", "null"]},
    "is_behind": _FLAG,
    "valid_from": _DAY,
    "edition_name": _TEXT,
    "note": _TEXT,
    "post": _TEXT,
    "created_at": _TEXT,
    "changed_at": _TEXT,
}
_ARC = _object(id=_WHOLE, left=_WHOLE, right=_WHOLE, full=_FLAG, steps=_list(_WHOLE))
_GRID = _object(
    number=_WHOLE,
    code=_TEXT,
    name=_TEXT,
    name_zh=_TEXT,
    kind=_TEXT,
    locked=_FLAG,
    label=_list({"type": ["number", "null"]}),
)
_EFFECT = {
    "revision": _WHOLE,
    "ms": _NUMBER,
    "incidents": _WHOLE,
    "moved": _WHOLE,
    "open": _WHOLE,
    "moved_ids": _list(_TEXT),
    "households": _WHOLE,
    "addresses": _WHOLE,
    "area_m2": _NUMBER,
    "line_moved_m": _NUMBER,
    "load": {"type": "object"},
    "grids": _list(_object(code=_TEXT, load=_PAIR, households=_PAIR, area_m2=_PAIR, compactness=_PAIR, pieces=_PAIR)),
    "others": _object(grids=_WHOLE, load=_WHOLE, households=_WHOLE, addresses=_WHOLE),
    "hot_cells": _list(_object(id=_TEXT, count=_WHOLE, parts={"type": "object"})),
    "findings": _ref("FeatureCollection"),
}

DRAFT_SCHEMAS: dict[str, Schema] = {
    "DraftHead": _object(**_DRAFT),
    "Drafts": _object(drafts=_list(_ref("DraftHead"))),
    "Draft": _object(**_DRAFT, locked=_list(_TEXT)),
    "DraftWhole": _object(
        **_DRAFT,
        locked=_list(_TEXT),
        edits=_list(_object(position=_WHOLE, kind=_TEXT, title=_TEXT, reason=_TEXT, in_effect=_FLAG)),
        lost=_list({"type": "object"}),
        checks=_object(whole=_FLAG, gaps=_WHOLE, in_pieces=_list(_TEXT), area_m2=_PAIR, open_findings=_WHOLE),
        before_review=_list(_object(check=_TEXT, ok=_FLAG, count=_WHOLE)),
    ),
    "Arcs": _object(
        revision=_WHOLE, origin=_list(_WHOLE), grids=_list(_GRID), outside=_WHOLE, gap=_WHOLE, arcs=_list(_ARC)
    ),
    "Effect": _object(**_EFFECT),
    "Change": _object(
        **_DRAFT,
        removed=_list(_WHOLE),
        added=_list(_ARC),
        origin=_list(_WHOLE),
        effect=_ref("Effect"),
        findings=_ref("FeatureCollection"),
    ),
    "MovedPage": _object(
        type={"const": "FeatureCollection"},
        seq=_WHOLE,
        numberMatched=_WHOLE,
        numberReturned=_WHOLE,
        next={"type": ["string", "null"]},
        features=_list(_ref("Feature")),
    ),
    "Proposals": _object(
        proposal={"type": "object"},
        reached=_FLAG,
        deviation=_PAIR,
        moved_load=_NUMBER,
        moved_share=_NUMBER,
        area_m2=_NUMBER,
        cut_m=_PAIR,
        compactness=_PAIR,
        notes=_list(_TEXT),
        steps=_list({"type": "object"}),
    ),
    "Published": _object(plan=_TEXT, valid_from=_TEXT, reassigned=_WHOLE),
    "StartDraft": _body("name", name=_TEXT, plan=_TEXT, fix_m=_NUMBER),
    "DraftFacts": _body(name=_TEXT, valid_from=_DAY, edition_name=_TEXT, locked=_list(_TEXT)),
    "Reason": _body("reason", reason=_TEXT),
    "Note": _body("note", note=_TEXT),
    "Preview": _body("command", command=_COMMAND, n=_WHOLE, since=_WHOLE),
    "NewEdit": _body("command", command=_COMMAND, reason=_TEXT, merge=_FLAG),
    "StepTo": _body(to=_WHOLE),
    "SendToReview": _body(valid_from=_DAY, edition_name=_TEXT),
    "Publish": _body("password", password=_TEXT),
    "MergeDraft": _body("draft", draft=_TEXT),
    "AskProposals": _body(
        "kind",
        kind={"type": "string", "enum": ["smallest", "fresh"]},
        within=_NUMBER,
        seed=_WHOLE,
        grids=_list(_TEXT),
    ),
}
