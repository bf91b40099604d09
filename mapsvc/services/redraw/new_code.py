"""New code: the next free grid code in the manner of the plan's own; a code that was ever used is never used again."""

from __future__ import annotations

import re
from collections.abc import Collection

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
