"""Whole lists: a hundred addresses of the invented community with ten strangers, and 3,220 real ones of the USA."""

from __future__ import annotations

import json
import random
import re
from collections.abc import Iterable
from pathlib import Path
from typing import Any

import pytest

from mapsvc.demo.load import load_demo
from mapsvc.geocode.maker import GazetteerKeeper
from mapsvc.geocode.offline import OfflineGeocoder
from mapsvc.model.address import KnownAddress, Precision
from mapsvc.services.places.site_addresses import list_known
from mapsvc.wiring import GEODATA

STRANGERS = (
    "柳岸社区白杨路9001号",
    "果园里小区99号楼",
    "杏苑小区77号楼2单元",
    "不知道小区3号楼",
    "柳岸社区",
    "果园里小区北门垃圾桶旁",
    "Poplar Road 9001",
    "Block 99, Orchard Garden",
    "12 Nowhere Street",
    "老电影院后面",
)
SHORT = {
    **{"Street": "St", "Avenue": "Ave.", "Drive": "Dr", "Road": "Rd", "Lane": "Ln", "Court": "Ct", "Circle": "Cir"},
    **{"Boulevard": "Blvd", "Place": "Pl", "Northwest": "NW", "Northeast": "NE", "Southeast": "SE", "Southwest": "SW"},
    **{"North": "N", "South": "S", "East": "E", "West": "W", "Trail": "Trl", "Parkway": "Pkwy", "Highway": "Hwy"},
}
NEAR_DEG = 3e-4


@pytest.fixture(scope="module")
def community() -> OfflineGeocoder:
    return GazetteerKeeper().build(list_known(load_demo(GEODATA, now=1_790_000_000).sites), {}).geocoder(())


def ways_to_write(address: str, rng: random.Random) -> str:
    """One of the ways in which people write a Chinese address."""
    digits = str.maketrans("0123456789", "０１２３４５６７８９")
    ways = (
        lambda text: text,
        lambda text: text.removeprefix("柳岸社区"),
        lambda text: text.replace("号楼", "#楼"),
        lambda text: text.replace("号楼", "栋"),
        lambda text: text.translate(digits),
        lambda text: f"{text}旁边",
        lambda text: f"酒泉市肃州区{text}",
    )
    return rng.choice(ways)(address)


def test_of_a_hundred_addresses_ninety_are_placed_and_ten_are_not(community: OfflineGeocoder) -> None:
    rng = random.Random(11)
    sites = [site for site in load_demo(GEODATA, now=1_790_000_000).sites if site.kind == "building"]
    placed = 0
    for site in rng.sample(sites, 90):
        told = community.geocode(ways_to_write(site.address_zh, rng))
        assert told.is_single, (site.address_zh, told)
        answer = told.answers[0]
        wanted = Precision.BUILDING if "号楼" in site.address_zh else Precision.NUMBER
        assert answer.precision is wanted, site.address_zh
        assert site.geometry.buffer(1e-9).covers(_point(answer.lon, answer.lat)), site.address_zh
        placed += 1
    assert placed == 90
    for text in STRANGERS:
        told = community.geocode(text)
        assert told.answers == (), text
        assert told.missing, text


def _point(lon: float, lat: float) -> Any:
    from shapely import Point

    return Point(lon, lat)


def test_every_building_of_the_community_is_found_in_both_languages(community: OfflineGeocoder) -> None:
    for site in load_demo(GEODATA, now=1_790_000_000).sites:
        if site.kind != "building":
            continue
        for text in (site.address, site.address_zh):
            told = community.geocode(text)
            assert told.is_single, text
            assert site.geometry.buffer(1e-9).covers(_point(told.answers[0].lon, told.answers[0].lat)), text


Row = dict[str, Any]


@pytest.fixture(scope="module")
def usa(shared: Path) -> list[Row]:
    path = shared / "data/geocode/rrad_us_3220_addresses.json"
    return list(json.loads(path.read_text("utf-8"))["addresses"])


@pytest.fixture(scope="module")
def american(usa: list[Row]) -> OfflineGeocoder:
    known = [KnownAddress(write(row), row["coordinates"]["lng"], row["coordinates"]["lat"]) for row in usa]
    return GazetteerKeeper().build(known, {}).geocoder(())


def write(row: Row, *, unit: bool = True) -> str:
    """One line as it would stand on a form."""
    parts = (
        row["address1"],
        row["address2"] if unit else "",
        row.get("city", ""),
        f"{row['state']} {row['postalCode']}",
    )
    return ", ".join(part for part in parts if part)


def house(text: str) -> str:
    """The house number an address begins with."""
    found = re.match(r"\d+\w?(?: 1/2)?", text)
    return found.group() if found else ""


def share_found(geocoder: OfflineGeocoder, asked: Iterable[tuple[str, Row]]) -> float:
    """The share whose single best answer is the right place; no answer may have another number or be elsewhere."""
    right = n = 0
    for text, row in asked:
        n += 1
        told = geocoder.geocode(text)
        for answer in told.answers:
            assert house(answer.label) == house(row["address1"]), (text, answer.label)
        if told.is_single:
            at, wanted = told.answers[0], row["coordinates"]
            assert abs(at.lon - wanted["lng"]) + abs(at.lat - wanted["lat"]) < NEAR_DEG, (text, at.label)
            right += 1
    return right / n


@pytest.mark.realdata
def test_real_addresses_are_found_as_they_are_written(american: OfflineGeocoder, usa: list[Row]) -> None:
    assert len(usa) == 3220
    assert share_found(american, ((write(row), row) for row in usa)) >= 0.99
    assert share_found(american, ((write(row, unit=False), row) for row in usa)) >= 0.99
    assert share_found(american, ((write(row, unit=False).replace(",", ""), row) for row in usa)) >= 0.99


@pytest.mark.realdata
def test_real_addresses_are_found_with_abbreviations(american: OfflineGeocoder, usa: list[Row]) -> None:
    def shorten(row: Row) -> str:
        words = " ".join(SHORT.get(word, word) for word in row["address1"].split())
        return write({**row, "address1": words}, unit=False)

    assert share_found(american, ((shorten(row), row) for row in usa)) >= 0.99


@pytest.mark.realdata
def test_real_addresses_are_found_with_a_slip_in_the_name(american: OfflineGeocoder, usa: list[Row]) -> None:
    rng = random.Random(7)
    asked = [(slipped, row) for row in usa if (slipped := with_slip(row, rng))]
    assert len(asked) > 3000
    assert share_found(american, asked) >= 0.95


@pytest.mark.realdata
def test_a_house_number_that_is_not_there_is_never_answered(american: OfflineGeocoder, usa: list[Row]) -> None:
    rng = random.Random(3)
    there = {write(row, unit=False) for row in usa}
    asked = 0
    for row in usa:
        number = re.match(r"\d+(?= )", row["address1"])
        if number is None:
            continue
        other = str(int(number.group()) + rng.choice((1, 2, 10, 100, 1000)))
        text = write({**row, "address1": other + row["address1"][number.end() :]}, unit=False)
        if text not in there:
            asked += 1
            assert american.geocode(text).answers == (), text
    assert asked > 3000


def with_slip(row: Row, rng: random.Random) -> str | None:
    """The address with one letter of its longest word lost, doubled by another, wrong, or changed with the next."""
    words = row["address1"].split()
    long = [k for k, word in enumerate(words) if k and word.isalpha() and len(word) >= 4]
    if not long:
        return None
    own = [k for k in long if words[k] not in SHORT] or long
    at = max(own, key=lambda k: len(words[k]))
    word, letter = words[at], rng.choice("abcdefghijklmnopqrstuvwxyz")
    k = rng.randrange(1, len(word) - 1)
    words[at] = rng.choice(
        (
            word[:k] + word[k + 1 :],
            word[:k] + letter + word[k:],
            word[:k] + letter + word[k + 1 :],
            word[:k] + word[k + 1] + word[k] + word[k + 2 :],
        )
    )
    return write({**row, "address1": " ".join(words)}, unit=False)
