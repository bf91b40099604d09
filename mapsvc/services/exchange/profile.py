"""Profiles from TOML files: every key checked, every mistake named."""

from __future__ import annotations

import re
import tomllib
from collections.abc import Mapping
from pathlib import Path
from typing import Any
from zoneinfo import ZoneInfo

from mapsvc.errors import BadInput
from mapsvc.model.incident import Status
from mapsvc.model.person_label import check_no_person_label
from mapsvc.model.place import Datum, Method
from mapsvc.model.profile import PROFILE_COLUMNS, Profile
from mapsvc.model.task_type import TaskType
from mapsvc.services.exchange.row_times import find_format_fault

_KEYS = (
    "name", "channel", "datum", "columns", "time", "types", "default_type", "task_types", "statuses",
    "default_status", "accuracy_m", "method", "outside_limit_m",
)  # fmt: skip
_TASK_TYPE_KEYS = ("code", "name", "name_zh", "limit_hours", "lead_department", "sensitive", "icon")
_CODE = re.compile(r"[a-z0-9_]{1,40}")


def read_profile(path: Path) -> Profile:
    """The profile of a TOML file. Raises BadInput naming file and key, PersonLabel for a type of persons."""
    try:
        given = tomllib.loads(path.read_text(encoding="utf-8"))
    except OSError as error:
        raise BadInput(f"{path.name}: The profile cannot be opened: {error.strerror}.", field="profile") from error
    except (tomllib.TOMLDecodeError, UnicodeDecodeError) as error:
        raise BadInput(f"{path.name}: This is not readable TOML: {error}.", field="profile") from error
    return _Checker(path.name).profile(given, path.stem)


class _Checker:
    """Turns plain values into a Profile and knows the file name for its complaints."""

    def __init__(self, file: str) -> None:
        self.file = file

    def fail(self, key: str, message: str) -> BadInput:
        return BadInput(f"{self.file}, {key}: {message}", field=key)

    def profile(self, given: Mapping[str, Any], stem: str) -> Profile:
        self.no_others(given, _KEYS, "")
        task_types = tuple(self.task_type(row, f"task_types[{n}]") for n, row in enumerate(self.rows(given), 1))
        types = {key.strip().casefold(): value for key, value in self.texts(given, "types").items()}
        default_type = self.text(given, "default_type", "")
        columns = self.columns(self.texts(given, "columns"))
        if "type" not in columns and not default_type:
            raise self.fail("default_type", "Without a type column every row needs this task type.")
        statuses = {
            key.strip().casefold(): self.status(value, f"statuses.{key}")
            for key, value in self.texts(given, "statuses").items()
        }
        default_status = self.text(given, "default_status", "")
        formats, zone = self.time(given)
        return Profile(
            name=self.text(given, "name", stem),
            channel=self.channel(self.text(given, "channel", stem)),
            datum=self.datum(given),
            columns=columns,
            time_formats=formats,
            tz=zone,
            types=types,
            default_type=default_type,
            task_types=task_types,
            statuses=statuses,
            default_status=self.status(default_status, "default_status") if default_status else None,
            accuracy_m=self.metres(given, "accuracy_m", None),
            method=self.method(self.text(given, "method", "file")),
            outside_limit_m=self.metres(given, "outside_limit_m", 50_000.0) or 0.0,
        )

    def no_others(self, given: Mapping[str, Any], known: tuple[str, ...], within: str) -> None:
        for key in given:
            if key not in known:
                raise self.fail(f"{within}{key}", f"This key is unknown; known are {', '.join(known)}.")

    def text(self, given: Mapping[str, Any], key: str, default: str | None) -> str:
        value = given.get(key, default)
        if not isinstance(value, str):
            raise self.fail(key, "Text is needed here." if key in given else "This key is missing.")
        return value.strip()

    def texts(self, given: Mapping[str, Any], key: str) -> dict[str, str]:
        table = given.get(key, {})
        if not isinstance(table, dict) or not all(isinstance(value, str) for value in table.values()):
            raise self.fail(key, "A table of texts is needed here.")
        return table

    def rows(self, given: Mapping[str, Any]) -> list[Mapping[str, Any]]:
        rows = given.get("task_types", [])
        if not isinstance(rows, list) or not all(isinstance(row, dict) for row in rows):
            raise self.fail("task_types", "A list of tables ([[task_types]]) is needed here.")
        return rows

    def columns(self, table: Mapping[str, str]) -> dict[str, str]:
        self.no_others(table, PROFILE_COLUMNS, "columns.")
        if "occurred" not in table:
            raise self.fail("columns.occurred", "The column with the time of the incident is missing.")
        if ("lon" in table) != ("lat" in table):
            raise self.fail("columns", "lon and lat are only of use together.")
        return dict(table)

    def time(self, given: Mapping[str, Any]) -> tuple[tuple[str, ...], str]:
        table = given.get("time", {})
        if not isinstance(table, dict):
            raise self.fail("time", "A table with formats and zone is needed here.")
        self.no_others(table, ("formats", "zone"), "time.")
        formats = table.get("formats", ["iso"])
        if not isinstance(formats, list) or not formats or not all(isinstance(one, str) for one in formats):
            raise self.fail("time.formats", "A list of formats is needed here.")
        for one in formats:
            if one not in ("iso", "epoch_s", "epoch_ms") and "%" not in one:
                raise self.fail("time.formats", f'"{one}" is neither iso, epoch_s, epoch_ms nor a pattern with %.')
            if reason := find_format_fault(one):
                raise self.fail("time.formats", f'"{one}" is no strptime pattern: {reason}.')
        zone = table.get("zone")
        try:
            ZoneInfo(zone if isinstance(zone, str) else "")
        except (KeyError, ValueError, OSError) as error:
            raise self.fail("time.zone", "An IANA zone name is needed here, such as Asia/Shanghai.") from error
        return tuple(formats), str(zone)

    def datum(self, given: Mapping[str, Any]) -> str:
        known = [datum.value for datum in Datum]
        if "datum" not in given:
            raise self.fail("datum", f"State the datum of the positions: {', '.join(known)} or EPSG:n. No default.")
        datum = self.text(given, "datum", None)
        if datum.lower() in known:
            return datum.lower()
        if re.fullmatch(r"(?i)epsg:\d{4,6}", datum):
            return datum.upper()
        raise self.fail("datum", f'"{datum}" is unknown; give {", ".join(known)} or EPSG:n.')

    def channel(self, text: str) -> str:
        if not re.fullmatch(r"[\w.\-]{1,60}", text):
            raise self.fail("channel", "A short name of letters, digits, dot, dash and underscore is needed here.")
        return text

    def status(self, text: str, key: str) -> Status:
        try:
            return Status(text)
        except ValueError as error:
            raise self.fail(key, f'"{text}" is no status; known are {", ".join(Status)}.') from error

    def method(self, text: str) -> Method:
        try:
            return Method(text)
        except ValueError as error:
            raise self.fail("method", f'"{text}" is unknown; known are {", ".join(Method)}.') from error

    def metres(self, given: Mapping[str, Any], key: str, default: float | None) -> float | None:
        value = given.get(key, default)
        if value is None:
            return None
        if isinstance(value, bool) or not isinstance(value, int | float) or not 0 <= value < 1e8:
            raise self.fail(key, "A number of metres from 0 is needed here.")
        return float(value)

    def task_type(self, row: Mapping[str, Any], key: str) -> TaskType:
        self.no_others(row, _TASK_TYPE_KEYS, f"{key}.")
        code, name = row.get("code"), row.get("name")
        if not isinstance(code, str) or not _CODE.fullmatch(code):
            raise self.fail(f"{key}.code", "A code of lower case letters, digits and underscores is needed here.")
        if not isinstance(name, str) or not name.strip():
            raise self.fail(f"{key}.name", "A name is needed here.")
        name_zh = self.text(row, "name_zh", "")
        check_no_person_label([name, name_zh, code.replace("_", " ")])
        hours = row.get("limit_hours")
        if hours is not None and (isinstance(hours, bool) or not isinstance(hours, int | float) or not hours > 0):
            raise self.fail(f"{key}.limit_hours", "A number of hours above 0 is needed here.")
        return TaskType(
            code=code,
            name=name.strip(),
            name_zh=name_zh,
            limit_hours=None if hours is None else float(hours),
            lead_department=self.text(row, "lead_department", ""),
            sensitive=row.get("sensitive", False) is True,
            icon=self.text(row, "icon", "dot"),
        )
