"""Build: entries to a gazetteer, a million in seconds: addresses that differ in numbers only are read once."""

from __future__ import annotations

from array import array
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass, field
from math import isfinite

import numpy as np

from mapsvc.geocode.gazetteer import Gazetteer, crossing_key, key_of, write_scope
from mapsvc.geocode.precision import PRECISION_CODE, PRECISIONS, RADIUS_M
from mapsvc.geocode.reader import prepare, read_lifted
from mapsvc.geocode.reading import Reading
from mapsvc.geocode.region_words import LEVELS, RegionWords
from mapsvc.geocode.writing import LONGEST, gaps_of, has_gaps, lift, lift_shape
from mapsvc.model.address import KnownAddress

_KEPT_SHAPES = 200_000
_LEFT_OUT = (("phase",), ("unit",), ("unit", "building"))
"""What people leave out of an address that has it; the entry is then found with a lower score."""


@dataclass(frozen=True, slots=True)
class _Form:
    """A text with gaps for numbers. fixed: the number of the whole text where it has no gaps, else None."""

    pattern: str
    fixed: int | None = None

    def fill(self, values: Sequence[str]) -> str:
        """The text with these numbers in it."""
        return self.pattern.format(*values)


@dataclass(frozen=True, slots=True)
class _Shape:
    """What all texts of one shape (equal but for numbers) have in common.

    names: one, or two that cross, or none; keys: of the numbers, the first whole, the others with a part left out.
    """

    names: tuple[_Form, ...] = ()
    scope: _Form = _Form("")
    keys: tuple[_Form, ...] = ()
    precision: int = 0


@dataclass(slots=True)
class Builder:
    """Takes entries, gives a gazetteer. words: region words the operator gave."""

    words: RegionWords = field(default_factory=RegionWords)
    unread: int = 0
    _shapes: dict[str, _Shape] = field(default_factory=dict)
    _names: dict[str, int] = field(default_factory=dict)
    _scopes: dict[str, int] = field(default_factory=dict)
    _keys: array[int] = field(default_factory=lambda: array("Q"))
    _row: array[int] = field(default_factory=lambda: array("i"))
    _loose: bytearray = field(default_factory=bytearray)
    _lon: array[float] = field(default_factory=lambda: array("d"))
    _lat: array[float] = field(default_factory=lambda: array("d"))
    _radius: array[float] = field(default_factory=lambda: array("f"))
    _precision: bytearray = field(default_factory=bytearray)
    _scope: array[int] = field(default_factory=lambda: array("i"))
    _pairs: set[int] = field(default_factory=set)
    _texts: bytearray = field(default_factory=bytearray)
    _starts: array[int] = field(default_factory=lambda: array("q", [0]))

    def add(self, entries: Iterable[KnownAddress]) -> None:
        """Take entries; those that name no place are counted in `unread`."""
        for entry in entries:
            if not self._add(entry):
                self.unread += 1

    def _add(self, entry: KnownAddress) -> bool:
        if len(entry.text) > LONGEST or not (isfinite(entry.lon) and isfinite(entry.lat)):
            return False
        outline, values = lift_shape(entry.text)
        shape = self._shapes.get(outline)
        if shape is None:
            shape, values = self._learn(entry.text, outline, values)
        if not shape.names:
            return False
        stripped = [value.lstrip("0") or "0" for value in values]
        scope = shape.scope.fixed
        if scope is None:
            scope = self._number(self._scopes, shape.scope.fill(values))
        row = len(self._lon)
        names = [
            form.fixed if form.fixed is not None else self._number(self._names, form.fill(stripped))
            for form in shape.names
        ]
        if len(names) > 1:
            self._point(crossing_key(*names), row, loose=False)
        else:
            for place, form in enumerate(shape.keys):
                self._point(key_of(names[0], form.fill(stripped)), row, loose=place > 0)
        for number in names:
            self._pairs.add(number << 32 | scope)
        self._keep(entry, shape.precision, scope)
        return True

    def _learn(self, text: str, outline: str, values: list[str]) -> tuple[_Shape, list[str]]:
        """The shape of a text and the numbers in it, kept where it is that of every text of this outline."""
        plain, chinese = prepare(text)
        shape, read = self._read(plain, chinese=chinese), lift_shape(plain)[1]
        # Numerals and full width digits are numbers that the outline does not show; what a dash means in Chinese
        # depends on the digits. Such texts are read one by one.
        if len(self._shapes) < _KEPT_SHAPES and read == values and not (chinese and "-" in plain):
            self._shapes[outline] = shape
        return shape, read

    def _keep(self, entry: KnownAddress, usual: int, scope: int) -> None:
        precision = PRECISION_CODE.get(entry.precision, usual)
        self._lon.append(entry.lon)
        self._lat.append(entry.lat)
        self._precision.append(precision)
        self._radius.append(entry.radius_m or RADIUS_M[PRECISIONS[precision]])
        self._scope.append(scope)
        self._texts += entry.text.encode("utf-8", errors="replace")
        self._starts.append(len(self._texts))

    def _point(self, key: int, row: int, *, loose: bool) -> None:
        self._keys.append(key)
        self._row.append(row)
        self._loose.append(loose)

    def _read(self, plain: str, *, chinese: bool) -> _Shape:
        lifted = lift(plain)
        reading = read_lifted(lifted.text, chinese=chinese, words=self.words)
        if "dash" in reading.parts:
            reading = reading.filled(lifted)
        if not reading.names:
            return _Shape()
        return _Shape(
            tuple(self._form(one.key, self._names) for one in reading.names),
            self._form(write_scope(reading.regions), self._scopes),
            tuple(_Form(gaps_of(key)) for key in dict.fromkeys((reading.number_key(), *_shorter_keys(reading)))),
            PRECISION_CODE[reading.precision],
        )

    def _form(self, text: str, table: dict[str, int]) -> _Form:
        pattern = gaps_of(text)
        return _Form(pattern, None if has_gaps(text) else self._number(table, text))

    @staticmethod
    def _number(table: dict[str, int], text: str) -> int:
        return table.setdefault(text, len(table))

    def finish(self) -> Gazetteer:
        """The gazetteer of all entries taken."""
        keys = np.array(self._keys, np.uint64)
        order = np.argsort(keys, kind="stable")
        return Gazetteer(
            keys=keys[order],
            row=np.array(self._row, np.int32)[order],
            loose=np.frombuffer(bytes(self._loose), np.bool_)[order],
            lon=np.array(self._lon, np.float64),
            lat=np.array(self._lat, np.float64),
            precision=np.frombuffer(bytes(self._precision), np.int8),
            radius_m=np.array(self._radius, np.float32),
            scope=np.array(self._scope, np.int32),
            starts=np.array(self._starts, np.int64),
            texts=np.frombuffer(bytes(self._texts), np.uint8),
            pairs=np.sort(np.fromiter(self._pairs, np.uint64, len(self._pairs))),
            name_keys=tuple(self._names),
            scope_texts=tuple(self._scopes),
            region_words=tuple(f"{level}={word}" for level in LEVELS for word in self.words.by_level.get(level, ())),
        )


def _shorter_keys(reading: Reading) -> Iterator[str]:
    """Keys under which an entry is found though a part of it was not said; never all of its numbers."""
    for parts in _LEFT_OUT:
        kept = reading.numbers.keys() - set(parts)
        # a building is left out of a house number only: of a compound it is all there is
        if kept and (parts[-1] != "building" or "number" in kept) and len(kept) < len(reading.numbers):
            yield reading.number_key(without=frozenset(parts))
