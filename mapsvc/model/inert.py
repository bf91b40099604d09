"""Inert texts: cells of a table that no spreadsheet takes for a formula. One rule for every file that is written."""

from __future__ import annotations

_FORMULA = ("=", "+", "-", "@", "\t", "\r", "\n", "\x00", "＝", "＋", "－", "＠")
"""What a spreadsheet may take for the start of a formula, full-width forms too."""
_NUMBERLIKE = frozenset("0123456789.+-eE")


def inert(text: str) -> str:
    """A text as a cell: a quote in front of what begins, perhaps after blanks, like a formula.

    Plain numbers keep their sign. A text that begins with a quote gets another one, so that taking one leading
    quote away always gives the text back.
    """
    if text.startswith("'"):
        return "'" + text
    if not text.lstrip(" ").startswith(_FORMULA):
        return text
    if text[0] in "+-" and _NUMBERLIKE.issuperset(text) and any(letter.isdigit() for letter in text):
        return text
    return "'" + text
