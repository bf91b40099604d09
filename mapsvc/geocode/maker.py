"""GazetteerKeeper: builds gazetteers and keeps them in one file that a start reads in a moment."""

from __future__ import annotations

import contextlib
import os
import zipfile
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import fields
from pathlib import Path
from typing import Any

import numpy as np

from mapsvc import __version__
from mapsvc.geocode.build import Builder
from mapsvc.geocode.gazetteer import Gazetteer
from mapsvc.geocode.offline import IndexedAddresses
from mapsvc.geocode.reader import read_address
from mapsvc.geocode.region_words import RegionWords
from mapsvc.model.address import KnownAddress, Precision
from mapsvc.ports import KnownAddresses

# Another release may read addresses otherwise, and then the keys of an older file find nothing.
_FORMAT = f"mapsvc addresses 1 {__version__}"
_TABLES = ("name_keys", "scope_texts", "region_words")
_ARRAYS = tuple(item.name for item in fields(Gazetteer) if item.name not in _TABLES)


class GazetteerKeeper:
    """Makes gazetteers; stateless."""

    def build(self, known: Iterable[KnownAddress], words: Mapping[str, Sequence[str]]) -> IndexedAddresses:
        """A gazetteer of these addresses. words: region words by level."""
        builder = Builder(RegionWords.of(words))
        builder.add(known)
        return IndexedAddresses(builder.finish())

    def precision_of(self, text: str) -> Precision:
        """What an address so written points at, where its source does not say."""
        return read_address(text).precision

    def save(self, path: Path, gazetteer: KnownAddresses, mark: str) -> None:
        """Keep it in a file, moved into place when whole; a full or read-only disk is no error."""
        assert isinstance(gazetteer, IndexedAddresses)
        columns = gazetteer.columns
        arrays: dict[str, Any] = {name: getattr(columns, name) for name in _ARRAYS}
        tables = {name: _pack(getattr(columns, name)) for name in _TABLES}
        part = path.with_suffix(f".{os.getpid()}.part")
        try:
            path.parent.mkdir(parents=True, exist_ok=True)
            with part.open("wb") as file:
                np.savez(file, format=np.array(_FORMAT), mark=np.array(mark), **arrays, **tables)
            part.replace(path)
        except OSError:
            with contextlib.suppress(OSError):
                part.unlink(missing_ok=True)

    def load(self, path: Path) -> tuple[IndexedAddresses, str] | None:
        """The gazetteer of a file and its mark; None where it is absent, damaged or of another release."""
        try:
            with path.open("rb") as stream, np.load(stream, allow_pickle=False) as file:
                if str(file["format"]) != _FORMAT:
                    return None
                arrays: dict[str, Any] = {name: file[name] for name in _ARRAYS}
                tables: dict[str, Any] = {name: _unpack(file[name]) for name in _TABLES}
                return IndexedAddresses(Gazetteer(**arrays, **tables)), str(file["mark"])
        except (OSError, ValueError, KeyError, EOFError, zipfile.BadZipFile):
            return None


def _pack(texts: Sequence[str]) -> Any:
    """Texts as bytes: an array of fixed width would make all as long as the longest."""
    return np.frombuffer("\n".join(texts).encode("utf-8", errors="replace"), np.uint8)


def _unpack(packed: Any) -> tuple[str, ...]:
    text = packed.tobytes().decode("utf-8")
    return tuple(text.split("\n")) if text else ()
