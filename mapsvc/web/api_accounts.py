"""Accounts, keys and channels for the admin: /api/accounts, /api/keys, /api/channels."""

from __future__ import annotations

from flask import Blueprint

api_accounts = Blueprint("api_accounts", __name__)
