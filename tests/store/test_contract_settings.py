"""The contract of settings, webhooks, areas, addresses and corrections."""

from __future__ import annotations

import json
import time
from concurrent.futures import ThreadPoolExecutor
from dataclasses import replace
from pathlib import Path
from typing import Any

import numpy as np
import pytest
import shapely
from shapely.geometry import MultiPolygon
from store_samples import cell

from mapsvc.errors import BadInput, NotFound, Stale
from mapsvc.model.address import AddressBook, Correction, Precision
from mapsvc.model.jurisdiction import Jurisdiction
from mapsvc.model.post import Post
from mapsvc.model.webhook import Delivery, Webhook
from mapsvc.ports import Store
from mapsvc.store.sqlite import SqliteStore

AT, POST = 1_760_000_000, "admin"


def put_setting(store: Store, value: dict[str, Any], revision: int, name: str = "limits"):
    return store.put_setting(name, value, revision=revision, at=AT, post=POST)


def test_a_setting_comes_back_with_its_revision_and_the_journal_tells_what_held(store: Store):
    assert store.find_setting("limits") is None
    value = {"noise": {"hours": 4.5, "level": [1, None, "高"]}, "on": True}
    event = put_setting(store, value, 0)
    assert (event.kind, event.subject, event.data) == ("setting.set", "limits", {"revision": 1, "value": value})
    assert store.find_setting("limits") == (value, 1)
    put_setting(store, {}, 1)
    assert store.find_setting("limits") == ({}, 2)
    assert store.find_setting("calendar") is None


@pytest.mark.parametrize("revision", [0, 2, -1])
def test_a_setting_that_was_changed_meanwhile_is_stale(store: Store, revision: int):
    put_setting(store, {"a": 1}, 0)
    with pytest.raises(Stale) as caught:
        put_setting(store, {"a": 2}, revision)
    assert caught.value.revision == 1
    assert (store.find_setting("limits"), store.seq()) == (({"a": 1}, 1), 1)


def test_of_many_who_set_one_setting_at_once_one_succeeds(store: Store):
    def attempt(number: int) -> bool:
        try:
            put_setting(store, {"by": number}, 0)
        except Stale:
            return False
        return True

    with ThreadPoolExecutor(6) as pool:
        done = list(pool.map(attempt, range(6)))
    assert done.count(True) == 1
    assert store.find_setting("limits") == ({"by": done.index(True)}, 1)


def test_a_webhook_comes_back_with_its_secret_which_the_journal_never_holds(store: Store):
    hook = Webhook("w2", "Messages", "https://u:p@example.org/x", "s3cret", ("incident.*",), True, Delivery(5, 2, 9))
    event = store.put_webhook(hook, at=AT, post=POST)
    assert (event.kind, event.subject) == ("webhook.set", "w2")
    assert "s3cret" not in json.dumps(event.data)
    assert "u:p" not in json.dumps(event.data)
    other = Webhook("w1", "Other", "http://localhost", "x", active=False)
    store.put_webhook(other, at=AT, post=POST)
    assert store.list_webhooks() == [other, hook]
    store.put_webhook(replace(hook, name="News"), at=AT, post=POST)
    assert store.list_webhooks() == [other, replace(hook, name="News")]


def test_how_far_a_webhook_got_is_kept_without_an_event(store: Store):
    hook = Webhook("w1", "Messages", "http://localhost", "x")
    store.put_webhook(hook, at=AT, post=POST)
    far = Delivery(40, 3, AT + 60, (12, 17), "no answer in 5 s")
    store.set_delivery("w1", far)
    assert store.list_webhooks() == [replace(hook, delivery=far)]
    assert store.seq() == 1
    with pytest.raises(NotFound):
        store.set_delivery("w2", far)


def area(network: str, code: str, row: int = 0) -> Jurisdiction:
    shape = MultiPolygon([cell(row, 0), cell(row, 2)])
    return Jurisdiction(network, code, f"Area {code}", shape, "pol", "一区")


def test_the_areas_of_a_network_are_replaced_as_a_whole(store: Store):
    event = store.put_jurisdictions("police", [area("police", "b"), area("police", "a", 1)], at=AT, post=POST)
    assert (event.kind, event.subject, event.data) == ("jurisdictions.set", "police", {"n": 2})
    store.put_jurisdictions("court", [area("court", "a", 2)], at=AT, post=POST)
    assert [(one.network, one.code) for one in store.list_jurisdictions()] == [
        ("court", "a"),
        ("police", "a"),
        ("police", "b"),
    ]
    found = store.list_jurisdictions("police")
    assert found == [area("police", "a", 1), area("police", "b")]
    assert shapely.to_wkb(found[1].geometry) == shapely.to_wkb(area("police", "b").geometry)
    store.put_jurisdictions("police", [area("police", "c")], at=AT, post=POST)
    assert [one.code for one in store.list_jurisdictions("police")] == ["c"]
    store.put_jurisdictions("police", [], at=AT, post=POST)
    assert [one.network for one in store.list_jurisdictions()] == ["court"]


@pytest.mark.parametrize(
    ("areas", "field"),
    [([area("police", "a"), area("police", "a")], "code"), ([area("police", "a"), area("court", "b")], "network")],
)
def test_areas_that_do_not_belong_together_are_refused_and_the_old_ones_stay(
    store: Store, areas: list[Jurisdiction], field: str
):
    store.put_jurisdictions("police", [area("police", "z")], at=AT, post=POST)
    with pytest.raises(BadInput) as caught:
        store.put_jurisdictions("police", areas, at=AT, post=POST)
    assert caught.value.field == field
    assert store.list_jurisdictions() == [area("police", "z")]
    assert store.seq() == 1


def book(texts: list[str], start: float = 98.0, **changes: Any) -> AddressBook:
    n = len(texts)
    lon = start + np.arange(n) / 3
    given = AddressBook(texts, lon, lon / -7, [Precision.BUILDING] * n, [f"s{i}" for i in range(n)])
    return replace(given, **changes)


def rows(found: AddressBook) -> list[tuple[Any, ...]]:
    columns = found.texts, found.lon.tolist(), found.lat.tolist(), found.precisions, found.ids
    return list(zip(*columns, strict=True))


def test_addresses_come_back_in_the_order_stored_and_a_source_is_replaced_as_a_whole(store: Store):
    assert len(store.load_addresses()) == 0
    texts = ["1 Elm", "榆树巷2号", 'a\0b"\\\x1f\u2028\x7f😀']
    event = store.add_addresses(book(texts), at=AT, post=POST, source="a.csv")
    assert (event.kind, event.subject, event.data) == ("addresses.imported", "a.csv", {"n": 3})
    assert rows(store.load_addresses()) == rows(book(texts))
    store.add_addresses(book(["9 Oak"], 97.1), at=AT, post=POST, source="b.csv")
    store.add_addresses(book(["3 Ash"], 96.1), at=AT, post=POST, source="a.csv")
    assert rows(store.load_addresses()) == rows(book(["9 Oak"], 97.1)) + rows(book(["3 Ash"], 96.1))
    assert store.load_addresses().lon.dtype == np.float64
    store.add_addresses(book([]), at=AT, post=POST, source="a.csv")
    assert store.load_addresses().texts == ["9 Oak"]


@pytest.mark.parametrize(
    ("changes", "field"),
    [
        ({"lon": np.array([np.nan, 1.0])}, "lon"),
        ({"lat": np.array([np.inf, 1.0])}, "lon"),
        ({"lat": np.array([1.0])}, "lat"),
        ({"ids": []}, "id"),
        ({"precisions": ["building", "galaxy"]}, "precision"),
    ],
)
def test_addresses_without_a_place_are_refused_and_the_old_ones_stay(store: Store, changes: dict[str, Any], field: str):
    store.add_addresses(book(["1 Elm"]), at=AT, post=POST, source="a.csv")
    with pytest.raises(BadInput) as caught:
        store.add_addresses(book(["2 Elm", "3 Elm"], **changes), at=AT, post=POST, source="a.csv")
    assert caught.value.field == field
    assert (store.load_addresses().texts, store.seq()) == (["1 Elm"], 1)


def test_a_correction_is_replaced_by_its_key_and_keeps_its_place(store: Store):
    first, second = Correction("elm 1", "1 Elm", 98.5, 39.7), Correction("oak 9", "九 Oak", 98.6, 39.8, "entrance")
    event = store.put_correction(first, at=AT, post="desk")
    assert (event.kind, event.subject, event.post) == ("addresses.corrected", "elm 1", "desk")
    store.put_correction(second, at=AT, post="desk")
    assert store.list_corrections() == [first, second]
    better = replace(first, lon=98.51, text="1 Elm Lane")
    store.put_correction(better, at=AT, post="desk")
    assert store.list_corrections() == [better, second]
    with pytest.raises(BadInput):
        store.put_correction(replace(first, lat=float("nan")), at=AT, post="desk")


def test_a_post_keeps_its_hours(store: Store):
    post = Post("p1", "night_patrol", "Night patrol", hours="22:00-06:00;sat 12:00-18:00")
    store.put_posts([post], at=AT, post=POST)
    assert store.list_posts() == [post]


@pytest.mark.slow
def test_a_million_addresses_are_stored_and_read_in_seconds(tmp_path: Path):
    n = 1_000_000
    texts = [f"{i % 400} {i // 400} Street, Compound {i % 97}" for i in range(n)]
    store = SqliteStore.open(tmp_path / "store.gpkg")
    begin = time.perf_counter()
    store.add_addresses(book(texts), at=AT, post=POST, source="big")
    stored = time.perf_counter()
    found = store.load_addresses()
    assert stored - begin < 30
    assert time.perf_counter() - stored < 10
    assert (len(found), found.texts[-1], found.lon[-1]) == (n, texts[-1], book(texts).lon[-1])
    store.close()
