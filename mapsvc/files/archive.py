"""Archive: zip and gzip, unpacked only after the sizes they state, and then the sizes they have, were checked."""

from __future__ import annotations

import gzip
import stat
import zipfile
import zlib
from collections.abc import Iterator
from pathlib import Path

from mapsvc.files import limits
from mapsvc.files.refusal import Refusal

PARTS = (".shp", ".shx", ".dbf", ".prj", ".cpg")
WHOLE = (".gpkg", ".geojson", ".json")
_CHUNK = 1 << 20


def unpack_zip(path: Path, into: Path) -> Path:
    """The one dataset of a zip as files named in.* under `into`; names from the archive never become paths."""
    try:
        with zipfile.ZipFile(path) as archive:
            entries = _check_directory(archive, path.stat().st_size)
            main = _one_dataset(entries)
            stem = main.filename[: -len(_extension(main))]
            budget = limits.MAX_UNPACKED_ZIP
            for entry in entries:
                extension = _extension(entry)
                same = entry.filename[: len(stem)] == stem and entry.filename[len(stem) :].lower() == extension
                if entry is main or (same and _extension(main) == ".shp" and extension in PARTS):
                    budget -= _copy(archive, entry, into / f"in{extension}", budget)
            return into / f"in{_extension(main)}"
    except (zipfile.BadZipFile, zlib.error, EOFError, NotImplementedError, RuntimeError, OSError) as error:
        raise Refusal(f"The zip archive cannot be unpacked: {error}.") from error


def _extension(entry: zipfile.ZipInfo) -> str:
    return Path(entry.filename).suffix.lower()


def _check_directory(archive: zipfile.ZipFile, packed: int) -> list[zipfile.ZipInfo]:
    """The files of the central directory, refused where they promise too much."""
    entries = archive.infolist()
    if len(entries) > limits.MAX_ZIP_ENTRIES:
        raise Refusal(f"The zip archive has {len(entries)} entries; {limits.MAX_ZIP_ENTRIES} are allowed.")
    total = sum(entry.file_size for entry in entries)
    if total > limits.MAX_UNPACKED_ZIP or (total > limits.RATIO_FREE and total > limits.MAX_RATIO * packed):
        raise Refusal(f"The zip archive would unpack to {total} bytes from {packed}; that is more than is allowed.")
    for entry in entries:
        if stat.S_ISLNK(entry.external_attr >> 16):
            raise Refusal("The zip archive holds a symbolic link.")
        if entry.flag_bits & 1:
            raise Refusal("The zip archive is encrypted.")
    return [entry for entry in entries if not entry.is_dir() and not entry.filename.startswith("__MACOSX/")]


def _one_dataset(entries: list[zipfile.ZipInfo]) -> zipfile.ZipInfo:
    found = [entry for entry in entries if _extension(entry) == ".shp"]
    found = found or [entry for entry in entries if _extension(entry) in WHOLE]
    if not found:
        raise Refusal("The zip archive holds no Shapefile, GeoPackage or GeoJSON.")
    if len(found) > 1:
        raise Refusal(f"The zip archive holds {len(found)} datasets; pack one alone.")
    return found[0]


def _copy(archive: zipfile.ZipFile, entry: zipfile.ZipInfo, target: Path, budget: int) -> int:
    """Unpack one entry and count what really came out: the directory may lie."""
    done = 0
    with archive.open(entry) as source, target.open("wb") as out:
        while chunk := source.read(_CHUNK):
            done += len(chunk)
            if done > budget:
                raise Refusal("The zip archive unpacks to more bytes than is allowed.")
            out.write(chunk)
    return done


def iter_gunzip(path: Path) -> Iterator[bytes]:
    """Chunks of a gzip file; refused where it is cut short, damaged or a bomb."""
    packed, done = path.stat().st_size, 0
    try:
        with gzip.open(path) as source:
            while chunk := source.read(_CHUNK):
                done += len(chunk)
                too_dense = done > limits.RATIO_FREE and done > limits.MAX_RATIO * packed
                if done > limits.MAX_UNPACKED_TABLE or too_dense:
                    raise Refusal(
                        f"The gzip file unpacks to more than {done} bytes from {packed}; that is not allowed."
                    )
                yield chunk
    except EOFError as error:
        raise Refusal("The gzip file ends too early: it was cut off.") from error
    except (gzip.BadGzipFile, zlib.error) as error:
        raise Refusal(f"The gzip file is damaged: {error}.") from error
