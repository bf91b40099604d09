"""Draft export: the grids of a draft as a file that a desktop GIS can edit and hand back."""

from __future__ import annotations

import zipfile
from collections.abc import Mapping
from pathlib import Path
from tempfile import TemporaryDirectory

from mapsvc.errors import BadInput
from mapsvc.model.plan import Plan
from mapsvc.services.exchange import export_files
from mapsvc.services.exchange.export_rows import SCHEMAS, grid_chunks
from mapsvc.services.whole_file import whole_file

FORMS: Mapping[str, str] = {
    "gpkg": "application/geopackage+sqlite3",
    "shp": "application/zip",
    "geojson": "application/geo+json",
}
"""Form -> media type. A Shapefile travels as a zip."""
ENDINGS: Mapping[str, str] = {".gpkg": "gpkg", ".zip": "shp", ".geojson": "geojson"}
_SHP_PARTS = ("shp", "shx", "dbf", "prj", "cpg")
_ZIP_TIME = (1980, 1, 1, 0, 0, 0)


def export_draft(plan: Plan, path: Path, form: str | None = None) -> int:
    """Write the grids (WGS 84 lon/lat, doubles as they are) with code, names, id; how many there are.

    form: one of FORMS, by default told by the ending. Raises BadInput.
    """
    form = form or ENDINGS.get(path.suffix.lower())
    if form not in FORMS:
        raise BadInput(f"A draft is written as {', '.join(FORMS)}: end the name in {', '.join(ENDINGS)}.", field="file")
    schema, chunks = SCHEMAS["grids"], grid_chunks(plan)
    with whole_file(path, field="file") as part:
        if form == "shp":
            return _zipped_shapefile(plan, part)
        if form == "gpkg":
            return export_files.write_gpkg(part, schema, chunks, "grids")
        return export_files.write_geojson(part, schema, chunks)


def _zipped_shapefile(plan: Plan, path: Path) -> int:
    with TemporaryDirectory(prefix="mapsvc-shp-") as folder:
        rows = export_files.write_shapefile(Path(folder) / "grids.shp", SCHEMAS["grids"], grid_chunks(plan))
        with zipfile.ZipFile(path, "w", zipfile.ZIP_DEFLATED) as packed:
            for ending in _SHP_PARTS:
                # A fixed time: the same draft gives the same bytes.
                entry = zipfile.ZipInfo(f"grids.{ending}", _ZIP_TIME)
                entry.compress_type = zipfile.ZIP_DEFLATED
                packed.writestr(entry, (Path(folder) / f"grids.{ending}").read_bytes())
    return rows
