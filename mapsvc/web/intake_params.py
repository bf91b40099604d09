"""Bodies of reports: strict JSON in which no member stands twice, and pictures of limited size."""

from __future__ import annotations

from typing import Any

import orjson
from flask import Request
from werkzeug.exceptions import RequestEntityTooLarge, UnsupportedMediaType

from mapsvc.errors import BadQuery
from mapsvc.web.json_once import check_once, count_marks

MAX_BATCH_BYTES = 16 * 1024 * 1024
_FORM_BYTES = 64 * 1024
"""What a form may hold beside the picture."""
_SHOWN = 120


def read_reports_body(asked: Request) -> tuple[list[Any], bool]:
    """(reports as JSON values, whether it is a batch). Raises 413, 415, BadQuery naming the member."""
    value = read_object(asked, MAX_BATCH_BYTES)
    if "reports" not in value:
        return [value], False
    if len(value) > 1:
        other = min(value.keys() - {"reports"})[:40]
        raise BadQuery(f'There is no member "{other}" beside reports.', field=other)
    if not isinstance(value["reports"], list):
        raise BadQuery("reports is a list.", field="reports")
    return value["reports"], True


def read_object(asked: Request, most: int) -> dict[str, Any]:
    """The JSON object of a request of at most `most` bytes."""
    asked.max_content_length = most
    if asked.mimetype != "application/json":
        raise UnsupportedMediaType
    data = asked.get_data(cache=False)
    if asked.content_length is None and len(data) >= most:
        # A body in chunks says no length: what was read ends at the limit, not where the body ends.
        raise RequestEntityTooLarge
    try:
        value = orjson.loads(data)
    except orjson.JSONDecodeError as error:
        raise BadQuery(f"The body is not JSON: {str(error)[:_SHOWN]}.", field="body") from None
    if not isinstance(value, dict):
        raise BadQuery("The body is one JSON object.", field="body")
    # As many members as there are colons behind quotes: none stands twice. Most bodies are done here.
    if count_marks(data) != _count(value):
        check_once(data)
    return value


def _count(value: dict[str, Any]) -> int:
    """Members of an object and of the objects in its list."""
    rows = value.get("reports")
    inner = sum(len(row) for row in rows if isinstance(row, dict)) if isinstance(rows, list) else 0
    return len(value) + inner


def read_photo(asked: Request, most: int) -> bytes:
    """The bytes of the one file of a form, as its member photo; BadQuery naming it."""
    asked.max_content_length = most + _FORM_BYTES
    if asked.mimetype != "multipart/form-data":
        raise UnsupportedMediaType
    too_big = BadQuery(f"photo has more than {most // (1024 * 1024)} MB; send a smaller one.", field="photo")
    if (asked.content_length or 0) > most + _FORM_BYTES:
        raise too_big
    try:
        files = [(name, file) for name, file in asked.files.items(multi=True)]
    except RequestEntityTooLarge:
        raise too_big from None
    try:
        if [name for name, _ in files] != ["photo"]:
            raise BadQuery("Send one file, as the member photo.", field="photo")
        data = files[0][1].stream.read(most + 1)
    finally:
        for _, file in files:
            file.close()
    if len(data) > most:
        raise too_big
    return data
