"""The verbs and their options; each verb names the function that runs it."""

from __future__ import annotations

import argparse
from datetime import date
from pathlib import Path

from mapsvc import __version__
from mapsvc.cli import accounts, addressing, asking, importing, plans, serving, simulating, tabling
from mapsvc.model.account import Role

DATUMS = "wgs84, cgcs2000, gcj02, bd09 or EPSG:n"


def build_parser() -> argparse.ArgumentParser:
    """The whole command line."""
    parser = argparse.ArgumentParser(
        prog="mapsvc",
        description="Community grids and incidents: import, locate, summarise, and serve the command map.",
    )
    parser.add_argument("--version", action="version", version=f"mapsvc {__version__}")
    verbs = parser.add_subparsers(title="verbs", metavar="VERB", required=True)
    _add_serving(verbs)
    _add_imports(verbs)
    _add_locate(verbs)
    _add_geocode(verbs)
    _add_summarise(verbs)
    _add_export(verbs)
    _add_plans(verbs)
    _add_accounts(verbs)
    return parser


def _verb(verbs: argparse._SubParsersAction[argparse.ArgumentParser], name: str, text: str) -> argparse.ArgumentParser:
    verb = verbs.add_parser(name, help=text, description=text)
    verb.add_argument("--data", type=Path, default=Path("var"), metavar="DIR", help="the store's folder (default: var)")
    return verb


def _day(text: str) -> date:
    try:
        return date.fromisoformat(text)
    except ValueError as error:
        raise argparse.ArgumentTypeError(f"{text} is no date such as 2026-07-01") from error


def _add_serving(verbs: argparse._SubParsersAction[argparse.ArgumentParser]) -> None:
    demo = _verb(verbs, "demo", "Load the invented demo community (once) and serve it.")
    demo.set_defaults(run=serving.demo, data=Path("var/demo"))
    demo.add_argument("--lang", choices=("en", "zh"), default="en", help="language of the incidents' texts")
    demo.add_argument("--no-serve", action="store_true", help="only load the data")
    demo.add_argument("--fresh", action="store_true", help="replace an earlier demo in this folder")
    serve = _verb(verbs, "serve", "Serve the command map and the API.")
    serve.set_defaults(run=serving.serve)
    drill = _verb(
        verbs, "simulate", "A drill: made-up reports come in, posts take and resolve them, all through the API."
    )
    drill.set_defaults(run=simulating.simulate, data=Path("var/demo"))
    drill.add_argument("--url", default="http://127.0.0.1:8000", help="the service (default: http://127.0.0.1:8000)")
    drill.add_argument("--rate", type=float, default=6.0, metavar="N", help="reports a minute (default: 6)")
    drill.add_argument("--minutes", type=float, default=10.0, metavar="N", help="how long (default: 10)")
    drill.add_argument("--seed", type=int, default=1)
    drill.add_argument("--lang", choices=("en", "zh"), default="en", help="language of the reports")
    for verb in (demo, serve):
        verb.add_argument(
            "--port", type=int, metavar="N", help="port (default: 8000, or the next free one for the demo)"
        )
        verb.add_argument("--host", metavar="ADDRESS", help="address to listen on (default: 127.0.0.1)")


def _add_imports(verbs: argparse._SubParsersAction[argparse.ArgumentParser]) -> None:
    text = "Bring boundaries, incidents, places or an edited draft in from files."
    kinds = verbs.add_parser("import", help=text, description=text).add_subparsers(metavar="WHAT", required=True)

    boundaries = _verb(kinds, "boundaries", "Import grids as a plan: GeoJSON, GeoPackage, Shapefile (loose or zipped).")
    boundaries.set_defaults(run=importing.boundaries)
    _add_boundary_options(boundaries)
    boundaries.add_argument("--name-zh", metavar="COLUMN", help="column with the grid's Chinese name")
    boundaries.add_argument(
        "--fix", type=float, metavar="METRES", help="snap and heal up to this; 0 mends broken rings only"
    )
    boundaries.add_argument("--accept", metavar="REASON", help="keep the findings that remain, for this reason")
    boundaries.add_argument("--plan-name", metavar="TEXT", help="what to call the plan")
    boundaries.add_argument("--valid-from", type=_day, metavar="DATE", help="first day in force (default: today)")
    boundaries.add_argument("--community", metavar="NAME", help="name of the place this store serves")
    boundaries.add_argument("--tz", metavar="ZONE", help="IANA time zone of the place, such as Asia/Shanghai")
    boundaries.add_argument("--findings", type=Path, metavar="FILE", help="also write the findings (.geojson or .csv)")

    incidents = _verb(kinds, "incidents", "Import incidents: CSV(.gz), GeoJSON, Parquet, mapped by a profile.")
    incidents.set_defaults(run=importing.incidents)
    incidents.add_argument("file", type=Path)
    incidents.add_argument(
        "--profile", type=Path, required=True, metavar="P.toml", help="how columns, times, datum and categories map"
    )
    incidents.add_argument(
        "--rejects",
        type=Path,
        metavar="FILE.csv",
        help="where rejected rows go (default: FILE.rejects.csv in DATA/rejects)",
    )

    places = _verb(kinds, "places", "Import places (buildings, streets, schools ...): GeoJSON, GeoPackage, CSV.")
    places.set_defaults(run=importing.places)
    places.add_argument("file", type=Path)
    places.add_argument("--crs", metavar="C", help="coordinate system, where the file does not name it")

    _add_tables(kinds)

    addresses = _verb(kinds, "addresses", "Import addresses with their points: CSV(.gz), GeoJSON, Parquet.")
    addresses.set_defaults(run=addressing.addresses)
    addresses.add_argument("file", type=Path)
    addresses.add_argument("--crs", metavar="C", help=f"datum of the points, where the file does not say it: {DATUMS}")
    addresses.add_argument("--text", metavar="COLUMN", help="column of the address (default: address, text or 地址)")
    addresses.add_argument("--x", metavar="COLUMN", help="column of longitude or easting")
    addresses.add_argument("--y", metavar="COLUMN", help="column of latitude or northing")

    regions = _verb(kinds, "regions", "Import the names of regions in addresses: JSON, or CSV (level, name).")
    regions.set_defaults(run=addressing.regions)
    regions.add_argument("file", type=Path)

    draft = _verb(kinds, "draft", "Bring an exported draft back after editing it in a desktop GIS, as one edit.")
    draft.set_defaults(run=plans.take)
    draft.add_argument("file", type=Path)
    draft.add_argument("--draft", required=True, metavar="ID", help="the draft it is (`plans` lists them)")
    draft.add_argument("--reason", default="", metavar="TEXT", help="why, kept with the edit")
    draft.add_argument("--crs", metavar="C", help="coordinate system, where the file does not name it")
    draft.add_argument("--fix", type=float, default=0.0, metavar="METRES", help="close gaps and overlaps up to this")

    check = _verb(verbs, "check", "Check boundaries for gaps, overlaps and broken rings; store nothing.")
    check.set_defaults(run=importing.check)
    _add_boundary_options(check)
    check.add_argument("--format", choices=("table", "geojson", "csv", "json"), default="table")


def _add_tables(kinds: argparse._SubParsersAction[argparse.ArgumentParser]) -> None:
    networks = _verb(kinds, "networks", "Import the areas of a linked network (police, court, property ...).")
    networks.set_defaults(run=tabling.networks)
    networks.add_argument("file", type=Path)
    networks.add_argument("--network", required=True, metavar="NAME", help="police, court, procuratorate, justice ...")
    networks.add_argument("--department", metavar="CODE", help="the body that is called (default: as the network)")
    networks.add_argument("--crs", metavar="C", help="coordinate system, where the file does not name it")
    networks.add_argument("--code", metavar="COLUMN", help="column with the area's code")
    networks.add_argument("--name", metavar="COLUMN", help="column with the area's name")
    networks.add_argument("--name-zh", metavar="COLUMN", help="column with the area's Chinese name")
    for name, columns in (
        ("departments", "code, name, name_zh"),
        ("posts", "code, role, name, grids, department, hours, lon, lat ..."),
    ):
        staff = _verb(kinds, name, f"Add or replace {name} by code: CSV, .toml or .json ({columns}).")
        staff.set_defaults(run=tabling.staff, table=name)
        staff.add_argument("file", type=Path)
    for name, what in (
        ("workflow", "who may take which step of an incident"),
        ("limits", "the limits by task type and level"),
        ("calendar", "working days and hours"),
    ):
        table = _verb(kinds, name, f"Set {what}, from a .toml or .json file (geodata/{name}.toml shows one).")
        table.set_defaults(run=tabling.table, table=name)
        table.add_argument("file", type=Path)


def _add_boundary_options(verb: argparse.ArgumentParser) -> None:
    verb.add_argument("file", type=Path)
    verb.add_argument("--crs", metavar="C", help="EPSG:n; needed where the file does not name its coordinate system")
    verb.add_argument("--code", metavar="COLUMN", help="column with the grid code (default: the feature's number)")
    verb.add_argument("--name", metavar="COLUMN", help="column with the grid's name (default: the code)")
    verb.add_argument(
        "--frame", type=Path, metavar="FILE", help="the region the grids must cover (default: their outline)"
    )


def _add_locate(verbs: argparse._SubParsersAction[argparse.ArgumentParser]) -> None:
    locate = _verb(verbs, "locate", "Add grid code and certainty to each row of a CSV of points.")
    locate.set_defaults(run=asking.locate)
    locate.add_argument("--points", type=Path, required=True, metavar="FILE.csv")
    locate.add_argument("--crs", required=True, metavar="C", help=f"datum of the points: {DATUMS}")
    locate.add_argument("--out", type=Path, required=True, metavar="FILE.csv")
    locate.add_argument(
        "--x", metavar="COLUMN", help="column of longitude or easting (default: lon, lng, longitude or x)"
    )
    locate.add_argument("--y", metavar="COLUMN", help="column of latitude or northing (default: lat, latitude or y)")
    locate.add_argument("--accuracy", metavar="COLUMN", help="column of accuracy in metres")
    _add_plan_options(locate)


def _add_geocode(verbs: argparse._SubParsersAction[argparse.ArgumentParser]) -> None:
    geocode = _verb(verbs, "geocode", "Find an address, or those of a file, without a network.")
    geocode.set_defaults(run=addressing.geocode)
    geocode.add_argument("what", metavar="FILE|TEXT", help="an address, or a file with one a row")
    geocode.add_argument("--out", type=Path, metavar="FILE.csv", help="where the rows of a file go with what was found")
    geocode.add_argument("--text", metavar="COLUMN", help="column of the address (default: address, text or 地址)")


def _add_summarise(verbs: argparse._SubParsersAction[argparse.ArgumentParser]) -> None:
    summarise = _verb(verbs, "summarise", "Coverage, counts or hot spots as table, JSON, CSV or GeoJSON.")
    summarise.set_defaults(run=asking.summarise)
    summarise.add_argument("what", choices=("coverage", "counts", "hotspots"))
    summarise.add_argument("--format", choices=("table", "json", "csv", "geojson"), default="table")
    summarise.add_argument("--out", type=Path, metavar="FILE", help="write to a file instead of the screen")
    summarise.add_argument(
        "--by", default="grid,type,period", metavar="KEYS", help="counts by these of grid, type, period"
    )
    summarise.add_argument("--period", choices=("day", "week", "month"), default="month")
    for name in ("from", "to"):
        summarise.add_argument(f"--{name}", dest=f"{name}_", metavar="DATE", help="interval, half open")
    for name in ("type", "status", "grid"):
        summarise.add_argument(
            f"--{name}", action="append", metavar=name.upper(), help="only these; repeat for several"
        )
    _add_plan_options(summarise)
    summarise.add_argument("--cell", type=float, metavar="METRES", help="hot spots: side of a cell (default: by rule)")
    summarise.add_argument(
        "--of", choices=("cells", "grids"), default="cells", help="hot spots of square cells or of the grids"
    )
    summarise.add_argument("--alpha", type=float, default=0.05, help="hot spots: false discovery rate")
    summarise.add_argument("--seed", type=int, default=1)


def _add_export(verbs: argparse._SubParsersAction[argparse.ArgumentParser]) -> None:
    export = _verb(
        verbs, "export", "Write grids, incidents, places or findings to GeoJSON, CSV, GeoPackage or Parquet."
    )
    export.set_defaults(run=asking.export)
    export.add_argument("file", type=Path, help="the ending decides: .geojson .csv .gpkg .parquet, grids also .zip")
    export.add_argument("--layer", choices=("grids", "incidents", "places", "findings"), default="grids")
    _add_plan_options(export)


def _add_plan_options(verb: argparse.ArgumentParser) -> None:
    verb.add_argument("--plan", metavar="ID", help="an edition or a draft (default: the plan in force)")
    verb.add_argument("--as-of", type=_day, metavar="DATE", help="the plan that was in force on that day")


def _add_plans(verbs: argparse._SubParsersAction[argparse.ArgumentParser]) -> None:
    listing = _verb(verbs, "plans", "List editions and drafts.")
    listing.set_defaults(run=plans.plans)
    sheet = _verb(verbs, "sheet", "Print the plan, or one grid of it, as PDF or PNG.")
    sheet.set_defaults(run=plans.sheet)
    sheet.add_argument("file", type=Path, help="the ending decides: .pdf .png")
    sheet.add_argument("--grid", metavar="CODE", help="one grid instead of the whole plan")
    sheet.add_argument("--size", choices=("a4", "a3"), default="a4")
    sheet.add_argument("--lang", choices=("en", "zh"), default="en")
    _add_plan_options(sheet)


def _add_accounts(verbs: argparse._SubParsersAction[argparse.ArgumentParser]) -> None:
    text = "Posts that sign in: list, add, reset a password, disable."
    kinds = verbs.add_parser("accounts", help=text, description=text).add_subparsers(metavar="WHAT", required=True)
    _verb(kinds, "list", "List all accounts.").set_defaults(run=accounts.list_accounts)
    add = _verb(kinds, "add", "Add an account; prints a one-time password.")
    add.set_defaults(run=accounts.add)
    add.add_argument("code", help="what it signs in with: a-z, 0-9 and hyphens")
    add.add_argument("--role", required=True, choices=tuple(Role), help="what it is for")
    add.add_argument("--name", default="", metavar="TEXT", help="which post or desk it is, never a person")
    add.add_argument("--name-zh", default="", metavar="TEXT", help="the same in Chinese")
    add.add_argument("--post", default="", metavar="CODE", help="the duty post it stands for")
    add.add_argument("--department", default="", metavar="CODE", help="the department it belongs to")
    add.add_argument("--grid", action="append", metavar="CODE", help="a grid it may act in (default: all); repeatable")
    reset = _verb(kinds, "reset", "Give an account a new one-time password; ends its sessions.")
    reset.set_defaults(run=accounts.reset)
    disable = _verb(kinds, "disable", "Keep an account out, at once.")
    disable.set_defaults(run=accounts.disable)
    disable.add_argument("--undo", action="store_true", help="let it in again")
    for verb in (reset, disable):
        verb.add_argument("code", help="the account")
    verify = _verb(verbs, "verify", "Check that nobody changed the journal: its hash chain and the heads noted before.")
    verify.set_defaults(run=accounts.verify)
    verify.add_argument("--head", metavar="SEQ:HASH", help="a head that was kept elsewhere, as this verb prints it")
