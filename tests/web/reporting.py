"""Channels with keys, and reports that they send."""

from __future__ import annotations

from typing import Any

from flask import Flask
from flask.testing import FlaskClient
from square import SOUTH, STEP, WEST

from mapsvc.model.channel import Channel

REPORT: dict[str, Any] = {
    "ref": "r-1",
    "type": "lamp",
    "title": "Lamp out",
    "datum": "wgs84",
    "lon": WEST + 1.5 * STEP,
    "lat": SOUTH + 1.5 * STEP,
    "accuracy_m": 5,
}


def key_for(app: Flask, channel: Channel) -> str:
    """A key of a channel, which is put first."""
    accounts = app.extensions["mapsvc"].accounts
    accounts.channels.put(channel, post="test")
    return str(accounts.keys.make("tests", channel=channel.code, post="test")[1])


def channel_client(app: Flask, code: str = "app", **facts: Any) -> FlaskClient:
    """A client with a channel's key."""
    client = app.test_client()
    client.environ_base["HTTP_AUTHORIZATION"] = f"Bearer {key_for(app, Channel(code, 'An app', **facts))}"
    return client


def public_channel(app: Flask, code: str = "citizens", **facts: Any) -> Channel:
    """A channel that takes reports from anyone."""
    channel: Channel = app.extensions["mapsvc"].accounts.channels.put(
        Channel(code, "Citizens", public=True, **facts), post="test"
    )
    return channel
