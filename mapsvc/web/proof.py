"""The "whose is it" sheet: /print/proof.pdf."""

from __future__ import annotations

from flask import Blueprint

proof = Blueprint("proof", __name__)
