"""What happens, as it happens: /api/stream (SSE) and /api/events (polling)."""

from __future__ import annotations

from flask import Blueprint

stream = Blueprint("stream", __name__)
