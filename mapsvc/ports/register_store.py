"""The store's promises about registers: who and what the community has, and the addresses it knows."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from typing import Any, Protocol

from mapsvc.model.address import AddressBook, Correction
from mapsvc.model.community import Community
from mapsvc.model.event import Event
from mapsvc.model.jurisdiction import Jurisdiction
from mapsvc.model.post import Department, Post
from mapsvc.model.site import Site
from mapsvc.model.task_type import TaskType


class RegisterStore(Protocol):
    """Small tables read whole, and places. Each put replaces rows of equal code or id."""

    def find_community(self) -> Community | None:
        """The community this store serves."""

    def put_community(self, community: Community, *, at: int, post: str) -> Event:
        """Set or replace the community."""

    def list_task_types(self) -> list[TaskType]:
        """Task types in the order they were put."""

    def put_task_types(self, task_types: Sequence[TaskType], *, at: int, post: str) -> Event:
        """Raises PersonLabel when one labels a person; then nothing is stored."""

    def list_departments(self) -> list[Department]:
        """Departments in code order."""

    def put_departments(self, departments: Sequence[Department], *, at: int, post: str) -> Event:
        """Add or replace departments by code."""

    def list_posts(self) -> list[Post]:
        """Posts in code order."""

    def put_posts(self, posts: Sequence[Post], *, at: int, post: str) -> Event:
        """Add or replace posts by code."""

    def put_sites(self, sites: Iterable[Site], *, at: int, post: str, source: str) -> Event:
        """Add or replace sites by id, all in one transaction."""

    def list_sites(
        self,
        kinds: Sequence[str] = (),
        bbox: tuple[float, float, float, float] | None = None,
    ) -> list[Site]:
        """Sites of these kinds (empty = all) whose box meets bbox, in id order."""

    def list_jurisdictions(self, network: str = "") -> list[Jurisdiction]:
        """Areas of one network ("" = all), in order of network and code."""

    def put_jurisdictions(self, network: str, areas: Sequence[Jurisdiction], *, at: int, post: str) -> Event:
        """Replace all areas of one network ("jurisdictions.set", subject the network)."""

    def add_addresses(self, book: AddressBook, *, at: int, post: str, source: str) -> Event:
        """Replace the addresses of this source by these, in one transaction ("addresses.imported", subject source)."""

    def load_addresses(self) -> AddressBook:
        """All addresses of all sources, in the order stored."""

    def list_corrections(self) -> list[Correction]:
        """What posts taught the geocoder, oldest first."""

    def put_correction(self, correction: Correction, *, at: int, post: str) -> Event:
        """Add or replace by its key ("addresses.corrected")."""

    # settings: one JSON value a name, e.g. "workflow", "limits", "calendar"
    def find_setting(self, name: str) -> tuple[Mapping[str, Any], int] | None:
        """The value and its revision (1, 2 ...); None while nobody set it."""

    def put_setting(self, name: str, value: Mapping[str, Any], *, revision: int, at: int, post: str) -> Event:
        """Set it if `revision` is the stored one (0 = not yet set), else Stale; the event ("setting.set", subject the
        name) holds revision and value, so that the journal tells what held when."""
