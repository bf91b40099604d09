"""Who should go, and one call that sends them: /api/cases/ID/recommend, dispatch, undo."""

from __future__ import annotations

from flask import Blueprint

api_dispatch = Blueprint("api_dispatch", __name__)
