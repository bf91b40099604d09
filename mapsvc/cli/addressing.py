"""Verbs of addresses: `import addresses`, `import regions` and `geocode`."""

from __future__ import annotations

import argparse
from pathlib import Path
from typing import TYPE_CHECKING

from mapsvc.cli.asking import stored
from mapsvc.cli.say import ProgressBar, pairs, put, say
from mapsvc.config import read_config
from mapsvc.errors import BadInput

if TYPE_CHECKING:
    from mapsvc.model.address import Geocoded
    from mapsvc.wiring import Services

_ENDINGS = (".csv", ".gz", ".parquet", ".geojson", ".json")
EXIT_NOT_FOUND = 1


def addresses(args: argparse.Namespace) -> int:
    """Bring a list of addresses into the gazetteer."""
    from mapsvc import wiring

    services = wiring.build(read_config(args.data))
    try:
        with ProgressBar() as progress:
            result = services.exchange.import_addresses(
                args.file,
                services.places.precision_of,
                crs=args.crs,
                text=args.text,
                x=args.x,
                y=args.y,
                progress=progress,
            )
    finally:
        services.close()
    pairs(
        [
            ("rows", result.rows),
            ("addresses", result.stored),
            ("without an address", result.blank),
            ("without a point", result.placeless),
            ("not readable", result.refused),
        ]
    )
    return 0


def regions(args: argparse.Namespace) -> int:
    """Bring the words of regions in that addresses begin with."""
    from mapsvc import wiring

    services = wiring.build(read_config(args.data))
    try:
        words = services.exchange.import_regions(args.file)
    finally:
        services.close()
    pairs([(level, len(named)) for level, named in words.items()])
    return 0


def geocode(args: argparse.Namespace) -> int:
    """Find one address, or those of every row of a file; exit code 1 where one address is not found."""
    services = stored(args)
    try:
        path = Path(args.what)
        if path.suffix.lower() in _ENDINGS and path.exists():
            return _geocode_file(services, path, args)
        found = services.places.geocode(args.what)
    finally:
        services.close()
    _tell(found)
    return 0 if found.answers else EXIT_NOT_FOUND


def _tell(found: Geocoded) -> None:
    say(", ".join(f"{part} {text}" for part, text in found.reading.items()) or "Nothing was understood of this.")
    for answer in found.answers:
        put(
            f"{answer.lon:.7f}\t{answer.lat:.7f}\t{answer.precision.value}\t{answer.radius_m:g} m\t"
            f"{answer.score:.2f}\t{answer.label}"
        )
    if found.missing:
        say(found.missing)
    if len(found.answers) > 1 and not found.is_single:
        say("Several places are equally good.")


def _geocode_file(services: Services, path: Path, args: argparse.Namespace) -> int:
    if args.out is None:
        raise BadInput("Say with --out where to write the rows.", field="out")
    with ProgressBar() as progress:
        result = services.exchange.geocode_file(
            path, args.out, services.places.geocoder(), text=args.text, progress=progress
        )
    pairs([("found", result.single), ("several places", result.several), ("not found", result.none)])
    say(f"Written: {args.out}")
    return 0
