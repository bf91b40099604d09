"""Verbs about plans: `plans` lists editions and drafts, `import draft` brings one back, `sheet` prints one."""

from __future__ import annotations

import argparse

from mapsvc.cli.asking import stored
from mapsvc.cli.finding_list import list_findings
from mapsvc.cli.say import pairs, put, say
from mapsvc.errors import BadInput, NotFound
from mapsvc.model.draft import DraftStatus
from mapsvc.model.query import Query


def plans(args: argparse.Namespace) -> int:
    """All editions and drafts."""
    from mapsvc.render.table import as_columns

    services = stored(args)
    try:
        heads = services.store.list_plans()
        drafts = services.store.list_drafts()
    finally:
        services.close()
    shown = [draft for draft in drafts if draft.status in (DraftStatus.OPEN, DraftStatus.IN_REVIEW)]
    rows: list[tuple[object, ...]] = [
        *(
            (one.id, one.status.value, one.valid_from or "", one.valid_to or "", one.grids, one.open_findings, one.name)
            for one in heads
        ),
        *(
            (one.id, one.status.value, one.valid_from or "", "", "", "", f"{one.name} (on {one.parent_id})")
            for one in shown
        ),
    ]
    put(as_columns(("id", "status", "from", "until", "grids", "open findings", "name"), rows))
    return 0


def take(args: argparse.Namespace) -> int:
    """Bring a draft back that was edited in a desktop GIS, as one edit of it."""
    from mapsvc.model.redraw import Adopt

    services = stored(args)
    try:
        plan = services.redraw.find_plan(args.draft)
        if plan is None:
            raise NotFound(f'There is no draft "{args.draft}"; `plans` lists them.')
        edited = services.exchange.read_edited(args.file, plan, crs=args.crs, fix_m=args.fix)
        if not edited.is_same:
            told = {
                "kind": "adopt",
                "changed": list(edited.changed),
                "new": list(edited.added),
                "gone": list(edited.gone),
            }
            services.redraw.editor.edit_with(
                plan.id, plan.revision, [Adopt(edited.grids)], told, args.reason, post="cli"
            )
    finally:
        services.close()
    list_findings(edited.healed)
    pairs([("changed", len(edited.changed)), ("new", len(edited.added)), ("gone", len(edited.gone))])
    if edited.is_same:
        say("The file says nothing new; the draft stays as it is.")
    return 0


def sheet(args: argparse.Namespace) -> int:
    """Print a plan or one grid of it to a file."""
    from mapsvc.render.sheet.draw import MEDIA, draw_sheet
    from mapsvc.services.sheets import Sheets
    from mapsvc.services.whole_file import whole_file
    from mapsvc.web.i18n import read_messages

    media = args.file.suffix.lower().lstrip(".")
    if media not in MEDIA:
        raise BadInput(f"{args.file.name}: sheets end in {' or '.join(f'.{one}' for one in MEDIA)}.", field="file")
    services = stored(args)
    try:
        sheets, query = Sheets(services.view.stage), Query(plan_id=args.plan, as_of=args.as_of)
        made = sheets.grid_sheet(args.grid, query, args.lang) if args.grid else sheets.plan_sheet(query, args.lang)
    finally:
        services.close()
    body = draw_sheet(made, read_messages().of_language(args.lang), media=media, size=args.size)
    with whole_file(args.file, field="file") as part:
        part.write_bytes(body)
    say(f"Written: {args.file}")
    return 0
