"""Ids of incidents: "i" and the fid. No I/O."""

from __future__ import annotations

from mapsvc.errors import NotFound


def id_of(fid: int) -> str:
    """The id that the outside sees."""
    return f"i{fid}"


def fid_of(incident_id: str) -> int:
    """The fid in an id; NotFound for a text that cannot be one."""
    digits = incident_id[1:]
    # isascii first: isdigit alone also takes digits of other scripts, and 18 digits stay inside int64.
    if incident_id[:1] != "i" or not digits.isascii() or not digits.isdigit() or len(digits) > 18:
        raise NotFound(f'There is no incident "{incident_id}".')
    return int(digits)
