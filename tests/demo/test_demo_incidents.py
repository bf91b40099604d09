"""The invented incidents: totals, what was planted, the open set, and that no person is in them."""

from __future__ import annotations

import re
from collections import Counter
from datetime import date, datetime
from pathlib import Path
from typing import Any
from zoneinfo import ZoneInfo

import numpy as np
import numpy.typing as npt
import pytest
import shapely

from mapsvc.demo.load import load_demo
from mapsvc.demo.texts import list_patterns, read_phrases
from mapsvc.geo.crs import projector
from mapsvc.model.incident import CLOSED_STATUSES, STATUS_CODE, WAITING_STATUSES, Status
from mapsvc.model.person_label import check_no_person_label
from mapsvc.model.stocks import Stocks

NOW = int(datetime(2026, 11, 23, 14, 32, 8, tzinfo=ZoneInfo("Asia/Shanghai")).timestamp())
"""The moment the `demo` fixture is loaded for."""
DAY = 86_400
Columns = dict[str, Any]


@pytest.fixture(scope="module")
def columns(demo: Stocks) -> Columns:
    return dict(demo.batch.columns)


def _open(columns: Columns) -> npt.NDArray[np.bool_]:
    return ~np.isin(columns["status"], [STATUS_CODE[status] for status in CLOSED_STATUSES])


def _grid(demo: Stocks, columns: Columns) -> npt.NDArray[np.int64]:
    points = shapely.points(columns["lon"], columns["lat"])
    number = np.zeros(len(points), dtype=np.int64)
    for k, grid in enumerate(demo.plan.grids, 1):
        number[shapely.covers(grid.polygon, points)] = k
    return number


def _line_distance(demo: Stocks, columns: Columns) -> npt.NDArray[np.float64]:
    board = projector(demo.plan.working_epsg)
    lines = shapely.union_all([shape.boundary for shape in board.geometry([g.polygon for g in demo.plan.grids])])
    located = np.isfinite(columns["lon"])
    distance = np.full(len(located), np.nan)
    x, y = board.forward(columns["lon"][located], columns["lat"][located])
    distance[located] = shapely.distance(lines, shapely.points(x, y))
    return distance


def test_there_are_about_4500_over_18_months_and_all_types_occur(demo: Stocks, columns: Columns) -> None:
    assert 4000 <= demo.batch.n <= 5000
    assert NOW - 548 * DAY <= columns["occurred_at"].min() <= NOW - 540 * DAY
    assert columns["reported_at"].max() <= NOW
    assert set(columns["task_type"]) == {task_type.code for task_type in demo.task_types}
    assert len(set(columns["channel_ref"])) == demo.batch.n


def test_times_of_each_are_in_order(columns: Columns) -> None:
    assert (columns["occurred_at"] <= columns["reported_at"]).all()
    closed = columns["closed_at"] > 0
    assert (columns["reported_at"][closed] < columns["closed_at"][closed]).all()
    assert (columns["closed_at"] <= NOW).all()
    due = columns["due_at"] > 0
    assert (columns["due_at"][due] > columns["reported_at"][due]).all()
    assert np.array_equal(_open(columns), ~closed)


def test_about_nine_of_ten_close_on_time(columns: Columns) -> None:
    closed = (columns["status"] == STATUS_CODE[Status.CLOSED]) & (columns["due_at"] > 0)
    on_time = (columns["closed_at"] <= columns["due_at"])[closed]
    assert 0.895 <= on_time.mean() <= 0.925


def test_the_open_set_is_47_with_4_overdue_4_waiting_3_not_located_and_2_disputes(
    demo: Stocks, columns: Columns
) -> None:
    is_open = _open(columns)
    assert is_open.sum() == 47
    due = columns["due_at"]
    assert (is_open & (due > 0) & (due < NOW)).sum() == 4
    waiting = np.isin(columns["status"], [STATUS_CODE[status] for status in WAITING_STATUSES])
    assert waiting.sum() == 4
    assert not due[waiting].any()
    assert (is_open & np.isnan(columns["lon"])).sum() == 3
    assert (is_open & columns["sensitive"]).sum() == 2
    limit = {task_type.code: task_type.limit_hours or 0 for task_type in demo.task_types}
    left = (due - NOW) / (3600 * np.array([limit[code] for code in columns["task_type"]]))
    assert (is_open & (left > 0) & (left <= 0.25)).sum() == 7
    # Every clock that runs was started when the matter was dispatched, after its report.
    running = is_open & (due > 0)
    assert (left[running] <= 1.0).all()
    grids = Counter(_grid(demo, columns)[is_open].tolist())
    assert grids == {0: 3, 1: 4, 2: 2, 3: 5, 4: 3, 5: 11, 6: 12, 7: 7}


def test_every_located_one_lies_inside_the_frame(demo: Stocks, columns: Columns) -> None:
    number = _grid(demo, columns)
    located = np.isfinite(columns["lon"])
    assert (number[located] > 0).all()
    assert 0.003 < 1 - located.mean() < 0.02
    assert (columns["method"][~located] == "address").all()
    assert all(columns["address"][~located])


def test_fifteen_are_in_doubt_between_grids_and_five_of_them_open(demo: Stocks, columns: Columns) -> None:
    doubt = _line_distance(demo, columns) < columns["accuracy_m"]
    assert doubt.sum() == 15
    assert (doubt & _open(columns)).sum() == 5


def test_accuracy_is_what_the_channel_can_give(columns: Columns) -> None:
    source = np.array([ref.split("-")[0] for ref in columns["channel_ref"]])
    assert set(source) == {"app", "mini", "hotline", "desk"}
    accuracy = columns["accuracy_m"]
    assert np.nanmax(accuracy[source == "mini"]) <= 50
    assert np.nanmax(accuracy[source == "hotline"]) <= 20
    assert np.nanmedian(accuracy[source == "app"]) < np.nanmedian(accuracy[source == "mini"])
    assert np.isnan(accuracy[np.isnan(columns["lon"])]).all()


def test_the_hot_spot_at_the_bus_yard_is_there_and_was_not_before(demo: Stocks, columns: Columns) -> None:
    yard = next(site for site in demo.sites if site.name == "Willow Bank bus yard")
    board = projector(demo.plan.working_epsg)
    x0, y0 = board.forward(np.array([yard.geometry.centroid.x]), np.array([yard.geometry.centroid.y]))
    x, y = board.forward(columns["lon"], columns["lat"])
    kind = np.isin(columns["task_type"], ["environment", "hidden_danger"])
    near = kind & (np.hypot(x - x0, y - y0) < 100)
    recent = columns["occurred_at"] > NOW - 56 * DAY
    before = ~recent & (columns["occurred_at"] > NOW - 168 * DAY)
    area_share = np.pi * 100**2 / sum(grid.area_m2 for grid in demo.plan.grids)
    expected = area_share * (kind & recent).sum()
    assert (near & recent).sum() > 10 * expected
    assert (near & before).sum() / 2 < 0.1 * (near & recent).sum()


def test_residential_affairs_rise_in_grid_05_alone(demo: Stocks, columns: Columns) -> None:
    number = _grid(demo, columns)
    kind = columns["task_type"] == "residential_affairs"

    def ratio(chosen: npt.NDArray[np.bool_]) -> float:
        age = (NOW - columns["occurred_at"][chosen]) / DAY
        return float((age < 60).sum() / max(1, ((age >= 180) & (age < 240)).sum()))

    assert ratio(kind & (number == 5)) > 3.0
    assert ratio(kind & (number != 5)) < 2.0
    assert ratio(~kind & (number == 5)) < 2.0


def test_hours_and_weekdays_follow_the_type_of_task(columns: Columns) -> None:
    settled = ~_open(columns)
    local = columns["occurred_at"] + 8 * 3600
    hour = (local % DAY) // 3600
    assert ((hour >= 8) & (hour < 20)).mean() > 0.6
    types = columns["task_type"]
    night = (hour >= 21) | (hour < 5)
    assert night[types == "security_inspection"].mean() > 2 * night[types == "environment"].mean()
    # The files' own weekdays: the move by whole days is taken back; 1970-01-01 was a Thursday.
    moved_days = (date(2026, 11, 23) - date(2026, 7, 1)).days
    weekend = (local // DAY - moved_days + 3) % 7 >= 5
    assert weekend[settled & (types == "legal_publicity")].mean() < 0.24
    assert weekend[settled & (types == "dispute")].mean() > 0.29


def test_titles_and_texts_are_short_and_name_or_label_no_person(demo_dir: Path) -> None:
    for lang in ("en", "zh"):
        batch = load_demo(demo_dir, now=NOW, lang=lang).batch
        titles = set(batch.columns["title"])
        texts = titles | set(batch.columns["text"]) | set(batch.columns["address"])
        check_no_person_label(sorted(texts))
        assert max(map(len, titles)) <= (80 if lang == "en" else 32)
        assert not [text for text in texts if "{" in text or "  " in text or text != text.strip()]
        assert not [
            text for text in texts if re.search(r"\b(Mr|Mrs|Ms|Dr|he|she|his|her)\b|先生|女士|某某|\d{7,}", text)
        ]
        assert not [text for text in texts if bool(re.search("[一-鿿]", text)) != (lang == "zh")]
        assert len(titles) > 0.5 * batch.n


def test_no_matter_crowds_out_the_others_of_its_type(columns: Columns) -> None:
    phrases = read_phrases()
    for task_type, rows in phrases.matter.items():
        titles = columns["title"][columns["task_type"] == task_type]
        count = Counter(name for title in titles for name, _, _ in rows if title.startswith(name))
        assert max(count.values()) < 0.2 * len(titles), (task_type, count.most_common(1))


def test_both_languages_hold_the_same_incidents_in_the_same_order(demo_dir: Path) -> None:
    english, chinese = (load_demo(demo_dir, now=NOW, lang=lang).batch for lang in ("en", "zh"))
    assert english.n == chinese.n
    for name in english.columns:
        same = np.array_equal(
            english.columns[name], chinese.columns[name], equal_nan=name in ("lon", "lat", "accuracy_m")
        )
        assert same == (name not in ("title", "text", "address"))


def test_each_task_type_has_over_a_hundred_titles_to_fill(demo: Stocks) -> None:
    phrases = read_phrases()
    for task_type in demo.task_types:
        patterns = {pattern for _, pattern in list_patterns(phrases, task_type.code)}
        assert len(patterns) >= 100
        assert len({zh for _, zh in patterns}) >= 100
