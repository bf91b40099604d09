"""Byte keep: answers that are costly to make and follow from their name alone, in memory and between starts."""

from __future__ import annotations

import contextlib
import hashlib
import os
import zlib
from collections.abc import Callable, Hashable
from pathlib import Path

from mapsvc.services.scene.memo import Memo

_IN_MEMORY = 256
_ON_DISK = 64
_PREFIX = "answer-"


class ByteKeep:
    """Safe from several threads and processes. folder None = only in memory."""

    def __init__(self, folder: Path | None = None) -> None:
        self.folder = folder
        self._memo: Memo[bytes] = Memo(_IN_MEMORY)

    def get(self, key: Hashable, make: Callable[[], bytes]) -> bytes:
        """The bytes of `key`, made once in this process."""
        return self._memo.get(key, make)

    def get_lasting(self, key: tuple[str | int | None, ...], make: Callable[[], bytes]) -> bytes:
        """As `get`, and kept between starts: `key` must name the content itself, not a state of the store."""
        return self._memo.get(key, lambda: self._from_disk(key, make))

    def _from_disk(self, key: tuple[str | int | None, ...], make: Callable[[], bytes]) -> bytes:
        if self.folder is None:
            return make()
        path = self.folder / f"{_PREFIX}{hashlib.sha256(repr(key).encode()).hexdigest()[:32]}.z"
        # A file that is absent, cut off or damaged is made again.
        with contextlib.suppress(OSError, zlib.error):
            return zlib.decompress(path.read_bytes())
        made = make()
        part = path.with_suffix(f".{os.getpid()}.part")
        try:
            self.folder.mkdir(parents=True, exist_ok=True)
            part.write_bytes(zlib.compress(made, 1))
            part.replace(path)
            self._prune(self.folder)
        except OSError:
            # A full or read-only disk costs time, not the answer.
            with contextlib.suppress(OSError):
                part.unlink(missing_ok=True)
        return made

    @staticmethod
    def _prune(folder: Path) -> None:
        """Remove the oldest files beyond the number kept."""
        files = sorted(folder.glob(f"{_PREFIX}*.z"), key=lambda path: path.stat().st_mtime, reverse=True)
        for path in files[_ON_DISK:]:
            path.unlink(missing_ok=True)
