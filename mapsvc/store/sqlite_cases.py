"""Cases, photos and webhooks of SqliteStore."""

from __future__ import annotations

from collections.abc import Mapping, Sequence

import numpy as np
import numpy.typing as npt

from mapsvc.errors import NotFound
from mapsvc.model.case import Call, Case, Change, Photo
from mapsvc.model.event import Event
from mapsvc.model.incident import IncidentColumns
from mapsvc.model.place import Share
from mapsvc.model.webhook import Delivery, Webhook
from mapsvc.ports import ANY_PLAN
from mapsvc.store import (
    assigned,
    call_rows,
    change_rows,
    incident_columns,
    incident_rows,
    journal,
    register_events,
    setting_rows,
)
from mapsvc.store.changes import entry_of
from mapsvc.store.ids import fid_of
from mapsvc.store.since import check_under
from mapsvc.store.sqlite_journal import SqliteJournal


class SqliteCases(SqliteJournal):
    """Each method is one snapshot or one transaction with its events."""

    def get_case(self, incident_id: str) -> Case:
        """The incident with its calls and photos, in one snapshot; NotFound."""
        fid = fid_of(incident_id)
        with self._db.read() as connection:
            found = incident_rows.find_all(connection, [fid])
            if not found:
                raise NotFound(f'There is no incident "{incident_id}".')
            return Case(found[0], call_rows.calls_of(connection, fid), call_rows.photos_of(connection, fid))

    def change_incidents(
        self, changes: Sequence[Change], *, at: int, post: str, under: str | None = ANY_PLAN
    ) -> list[Event]:
        """Apply all changes in one transaction, one event each, or none of them."""
        entries = [entry_of(change, at=at, post=post) for change in changes]
        if not entries:
            return []
        told = []
        with self._db.write() as connection:
            if under != ANY_PLAN:
                check_under(under, assigned.find(connection))
            for change, entry in zip(changes, entries, strict=True):
                change_rows.apply(connection, change)
                told.append(journal.append(connection, entry))
        return told

    def load_columns_of(self, fids: npt.NDArray[np.int64]) -> IncidentColumns:
        """Narrow columns of these incidents, ascending by fid."""
        with self._db.read() as connection:
            return incident_columns.load_of(connection, fids)

    def load_shares(self, fids: npt.NDArray[np.int64]) -> list[tuple[Share, ...]]:
        """Shares of the candidate grids of each of these incidents."""
        with self._db.read() as connection:
            return incident_rows.shares(connection, fids)

    def list_called(self, targets: Sequence[str], *, open_only: bool = True) -> list[tuple[str, Call]]:
        """(incident id, call) of these targets, newest first."""
        with self._db.read() as connection:
            return call_rows.list_called(connection, targets, open_only=open_only)

    def count_open_calls(self) -> Mapping[str, int]:
        """How many open calls each target has."""
        with self._db.read() as connection:
            return call_rows.count_open(connection)

    def find_photo(self, photo_id: str) -> tuple[str, Photo] | None:
        """The incident's id and the facts of a photo."""
        with self._db.read() as connection:
            return call_rows.find_photo(connection, photo_id)

    # webhooks
    def list_webhooks(self) -> list[Webhook]:
        """All of them in id order."""
        with self._db.read() as connection:
            return setting_rows.list_webhooks(connection)

    def put_webhook(self, webhook: Webhook, *, at: int, post: str) -> Event:
        """Add or replace by id."""
        with self._db.write() as connection:
            setting_rows.put_webhook(connection, webhook)
            return journal.append(connection, register_events.webhook_set(webhook, at=at, post=post))

    def set_delivery(self, webhook_id: str, delivery: Delivery) -> None:
        """How far a webhook got; NotFound."""
        with self._db.write() as connection:
            setting_rows.set_delivery(connection, webhook_id, delivery)
