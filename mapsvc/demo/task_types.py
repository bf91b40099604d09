"""Task types: the editable table geodata/task_types.toml and its first contents."""

from __future__ import annotations

import tomllib
from pathlib import Path
from typing import Any

from mapsvc.errors import BadFile
from mapsvc.model.person_label import check_no_person_label
from mapsvc.model.task_type import TaskType

TABLE = """\
# Task types of the invented community. Edit freely; a category that labels a person is refused.
# limit_hours: time to resolve, counted from dispatch; leave the line out for no clock.
# sensitive: only the handling post sees the point, everyone else the grid.

[[task_type]]
code = "information_collection"
name = "Information collection"
name_zh = "信息采集"
limit_hours = 72
lead_department = "street_office"
icon = "info"

[[task_type]]
code = "dispute"
name = "Dispute"
name_zh = "矛盾纠纷"
limit_hours = 120
lead_department = "justice"
sensitive = true
icon = "disp"

[[task_type]]
code = "legal_publicity"
name = "Legal publicity"
name_zh = "法治宣传"
limit_hours = 120
lead_department = "justice"
icon = "law"

[[task_type]]
code = "security_inspection"
name = "Security inspection"
name_zh = "治安巡查"
limit_hours = 48
lead_department = "police"
icon = "sec"

[[task_type]]
code = "safety_creation"
name = "Safety creation"
name_zh = "平安创建"
limit_hours = 96
lead_department = "street_office"
icon = "safe"

[[task_type]]
code = "environment"
name = "Environment"
name_zh = "环境治理"
limit_hours = 36
lead_department = "sanitation"
icon = "env"

[[task_type]]
code = "residential_affairs"
name = "Residential affairs"
name_zh = "居民事务"
limit_hours = 72
lead_department = "property"
icon = "home"

[[task_type]]
code = "hidden_danger"
name = "Hidden danger"
name_zh = "安全隐患"
limit_hours = 24
lead_department = "fire"
icon = "danger"

[[task_type]]
code = "appeal"
name = "Appeal"
name_zh = "群众诉求"
limit_hours = 48
lead_department = "street_office"
icon = "app"
"""
_KINDS: dict[str, type | tuple[type, ...]] = {
    "code": str,
    "name": str,
    "name_zh": str,
    "limit_hours": (int, float),
    "lead_department": str,
    "sensitive": bool,
    "icon": str,
}


def read_task_types(path: Path) -> tuple[TaskType, ...]:
    """The table in file order. Raises BadFile with the entry at fault, PersonLabel for a category of people."""
    try:
        given = tomllib.loads(path.read_text(encoding="utf-8"))
    except (OSError, UnicodeDecodeError, tomllib.TOMLDecodeError) as error:
        raise BadFile(f"The table cannot be read: {error}.", file=path.name) from error
    rows = given.get("task_type")
    if not isinstance(rows, list) or not rows:
        raise BadFile("There is no [[task_type]] entry.", file=path.name)
    types = tuple(_task_type(row, k, path.name) for k, row in enumerate(rows, 1))
    codes = [task_type.code for task_type in types]
    for k, code in enumerate(codes, 1):
        if code in codes[: k - 1]:
            raise BadFile(f'The code "{code}" is used twice.', file=path.name, where=f"entry {k}", field="code")
    for task_type in types:
        check_no_person_label((task_type.code.replace("_", " "), task_type.name, task_type.name_zh))
    return types


def _task_type(row: Any, number: int, file: str) -> TaskType:
    where = f"entry {number}"
    if not isinstance(row, dict):
        raise BadFile("It is not a table of settings.", file=file, where=where)
    for key, value in row.items():
        if key not in _KINDS:
            raise BadFile(f'There is no setting "{key}".', file=file, where=where, field=key)
        # In Python a bool counts as an int; a limit of "true" hours is still wrong.
        if not isinstance(value, _KINDS[key]) or (isinstance(value, bool) and key != "sensitive"):
            raise BadFile(f'The value of "{key}" is of the wrong kind.', file=file, where=where, field=key)
    for key in ("code", "name"):
        if not row.get(key, "").strip():
            raise BadFile(f'"{key}" is missing.', file=file, where=where, field=key)
    limit = row.get("limit_hours")
    if limit is not None and not 0 < limit < 100_000:
        raise BadFile(
            "limit_hours must be more than 0 and less than 100,000.", file=file, where=where, field="limit_hours"
        )
    return TaskType(**row)
