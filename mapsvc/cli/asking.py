"""Verbs that ask: `locate`, `summarise`, `export`."""

from __future__ import annotations

import argparse
from datetime import date, datetime
from typing import TYPE_CHECKING
from zoneinfo import ZoneInfo

from mapsvc.cli.say import ProgressBar, pairs, put, say
from mapsvc.config import read_config
from mapsvc.errors import BadInput
from mapsvc.model.query import Query
from mapsvc.model.report import Report

if TYPE_CHECKING:
    from mapsvc.wiring import Services


def locate(args: argparse.Namespace) -> int:
    """Add grid code and certainty to every row of a CSV."""
    from mapsvc import wiring

    services = wiring.build(read_config(args.data))
    try:
        with ProgressBar() as progress:
            result = services.locate_file(
                args.points,
                args.out,
                crs=args.crs,
                x=args.x,
                y=args.y,
                accuracy=args.accuracy,
                plan_id=args.plan,
                progress=progress,
            )
    finally:
        services.close()
    pairs([("rows", result.rows), *((name, n) for name, n in result.certainties.items())])
    say(f"Written: {args.out}")
    return 0


def summarise(args: argparse.Namespace) -> int:
    """Coverage, counts or hot spots."""
    from mapsvc import wiring
    from mapsvc.render import report as rendered

    services = wiring.build(read_config(args.data))
    try:
        community = services.store.find_community()
        query = _query(args, community.tz if community else "UTC")
        report = _report(services, args, query)
    finally:
        services.close()
    text = rendered.as_text(report, args.format)
    if args.out:
        args.out.write_text(text, encoding="utf-8")
        say(f"Written: {args.out}")
    else:
        put(text)
    return 0


def _report(services: Services, args: argparse.Namespace, query: Query) -> Report:
    summaries = services.summaries
    if args.what == "coverage":
        return summaries.coverage(query)
    if args.what == "counts":
        keys = tuple(key.strip() for key in args.by.split(",") if key.strip())
        if unknown := set(keys) - {"grid", "type", "period"}:
            raise BadInput(f"--by takes grid, type and period, not {', '.join(sorted(unknown))}.", field="by")
        return summaries.counts(query, by=keys, period=args.period)
    return summaries.hotspots(query, cell_m=args.cell, alpha=args.alpha, seed=args.seed)


def _query(args: argparse.Namespace, tz: str) -> Query:
    return Query(
        since=_instant(args.from_, "from", tz),
        until=_instant(args.to_, "to", tz),
        task_types=frozenset(args.type or ()),
        statuses=frozenset(args.status or ()),
        grids=frozenset(args.grid or ()),
        plan_id=args.plan,
        as_of=_day(args.as_of),
        limit=0,
    )


def _day(text: str | None) -> date | None:
    try:
        return date.fromisoformat(text) if text else None
    except ValueError as error:
        raise BadInput(f"--as-of takes a date such as 2026-07-01, not {text}.", field="as_of") from error


def _instant(text: str | None, field: str, tz: str) -> int | None:
    """Epoch seconds of an ISO date or time; without a zone it is the community's clock."""
    if text is None:
        return None
    try:
        moment = datetime.fromisoformat(text)
    except ValueError as error:
        raise BadInput(f"--{field} takes a date or time such as 2026-07-01, not {text}.", field=field) from error
    return int((moment if moment.tzinfo else moment.replace(tzinfo=ZoneInfo(tz))).timestamp())


def export(args: argparse.Namespace) -> int:
    """Write a layer to a file."""
    from mapsvc import wiring

    services = wiring.build(read_config(args.data))
    try:
        with ProgressBar() as progress:
            result = services.exchange.export(args.file, layer=args.layer, plan_id=args.plan, progress=progress)
    finally:
        services.close()
    pairs([("rows", result.rows)])
    say(f"Written: {args.file}")
    return 0
