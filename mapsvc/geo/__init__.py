"""Geometry of partitions: projections, datums, locating, checks, healing, measures, tiles. No I/O."""
