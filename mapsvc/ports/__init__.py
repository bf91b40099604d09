"""The seams: what a store, a file reader, a geocoder and a clock promise. The docstrings are the contract."""

from mapsvc.ports.basis import ANY_PLAN, Basis, Locate
from mapsvc.ports.clock import Clock, Progress, no_progress
from mapsvc.ports.files import BoundaryFile, FileReader, RowBatch, TileSource
from mapsvc.ports.geocoder import GazetteerMaker, Geocoder, KnownAddresses, OnlineGeocoder
from mapsvc.ports.incident_store import MOST_TOLD, Added
from mapsvc.ports.plan_store import Publication
from mapsvc.ports.store import Store

__all__ = [
    "ANY_PLAN",
    "MOST_TOLD",
    "Added",
    "Basis",
    "BoundaryFile",
    "Clock",
    "FileReader",
    "GazetteerMaker",
    "Geocoder",
    "KnownAddresses",
    "Locate",
    "OnlineGeocoder",
    "Progress",
    "Publication",
    "RowBatch",
    "Store",
    "TileSource",
    "no_progress",
]
