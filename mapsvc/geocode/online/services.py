"""The online services by the name under which the configuration switches one on."""

from __future__ import annotations

from collections.abc import Callable, Mapping

from mapsvc.geocode.online.amap import AMap
from mapsvc.geocode.online.baidu import Baidu
from mapsvc.geocode.online.nominatim import Nominatim
from mapsvc.geocode.online.tianditu import Tianditu
from mapsvc.ports import OnlineGeocoder

SERVICES: Mapping[str, Callable[[str, str, str], OnlineGeocoder]] = {
    "amap": AMap,
    "baidu": Baidu,
    "nominatim": Nominatim,
    "tianditu": Tianditu,
}
"""name -> service(key, url, city); url "" = the service's own."""
