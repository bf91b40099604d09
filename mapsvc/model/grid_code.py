"""Grid codes of the scheme cn15: county 6, street 3, community 3, grid 3 digits (Beijing DB11, CJ/T 349-2010)."""

from __future__ import annotations

from dataclasses import dataclass

from mapsvc.errors import BadInput

_DIGITS = 15
_PROVINCES = frozenset(
    [*range(11, 16), *range(21, 24), *range(31, 38), *range(41, 47), *range(50, 55), *range(61, 66), 71, 81, 82]
)
"""First two digits of a division code (GB/T 2260)."""
_INVENTED = 99
"""Prefix of invented communities: no province has it, so their codes are never taken for real ones."""


@dataclass(frozen=True, slots=True)
class Cn15:
    """A code in its parts, each with the digits before it. sequence: of the grid in its community, from 1."""

    county: str
    street: str
    community: str
    sequence: int


def read_cn15(code: str, *, invented: bool = False) -> Cn15:
    """The parts of a code. Raises BadInput for one that is not of the scheme.

    invented: take the codes of invented communities too, whose province is 99.
    """
    if len(code) != _DIGITS or not (code.isascii() and code.isdigit()):
        raise BadInput(f"A grid code of the scheme cn15 has {_DIGITS} digits.", field="code")
    if code[-3:] == "000":
        raise BadInput("The sequence 000 stands for a community that is not divided, not for a grid.", field="code")
    province = int(code[:2])
    if province not in _PROVINCES and not (invented and province == _INVENTED):
        raise BadInput(f"No province has the number {code[:2]}.", field="code")
    return Cn15(code[:6], code[:9], code[:12], int(code[-3:]))
