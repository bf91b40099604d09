"""What the journal says of settings, areas, addresses and webhooks, and what each of them must meet."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any

import numpy as np

from mapsvc.errors import BadInput, Stale
from mapsvc.model.address import AddressBook, Correction, Precision
from mapsvc.model.jurisdiction import Jurisdiction
from mapsvc.model.webhook import Webhook
from mapsvc.store.events import Entry

_PRECISIONS = frozenset(precision.value for precision in Precision)


def webhook_set(webhook: Webhook, *, at: int, post: str) -> Entry:
    """A webhook was added or changed; neither the secret nor the address, which may hold one."""
    data = {"name": webhook.name, "kinds": list(webhook.kinds), "active": webhook.active}
    return Entry(at, post, "webhook.set", webhook.id, data)


def setting_set(name: str, value: Mapping[str, Any], revision: int, *, at: int, post: str) -> Entry:
    """A setting has a new value and revision: the journal tells what held when."""
    return Entry(at, post, "setting.set", name, {"revision": revision, "value": dict(value)})


def check_setting(name: str, revision: int, stored: int) -> None:
    """Stale where the setting was changed since."""
    if revision != stored:
        raise Stale(f'The setting "{name}" was changed meanwhile; look at it again.', revision=stored)


def jurisdictions_set(network: str, areas: Sequence[Jurisdiction], *, at: int, post: str) -> Entry:
    """The areas of a network were replaced; BadInput for one of another network or a code given twice."""
    codes = [area.code for area in areas]
    if any(area.network != network for area in areas):
        raise BadInput(f'All areas must belong to the network "{network}".', field="network")
    if len(set(codes)) < len(codes):
        twice = next(code for code in codes if codes.count(code) > 1)
        raise BadInput(f'The code "{twice}" is given to two areas.', field="code")
    return Entry(at, post, "jurisdictions.set", network, {"n": len(codes)})


def addresses_imported(book: AddressBook, source: str, *, at: int, post: str) -> Entry:
    """The addresses of a source were replaced; BadInput for columns of unequal length, no point, or no precision."""
    n = len(book)
    lengths = {"lon": len(book.lon), "lat": len(book.lat), "precision": len(book.precisions), "id": len(book.ids)}
    for name, length in lengths.items():
        if length != n:
            raise BadInput(f"There are {length} values of {name} for {n} addresses.", field=name)
    _check_places(book.lon, book.lat, set(book.precisions))
    return Entry(at, post, "addresses.imported", source, {"n": n})


def correction_put(correction: Correction, *, at: int, post: str) -> Entry:
    """An address was put right; its text stays out of the journal."""
    _check_places(np.array([correction.lon]), np.array([correction.lat]), {correction.precision})
    return Entry(at, post, "addresses.corrected", correction.key, {"precision": str(correction.precision)})


def _check_places(lon: Any, lat: Any, precisions: set[str]) -> None:
    if not (np.isfinite(lon).all() and np.isfinite(lat).all()):
        raise BadInput("An address needs a point with finite lon and lat.", field="lon")
    if unknown := sorted(precisions - _PRECISIONS):
        raise BadInput(f'"{unknown[0]}" is no known precision of an address.', field="precision")
