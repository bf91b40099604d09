"""The chain: whether the journal is what was written, line by line, and whether it still holds what it held before."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass

from mapsvc.model.event import Link, chain_hash


@dataclass(frozen=True, slots=True)
class Head:
    """The newest line of a journal at some time: its number and its hash."""

    seq: int
    hash: str


@dataclass(frozen=True, slots=True)
class Verdict:
    """What a walk found. links: lines that hold; head: the newest of them, None in an empty journal.

    broken: number of the first line that is not as it was written, None where all are, 0 where the heads themselves
    cannot be read; why: a sentence.
    """

    links: int
    head: Head | None
    broken: int | None = None
    why: str = ""

    @property
    def is_whole(self) -> bool:
        """Whether nothing was found."""
        return self.broken is None


def check_chain(links: Iterable[Link], heads: Sequence[Head] = ()) -> Verdict:
    """Walk a whole journal. heads: lines known from elsewhere, which find a cut tail and a chain made anew."""
    known: dict[int, list[str]] = {}
    for head in heads:
        known.setdefault(head.seq, []).append(head.hash)
    before, count = "", 0
    for link in links:
        why = _fault(link, count + 1, before)
        if not why and any(one != link.hash for one in known.get(link.seq, ())):
            why = f"Line {link.seq} is not the line that was noted before: the journal was made anew up to there."
        if why:
            return Verdict(count, Head(count, before) if count else None, count + 1, why)
        before, count = link.hash, count + 1
    newest = Head(count, before) if count else None
    last = max(known, default=0)
    if last > count:
        return Verdict(count, newest, count + 1, f"Lines {count + 1} to {last} are gone: they were noted before.")
    return Verdict(count, newest)


def _fault(link: Link, wanted: int, before: str) -> str:
    """What is wrong with a line, "" for nothing."""
    if link.seq != wanted:
        return f"Line {wanted} is not there: the next one is numbered {link.seq}."
    try:
        made = chain_hash(before, link.seq, link.at, link.post, link.kind, link.subject, link.data)
    except (TypeError, AttributeError, UnicodeEncodeError):
        return f"Line {wanted} cannot be read."
    return "" if made == link.hash else f"Line {wanted} is not what was written there."
