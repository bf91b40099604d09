"""Pages to sign in and to keep accounts: /login, /admin; the public map: /public."""

from __future__ import annotations

from flask import Blueprint

account_pages = Blueprint("account_pages", __name__)
