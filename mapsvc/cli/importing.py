"""Verbs that bring files in: `import boundaries|incidents|places` and `check`."""

from __future__ import annotations

import argparse
from collections import Counter
from collections.abc import Sequence
from dataclasses import replace
from pathlib import Path
from typing import TYPE_CHECKING

from mapsvc.cli.say import ProgressBar, pairs, put, say
from mapsvc.config import read_config
from mapsvc.errors import BadInput
from mapsvc.model.community import Community
from mapsvc.model.finding import Finding, Severity

if TYPE_CHECKING:
    from mapsvc.wiring import Services

SHOWN = 20


def boundaries(args: argparse.Namespace) -> int:
    """Import a plan; exit code 1 when findings keep it a draft."""
    from mapsvc import wiring

    services = wiring.build(read_config(args.data))
    try:
        _put_community(services, args)
        with ProgressBar() as progress:
            result = services.exchange.import_boundaries(
                args.file,
                crs=args.crs,
                code=args.code,
                name=args.name,
                name_zh=args.name_zh,
                frame=args.frame,
                fix_m=args.fix,
                accept=args.accept,
                plan_name=args.plan_name,
                valid_from=args.valid_from,
                progress=progress,
            )
            services.warm()
    finally:
        services.close()
    plan = result.plan
    _findings_table(result.findings)
    if args.findings:
        _write_findings(result.findings, args.findings)
    pairs(
        [
            ("grids", len(plan.grids)),
            ("working CRS", f"EPSG:{plan.working_epsg}"),
            ("findings", len(result.findings)),
            ("still open", len(plan.open_findings)),
            ("incidents re-located", result.relocated),
            (
                "plan",
                f"{plan.id} ({plan.status.value}{f', in force from {plan.valid_from}' if plan.valid_from else ''})",
            ),
        ]
    )
    if not result.published:
        say(
            "The plan is kept as a draft: mend its findings (--fix METRES), or accept them with a reason "
            "(--accept REASON), and import again."
        )
    return 0 if result.published else 1


def _put_community(services: Services, args: argparse.Namespace) -> None:
    known = services.store.find_community()
    if known is None:
        known = Community(name=args.community or args.file.stem)
    elif not (args.community or args.tz):
        return
    if args.tz:
        _check_zone(args.tz)
    changed = replace(known, name=args.community or known.name, tz=args.tz or known.tz)
    services.store.put_community(changed, at=services.clock.now(), post="cli")


def _check_zone(name: str) -> None:
    from zoneinfo import ZoneInfo

    try:
        ZoneInfo(name)
    except (KeyError, ValueError, OSError) as error:
        raise BadInput(f"{name} is no time zone; give an IANA name such as Asia/Shanghai.", field="tz") from error


def incidents(args: argparse.Namespace) -> int:
    """Import incidents; every row is accounted for."""
    from mapsvc import wiring
    from mapsvc.services.profile import read_profile

    profile = read_profile(args.profile)
    services = wiring.build(read_config(args.data))
    rejects = args.rejects or args.data / "rejects" / f"{args.file.name}.rejects.csv"
    rejects.parent.mkdir(parents=True, exist_ok=True)
    try:
        with ProgressBar() as progress:
            result = services.exchange.import_incidents(args.file, profile, rejects=rejects, progress=progress)
            services.warm()
    finally:
        services.close()
    for sentence in result.warnings:
        say(sentence)
    pairs(
        [
            ("rows", result.rows),
            ("stored", result.stored),
            ("  of these outside every grid", result.outside),
            ("  of these unlocated", result.unlocated),
            ("duplicate", result.duplicate),
            ("rejected", result.rejected),
        ]
    )
    if result.rejected and result.rejects_path:
        say(f"Rejected rows with their reasons: {result.rejects_path}")
    say(f"{result.seconds:.1f} s")
    return 0


def places(args: argparse.Namespace) -> int:
    """Import places."""
    from mapsvc import wiring

    services = wiring.build(read_config(args.data))
    try:
        with ProgressBar() as progress:
            result = services.exchange.import_places(args.file, crs=args.crs, progress=progress)
    finally:
        services.close()
    pairs([("places", result.stored), *((f"  {kind}", n) for kind, n in sorted(result.kinds.items()))])
    return 0


def check(args: argparse.Namespace) -> int:
    """Check a file; exit code 1 when it has findings that would block publishing."""
    from mapsvc import wiring

    services = wiring.build_without_store(read_config(args.data))
    result = services.exchange.check(args.file, crs=args.crs, code=args.code, name=args.name, frame=args.frame)
    if args.format == "table":
        _findings_table(result.findings, shown=None)
        pairs(
            [
                ("grids", len(result.grids)),
                ("read in", result.crs),
                ("text", result.encoding),
                ("measured in", f"EPSG:{result.working_epsg}"),
                ("findings", len(result.findings)),
                ("errors", sum(finding.is_open for finding in result.findings)),
            ]
        )
    else:
        put(_findings_text(result.findings, args.format))
    return 1 if any(finding.is_open for finding in result.findings) else 0


def _findings_table(findings: Sequence[Finding], shown: int | None = SHOWN) -> None:
    """Findings worst first: a count by rule, then the largest with their places."""
    if not findings:
        return
    order = list(Severity)
    worst = sorted(findings, key=lambda finding: (order.index(finding.severity), bool(finding.accepted), -finding.size))
    for (severity, rule), n in sorted(Counter((f.severity.value, f.rule.value) for f in findings).items()):
        say(f"{n:>6} {severity:<8} {rule}")
    for finding in worst[:shown]:
        say(f"  {finding.severity.value:<8} {_place(finding)}{finding.message}")
    if shown is not None and len(worst) > shown:
        say(f"  ... and {len(worst) - shown:,} more; --findings FILE.geojson writes all of them.")


def _place(finding: Finding) -> str:
    if finding.where is None or finding.where.is_empty:
        return ""
    point = finding.where.representative_point()
    return f"[{point.x:.6f} {point.y:.6f}] "


def _findings_text(findings: Sequence[Finding], form: str) -> str:
    from mapsvc.render import findings as rendered

    return rendered.as_text(findings, form)


def _write_findings(findings: Sequence[Finding], path: Path) -> None:
    form = {".geojson": "geojson", ".json": "json", ".csv": "csv"}.get(path.suffix.lower())
    if form is None:
        raise BadInput(f"{path.name}: findings are written as .geojson, .json or .csv.", field="findings")
    path.write_text(_findings_text(findings, form), encoding="utf-8")
    say(f"Findings: {path}")
