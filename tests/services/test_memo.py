from __future__ import annotations

import threading
import time

import pytest

from mapsvc.services.scene.memo import Memo


def test_a_value_is_made_once_even_when_many_threads_ask_together() -> None:
    memo: Memo[int] = Memo(4)
    made = []

    def make() -> int:
        time.sleep(0.05)
        made.append(1)
        return 7

    answers: list[int] = []
    threads = [threading.Thread(target=lambda: answers.append(memo.get("k", make))) for _ in range(12)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert answers == [7] * 12
    assert len(made) == 1


def test_only_the_values_used_last_are_kept() -> None:
    memo: Memo[str] = Memo(2)
    made: list[str] = []

    def value(name: str) -> str:
        return memo.get(name, lambda: made.append(name) or name)  # type: ignore[func-returns-value]

    for name in ("a", "b", "a", "c", "a", "b"):
        value(name)
    assert made == ["a", "b", "c", "b"]
    assert len(memo) == 2


def test_a_failure_is_not_kept_and_the_next_caller_tries_again() -> None:
    memo: Memo[int] = Memo(2)
    with pytest.raises(ZeroDivisionError):
        memo.get("k", lambda: 1 // 0)
    assert memo.get("k", lambda: 3) == 3
