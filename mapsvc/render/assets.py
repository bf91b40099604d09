"""Browser files in memory with their hash: third-party ones from the wheel's dictionary, our own from a folder."""

from __future__ import annotations

import gzip
import hashlib
import mimetypes
import re
from collections.abc import Mapping
from dataclasses import dataclass
from functools import lru_cache
from pathlib import Path

from mapsvc.errors import Broken, NotFound

_FOREIGN_URL = re.compile(r"url\(\s*['\"]?(?:https?:)?//[^)]*\)", re.IGNORECASE)
_SOURCE_MAP = re.compile(r"^//# sourceMappingURL=.*$", re.MULTILINE)
_MEDIA_TYPES = {
    ".js": "text/javascript; charset=utf-8",
    ".css": "text/css; charset=utf-8",
    ".json": "application/json",
    ".svg": "image/svg+xml",
    ".png": "image/png",
}
_PACK_FROM = 1024
"""Bytes under which gzip saves nothing worth its header."""


@dataclass(frozen=True, slots=True)
class Asset:
    """One browser file: `packed` is the gzip form, empty where it would not pay."""

    name: str
    media_type: str
    body: bytes
    packed: bytes

    @property
    def digest(self) -> str:
        """First 16 hex digits of the SHA-256 of the body: its name and its ETag."""
        return hashlib.sha256(self.body).hexdigest()[:16]


def make_asset(name: str, body: bytes) -> Asset:
    """The asset of this name; the media type follows the ending."""
    ending = Path(name).suffix.lower()
    media_type = _MEDIA_TYPES.get(ending) or mimetypes.guess_type(name)[0] or "application/octet-stream"
    # mtime=0 keeps the packed form the same on every start.
    packed = gzip.compress(body, 6, mtime=0) if len(body) >= _PACK_FROM and ending != ".png" else b""
    return Asset(name, media_type, body, packed)


def cure_css(text: str) -> str:
    """The stylesheet with every `url()` that names a foreign host emptied.

    Some plugin stylesheets still point at icon fonts of a CDN; a closed room must not ask for them.
    """
    return _FOREIGN_URL.sub("url(data:,)", text)


class VendorAssets:
    """Third-party browser files by the address folium would load them from.

    Takes {address -> text}; nothing here ever opens an address.
    """

    def __init__(self, texts: Mapping[str, str]) -> None:
        self._texts = texts
        self._by_name: dict[str, Asset] = {}

    def resolve(self, url: str) -> str:
        """The local name (`<sha16>.js` or `.css`) that stands for `url`; Broken when the wheel lacks the file."""
        if url not in self._texts:
            raise Broken(f"The browser file {url} is not in the installed folium-offline wheel.")
        ending = ".css" if url.split("?")[0].endswith(".css") else ".js"
        text = self._texts[url]
        text = cure_css(text) if ending == ".css" else _SOURCE_MAP.sub("", text)
        body = text.encode("utf-8")
        name = hashlib.sha256(body).hexdigest()[:16] + ending
        if name not in self._by_name:
            self._by_name[name] = make_asset(name, body)
        return name

    def get(self, name: str) -> Asset:
        """A file that was resolved before; NotFound otherwise, so that only what the shell needs is served."""
        if name not in self._by_name:
            raise NotFound("There is no such browser file.")
        return self._by_name[name]


class OwnAssets:
    """Our own stylesheets and modules, read once from a folder and served under one version.

    One version for all of them: a module can then import its neighbours by relative address, and each answer
    may be kept for ever, because any change of any file changes the version.
    """

    def __init__(self, files: Mapping[str, bytes]) -> None:
        self._by_name = {name: make_asset(name, body) for name, body in sorted(files.items())}
        whole = hashlib.sha256()
        for name, asset in self._by_name.items():
            whole.update(name.encode("utf-8") + b"\0" + asset.digest.encode("ascii"))
        self.version = whole.hexdigest()[:16]

    def get(self, name: str) -> Asset:
        """The file of this name, such as `js/main.js`; NotFound otherwise."""
        if name not in self._by_name:
            raise NotFound("There is no such browser file.")
        return self._by_name[name]

    def names(self, ending: str) -> list[str]:
        """Names with this ending, sorted."""
        return [name for name in self._by_name if name.endswith(ending)]


def read_own_assets(folder: Path) -> OwnAssets:
    """Every file below `folder`; Broken when there is none."""
    files = {path.relative_to(folder).as_posix(): path.read_bytes() for path in folder.rglob("*") if path.is_file()}
    if not files:
        raise Broken(f"The folder {folder.name} with the browser files is empty.")
    return OwnAssets(files)


@lru_cache(maxsize=1)
def vendor_assets() -> VendorAssets:
    """The files of the folium-offline wheel (a dictionary only; its folium fork is not used)."""
    try:
        from offlinefolium.elements import _res
    except ImportError as error:
        raise Broken("The package folium-offline is not installed; it holds the map library.") from error
    return VendorAssets(_res)
