from __future__ import annotations

from collections.abc import Callable

from mapsvc.model.community import Community
from mapsvc.services.accounts.kept import Kept
from mapsvc.services.scene.journal import Journal
from mapsvc.store.memory import MemoryStore


class Late(MemoryStore):
    """A store whose next answer to `seq` is told late: meanwhile another thread asks and follows."""

    def __init__(self) -> None:
        super().__init__()
        self.meanwhile: Callable[[], None] | None = None

    def seq(self) -> int:
        known = super().seq()
        if self.meanwhile is not None:
            happen, self.meanwhile = self.meanwhile, None
            happen()
        return known


def test_a_question_that_comes_late_is_no_other_store() -> None:
    store = Late()
    store.put_community(Community("A"), at=1, post="cli")
    journal = Journal(store)
    begin = journal.marks()

    def another_thread() -> None:
        store.add_note("geocode.asked", "x", {}, at=2, post="cli")
        journal.marks()

    store.meanwhile = another_thread
    later = journal.marks()
    assert later.seq == begin.seq + 1
    assert (later.plans, later.registers, later.rewritten) == (begin.plans, begin.registers, begin.rewritten)


def test_what_is_kept_of_keys_outlives_a_question_that_comes_late() -> None:
    store = Late()
    store.put_community(Community("A"), at=1, post="cli")
    kept: Kept[str] = Kept(store)
    kept.keep("hash", "value", kept.find("hash")[1])

    def another_thread() -> None:
        store.add_note("geocode.asked", "x", {}, at=2, post="cli")
        kept.find("hash")

    store.meanwhile = another_thread
    assert kept.find("hash")[0] == "value"
