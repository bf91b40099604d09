"""The contract of the registers and of the sites."""

from __future__ import annotations

from dataclasses import replace

import numpy as np
import pytest
import shapely
from store_samples import sites

from mapsvc.errors import BadInput, PersonLabel
from mapsvc.model.community import Community
from mapsvc.model.post import Department, Post
from mapsvc.model.task_type import TaskType
from mapsvc.ports import Store

AT, POST = 1_760_000_000, "cli"


def test_the_community_is_replaced_as_a_whole(store: Store):
    store.put_community(Community("Elm", "榆", "Asia/Shanghai", True, "invented"), at=AT, post=POST)
    store.put_community(Community("Oak", tz="Europe/London"), at=AT, post=POST)
    assert store.find_community() == Community("Oak", tz="Europe/London")


def test_task_types_keep_the_order_they_were_put_in_and_a_replaced_one_keeps_its_place(store: Store):
    noise = TaskType("noise", "Noise", "噪音", 24.5, "pol", False, "bell")
    danger = TaskType("danger", "Hidden danger", sensitive=True)
    store.put_task_types([noise, danger], at=AT, post=POST)
    louder = replace(noise, limit_hours=None, name="Louder noise")
    store.put_task_types([TaskType("appeal", "Appeal"), louder], at=AT, post=POST)
    assert store.list_task_types() == [louder, danger, TaskType("appeal", "Appeal")]


@pytest.mark.parametrize(
    "labelling",
    [
        TaskType("x", "Key personnel"),
        TaskType("x", "Visits", "重点人员走访"),
        TaskType("watch_list", "Visits"),
    ],
)
def test_a_task_type_that_labels_a_person_is_refused_and_nothing_is_stored(store: Store, labelling: TaskType):
    with pytest.raises(PersonLabel):
        store.put_task_types([TaskType("noise", "Noise"), labelling], at=AT, post=POST)
    assert store.list_task_types() == []
    assert store.seq() == 0


def test_departments_and_posts_are_replaced_by_code_and_listed_in_code_order(store: Store):
    store.put_departments([Department("pol", "Police", "公安"), Department("crt", "Court")], at=AT, post=POST)
    store.put_departments([Department("pol", "Police station")], at=AT, post=POST)
    assert store.list_departments() == [Department("crt", "Court"), Department("pol", "Police station")]
    full = Post("p2", "worker_full", "Worker", "专职", ("G00", "G01"), "pol", 2, True, "walks", "巡查", 98.49, 39.73)
    bare = Post("p1", "grid_chief", "Chief")
    store.put_posts([full, bare], at=AT, post=POST)
    assert store.list_posts() == [bare, full]
    store.put_posts([replace(full, strength=0, lon=None, lat=None)], at=AT, post=POST)
    assert store.list_posts() == [bare, replace(full, strength=0, lon=None, lat=None)]


def test_sites_come_back_in_id_order_with_the_same_shape(store: Store):
    store.put_sites(iter(sites()), at=AT, post=POST, source="places.geojson")
    found = store.list_sites()
    assert [site.id for site in found] == ["s1", "s2", "s3", "s4"]
    given = {site.id: site for site in sites()}
    for site in found:
        assert shapely.to_wkb(site.geometry) == shapely.to_wkb(given[site.id].geometry)
        assert replace(site, geometry=None) == replace(given[site.id], geometry=None)  # type: ignore[arg-type]


def test_sites_are_found_by_kind_and_by_a_box_that_may_only_touch(store: Store):
    store.put_sites(sites(), at=AT, post=POST, source="places.geojson")
    assert [site.id for site in store.list_sites(["water", "hydrant"])] == ["s3", "s4"]
    assert [site.id for site in store.list_sites((), (98.505, 39.745, 98.6, 39.8))] == ["s2", "s4"]
    assert [site.id for site in store.list_sites(["hydrant"], (98.4, 39.7, 98.505, 39.745))] == ["s4"]
    assert store.list_sites((), (98.5050001, 39.7, 98.6, 39.7449)) != store.list_sites()
    assert store.list_sites(["school"]) == []
    assert store.list_sites((), (0, 0, 1, 1)) == []


def test_a_box_is_exact_to_the_last_bit_of_a_coordinate(store: Store):
    hydrant = sites()[3]
    store.put_sites([hydrant], at=AT, post=POST, source="places.geojson")
    beyond = float(np.nextafter(98.505, 99))
    assert store.list_sites((), (98.505, 39.0, 99.0, 40.0)) == [hydrant]
    assert store.list_sites((), (beyond, 39.0, 99.0, 40.0)) == []


def test_a_site_put_again_moves(store: Store):
    hydrant = sites()[3]
    store.put_sites([hydrant], at=AT, post=POST, source="a")
    moved = replace(hydrant, geometry=shapely.Point(98.4, 39.6))
    store.put_sites([moved], at=AT, post=POST, source="b")
    assert store.list_sites() == [moved]
    assert store.list_sites((), (98.505, 39.745, 98.505, 39.745)) == []
    assert store.list_sites((), (98.3, 39.5, 98.45, 39.65)) == [moved]


def test_a_source_of_sites_that_fails_midway_stores_none(store: Store):
    def failing():
        yield sites()[0]
        raise BadInput("row 2 is broken")

    with pytest.raises(BadInput):
        store.put_sites(failing(), at=AT, post=POST, source="places.csv")
    assert store.list_sites() == []
    assert store.seq() == 0
