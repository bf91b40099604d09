"""Edited: what an edit of a partition gives back."""

from __future__ import annotations

from dataclasses import dataclass

from mapsvc.geo.partition.delta import Delta
from mapsvc.geo.partition.partition import Partition
from mapsvc.model.finding import Finding


@dataclass(frozen=True, slots=True, eq=False)
class Edited:
    """partition: the whole partition after the edit; delta: what changed. touched: numbers of the grids whose shape
    changed, new and vanished ones too. findings: warnings and notes worth showing; errors refuse the edit.
    """

    partition: Partition
    delta: Delta
    touched: frozenset[int]
    findings: tuple[Finding, ...] = ()
