"""Weights: how much each reason counts when a post or department is recommended; data, not code."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field, fields
from types import MappingProxyType
from typing import Any

from mapsvc.casework.reading import code_of, number_of, object_of, whole_of
from mapsvc.errors import BadInput

_MOST = 1000.0
_ROLES = MappingProxyType(
    {"worker_full": 20.0, "grid_chief": 6.0, "worker_part": 5.0, "property_desk": 2.0, "building_chiefs": -20.0,
     "volunteers": -25.0, "court_liaison": -15.0, "procuratorate_liaison": -15.0}
)  # fmt: skip


@dataclass(frozen=True, slots=True)
class Weights:
    """Points for each reason.

    responsible_grid is multiplied by the grid's share. lead_department goes to the department that leads in the type,
    same_department to posts that belong to it. load is for each open call. near_m: the distance at which a post gets
    half of `near`; reach_m: farther posts of other grids are not looked at. roles: points for a post's role, others 0.
    most: candidates told.
    """

    responsible_grid: float = 40.0
    neighbour_grid: float = 4.0
    lead_department: float = 30.0
    same_department: float = 6.0
    nearest_on_duty: float = 8.0
    on_duty: float = 15.0
    off_duty: float = -45.0
    load: float = -3.0
    jurisdiction: float = 8.0
    handled_before: float = 5.0
    near: float = 10.0
    near_m: float = 300.0
    reach_m: float = 3000.0
    most: int = 8
    roles: Mapping[str, float] = field(default_factory=lambda: _ROLES)


_NUMBERS = tuple(one.name for one in fields(Weights) if one.name not in ("most", "roles"))


def read_weights(value: Any) -> Weights:
    """The weights of a setting; what is left out keeps its default. Raises BadInput."""
    given = object_of(value, "recommend", (*_NUMBERS, "most", "roles"))
    numbers = {name: number_of(given[name], name, -_MOST, _MOST) for name in _NUMBERS[:-2] if name in given}
    lengths = {name: number_of(given[name], name, 1.0, 100_000.0) for name in _NUMBERS[-2:] if name in given}
    most = whole_of(given.get("most", 8), "most", 1, 50)
    roles: Mapping[str, float] = _ROLES
    if "roles" in given:
        table = given["roles"]
        if not isinstance(table, Mapping) or len(table) > 200:
            raise BadInput("roles is an object of at most 200 members.", field="roles")
        named = {code_of(role, "roles"): points for role, points in table.items()}
        roles = {role: number_of(points, f"roles.{role}", -_MOST, _MOST) for role, points in named.items()}
    return Weights(**numbers, **lengths, most=most, roles=roles)


def write_weights(weights: Weights) -> dict[str, Any]:
    """The weights as `read_weights` takes them."""
    numbers = {name: getattr(weights, name) for name in _NUMBERS}
    return {**numbers, "most": weights.most, "roles": dict(weights.roles)}
