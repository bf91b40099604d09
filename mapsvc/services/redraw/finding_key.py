"""Finding key: names a finding from one revision of a draft to the next, as long as it is about the same place."""

from __future__ import annotations

import hashlib

from mapsvc.model.finding import Finding

_DECIMALS = 5
"""About a metre: the same finding made again lies there, another one does not."""


def finding_key(finding: Finding) -> str:
    """16 hex digits from the rule, the grids and the box of the place."""
    box = () if finding.where is None or finding.where.is_empty else finding.where.bounds
    told = (finding.rule.value, finding.grids, finding.feature, tuple(round(value, _DECIMALS) + 0.0 for value in box))
    return hashlib.sha256(repr(told).encode()).hexdigest()[:16]
