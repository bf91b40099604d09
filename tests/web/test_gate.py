from __future__ import annotations

import threading
from collections.abc import Iterable
from typing import Any

from mapsvc.web.gate import gated


def test_no_more_than_that_many_are_worked_on_at_once_but_streams_and_health_pass() -> None:
    inside, most, go = [], [0], threading.Event()

    def work(environ: dict[str, Any], start_response: Any) -> Iterable[bytes]:
        inside.append(environ["PATH_INFO"])
        most[0] = max(most[0], inside.count("/api/desk"))
        assert go.wait(10)
        inside.remove(environ["PATH_INFO"])
        return [b"done"]

    call = gated(work, 2)
    paths = ["/api/desk"] * 5 + ["/api/stream", "/health"]
    threads = [threading.Thread(target=call, args=({"PATH_INFO": path}, None)) for path in paths]
    for thread in threads:
        thread.start()
    deadline = threading.Event()
    while len(inside) < 4:
        deadline.wait(0.01)
    assert sorted(inside) == ["/api/desk", "/api/desk", "/api/stream", "/health"]
    go.set()
    for thread in threads:
        thread.join(10)
    assert most == [2]
    assert inside == []
