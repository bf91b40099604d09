"""Addresses to places: /api/geocode and its corrections."""

from __future__ import annotations

from flask import Blueprint

api_geocode = Blueprint("api_geocode", __name__)
