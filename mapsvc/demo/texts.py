"""Texts: titles and notes of invented incidents, one pair (English, Chinese) from one draw."""

from __future__ import annotations

import tomllib
from dataclasses import dataclass
from pathlib import Path

import numpy as np

Pair = tuple[str, str]


@dataclass(frozen=True, slots=True)
class Phrases:
    """The table phrases.toml. matter: task type -> (en, zh, kinds of place); place: kind of place -> (en, zh)."""

    matter: dict[str, tuple[tuple[str, str, str], ...]]
    place: dict[str, tuple[Pair, ...]]
    bus_yard: dict[str, tuple[Pair, ...]]
    note: dict[str, tuple[Pair, ...]]


@dataclass(frozen=True, slots=True)
class Words:
    """What fills a place pattern: block, entrance, compound, street, house number, public place."""

    n: int = 0
    e: int = 1
    no: int = 0
    yard: Pair = ("", "")
    street: Pair = ("", "")
    spot: Pair = ("", "")

    def fill(self, pattern: Pair) -> Pair:
        """The pattern with our words in both languages."""
        numbers = {"n": self.n, "e": self.e, "no": self.no}
        english = pattern[0].format(yard=self.yard[0], street=self.street[0], spot=self.spot[0], **numbers)
        chinese = pattern[1].format(yard_zh=self.yard[1], street_zh=self.street[1], spot_zh=self.spot[1], **numbers)
        return english, chinese


def read_phrases() -> Phrases:
    """The table beside this file."""
    table = tomllib.loads(Path(__file__).with_name("phrases.toml").read_text(encoding="utf-8"))
    return Phrases(**{part: {key: tuple(map(tuple, rows)) for key, rows in table[part].items()} for part in table})


def list_patterns(phrases: Phrases, task_type: str) -> list[tuple[str, Pair]]:
    """All unfilled titles of a task type as (kind of place, pattern): matter and place joined."""
    return [
        (kind, (name + where, where_zh + name_zh))
        for name, name_zh, kinds in phrases.matter[task_type]
        for kind in kinds
        for where, where_zh in phrases.place[kind]
    ]


def draw_title(phrases: Phrases, task_type: str, kinds: str, words: Words, rng: np.random.Generator) -> Pair:
    """A title of this type that fits one of these kinds of place; matters are drawn before places."""
    fitting = [row for row in phrases.matter[task_type] if set(row[2]) & set(kinds)]
    name, name_zh, at = fitting[int(rng.integers(len(fitting)))]
    usable = [kind for kind in at if kind in kinds]
    kind = usable[int(rng.integers(len(usable)))]
    where, where_zh = phrases.place[kind][int(rng.integers(len(phrases.place[kind])))]
    return words.fill((name + where, where_zh + name_zh))


def draw_bare_title(phrases: Phrases, task_type: str, rng: np.random.Generator) -> Pair:
    """A title that names the matter only: for a report whose place is not known."""
    name, name_zh, _ = phrases.matter[task_type][int(rng.integers(len(phrases.matter[task_type])))]
    return name, name_zh


def draw_note(phrases: Phrases, source: str, rng: np.random.Generator) -> Pair:
    """A body text for a report that came through `source`."""
    notes = phrases.note[source]
    return notes[int(rng.integers(len(notes)))]
