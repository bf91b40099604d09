from __future__ import annotations

import copy
import json
from datetime import date
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from mapsvc.casework.flow_json import read_flow, write_flow
from mapsvc.casework.limits_json import read_calendar, read_limits, write_calendar, write_limits
from mapsvc.casework.rules import Rules
from mapsvc.errors import BadInput, PersonLabel
from mapsvc.model.calendar import Calendar
from mapsvc.model.default_flow import DEFAULT_FLOW
from mapsvc.model.limit import Limit, Unit, find_limit
from mapsvc.model.task_type import TaskType
from tests.casework.cases import MONDAY_10, RULES

FLOW = write_flow(DEFAULT_FLOW)


def changed(path: list[Any], value: Any) -> Any:
    flow = copy.deepcopy(FLOW)
    spot = flow
    for step in path[:-1]:
        spot = spot[step]
    if value is ...:
        del spot[path[-1]]
    else:
        spot[path[-1]] = value
    return flow


def test_the_workflow_reads_back_as_it_was_written() -> None:
    assert read_flow(json.loads(json.dumps(FLOW))) == DEFAULT_FLOW


@pytest.mark.parametrize(
    ("path", "value", "field"),
    [
        (["transitions", 0, "to"], "closed", "transitions[0].to"),
        (["transitions", 0, "from"], "nowhere", "transitions[0].from"),
        (["transitions", 0, "step"], "explode", "transitions[0].step"),
        (["transitions", 0, "who"], ["mayor"], "transitions[0].who[0]"),
        (["transitions", 0, "who"], ..., "transitions[0].who"),
        (["transitions", 0, "extra"], 1, "transitions[0].extra"),
        (["transitions", 1, "reasons", 0, "code"], "A b", "transitions[1].reasons[0].code"),
        (["transitions", 1, "reasons", 0, "text"], "", "transitions[1].reasons[0].text"),
        (["transitions", 1, "title"], "x" * 201, "transitions[1].title"),
        (["transitions", 1, "title"], "a\u202eb", "transitions[1].title"),
        (["transitions", 1, "step"], "accept", "transitions[1].to"),
        (["acts", 0, "step"], "dance", "acts[0].step"),
        (["undo_s"], 3601, "undo_s"),
        (["undo_s"], True, "undo_s"),
        (["soon_share"], float("nan"), "soon_share"),
        (["return_clock"], "stop", "return_clock"),
        (["transitions"], [], "transitions"),
        (["unknown"], 1, "workflow.unknown"),
    ],
)
def test_what_is_wrong_in_a_workflow_is_named(path: list[Any], value: Any, field: str) -> None:
    with pytest.raises(BadInput) as refused:
        read_flow(changed(path, value))
    assert refused.value.field == field


def test_a_step_stands_once_for_a_state() -> None:
    with pytest.raises(BadInput) as refused:
        read_flow({**FLOW, "transitions": [*FLOW["transitions"], FLOW["transitions"][0]]})
    assert refused.value.field == "transitions[18]"


def test_a_workflow_without_a_way_to_the_end_is_refused() -> None:
    kept = [row for row in FLOW["transitions"] if row["step"] not in ("close", "fast_close")]
    with pytest.raises(BadInput):
        read_flow({**FLOW, "transitions": kept})


def test_words_that_label_a_person_are_refused() -> None:
    with pytest.raises(PersonLabel):
        read_flow(changed(["transitions", 1, "reasons", 0, "text"], "Known petitioner"))
    with pytest.raises(PersonLabel):
        read_limits({"limits": [{"type": "key_personnel", "resolve": 3}]})


def test_limits_read_back_as_they_were_written() -> None:
    limits = (Limit("lamp", 2, 6.0, 1.0), Limit(resolve=3.0, unit=Unit.WORKING_DAYS), Limit("lamp"))
    assert read_limits(json.loads(json.dumps(write_limits(limits)))) == limits


@pytest.mark.parametrize(
    ("row", "field"),
    [
        ({"resolve": 0}, "limits[0].resolve"),
        ({"resolve": float("inf")}, "limits[0].resolve"),
        ({"resolve": 1.5, "unit": "working_days"}, "limits[0].resolve"),
        ({"resolve": 2, "sign": 3}, "limits[0].sign"),
        ({"level": 5}, "limits[0].level"),
        ({"unit": "moons"}, "limits[0].unit"),
        ({"type": ""}, "limits[0].type"),
        ({"days": 3}, "limits[0].days"),
    ],
)
def test_what_is_wrong_in_a_limit_is_named(row: dict[str, Any], field: str) -> None:
    with pytest.raises(BadInput) as refused:
        read_limits({"limits": [row]})
    assert refused.value.field == field


def test_a_calendar_reads_back_as_it_was_written() -> None:
    calendar = Calendar(frozenset({0, 5}), ((0, 60), (600, 1440)), frozenset({date(2026, 10, 1)}), frozenset())
    assert read_calendar(json.loads(json.dumps(write_calendar(calendar)))) == calendar
    assert read_calendar({}) == Calendar()


@pytest.mark.parametrize(
    ("value", "field"),
    [
        ({"weekdays": []}, "weekdays"),
        ({"weekdays": ["someday"]}, "weekdays[0]"),
        ({"hours": []}, "hours"),
        ({"hours": ["09:00-08:00"]}, "hours[0]"),
        ({"hours": ["08:00-12:00", "11:00-13:00"]}, "hours[1]"),
        ({"hours": ["08:00-25:00"]}, "hours[0]"),
        ({"hours": ["８:00-9:00"]}, "hours[0]"),
        ({"holidays": ["2026-02-30"]}, "holidays[0]"),
        ({"extra": [7]}, "extra[0]"),
        ({"night": 1}, "calendar.night"),
    ],
)
def test_what_is_wrong_in_a_calendar_is_named(value: dict[str, Any], field: str) -> None:
    with pytest.raises(BadInput) as refused:
        read_calendar(value)
    assert refused.value.field == field


KEYS = st.sampled_from([*FLOW, "limits", "hours", "from", "step"])
JSON = st.recursive(
    st.none() | st.booleans() | st.integers() | st.floats() | st.text(max_size=8),
    lambda inner: st.lists(inner, max_size=4) | st.dictionaries(KEYS, inner),
    max_leaves=12,
)


@given(JSON)
def test_whatever_is_given_is_read_or_refused_by_name(value: Any) -> None:
    for read in (read_flow, read_limits, read_calendar):
        fields: list[str | None] = []
        try:
            read(value)
        except BadInput as refused:
            fields.append(refused.field)
        assert all(fields)


def test_the_row_that_fits_best_holds() -> None:
    limits = (Limit(resolve=72), Limit(level=3, resolve=9), Limit("lamp", resolve=24), Limit("lamp", 3, resolve=2))
    assert [find_limit(limits, *asked).resolve for asked in (("lamp", 3), ("lamp", 1), ("x", 3), ("x", 1))] == [  # type: ignore[union-attr]
        2,
        24,
        9,
        72,
    ]


def test_the_limit_of_the_type_holds_where_the_table_has_no_row() -> None:
    rules = Rules(task_types={"lamp": TaskType("lamp", "Lamp", limit_hours=5)})
    assert rules.due_at("lamp", 1, MONDAY_10) == MONDAY_10 + 5 * 3600
    assert rules.due_at("other", 1, MONDAY_10) is None
    assert RULES.sign_at("lamp", 1, MONDAY_10) == MONDAY_10 + 2 * 3600
