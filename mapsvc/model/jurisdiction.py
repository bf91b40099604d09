"""Jurisdiction: the area of one body of a linked network (police, court, property ...)."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

NETWORKS = ("police", "court", "procuratorate", "justice", "owners", "property")
"""The linked networks, in the order they are drawn; others may be imported."""


@dataclass(frozen=True, slots=True)
class Jurisdiction:
    """One area of a network. geometry: polygon in lon/lat degrees; department: code of the body that is called.

    Areas of a network may leave places out and may overlap: they are other people's lines.
    """

    network: str
    code: str
    name: str
    geometry: Any
    department: str
    name_zh: str = ""
