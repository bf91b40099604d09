"""Registers, places and settings of SqliteStore."""

from __future__ import annotations

import json
from collections.abc import Iterable, Mapping, Sequence
from typing import Any

from mapsvc.model.address import AddressBook, Correction
from mapsvc.model.community import Community
from mapsvc.model.event import Event
from mapsvc.model.jurisdiction import Jurisdiction
from mapsvc.model.post import Department, Post
from mapsvc.model.site import Site
from mapsvc.model.task_type import TaskType
from mapsvc.store import address_rows, events, journal, place_rows, register_events, registers, setting_rows, site_rows
from mapsvc.store.boxes import Box
from mapsvc.store.sqlite_journal import SqliteJournal


class SqliteRegisters(SqliteJournal):
    """Each method is one snapshot or one transaction with its event."""

    def find_community(self) -> Community | None:
        """The community this store serves."""
        with self._db.read() as connection:
            return registers.find_community(connection)

    def put_community(self, community: Community, *, at: int, post: str) -> Event:
        """Set or replace the community."""
        with self._db.write() as connection:
            registers.put_community(connection, community)
            return journal.append(connection, events.community_set(community.name, at=at, post=post))

    def list_task_types(self) -> list[TaskType]:
        """Task types in the order they were put."""
        with self._db.read() as connection:
            return registers.list_task_types(connection)

    def put_task_types(self, task_types: Sequence[TaskType], *, at: int, post: str) -> Event:
        """Raises PersonLabel; then nothing is stored."""
        entry = events.task_types_set(task_types, at=at, post=post)
        with self._db.write() as connection:
            registers.put_task_types(connection, task_types)
            return journal.append(connection, entry)

    def list_departments(self) -> list[Department]:
        """Departments in code order."""
        with self._db.read() as connection:
            return registers.list_departments(connection)

    def put_departments(self, departments: Sequence[Department], *, at: int, post: str) -> Event:
        """Add or replace departments by code."""
        entry = events.register_set("departments", [row.code for row in departments], at=at, post=post)
        with self._db.write() as connection:
            registers.put_departments(connection, departments)
            return journal.append(connection, entry)

    def list_posts(self) -> list[Post]:
        """Posts in code order."""
        with self._db.read() as connection:
            return registers.list_posts(connection)

    def put_posts(self, posts: Sequence[Post], *, at: int, post: str) -> Event:
        """Add or replace posts by code."""
        entry = events.register_set("posts", [row.code for row in posts], at=at, post=post)
        with self._db.write() as connection:
            registers.put_posts(connection, posts)
            return journal.append(connection, entry)

    def put_sites(self, sites: Iterable[Site], *, at: int, post: str, source: str) -> Event:
        """Add or replace sites by id; the source is read to its end before the store is locked."""
        rows = list(sites)
        with self._db.write() as connection:
            site_rows.put(connection, rows)
            return journal.append(connection, events.sites_imported(len(rows), source, at=at, post=post))

    def list_sites(self, kinds: Sequence[str] = (), bbox: Box | None = None) -> list[Site]:
        """Sites of these kinds whose box meets bbox, in id order."""
        with self._db.read() as connection:
            return site_rows.find_all(connection, kinds, bbox)

    # places
    def list_jurisdictions(self, network: str = "") -> list[Jurisdiction]:
        """Areas of one network ("" = all), in order of network and code."""
        with self._db.read() as connection:
            return place_rows.list_areas(connection, network)

    def put_jurisdictions(self, network: str, areas: Sequence[Jurisdiction], *, at: int, post: str) -> Event:
        """Replace all areas of one network."""
        entry = register_events.jurisdictions_set(network, areas, at=at, post=post)
        with self._db.write() as connection:
            place_rows.replace_areas(connection, network, areas)
            return journal.append(connection, entry)

    def add_addresses(self, book: AddressBook, *, at: int, post: str, source: str) -> Event:
        """Replace the addresses of this source by these."""
        entry = register_events.addresses_imported(book, source, at=at, post=post)
        with self._db.write() as connection:
            address_rows.replace(connection, source, book)
            return journal.append(connection, entry)

    def load_addresses(self) -> AddressBook:
        """All addresses of all sources, in the order stored."""
        with self._db.read() as connection:
            return address_rows.load(connection)

    def list_corrections(self) -> list[Correction]:
        """What posts taught the geocoder, oldest first."""
        with self._db.read() as connection:
            return place_rows.list_corrections(connection)

    def put_correction(self, correction: Correction, *, at: int, post: str) -> Event:
        """Add or replace by its key."""
        entry = register_events.correction_put(correction, at=at, post=post)
        with self._db.write() as connection:
            place_rows.put_correction(connection, correction)
            return journal.append(connection, entry)

    # settings
    def find_setting(self, name: str) -> tuple[Mapping[str, Any], int] | None:
        """The value and its revision; None while nobody set it."""
        with self._db.read() as connection:
            return setting_rows.find(connection, name)

    def put_setting(self, name: str, value: Mapping[str, Any], *, revision: int, at: int, post: str) -> Event:
        """Set it if `revision` is the stored one, else Stale."""
        text = json.dumps(dict(value), ensure_ascii=False)
        entry = register_events.setting_set(name, json.loads(text), revision + 1, at=at, post=post)
        with self._db.write() as connection:
            stored = setting_rows.find(connection, name)
            register_events.check_setting(name, revision, stored[1] if stored else 0)
            setting_rows.put(connection, name, text, revision + 1)
            return journal.append(connection, entry)
