"""Roll: the codes of a partition in order, with the numbers that bear them."""

from __future__ import annotations

from bisect import bisect_left
from dataclasses import dataclass

from mapsvc.geo.partition.delta import Delta


@dataclass(frozen=True, slots=True)
class Roll:
    """codes: ascending; numbers: parallel."""

    codes: tuple[str, ...]
    numbers: tuple[int, ...]

    def find(self, code: str) -> int | None:
        """The number that bears a code."""
        place = bisect_left(self.codes, code)
        return self.numbers[place] if place < len(self.codes) and self.codes[place] == code else None

    def after(self, delta: Delta) -> Roll:
        """The roll with the facts of a delta."""
        if not delta.after:
            return self
        codes, numbers = list(self.codes), list(self.numbers)
        for number, facts in delta.before.items():
            if facts is not None:
                place = bisect_left(codes, facts.code)
                while place < len(codes) and numbers[place] != number:
                    place += 1
                del codes[place], numbers[place]
        for number, facts in delta.after.items():
            if facts is not None:
                place = bisect_left(codes, facts.code)
                codes.insert(place, facts.code)
                numbers.insert(place, number)
        return Roll(tuple(codes), tuple(numbers))
