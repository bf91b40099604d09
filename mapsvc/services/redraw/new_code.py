"""New code: the next free grid code in the manner of the plan's own; a code that was ever used is never used again."""

from __future__ import annotations

import re
from collections.abc import Callable, Collection, Mapping
from typing import TYPE_CHECKING

from mapsvc.errors import Refused
from mapsvc.model.finding import Finding, Rule, Severity

if TYPE_CHECKING:
    from mapsvc.geo.partition.delta import Delta

_DIGITS = re.compile(r"^(.*?)(\d+)(\D*)$", re.DOTALL)


def next_code(codes: Collection[str], used: Collection[str]) -> str:
    """A code as the highest of `codes` with its last number counted on, free of `codes` and `used`.

    "06" is followed by "07", "N-009" by "N-010"; a plan whose codes hold no number gets its last code with "-2".
    """
    taken = {*codes, *used}
    numbered = [match for match in (_DIGITS.match(code) for code in sorted(codes)) if match]
    if numbered:
        head, digits, tail = max(numbered, key=lambda match: (int(match.group(2)), match.group(0))).groups()
        number = int(digits) + 1
        while f"{head}{number:0{len(digits)}d}{tail}" in taken:
            number += 1
        return f"{head}{number:0{len(digits)}d}{tail}"
    last = max(codes, default="grid")
    number = 2
    while f"{last}-{number}" in taken:
        number += 1
    return f"{last}-{number}"


def check_codes(delta: Delta, used: Callable[[], Mapping[str, Collection[str]]]) -> None:
    """Refuse a change that gives a grid the code of another grid, also of one that is gone.

    used: code -> ids of the grids it belongs to; asked only where a change makes or renames a grid.
    """
    for number, facts in delta.after.items():
        before = delta.before.get(number)
        if facts is None or (before is not None and before.code == facts.code):
            continue
        owners = used().get(facts.code, ())
        if owners and facts.id not in owners:
            told = f"Code {facts.code} belonged to another grid; a code is never used again."
            raise Refused(told, [Finding(Rule.DUPLICATE_CODE, Severity.ERROR, told, grids=(facts.code,))], field="code")
