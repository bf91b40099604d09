"""Verbs that bring files in: `import boundaries|incidents|places` and `check`."""

from __future__ import annotations

import argparse
from dataclasses import replace
from typing import TYPE_CHECKING

from mapsvc.cli.finding_list import findings_form, list_findings, write_findings
from mapsvc.cli.say import ProgressBar, pairs, put, say
from mapsvc.config import read_config
from mapsvc.errors import BadInput
from mapsvc.model.community import Community

if TYPE_CHECKING:
    from mapsvc.services.exchange.boundary_import import BoundaryImport
    from mapsvc.services.exchange.incident_import import IncidentImport


def boundaries(args: argparse.Namespace) -> int:
    """Import a plan; exit code 1 when findings keep it a draft."""
    from mapsvc import wiring

    if args.findings:
        findings_form(args.findings)
    services = wiring.build(read_config(args.data))
    try:
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
                community=_community(services.store.find_community(), args),
                progress=progress,
            )
        list_findings(result.findings)
        if args.findings:
            write_findings(result.findings, args.findings)
        _tell_plan(result)
        services.warm()
    finally:
        services.close()
    return 0 if result.published else 1


def _tell_plan(result: BoundaryImport) -> None:
    plan = result.plan
    since = f", in force from {plan.valid_from}" if result.published and plan.valid_from else ""
    pairs(
        [
            ("grids", len(plan.grids)),
            ("read in", result.crs),
            ("text", result.encoding),
            ("measured in", f"EPSG:{plan.working_epsg}"),
            ("findings", len(result.findings)),
            ("still open", len(plan.open_findings)),
            ("incidents re-located", result.relocated),
            ("plan", f"{plan.id} ({plan.status.value}{since})"),
        ]
    )
    if result.next_step:
        say(f"The plan is kept as a draft. {result.next_step}")


def _community(known: Community | None, args: argparse.Namespace) -> Community:
    """What the store serves after this import: the file's name until a better one is given."""
    if args.tz:
        _check_zone(args.tz)
    known = known or Community(name=args.file.stem)
    return replace(known, name=args.community or known.name, tz=args.tz or known.tz)


def _check_zone(name: str) -> None:
    from zoneinfo import ZoneInfo

    try:
        ZoneInfo(name)
    except (KeyError, ValueError, OSError) as error:
        raise BadInput(f"{name} is no time zone; give an IANA name such as Asia/Shanghai.", field="tz") from error


def incidents(args: argparse.Namespace) -> int:
    """Import incidents; every row is accounted for."""
    from mapsvc import wiring
    from mapsvc.services.exchange.profile import read_profile

    profile = read_profile(args.profile)
    services = wiring.build(read_config(args.data))
    rejects = args.rejects or args.data / "rejects" / f"{args.file.name}.rejects.csv"
    rejects.parent.mkdir(parents=True, exist_ok=True)
    if rejects.is_dir():
        raise BadInput(f"{rejects.name} is a folder; name a file for the rejected rows.", field="rejects")
    try:
        with ProgressBar() as progress:
            result = services.exchange.import_incidents(args.file, profile, rejects=rejects, progress=progress)
        _tell_rows(result)
        services.warm()
    finally:
        services.close()
    return 0


def _tell_rows(result: IncidentImport) -> None:
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
    if result.rejects_path:
        say(f"Rows rejected or without a place, with their reasons: {result.rejects_path}")
    say(f"{result.seconds:.1f} s")


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
    from mapsvc.render.findings import as_text

    services = wiring.build_without_store(read_config(args.data))
    result = services.exchange.check(args.file, crs=args.crs, code=args.code, name=args.name, frame=args.frame)
    is_open = [finding.is_open for finding in result.findings]
    if args.format == "table":
        list_findings(result.findings, shown=None)
        pairs(
            [
                ("grids", len(result.grids)),
                ("read in", result.crs),
                ("text", result.encoding),
                ("measured in", f"EPSG:{result.working_epsg}"),
                ("findings", len(result.findings)),
                ("errors", sum(is_open)),
            ]
        )
    else:
        put(as_text(result.findings, args.format))
    return 1 if any(is_open) else 0
