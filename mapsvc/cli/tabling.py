"""Verbs that bring tables in: `import departments|posts|networks|workflow|limits|calendar`."""

from __future__ import annotations

import argparse

from mapsvc.cli.say import pairs, say
from mapsvc.config import read_config


def networks(args: argparse.Namespace) -> int:
    """Replace the areas of one network."""
    from mapsvc import wiring
    from mapsvc.services.exchange.area_import import Columns

    services = wiring.build(read_config(args.data))
    try:
        columns = Columns(args.code, args.name, args.name_zh, args.crs)
        done = services.exchange.import_areas(args.file, args.network, args.department or args.network, columns)
    finally:
        services.close()
    pairs([("network", args.network), ("areas", done.stored), ("mended", done.mended), ("there before", done.before)])
    return 0


def staff(args: argparse.Namespace) -> int:
    """Add or replace departments or posts by code."""
    from mapsvc import wiring

    services = wiring.build(read_config(args.data))
    try:
        exchange = services.exchange
        stored = (exchange.import_posts if args.table == "posts" else exchange.import_departments)(args.file)
    finally:
        services.close()
    pairs([(args.table, stored)])
    return 0


def table(args: argparse.Namespace) -> int:
    """Replace one table whole, or refuse it whole."""
    from mapsvc import wiring
    from mapsvc.services.cases.table_file import read_table

    value = read_table(args.file)
    services = wiring.build(read_config(args.data))
    try:
        settings = services.cases.settings
        done = settings.put(args.table, value, settings.get(args.table)["revision"], post="cli")
    finally:
        services.close()
    say(f"The table {done['name']} is set, revision {done['revision']}.")
    return 0
