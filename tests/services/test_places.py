"""The door to the gazetteer: it follows the journal, is kept between starts, and asks elsewhere only when told."""

from __future__ import annotations

from pathlib import Path

import numpy as np
import pytest
from shapely.geometry import LineString, Point, box
from square import NOW, SOUTH, WEST, StillClock, fill

from mapsvc.errors import BadInput, Forbidden
from mapsvc.geocode.maker import GazetteerKeeper
from mapsvc.model.account import CLI
from mapsvc.model.address import AddressBook, Answer, Geocoded, Precision
from mapsvc.model.site import Site
from mapsvc.ports import Store
from mapsvc.services.places import places as places_module
from mapsvc.services.places.places import Places
from mapsvc.services.scene.scene import Stage
from mapsvc.store.memory import MemoryStore

YARD = box(WEST + 0.001, SOUTH + 0.001, WEST + 0.003, SOUTH + 0.003)
BLOCK = box(WEST + 0.001, SOUTH + 0.001, WEST + 0.0015, SOUTH + 0.0012)


class CountingKeeper(GazetteerKeeper):
    """Counts how often a gazetteer is built."""

    built = 0

    def build(self, *given):  # type: ignore[no-untyped-def]
        self.built += 1
        return super().build(*given)


@pytest.fixture
def store() -> MemoryStore:
    return fill(MemoryStore())


@pytest.fixture
def keeper() -> CountingKeeper:
    return CountingKeeper()


@pytest.fixture
def places(store: MemoryStore, keeper: CountingKeeper) -> Places:
    return Places(Stage(store, StillClock()), keeper)


def put_sites(store: Store, *sites: Site) -> None:
    store.put_sites(sites, at=NOW, post="test", source="test")


def book(*texts: str) -> AddressBook:
    n = len(texts)
    return AddressBook(texts, np.linspace(98.5, 98.51, n), np.full(n, 39.74), ["number"] * n, [""] * n)


def test_sites_are_found_by_address_and_name_in_both_languages(store: MemoryStore, places: Places) -> None:
    put_sites(
        store,
        Site("b", "building", BLOCK, "Block 3", "3号楼", "Block 3, Plum Court", "柳岸社区梅苑小区3号楼"),
        Site("c", "compound", YARD, "Plum Court", "梅苑小区", "Plum Court", "梅苑小区"),
        Site("s", "school", Point(WEST + 0.02, SOUTH + 0.02), "Canal School", "渠畔小学"),
    )
    for text in ("梅苑小区3#楼", "Plum Court block 3"):
        (answer,) = places.geocode(text).answers
        assert answer.precision is Precision.BUILDING
        assert BLOCK.covers(Point(answer.lon, answer.lat))
    (yard,), (block,) = places.geocode("梅苑小区").answers, places.geocode("梅苑小区3号楼").answers
    assert yard.precision is Precision.COMPOUND
    assert yard.radius_m > block.radius_m > 5
    assert [a.precision for a in places.geocode("渠畔小学对面").answers] == [Precision.PLACE]
    # the door plate "3号楼" alone names nothing
    assert places.geocode("3号楼").answers == ()


def test_crossings_lie_where_streets_meet(store: MemoryStore, places: Places) -> None:
    along = LineString([(WEST, SOUTH + 0.005), (WEST + 0.03, SOUTH + 0.005)])
    across = LineString([(WEST + 0.01, SOUTH), (WEST + 0.01, SOUTH + 0.03)])
    far = LineString([(WEST + 0.02, SOUTH + 0.02), (WEST + 0.02, SOUTH + 0.03)])
    put_sites(
        store,
        Site("1", "street", along, "Poplar Road", "白杨路"),
        Site("2", "street", across, "Willow Lane", "柳巷"),
        Site("3", "street", far, "Far Lane", "远巷"),
    )
    for text in ("Willow Ln & Poplar Rd", "柳巷与白杨路交叉口"):
        (answer,) = places.geocode(text).answers
        assert (answer.lon, answer.lat) == pytest.approx((WEST + 0.01, SOUTH + 0.005))
        assert answer.precision is Precision.CROSSING
    assert places.geocode("Far Lane & Poplar Road").answers == ()
    (street,) = places.geocode("白杨路").answers
    assert street.precision is Precision.STREET
    assert street.radius_m > 500


def test_the_geocoder_follows_the_journal(store: MemoryStore, places: Places, keeper: CountingKeeper) -> None:
    assert places.geocode("12 Main Street").answers == ()
    store.add_addresses(book("12 Main Street", "14 Main Street"), at=NOW, post="test", source="one.csv")
    assert [a.label for a in places.geocode("12 Main St").answers] == ["12 Main Street"]
    store.add_addresses(book("16 Main Street"), at=NOW, post="test", source="one.csv")
    assert places.geocode("12 Main St").answers == ()
    assert [a.label for a in places.geocode("16 Main St").answers] == ["16 Main Street"]
    assert keeper.built == 3


def test_what_names_no_address_builds_nothing_anew(store: MemoryStore, places: Places, keeper: CountingKeeper) -> None:
    first = places.geocoder()
    store.put_posts([], at=NOW, post="test")
    assert places.geocoder() is not first  # corrections may have come: they are read again
    second = places.geocoder()
    store.add_note("geocode.asked", "amap", {}, at=NOW, post="test")
    assert places.geocoder() is second
    assert keeper.built == 1


def test_a_correction_is_taught_in_any_datum_and_wins(
    store: MemoryStore, places: Places, keeper: CountingKeeper
) -> None:
    places.geocoder()
    store.add_addresses(book("12 Main Street"), at=NOW, post="test", source="one.csv")
    taught = places.correct("12 Main St", 98.4946, 39.7328, datum="gcj02", precision="number", actor=CLI)
    (answer,) = places.geocode("12 Main Street").answers
    assert (answer.source, answer.precision) == ("correction", Precision.NUMBER)
    # 107 m from the numbers as given
    assert answer.lon == pytest.approx(98.4946 - 0.00064, abs=2e-4)
    places.correct("12 main street", 98.5, 39.74, datum="wgs84", precision="number", actor=CLI)
    assert places.geocode("12 Main Street").answers[0].lon == 98.5
    assert len(store.list_corrections()) == 1
    assert taught.key == store.list_corrections()[0].key
    assert store.list_events()[-1].kind == "addresses.corrected"
    assert keeper.built == 2


@pytest.mark.parametrize(
    ("changes", "field"),
    [
        ({"text": "  "}, "text"),
        ({"text": "x" * 201}, "text"),
        ({"x": 999.0}, "lon"),
        ({"x": float("nan")}, "lon"),
        ({"datum": "moon"}, "datum"),
        ({"precision": "street corner"}, "precision"),
    ],
)
def test_a_wrong_correction_is_refused_and_nothing_is_stored(
    store: MemoryStore, places: Places, changes: dict[str, object], field: str
) -> None:
    given = {"text": "12 Main St", "x": 98.5, "y": 39.7, "datum": "wgs84", "precision": "number", **changes}
    seq = store.seq()
    with pytest.raises(BadInput) as refused:
        places.correct(given.pop("text"), given.pop("x"), given.pop("y"), **given, actor=CLI)  # type: ignore[arg-type]
    assert refused.value.field == field
    assert store.seq() == seq


def test_the_operators_region_words_are_known(store: MemoryStore, places: Places) -> None:
    assert "street" not in places.geocode("江南水乡花园3号楼").reading
    store.put_setting("regions", {"street": ["江南水乡", 7], "county": 3}, revision=0, at=NOW, post="test")
    assert places.geocode("江南水乡花园3号楼").reading["street"] == "江南水乡"


def test_a_big_gazetteer_is_kept_between_starts_until_an_address_changes(
    store: MemoryStore, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(places_module, "_WORTH_SAVING", 2)
    store.add_addresses(book("12 Main Street", "14 Main Street"), at=NOW, post="test", source="one.csv")

    def start() -> tuple[Places, CountingKeeper]:
        keeper = CountingKeeper()
        made = Places(Stage(store, StillClock()), keeper, tmp_path)
        made.geocoder()
        return made, keeper

    assert start()[1].built == 1
    again, keeper = start()
    assert keeper.built == 0
    assert [a.label for a in again.geocode("14 Main St").answers] == ["14 Main Street"]
    store.put_posts([], at=NOW, post="test")
    assert start()[1].built == 0
    store.add_addresses(book("16 Main Street", "18 Main Street"), at=NOW, post="test", source="one.csv")
    later, keeper = start()
    assert keeper.built == 1
    assert later.geocode("14 Main St").answers == ()
    # the journal of another community with as many events is not taken for this one
    other = fill(MemoryStore())
    other.add_addresses(book("99 Elm Street", "97 Elm Street"), at=NOW + 1, post="test", source="two.csv")
    while other.seq() < store.seq():
        other.put_posts([], at=NOW, post="test")
    moved = Places(Stage(other, StillClock()), CountingKeeper(), tmp_path)
    assert [a.label for a in moved.geocode("99 Elm St").answers] == ["99 Elm Street"]


class Service:
    """An online service that always knows."""

    name = "elsewhere"

    def __init__(self) -> None:
        self.asked: list[str] = []

    def geocode(self, text: str) -> Geocoded:
        self.asked.append(text)
        return Geocoded(text, {}, (Answer(98.5, 39.74, Precision.NUMBER, 50.0, 0.8, text, self.name),))


def test_no_service_elsewhere_is_asked_unless_one_is_switched_on(places: Places) -> None:
    with pytest.raises(Forbidden, match="switched on"):
        places.geocode_online("12 Main St", CLI)


def test_a_service_elsewhere_is_asked_only_for_what_is_not_known_and_each_time_it_is_noted(store: MemoryStore) -> None:
    service = Service()
    places = Places(Stage(store, StillClock()), GazetteerKeeper(), None, service)
    store.add_addresses(book("12 Main Street"), at=NOW, post="test", source="one.csv")
    assert places.geocode_online("12 Main St", CLI).answers[0].source == "gazetteer"
    assert places.geocode("14 Main St").answers == ()
    assert service.asked == []
    assert places.geocode_online("14 Main St", CLI).answers[0].source == "elsewhere"
    assert service.asked == ["14 Main St"]
    event = store.list_events()[-1]
    assert (event.kind, event.subject, event.post) == ("geocode.asked", "elsewhere", "cli")
    assert "Main" not in repr(event)
