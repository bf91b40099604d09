"""Open311 GeoReport v2 for existing clients: /open311/v2."""

from __future__ import annotations

from flask import Blueprint

open311 = Blueprint("open311", __name__)
