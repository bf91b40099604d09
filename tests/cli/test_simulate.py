from __future__ import annotations

import random
import signal
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest
from live_server import Served
from shapely.geometry import box
from square import SOUTH, WEST, fill

from mapsvc import wiring
from mapsvc.cli import main
from mapsvc.cli.simulating import run
from mapsvc.config import Config
from mapsvc.demo.simulate import made_reports
from mapsvc.model.account import Account, Role


@pytest.fixture
def served(tmp_path: Path) -> Iterator[Served]:
    services = wiring.build(Config(tmp_path))
    fill(services.store)  # type: ignore[arg-type]
    services.store.put_account(Account("boss", Role.ADMIN, "Boss", created_at=1), kind="account.added", at=1, post="t")
    services.close()
    server = Served(tmp_path, "", MAPSVC_DRILL="1")
    server.start()
    yield server
    if server.process is not None:
        server.end(signal.SIGKILL)


def test_a_drill_posts_reports_through_the_api_and_every_event_of_it_says_so(
    served: Served, capsys: pytest.CaptureFixture[str]
) -> None:
    given = ["simulate", "--data", str(served.data), "--url", served.address, "--rate", "600", "--minutes", "0.01"]
    # The square has no task type of the invented community: nothing could be reported.
    services = wiring.build(Config(served.data))
    services.store.put_task_types(wiring_types(), at=1, post="test")
    before = services.store.seq()
    assert main(given) == 0
    assert "reports" in capsys.readouterr().out
    told = services.live.events(before)
    reported = [one for one in told if one.kind == "incident.reported"]
    assert reported
    assert all(b'"drill":true' in one.body for one in reported)
    assert services.accounts.keys.list()[0].taken_back_at is not None
    services.close()


def wiring_types() -> list[Any]:
    from mapsvc.model.task_type import TaskType

    return [TaskType("environment", "Environment")]


def test_a_drill_stays_out_of_a_real_community(capsys: pytest.CaptureFixture[str], tmp_path: Path) -> None:
    assert main(["simulate", "--data", str(tmp_path), "--url", "http://127.0.0.1:1"]) == 3
    assert main(["simulate", "--data", str(tmp_path), "--url", "ftp://x"]) == 2
    assert "holds no store" in capsys.readouterr().err


class Desk:
    """As much of a service as the drill asks: reports get ids, cases count their steps."""

    def __init__(self) -> None:
        self.steps: dict[str, list[str]] = {}

    def ask(self, method: str, path: str, body: Any = None, revision: int | None = None) -> Any:
        if path == "/api/reports":
            name = f"i{len(self.steps) + 1}"
            self.steps[name] = []
            return {"id": name}
        name = path.split("/")[3]
        if method == "GET":
            return {"revision": len(self.steps[name])}
        assert revision == len(self.steps[name])
        self.steps[name].append(body.get("step", "dispatch"))
        return {}


def test_every_report_goes_through_the_workflow_in_order() -> None:
    clock = [0.0]
    desk = Desk()
    reports: Iterator[dict[str, Any]] = iter([{}] * 1000)
    counts = run(
        desk, reports, 6, 1200, random.Random(1), lambda: clock[0], lambda s: clock.__setitem__(0, clock[0] + s + 1e-6)
    )  # type: ignore[arg-type]
    whole = ["dispatch", "take", "resolve", "verify_ok", "close"]
    assert counts["reports"] == 120
    assert counts["close"] > 60
    assert all(steps == whole[: len(steps)] for steps in desk.steps.values())


def test_reports_lie_in_the_grids_and_are_the_same_for_the_same_seed() -> None:
    grid = box(WEST, SOUTH, WEST + 0.01, SOUTH + 0.01)
    first, second = (made_reports(["environment", "unknown"], [grid], "r", 7, False) for _ in range(2))
    made = [next(first) for _ in range(50)]
    assert made == [next(second) for _ in range(50)]
    assert all(WEST <= one["lon"] <= WEST + 0.01 and one["type"] == "environment" for one in made)
    assert len({one["ref"] for one in made}) == 50
    assert next(made_reports(["unknown"], [grid], "r", 7, False), None) is None
