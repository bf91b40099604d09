"""PhotoFolder: the PhotoBook of the service: re-encoded in a child process, kept as files named by their hash."""

from __future__ import annotations

import hashlib
import json
import os
import re
import tempfile
import threading
from collections.abc import Iterator
from contextlib import suppress
from pathlib import Path

from mapsvc.errors import BadFile, BadInput, Busy
from mapsvc.files import photo, sandbox
from mapsvc.files.limits import MEGABYTE, Budget
from mapsvc.files.refusal import Refusal
from mapsvc.ports import no_progress
from mapsvc.ports.photos import Picture

_BUDGET = Budget(memory=1280 * MEGABYTE, cpu_s=20, wall_s=40, output=16 * MEGABYTE)
_AT_ONCE = 2
"""Children at a time: each may take a processor and a gigabyte."""
_PATIENCE_S = 20.0
_NAME = "photo"
_ID = re.compile(r"[0-9a-f]{64}")
_ENDING = ".jpg"


class PhotoFolder:
    """Keeps pictures under root/ab/HASH.jpg. Safe from several threads and processes."""

    def __init__(self, root: Path) -> None:
        self._root = root
        self._turns = threading.BoundedSemaphore(_AT_ONCE)

    def encode(self, data: bytes) -> Picture:
        """The picture anew; BadInput (field "photo"), Busy."""
        try:
            photo.sniff(data)
        except Refusal as refusal:
            # What shows at the first bytes needs no child.
            raise BadInput(f"{_NAME}: {refusal.message}", field=_NAME) from None
        if not self._turns.acquire(timeout=_PATIENCE_S):
            raise Busy("Too many photos are being read just now; try again in a moment.")
        try:
            return self._encode(data)
        except BadFile as refused:
            raise BadInput(str(refused), field=_NAME) from None
        finally:
            self._turns.release()

    def _encode(self, data: bytes) -> Picture:
        with tempfile.TemporaryDirectory(prefix="mapsvc-photo-") as folder:
            path = Path(folder) / _NAME
            path.write_bytes(data)
            with sandbox.run({"job": "photo"}, path, _BUDGET, no_progress) as job:
                made = (job / photo.RESULT).read_bytes()
                facts = json.loads((job / photo.FACTS).read_text(encoding="ascii"))
        return Picture(hashlib.sha256(made).hexdigest(), made, int(facts["width"]), int(facts["height"]))

    def keep(self, picture: Picture) -> None:
        """Write the bytes under a passing name, then give them their own: a file of that name is always whole."""
        target = self._path(picture.id)
        if target.exists():
            return
        target.parent.mkdir(parents=True, exist_ok=True)
        handle, passing = tempfile.mkstemp(prefix=".new-", dir=target.parent)
        try:
            with os.fdopen(handle, "wb") as file:
                file.write(picture.data)
                file.flush()
                os.fsync(file.fileno())
            os.replace(passing, target)
        except BaseException:
            with suppress(OSError):
                os.unlink(passing)
            raise
        for folder in (target.parent, self._root, self._root.parent):
            _sync(folder)

    def find(self, photo_id: str) -> bytes | None:
        """The bytes, None where there are none."""
        if not _ID.fullmatch(photo_id):
            return None
        try:
            return self._path(photo_id).read_bytes()
        except FileNotFoundError:
            return None

    def iter_ids(self) -> Iterator[str]:
        """Ids of all kept pictures, in order."""
        for path in sorted(self._root.glob(f"??/*{_ENDING}")):
            if _ID.fullmatch(path.stem):
                yield path.stem

    def _path(self, photo_id: str) -> Path:
        return self._root / photo_id[:2] / f"{photo_id}{_ENDING}"


def _sync(folder: Path) -> None:
    """Make the names in a folder as lasting as the bytes, where the system can."""
    with suppress(OSError):
        handle = os.open(folder, os.O_RDONLY)
        try:
            os.fsync(handle)
        finally:
            os.close(handle)
