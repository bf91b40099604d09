"""Limits on foreign files: what a reader may spend and what a file may hold. Standard library only."""

from __future__ import annotations

from dataclasses import asdict, dataclass

MEGABYTE = 1 << 20


@dataclass(frozen=True, slots=True)
class Budget:
    """What one child process may use.

    memory: bytes of address space; cpu_s: seconds of processor time; wall_s: seconds on the wall;
    output: bytes of any file it writes.
    """

    memory: int
    cpu_s: int
    wall_s: int
    output: int

    def to_json(self) -> dict[str, int]:
        """The same as a plain mapping, to hand to the child."""
        return asdict(self)


def features_budget(size: int) -> Budget:
    """For boundaries and places of `size` bytes: parsed JSON takes about 12 times its text."""
    megabytes = size // MEGABYTE
    return Budget(
        memory=min(3 << 30, (768 << 20) + 16 * size),
        cpu_s=min(120, 10 + 2 * megabytes),
        wall_s=min(300, 60 + 4 * megabytes),
        output=512 * MEGABYTE,
    )


def rows_budget(size: int) -> Budget:
    """For incident files of `size` bytes: columns are streamed, so memory does not grow with the rows of a CSV."""
    megabytes = size // MEGABYTE
    return Budget(
        memory=(1536 << 20) + min(2 << 30, 8 * size),
        cpu_s=min(1800, 20 + 6 * megabytes),
        wall_s=min(3600, 120 + 12 * megabytes),
        output=8 << 30,
    )


MAX_FEATURE_FILE = 256 * MEGABYTE
"""Bytes of a GeoJSON, GeoPackage or Shapefile with boundaries or places."""
MAX_ROW_FILE = 4 << 30
"""Bytes of an incident file, as stored."""
MAX_UNPACKED_TABLE = 8 << 30
"""Bytes of a CSV after gunzip."""
MAX_UNPACKED_ZIP = 200 * MEGABYTE
MAX_RATIO = 100
"""Unpacked / packed bytes; checked past RATIO_FREE bytes, because short texts pack well honestly."""
RATIO_FREE = 10 * MEGABYTE
MAX_ZIP_ENTRIES = 1000
MAX_DEPTH = 8
"""Levels of GeometryCollection. GEOS before 3.15 dies of some ten thousand."""
MAX_VERTICES_PER_GEOMETRY = 100_000
MAX_VERTICES = 5_000_000
MAX_FEATURES = 1_000_000
MAX_COLUMNS = 2_000
MAX_ROWS = 100_000_000
MAX_ABS_COORDINATE = 1e9
"""No projected CRS in use goes beyond this many metres (or feet)."""
