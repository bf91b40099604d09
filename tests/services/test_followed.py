from __future__ import annotations

from typing import Any

import numpy as np
from hypothesis import given
from hypothesis import strategies as st

from mapsvc.services.scene.followed import follow_days, follow_order, make_order
from mapsvc.services.scene.interval import cut_days

DAY = 86_400


class Told:
    """As much of a snapshot as followed arrays look at: the times, and which rows changed since a key."""

    def __init__(self, times: list[int], key: int, changed: dict[int, set[int]], cannot_tell: bool = False) -> None:
        self.columns = type("Columns", (), {"occurred_at": np.array(times, np.int64)})()
        self.key, self._changed, self._cannot_tell = key, changed, cannot_tell

    def rows_since(self, key: int) -> Any:
        if self._cannot_tell:
            return None
        rows = set().union(*(rows for at, rows in self._changed.items() if at > key), set())
        return np.array(sorted(rows), np.int64)


moments = st.integers(0, 20).map(lambda hours: 1_700_000_000 + hours * 11 * 3600)
steps = st.lists(
    st.one_of(
        st.tuples(st.just("put"), moments, st.integers(0, 0)),
        st.tuples(st.just("move"), moments, st.integers(0, 100)),
        st.tuples(st.just("touch"), moments, st.integers(0, 100)),
        st.tuples(st.just("look"), moments, st.integers(0, 3)),
    ),
    max_size=30,
)


@given(st.lists(moments, max_size=8), steps)
def test_what_is_carried_on_is_what_would_be_made_anew(times: list[int], steps: list[tuple[str, int, int]]) -> None:
    order, days = follow_order(), follow_days("Asia/Shanghai")
    changed: dict[int, set[int]] = {}
    for key, (kind, moment, which) in enumerate([*steps, ("look", 0, 0)], 1):
        row = which % len(times) if times else 0
        if kind == "put":
            times = [*times, moment]
            changed[key] = {len(times) - 1}
        elif times and kind in ("move", "touch"):
            changed[key] = {row}
            times = [moment if kind == "move" and place == row else time for place, time in enumerate(times)]
        else:
            snapshot: Any = Told(times, key, changed, cannot_tell=which == 3)
            found, wanted = order.get(snapshot), make_order(snapshot)
            assert found.rows.tolist() == wanted.rows.tolist()
            assert found.times.tolist() == wanted.times.tolist()
            cut, anew = days.get(snapshot).days, cut_days(snapshot.columns.occurred_at, "Asia/Shanghai")
            assert len(cut.index) == len(anew.index)
            if times:
                assert [cut.first.toordinal() + int(k) for k in cut.index] == [
                    anew.first.toordinal() + int(k) for k in anew.index
                ]
