"""Gazetteer: addresses as columns, found by a hash of name and numbers. A million of them take some 120 MB."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from functools import cached_property
from hashlib import blake2b

import numpy as np
import numpy.typing as npt

from mapsvc.geocode.names import NameTable
from mapsvc.geocode.reading import REGIONS
from mapsvc.geocode.region_words import LEVELS, RegionWords

Scope = Mapping[str, str]


@dataclass(frozen=True, eq=False)
class Gazetteer:
    """Immutable; safe from any thread.

    keys: sorted hashes of name and numbers, several may name one row; row: the row of each key; loose: the key leaves
    a part of the entry out. The other arrays have one value a row: lon, lat WGS 84 degrees, precision a code of
    geocode.precision, radius_m metres, scope an index into `scopes`, and texts[starts[i]:starts[i + 1]] its words.
    pairs: sorted name << 32 | scope of all rows: which names are known where.
    """

    keys: npt.NDArray[np.uint64]
    row: npt.NDArray[np.int32]
    loose: npt.NDArray[np.bool_]
    lon: npt.NDArray[np.float64]
    lat: npt.NDArray[np.float64]
    precision: npt.NDArray[np.int8]
    radius_m: npt.NDArray[np.float32]
    scope: npt.NDArray[np.int32]
    starts: npt.NDArray[np.int64]
    texts: npt.NDArray[np.uint8]
    pairs: npt.NDArray[np.uint64]
    name_keys: Sequence[str]
    scope_texts: Sequence[str]
    region_words: Sequence[str] = ()

    def __len__(self) -> int:
        return len(self.lon)

    @property
    def nbytes(self) -> int:
        """Bytes of the arrays; names and scopes come on top and are few."""
        return sum(value.nbytes for value in vars(self).values() if isinstance(value, np.ndarray))

    @cached_property
    def names(self) -> NameTable:
        """The distinct names."""
        return NameTable(self.name_keys)

    @cached_property
    def scopes(self) -> list[Scope]:
        """The distinct regions of rows, part -> word, lower case."""
        return [read_scope(text) for text in self.scope_texts]

    @cached_property
    def listed_regions(self) -> dict[str, frozenset[str]]:
        """The operator's region words by level."""
        pairs = [text.partition("=")[::2] for text in self.region_words]
        return {level: frozenset(word for at, word in pairs if at == level) for level in LEVELS}

    @cached_property
    def words(self) -> RegionWords:
        """Region words a reader should know: the operator's, and those of the entries."""
        found: dict[str, set[str]] = {level: set(self.listed_regions.get(level, ())) for level in LEVELS}
        for scope in self.scopes:
            for level in LEVELS:
                if level in scope and not scope[level].isascii():
                    found[level].add(scope[level])
        cities = {scope["city"] for scope in self.scopes if "city" in scope and scope["city"].isascii()}
        return RegionWords.of(found, cities)

    def find(self, key: int) -> tuple[npt.NDArray[np.int32], bool]:
        """(rows under this key, whether all of them said more than was asked)."""
        wanted = np.uint64(key)
        start = int(self.keys.searchsorted(wanted))
        end = start
        while end < len(self.keys) and self.keys[end] == wanted:
            end += 1
            if end - start > _MANY:
                end = int(self.keys.searchsorted(wanted, side="right"))
        if start == end:
            return _NO_ROWS, False
        exact = ~self.loose[start:end]
        if exact.any():
            return self.row[start:end][exact], False
        return self.row[start:end], True

    def scopes_of(self, name: int) -> npt.NDArray[np.int64]:
        """The scopes in which a name is known."""
        ends = self.pairs.searchsorted(np.array([name << 32, (name + 1) << 32], np.uint64))
        known: npt.NDArray[np.int64] = (self.pairs[ends[0] : ends[1]] & np.uint64(0xFFFFFFFF)).astype(np.int64)
        return known

    def text(self, row: int) -> str:
        """The words of a row as they were given."""
        return bytes(self.texts[self.starts[row] : self.starts[row + 1]]).decode("utf-8")


_NO_ROWS = np.empty(0, np.int32)
_MANY = 8


def key_of(name: int, numbers: str) -> int:
    """64 bits of a name and the numbers under it: of a million, two fall together once in 37 million times."""
    return int.from_bytes(blake2b(b"%d|%s" % (name, numbers.encode()), digest_size=8).digest(), "big")


def crossing_key(one: int, other: int) -> int:
    """The key of two streets that meet, in either order."""
    return int.from_bytes(blake2b(b"x%d|%d" % (min(one, other), max(one, other)), digest_size=8).digest(), "big")


def write_scope(regions: Mapping[str, str]) -> str:
    """One text for equal regions."""
    return "\t".join(f"{part}={regions[part]}" for part in REGIONS if part in regions).casefold()


def read_scope(text: str) -> Scope:
    """What write_scope wrote."""
    return dict(pair.split("=", 1) for pair in text.split("\t")) if text else {}
