"""Channel: a way in for reports (a mini program, an app, a hotline desk)."""

from __future__ import annotations

from dataclasses import dataclass


@dataclass(frozen=True, slots=True)
class Channel:
    """What a channel is known for.

    code: a-z, 0-9 and hyphens; the first half of every report's idempotency key. datum: what its positions are in
    where a protocol has no place to say so (Open311); "" = must be said with each report. public: reports come from
    anyone through our own report page. per_minute: most reports taken in a minute, 0 = no limit.
    """

    code: str
    name: str
    name_zh: str = ""
    datum: str = ""
    public: bool = False
    per_minute: int = 0
    active: bool = True
