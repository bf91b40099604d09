"""What the journal says of incidents; one wording for every store."""

from __future__ import annotations

from typing import Any

import numpy as np

from mapsvc.errors import BadInput
from mapsvc.model.incident import CERTAINTIES, IncidentBatch
from mapsvc.store.events import Entry
from mapsvc.store.ids import id_of

IMPORTED, REPORTED_MANY, REPORTED = "incidents.imported", "incidents.reported", "incident.reported"


def check_kind(kind: str, batch: IncidentBatch) -> None:
    """BadInput where a batch cannot be told in this way."""
    if kind not in (IMPORTED, REPORTED_MANY, REPORTED):
        raise BadInput(f'Incidents are not added as "{kind}".', field="kind")
    if kind == REPORTED and batch.n != 1:
        raise BadInput("One report is a batch of one row.", field="kind")


def added(kind: str, batch: IncidentBatch, fids: range, source: str, *, at: int, post: str) -> Entry:
    """Rows were appended as the incidents with these fids, at least one. kind: see `IncidentStore.add_incidents`."""
    if kind == REPORTED:
        data: dict[str, Any] = {
            "channel": batch.channel,
            "task_type": str(_first(batch, "task_type")),
            "grid": str(_first(batch, "grid_code")),
            "certainty": CERTAINTIES[int(_first(batch, "certainty"))].value,
        }
        return Entry(at, post, kind, id_of(fids.start), data)
    data = {
        "channel": batch.channel,
        "first_fid": fids.start,
        "last_fid": fids.stop - 1,
        "n": len(fids),
        "duplicates": batch.n - len(fids),
    }
    return Entry(at, post, kind, source, data)


def _first(batch: IncidentBatch, name: str) -> Any:
    value = batch.column(name)
    return value if isinstance(value, str | int | float | np.generic) else value[0]
