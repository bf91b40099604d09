"""Magic: which format a file is, by its bytes and never by its name. Standard library only."""

from __future__ import annotations

from pathlib import Path

from mapsvc.files.refusal import Refusal

HEAD = 4096
_BOMS = ((b"\xef\xbb\xbf", "utf-8-sig"), (b"\xff\xfe", "utf-16"), (b"\xfe\xff", "utf-16"))
_FOREIGN = (
    (b"%PDF", "a PDF"),
    (b"\x89PNG", "a PNG picture"),
    (b"\xff\xd8\xff", "a JPEG picture"),
    (b"II*\x00", "a TIFF picture"),
    (b"MM\x00*", "a TIFF picture"),
    (b"\x7fELF", "a program"),
    (b"fgb", "FlatGeobuf"),
    (b"\xd0\xcf\x11\xe0", "an old Office document"),
    (b"7z\xbc\xaf", "a 7z archive"),
    (b"BZh", "bzip2"),
    (b"\xfd7zXZ", "xz"),
    (b"\x28\xb5\x2f\xfd", "zstd"),
)


def byte_order_mark(head: bytes) -> str | None:
    """The codec that a leading byte order mark names, or None."""
    return next((codec for mark, codec in _BOMS if head.startswith(mark)), None)


def sniff(path: Path) -> str:
    """One of geojson, gpkg, zip, gzip, shp, parquet, text; raises Refusal for everything else."""
    with path.open("rb") as file:
        head = file.read(HEAD)
    if not head:
        raise Refusal("The file is empty.")
    for mark, name in _FOREIGN:
        if head.startswith(mark):
            raise Refusal(f"This is {name}, which mapsvc does not read.")
    if binary := _binary(head):
        return binary
    codec = byte_order_mark(head)
    text = head.decode(codec or "latin-1", errors="ignore").lstrip("\ufeff \t\r\n")
    if not text:
        raise Refusal("The file holds nothing but blanks.")
    if text[0] in "{[":
        return "geojson"
    if text[0] == "<":
        raise Refusal(
            "This is XML (KML, GML, VRT or the like), which mapsvc does not read. Give GeoJSON or GeoPackage."
        )
    if codec != "utf-16" and b"\x00" in head:
        raise Refusal("The file holds NUL bytes: it is neither text nor a format that mapsvc reads.")
    return "text"


def _binary(head: bytes) -> str:
    if head.startswith(b"SQLite format 3\x00"):
        # application_id at 68: "GPKG", "GP10" or "GP11"
        if head[68:72] not in (b"GPKG", b"GP10", b"GP11"):
            raise Refusal("This is a SQLite database but no GeoPackage.")
        return "gpkg"
    marks = ((b"PK\x03\x04", "zip"), (b"PK\x05\x06", "zip"), (b"\x1f\x8b", "gzip"), (b"\x00\x00\x27\x0a", "shp"))
    return next((kind for mark, kind in (*marks, (b"PAR1", "parquet")) if head.startswith(mark)), "")
