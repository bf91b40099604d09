"""The editable table of task types."""

from __future__ import annotations

from pathlib import Path

import pytest

from mapsvc.demo.departments import DEPARTMENTS
from mapsvc.demo.task_types import TABLE, read_task_types
from mapsvc.errors import BadFile, PersonLabel


def _read(tmp_path: Path, text: str) -> tuple:
    path = tmp_path / "task_types.toml"
    path.write_text(text, encoding="utf-8")
    return read_task_types(path)


def test_the_table_holds_the_nine_types_in_order(tmp_path: Path) -> None:
    types = _read(tmp_path, TABLE)
    assert [task_type.code for task_type in types] == [
        *("information_collection", "dispute", "legal_publicity", "security_inspection", "safety_creation"),
        *("environment", "residential_affairs", "hidden_danger", "appeal"),
    ]
    assert [task_type.code for task_type in types if task_type.sensitive] == ["dispute"]
    assert {task_type.lead_department for task_type in types} <= {department.code for department in DEPARTMENTS}
    assert all(task_type.name_zh and task_type.limit_hours for task_type in types)


def test_a_type_without_a_limit_has_no_clock(tmp_path: Path) -> None:
    assert _read(tmp_path, '[[task_type]]\ncode = "x"\nname = "Flood watch"\n')[0].limit_hours is None


@pytest.mark.parametrize(
    ("name", "name_zh"), [("Key personnel management", ""), ("Matters", "重点人员管控"), ("Former offenders", "安置")]
)
def test_a_type_that_labels_a_person_is_refused(tmp_path: Path, name: str, name_zh: str) -> None:
    with pytest.raises(PersonLabel, match="labels a person"):
        _read(tmp_path, TABLE + f'\n[[task_type]]\ncode = "x"\nname = "{name}"\nname_zh = "{name_zh}"\n')


@pytest.mark.parametrize(
    ("text", "sentence"),
    [
        ("", "no \\[\\[task_type\\]\\] entry"),
        ("[[task_type]\n", "cannot be read"),
        ('[[task_type]]\nname = "x"\n', '"code" is missing'),
        ('[[task_type]]\ncode = " "\nname = "x"\n', '"code" is missing'),
        ('[[task_type]]\ncode = "x"\nname = "X"\nlimit_hours = -1\n', "more than 0"),
        ('[[task_type]]\ncode = "x"\nname = "X"\nlimit_hours = nan\n', "more than 0"),
        ('[[task_type]]\ncode = "x"\nname = "X"\nlimit_hours = true\n', "wrong kind"),
        ('[[task_type]]\ncode = "x"\nname = "X"\ncolour = "red"\n', 'no setting "colour"'),
        ('[[task_type]]\ncode = "x"\nname = "X"\n[[task_type]]\ncode = "x"\nname = "Y"\n', "entry 2: .*used twice"),
        ("task_type = [1]\n", "entry 1: It is not a table"),
    ],
)
def test_a_table_that_cannot_be_used_says_why(tmp_path: Path, text: str, sentence: str) -> None:
    with pytest.raises(BadFile, match=sentence):
        _read(tmp_path, text)


def test_a_missing_table_is_named(tmp_path: Path) -> None:
    with pytest.raises(BadFile, match=r"task_types\.toml"):
        read_task_types(tmp_path / "task_types.toml")
