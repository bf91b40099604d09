"""Config: everything that can be set, read once at the edge; nothing below reads the environment."""

from __future__ import annotations

import os
import tomllib
from collections.abc import Mapping
from dataclasses import dataclass, field
from pathlib import Path

from mapsvc.errors import BadInput


@dataclass(frozen=True, slots=True)
class ServerConfig:
    """Where the service listens and how many requests it answers at once."""

    host: str = "127.0.0.1"
    port: int = 8000
    threads: int = 16


@dataclass(frozen=True, slots=True)
class MapConfig:
    """What lies under the grids.

    basemap: path of an MBTiles or PMTiles file, empty = our own streets and outlines.
    xyz_url, xyz_attribution: a tile service, only by configuration; the CSP then names its host.
    """

    basemap: str = ""
    xyz_url: str = ""
    xyz_attribution: str = ""


@dataclass(frozen=True, slots=True)
class Config:
    """All settings in named groups."""

    data_dir: Path
    database_url: str = ""
    server: ServerConfig = field(default_factory=ServerConfig)
    map: MapConfig = field(default_factory=MapConfig)


def read_config(data_dir: Path, environ: Mapping[str, str] | None = None) -> Config:
    """Settings from DATA/mapsvc.toml, then from MAPSVC_* in the environment, which wins."""
    environ = os.environ if environ is None else environ
    path = data_dir / "mapsvc.toml"
    given: dict[str, dict[str, object]] = {}
    if path.exists():
        try:
            given = tomllib.loads(path.read_text(encoding="utf-8"))
        except tomllib.TOMLDecodeError as error:
            raise BadInput(f"{path.name} is not readable TOML: {error}.") from error
    server = given.get("server", {})
    shown = given.get("map", {})
    return Config(
        data_dir=data_dir,
        database_url=environ.get("DATABASE_URL", ""),
        server=ServerConfig(
            host=str(environ.get("MAPSVC_HOST", server.get("host", "127.0.0.1"))),
            port=int(str(environ.get("MAPSVC_PORT", server.get("port", 8000)))),
            threads=int(str(environ.get("MAPSVC_THREADS", server.get("threads", 16)))),
        ),
        map=MapConfig(
            basemap=str(environ.get("MAPSVC_BASEMAP", shown.get("basemap", ""))),
            xyz_url=str(environ.get("MAPSVC_XYZ_URL", shown.get("xyz_url", ""))),
            xyz_attribution=str(shown.get("xyz_attribution", "")),
        ),
    )
