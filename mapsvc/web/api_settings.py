"""Editable tables: /api/settings/NAME (workflow, limits, calendar)."""

from __future__ import annotations

from flask import Blueprint

api_settings = Blueprint("api_settings", __name__)
