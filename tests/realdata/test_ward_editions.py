"""Three editions of real wards as dated plans: Washington 1990, 2002, 2012 and Chicago 2010, 2012, 2023."""

from __future__ import annotations

import itertools
import json
from datetime import date, timedelta
from pathlib import Path

import numpy as np
import pytest

from mapsvc.files.reader import SandboxReader
from mapsvc.geo.compare import compare
from mapsvc.model.query import Query
from mapsvc.services.editions import Editions
from mapsvc.services.exchange.exchange import Exchange
from mapsvc.services.exchange.profile import read_profile
from mapsvc.services.scene.scene import Stage
from mapsvc.store.memory import MemoryStore

pytestmark = pytest.mark.realdata
ROOT = Path(__file__).resolve().parents[2]
CITIES = {
    # Put in out of order on purpose.
    "dc": ("dc_ward-{}", "WARD_ID", (2012, 1990, 2002)),
    "chicago": ("chicago_wards_from_precincts_{}", "WARD", (2023, 2010, 2012)),
}


class FixedClock:
    """A day in 2026."""

    def now(self) -> int:
        return 1_782_887_520


class City:
    """Editions of a city: plan ids by year, and what the import said of each."""

    def __init__(self, shared: Path, name: str) -> None:
        pattern, code, years = CITIES[name]
        self.shared, self.store = shared, MemoryStore()
        self.door = Exchange(self.store, SandboxReader(), FixedClock())
        self.imports = {
            year: self.door.import_boundaries(
                shared / f"data/boundaries/{pattern.format(year)}.geojson",
                crs=None,
                code=code,
                name=None,
                fix_m=10,
                accept="as published",
                plan_name=f"Wards {year}",
                valid_from=date(year, 1, 1),
            )
            for year in years
        }
        self.ids = {year: done.plan.id for year, done in self.imports.items()}
        self.stage = Stage(self.store, FixedClock())
        self.editions = Editions(self.stage)

    def query(self, year: int) -> Query:
        return Query(plan_id=self.ids[year])

    def pairs(self) -> list[tuple[int, int]]:
        years = sorted(self.ids)
        return list(itertools.pairwise(years))


@pytest.fixture(scope="module")
def dc(shared: Path) -> City:
    city = City(shared, "dc")
    profile = read_profile(ROOT / "profiles/dc_crime_2016.toml")
    done = city.door.import_incidents(shared / "data/points/dc_crime_2016_30days.geojson", profile)
    assert done.stored == 2897
    return city


@pytest.fixture(scope="module")
def chicago(shared: Path) -> City:
    return City(shared, "chicago")


def check_validities(city: City) -> None:
    for year, later in city.pairs():
        assert city.store.get_plan(city.ids[year]).valid_to == date(later, 1, 1)
        eve = city.store.find_plan_on(date(later, 1, 1) - timedelta(days=1))
        assert eve is not None
        assert eve.id == city.ids[year]
        # as_of finds the edition of its day.
        assert city.stage.plan(Query(as_of=date(later - 1, 6, 1))).plan.id == city.ids[year]
    assert city.stage.plan(Query()).plan.id == city.ids[max(city.ids)]


def test_wards_of_washington_are_editions_each_in_force_until_the_next(dc: City) -> None:
    assert all(done.published and not done.healed for done in dc.imports.values())
    check_validities(dc)


def test_wards_of_chicago_are_healed_with_a_report_and_in_force_until_the_next(chicago: City) -> None:
    assert [len(chicago.imports[year].plan.grids) for year in (2010, 2012, 2023)] == [51, 50, 50]
    for done in chicago.imports.values():
        assert done.published
        assert done.healed
        assert all(finding.message for finding in done.healed)
    check_validities(chicago)


def test_the_ward_written_in_the_file_agrees_best_with_the_right_edition(dc: City) -> None:
    features = json.loads((dc.shared / "data/points/dc_crime_2016_30days.geojson").read_text())["features"]
    recorded = {row["properties"]["CCN"]: row["properties"]["WARD"] for row in features}
    incidents = dc.store.list_incidents(range(1, dc.store.count_incidents() + 1))
    wards = np.array([recorded[one.channel_ref] for one in incidents])
    agreed = {}
    for year in dc.ids:
        scene = dc.stage.scene(dc.query(year))
        codes = np.array([*scene.plan.plan.codes, ""])
        agreed[year] = 100 * np.mean(codes[scene.located.grid] == wards)
    assert max(agreed, key=lambda year: agreed[year]) == 2012
    assert agreed == pytest.approx({1990: 89.27, 2002: 96.06, 2012: 99.79}, abs=0.02)


@pytest.mark.parametrize(("before", "after", "real", "km2"), [(1990, 2002, 20, 20.65), (2002, 2012, 34, 4.73)])
def test_real_moves_in_washington_stand_out_of_thousands_of_pieces_drawn_anew(
    dc: City, before: int, after: int, real: int, km2: float
) -> None:
    report = dc.editions.compare(dc.query(before), dc.query(after))
    assert report.figures["moved_pieces"] == real
    assert report.figures["moved_area_m2"] / 1e6 == pytest.approx(km2, abs=0.005)
    assert report.figures["gained_pieces"] == report.figures["lost_pieces"] == 0
    if after == 2012:
        assert report.figures["redigitised_pieces"] > 400
        assert report.figures["redigitised_area_m2"] < 40_000


def test_real_moves_in_chicago_by_number_and_by_ground(chicago: City) -> None:
    report = chicago.editions.compare(chicago.query(2010), chicago.query(2012))
    assert report.figures["moved_pieces"] == pytest.approx(326, abs=2)
    assert report.figures["moved_area_m2"] / 1e6 == pytest.approx(128.9, abs=0.1)
    a, b = (chicago.imports[year].plan for year in (2010, 2012))
    found = compare(a, b, by_id=False)
    both = found.pieces.is_real & (found.pieces.first >= 0) & (found.pieces.second >= 0)
    assert both.sum() == pytest.approx(328, abs=2)
    assert found.pieces.area_m2[both].sum() / 1e6 == pytest.approx(130.9, abs=0.1)


def test_a_ward_that_only_the_older_file_holds_is_gone_and_its_land_lost(chicago: City) -> None:
    figures = chicago.editions.compare(chicago.query(2010), chicago.query(2012)).figures
    assert [(one["code"], one["to"][0]["code"]) for one in figures["gone"]] == [("0", "")]
    assert figures["lost_area_m2"] / 1e6 == pytest.approx(9.08, abs=0.01)


def test_lineage_of_an_edition_is_told_from_the_one_before_it(chicago: City) -> None:
    told = chicago.editions.lineage_lines(chicago.query(2023))
    assert told["parent"] == chicago.ids[2012]
    assert len(told["grids"]) == 50
    for line in told["grids"]:
        assert line["from"]
        assert 0.9 < sum(source["share"] for source in line["from"]) <= 1 + 1e-6
    first = chicago.editions.lineage_lines(chicago.query(2010))
    assert first["parent"] is None
    assert {tuple(line["kinds"]) for line in first["grids"]} == {("new",)}


def test_the_crosswalk_of_incidents_adds_up_to_the_counts_of_either_edition(dc: City) -> None:
    for before, after in (*dc.pairs(), (1990, 2012)):
        report = dc.editions.crosswalk(dc.query(before), dc.query(after), "incidents")
        assert sum(report.table["count"]) == report.figures["total"] == 2897
        for side, year in (("from", before), ("to", after)):
            scene = dc.stage.scene(dc.query(year))
            counts = np.bincount(scene.located.grid[scene.located.grid >= 0], minlength=8)
            found = dict.fromkeys(scene.plan.plan.codes, 0)
            for code, n in zip(report.table[side], report.table["count"], strict=True):
                if code in found:
                    found[code] += n
            assert list(found.values()) == counts.tolist()


def test_the_crosswalk_of_area_adds_up_to_the_area_of_either_edition(dc: City, chicago: City) -> None:
    for city in (dc, chicago):
        for before, after in city.pairs():
            report = city.editions.crosswalk(city.query(before), city.query(after), "area")
            for side, year in (("from", before), ("to", after)):
                plan = city.imports[year].plan
                found = dict.fromkeys(plan.codes, 0.0)
                for code, area in zip(report.table[side], report.table["area_m2"], strict=True):
                    if code in found:
                        found[code] += area
                own = {grid.code: grid.area_m2 for grid in plan.grids}
                assert found == pytest.approx(own, rel=1e-5)
