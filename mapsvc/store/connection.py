"""Connections to the SQLite file: many readers, one writer, errors of the driver turned into ours."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from threading import Lock
from types import ModuleType
from typing import Any

import sqlalchemy as sa
from sqlalchemy.exc import DBAPIError, IntegrityError
from sqlalchemy.exc import TimeoutError as PoolTimeout
from sqlalchemy.pool import QueuePool

from mapsvc.errors import BadInput, Broken, Busy, Conflict, MapsvcError
from mapsvc.store.gpkg import rtree_functions
from mapsvc.store.lockfile import file_lock, has_file_locks

SAFE_SQLITE = (3, 51, 3)
BUSY_TIMEOUT_S = 30.0
_READERS = 64
_KEPT_READERS = 32
"""Connections that stay open: opening one costs more than what most requests read."""
_LATER = ("locked", "busy", "disk is full", "disk i/o")
_SHUT = ("unable to open", "readonly", "read-only")
# The cache holds the inner pages of the big tables; what does not fit goes to the WAL early, which is harmless.
_PRAGMAS = (
    "journal_mode = WAL",
    "synchronous = FULL",
    "foreign_keys = ON",
    "wal_autocheckpoint = 10000",
    "journal_size_limit = 67108864",
)


def sqlite_module() -> ModuleType:
    """pysqlite3 where it is installed (its SQLite is newer than the system's), else the standard sqlite3."""
    try:
        import pysqlite3.dbapi2 as module
    except ImportError:
        import sqlite3.dbapi2 as module  # type: ignore[no-redef,unused-ignore]
    found: ModuleType = module
    return found


class Database:
    """An open SQLite file in WAL mode. `read` gives a snapshot, `write` the only transaction that changes it."""

    def __init__(self, path: Path, timeout_s: float = BUSY_TIMEOUT_S) -> None:
        self.path = path
        self.module = sqlite_module()
        self._timeout_s = timeout_s
        self._writing = Lock()
        self._is_open = True
        self._lock_path = path.with_name(path.name + ".lock")
        self._writer = self._engine("BEGIN IMMEDIATE", 1, cache_mb=64, pragmas=())
        # A reader that cannot write cannot checkpoint either: checkpoints belong to the writer.
        self._reader = self._engine("BEGIN", _READERS, cache_mb=16, pragmas=("query_only = ON",))

    def close(self) -> None:
        """Close all connections; the last one folds the WAL into the file."""
        with self._writing:
            self._is_open = False
            self._reader.dispose()
            self._writer.dispose()

    @contextmanager
    def read(self) -> Iterator[sa.Connection]:
        """A connection that sees one state of the file until the block ends."""
        self._check_open()
        with self._translated(), self._reader.begin() as connection:
            yield connection

    @contextmanager
    def write(self) -> Iterator[sa.Connection]:
        """The write transaction: committed when the block ends, undone when it raises."""
        if not self._writing.acquire(timeout=self._timeout_s):
            raise Busy("Another request is writing to the store; try again in a moment.")
        try:
            self._check_open()
            with file_lock(self._lock_path, self._timeout_s), self._translated(), self._writer.begin() as connection:
                yield connection
        finally:
            self._writing.release()

    def facts(self) -> dict[str, Any]:
        """The driver and the modes in force on a writing connection."""
        version = tuple(self.module.sqlite_version_info)
        with self.read() as connection:
            journal_mode = connection.exec_driver_sql("PRAGMA journal_mode").scalar_one()
            synchronous = connection.exec_driver_sql("PRAGMA synchronous").scalar_one()
        return {
            "path": str(self.path),
            "driver": self.module.__name__.partition(".")[0],
            "sqlite_version": ".".join(map(str, version)),
            "is_safe": version >= SAFE_SQLITE,
            "has_writer_lock": has_file_locks(),
            "journal_mode": journal_mode,
            "synchronous": {0: "off", 1: "normal", 2: "full", 3: "extra"}.get(synchronous, str(synchronous)),
        }

    def _check_open(self) -> None:
        if not self._is_open:
            raise Broken("The store is closed.")

    def _engine(self, begin: str, size: int, *, cache_mb: int, pragmas: tuple[str, ...]) -> sa.Engine:
        def connect() -> Any:
            # Without isolation_level the driver never begins a transaction on its own; SQLAlchemy does, below.
            raw = self.module.connect(self.path, timeout=self._timeout_s, isolation_level=None, check_same_thread=False)
            for pragma in (*_PRAGMAS, f"cache_size = -{cache_mb * 1024}", *pragmas):
                raw.execute(f"PRAGMA {pragma}").close()
            for name, function in rtree_functions().items():
                raw.create_function(name, 1, function, deterministic=True)
            return raw

        engine = sa.create_engine(
            "sqlite://",
            module=self.module,
            creator=connect,
            poolclass=QueuePool,
            pool_size=min(size, _KEPT_READERS),
            max_overflow=max(size - _KEPT_READERS, 0),
            pool_timeout=self._timeout_s,
        )
        sa.event.listen(engine, "begin", lambda connection: connection.exec_driver_sql(begin))
        return engine

    @contextmanager
    def _translated(self) -> Iterator[None]:
        try:
            yield
        except MapsvcError:
            raise
        except PoolTimeout as error:
            raise Busy("Too many requests are reading the store; try again in a moment.") from error
        except UnicodeEncodeError as error:
            raise BadInput("A text holds half a character (a lone surrogate) and cannot be stored.") from error
        except (IntegrityError, self.module.IntegrityError) as error:
            reason = getattr(error, "orig", error)
            raise Conflict(f"The store does not take a value of this change ({reason}).") from error
        except DBAPIError as error:
            raise _error_of(str(error.orig)) from error
        except self.module.Error as error:
            raise _error_of(str(error)) from error


def _error_of(message: str) -> MapsvcError:
    if any(word in message.lower() for word in _LATER):
        return Busy(f"The store cannot take the work right now ({message}); nothing of it was kept.")
    if any(word in message.lower() for word in _SHUT):
        return Broken(f"The store's file cannot be opened for writing; look at its folder and its rights ({message}).")
    if "not a database" in message.lower():
        return Broken(f"The store's file is no store ({message}); move it away, or choose another folder.")
    return Broken(f"The store's file does not do what it should ({message}).")
