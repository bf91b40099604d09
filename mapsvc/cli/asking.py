"""Verbs that ask: `locate`, `summarise`, `export`."""

from __future__ import annotations

import argparse
from datetime import datetime
from typing import TYPE_CHECKING
from zoneinfo import ZoneInfo

from mapsvc.cli.say import ProgressBar, pairs, put, say
from mapsvc.config import read_config
from mapsvc.errors import BadInput, NoPlan
from mapsvc.model.query import Query
from mapsvc.model.report import Report

if TYPE_CHECKING:
    from mapsvc.services.summarise import Summaries
    from mapsvc.wiring import Services

EXIT_CANNOT_TELL = 5


def stored(args: argparse.Namespace) -> Services:
    """Services over the store in --data. A question makes no store: a slip in the folder's name would get one."""
    from mapsvc import wiring

    if not (args.data / wiring.STORE_NAME).exists():
        raise NoPlan(
            f"There is no store in {args.data}, and so no plan. Give another --data folder, load the demo "
            "(python -m mapsvc demo) or import boundaries (python -m mapsvc import boundaries FILE)."
        )
    return wiring.build(read_config(args.data))


def locate(args: argparse.Namespace) -> int:
    """Add grid code and certainty to every row of a CSV."""
    services = stored(args)
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
                as_of=args.as_of,
                progress=progress,
            )
    finally:
        services.close()
    pairs([("rows", result.rows), *((name, n) for name, n in result.certainties.items())])
    if result.refused:
        number, reason = result.refused[0]
        say(f"{len(result.refused):,} rows cannot be read and are left out; the first is row {number}: it {reason}.")
    if result.certainties["outside"] == result.rows:
        say("No point lies in a grid: look at --crs and at the columns of the coordinates.")
    say(f"Written: {args.out}")
    return 0


def summarise(args: argparse.Namespace) -> int:
    """Coverage, counts or hot spots."""
    from mapsvc.render import report as rendered
    from mapsvc.services.whole_file import whole_file

    keys, since, until = _keys(args.by), _moment(args.from_, "from"), _moment(args.to_, "to")
    services = stored(args)
    try:
        community = services.store.find_community()
        tz = ZoneInfo(community.tz if community else "UTC")
        query = Query(
            since=_instant(since, tz),
            until=_instant(until, tz),
            task_types=frozenset(args.type or ()),
            statuses=frozenset(args.status or ()),
            grids=frozenset(args.grid or ()),
            plan_id=args.plan,
            as_of=args.as_of,
            limit=0,
        )
        if query.since is not None and query.until is not None and query.since > query.until:
            raise BadInput("--from lies after --to.", field="from")
        report = _report(services.summaries, args, query, keys)
    finally:
        services.close()
    text = rendered.as_text(report, args.format)
    if args.out:
        with whole_file(args.out, field="out") as part:
            part.write_text(text, encoding="utf-8")
        say(f"Written: {args.out}")
    else:
        put(text)
    # the report says why it cannot tell, in every format; the exit code is for scripts
    return EXIT_CANNOT_TELL if report.refused else 0


def _report(summaries: Summaries, args: argparse.Namespace, query: Query, keys: tuple[str, ...]) -> Report:
    if args.what == "coverage":
        return summaries.coverage(query)
    if args.what == "counts":
        return summaries.counts(query, by=keys, period=args.period)
    if args.of == "grids":
        if args.cell is not None:
            raise BadInput("--cell is the side of cells; with --of grids there are none.", field="cell")
        return summaries.grid_hotspots(query, alpha=args.alpha, seed=args.seed)
    return summaries.hotspots(query, cell_m=args.cell, alpha=args.alpha, seed=args.seed)


def _keys(text: str) -> tuple[str, ...]:
    keys = tuple(key.strip() for key in text.split(",") if key.strip())
    if unknown := set(keys) - {"grid", "type", "period"}:
        raise BadInput(f"--by takes grid, type and period, not {', '.join(sorted(unknown))}.", field="by")
    return keys


def _moment(text: str | None, field: str) -> datetime | None:
    try:
        return datetime.fromisoformat(text) if text is not None else None
    except ValueError as error:
        raise BadInput(f"--{field} takes a date or time such as 2026-07-01, not {text}.", field=field) from error


def _instant(moment: datetime | None, tz: ZoneInfo) -> int | None:
    """Epoch seconds; a time without a zone is on the community's clock."""
    if moment is None:
        return None
    return int((moment if moment.tzinfo else moment.replace(tzinfo=tz)).timestamp())


def export(args: argparse.Namespace) -> int:
    """Write a layer to a file."""
    services = stored(args)
    try:
        with ProgressBar() as progress:
            result = services.exchange.export(
                args.file, layer=args.layer, plan_id=args.plan, as_of=args.as_of, progress=progress
            )
    finally:
        services.close()
    pairs([("rows", result.rows)])
    say(f"Written: {args.file}")
    return 0
