"""Rename or re-staff a grid: its facts change, its shape does not."""

from __future__ import annotations

from dataclasses import replace

from mapsvc.geo.edit.refuse import refusal
from mapsvc.geo.partition.delta import Delta, strip
from mapsvc.geo.partition.partition import Partition
from mapsvc.model.finding import Rule
from mapsvc.model.grid import GridKind
from mapsvc.model.redraw import SetAttributes

LONGEST = {"code": 40, "name": 200, "name_zh": 200, "theme": 400, "theme_zh": 400, "unit": 200, "unit_zh": 200}
"""Characters that each fact may have."""
_WIDE_SPACE = "\u3000"


def set_attributes(partition: Partition, command: SetAttributes) -> Delta:
    """The change of facts; empty where nothing changes. Refused, naming the field, for a value that cannot be."""
    number = partition.number_of(command.code)
    old = partition.facts[number]
    values: dict[str, object] = {}
    for field, value in command.values.items():
        values[field] = _kind(value) if field == "kind" else clean(field, value)
    if values.get("code", old.code) != old.code:
        mind_code(partition, str(values["code"]))
    new = strip(replace(old, **values))  # type: ignore[arg-type]
    before = strip(old)
    return Delta() if new == before else Delta(before={number: before}, after={number: new})


def mind_code(partition: Partition, code: str, field: str = "code") -> None:
    """Refuse a code that a grid has already."""
    taken = partition.roll.find(code)
    if taken is not None:
        message = f"Code {code} belongs to another grid."
        shape = partition.polygon(taken)
        raise refusal(Rule.DUPLICATE_CODE, message, shape, codes=(code,), field=field)


def clean(field: str, value: object) -> str:
    """A fact as it may be stored; Refused for an unknown field, control characters, or too many characters."""
    if field not in LONGEST:
        raise refusal(Rule.NO_SUCH_PLACE, f"A grid has no {field[:40]!r} to set.", field="values")
    if not isinstance(value, str):
        raise refusal(Rule.NO_SUCH_PLACE, f"The {field} of a grid is a text.", field=field)
    text = value.strip()
    if len(text) > LONGEST[field]:
        message = f"The {field} of a grid has at most {LONGEST[field]} characters."
        raise refusal(Rule.NO_SUCH_PLACE, message, field=field, size=float(len(text)))
    if not all(letter.isprintable() or letter == _WIDE_SPACE for letter in text):
        message = f"The {field} of a grid cannot have control characters."
        raise refusal(Rule.NO_SUCH_PLACE, message, field=field)
    if field == "code" and not text:
        raise refusal(Rule.DUPLICATE_CODE, "A grid needs a code.", field=field)
    return text


def _kind(value: object) -> GridKind:
    try:
        return GridKind(str(value))
    except ValueError as error:
        known = ", ".join(kind.value for kind in GridKind)
        message = f"The kind of a grid is one of {known}."
        raise refusal(Rule.NO_SUCH_PLACE, message, field="kind") from error
