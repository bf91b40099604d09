"""Photos of incidents: bytes first, then the event that names them, so that no event names what is not there."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass

from mapsvc.errors import BadInput, Forbidden, NotFound, Stale
from mapsvc.model.account import Actor, Right
from mapsvc.model.case import Case, Change, Photo
from mapsvc.ports.photos import MEDIA_TYPE, PhotoBook
from mapsvc.services.cases.discretion import is_called
from mapsvc.services.scene.scene import Stage

MOST_PHOTOS = 4
MOST_BYTES = 12 * 1024 * 1024
KIND = "incident.photographed"
_TRIES = 8

Look = Callable[[Sequence[str], Actor], object]


@dataclass(frozen=True, slots=True)
class Shown:
    """A photo as it is served. hidden_from_most: it belongs to a sensitive matter and is kept by no cache."""

    photo: Photo
    data: bytes
    hidden_from_most: bool


class Photos:
    """Adds and shows photos; safe from several threads."""

    def __init__(self, stage: Stage, book: PhotoBook, look: Look = lambda ids, actor: None) -> None:
        """look: writes down that an actor sees a sensitive matter."""
        self._look = look
        self._stage = stage
        self._store = stage.store
        self._book = book

    def add(self, incident_id: str, data: bytes, actor: Actor, *, ref: str | None = None) -> tuple[Photo, bool]:
        """Add a photo to a report; whether it is new. The same picture again changes nothing.

        ref: the report's own reference, where only who knows it may add (reports from anyone). Raises NotFound,
        Forbidden, BadInput (field "photo").
        """
        self._check_may_add(self._store.get_case(incident_id), actor, ref)
        if not data:
            raise BadInput("photo is empty.", field="photo")
        picture = self._book.encode(data)
        self._book.keep(picture)
        now = self._stage.clock.now()
        photo = Photo(picture.id, MEDIA_TYPE, len(picture.data), picture.width_px, picture.height_px, now)
        for _ in range(_TRIES):
            case = self._store.get_case(incident_id)
            known = next((one for one in case.photos if one.id == photo.id), None)
            if known is not None:
                return known, False
            if len(case.photos) >= MOST_PHOTOS:
                raise BadInput(f"A report has at most {MOST_PHOTOS} photos.", field="photo")
            change = Change(incident_id, case.revision, KIND, photos=(photo,), data={"photo": photo.id})
            try:
                self._store.change_incidents([change], at=now, post=actor.code)
            except Stale:
                continue  # a photo contradicts nothing that anybody else did meanwhile
            return photo, True
        raise Stale("The incident changes all the time; try again.", revision=case.revision)

    def _check_may_add(self, case: Case, actor: Actor, ref: str | None) -> None:
        one = case.incident
        if actor.channel:
            # To a channel, the reports of other channels do not exist.
            if one.channel != actor.channel or (ref is not None and one.channel_ref != ref):
                raise NotFound("There is no such report of this channel.")
        elif not actor.may(Right.REPORT):
            raise Forbidden("Photos are added by who may report.", right=Right.REPORT.value)
        elif not (actor.may(Right.REPORT, one.grid_code or None) or is_called(case.calls, actor)):
            raise Forbidden(f"Photos of incidents in grid {one.grid_code} are added by its own posts.")
        if len(case.photos) >= MOST_PHOTOS:
            raise BadInput(f"A report has at most {MOST_PHOTOS} photos.", field="photo")

    def show(self, photo_id: str, actor: Actor) -> Shown:
        """A photo for an actor that may see; of a sensitive matter only for those who are called to it. NotFound."""
        found = self._store.find_photo(photo_id)
        data = self._book.find(photo_id) if found is not None else None
        if found is None or data is None:
            raise NotFound("There is no such photo.")
        case = self._store.get_case(found[0])
        sensitive = self._is_sensitive(case)
        if sensitive:
            if not is_called(case.calls, actor):
                raise Forbidden("Photos of a sensitive matter are shown to those who handle it.")
            self._look([case.incident.id], actor)
        return Shown(found[1], data, sensitive)

    def find_orphans(self) -> list[str]:
        """Ids of kept pictures that no incident has: left by a crash between file and event. They are harmless."""
        return [photo_id for photo_id in self._book.iter_ids() if self._store.find_photo(photo_id) is None]

    def _is_sensitive(self, case: Case) -> bool:
        types = self._stage.registers(self._stage.journal.marks()).task_types
        kind = types.get(case.incident.task_type)
        return case.incident.sensitive or (kind is not None and kind.sensitive)
