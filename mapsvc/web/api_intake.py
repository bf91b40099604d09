"""Reports come in: POST /api/reports, photos."""

from __future__ import annotations

from flask import Blueprint

api_intake = Blueprint("api_intake", __name__)
