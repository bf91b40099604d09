"""Staff import: departments and posts of a community from a table. Duties with a place, never the people in them."""

from __future__ import annotations

import csv
import io
from collections.abc import Callable, Mapping, Sequence
from datetime import UTC, datetime
from pathlib import Path
from typing import Any, TypeVar

from mapsvc.errors import BadFile, BadInput, PersonLabel
from mapsvc.model.duty import read_hours
from mapsvc.model.person_label import check_no_person_label
from mapsvc.model.post import Department, Post
from mapsvc.ports import Clock, Store
from mapsvc.services.cases.table_file import read_table

T = TypeVar("T")

_MOST_ROWS = 20_000
_MOST_BYTES = 8_000_000
_LONGEST = 200
_STRONGEST = 10_000
_DEPARTMENT = ("code", "name", "name_zh")
_POST = (
    "code", "role", "name", "name_zh", "grids", "department", "strength", "required", "duty", "duty_zh", "lon", "lat",
    "hours",
)  # fmt: skip
_FLAGS = {"": False, "no": False, "false": False, "0": False, "yes": True, "true": True, "1": True}


def import_departments(store: Store, clock: Clock, path: Path, post: str) -> int:
    """Add or replace departments by code: `code, name, name_zh`. Number of rows. Raises BadFile: none is stored."""
    found = _each(path, "departments", _DEPARTMENT, _department)
    store.put_departments(found, at=clock.now(), post=post)
    return len(found)


def import_posts(store: Store, clock: Clock, path: Path, post: str) -> int:
    """Add or replace posts by code. Number of rows. Raises BadFile; then none is stored.

    `code, role, name` are needed; `grids` are codes joined by ";", `lon, lat` WGS 84, `hours` as `model.duty` reads
    them, `strength` 1 and `required` no where nothing is said.
    """
    departments = {one.code for one in store.list_departments()}
    head = store.find_plan_on(datetime.fromtimestamp(clock.now(), UTC).date())
    grids = {one.code for one in store.get_plan(head.id).grids} if head else set()
    found = _each(path, "posts", _POST, lambda row: _post(row, departments, grids))
    store.put_posts(found, at=clock.now(), post=post)
    return len(found)


def _each(path: Path, name: str, columns: Sequence[str], read: Callable[[Mapping[str, str]], T]) -> list[T]:
    """Every row read, or BadFile with the row and the column at fault."""
    rows = _rows(path, name)
    if not 0 < len(rows) <= _MOST_ROWS:
        raise BadFile(f"A table has 1 to {_MOST_ROWS:,} rows.", file=path.name)
    found: dict[str, T] = {}
    for number, row in enumerate(rows, 1):
        try:
            told = _texts(row, columns)
            if told["code"] in found:
                raise BadInput(f'The code "{told["code"]}" is used twice.', field="code")
            found[told["code"]] = read(told)
        except BadInput as error:
            field = "name" if isinstance(error, PersonLabel) else error.field
            raise BadFile(str(error), file=path.name, where=f"row {number}", field=field) from error
    return list(found.values())


def _rows(path: Path, name: str) -> list[Any]:
    if path.suffix.lower() != ".csv":
        table = read_table(path)
        rows = table.get(name) if isinstance(table, dict) else table
        if not isinstance(rows, list):
            raise BadFile(f'The table has no list "{name}".', file=path.name, field=name)
        return rows
    try:
        if path.stat().st_size > _MOST_BYTES:
            raise BadFile(f"A table has at most {_MOST_BYTES:,} bytes.", file=path.name)
        text = path.read_text(encoding="utf-8-sig")
        return list(csv.DictReader(io.StringIO(text, newline=""), strict=True))
    except (OSError, UnicodeDecodeError, csv.Error) as error:
        raise BadFile(f"The file cannot be read: {error}.", file=path.name) from error


def _texts(row: Any, columns: Sequence[str]) -> dict[str, str]:
    """The values of a row as trimmed texts, "" where there is none; a list is joined by ";"."""
    if not isinstance(row, dict):
        raise BadInput("A row is a set of named values.")
    unknown = [str(key) for key in row if key not in columns]
    if unknown:
        raise BadInput(
            f'There is no column "{unknown[0][:40]}"; there are {", ".join(columns)}.', field=unknown[0][:40]
        )
    told = {name: _text(name, row.get(name)) for name in columns}
    for name in ("code", "name"):
        if not told[name]:
            raise BadInput("It has no value.", field=name)
    return told


def _text(name: str, value: Any) -> str:
    if isinstance(value, list):
        value = ";".join(map(str, value))
    text = "" if value is None else str(value).strip()
    if len(text) > _LONGEST * (10 if name == "grids" else 1) or not text.isprintable():
        raise BadInput(f"It is longer than {_LONGEST} characters or not plain text.", field=name)
    return text


def _department(row: Mapping[str, str]) -> Department:
    check_no_person_label((row["name"], row["name_zh"]))
    return Department(row["code"], row["name"], row["name_zh"])


def _post(row: Mapping[str, str], departments: set[str], grids: set[str]) -> Post:
    if not row["role"]:
        raise BadInput("It has no value.", field="role")
    check_no_person_label((row["role"], row["name"], row["name_zh"]))
    codes = tuple(dict.fromkeys(one.strip() for one in row["grids"].split(";") if one.strip()))
    for code in codes:
        if grids and code not in grids:
            raise BadInput(f'The plan in force has no grid "{code[:40]}".', field="grids")
    if row["department"] and row["department"] not in departments:
        raise BadInput(
            f'There is no department "{row["department"]}"; import the departments first.', field="department"
        )
    if row["required"].lower() not in _FLAGS:
        raise BadInput("Say yes or no.", field="required")
    read_hours(row["hours"])
    lon, lat = _degrees(row, "lon", 180.0), _degrees(row, "lat", 90.0)
    if (lon is None) != (lat is None):
        raise BadInput("A place has a longitude and a latitude.", field="lat" if lat is None else "lon")
    return Post(
        row["code"], row["role"], row["name"], row["name_zh"], codes, row["department"], _strength(row["strength"]),
        _FLAGS[row["required"].lower()], row["duty"], row["duty_zh"], lon, lat, row["hours"],
    )  # fmt: skip


def _strength(text: str) -> int:
    if text and not (text.isascii() and text.isdigit() and int(text) <= _STRONGEST):
        raise BadInput(f"It is a whole number from 0 to {_STRONGEST:,}.", field="strength")
    return int(text or 1)


def _degrees(row: Mapping[str, str], name: str, most: float) -> float | None:
    if not row[name]:
        return None
    try:
        value = float(row[name])
    except ValueError:
        value = float("nan")
    if not -most <= value <= most:
        raise BadInput(f"It is no number of degrees from {-most:.0f} to {most:.0f}.", field=name)
    return value
