"""The verb `simulate`: a drill. Made-up reports come in through the real API, and posts take and resolve them."""

from __future__ import annotations

import argparse
import heapq
import json
import os
import random
import time
import urllib.error
import urllib.request
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from itertools import chain
from typing import Any

from mapsvc.cli.say import put, say
from mapsvc.config import read_config
from mapsvc.errors import BadInput, Conflict, NotFound
from mapsvc.model.account import Role

_STEPS = (("dispatch", 10, 60), ("take", 15, 90), ("resolve", 30, 180), ("verify_ok", 10, 60), ("close", 5, 30))
"""What becomes of a report: the step, and the shortest and longest time before it in seconds."""
_TIMEOUT_S = 30
_NOTE = {"take": "", "resolve": "Seen to, in a drill."}


class Service:
    """The API of a running service, asked as any program asks it."""

    def __init__(self, url: str, key: str) -> None:
        self._url, self._key = url.rstrip("/"), key

    def ask(self, method: str, path: str, body: Any = None, revision: int | None = None) -> Any:
        """The answer's JSON. Raises BadInput with the service's own sentence."""
        headers = {"Authorization": f"Bearer {self._key}", "Content-Type": "application/json"}
        if revision is not None:
            headers["If-Match"] = f'"r{revision}"'
        data = None if body is None else json.dumps(body).encode()
        # The verb has checked that the address is http or https.
        request = urllib.request.Request(self._url + path, data, headers, method=method)  # noqa: S310
        try:
            with urllib.request.urlopen(request, timeout=_TIMEOUT_S) as answer:  # noqa: S310
                return json.loads(answer.read())
        except urllib.error.HTTPError as error:
            with error:
                told = json.loads(error.read() or b"{}")
            raise BadInput(str(told.get("detail", error.reason)), field=told.get("field")) from error
        except urllib.error.URLError as error:
            raise NotFound(f"There is no service at {self._url} ({error.reason}).") from error


def simulate(args: argparse.Namespace) -> int:
    """Report, dispatch, take and resolve until the time is over; then say what was done."""
    if not args.url.startswith(("http://", "https://")):
        raise BadInput("The address of a service begins with http:// or https://.", field="url")
    if not (0 < args.rate <= 3000 and 0 < args.minutes <= 24 * 60):
        raise BadInput("rate is up to 3000 reports a minute, minutes up to a day.", field="rate")
    with _key(args) as key:
        service = Service(args.url, key)
        desk = service.ask("GET", "/api/desk")
        if not (desk["drill"] or desk["community"]["synthetic"]):
            raise Conflict(
                "This service is neither in a drill (MAPSVC_DRILL=1) nor an invented community: it stays clean."
            )
        reports = _reports(service, desk, args)
        rng = random.Random(args.seed)  # noqa: S311
        counts = run(service, reports, args.rate, args.minutes * 60, rng, time.monotonic, time.sleep)
    put(", ".join(f"{n:,} {name}" for name, n in counts.items()))
    return 0


def _reports(service: Service, desk: Any, args: argparse.Namespace) -> Iterator[dict[str, Any]]:
    import shapely

    from mapsvc.demo.simulate import made_reports

    shapes = [shapely.geometry.shape(one["geometry"]) for one in service.ask("GET", "/api/grids")["features"]]
    types = [row["code"] for row in desk["types"]]
    reports = made_reports(types, shapes, f"drill-{int(time.time())}", args.seed, args.lang == "zh")
    first = next(reports, None)
    if first is None:
        raise Conflict("None of this community's task types is among those that there are made-up reports for.")
    return chain([first], reports)


def run(
    service: Service,
    reports: Iterator[dict[str, Any]],
    rate: float,
    seconds: float,
    rng: random.Random,
    now: Callable[[], float],
    sleep: Callable[[float], None],
) -> dict[str, int]:
    """The drill itself; how often each thing was done. rate: reports a minute."""
    counts = {"reports": 0, **{name: 0 for name, _, _ in _STEPS}, "refused": 0}
    due: list[tuple[float, int, str]] = []
    begin = now()
    following = begin
    while (moment := now()) < begin + seconds:
        if moment >= following:
            following += 60 / rate
            told = service.ask("POST", "/api/reports", next(reports))
            counts["reports"] += 1
            heapq.heappush(due, (moment + rng.uniform(*_STEPS[0][1:]), 0, told["id"]))
        elif due and due[0][0] <= moment:
            _, place, incident_id = heapq.heappop(due)
            name = _STEPS[place][0]
            try:
                _step(service, name, incident_id)
            except BadInput:
                # A post at its desk was quicker, or the community's workflow goes another way.
                counts["refused"] += 1
                continue
            counts[name] += 1
            if place + 1 < len(_STEPS):
                heapq.heappush(due, (moment + rng.uniform(*_STEPS[place + 1][1:]), place + 1, incident_id))
        else:
            sleep(max(0.0, min(following, due[0][0] if due else following, begin + seconds) - moment))
    return counts


def _step(service: Service, name: str, incident_id: str) -> None:
    path = f"/api/cases/{incident_id}"
    revision = service.ask("GET", path)["revision"]
    if name == "dispatch":
        service.ask("POST", f"{path}/dispatch", {}, revision)
    else:
        note = {"note": _NOTE[name]} if _NOTE.get(name) else {}
        service.ask("POST", f"{path}/steps", {"step": name, **note}, revision)


@contextmanager
def _key(args: argparse.Namespace) -> Iterator[str]:
    """MAPSVC_KEY, or a key of the data folder's first admin that is taken back at the end."""
    if given := os.environ.get("MAPSVC_KEY"):
        yield given
        return
    from mapsvc import wiring

    config = read_config(args.data)
    if not (config.data_dir / wiring.STORE_NAME).exists():
        raise NotFound(f"{config.data_dir} holds no store; name its folder with --data, or put a key into MAPSVC_KEY.")
    services = wiring.build(config)
    try:
        admin = next(
            (one for one in services.accounts.book.list() if one.role is Role.ADMIN and not one.disabled), None
        )
        if admin is None:
            raise NotFound("There is no admin account yet; start the service first.")
        made, key = services.accounts.keys.make("Drill", account=admin.code, post="cli")
        say(f"Posting as {admin.code}, with a key that is taken back at the end.")
        try:
            yield key
        finally:
            services.accounts.keys.take_back(made.id, post="cli")
    finally:
        services.close()
