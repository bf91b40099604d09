"""Registers of the memory store: dictionaries by code, id or name."""

from __future__ import annotations

import json
from collections.abc import Callable, Iterable, Mapping, Sequence
from itertools import chain
from typing import Any, TypeVar

import numpy as np

from mapsvc.model.address import AddressBook, Correction
from mapsvc.model.community import Community
from mapsvc.model.event import Event
from mapsvc.model.jurisdiction import Jurisdiction
from mapsvc.model.post import Department, Post
from mapsvc.model.site import Site
from mapsvc.model.task_type import TaskType
from mapsvc.store import events, register_events
from mapsvc.store.boxes import meets
from mapsvc.store.memory_journal import MemoryJournal

Row = TypeVar("Row")


class MemoryRegisters(MemoryJournal):
    """Values are frozen, so they are handed out as they are."""

    def __init__(self) -> None:
        super().__init__()
        self._community: Community | None = None
        self._task_types: dict[str, TaskType] = {}
        self._departments: dict[str, Department] = {}
        self._posts: dict[str, Post] = {}
        self._sites: dict[str, Site] = {}
        self._areas: dict[str, tuple[Jurisdiction, ...]] = {}
        self._addresses: dict[str, AddressBook] = {}
        self._corrections: dict[str, Correction] = {}
        self._settings: dict[str, tuple[str, int]] = {}

    def find_community(self) -> Community | None:
        """The community this store serves."""
        return self._community

    def put_community(self, community: Community, *, at: int, post: str) -> Event:
        """Set or replace the community."""
        with self._lock:
            self._community = community
            return self._append(events.community_set(community.name, at=at, post=post))

    def list_task_types(self) -> list[TaskType]:
        """Task types in the order they were put."""
        with self._lock:
            return list(self._task_types.values())

    def put_task_types(self, task_types: Sequence[TaskType], *, at: int, post: str) -> Event:
        """Raises PersonLabel; then nothing is stored."""
        return self._put(self._task_types, task_types, _code, events.task_types_set(task_types, at=at, post=post))

    def list_departments(self) -> list[Department]:
        """Departments in code order."""
        with self._lock:
            return sorted(self._departments.values(), key=_code)

    def put_departments(self, departments: Sequence[Department], *, at: int, post: str) -> Event:
        """Add or replace departments by code."""
        entry = events.register_set("departments", [row.code for row in departments], at=at, post=post)
        return self._put(self._departments, departments, _code, entry)

    def list_posts(self) -> list[Post]:
        """Posts in code order."""
        with self._lock:
            return sorted(self._posts.values(), key=_code)

    def put_posts(self, posts: Sequence[Post], *, at: int, post: str) -> Event:
        """Add or replace posts by code."""
        entry = events.register_set("posts", [row.code for row in posts], at=at, post=post)
        return self._put(self._posts, posts, _code, entry)

    def put_sites(self, sites: Iterable[Site], *, at: int, post: str, source: str) -> Event:
        """Add or replace sites by id."""
        rows = list(sites)
        return self._put(self._sites, rows, _id, events.sites_imported(len(rows), source, at=at, post=post))

    def list_sites(
        self, kinds: Sequence[str] = (), bbox: tuple[float, float, float, float] | None = None
    ) -> list[Site]:
        """Sites of these kinds whose box meets bbox, in id order."""
        with self._lock:
            rows = list(self._sites.values())
        return sorted((row for row in rows if (not kinds or row.kind in kinds) and meets(row, bbox)), key=_id)

    def _put(
        self, register: dict[str, Row], rows: Sequence[Row], key: Callable[[Any], str], entry: events.Entry
    ) -> Event:
        with self._lock:
            register.update({key(row): row for row in rows})
            return self._append(entry)

    # places
    def list_jurisdictions(self, network: str = "") -> list[Jurisdiction]:
        """Areas of one network ("" = all), in order of network and code."""
        with self._lock:
            areas = [area for name in sorted(self._areas) if network in ("", name) for area in self._areas[name]]
        return sorted(areas, key=lambda area: (area.network, area.code))

    def put_jurisdictions(self, network: str, areas: Sequence[Jurisdiction], *, at: int, post: str) -> Event:
        """Replace all areas of one network."""
        entry = register_events.jurisdictions_set(network, areas, at=at, post=post)
        with self._lock:
            self._areas[network] = tuple(areas)
            return self._append(entry)

    def add_addresses(self, book: AddressBook, *, at: int, post: str, source: str) -> Event:
        """Replace the addresses of this source by these."""
        entry = register_events.addresses_imported(book, source, at=at, post=post)
        with self._lock:
            self._addresses.pop(source, None)
            self._addresses[source] = book
            return self._append(entry)

    def load_addresses(self) -> AddressBook:
        """All addresses of all sources, in the order stored."""
        with self._lock:
            books = list(self._addresses.values())
        return AddressBook(
            [*chain.from_iterable(book.texts for book in books)],
            np.concatenate([np.zeros(0), *(book.lon for book in books)]),
            np.concatenate([np.zeros(0), *(book.lat for book in books)]),
            [str(one) for one in chain.from_iterable(book.precisions for book in books)],
            [*chain.from_iterable(book.ids for book in books)],
        )

    def list_corrections(self) -> list[Correction]:
        """What posts taught the geocoder, oldest first."""
        with self._lock:
            return list(self._corrections.values())

    def put_correction(self, correction: Correction, *, at: int, post: str) -> Event:
        """Add or replace by its key."""
        entry = register_events.correction_put(correction, at=at, post=post)
        return self._put(self._corrections, [correction], lambda row: str(row.key), entry)

    # settings
    def find_setting(self, name: str) -> tuple[Mapping[str, Any], int] | None:
        """The value and its revision; None while nobody set it."""
        with self._lock:
            found = self._settings.get(name)
        return None if found is None else (json.loads(found[0]), found[1])

    def put_setting(self, name: str, value: Mapping[str, Any], *, revision: int, at: int, post: str) -> Event:
        """Set it if `revision` is the stored one, else Stale."""
        text = json.dumps(dict(value), ensure_ascii=False)
        with self._lock:
            register_events.check_setting(name, revision, self._settings.get(name, ("", 0))[1])
            self._settings[name] = text, revision + 1
            return self._append(register_events.setting_set(name, json.loads(text), revision + 1, at=at, post=post))


def _code(row: Any) -> str:
    return str(row.code)


def _id(row: Any) -> str:
    return str(row.id)
