"""PNG with a palette, written by hand: chunks around one zlib stream (PNG specification, third edition)."""

from __future__ import annotations

import struct
import zlib
from collections.abc import Sequence

import numpy as np
import numpy.typing as npt

_SIGNATURE = b"\x89PNG\r\n\x1a\n"
_LEVEL = 1
"""Flat areas pack well at any level; more effort would cost more than the drawing."""

Colour = tuple[int, int, int, int]


def encode_palette(pixels: npt.NDArray[np.uint8], palette: Sequence[Colour]) -> bytes:
    """A height x width array of palette numbers as an 8-bit PNG. palette: red, green, blue, alpha, each 0-255."""
    height, width = pixels.shape
    header = struct.pack(">IIBBBBB", width, height, 8, 3, 0, 0, 0)
    colours = b"".join(bytes(colour[:3]) for colour in palette)
    alpha = bytes(colour[3] for colour in palette)
    # Each line begins with its filter: 0, none.
    lines = np.zeros((height, width + 1), np.uint8)
    lines[:, 1:] = pixels
    data = zlib.compress(lines.tobytes(), _LEVEL)
    parts = [(b"IHDR", header), (b"PLTE", colours), (b"tRNS", alpha), (b"IDAT", data), (b"IEND", b"")]
    return _SIGNATURE + b"".join(_chunk(kind, body) for kind, body in parts)


def _chunk(kind: bytes, body: bytes) -> bytes:
    return struct.pack(">I", len(body)) + kind + body + struct.pack(">I", zlib.crc32(kind + body))
