"""One message file for templates and browser modules, whole in both languages; and the colours that carry them."""

from __future__ import annotations

import json
import re
from pathlib import Path

import pytest

from mapsvc.model.finding import Rule, Severity
from mapsvc.model.grid import GridKind
from mapsvc.model.incident import Certainty, Status
from mapsvc.model.place import Method
from mapsvc.model.plan import PlanStatus
from mapsvc.model.site import SITE_KINDS
from mapsvc.web.i18n import MESSAGE_FILE, choose_language, places, read_messages
from mapsvc.web.pages import STATIC_FOLDER, TEMPLATE_FOLDER

MESSAGES = json.loads(MESSAGE_FILE.read_text(encoding="utf-8"))
SOURCES = [*STATIC_FOLDER.rglob("*.js"), *TEMPLATE_FOLDER.rglob("*.html")]
PLAIN_KEY = re.compile(r"(?<![\w.])(?:t|count)\(\s*'([\w.]+)'")
EITHER_KEY = re.compile(r"(?<![\w.])(?:t|count)\([^'`]*\? '([\w.]+)' : '([\w.]+)'")
PREFIX = re.compile(r"(?<![\w.])(?:t|count)\(\s*`([\w.]+)\$\{")


def used_keys() -> set[str]:
    keys: set[str] = set()
    for path in SOURCES:
        text = path.read_text(encoding="utf-8")
        keys |= set(PLAIN_KEY.findall(text)) | {key for pair in EITHER_KEY.findall(text) for key in pair}
    return keys


def test_every_sentence_is_there_in_both_languages() -> None:
    assert len(MESSAGES) > 300
    for key, both in MESSAGES.items():
        assert set(both) == {"en", "zh"}, key
        assert both["en"].strip("., ") or key in ("comma", "list_comma", "stop"), key
        assert both["zh"], key


def test_both_languages_expect_the_same_values() -> None:
    # Chinese may leave a value out where its word order holds it already, never ask for one that is not given.
    for key, both in MESSAGES.items():
        assert places(both["zh"]) <= places(both["en"]), key


def test_every_key_that_the_code_uses_exists() -> None:
    keys = used_keys()
    assert len(keys) > 200
    # Part of a key before a value ("title." ~ desk) is no key.
    assert {key for key in keys if not key.endswith(".")} - set(MESSAGES) == set()


def test_every_family_of_keys_that_the_code_builds_exists() -> None:
    prefixes = {found for path in SOURCES for found in PREFIX.findall(path.read_text(encoding="utf-8"))}
    assert len(prefixes) > 15
    for prefix in prefixes:
        assert any(key.startswith(prefix) for key in MESSAGES), prefix


@pytest.mark.parametrize(
    ("prefix", "words"),
    [
        ("status.", [*Status]),
        ("certainty.", [*Certainty]),
        ("kind.", [*GridKind]),
        ("rule.", [*Rule]),
        ("severity.", [*Severity]),
        ("method.", [*Method]),
        ("site.", list(SITE_KINDS)),
        ("light.", ["red", "yellow", "green", "waiting", "closed", "suspended"]),
        ("edition.", [*PlanStatus]),
    ],
)
def test_every_word_of_the_model_can_be_shown(prefix: str, words: list[str]) -> None:
    assert [word for word in words if prefix + word not in MESSAGES] == []


def test_no_sentence_holds_markup_or_curly_quotes_in_english() -> None:
    for key, both in MESSAGES.items():
        assert "<" not in both["en"].replace("< ", ""), key
        assert not set(both["en"]) & set("“”‘’"), key


def test_the_field_s_own_terms_are_used(shared: Path) -> None:
    glossary = json.loads((shared / "fixtures/domain/glossary.json").read_text(encoding="utf-8"))
    flow = json.loads((shared / "fixtures/domain/incident_flow.json").read_text(encoding="utf-8"))
    terms = {row["code"]: row["zh"].split("/") for row in glossary}
    for key, code in [("queue.overdue", "due_at"), ("rule.gap", "gap"), ("desk.hotspots", "hotspot")]:
        expected = ["超期"] if code == "due_at" else terms[code]
        assert any(MESSAGES[key]["zh"].startswith(term) for term in expected), key
    for state, zh in flow["states"]:
        assert MESSAGES[f"status.{state}"]["zh"] == zh


def test_a_sentence_is_filled_with_plain_text() -> None:
    assert read_messages().text("in_grid", "en", grid="{{7*191}}<b>") == "grid {{7*191}}<b>"


@pytest.mark.parametrize(
    ("asked", "kept", "accepted", "chosen"),
    [
        (None, None, [], "en"),
        (None, None, ["de", "zh-CN", "en"], "zh"),
        (None, "en", ["zh-CN"], "en"),
        ("zh", "en", ["en"], "zh"),
        ("xx", "zh", ["en"], "zh"),
        ("{{7*191}}", None, ["fr"], "en"),
    ],
)
def test_the_address_wins_over_the_kept_choice_over_the_browser(
    asked: str | None, kept: str | None, accepted: list[str], chosen: str
) -> None:
    assert choose_language(asked, kept, accepted) == chosen
