"""The store's promises about incidents in motion: their calls, photos, and webhooks told of them."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Protocol

import numpy as np
import numpy.typing as npt

from mapsvc.model.case import Call, Case, Change, Photo
from mapsvc.model.event import Event
from mapsvc.model.incident import IncidentColumns
from mapsvc.model.place import Share
from mapsvc.model.webhook import Delivery, Webhook
from mapsvc.ports.basis import ANY_PLAN


class CaseStore(Protocol):
    """What moves an incident after it was reported. Each change is one event with the incident's id as subject."""

    def get_case(self, incident_id: str) -> Case:
        """The incident with its calls and photos, in one snapshot; NotFound."""

    def change_incidents(
        self, changes: Sequence[Change], *, at: int, post: str, under: str | None = ANY_PLAN
    ) -> list[Event]:
        """Apply all changes in one transaction, one event each, in order; or none of them.

        Each names the revision it was decided on: Stale (with the stored revision) where it is not the stored one.
        A change stores revision + 1, and its event's data gets `revision` (the new one). Several changes of one
        incident follow each other, each on the revision that the one before made.

        under: the plan under which changed places were placed; Overtaken where the incidents carry another one's grids.
        """

    def load_columns_of(self, fids: npt.NDArray[np.int64]) -> IncidentColumns:
        """Narrow columns of these incidents, ascending by fid; unknown ones are left out."""

    def load_shares(self, fids: npt.NDArray[np.int64]) -> list[tuple[Share, ...]]:
        """Shares of the candidate grids of each of these incidents, () where it has none."""

    def list_called(self, targets: Sequence[str], *, open_only: bool = True) -> list[tuple[str, Call]]:
        """(incident id, call) of these targets, newest first; open: not done, not dropped, its incident not closed."""

    def count_open_calls(self) -> Mapping[str, int]:
        """How many open calls each target has."""

    def find_photo(self, photo_id: str) -> tuple[str, Photo] | None:
        """The incident's id and the facts of a photo; its bytes lie outside the store."""

    # webhooks: the journal is the outbox, a webhook has a place in it
    def list_webhooks(self) -> list[Webhook]:
        """All of them in id order."""

    def put_webhook(self, webhook: Webhook, *, at: int, post: str) -> Event:
        """Add or replace by id ("webhook.set"; the event never holds the secret)."""

    def set_delivery(self, webhook_id: str, delivery: Delivery) -> None:
        """How far a webhook got and what it waits for; no event, since it follows from the journal. NotFound."""
