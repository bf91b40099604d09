"""The report page for phones: /report."""

from __future__ import annotations

from flask import Blueprint

phone_report = Blueprint("phone_report", __name__)
