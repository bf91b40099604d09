"""Pictures made for tests: good ones with metadata, and files that only look like pictures."""

from __future__ import annotations

import io
import struct
import zipfile
import zlib

from PIL import Image

SECRET = b"39.7306491-SECRET"


def picture(form: str = "JPEG", size: tuple[int, int] = (320, 200), orientation: int = 1) -> bytes:
    """Left half red, right half blue, with EXIF: GPS position, camera, orientation."""
    image = Image.new("RGB", size, (200, 30, 30))
    image.paste((30, 30, 200), (size[0] // 2, 0, size[0], size[1]))
    exif = Image.Exif()
    exif[0x0110] = "Camera of somebody"
    exif[0x0112] = orientation
    gps = exif.get_ifd(0x8825)
    gps[1], gps[2], gps[3], gps[4] = "N", (39.0, 43.0, 50.3), "E", (98.0, 29.0, 37.8)
    exif[0x9286] = SECRET
    out = io.BytesIO()
    image.save(out, form, exif=exif)
    return out.getvalue()


def zip_behind(data: bytes) -> bytes:
    packed = io.BytesIO()
    with zipfile.ZipFile(packed, "w") as archive:
        archive.writestr("run.txt", "payload")
    return data + packed.getvalue()


def png_bomb(width: int, height: int) -> bytes:
    """A PNG that says it is huge, in a few hundred bytes."""

    def chunk(kind: bytes, body: bytes) -> bytes:
        return struct.pack(">I", len(body)) + kind + body + struct.pack(">I", zlib.crc32(kind + body))

    head = struct.pack(">IIBBBBB", width, height, 8, 2, 0, 0, 0)
    return (
        b"\x89PNG\r\n\x1a\n" + chunk(b"IHDR", head) + chunk(b"IDAT", zlib.compress(b"\0" * 4096)) + chunk(b"IEND", b"")
    )


HEIC = b"\x00\x00\x00\x18ftypheic\x00\x00\x00\x00mif1heic" + b"\0" * 200
SVG = b'<svg xmlns="http://www.w3.org/2000/svg"><script>alert(1)</script></svg>'
GIF = b"GIF89a" + b"\0" * 100


def wrong_ones() -> dict[str, bytes]:
    good, png, webp = picture(), picture("PNG"), picture("WEBP")
    return {
        "heic": HEIC,
        "svg": SVG,
        "svg with a declaration": b"\xef\xbb\xbf<?xml version='1.0'?>" + SVG,
        "gif": GIF,
        "gif that is a script": b"GIF89a=1;alert(1)//" + b"\0" * 50,
        "pdf": b"%PDF-1.7\n" + b"\0" * 100,
        "text": b"this is a photo",
        "nothing but its first bytes": b"\xff\xd8\xff",
        "jpeg and zip": zip_behind(good),
        "png and zip": zip_behind(png),
        "jpeg and page": good + b"<html><script>alert(1)</script></html>",
        "png and page": png + b"<script>alert(1)</script>",
        "page in a jpeg comment": good[:2] + b"\xff\xfe\x00\x1c<script>alert(1)</script>x" + good[2:],
        "webp and page": webp + b"<!DOCTYPE html><p>",
        "png and bytes": png + b"\0" * 64,
        "pixel bomb": png_bomb(60_000, 60_000),
        "bomb below the limit that lies": png_bomb(6000, 6000),
        "cut off jpeg": good[: len(good) // 2],
        "cut off png": png[: len(png) // 2],
        "cut off webp": webp[: len(webp) // 2],
        "png named jpeg inside": b"\xff\xd8\xff" + png,
        "one pixel": picture("PNG", (1, 1)),
    }
