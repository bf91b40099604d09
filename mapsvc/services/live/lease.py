"""Lease: work that only one of several processes does."""

from __future__ import annotations

import os
from importlib.util import find_spec
from pathlib import Path


class Lease:
    """A lock on a file in the data folder; the system drops it when the process dies. folder None = nobody competes.

    The file also holds one number, for who comes after: how far the work got (epoch seconds UTC).
    """

    def __init__(self, folder: Path | None, name: str) -> None:
        self._path = folder / f"{name}.lease" if folder is not None else None
        self._handle: int | None = None

    def take(self) -> bool:
        """Whether this process does the work from now on, or already does."""
        if self._path is None or self._handle is not None:
            return True
        handle = os.open(self._path, os.O_CREAT | os.O_RDWR | os.O_CLOEXEC, 0o644)
        if find_spec("fcntl") is not None:
            import fcntl

            try:
                fcntl.flock(handle, fcntl.LOCK_EX | fcntl.LOCK_NB)
            except BlockingIOError:
                os.close(handle)
                return False
        self._handle = handle
        return True

    def note(self, number: int) -> None:
        """Keep a number for the next one who takes the lease."""
        if self._handle is not None:
            os.pwrite(self._handle, b"%-20d" % number, 0)

    def noted(self) -> int | None:
        """The number kept last, None where there is none."""
        text = os.pread(self._handle, 20, 0).strip() if self._handle is not None else b""
        return int(text) if text.isdigit() else None

    def give_back(self) -> None:
        """Let another process do it."""
        if self._handle is not None:
            os.close(self._handle)
            self._handle = None
