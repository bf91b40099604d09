"""Checks: what is to be said about a draft before it is reviewed: findings, kept or open, and what is still missing."""

from __future__ import annotations

from collections.abc import Sequence
from typing import TYPE_CHECKING, Any

import shapely

from mapsvc.geo.partition.arc import GAP
from mapsvc.model.draft import Edit
from mapsvc.model.finding import Finding, Rule, Severity
from mapsvc.services.redraw.finding_key import finding_key
from mapsvc.services.redraw.state import State

if TYPE_CHECKING:
    from mapsvc.geo.partition.partition import Partition

_OWN_RULES = frozenset({Rule.GAP, Rule.MULTIPART, Rule.HEALED})
"""Told by the shapes of the draft itself, or about a file: what the first plan said of them is old."""


def findings_of(state: State, advice: Sequence[Finding]) -> tuple[Finding, ...]:
    """All findings of a draft; those kept on purpose carry the reason. advice: what the effect says."""
    kept = {one.key: one.reason for one in state.draft.kept}
    given = {finding_key(one): one.accepted for one in state.base.findings if one.accepted}
    found = [*_gaps(state), *_pieces(state), *_inherited(state), *advice]
    answered = []
    for finding in found:
        key = finding_key(finding)
        reason = kept.get(key) or given.get(key, "")
        answered.append(finding.accept(reason) if reason and not finding.accepted else finding)
    return tuple({finding_key(one): one for one in answered}.values())


def checks_json(state: State, findings: Sequence[Finding]) -> dict[str, Any]:
    """`checks` of a draft."""
    was, now = _area_m2(state.start), _area_m2(state.partition)
    return {
        "whole": True,
        "gaps": sum(one.rule is Rule.GAP for one in findings),
        "in_pieces": [one.grids[0] for one in findings if one.rule is Rule.MULTIPART],
        "area_m2": [was, now],
        "grids": [len(state.start.numbers), len(state.partition.numbers)],
        "open_findings": sum(one.is_open for one in findings),
        "kept_findings": len(state.draft.kept),
    }


def before_review(state: State, edits: Sequence[Edit], findings: Sequence[Finding]) -> list[dict[str, Any]]:
    """What must hold before the draft goes to review: `ok` or not, `positions` of the edits it is about."""
    done = [edit for edit in edits if edit.position <= state.draft.position]
    silent = [edit.position for edit in done if not edit.reason.strip()]
    still_open = sum(finding.is_open for finding in findings)
    return [
        {"check": "edits", "ok": bool(done) or state.draft.base_id != state.draft.parent_id, "count": len(done)},
        {"check": "findings", "ok": not still_open, "count": still_open},
        {"check": "reasons", "ok": not silent, "count": len(silent), "positions": silent},
    ]


def _gaps(state: State) -> list[Finding]:
    """Ground of nobody. No edit makes any; a plan may come with it."""
    if not state.partition.arcs_of(GAP):
        return []
    from mapsvc.geo.measure import area_m2

    parts = list(shapely.get_parts(state.partition.polygon(GAP)))
    known = {finding_key(one): one for one in state.base.findings if one.rule is Rule.GAP}
    found = []
    for part, size in zip(parts, area_m2(parts, state.partition.epsg), strict=True):
        finding = Finding(Rule.GAP, Severity.ERROR, "This ground is in no grid.", part, float(size), "m2")
        same = [one for one in known.values() if one.where is not None and one.where.equals(part)]
        found.append(same[0] if same else finding)
    return found


def _pieces(state: State) -> list[Finding]:
    found = []
    for number, code in zip(state.partition.numbers, state.partition.codes, strict=True):
        shape = state.partition.polygon(number)
        count = shapely.get_num_geometries(shape)
        if count > 1:
            told = f"{code} lies in {count} pieces."
            found.append(Finding(Rule.MULTIPART, Severity.WARNING, told, shape, float(count), "pieces", (code,)))
    return found


def _inherited(state: State) -> list[Finding]:
    """What the first plan said of grids that are still what they were."""
    told = [one for one in state.base.findings if one.rule not in _OWN_RULES and one.grids]
    if not told:
        return []
    same = {
        code
        for number, code in zip(state.partition.numbers, state.partition.codes, strict=True)
        if state.start.arcs_of(number) == state.partition.arcs_of(number)
    }
    return [one for one in told if same.issuperset(one.grids)]


def _area_m2(partition: Partition) -> float:
    return float(sum(partition.grid(number).area_m2 for number in partition.numbers))
