"""Answers of a moment ago, for who says that those will do: many viewers who follow the same events ask together."""

from __future__ import annotations

import re
import time
from collections.abc import Callable, Hashable
from threading import Lock

from flask import Request

from mapsvc.services.scene.memo import Memo

_WILL_DO = re.compile(r"max-age=([1-9]\d?)")
_MOST_S = 10
_KEPT = 64


class _Kept:
    """The last answer to one question: when it was begun, its tag, its bytes."""

    def __init__(self) -> None:
        self.lock = Lock()
        self.answer: tuple[float, str, bytes] = (float("-inf"), "", b"")


class Recent:
    """Keeps the last answer to each question, with its tag. Safe from several threads."""

    def __init__(self) -> None:
        self._answers: Memo[_Kept] = Memo(_KEPT)
        self._now = time.monotonic

    def get(self, key: Hashable, asked: Request, tag: str, make: Callable[[], bytes]) -> tuple[str, bytes]:
        """The tag and the bytes to answer with: those named `tag`, or older ones where `asked` takes them.

        A request takes an answer of n seconds ago if it says `Cache-Control: max-age=n`.
        """
        match = _WILL_DO.fullmatch(asked.headers.get("Cache-Control", ""))
        age_s = min(int(match.group(1)), _MOST_S) if match else 0
        kept = self._answers.get(key, _Kept)
        if (found := self._fitting(kept, tag, age_s)) is not None:
            return found
        with kept.lock:
            # Who waited here takes what the one before made, if that is new enough.
            if (found := self._fitting(kept, tag, age_s)) is not None:
                return found
            begun = self._now()
            body = make()
            kept.answer = begun, tag, body
        return tag, body

    def _fitting(self, kept: _Kept, tag: str, age_s: int) -> tuple[str, bytes] | None:
        begun, name, body = kept.answer
        return (name, body) if name == tag or self._now() - begun < age_s else None
