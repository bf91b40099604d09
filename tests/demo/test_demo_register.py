"""The invented place register, posts and departments."""

from __future__ import annotations

import re
from collections import Counter

import shapely

from mapsvc.demo.neighbourhood import Neighbourhood
from mapsvc.model.site import SITE_KINDS
from mapsvc.model.stocks import Stocks


def test_every_building_has_its_own_address_in_both_languages(demo: Stocks) -> None:
    buildings = [site for site in demo.sites if site.kind == "building"]
    assert 800 <= len(buildings) <= 1200
    for texts in ([site.address for site in buildings], [site.address_zh for site in buildings]):
        assert all(texts)
        assert len(set(texts)) == len(texts)
    assert all(re.search(r"[一-鿿]+\d+号楼?$", site.address_zh) for site in buildings)


def test_a_general_grid_has_300_to_500_households_and_the_sum_is_right(demo: Stocks) -> None:
    buildings = [site for site in demo.sites if site.kind == "building"]
    centres = shapely.centroid([site.geometry for site in buildings])
    found = []
    for grid in demo.plan.grids:
        inside = shapely.covers(grid.polygon, centres)
        found.append(sum(site.households for site, held in zip(buildings, inside, strict=True) if held))
    assert all(300 <= households <= 500 for households in found[:6])
    assert found[6] < 150
    assert 2500 <= sum(found) <= 3000
    assert sum(found) == sum(site.households for site in buildings)


def test_compounds_hold_the_households_of_their_blocks(place: Neighbourhood) -> None:
    for compound in place.compounds:
        own = [building for building in place.buildings if building.compound == compound.index]
        assert compound.households == sum(building.households for building in own) > 0
        assert all(compound.plot.contains(building.footprint) for building in own)
        assert sorted(building.number for building in own) == list(range(1, len(own) + 1))


def test_compound_and_street_names_are_not_used_twice_for_different_things(place: Neighbourhood) -> None:
    names = [compound.name for compound in place.compounds] + list({way.name for way in place.ways})
    names_zh = [compound.name_zh for compound in place.compounds] + list({way.name_zh for way in place.ways})
    assert len(set(names)) == len(names)
    assert len(set(names_zh)) == len(names_zh)


def test_odd_house_numbers_lie_on_the_left_of_their_street_and_even_on_the_right(place: Neighbourhood) -> None:
    checked = 0
    for building, address in zip(place.buildings, place.addresses, strict=True):
        if building.compound >= 0:
            continue
        street, _, number = address.text.rpartition(" ")
        centre = building.footprint.centroid
        way = min((way for way in place.ways if way.name == street), key=lambda way: way.line.distance(centre))
        along = way.line.project(centre)
        start, end = way.line.interpolate(max(0, along - 1)), way.line.interpolate(along + 1)
        turn = (end.x - start.x) * (centre.y - start.y) - (end.y - start.y) * (centre.x - start.x)
        assert (turn > 0) == (int(number) % 2 == 1)
        checked += 1
    assert checked > 500


def test_the_register_has_each_kind_of_place_in_useful_numbers(demo: Stocks) -> None:
    count = Counter(site.kind for site in demo.sites)
    assert set(count) <= set(SITE_KINDS)
    assert count["school"] == 6
    assert count["clinic"] == 5
    assert count["park"] == 5
    assert count["water"] == 2
    assert count["street"] >= 35
    assert count["compound"] >= 30
    assert count["shop"] >= 150
    assert count["hydrant"] >= 60
    assert len({site.id for site in demo.sites}) == len(demo.sites)
    assert all(site.name and site.name_zh for site in demo.sites if site.kind != "building")


def test_only_the_night_patrol_of_grid_06_is_missing(demo: Stocks) -> None:
    missing = [post for post in demo.posts if post.required and post.strength == 0]
    assert [(post.role, post.grid_codes) for post in missing] == [("night_patrol", ("990101001001006",))]


def test_each_grid_has_the_posts_of_the_field_and_a_point_for_each(demo: Stocks) -> None:
    for grid in demo.plan.grids:
        roles = {post.role for post in demo.posts if grid.code in post.grid_codes}
        assert {"grid_chief", "worker_full", "community_police", "court_liaison", "night_patrol", "volunteers"} <= roles
    assert all(
        post.lon is not None and demo.plan.frame.covers(shapely.Point(post.lon, post.lat)) for post in demo.posts
    )
    assert {post.department for post in demo.posts} <= {department.code for department in demo.departments}
    assert len({post.code for post in demo.posts}) == len(demo.posts)


def test_posts_are_duties_and_carry_no_name_or_number_of_a_person(demo: Stocks) -> None:
    for post in demo.posts:
        assert not re.search(
            r"\d{7,}|\b(Mr|Mrs|Ms)\b|先生|女士", " ".join([post.name, post.name_zh, post.duty, post.duty_zh])
        )


def test_every_grid_has_one_unit_and_a_theme_in_both_languages(demo: Stocks) -> None:
    for grid in demo.plan.grids:
        assert all([grid.name, grid.name_zh, grid.theme, grid.theme_zh, grid.unit, grid.unit_zh])
    assert len({grid.unit for grid in demo.plan.grids}) == 7
