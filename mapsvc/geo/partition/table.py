"""Table: a mapping by whole number that is never changed; a changed copy shares nearly all of it.

The rows lie in about sqrt(n) shelves. A changed copy takes new shelves where rows changed and keeps the others, so
that an edit costs the same for 600 grids and for 20,000.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping
from typing import Generic, TypeVar, overload

Row = TypeVar("Row")
Other = TypeVar("Other")


class Table(Mapping[int, Row], Generic[Row]):
    """Rows by whole number, in no promised order."""

    __slots__ = ("_length", "_mask", "_shelves")

    def __init__(self, shelves: list[dict[int, Row]], length: int) -> None:
        self._shelves = shelves
        self._mask = len(shelves) - 1
        self._length = length

    @classmethod
    def of(cls, rows: Mapping[int, Row]) -> Table[Row]:
        """A table of these rows."""
        count = 1
        while count * count < len(rows):
            count *= 2
        shelves: list[dict[int, Row]] = [{} for _ in range(count)]
        for number, row in rows.items():
            shelves[_shelf(number) & (count - 1)][number] = row
        return cls(shelves, len(rows))

    def changed(self, gone: Iterable[int], come: Mapping[int, Row]) -> Table[Row]:
        """The table without the rows `gone` and with the rows `come`, which may replace others."""
        shelves = list(self._shelves)
        fresh: set[int] = set()
        length = self._length

        def open_shelf(number: int) -> dict[int, Row]:
            place = _shelf(number) & self._mask
            if place not in fresh:
                fresh.add(place)
                shelves[place] = dict(shelves[place])
            return shelves[place]

        for number in gone:
            del open_shelf(number)[number]
            length -= 1
        for number, row in come.items():
            shelf = open_shelf(number)
            length += number not in shelf
            shelf[number] = row
        return Table(shelves, length)

    def differing(self, other: Table[Row]) -> Iterator[int]:
        """Numbers whose rows are not the same object in both tables, or in one only; shared shelves are skipped."""
        if self._mask != other._mask:
            numbers = set(self) | set(other)
            yield from sorted(number for number in numbers if self.get(number) is not other.get(number))
            return
        for mine, theirs in zip(self._shelves, other._shelves, strict=True):
            if mine is not theirs:
                for number in sorted(mine.keys() | theirs.keys()):
                    if mine.get(number) is not theirs.get(number):
                        yield number

    def __getitem__(self, number: int) -> Row:
        return self._shelves[_shelf(number) & self._mask][number]

    @overload
    def get(self, number: int, /) -> Row | None: ...

    @overload
    def get(self, number: int, default: Row | Other, /) -> Row | Other: ...

    def get(self, number: int, default: object = None, /) -> object:
        """The row, or the default."""
        return self._shelves[_shelf(number) & self._mask].get(number, default)

    def __contains__(self, number: object) -> bool:
        return isinstance(number, int) and number in self._shelves[_shelf(number) & self._mask]

    def __iter__(self) -> Iterator[int]:
        for shelf in self._shelves:
            yield from shelf

    def __len__(self) -> int:
        return self._length


def _shelf(number: int) -> int:
    """Keys of lattice points have their longitude in the upper half; fold it onto the lower."""
    return number ^ (number >> 32) ^ (number >> 10)
