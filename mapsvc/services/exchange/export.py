"""Export: a layer to a file, whole or not at all."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path

from mapsvc.errors import BadInput
from mapsvc.ports import Progress, Store
from mapsvc.services.exchange import export_files
from mapsvc.services.exchange.draft_export import export_draft
from mapsvc.services.exchange.export_rows import SCHEMAS, Chunk, iter_chunks
from mapsvc.services.scene.plans import PlanInUse
from mapsvc.services.whole_file import whole_file

ENDINGS = (".geojson", ".csv", ".gpkg", ".parquet")
SHAPEFILE = ".zip"
"""A zipped Shapefile, for grids alone: its column names have at most ten letters, and it holds no empty place."""
PLAN_LAYERS = ("grids", "findings")
"""Layers that are a plan's own."""


@dataclass(frozen=True, slots=True)
class Export:
    """What was written."""

    path: Path
    layer: str
    rows: int


def export(store: Store, path: Path, *, layer: str, plan: PlanInUse | None, progress: Progress) -> Export:
    """Write grids, incidents, places or findings; the ending of the name is the format.

    Coordinates are WGS 84 lon/lat. plan: as for iter_chunks. An existing file is replaced only when the new one is
    complete. Raises BadInput for an unknown ending or layer.
    """
    if layer not in SCHEMAS:
        raise BadInput(f'There is no layer "{layer}"; known are {", ".join(SCHEMAS)}.', field="layer")
    ending = path.suffix.lower()
    if ending == SHAPEFILE and layer == "grids" and plan is not None:
        return Export(path, layer, export_draft(plan.plan, path))
    if ending not in ENDINGS:
        raise BadInput(f"{path.name}: exports end in {', '.join(ENDINGS)}; grids also in {SHAPEFILE}.", field="file")
    chunks = _shown(iter_chunks(store, layer, plan), progress)
    with whole_file(path, field="file") as part:
        rows = _write(part, ending, layer, chunks)
    return Export(path, layer, rows)


def _write(part: Path, ending: str, layer: str, chunks: Iterator[Chunk]) -> int:
    schema = SCHEMAS[layer]
    if ending == ".gpkg":
        return export_files.write_gpkg(part, schema, chunks, layer)
    writers = {
        ".csv": export_files.write_csv,
        ".geojson": export_files.write_geojson,
        ".parquet": export_files.write_parquet,
    }
    return writers[ending](part, schema, chunks)


def _shown(chunks: Iterator[Chunk], progress: Progress) -> Iterator[Chunk]:
    done = 0
    for chunk in chunks:
        yield chunk
        done += len(chunk.geometries)
        progress("writing", done, None)
