"""Every broken file that was collected goes through both importers: a sentence or a result, and nothing half done."""

from __future__ import annotations

from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path

import pytest
from exchange_samples import PROFILE, exchange, profile

from mapsvc.errors import MapsvcError
from mapsvc.model.profile import Profile
from mapsvc.services.exchange.exchange import Exchange

LOOSE = PROFILE.replace('type = "kind"\n', "").replace("[columns]", 'default_type = "light"\n[columns]')


def attempt(path: Path, call: Callable[[Exchange], object]) -> str:
    """ "" when all is as promised, else the complaint. A refusal names the file and leaves the store as it was."""
    door, store = exchange()
    try:
        call(door)
    except MapsvcError as error:
        sentence = str(error)
        if path.name not in sentence:
            return f"{path}: does not name the file: {sentence}"
        if store.seq() or store.list_plans() or store.count_incidents():
            return f"{path}: something was stored: {sentence}"
        if len(sentence) > 1000 or "Traceback" in sentence:
            return f"{path}: not a sentence: {sentence[:200]}"
    except Exception as error:
        return f"{path}: {type(error).__name__}: {error}"
    return ""


def all_files(shared: Path) -> list[Path]:
    found = sorted(path for path in (shared / "data/broken").rglob("*") if path.is_file())
    assert len(found) > 300
    return found


def complaints(paths: list[Path], call: Callable[[Path, Exchange], object]) -> list[str]:
    with ThreadPoolExecutor(4) as pool:
        return [text for text in pool.map(lambda path: attempt(path, lambda door: call(path, door)), paths) if text]


@pytest.mark.realdata
def test_every_broken_file_as_boundaries(shared: Path) -> None:
    found = complaints(
        all_files(shared),
        lambda path, door: door.import_boundaries(path, crs=None, code=None, name=None, fix_m=0, accept="test"),
    )
    assert found == []


@pytest.mark.realdata
@pytest.mark.parametrize("endings", [(".csv",), pytest.param((".json", ".geojson"), marks=pytest.mark.slow)])
def test_every_broken_table_as_incidents(shared: Path, tmp_path: Path, endings: tuple[str, ...]) -> None:
    text = LOOSE.replace('occurred = "when"', 'occurred = "{}"')
    paths = [path for path in all_files(shared) if path.suffix in endings]

    def time_column(path: Path) -> str:
        # a column that the file has, so that its rows are really read
        head = path.read_bytes()[:200].decode("latin-1").split("\n")[0].split(",")[0].strip('" \r')
        return head if path.suffix == ".csv" and head.isidentifier() else "lon"

    made: dict[str, Profile] = {}
    for name in {time_column(path) for path in paths}:
        (tmp_path / name).mkdir()
        made[name] = profile(tmp_path / name, text.format(name))

    def call(path: Path, door: Exchange) -> object:
        rejects = tmp_path / f"{paths.index(path)}.csv"
        return door.import_incidents(path, made[time_column(path)], rejects=rejects)

    assert complaints(paths, call) == []


@pytest.mark.realdata
@pytest.mark.parametrize("number", range(4))
def test_real_bow_ties_and_overlaps_are_reported(shared: Path, number: int) -> None:
    """Precincts with real defects are read whole; their defects become findings with a place."""
    name, least = [
        ("ex10_bowtie.json", 1),
        ("ex5_three_precincts.json", 1),
        ("ex22_three_ia_precincts.json", 1),
        ("ex23_three_ca_precincts.json", 1),
    ][number]
    checked = exchange()[0].check(shared / "data/broken/mapshaper/features/clean" / name, crs=None)
    assert len(checked.findings) >= least
    assert all(finding.message for finding in checked.findings)
