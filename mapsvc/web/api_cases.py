"""Incidents in motion: /api/cases/ID and its steps."""

from __future__ import annotations

from flask import Blueprint

api_cases = Blueprint("api_cases", __name__)
