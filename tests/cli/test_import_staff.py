"""Departments and posts brought in from tables, and a report that can be sent to them."""

from __future__ import annotations

import json
from pathlib import Path

import pytest
from square import fill

from mapsvc.cli import main
from mapsvc.model.post import Department, Post
from mapsvc.store.sqlite import SqliteStore
from mapsvc.wiring import STORE_NAME

DEPARTMENTS = "code,name,name_zh\nroads,Road works,道路队\n"
POSTS = (
    "code,role,name,grids,department,strength,required,lon,lat,hours\n"
    "p11,worker_full,Workers 11,11;12,roads,2,yes,98.49,39.73,mon-fri 08:00-18:00\n"
    "p12,grid_chief,Chief 12,,,,,,,\n"
)


@pytest.fixture
def data(tmp_path: Path) -> Path:
    folder = tmp_path / "data"
    folder.mkdir()
    store = SqliteStore.open(folder / STORE_NAME)
    fill(store)  # type: ignore[arg-type]
    store.close()
    return folder


def bring(data: Path, what: str, text: str, ending: str = "csv") -> int:
    path = data / f"{what}.{ending}"
    path.write_text(text, encoding="utf-8")
    return main(["import", what, str(path), "--data", str(data)])


def kept(data: Path) -> tuple[list[Department], list[Post]]:
    store = SqliteStore.open(data / STORE_NAME)
    try:
        return store.list_departments(), store.list_posts()
    finally:
        store.close()


def test_departments_and_posts_come_in_and_are_replaced_by_code(data: Path) -> None:
    before = {one.code for one in kept(data)[1]}
    assert bring(data, "departments", "\ufeff" + DEPARTMENTS) == 0
    assert bring(data, "posts", POSTS) == 0
    departments, posts = kept(data)
    assert Department("roads", "Road works", "道路队") in departments
    found = {one.code: one for one in posts}
    assert found["p11"] == Post(
        "p11", "worker_full", "Workers 11", "", ("11", "12"), "roads", 2, True, "", "", 98.49, 39.73,
        "mon-fri 08:00-18:00",
    )  # fmt: skip
    assert found["p12"] == Post("p12", "grid_chief", "Chief 12")
    changed = {"posts": [{"code": "p12", "role": "grid_chief", "name": "Chief", "grids": ["12"], "strength": 0}]}
    assert bring(data, "posts", json.dumps(changed), "json") == 0
    posts = kept(data)[1]
    assert {one.code for one in posts} == before | {"p11", "p12"}
    assert Post("p12", "grid_chief", "Chief", "", ("12",), "", 0) in posts


@pytest.mark.parametrize(
    ("what", "row", "told"),
    [
        ("posts", "p13,worker,W,99,,,,,,", 'no grid "99"'),
        ("posts", "p13,worker,W,,nowhere,,,,,", 'no department "nowhere"'),
        ("posts", "p13,worker,W,,,,,,,9 to 5", "no shift"),
        ("posts", "p13,worker,W,,,-1,,,,", "whole number"),
        ("posts", "p13,worker,W,,,,maybe,,,", "yes or no"),
        ("posts", "p13,worker,W,,,,,98.4,,", "a longitude and a latitude"),
        ("posts", "p13,worker,W,,,,,nan,39,", "number of degrees"),
        ("posts", "p13,,W,,,,,,,", "no value"),
        ("posts", "p11,worker,W,,,,,,,", "used twice"),
        ("posts", "p13,worker,W,,,,,,,,more", "no column"),
        ("departments", "x,Key personnel,", "labels a person"),
        ("departments", ",Nobody,", "no value"),
    ],
)
def test_one_wrong_row_refuses_the_file_and_is_named(
    data: Path, what: str, row: str, told: str, capsys: pytest.CaptureFixture[str]
) -> None:
    assert bring(data, "departments", DEPARTMENTS) == 0
    before = kept(data)
    table = DEPARTMENTS if what == "departments" else POSTS
    assert bring(data, what, table + row + "\n") == 2
    said = capsys.readouterr().err
    assert told in said
    assert f"row {table.count(chr(10))}" in said
    assert kept(data) == before


@pytest.mark.parametrize(("text", "ending"), [("", "csv"), ("posts = 3\n", "toml"), ("[1]", "json"), ("\x00", "json")])
def test_a_file_that_is_no_table_is_refused_in_a_sentence(data: Path, text: str, ending: str) -> None:
    assert bring(data, "posts", text, ending) == 2
