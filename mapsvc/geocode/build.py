"""Build: entries to a gazetteer, a million in seconds: addresses that differ in numbers only are read once."""

from __future__ import annotations

import re
from array import array
from collections.abc import Iterable, Iterator
from dataclasses import dataclass, field

import numpy as np

from mapsvc.geocode.gazetteer import Gazetteer, crossing_key, key_of, write_scope
from mapsvc.geocode.precision import PRECISION_CODE, PRECISIONS, RADIUS_M
from mapsvc.geocode.reader import lift_address, read_lifted
from mapsvc.geocode.reading import Reading
from mapsvc.geocode.region_words import LEVELS, RegionWords
from mapsvc.geocode.writing import LONGEST, RUN, Lifted
from mapsvc.model.address import KnownAddress

_RUN = re.compile(RUN)
_KEPT_SHAPES = 200_000
_LEFT_OUT = (("phase",), ("unit",), ("unit", "building"))
"""What people leave out of an address that has it; the entry is then found with a lower score."""


@dataclass(slots=True)
class _Shape:
    """What all texts of one shape (equal but for numbers) have in common; None = holds a number, made each time.

    is_own: this text's alone.
    """

    reading: Reading
    name: int | None
    scope: int | None
    keys: tuple[str, ...]
    loose: tuple[bool, ...]
    precision: int
    is_own: bool = False


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
        if len(entry.text) > LONGEST:
            return False
        lifted, chinese = lift_address(entry.text)
        shape = self._shapes.get(lifted.text)
        if shape is None:
            shape = self._read(lifted, chinese=chinese)
            if len(self._shapes) < _KEPT_SHAPES and not shape.is_own:
                self._shapes[lifted.text] = shape
        if not shape.reading.names:
            return False
        row = len(self._lon)
        scope = self._place_of(lifted, shape)
        if len(shape.reading.names) > 1:
            names = [self._number(self._names, lifted.put_back(one.key)) for one in shape.reading.names]
            self._point(crossing_key(*names), row, loose=False)
        else:
            name = shape.name
            if name is None:
                name = self._number(self._names, lifted.put_back(shape.reading.names[0].key))
            names = [name]
            for text, loose in zip(shape.keys, shape.loose, strict=True):
                self._point(key_of(name, lifted.put_back(text)), row, loose=loose)
        self._pairs.update(number << 32 | scope for number in names)
        self._keep(entry, shape, scope)
        return True

    def _place_of(self, lifted: Lifted, shape: _Shape) -> int:
        if shape.scope is not None:
            return shape.scope
        regions = {part: lifted.put_back(text, zeros=True) for part, text in shape.reading.regions.items()}
        return self._number(self._scopes, write_scope(regions))

    def _keep(self, entry: KnownAddress, shape: _Shape, scope: int) -> None:
        precision = PRECISION_CODE.get(entry.precision, shape.precision)
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

    def _read(self, lifted: Lifted, *, chinese: bool) -> _Shape:
        reading = read_lifted(lifted.text, chinese=chinese, words=self.words)
        if "dash" in reading.parts:
            # what a dash means depends on the digits: such texts are read one by one
            filled = reading.filled(lifted)
            own = (filled.number_key(),)
            return _Shape(filled, None, None, own, (False,), PRECISION_CODE[filled.precision], is_own=True)
        keys = dict.fromkeys((reading.number_key(), *_shorter_keys(reading)))
        scope = write_scope(reading.regions)
        name = reading.names[0].key if len(reading.names) == 1 else ""
        return _Shape(
            reading,
            self._number(self._names, name) if name and not _RUN.search(name) else None,
            self._number(self._scopes, scope) if not _RUN.search(scope) else None,
            tuple(keys),
            tuple(place > 0 for place in range(len(keys))),
            PRECISION_CODE[reading.precision],
        )

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
