"""Config: everything that can be set, read once at the edge; nothing below reads the environment."""

from __future__ import annotations

import os
import tomllib
from collections.abc import Mapping
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any
from urllib.parse import urlsplit

from mapsvc.errors import BadInput

_KEYS: Mapping[str, tuple[str, ...]] = {
    "server": ("host", "port", "threads", "streams", "drill"),
    "map": ("basemap", "xyz_url", "xyz_attribution", "datum"),
    "access": ("anonymous", "proxies"),
    "geocode": ("online", "key", "url", "city"),
}
MAP_DATUMS = ("wgs84", "gcj02", "bd09")
"""What the tiles of a basemap are in: AMap, Tencent and Google in China are GCJ-02, Baidu BD-09."""
ONLINE = ("amap", "baidu", "nominatim", "tianditu")
"""Address services elsewhere that can be switched on."""
ANONYMOUS = ("none", "viewer")
"""What somebody may do who did not sign in: nothing but the public map, or see as a viewer does."""


@dataclass(frozen=True, slots=True)
class ServerConfig:
    """Where the service listens, how many requests it answers at once and how many streams it holds beside them.

    drill: everything works, nothing leaves by webhook, and every page and event says that it is a drill.
    """

    host: str = "127.0.0.1"
    port: int = 8000
    threads: int = 16
    streams: int = 300
    drill: bool = False


@dataclass(frozen=True, slots=True)
class MapConfig:
    """What lies under the grids.

    basemap: path of an MBTiles or PMTiles file, empty = our own streets and outlines.
    xyz_url, xyz_attribution: a tile service, only by configuration; the CSP then names its host.
    datum: what the tiles are in, one of MAP_DATUMS; the shapes on top are shifted to it, and clicks back.
    """

    basemap: str = ""
    xyz_url: str = ""
    xyz_attribution: str = ""
    datum: str = "wgs84"


@dataclass(frozen=True, slots=True)
class AccessConfig:
    """Who gets in. anonymous: one of ANONYMOUS; "viewer" is for wall screens in a closed network.

    proxies: how many proxies stand in front, each adding the address it was asked from; 0 = none is believed.
    """

    anonymous: str = "none"
    proxies: int = 0


@dataclass(frozen=True, slots=True)
class GeocodeConfig:
    """An address service elsewhere, off unless named. online: one of ONLINE; url: where it is asked, "" = its own.

    city: what narrows its search. Every question sent out is noted in the journal.
    """

    online: str = ""
    key: str = field(default="", repr=False)
    url: str = ""
    city: str = ""


@dataclass(frozen=True, slots=True)
class Config:
    """All settings in named groups."""

    data_dir: Path
    database_url: str = ""
    server: ServerConfig = field(default_factory=ServerConfig)
    map: MapConfig = field(default_factory=MapConfig)
    access: AccessConfig = field(default_factory=AccessConfig)
    geocode: GeocodeConfig = field(default_factory=GeocodeConfig)


def read_config(data_dir: Path, environ: Mapping[str, str] | None = None) -> Config:
    """Settings from DATA/mapsvc.toml, then from MAPSVC_* in the environment, which wins."""
    environ = os.environ if environ is None else environ
    path = data_dir / "mapsvc.toml"
    given = _read_toml(path) if path.exists() else {}
    server, shown, access = _group(given, "server"), _group(given, "map"), _group(given, "access")
    return Config(
        data_dir=data_dir,
        database_url=environ.get("DATABASE_URL", ""),
        server=ServerConfig(
            host=str(environ.get("MAPSVC_HOST", server.get("host", "127.0.0.1"))),
            port=_whole("port", environ.get("MAPSVC_PORT", server.get("port", 8000)), 65535),
            threads=_whole("threads", environ.get("MAPSVC_THREADS", server.get("threads", 16)), 1000),
            streams=_whole("streams", environ.get("MAPSVC_STREAMS", server.get("streams", 300)), 5000),
            drill=_flag("drill", environ.get("MAPSVC_DRILL", server.get("drill", False))),
        ),
        map=MapConfig(
            basemap=str(environ.get("MAPSVC_BASEMAP", shown.get("basemap", ""))),
            xyz_url=str(environ.get("MAPSVC_XYZ_URL", shown.get("xyz_url", ""))),
            xyz_attribution=str(shown.get("xyz_attribution", "")),
            datum=_map_datum(environ.get("MAPSVC_MAP_DATUM", shown.get("datum", "wgs84"))),
        ),
        access=AccessConfig(
            anonymous=_anonymous(environ.get("MAPSVC_ANONYMOUS", access.get("anonymous", "none"))),
            proxies=_whole("proxies", environ.get("MAPSVC_PROXIES", access.get("proxies", 0)), 9, least=0),
        ),
        geocode=_read_geocode(_group(given, "geocode"), environ),
    )


def _read_geocode(asked: Mapping[str, Any], environ: Mapping[str, str]) -> GeocodeConfig:
    online, url = str(asked.get("online", "")), str(asked.get("url", ""))
    if online and online not in ONLINE:
        raise BadInput(f"geocode.online is one of {', '.join(ONLINE)}, or empty, not {online}.", field="online")
    if url and not _is_web_address(url):
        raise BadInput("geocode.url is an address such as https://maps.example.org.", field="url")
    key = environ.get("MAPSVC_GEOCODE_KEY", str(asked.get("key", "")))
    if online and online != "nominatim" and not key:
        raise BadInput(f"geocode.key is missing: {online} answers nobody without one.", field="key")
    return GeocodeConfig(online, key, url, str(asked.get("city", "")))


def _is_web_address(url: str) -> bool:
    try:
        parts = urlsplit(url)
        return parts.scheme in ("http", "https") and bool(parts.hostname) and parts.port != 0 and not parts.query
    except ValueError:
        return False


def _anonymous(given: object) -> str:
    if given not in ANONYMOUS:
        raise BadInput(f"MAPSVC_ANONYMOUS is one of {', '.join(ANONYMOUS)}, not {given}.", field="anonymous")
    return str(given)


def _map_datum(given: object) -> str:
    if given not in MAP_DATUMS:
        raise BadInput(f"The datum of the map is one of {', '.join(MAP_DATUMS)}, not {given}.", field="datum")
    return str(given)


def _read_toml(path: Path) -> dict[str, Any]:
    try:
        return tomllib.loads(path.read_text(encoding="utf-8"))
    except (tomllib.TOMLDecodeError, UnicodeDecodeError) as error:
        raise BadInput(f"{path.name} is not readable TOML: {error}.") from error


def _group(given: Mapping[str, Any], name: str) -> Mapping[str, Any]:
    """A table of the settings. A misspelt key would silently leave the default in force: it is refused."""
    if unknown := given.keys() - _KEYS.keys():
        raise BadInput(f'mapsvc.toml: "{min(unknown)}" is unknown; known are {", ".join(_KEYS)}.', field=min(unknown))
    group = given.get(name, {})
    if not isinstance(group, dict):
        raise BadInput(f"mapsvc.toml: {name} is a table ([{name}]) of settings.", field=name)
    if unknown := group.keys() - set(_KEYS[name]):
        raise BadInput(
            f'mapsvc.toml: "{name}.{min(unknown)}" is unknown; known are {", ".join(_KEYS[name])}.', field=name
        )
    return group


def _flag(name: str, value: object) -> bool:
    found = {"1": True, "true": True, "0": False, "false": False, "": False}.get(str(value).lower())
    if found is None:
        raise BadInput(f"{name} is true or false, not {value}.", field=name)
    return found


def _whole(name: str, value: object, most: int, least: int = 1) -> int:
    text = str(value)
    if not (text.isascii() and text.isdigit() and least <= int(text) <= most):
        raise BadInput(f"{name} is a whole number from {least} to {most}, not {text}.", field=name)
    return int(text)
