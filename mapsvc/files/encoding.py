"""Encoding: in which code a text or a dBASE table is written, and how we know. Standard library only."""

from __future__ import annotations

import codecs
from collections.abc import Iterable
from pathlib import Path

from mapsvc.files.magic import byte_order_mark
from mapsvc.files.refusal import Refusal

# dBASE language driver ids in use (the byte at offset 29 of a .dbf)
LDID = {
    0x01: "cp437", 0x02: "cp850", 0x03: "cp1252", 0x08: "cp865", 0x09: "cp437", 0x0A: "cp850", 0x13: "cp932",
    0x26: "cp866", 0x4D: "gb18030", 0x4E: "cp949", 0x4F: "cp950", 0x50: "cp874", 0x57: "cp1252", 0x58: "cp1252",
    0x59: "cp1252", 0x64: "cp852", 0x65: "cp866", 0x66: "cp865", 0x6A: "cp737", 0x6B: "cp857", 0x78: "cp950",
    0x79: "cp949", 0x7A: "gb18030", 0x7B: "cp932", 0x7C: "cp874", 0x7D: "cp1255", 0x7E: "cp1256", 0xC8: "cp1250",
    0xC9: "cp1251", 0xCA: "cp1254", 0xCB: "cp1253", 0xCC: "cp1257",
}  # fmt: skip
# "ANSI" is written by programs that do not know: it counts for less than a .cpg or valid UTF-8
_WEAK_LDID = frozenset({0x03, 0x57, 0x58, 0x59})
_CHINESE = "gb18030"
# Python also knows codecs that are no character sets ("zip", "idna", "unicode_escape")
_FAMILIES = (
    "utf-",
    "cp",
    "iso8859",
    "latin",
    "ascii",
    "koi8",
    "gb",
    "big5",
    "shift_jis",
    "euc_",
    "johab",
    "mac-",
    "tis",
)


def name_codec(label: str) -> str | None:
    """The Python codec for a .cpg label ("UTF-8", "936", "Big-5", "ANSI 1251"), or None."""
    text = label.strip().strip("\x00\ufeff").lower().replace("ansi", "").replace("oem", "").strip()
    if not text.isascii() or not text.isprintable():
        return None
    tries = (text, f"cp{text}", text.replace("-", ""), text.replace("-", "_"), text.replace("koi8", "koi8_"))
    for guess in ("gb18030", *tries) if text in ("936", "cp936", "gbk", "gb2312") else tries:
        if guess in ("88591", "iso88591"):
            return "latin-1"
        try:
            found = codecs.lookup(guess).name
        except LookupError:
            continue
        if found.startswith(_FAMILIES):
            return found
    return None


def _decodes(data: bytes, codec: str) -> bool:
    try:
        data.decode(codec)
    except (UnicodeDecodeError, LookupError):
        return False
    return True


def looks_chinese(data: bytes) -> bool:
    """True where non-ASCII bytes pair up as common characters of GB 2312.

    Nearly any Latin-1 text also *decodes* as GBK; what tells them apart is that Chinese uses rows 0xB0-0xF7 of
    GB 2312 with a high second byte.
    """
    pairs = common = place = 0
    while place < len(data):
        if data[place] < 0x80:
            place += 1
            continue
        pairs += 1
        if place + 1 < len(data) and 0xB0 <= data[place] <= 0xF7 and data[place + 1] >= 0xA1:
            common += 1
        place += 2
    return pairs > 0 and common >= 0.7 * pairs


def _by_trial(sample: bytes) -> tuple[str, str]:
    if sample.isascii():
        return "utf-8", "plain ASCII"
    if _decodes(sample, "utf-8"):
        return "utf-8", "by trial"
    if _decodes(sample, _CHINESE) and looks_chinese(sample):
        return _CHINESE, "by trial"
    return "cp1252", "by trial; please check the names"


def detect_dbf(dbf: Path, cpg: Path) -> tuple[str, str]:
    """(codec, how it is known) of a .dbf: LDID, then .cpg, then trial; each only where the bytes allow it."""
    data = dbf.read_bytes()[: 4 << 20]
    sample = dbf_text(data)
    ldid = data[29] if len(data) > 29 else 0
    codec = LDID.get(ldid)
    if codec and ldid not in _WEAK_LDID and _decodes(sample, codec):
        return codec, f"from LDID 0x{ldid:02X}"
    if cpg.exists():
        label = cpg.read_bytes()[:64].decode("latin-1")
        stated = name_codec(label)
        if stated and _decodes(sample, stated):
            return stated, f"from .cpg ({label.strip()[:20]})"
    found, how = _by_trial(sample)
    if codec and found == "cp1252" and not sample.isascii():
        return codec, f"from LDID 0x{ldid:02X}"
    return found, how


def dbf_text(data: bytes) -> bytes:
    """The bytes of all character fields, values cut at their padding, one a line; b"" where it is no table."""
    if len(data) < 33:
        return b""
    head, width = int.from_bytes(data[8:10], "little"), int.from_bytes(data[10:12], "little")
    fields: list[tuple[int, int]] = []
    names: list[bytes] = []
    place, offset = 32, 1
    while place + 32 <= min(len(data), head) and data[place] != 0x0D:
        length = data[place + 16]
        names.append(data[place : place + 11].split(b"\x00")[0])
        if data[place + 11 : place + 12] == b"C":
            fields.append((offset, length))
        offset, place = offset + length, place + 32
    if not width:
        return b""
    values = [
        data[row + start : row + start + length].rstrip(b" \x00")
        for row in range(head, len(data) - width + 1, width)
        for start, length in fields
    ]
    return b"\n".join(names + values)


def detect_text(chunks: Iterable[bytes], head: bytes) -> tuple[str, str]:
    """(codec, how it is known) of a whole text that comes in chunks. Refuses NUL bytes outside UTF-16."""
    if mark := byte_order_mark(head):
        return mark, "from its byte order mark"
    trials = {codec: codecs.getincrementaldecoder(codec)() for codec in ("utf-8", _CHINESE)}
    sample = bytearray()
    for chunk in chunks:
        if b"\x00" in chunk:
            raise Refusal("The table holds NUL bytes: it is no text table, or it was damaged.")
        for codec in list(trials):
            try:
                trials[codec].decode(chunk)
            except UnicodeDecodeError:
                del trials[codec]
        if "utf-8" not in trials and len(sample) < 1 << 20:
            sample += chunk
    for codec in list(trials):
        try:
            trials[codec].decode(b"", final=True)
        except UnicodeDecodeError:
            del trials[codec]
    if "utf-8" in trials:
        return "utf-8", "by trial"
    if _CHINESE in trials and looks_chinese(bytes(sample)):
        return _CHINESE, "by trial"
    return "cp1252", "by trial; please check the names"


def show(codec: str, how: str) -> str:
    """What a person reads: "GB18030, from LDID 0x4D"."""
    names = {"utf-8": "UTF-8", "utf-8-sig": "UTF-8", "utf-16": "UTF-16", "gb18030": "GBK", "cp1252": "Windows-1252"}
    return f"{names.get(codec, codec.upper())}, {how}"
