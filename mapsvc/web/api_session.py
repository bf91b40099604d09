"""Sign in, sign out, who am I: /api/session."""

from __future__ import annotations

from flask import Blueprint

api_session = Blueprint("api_session", __name__)
