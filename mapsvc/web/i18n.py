"""Two languages from one message file, for templates and browser modules alike."""

from __future__ import annotations

import json
import re
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from functools import lru_cache
from pathlib import Path

LANGUAGES = ("en", "zh")
MESSAGE_FILE = Path(__file__).with_name("messages.json")
_PLACE = re.compile(r"\{(\w+)\}")


@dataclass(frozen=True, slots=True)
class Messages:
    """All sentences: key -> {language -> text}. `{name}` in a text stands for a value."""

    texts: Mapping[str, Mapping[str, str]]

    def text(self, key: str, lang: str, **values: object) -> str:
        """The sentence in this language with its values filled in; KeyError for an unknown key.

        The result is plain text: templates escape it like any other.
        """
        return _PLACE.sub(lambda match: str(values[match.group(1)]), self.texts[key][lang])

    def of_language(self, lang: str) -> dict[str, str]:
        """key -> text of one language, as the browser gets it."""
        return {key: both[lang] for key, both in self.texts.items()}


def places(text: str) -> set[str]:
    """Names of the values a sentence expects."""
    return set(_PLACE.findall(text))


@lru_cache(maxsize=1)
def read_messages() -> Messages:
    """The message file of the package, read once."""
    return Messages(json.loads(MESSAGE_FILE.read_text(encoding="utf-8")))


def choose_language(asked: str | None, kept: str | None, accepted: Iterable[str]) -> str:
    """The language of an answer: the address wins, then the kept choice, then the browser's order, then English.

    accepted: language tags, best first ("zh-Hans-CN", "en"); only the primary part counts.
    """
    for tag in (asked, kept, *accepted):
        primary = (tag or "").split("-")[0].lower()
        if primary in LANGUAGES:
            return primary
    return LANGUAGES[0]
