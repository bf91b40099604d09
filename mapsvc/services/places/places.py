"""Places: the door to the geocoder of this store. It follows the journal, and keeps a big gazetteer between starts."""

from __future__ import annotations

import json
import threading
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from mapsvc.errors import BadInput, Forbidden, NoPlan
from mapsvc.model.account import Actor
from mapsvc.model.address import Correction, Geocoded, KnownAddress, Precision
from mapsvc.model.query import Query
from mapsvc.ports import GazetteerMaker, Geocoder, KnownAddresses, OnlineGeocoder
from mapsvc.services.places.site_addresses import list_known
from mapsvc.services.scene.column_file import fingerprint
from mapsvc.services.scene.journal import Marks, iter_events
from mapsvc.services.scene.scene import Stage

FILE_NAME = "addresses.npz"
REGIONS = "regions"
"""The setting with the region words of the place: level -> words."""
LEVELS = ("province", "city", "county", "street", "community")
"""Levels of region words, widest first."""
_WORTH_SAVING = 20_000
"""Below this many entries building takes no longer than reading the file."""
_TEXT = 200


@dataclass(frozen=True, slots=True, eq=False)
class _State:
    """What is in use, and the journal number as of which it is so."""

    seq: int
    gazetteer: KnownAddresses
    geocoder: Geocoder


class Places:
    """Safe from several threads. While one of them builds a newer gazetteer, the others use the one before."""

    def __init__(
        self,
        stage: Stage,
        maker: GazetteerMaker,
        cache_dir: Path | None = None,
        online: OnlineGeocoder | None = None,
    ) -> None:
        """online: a service elsewhere, where the operator switched one on."""
        self._stage = stage
        self._maker = maker
        self._online = online
        self._path = cache_dir / FILE_NAME if cache_dir else None
        self._lock = threading.Lock()
        self._state: _State | None = None

    def geocoder(self) -> Geocoder:
        """The geocoder over all sites, addresses and corrections stored by now."""
        return self._now().geocoder

    def geocode(self, text: str) -> Geocoded:
        """Offline answers. Raises BadInput for no text."""
        return self.geocoder().geocode(text)

    def geocode_online(self, text: str, actor: Actor) -> Geocoded:
        """Offline answers, and only where there are none those of the online service.

        Asking is telling: each question sent out is noted in the journal ("geocode.asked") before it leaves, without
        the address. Forbidden where no service is switched on; Busy where it does not answer.
        """
        found = self.geocode(text)
        if found.answers:
            return found
        online = self._online
        if online is None:
            raise Forbidden("No online service is switched on; addresses are looked up on this machine only.")
        noted = {"service": online.name}
        self._stage.store.add_note("geocode.asked", online.name, noted, at=self._stage.clock.now(), post=actor.code)
        return online.geocode(text)

    def correct(
        self, text: str, x: float, y: float, *, datum: str, precision: str = Precision.BUILDING, actor: Actor
    ) -> Correction:
        """Teach that this address lies here; x, y in `datum`. Raises BadInput for a point off the earth or no text."""
        from mapsvc.geo.datum import to_wgs84

        lons, lats = to_wgs84([x], [y], datum)
        lon, lat = float(lons[0]), float(lats[0])
        if not (abs(lon) <= 180 and abs(lat) <= 90):
            raise BadInput("The point is not on the earth in this datum.", field="lon")
        if precision not in tuple(Precision):
            raise BadInput(f"precision is one of {', '.join(Precision)}.", field="precision")
        key = self._now().gazetteer.normal_form(text) if len(text) <= _TEXT else ""
        if not key:
            raise BadInput(f"text is an address of at most {_TEXT} characters.", field="text")
        correction = Correction(key, text, lon, lat, Precision(precision))
        self._stage.store.put_correction(correction, at=self._stage.clock.now(), post=actor.code)
        return correction

    def precision_of(self, text: str) -> Precision:
        """What an address so written points at."""
        return self._maker.precision_of(text)

    def grid_of(self, lon: float, lat: float) -> str | None:
        """Code of the grid of the plan in force that a point (WGS 84) lies in; None outside, or without a plan."""
        try:
            plan = self._stage.plan(Query())
        except NoPlan:
            return None
        number = plan.index.locate_one(lon, lat)
        return plan.plan.grids[number].code if number >= 0 else None

    def _now(self) -> _State:
        marks = self._stage.journal.marks()
        state = self._state
        moved = max(marks.sites, marks.registers)
        if state is not None and moved <= state.seq <= marks.seq:
            return state
        if state is not None and not self._lock.acquire(blocking=False):
            return state
        if state is None:
            self._lock.acquire()
        try:
            state = self._state
            if state is None or not moved <= state.seq <= marks.seq:
                state = self._state = self._follow(state, marks)
            return state
        finally:
            self._lock.release()

    def _follow(self, state: _State | None, marks: Marks) -> _State:
        """The state as of `marks`: as much as the events since the last one make new."""
        store = self._stage.store
        if state is None:
            gazetteer = self._start(marks)
        elif marks.seq < state.seq or _changes_entries(self._stage, state.seq, marks.seq):
            gazetteer = self._build(marks)
        else:
            gazetteer = state.gazetteer
        return _State(marks.seq, gazetteer, gazetteer.geocoder(store.list_corrections()))

    def _start(self, marks: Marks) -> KnownAddresses:
        """First gazetteer of this process: from the file where it tells of this very journal."""
        kept = self._maker.load(self._path) if self._path else None
        if kept is not None:
            held = _held(kept[1])
            if (
                0 < held <= marks.seq
                and kept[1] == _mark(self._stage, held)
                and not _changes_entries(self._stage, held, marks.seq)
            ):
                return kept[0]
        return self._build(marks)

    def _build(self, marks: Marks) -> KnownAddresses:
        found = self._stage.store.find_setting(REGIONS)
        gazetteer = self._maker.build(self._iter_known(marks), read_regions(found[0] if found else {}))
        if self._path and len(gazetteer) >= _WORTH_SAVING:
            self._maker.save(self._path, gazetteer, _mark(self._stage, marks.seq))
        return gazetteer

    def _iter_known(self, marks: Marks) -> Iterator[KnownAddress]:
        yield from list_known(self._stage.sites(marks))
        book = self._stage.store.load_addresses()
        rows = zip(book.texts, book.lon.tolist(), book.lat.tolist(), book.precisions, strict=True)
        for text, lon, lat, precision in rows:
            yield KnownAddress(text, lon, lat, precision)


def read_regions(value: Mapping[str, Any]) -> dict[str, Sequence[str]]:
    """Region words of the setting; what is no list of texts under a known level is left out."""
    return {
        level: [word for word in value[level] if isinstance(word, str) and word]
        for level in LEVELS
        if isinstance(value.get(level), list)
    }


def _changes_entries(stage: Stage, after: int, until: int) -> bool:
    """Whether anything between two journal numbers makes another gazetteer; a correction does not."""
    return any(
        event.kind.startswith("sites.")
        or event.kind == "addresses.imported"
        or (event.kind == "setting.set" and event.subject == REGIONS)
        for event in iter_events(stage.store, after, until)
    )


def _mark(stage: Stage, seq: int) -> str:
    return json.dumps({"seq": seq, "journal": fingerprint(stage.store, seq)})


def _held(mark: str) -> int:
    try:
        return int(json.loads(mark)["seq"])
    except (ValueError, KeyError, TypeError):
        return 0
