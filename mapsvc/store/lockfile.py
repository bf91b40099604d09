"""One writer at a time over all processes: a lock on a file beside the database."""

from __future__ import annotations

import os
import time
from collections.abc import Iterator
from contextlib import contextmanager
from importlib.util import find_spec
from pathlib import Path

from mapsvc.errors import Busy

_PAUSE_S = 0.005


def has_file_locks() -> bool:
    """Whether this system has flock (POSIX)."""
    return find_spec("fcntl") is not None


@contextmanager
def file_lock(path: Path, timeout_s: float) -> Iterator[None]:
    """Hold the lock of `path`; Busy after timeout_s. The system drops it when the process dies.

    SQLite before 3.51.3 may corrupt a WAL file when two connections write and checkpoint at the same time
    (sqlite.org/wal.html, "The WAL-Reset Bug"). BEGIN IMMEDIATE does not cover the checkpoint after a commit,
    so writers take this lock around both. Where the system has no flock, it is not taken.
    """
    if not has_file_locks():
        yield
        return
    import fcntl

    handle = os.open(path, os.O_CREAT | os.O_RDWR | os.O_CLOEXEC, 0o644)
    try:
        # Tries are counted instead of reading a clock; flock itself has no time limit.
        for _ in range(max(1, round(timeout_s / _PAUSE_S))):
            try:
                fcntl.flock(handle, fcntl.LOCK_EX | fcntl.LOCK_NB)
                break
            except BlockingIOError:
                time.sleep(_PAUSE_S)
        else:
            raise Busy("Another process is writing to the store; try again in a moment.")
        yield
    finally:
        os.close(handle)
