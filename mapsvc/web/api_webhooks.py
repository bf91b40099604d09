"""Other systems that are told of events: /api/webhooks."""

from __future__ import annotations

from flask import Blueprint

api_webhooks = Blueprint("api_webhooks", __name__)
