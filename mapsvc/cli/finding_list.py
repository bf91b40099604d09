"""Findings as the command line shows and writes them."""

from __future__ import annotations

from collections import Counter
from collections.abc import Sequence
from pathlib import Path

from mapsvc.cli.say import say
from mapsvc.errors import BadInput
from mapsvc.model.finding import Finding

SHOWN = 20
_FORMS = {".geojson": "geojson", ".json": "json", ".csv": "csv"}


def list_findings(findings: Sequence[Finding], shown: int | None = SHOWN) -> None:
    """A count by rule, then the findings with their places, open ones first."""
    from mapsvc.render.findings import worst_first

    for (state, rule), n in sorted(Counter((_state(f), f.rule.value) for f in findings).items()):
        say(f"{n:>6} {state:<8} {rule}")
    for finding in worst_first(findings)[:shown]:
        say(f"  {_state(finding):<8} {_place(finding)}{finding.message}")
    if shown is not None and len(findings) > shown:
        say(f"  ... and {len(findings) - shown:,} more; --findings FILE.geojson writes all of them.")


def _state(finding: Finding) -> str:
    return "accepted" if finding.accepted else finding.severity.value


def _place(finding: Finding) -> str:
    if finding.where is None or finding.where.is_empty:
        return ""
    point = finding.where.representative_point()
    return f"[{point.x:.6f} {point.y:.6f}] "


def findings_form(path: Path) -> str:
    """The form of a findings file by its ending. Raises BadInput."""
    form = _FORMS.get(path.suffix.lower())
    if form is None:
        raise BadInput(f"{path.name}: findings are written as .geojson, .json or .csv.", field="findings")
    return form


def write_findings(findings: Sequence[Finding], path: Path) -> None:
    """All findings to a file; its ending decides the form. Raises BadInput."""
    from mapsvc.render.findings import as_text
    from mapsvc.services.whole_file import whole_file

    with whole_file(path, field="findings") as part:
        part.write_text(as_text(findings, findings_form(path)), encoding="utf-8")
    say(f"Findings: {path}")
