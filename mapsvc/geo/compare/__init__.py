"""Two plans side by side: which grid became which, and what ground really changed hands."""

from mapsvc.geo.compare.comparison import DEFAULT_TOLERANCE_M, NARROW_M, Comparison, Pieces, compare
from mapsvc.geo.compare.ground import Ground, common_ground

__all__ = ["DEFAULT_TOLERANCE_M", "NARROW_M", "Comparison", "Ground", "Pieces", "common_ground", "compare"]
