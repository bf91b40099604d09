"""Photo: a picture made anew inside the child, so that nothing of the file that came survives but what it shows."""

from __future__ import annotations

import json
import re
import struct
import warnings
import zipfile
from pathlib import Path
from typing import TYPE_CHECKING, Any

from mapsvc.files.refusal import Refusal

if TYPE_CHECKING:
    from PIL import Image

LONGEST_PX = 2048
LEAST_PX = 8
MOST_PIXELS = {"JPEG": 120_000_000, "PNG": 40_000_000, "WEBP": 40_000_000}
"""A JPEG is decoded at the size that is needed; the others whole, four bytes a pixel."""
QUALITY = 82
RESULT, FACTS = "photo.jpg", "photo.json"

_FOREIGN = (
    (b"GIF8", "a GIF"),
    (b"BM", "a BMP"),
    (b"II*\x00", "a TIFF"),
    (b"MM\x00*", "a TIFF"),
    (b"%PDF", "a PDF"),
    (b"PK\x03\x04", "an archive"),
)
_HEIF = re.compile(rb"ftyp(hei[cmsx]|hev[cmx]|mif1|msf1|avif|avis)")
_PAGE = re.compile(rb"<(script|html|!doctype|\?php|svg|iframe)[\s>/]", re.IGNORECASE)
_ONLY = "Send a JPEG, PNG or WebP picture."


def read(path: Path, job: Path) -> None:
    """Re-encode `path` into the folder `job`: RESULT and its FACTS. Raises Refusal."""
    data = path.read_bytes()
    kind = sniff(data)
    _check_nothing_else(path, data, kind)
    picture = _decode(path, kind)
    target = job / RESULT
    # A fresh picture of the pixels alone: no EXIF, no profile, no comment comes along.
    picture.save(target, "JPEG", quality=QUALITY, optimize=True)
    (job / FACTS).write_text(json.dumps({"width": picture.width, "height": picture.height}), encoding="ascii")


def sniff(data: bytes) -> str:
    """JPEG, PNG or WEBP by the first bytes; Refusal that names what else it is."""
    if data.startswith(b"\xff\xd8\xff"):
        return "JPEG"
    if data.startswith(b"\x89PNG\r\n\x1a\n"):
        return "PNG"
    if data[:4] == b"RIFF" and data[8:12] == b"WEBP":
        return "WEBP"
    if _HEIF.match(data[4:16]):
        raise Refusal(f"This is HEIC or AVIF, which is not taken. {_ONLY}")
    for mark, name in _FOREIGN:
        if data.startswith(mark):
            raise Refusal(f"This is {name}, which is not taken. {_ONLY}")
    if data.lstrip()[:1] == b"<":
        raise Refusal(f"This is SVG or another text, no photo. {_ONLY}")
    raise Refusal(f"This is no picture that is taken here. {_ONLY}")


def _check_nothing_else(path: Path, data: bytes, kind: str) -> None:
    """Refuse a file that is a picture for one program and an archive or a page for another."""
    hybrid = "The file is a picture and something else at the same time; send a photo as the camera made it."
    if _PAGE.search(data) or b"%PDF-" in data[:1024] or zipfile.is_zipfile(path):
        raise Refusal(hybrid)
    if kind == "PNG" and (end := data.rfind(b"IEND")) >= 0 and len(data) > end + 8:
        raise Refusal(hybrid)
    if kind == "WEBP" and len(data) - 8 > struct.unpack("<I", data[4:8])[0] + 1:
        raise Refusal(hybrid)


def _decode(path: Path, kind: str) -> Image.Image:
    from PIL import Image, ImageOps

    Image.MAX_IMAGE_PIXELS = None  # our own limit below says it in a sentence, before any pixel is decoded
    warnings.simplefilter("ignore")
    try:
        with Image.open(path, formats=(kind,)) as opened:
            _check_size(opened, kind)
            if kind == "JPEG":
                opened.draft("RGB", (LONGEST_PX, LONGEST_PX))
            opened.load()
            upright = ImageOps.exif_transpose(opened)
            upright.thumbnail((LONGEST_PX, LONGEST_PX), Image.Resampling.LANCZOS)
            return _on_white(upright)
    except Refusal:
        raise
    except MemoryError:
        raise Refusal("The picture takes more memory than is allowed; send a smaller one.") from None
    except Exception as error:  # whatever a decoder makes of broken bytes, it is the picture that is at fault
        raise Refusal(f"The picture is broken or cut off and cannot be read. {_ONLY}") from error


def _check_size(opened: Any, kind: str) -> None:
    width, height = opened.size
    if width * height > MOST_PIXELS[kind]:
        raise Refusal(
            f"The picture has {width} x {height} pixels; {MOST_PIXELS[kind] // 1_000_000} million are the limit."
        )
    if min(width, height) < LEAST_PX:
        raise Refusal(f"The picture has {width} x {height} pixels; that shows nothing.")


def _on_white(picture: Image.Image) -> Image.Image:
    """The pixels alone, in a picture that knows nothing of its file; what is transparent becomes white."""
    from PIL import Image

    if picture.mode in ("RGBA", "LA", "PA") or "transparency" in picture.info:
        picture = picture.convert("RGBA")
        ground = Image.new("RGB", picture.size, (255, 255, 255))
        ground.paste(picture, mask=picture.getchannel("A"))
        return ground
    if picture.mode.startswith("I"):
        # Grey in 16 bits: a plain conversion would cut it off at white.
        picture = picture.convert("I").point(lambda value: value * (1 / 256)).convert("L")
    plain = picture.convert("RGB")
    bare = Image.new("RGB", plain.size)
    bare.paste(plain)
    return bare
