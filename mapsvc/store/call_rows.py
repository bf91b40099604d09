"""The room of what hangs on an incident: calls and photos."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import asdict
from typing import Any

import sqlalchemy as sa

from mapsvc.model.case import Call, Photo
from mapsvc.model.incident import CLOSED_STATUSES, STATUS_CODE
from mapsvc.store.case_tables import IS_OPEN
from mapsvc.store.ids import id_of
from mapsvc.store.tables import incident, incident_call, incident_photo

_CLOSED = [STATUS_CODE[status] for status in CLOSED_STATUSES]
_CALL, _PHOTO = incident_call.c, incident_photo.c
# The same words as in the index of open calls, so that it is used.
_OPEN = sa.and_(sa.text(IS_OPEN), incident.c.status.not_in(_CLOSED))
_BOTH = incident_call.join(incident, incident.c.fid == _CALL.incident)


def calls_of(connection: sa.Connection, fid: int) -> tuple[Call, ...]:
    """Calls of an incident in order of calling."""
    query = sa.select(incident_call).where(_CALL.incident == fid).order_by(_CALL.position)
    return tuple(_call(row) for row in connection.execute(query).mappings())


def put_calls(connection: sa.Connection, fid: int, calls: Sequence[Call]) -> None:
    """These are all calls of an incident now."""
    connection.execute(sa.delete(incident_call).where(_CALL.incident == fid))
    if calls:
        rows = [{"incident": fid, "position": position, **asdict(call)} for position, call in enumerate(calls)]
        connection.execute(sa.insert(incident_call), rows)


def list_called(connection: sa.Connection, targets: Sequence[str], *, open_only: bool) -> list[tuple[str, Call]]:
    """(incident id, call) of these targets, newest first."""
    query = sa.select(incident_call).select_from(_BOTH).where(_CALL.target.in_(list(targets)))
    if open_only:
        query = query.where(_OPEN)
    query = query.order_by(_CALL.called_at.desc(), _CALL.incident.desc(), _CALL.position.desc())
    return [(id_of(row["incident"]), _call(row)) for row in connection.execute(query).mappings()]


def count_open(connection: sa.Connection) -> Mapping[str, int]:
    """How many open calls each target has."""
    query = sa.select(_CALL.target, sa.func.count()).select_from(_BOTH).where(_OPEN).group_by(_CALL.target)
    return {target: n for target, n in connection.execute(query)}


def photos_of(connection: sa.Connection, fid: int) -> tuple[Photo, ...]:
    """Photos of an incident in the order they came."""
    query = sa.select(incident_photo).where(_PHOTO.incident == fid).order_by(_PHOTO.fid)
    return tuple(_photo(row) for row in connection.execute(query).mappings())


def add_photos(connection: sa.Connection, fid: int, photos: Sequence[Photo]) -> None:
    """Add photos; one that the incident has already stays as it is."""
    known = {photo.id for photo in photos_of(connection, fid)}
    if rows := [{"incident": fid, **asdict(photo)} for photo in photos if photo.id not in known]:
        connection.execute(sa.insert(incident_photo), rows)


def find_photo(connection: sa.Connection, photo_id: str) -> tuple[str, Photo] | None:
    """The first incident that has this photo, and its facts."""
    query = sa.select(incident_photo).where(_PHOTO.id == photo_id).order_by(_PHOTO.incident).limit(1)
    row = connection.execute(query).mappings().one_or_none()
    return None if row is None else (id_of(row["incident"]), _photo(row))


def _call(row: Mapping[Any, Any]) -> Call:
    return Call(
        target=row["target"],
        lead=bool(row["lead"]),
        called_at=row["called_at"],
        whistle=bool(row["whistle"]),
        taken_at=row["taken_at"],
        arrived_at=row["arrived_at"],
        done_at=row["done_at"],
        dropped_at=row["dropped_at"],
    )


def _photo(row: Mapping[Any, Any]) -> Photo:
    return Photo(*(row[name] for name in ("id", "media_type", "n_bytes", "width_px", "height_px", "added_at")))
