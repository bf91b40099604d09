"""Is a partition whole? Checks of rings, gaps, overlaps and vertices, each defect with place and size."""

from mapsvc.geo.topology.checks import check_partition, default_frame

__all__ = ["check_partition", "default_frame"]
