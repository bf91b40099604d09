"""Cases, photos and webhooks of the memory store: all changes are checked before the first one is made."""

from __future__ import annotations

from collections import Counter
from collections.abc import Mapping, Sequence
from dataclasses import replace

import numpy as np
import numpy.typing as npt

from mapsvc.errors import NotFound
from mapsvc.model.case import Call, Case, Change, Photo
from mapsvc.model.event import Event
from mapsvc.model.incident import CLOSED_STATUSES, IncidentColumns
from mapsvc.model.place import Share
from mapsvc.model.webhook import Delivery, Webhook
from mapsvc.ports import ANY_PLAN
from mapsvc.store import register_events
from mapsvc.store.changes import check_revision, entry_of, values_of
from mapsvc.store.ids import fid_of, id_of
from mapsvc.store.memory_incidents import MemoryIncidents
from mapsvc.store.memory_journal import MemoryJournal
from mapsvc.store.since import check_under


class MemoryCases(MemoryJournal):
    """Calls and photos by fid; `MemoryIncidents` holds the rows."""

    _assigned: str | None

    def __init__(self) -> None:
        super().__init__()
        self._incidents = MemoryIncidents()
        self._calls: dict[int, tuple[Call, ...]] = {}
        self._photos: dict[int, tuple[Photo, ...]] = {}
        self._webhooks: dict[str, Webhook] = {}

    def get_case(self, incident_id: str) -> Case:
        """The incident with its calls and photos; NotFound."""
        fid = fid_of(incident_id)
        with self._lock:
            found = self._incidents.list([fid])
            if not found:
                raise NotFound(f'There is no incident "{incident_id}".')
            return Case(found[0], self._calls.get(fid, ()), self._photos.get(fid, ()))

    def change_incidents(
        self, changes: Sequence[Change], *, at: int, post: str, under: str | None = ANY_PLAN
    ) -> list[Event]:
        """Apply all changes, one event each, or none of them."""
        with self._lock:
            check_under(under, self._assigned)
            revisions: dict[int, int] = {}
            ready = []
            for change in changes:
                fid = fid_of(change.incident_id)
                if fid not in revisions:
                    revisions[fid] = self.get_case(change.incident_id).revision
                check_revision(change, revisions[fid])
                revisions[fid] += 1
                entry = entry_of(change, at=at, post=post)
                ready.append((fid, change, values_of(change), entry))
            told = []
            for fid, change, values, entry in ready:
                self._incidents.change(fid, values | {"revision": change.revision + 1})
                if change.calls is not None:
                    self._calls[fid] = tuple(change.calls)
                known = self._photos.get(fid, ())
                ids = {photo.id for photo in known}
                self._photos[fid] = (*known, *(photo for photo in change.photos if photo.id not in ids))
                told.append(self._append(entry))
            return told

    def load_columns_of(self, fids: npt.NDArray[np.int64]) -> IncidentColumns:
        """Narrow columns of these incidents, ascending by fid."""
        with self._lock:
            return self._incidents.columns_of(np.unique(fids))

    def load_shares(self, fids: npt.NDArray[np.int64]) -> list[tuple[Share, ...]]:
        """Shares of the candidate grids of each of these incidents."""
        with self._lock:
            return self._incidents.shares(fids)

    def list_called(self, targets: Sequence[str], *, open_only: bool = True) -> list[tuple[str, Call]]:
        """(incident id, call) of these targets, newest first."""
        wanted = frozenset(targets)
        with self._lock:
            found = [
                (call.called_at, fid, position, call)
                for fid, calls in self._calls.items()
                for position, call in enumerate(calls)
                if call.target in wanted and (not open_only or self._is_open(fid, call))
            ]
        found.sort(key=lambda row: row[:3], reverse=True)
        return [(id_of(fid), call) for _, fid, _, call in found]

    def count_open_calls(self) -> Mapping[str, int]:
        """How many open calls each target has."""
        with self._lock:
            return Counter(
                call.target for fid, calls in self._calls.items() for call in calls if self._is_open(fid, call)
            )

    def find_photo(self, photo_id: str) -> tuple[str, Photo] | None:
        """The incident's id and the facts of a photo."""
        with self._lock:
            for fid in sorted(self._photos):
                for photo in self._photos[fid]:
                    if photo.id == photo_id:
                        return id_of(fid), photo
        return None

    def _is_open(self, fid: int, call: Call) -> bool:
        return call.is_open and self._incidents.list([fid])[0].status not in CLOSED_STATUSES

    # webhooks
    def list_webhooks(self) -> list[Webhook]:
        """All of them in id order."""
        with self._lock:
            return [self._webhooks[id_] for id_ in sorted(self._webhooks)]

    def put_webhook(self, webhook: Webhook, *, at: int, post: str) -> Event:
        """Add or replace by id."""
        with self._lock:
            self._webhooks[webhook.id] = webhook
            return self._append(register_events.webhook_set(webhook, at=at, post=post))

    def set_delivery(self, webhook_id: str, delivery: Delivery) -> None:
        """How far a webhook got; NotFound."""
        with self._lock:
            if webhook_id not in self._webhooks:
                raise NotFound(f'There is no webhook "{webhook_id}".')
            self._webhooks[webhook_id] = replace(self._webhooks[webhook_id], delivery=delivery)
