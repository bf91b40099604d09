"""The journal's chain: every change of what was written is found, whatever it was."""

from __future__ import annotations

import random
from dataclasses import replace
from pathlib import Path

import pytest
from square import StillClock, fill

from mapsvc.errors import BadInput
from mapsvc.model.channel import Channel
from mapsvc.model.event import Link, chain_hash
from mapsvc.ports import Store
from mapsvc.services.accounts.chain import Head, check_chain
from mapsvc.services.accounts.heads import HEADS_NAME, Heads, read_head, show_head
from mapsvc.store.memory import MemoryStore

both = pytest.mark.parametrize("store", ["memory", "sqlite"], indirect=True)

FIELDS = ("seq", "at", "post", "kind", "subject", "data", "hash")


def write(store: Store, n: int) -> None:
    for k in range(n):
        store.put_channel(Channel("hotline", f"Hotline {k}"), at=k, post=f"desk-{k % 3}")


def journal(n: int = 40) -> list[Link]:
    store = MemoryStore()
    write(store, n)
    return list(store.iter_links())


def rehashed(links: list[Link]) -> list[Link]:
    """As a forger does it who knows how the chain is made."""
    made: list[Link] = []
    for k, link in enumerate(links, 1):
        before = made[-1].hash if made else ""
        fields = (k, link.at, link.post, link.kind, link.subject, link.data)
        made.append(replace(link, seq=k, hash=chain_hash(before, *fields)))
    return made


def edit(links: list[Link], rng: random.Random) -> list[Link]:
    """One field of one line: a letter changed, dropped or put in; a number changed."""
    at = rng.randrange(len(links))
    name = rng.choice(FIELDS)
    value = getattr(links[at], name)
    if isinstance(value, int):
        new: object = value + rng.choice([-1, 1, 1000])
    else:
        place = rng.randrange(len(value) + 1)
        new = value[:place] + rng.choice(["x", "0", "\u00e9", " "]) + value[place + rng.randrange(2) :]
        new = new if new != value else value + "~"
    return [*links[:at], replace(links[at], **{name: new}), *links[at + 1 :]]


def delete(links: list[Link], rng: random.Random) -> list[Link]:
    at = rng.randrange(len(links) - 1)
    left = [*links[:at], *links[at + 1 + rng.randrange(3) :]]
    return [replace(one, seq=k) for k, one in enumerate(left, 1)] if rng.random() < 0.5 else left


def reorder(links: list[Link], rng: random.Random) -> list[Link]:
    one, two = rng.sample(range(len(links)), 2)
    moved = list(links)
    moved[one], moved[two] = moved[two], moved[one]
    return [replace(it, seq=k) for k, it in enumerate(moved, 1)] if rng.random() < 0.5 else moved


def shift_border(links: list[Link], rng: random.Random) -> list[Link]:
    """Letters move from one field to its neighbour: the text of both together stays."""
    at = rng.randrange(len(links))
    link = links[at]
    n = rng.randrange(1, len(link.subject))
    moved = replace(link, subject=link.subject[n:], kind=link.kind + link.subject[:n])
    return [*links[:at], moved, *links[at + 1 :]]


def cut(links: list[Link], rng: random.Random) -> list[Link]:
    return links[: rng.randrange(len(links))]


def forge(links: list[Link], rng: random.Random) -> list[Link]:
    """Whatever it was, the chain is made anew over it."""
    return rehashed(rng.choice([edit_told, delete, reorder])(links, rng))


def edit_told(links: list[Link], rng: random.Random) -> list[Link]:
    at = rng.randrange(len(links))
    name = rng.choice(FIELDS[2:6])
    changed = replace(links[at], **{name: getattr(links[at], name) + "x"})
    return [*links[:at], changed, *links[at + 1 :]]


def add(links: list[Link], rng: random.Random) -> list[Link]:
    at = rng.randrange(len(links))
    return [*links[:at], replace(links[at], post="intruder"), *links[at:]]


FORGERIES = (edit, delete, reorder, shift_border, cut, forge, add)


def check_rounds(rounds: int) -> None:
    links = journal()
    heads = [Head(links[-1].seq, links[-1].hash)]
    assert check_chain(links, heads).is_whole
    rng = random.Random(7)
    for k in range(rounds):
        forged = FORGERIES[k % len(FORGERIES)](links, rng)
        assert forged != links
        verdict = check_chain(forged, heads)
        assert not verdict.is_whole, (k, FORGERIES[k % len(FORGERIES)].__name__)
        assert verdict.why


def test_two_thousand_changes_are_all_found() -> None:
    check_rounds(2000)


@pytest.mark.slow
def test_ten_thousand_changes_are_all_found() -> None:
    check_rounds(10_000)


def test_the_first_broken_line_is_named() -> None:
    links = journal()
    changed = [*links[:16], replace(links[16], post="intruder"), *links[17:]]
    verdict = check_chain(changed)
    assert (verdict.broken, verdict.links) == (17, 16)
    assert "17" in verdict.why


def test_without_a_head_a_cut_tail_and_a_whole_new_chain_cannot_be_told() -> None:
    """Why heads are kept elsewhere."""
    links = journal()
    assert check_chain(links[:-3]).is_whole
    assert check_chain(rehashed(edit_told(links, random.Random(1)))).is_whole


def test_lines_written_after_the_head_are_no_finding() -> None:
    links = journal()
    assert check_chain(links, [Head(5, links[4].hash), Head(20, links[19].hash)]).links == len(links)


def test_an_empty_journal_is_whole_unless_it_held_something() -> None:
    assert check_chain([]).head is None
    assert check_chain([], [Head(1, "0" * 64)]).broken == 1


@both
def test_a_stored_journal_is_whole_and_its_head_is_noted_once(store: Store, clock: StillClock, tmp_path: Path) -> None:
    heads = Heads(tmp_path, store, clock)
    first = heads.note()
    assert heads.note() == first
    assert heads.verify().is_whole
    assert len(heads.read()) == 1
    write(store, 5)
    assert heads.note().is_whole
    verdict = heads.verify()
    assert (verdict.is_whole, verdict.links) == (True, store.seq())
    assert heads.read()[-1] == verdict.head


def test_a_store_that_was_swapped_is_found_at_the_start_and_nothing_is_noted(tmp_path: Path, clock: StillClock) -> None:
    one, two = (fill(MemoryStore()) for _ in range(2))
    write(one, 9)
    write(two, 8)
    write(two, 3)
    Heads(tmp_path, one, clock).note()
    before = (tmp_path / HEADS_NAME).read_text()
    noted = Heads(tmp_path, two, clock).note()
    assert not noted.is_whole
    assert not Heads(tmp_path, two, clock).verify().is_whole
    shorter = fill(MemoryStore())
    assert not Heads(tmp_path, shorter, clock).note().is_whole
    assert (tmp_path / HEADS_NAME).read_text() == before


def test_a_head_kept_elsewhere_finds_what_the_file_beside_the_store_cannot(tmp_path: Path, clock: StillClock) -> None:
    store = fill(MemoryStore())
    kept = Heads(tmp_path, store, clock).verify().head
    assert kept is not None
    (tmp_path / HEADS_NAME).unlink()
    forged = MemoryStore()
    write(forged, kept.seq + 2)
    assert Heads(tmp_path, forged, clock).verify().is_whole
    assert not Heads(tmp_path, forged, clock).verify([kept]).is_whole


@pytest.mark.parametrize("line", ["nonsense\n", "1:abc at=5\n", "\xff", f"0x1:{'a' * 64} at=1\n"])
def test_a_damaged_file_of_heads_is_a_finding_and_no_crash(tmp_path: Path, clock: StillClock, line: str) -> None:
    (tmp_path / HEADS_NAME).write_bytes(line.encode("latin-1"))
    heads = Heads(tmp_path, fill(MemoryStore()), clock)
    assert not heads.verify().is_whole
    assert HEADS_NAME in heads.note().why


@pytest.mark.parametrize("text", ["", "1", "1:", f"x:{'a' * 64}", f"0:{'a' * 64}", f"1:{'A' * 64}", f"1:{'a' * 63}"])
def test_a_head_is_read_strictly(text: str) -> None:
    with pytest.raises(BadInput):
        read_head(text)


def test_a_head_is_handed_on_as_it_is_read() -> None:
    head = Head(12, "ab" * 32)
    assert read_head(show_head(head)) == head
