"""Wiring: the only file that names concrete classes."""

from __future__ import annotations

import time
from collections.abc import Mapping
from contextlib import suppress
from dataclasses import dataclass, field
from datetime import date
from functools import cached_property
from pathlib import Path
from typing import TYPE_CHECKING, Any

from mapsvc.config import Config, GeocodeConfig, MapConfig
from mapsvc.errors import BadInput, NoPlan
from mapsvc.model.query import Query
from mapsvc.ports import Clock, OnlineGeocoder, Progress, Store, TileSource, no_progress
from mapsvc.services.accounts.accounts import Accounts
from mapsvc.services.accounts.heads import HEADS_NAME, Heads
from mapsvc.services.editions import Editions
from mapsvc.services.exchange.stocking import Stocked, stock
from mapsvc.services.intake.pace import Pace
from mapsvc.services.live.drill import Drill
from mapsvc.services.live.live import Live
from mapsvc.services.live.told import Teller
from mapsvc.services.redraw.redraw import Redraw
from mapsvc.services.scene.byte_keep import ByteKeep
from mapsvc.services.scene.scene import Stage
from mapsvc.services.summarise import Summaries
from mapsvc.services.view.view import OWN_BASEMAP, View

if TYPE_CHECKING:
    from mapsvc.services.cases.cases import Cases
    from mapsvc.services.exchange.exchange import Exchange
    from mapsvc.services.exchange.locate_file import LocatedFile
    from mapsvc.services.intake.intake import Intake
    from mapsvc.services.intake.photos import Photos
    from mapsvc.services.intake.requests import Requests
    from mapsvc.services.live.background import Background
    from mapsvc.services.places.places import Places

STORE_NAME = "mapsvc.gpkg"
GEODATA = Path(__file__).resolve().parent.parent / "geodata"


class SystemClock:
    """The machine's clock."""

    def now(self) -> int:
        """Epoch seconds UTC."""
        return int(time.time())


@dataclass(eq=False)
class Services:
    """Everything the web and the command line call."""

    config: Config
    store: Store
    clock: Clock
    view: View
    summaries: Summaries
    redraw: Redraw
    editions: Editions
    accounts: Accounts
    live: Live
    tiles: TileSource | None = None
    kept: ByteKeep = field(default_factory=ByteKeep)

    def __post_init__(self) -> None:
        self.pace = Pace(self.clock)

    @cached_property
    def intake(self) -> Intake:
        """The door for reports."""
        from mapsvc.services.intake.intake import Intake

        return Intake(self.view.stage, self.places.geocoder)

    @cached_property
    def cases(self) -> Cases:
        """The door to incidents in motion."""
        from mapsvc.services.cases.cases import Cases

        return Cases(self.view, is_drill=lambda: self.live.drill.is_on)

    @cached_property
    def places(self) -> Places:
        """Addresses to places."""
        from mapsvc.geocode.maker import GazetteerKeeper
        from mapsvc.services.places.places import Places

        return Places(self.view.stage, GazetteerKeeper(), self.kept.folder, _online(self.config.geocode))

    @cached_property
    def requests(self) -> Requests:
        """Incidents as Open311's service requests."""
        from mapsvc.services.intake.requests import Requests

        return Requests(self.view.stage)

    @cached_property
    def photos(self) -> Photos:
        """Photos of reports, beside the store."""
        from mapsvc.files.photos import PhotoFolder
        from mapsvc.services.intake.photos import Photos

        return Photos(self.view.stage, PhotoFolder(self.config.data_dir / "photos"), self.cases.discretion.look)

    @cached_property
    def exchange(self) -> Exchange:
        """Import and export; made when first used, since serving needs none of it."""
        from mapsvc.files.reader import SandboxReader
        from mapsvc.services.exchange.exchange import Exchange

        return Exchange(self.store, SandboxReader(), self.clock, self.view.plan)

    def locate_file(
        self,
        points: Path,
        out: Path,
        *,
        crs: str,
        x: str | None = None,
        y: str | None = None,
        accuracy: str | None = None,
        plan_id: str | None = None,
        as_of: date | None = None,
        progress: Progress = no_progress,
    ) -> LocatedFile:
        """Add grid and certainty to every row of a CSV. Raises BadFile, NotFound."""
        from mapsvc.files.reader import SandboxReader
        from mapsvc.services.exchange.locate_file import locate_file

        plan = self.view.plan(Query(plan_id=plan_id, as_of=as_of))
        return locate_file(
            SandboxReader(),
            plan.plan,
            plan.index.locate,
            points,
            out,
            crs=crs,
            x=x,
            y=y,
            accuracy=accuracy,
            progress=progress,
        )

    @cached_property
    def background(self) -> Background:
        """Webhooks with their sender, and the keeper of time limits; `start` begins both."""
        from mapsvc.services.live.background import Background

        return Background.over(
            self.view.stage, self.live, self.heads, self.config.data_dir, own_port=self.config.server.port
        )

    @cached_property
    def heads(self) -> Heads:
        """The newest lines of the journal, noted beside the store."""
        return Heads(self.config.data_dir, self.store, self.clock)

    def warm(self) -> None:
        """Make what the first visitor would wait for, and keep it in the data folder; nothing without a plan."""
        with suppress(NoPlan):
            self.view.warm()
        self.places.geocoder()

    def close(self) -> None:
        """Release files and connections."""
        self.live.stop()
        if "background" in self.__dict__:
            self.background.stop()
        if self.tiles is not None:
            self.tiles.close()
        self.store.close()


def build(config: Config) -> Services:
    """Services over the GeoPackage in the data folder, which is made if it is not there."""
    if config.database_url:
        raise BadInput("DATABASE_URL is set, but only the store in the data folder can be used yet.")
    from mapsvc.store.sqlite import SqliteStore

    config.data_dir.mkdir(parents=True, exist_ok=True)
    store = SqliteStore.open(config.data_dir / STORE_NAME)
    return assemble(config, store, SystemClock(), cache_dir=config.data_dir / "cache")


def build_without_store(config: Config) -> Services:
    """Services that keep nothing, for checks of files."""
    from mapsvc.store.memory import MemoryStore

    return assemble(config, MemoryStore(), SystemClock())


def assemble(config: Config, store: Store, clock: Clock, *, cache_dir: Path | None = None) -> Services:
    """Services over any store; tests give a memory store and a clock that stands still."""
    tiles = _open_tiles(config.map)
    stage = Stage(store, clock, cache_dir)
    view = View(stage, _basemap(config.map, tiles))
    summaries = Summaries(stage)
    redraw = Redraw(stage, lambda: summaries.hotspots(Query()))
    stage.use_drafts(redraw.find_plan, redraw.turn.catch_up, redraw.locate)
    drill = Drill(store, is_on=config.server.drill)
    live = Live(store, Teller(stage, drill), drill, config.server.streams)
    accounts = Accounts.over(store, clock)
    return Services(
        config, store, clock, view, summaries, redraw, Editions(stage), accounts, live, tiles, ByteKeep(cache_dir)
    )


def _open_tiles(shown: MapConfig) -> TileSource | None:
    if not shown.basemap:
        return None
    path = Path(shown.basemap)
    if path.suffix.lower() == ".pmtiles":
        from mapsvc.files.pmtiles import PMTiles

        return PMTiles(path)
    if path.suffix.lower() == ".mbtiles":
        from mapsvc.store.mbtiles import MBTiles

        return MBTiles(path)
    raise BadInput(f"{path.name} is neither .mbtiles nor .pmtiles.", field="basemap")


def _online(asked: GeocodeConfig) -> OnlineGeocoder | None:
    if not asked.online:
        return None
    from mapsvc.geocode.online.services import SERVICES

    return SERVICES[asked.online](asked.key, asked.url, asked.city)


def _basemap(shown: MapConfig, tiles: TileSource | None) -> Mapping[str, Any]:
    """What /api/desk says about the ground: a file, else a configured service, else our own shapes."""
    if tiles is not None:
        return {
            "kind": "tiles",
            "url": "/tiles/base/{z}/{x}/{y}",
            "format": tiles.format,
            "min_zoom": tiles.min_zoom,
            "max_zoom": tiles.max_zoom,
            "attribution": tiles.attribution,
            "datum": shown.datum,
        }
    if shown.xyz_url:
        attribution = shown.xyz_attribution
        return {"kind": "xyz", "url": shown.xyz_url, "attribution": attribution, "datum": shown.datum}
    return OWN_BASEMAP


def load_demo_into(services: Services, *, lang: str = "en", progress: Progress = no_progress) -> Stocked:
    """Store the invented community, with times moved so that it looks live today."""
    from mapsvc.demo.load import load_demo
    from mapsvc.demo.motion import set_in_motion

    at = services.clock.now()
    stocks = load_demo(GEODATA, now=at, lang=lang)
    stocks, move = set_in_motion(services.store, stocks, at)
    stocked = stock(services.store, stocks, at=at, post="demo", source="demo", progress=progress, then=move)
    add_demo_accounts(services)
    return stocked


def add_demo_accounts(services: Services) -> tuple[tuple[str, ...], str]:
    """Make sure that the invented community has its accounts and channels; the accounts' codes, the password of all."""
    from mapsvc.demo.accounts import DEMO_PASSWORD, demo_accounts
    from mapsvc.demo.channels import demo_channels

    wanted = demo_accounts()
    for account in wanted:
        if services.accounts.book.find(account.code) is None:
            services.accounts.book.add_demo(account, DEMO_PASSWORD, post="demo")
    for channel in demo_channels():
        if services.accounts.channels.find(channel.code) is None:
            services.accounts.channels.put(channel, post="demo")
    still = [account.code for account in wanted if services.accounts.book.get(account.code).demo]
    return tuple(still), DEMO_PASSWORD


def remove_store(data_dir: Path) -> None:
    """Remove the store of a data folder with its side files and caches; other files stay."""
    for name in (STORE_NAME, f"{STORE_NAME}-wal", f"{STORE_NAME}-shm", HEADS_NAME):
        (data_dir / name).unlink(missing_ok=True)
    for pattern in ("*.npz", "answer-*.z"):
        for path in (data_dir / "cache").glob(pattern):
            path.unlink(missing_ok=True)
