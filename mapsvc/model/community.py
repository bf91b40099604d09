"""The place a store serves: its names, its clock and whether its data are invented."""

from __future__ import annotations

from dataclasses import dataclass


@dataclass(frozen=True, slots=True)
class Community:
    """One store serves one community (or district, or city).

    `tz` is an IANA zone name: days, weeks and months are cut in it.
    `synthetic` is shown on every page: invented data never pass for real ones.
    """

    name: str
    name_zh: str = ""
    tz: str = "UTC"
    synthetic: bool = False
    note: str = ""
