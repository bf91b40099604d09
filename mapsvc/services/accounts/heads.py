"""Heads: the newest line of the journal noted in a file beside the store, which a change of the store cannot reach."""

from __future__ import annotations

import os
import re
from collections.abc import Sequence
from pathlib import Path

from mapsvc.errors import BadInput
from mapsvc.ports import Clock, Store
from mapsvc.services.accounts.chain import Head, Verdict, check_chain

HEADS_NAME = "heads.log"
_HEAD = re.compile(r"(\d{1,15}):([0-9a-f]{64})")
_LINE = re.compile(r"(\d{1,15}):([0-9a-f]{64}) at=\d{1,12}")


def read_head(text: str) -> Head:
    """A head as people hand it on, SEQ:HASH. Raises BadInput."""
    match = _HEAD.fullmatch(text.strip())
    if match is None or int(match[1]) < 1:
        raise BadInput("A head is written SEQ:HASH, as `verify` prints it.", field="head")
    return Head(int(match[1]), match[2])


def show_head(head: Head) -> str:
    """SEQ:HASH."""
    return f"{head.seq}:{head.hash}"


class Heads:
    """The file of heads in a data folder. One line a note: "SEQ:HASH at=EPOCH"; lines are only ever added."""

    def __init__(self, folder: Path, store: Store, clock: Clock) -> None:
        self._path = folder / HEADS_NAME
        self._store = store
        self._clock = clock

    def read(self) -> list[Head]:
        """All heads noted, oldest first. Raises BadInput for a line that is none."""
        try:
            lines = self._path.read_text(encoding="utf-8").splitlines()
        except FileNotFoundError:
            return []
        except UnicodeDecodeError as error:
            raise BadInput(f"{HEADS_NAME} is not text.", field=HEADS_NAME) from error
        heads = []
        for number, line in enumerate(lines, 1):
            match = _LINE.fullmatch(line)
            if match is None:
                raise BadInput(f"{HEADS_NAME}, line {number} is not a head.", field=HEADS_NAME)
            heads.append(Head(int(match[1]), match[2]))
        return heads

    def verify(self, more: Sequence[Head] = ()) -> Verdict:
        """Walk the journal against the file and `more`; note its head where all is whole."""
        try:
            noted = self.read()
        except BadInput as error:
            return Verdict(0, None, 0, str(error))
        verdict = check_chain(self._store.iter_links(), [*noted, *more])
        if verdict.is_whole and verdict.head is not None:
            self._append(verdict.head)
        return verdict

    def note(self) -> Verdict:
        """Note the newest line; reads only what was written since the last note.

        Where the line noted last is no longer in the journal, nothing is noted and the verdict says so.
        """
        try:
            noted = self.read()
        except BadInput as error:
            return Verdict(0, None, 0, str(error))
        last = noted[-1] if noted else None
        after = last.seq - 1 if last else max(0, self._store.seq() - 1)
        found = newest = None
        for link in self._store.iter_links(after):
            newest = Head(link.seq, link.hash)
            found = found or newest
        if last is not None and found != last:
            why = f"Line {last.seq} of the journal is not the one that was noted. `python -m mapsvc verify` tells more."
            return Verdict(0, newest, last.seq, why)
        if newest is not None:
            self._append(newest)
        return Verdict(newest.seq if newest else 0, newest)

    def _append(self, head: Head) -> None:
        noted = self.read()
        if noted and noted[-1] == head:
            return
        line = f"{show_head(head)} at={self._clock.now()}\n".encode()
        # One write at the end of the file: two processes cannot mix their lines.
        number = os.open(self._path, os.O_WRONLY | os.O_CREAT | os.O_APPEND, 0o640)
        try:
            os.write(number, line)
            os.fsync(number)
        finally:
            os.close(number)
