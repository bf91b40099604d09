"""Drill: the service practises. Which events were made in a drill is a matter of the journal, not of the moment."""

from __future__ import annotations

from collections.abc import Sequence

from mapsvc.ports import Store

SETTING = "drill"


class Drill:
    """The spans of the journal that were drills. A span's end is None while it lasts.

    is_on: whether the service practises now; `begin` writes down where that changed.
    """

    def __init__(self, store: Store, *, is_on: bool) -> None:
        self._store = store
        self.is_on = is_on
        self._spans: Sequence[tuple[int, int | None]] | None = None

    def begin(self, *, at: int, post: str = "server") -> None:
        """Called at each start: where the last start was of the other kind, a span begins or ends here."""
        found = self._store.find_setting(SETTING)
        value, revision = found or ({"spans": []}, 0)
        spans = [list(one) for one in value["spans"]]
        was_on = bool(spans) and spans[-1][1] is None
        if was_on == self.is_on:
            return
        seq = self._store.seq()
        if self.is_on:
            spans.append([seq + 1, None])
        else:
            spans[-1][1] = seq
        self._store.put_setting(SETTING, {"spans": spans}, revision=revision, at=at, post=post)
        self._spans = None

    def has(self, seq: int) -> bool:
        """Whether this event was made in a drill."""
        if self._spans is None:
            found = self._store.find_setting(SETTING)
            self._spans = [(one[0], one[1]) for one in found[0]["spans"]] if found else []
        return any(first <= seq and (last is None or seq <= last) for first, last in self._spans)
