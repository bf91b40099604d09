"""Online services, asked for real over HTTP: a server on this machine answers in the shapes their documents show."""

from __future__ import annotations

import json
import threading
import time
from collections.abc import Callable, Iterator
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from typing import Any
from urllib.parse import parse_qs, urlsplit

import numpy as np
import pytest

from mapsvc.errors import Busy
from mapsvc.geo.datum import wgs84_to_bd09, wgs84_to_gcj02
from mapsvc.geocode.online import web_json
from mapsvc.geocode.online.services import SERVICES
from mapsvc.model.address import Precision

LON, LAT = 98.4941, 39.7325
KEY = "a-key-of-nobody"


class Elsewhere:
    """A server that answers what it is told to, and remembers what it was asked."""

    def __init__(self) -> None:
        self.answer: Any = {}
        self.status = 200
        self.slow_s = 0.0
        self.asked: list[tuple[str, dict[str, str]]] = []
        outer = self

        class Handler(BaseHTTPRequestHandler):
            def do_GET(self) -> None:
                parts = urlsplit(self.path)
                outer.asked.append((parts.path, {name: one[0] for name, one in parse_qs(parts.query).items()}))
                body = outer.answer if isinstance(outer.answer, bytes) else json.dumps(outer.answer).encode()
                self.send_response(outer.status)
                if outer.status == 302:
                    self.send_header("Location", "/elsewhere")
                self.end_headers()
                for k in range(0, len(body), 1024):
                    time.sleep(outer.slow_s)
                    try:
                        self.wfile.write(body[k : k + 1024])
                    except OSError:
                        return

            def log_message(self, *given: object) -> None:
                """Nothing."""

        self.server = ThreadingHTTPServer(("127.0.0.1", 0), Handler)
        self.url = f"http://127.0.0.1:{self.server.server_address[1]}"


@pytest.fixture
def elsewhere() -> Iterator[Elsewhere]:
    made = Elsewhere()
    thread = threading.Thread(target=made.server.serve_forever, args=(0.01,), daemon=True)
    thread.start()
    yield made
    made.server.shutdown()
    made.server.server_close()
    thread.join()


def shifted(shift: Callable[..., Any]) -> tuple[float, float]:
    lon, lat = shift(np.array([LON]), np.array([LAT]))
    return round(float(lon[0]), 6), round(float(lat[0]), 6)


def amap(level: str) -> dict[str, Any]:
    lon, lat = shifted(wgs84_to_gcj02)
    one = {"formatted_address": "甘肃省酒泉市肃州区盘旋西路12号", "location": f"{lon},{lat}", "level": level}
    return {"status": "1", "info": "OK", "infocode": "10000", "count": "1", "geocodes": [one]}


def baidu(level: str, confidence: int) -> dict[str, Any]:
    lon, lat = shifted(wgs84_to_bd09)
    place = {"location": {"lng": lon, "lat": lat}, "precise": 1, "confidence": confidence, "comprehension": 100}
    return {"status": 0, "result": {**place, "level": level}}


def tianditu(level: str, score: int = 100) -> dict[str, Any]:
    place = {"score": score, "level": level, "lon": str(LON), "lat": str(LAT), "keyWord": "盘旋西路12号"}
    return {"msg": "ok", "location": place, "searchVersion": "6.4.9V", "status": "0"}


def nominatim(rank: int, kind: str = "house") -> list[dict[str, Any]]:
    one = {"lat": str(LAT), "lon": str(LON), "category": "place", "type": kind, "place_rank": rank, "addresstype": kind}
    return [{**one, "display_name": "12, Main Street", "importance": 0.1, "boundingbox": ["39", "40", "98", "99"]}]


SHAPES: dict[str, Any] = {
    "amap": amap("门牌号"),
    "baidu": baidu("门址", 90),
    "tianditu": tianditu("门址"),
    "nominatim": nominatim(30),
}
COARSE: dict[str, Any] = {
    "amap": amap("区县"),
    "baidu": baidu("城市", 20),
    "tianditu": tianditu("乡镇"),
    "nominatim": nominatim(16, "city"),
}
NONE: dict[str, Any] = {
    "amap": {"status": "1", "info": "OK", "infocode": "10000", "count": "0", "geocodes": []},
    "baidu": {"status": 1, "msg": "Internal Service Error:无相关结果", "results": []},
    "tianditu": {"msg": "无结果", "status": "404"},
    "nominatim": [],
}
REFUSED: dict[str, Any] = {
    "amap": {"status": "0", "info": "INVALID_USER_KEY", "infocode": "10001"},
    "baidu": {"status": 240, "message": "APP 服务被禁用"},
    "tianditu": {"msg": "权限类型错误", "status": "3"},
    "nominatim": {"error": "Bandwidth limit exceeded"},
}


@pytest.mark.parametrize("name", SERVICES)
def test_a_service_is_understood_and_its_point_comes_back_in_wgs84(elsewhere: Elsewhere, name: str) -> None:
    elsewhere.answer = SHAPES[name]
    told = SERVICES[name](KEY, elsewhere.url, "").geocode("盘旋西路12号")
    (answer,) = told.answers
    assert answer.lon == pytest.approx(LON, abs=2e-6)
    assert answer.lat == pytest.approx(LAT, abs=2e-6)
    assert answer.precision is Precision.NUMBER
    assert answer.source == name
    assert answer.radius_m >= 50
    assert told.reading == {"road": "盘旋西路", "number": "12"}
    assert "盘旋西路12号" in "".join(elsewhere.asked[0][1].values())
    assert KEY in elsewhere.asked[0][1].values()


@pytest.mark.parametrize("name", SERVICES)
def test_what_is_coarser_than_a_street_is_no_answer(elsewhere: Elsewhere, name: str) -> None:
    elsewhere.answer = COARSE[name]
    assert SERVICES[name](KEY, elsewhere.url, "").geocode("盘旋西路12号").answers == ()


def test_a_compound_is_no_answer_to_one_of_its_buildings(elsewhere: Elsewhere) -> None:
    elsewhere.answer = amap("住宅区")
    asked = SERVICES["amap"](KEY, elsewhere.url, "")
    assert asked.geocode("广厦小区3号楼").answers == ()
    assert [one.precision for one in asked.geocode("广厦小区").answers] == [Precision.COMPOUND]


@pytest.mark.parametrize("name", SERVICES)
def test_nothing_found_is_no_answer_and_a_refusal_is_told_without_the_key(elsewhere: Elsewhere, name: str) -> None:
    asked = SERVICES[name](KEY, elsewhere.url, "")
    elsewhere.answer = NONE[name]
    told = asked.geocode("盘旋西路12号")
    assert told.answers == ()
    assert name in told.missing
    elsewhere.answer = REFUSED[name]
    with pytest.raises(Busy) as refused:
        asked.geocode("盘旋西路12号")
    assert name in str(refused.value)
    assert KEY not in str(refused.value)


@pytest.mark.parametrize(("confidence", "radius_m"), [(100, 20), (90, 50), (80, 100), (75, 200), (50, 1000)])
def test_the_confidence_of_baidu_is_a_radius(elsewhere: Elsewhere, confidence: int, radius_m: float) -> None:
    elsewhere.answer = baidu("门址", confidence)
    assert SERVICES["baidu"](KEY, elsewhere.url, "").geocode("盘旋西路12号").answers[0].radius_m == radius_m


def test_an_address_of_more_than_84_bytes_is_not_sent_to_baidu(elsewhere: Elsewhere) -> None:
    elsewhere.answer = SHAPES["baidu"]
    asked = SERVICES["baidu"](KEY, elsewhere.url, "")
    assert asked.geocode("路" * 28).answers
    assert "84" in asked.geocode("路" * 29).missing
    assert len(elsewhere.asked) == 1


@pytest.mark.parametrize("name", SERVICES)
@pytest.mark.parametrize(
    "nonsense",
    [b"", b"<html>", b"[" * 200_000, {}, [], [1], None, 7, {"status": "1"}, {"status": "1", "geocodes": [[]]},
     {"status": 0, "result": {}}, {"status": 0, "result": {"location": 3}}, {"status": "0", "location": {"lon": "x"}},
     {"status": "1", "geocodes": [{"location": "NaN,NaN", "level": "门牌号"}]},
     [{"lon": "999", "lat": "1e400", "place_rank": 30}], b"x" * 600_000],
    ids=lambda one: str(one)[:30],
)  # fmt: skip
def test_a_broken_answer_is_no_answer_or_busy(elsewhere: Elsewhere, name: str, nonsense: Any) -> None:
    elsewhere.answer = nonsense
    told = "no answer"
    try:
        assert SERVICES[name](KEY, elsewhere.url, "").geocode("盘旋西路12号").answers == ()
    except Busy as busy:
        told = str(busy)
    assert KEY not in told


@pytest.mark.parametrize("status", [302, 403, 500])
def test_a_status_other_than_200_is_told_and_no_redirect_is_followed(elsewhere: Elsewhere, status: int) -> None:
    elsewhere.status = status
    with pytest.raises(Busy, match=str(status)):
        SERVICES["amap"](KEY, elsewhere.url, "").geocode("盘旋西路12号")
    assert len(elsewhere.asked) == 1


def test_a_service_that_is_not_there_or_drips_is_left(elsewhere: Elsewhere, monkeypatch: pytest.MonkeyPatch) -> None:
    with pytest.raises(Busy, match="does not answer"):
        SERVICES["amap"](KEY, "http://127.0.0.1:1", "").geocode("盘旋西路12号")
    monkeypatch.setattr(web_json, "TIMEOUT_S", 0.3)
    elsewhere.answer, elsewhere.slow_s = b" " * 40_000, 0.1
    begin = time.monotonic()
    with pytest.raises(Busy):
        SERVICES["amap"](KEY, elsewhere.url, "").geocode("盘旋西路12号")
    assert time.monotonic() - begin < 2


def test_the_city_of_the_configuration_narrows_the_search(elsewhere: Elsewhere) -> None:
    elsewhere.answer = SHAPES["amap"]
    SERVICES["amap"](KEY, elsewhere.url, "酒泉市").geocode("盘旋西路12号")
    assert elsewhere.asked[0][1]["city"] == "酒泉市"
    elsewhere.answer = SHAPES["tianditu"]
    SERVICES["tianditu"](KEY, elsewhere.url, "酒泉市").geocode("盘旋西路12号")
    assert "酒泉市盘旋西路12号" in elsewhere.asked[1][1]["ds"]
