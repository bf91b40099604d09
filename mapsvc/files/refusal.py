"""Refusal: how the child says no. It crosses the pipe as JSON and becomes a BadFile on the other side."""

from __future__ import annotations

from typing import Any


class Refusal(Exception):
    """A file cannot be taken; `where` is the row or feature ("feature 3"), `field` a column or property."""

    def __init__(self, message: str, *, where: str | None = None, field: str | None = None, crs: bool = False) -> None:
        super().__init__(message)
        self.message = message
        self.where = where
        self.field = field
        self.crs = crs

    def to_json(self) -> dict[str, Any]:
        """What goes through the pipe."""
        return {"message": self.message, "where": self.where, "field": self.field, "crs": self.crs}
