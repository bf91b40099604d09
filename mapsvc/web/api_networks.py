"""Areas of linked networks: /api/networks."""

from __future__ import annotations

from flask import Blueprint

api_networks = Blueprint("api_networks", __name__)
