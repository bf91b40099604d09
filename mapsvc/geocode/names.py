"""Names: the distinct names of a gazetteer, found as they are written or a slip away.

Names are few against entries, so nearness is asked of names alone: letter pairs that two names share pick the
candidates, and only those are compared letter by letter.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from functools import cached_property

import numpy as np
import numpy.typing as npt

from mapsvc.geocode.chinese import COMPOUNDS, DWELLINGS
from mapsvc.geocode.reading import Name
from mapsvc.geocode.slips import likeness, slips_allowed
from mapsvc.geocode.writing import is_chinese

KIND_LEFT_OUT = 0.95
SIDE_LEFT_OUT = 0.9
_PER_SLIP = 3
"""Letter pairs that one slip can change: two neighbours swapped."""
_SPARED = 3
_MOST_COMPARED = 200
_FENCE = "\x02"


class NameTable:
    """Names by number, as Name.key texts in the order given."""

    def __init__(self, keys: Sequence[str]) -> None:
        self.keys = keys
        self._split: list[tuple[str, str, str]] = []
        self._of_core: dict[str, list[int]] = {}
        for number, key in enumerate(keys):
            core, kind, side = key.split("\t")
            self._split.append((core, kind, side))
            self._of_core.setdefault(core, []).append(number)

    def __len__(self) -> int:
        return len(self.keys)

    def prepare(self) -> None:
        """Make what the first question would wait for."""
        if self._cores:
            self._index  # noqa: B018

    def same(self, name: Name) -> list[tuple[int, float]]:
        """(number, factor) of the names so written, kind or side perhaps left out by the asker."""
        found = list(self._fitting(name, name.core, 1.0))
        # Main Street is not North Main Street where there is a Main Street too.
        return [fit for fit in found if fit[1] > SIDE_LEFT_OUT] if any(fit[1] == 1.0 for fit in found) else found

    def near(self, name: Name, slips: int = 9) -> list[tuple[int, float]]:
        """(number, factor) of names at most so many slips away, and never more than its length allows."""
        cores = self._near_cores(name.core, min(slips, slips_allowed(name.core)))
        return [fit for core, factor in cores for fit in self._fitting(name, core, factor)]

    def _fitting(self, name: Name, core: str, factor: float) -> Iterator[tuple[int, float]]:
        for number in self._of_core.get(core, ()):
            _, kind, side = self._split[number]
            fit = factor * _kinds_fit(name.kind, kind) * _sides_fit(name.side, side)
            if fit:
                yield number, fit

    def _near_cores(self, core: str, slips: int) -> Iterator[tuple[str, float]]:
        if not slips or not self._cores:
            return
        grams, owners = self._index
        pairs = np.unique(_pairs(core))
        starts, ends = grams.searchsorted(pairs), grams.searchsorted(pairs, side="right")
        needed = max(1, len(pairs) - _PER_SLIP * slips)
        # Of the pairs that most names have, some can be left out: what is shared must then show in the others.
        spare = max(0, min(_SPARED, needed - 2))
        kept = np.argsort(ends - starts, kind="stable")[: len(pairs) - spare].tolist()
        shared = np.bincount(np.concatenate([owners[starts[k] : ends[k]] for k in kept]), minlength=len(self._cores))
        found = np.flatnonzero(shared >= needed - spare)
        found = found[np.abs(self._lengths[found] - len(core)) <= slips]
        if len(found) > _MOST_COMPARED:
            found = found[np.argsort(-shared[found], kind="stable")[:_MOST_COMPARED]]
        for other in _within(core, [self._cores[number] for number in found.tolist()], slips):
            if other != core and (alike := likeness(core, other)):
                yield other, alike

    @cached_property
    def _cores(self) -> list[str]:
        return list(self._of_core)

    @cached_property
    def _lengths(self) -> npt.NDArray[np.int64]:
        return np.array([len(core) for core in self._cores], np.int64)

    @cached_property
    def _index(self) -> tuple[npt.NDArray[np.uint64], npt.NDArray[np.int64]]:
        """All letter pairs of all cores, sorted, and whose they are."""
        lengths = self._lengths + 1
        grams = _pairs("".join(f"{_FENCE}{core}" for core in self._cores), joined=True)
        owners = np.repeat(np.arange(len(lengths)), lengths)
        order = np.argsort(grams, kind="stable")
        return grams[order], owners[order]


def _within(core: str, others: list[str], slips: int) -> list[str]:
    """Those few letters away; all of them where letters alone do not decide."""
    if is_chinese(core):
        return others
    from rapidfuzz.distance import OSA
    from rapidfuzz.process import extract

    return [found[0] for found in extract(core, others, scorer=OSA.distance, score_cutoff=slips, limit=None)]


def _pairs(text: str, *, joined: bool = False) -> npt.NDArray[np.uint64]:
    """Each letter with the next one as a number; fences stand before and behind a name."""
    whole = f"{text}{_FENCE}" if joined else f"{_FENCE}{text}{_FENCE}"
    letters = np.frombuffer(whole.encode("utf-32-le"), np.uint32).astype(np.uint64)
    pairs: npt.NDArray[np.uint64] = (letters[:-1] << np.uint64(32)) | letters[1:]
    return pairs


def _kinds_fit(asked: str, known: str) -> float:
    """Another kind is another name (路 and 巷, street and lane); one left out by the asker is not."""
    if asked == known:
        return 1.0
    if not asked:
        return KIND_LEFT_OUT if not is_chinese(known) or known in COMPOUNDS else 0.0
    return KIND_LEFT_OUT if not known and asked in DWELLINGS else 0.0


def _sides_fit(asked: str, known: str) -> float:
    if asked == known:
        return 1.0
    return 0.0 if asked else SIDE_LEFT_OUT
