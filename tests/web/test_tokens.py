"""Contrast of the themes, computed from tokens.css with the WCAG 2 formula."""

from __future__ import annotations

import re

import pytest

from mapsvc.web.pages import STATIC_FOLDER

CSS = (STATIC_FOLDER / "css/tokens.css").read_text(encoding="utf-8")
THEMES = ("light", "dark", "sun")


def tokens(theme: str) -> dict[str, str]:
    found = dict(re.findall(r"--([\w-]+):(#[0-9a-f]{6})", CSS[: CSS.index("[data-theme=dark]")]))
    if theme != "light":
        block = re.search(rf"\n\[data-theme={theme}\]\{{(.*?)\n\}}", CSS, re.DOTALL)
        assert block
        found |= dict(re.findall(r"--([\w-]+):(#[0-9a-f]{6})", block[1]))
    return found


def luminance(colour: str) -> float:
    parts = [int(colour[i : i + 2], 16) / 255 for i in (1, 3, 5)]
    linear = [part / 12.92 if part <= 0.04045 else ((part + 0.055) / 1.055) ** 2.4 for part in parts]
    return 0.2126 * linear[0] + 0.7152 * linear[1] + 0.0722 * linear[2]


def contrast(one: str, other: str) -> float:
    low, high = sorted((luminance(one), luminance(other)))
    return (high + 0.05) / (low + 0.05)


@pytest.mark.parametrize("theme", THEMES)
@pytest.mark.parametrize(
    ("ink", "paper", "floor"),
    [
        ("ink", "surface", 4.5),
        ("ink-2", "surface", 4.5),
        ("ink", "surface-2", 4.5),
        ("ink-2", "surface-2", 4.5),
        ("accent", "surface", 4.5),
        ("accent", "accent-soft", 4.5),
        ("on-accent", "accent", 4.5),
        ("alarm", "surface", 4.5),
        ("on-alarm", "alarm", 4.5),
        ("ink", "warn-soft", 4.5),
        ("line-strong", "surface", 3.0),
        ("line-force", "map-land", 3.0),
        ("green", "map-land", 3.0),
        ("red", "map-land", 3.0),
        ("sym-edge", "yellow", 3.0),
    ],
)
def test_what_must_be_read_can_be_read(theme: str, ink: str, paper: str, floor: float) -> None:
    colours = tokens(theme)
    assert contrast(colours[ink], colours[paper]) >= floor


def test_the_formula_gives_the_known_ends_of_the_scale() -> None:
    assert contrast("#000000", "#ffffff") == pytest.approx(21)
    assert contrast("#777777", "#ffffff") == pytest.approx(4.48, abs=0.01)
